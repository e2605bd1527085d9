package report

import (
	"bytes"
	"math"
	"strings"
	"testing"
	"time"
)

func TestProgressLine(t *testing.T) {
	tests := []struct {
		name string
		tick Tick
		room int
		want string
	}{
		{"nothing read yet", Tick{Size: 4e9}, 79, "0 B of 4.00 GB (0%), 0 sessions"},
		{"underway", Tick{Read: 1_210_000_000, Size: 4e9, Sessions: 12345, Elapsed: 2 * time.Second}, 79, "1.21 GB of 4.00 GB (30%), 5 s left, 12,345 sessions, 605 MB/s"},
		{"slow", Tick{Read: 1e6, Size: 1e9, Sessions: 1, Elapsed: 10 * time.Second}, 79, "1.00 MB of 1.00 GB (0%), 2 h 46 min left, 1 session, 100 kB/s"},
		{"very slow", Tick{Read: 1, Size: 1e9, Elapsed: time.Second}, 79, "1 B of 1.00 GB (0%), months left, 0 sessions, 1 B/s"},
		{"all read", Tick{Read: 999, Size: 999, Sessions: 2, Elapsed: time.Second}, 79, "999 B of 999 B (100%), 2 sessions, 999 B/s"},
		{"size not known", Tick{Read: 99_950_000, Sessions: 3, Elapsed: time.Minute}, 79, "100 MB, 3 sessions, 1.67 MB/s"},
		{"more than the size, for the file grows", Tick{Read: 2000, Size: 1000, Elapsed: time.Second}, 79, "2.00 kB, 0 sessions, 2.00 kB/s"},
		{"narrow", Tick{Read: 1_210_000_000, Size: 4e9, Sessions: 12345, Elapsed: 2 * time.Second}, 40, "1.21 GB of 4.00 GB (30%), 5 s left"},
		{"no room", Tick{Read: 1, Size: 2}, 3, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.tick.line(tt.room); got != tt.want {
				t.Errorf("got  %q\nwant %q", got, tt.want)
			}
		})
	}
}

// What stands on the terminal is the last line, and nothing after Erase.
func TestProgressOnTheTerminal(t *testing.T) {
	var out bytes.Buffer
	p := NewProgress(&out, 60)
	long := Tick{Read: 123456789, Size: 999999999, Sessions: 1234, Elapsed: time.Second}
	short := Tick{Read: 1, Elapsed: time.Second}
	for _, step := range []struct {
		act  func() error
		want string
	}{
		{p.Erase, ""},
		{func() error { return p.Draw(long) }, long.line(59)},
		{func() error { return p.Draw(short) }, short.line(59)},
		{p.Erase, ""},
		{p.Erase, ""},
	} {
		if err := step.act(); err != nil {
			t.Fatal(err)
		}
		if got := onTerminal(out.String()); got != step.want {
			t.Errorf("got %q, want %q", got, step.want)
		}
	}
	if strings.Contains(out.String(), "\n") || !strings.HasSuffix(out.String(), "\r") {
		t.Errorf("the cursor does not stand at the row's begin: %q", out.String())
	}
}

// onTerminal is what a row shows that got these characters.
func onTerminal(s string) string {
	row, at := []byte{}, 0
	for i := range len(s) {
		switch {
		case s[i] == '\r':
			at = 0
			continue
		case at < len(row):
			row[at] = s[i]
		default:
			row = append(row, s[i])
		}
		at++
	}
	return strings.TrimRight(string(row), " ")
}

func FuzzProgress(f *testing.F) {
	f.Add(int64(1), int64(2), int64(3), int64(4), 80)
	f.Add(int64(math.MaxInt64), int64(math.MaxInt64), int64(math.MinInt64), int64(1), 1)
	f.Fuzz(func(t *testing.T, read, size, sessions, elapsed int64, room int) {
		line := Tick{Read: read, Size: size, Sessions: sessions, Elapsed: time.Duration(elapsed)}.line(room)
		if len(line) > max(room, 0) || strings.ContainsFunc(line, func(r rune) bool { return r < ' ' || r > '~' }) {
			t.Errorf("%q for %d columns", line, room)
		}
	})
}
