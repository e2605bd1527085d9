package printable

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestPrintable(t *testing.T) {
	tests := []struct {
		name, in, want string
	}{
		{"plain", `CONTOSO\svc-sp "x"`, `CONTOSO\svc-sp "x"`},
		{"empty", "", ""},
		{"line ends and tab", "a\r\nb\tc", `a\r\nb\tc`},
		{"ESC and BEL", "\x1b]0;owned\x07", `\x1b]0;owned\x07`},
		{"NUL and DEL", "\x00\x7f", `\x00\x7f`},
		{"C1 control as a rune", "\u009b31m", `\u009b31m`},
		{"C1 control as an octet", "\x9b31m", `\x9b31m`},
		{"right-to-left override", "invoice\u202efdp.exe", `invoice\u202efdp.exe`},
		{"isolates and marks", "\u2066a\u2069\u200e\u061c", `\u2066a\u2069\u200e\u061c`},
		{"zero width", "a\u200b\u200d\ufeffb\u2060", `a\u200b\u200d\ufeffb\u2060`},
		{"soft hyphen", "a\u00adb", `a\u00adb`},
		{"line separators", "a\u2028b\u2029", `a\u2028b\u2029`},
		{"tag characters", "a\U000e0041", `a\U000e0041`},
		{"invisible letters", "a\u3164\u115fb", `a\u3164\u115fb`},
		{"private use and unassigned", "\ue000\U0010ffff\u0378", `\ue000\U0010ffff\u0378`},
		{"not UTF-8", "a\xff\xc3(", `a\xff\xc3(`},
		{"a surrogate in UTF-8", "\xed\xa0\x80", `\xed\xa0\x80`},
		{"letters of the world", "é漢字العربية😀", "é漢字العربية😀"},
		{"mark on a letter", "e\u0301", "e\u0301"},
		{"mark without a letter", "\u0301e", `\u0301e`},
		{"a tower of marks", "e" + strings.Repeat("\u0301", 6), "e" + strings.Repeat("\u0301", 4) + `\u0301\u0301`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Text(tt.in); got != tt.want {
				t.Errorf("got  %q\nwant %q", got, tt.want)
			}
		})
	}
}

func TestPrintableDoesNotCopyWhatIsPrintable(t *testing.T) {
	s := strings.Repeat("EHLO sp01.contoso.test ", 100)
	if n := testing.AllocsPerRun(10, func() { Text(s) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func FuzzPrintable(f *testing.F) {
	f.Add("220 ex01.contoso.test ready")
	f.Add("\x1b[2J\u202e\u2028\xff\u009b")
	f.Add("e\u0301\u0301\u0301\u0301\u0301\u0301\x1b\u0301")
	f.Fuzz(func(t *testing.T, s string) {
		got := Text(s)
		if !utf8.ValidString(got) {
			t.Errorf("%q gives %q: not UTF-8", s, got)
		}
		for _, r := range got {
			if unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Bidi_Control) {
				t.Errorf("%q gives %U in %q", s, r, got)
			}
		}
		if len(got) > 4*len(s) {
			t.Errorf("%d octets give %d", len(s), len(got))
		}
		if again := Text(got); again != got {
			t.Errorf("not stable: %q gives %q", got, again)
		}
		if utf8.ValidString(s) && !strings.ContainsFunc(s, Hidden) && !strings.ContainsFunc(s, func(r rune) bool { return unicode.In(r, unicode.M) }) && got != s {
			t.Errorf("%q needs no escape and became %q", s, got)
		}
	})
}
