package report

import (
	"math"
	"strings"
	"testing"
)

func TestColumns(t *testing.T) {
	tests := []struct {
		in   string
		want int
	}{
		{"", 0}, {"abc", 3}, {"é", 1}, {"e\u0301", 1}, {"漢字", 4}, {"한글", 4}, {"ﾊﾝ", 2}, {"ＡＢ", 4}, {"😀", 2}, {"→←─…", 4}, {"العربية", 7},
	}
	for _, tt := range tests {
		if got := columns(tt.in); got != tt.want {
			t.Errorf("%q takes %d columns, want %d", tt.in, got, tt.want)
		}
	}
}

func TestWrap(t *testing.T) {
	tests := []struct {
		name  string
		begin string // what stands in the row already
		hang  int
		in    string
		want  string
	}{
		{"short", "", 0, "one two", "one two\n"},
		{"empty", "label", 6, "", "label\n"},
		{"at spaces", "", 0, "the quick brown fox jumps over the lazy dog, twice", "the quick brown fox jumps over the lazy\ndog, twice\n"},
		{"just fits", "", 0, strings.Repeat("x", 40), strings.Repeat("x", 40) + "\n"},
		{"space at the edge", "", 0, strings.Repeat("x", 40) + " y", strings.Repeat("x", 40) + "\ny\n"},
		{"hanging", "Label     ", 10, "the quick brown fox jumps over the lazy dog", "Label     the quick brown fox jumps over\n          the lazy dog\n"},
		{"a word of its own row", strings.Repeat(".", 30), 4, "wordlongerthanten", strings.Repeat(".", 30) + "\n    wordlongerthanten\n"},
		{"a word longer than any row", "", 4, strings.Repeat("x", 100), strings.Repeat("x", 40) + "\n    " + strings.Repeat("x", 36) + "\n    " + strings.Repeat("x", 24) + "\n"},
		{"a long word begins where it stands", "", 4, "to " + strings.Repeat("x", 60), "to " + strings.Repeat("x", 37) + "\n    " + strings.Repeat("x", 23) + "\n"},
		{"spaces inside stay", "", 0, "a   b", "a   b\n"},
		{"wide letters", "", 0, strings.Repeat("漢", 25), strings.Repeat("漢", 20) + "\n" + strings.Repeat("漢", 5) + "\n"},
		{"wide letter at an odd edge", "x", 0, strings.Repeat("漢", 20), "x" + strings.Repeat("漢", 19) + "\n漢\n"},
		{"what a terminal would obey", "", 0, "a\x1b[2J\nb", `a\x1b[2J\nb` + "\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := newPage(TextOptions{Width: 40})
			p.b = append(p.b, tt.begin...)
			p.col = columns(tt.begin)
			p.wrap(tt.hang, tt.in)
			if got := string(p.b); got != tt.want {
				t.Errorf("got\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}

func TestClip(t *testing.T) {
	tests := []struct {
		name, in, want string
	}{
		{"short", "0123456789", "0123456789"},
		{"one too many", "0123456789a", "0123456789… (1 more character)"},
		{"many", strings.Repeat("x", 2010), "xxxxxxxxxx… (2,000 more characters)"},
		{"wide letters", strings.Repeat("漢", 7), "漢漢漢漢漢… (2 more characters)"},
		{"more octets than columns", "ééééé", "ééééé"},
	}
	p := newPage(TextOptions{})
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := p.clip(tt.in, 10); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestGrouped(t *testing.T) {
	tests := map[int64]string{
		0: "0", 7: "7", 999: "999", 1000: "1,000", 12345: "12,345", 123456: "123,456", 1234567: "1,234,567",
		-1: "-1", -999: "-999", -1000: "-1,000", -123456: "-123,456",
		math.MaxInt64: "9,223,372,036,854,775,807", math.MinInt64: "-9,223,372,036,854,775,808",
	}
	for n, want := range tests {
		if got := grouped(n); got != want {
			t.Errorf("%d gives %s, want %s", n, got, want)
		}
	}
}
