package main

import (
	"os"
	"path/filepath"
	"testing"
)

// TestLogHeader: each file begins with the header, also one that was copied and
// truncated while it is written.
func TestLogHeader(t *testing.T) {
	c := newConfig()
	c.log = filepath.Join(t.TempDir(), "log")
	l, err := c.openLog(os.Stderr)
	if err != nil {
		t.Fatal(err)
	}
	wants := func(text string) {
		t.Helper()
		if got, err := os.ReadFile(c.log); err != nil || string(got) != text {
			t.Errorf("the log has %q, %v; want %q", got, err, text)
		}
	}
	write := func(record string) {
		t.Helper()
		if n, err := l.Write([]byte(record)); err != nil || n != len(record) {
			t.Errorf("%d, %v", n, err)
		}
	}
	write("header\n")
	write("1\n")
	wants("header\n1\n")
	if err := os.Truncate(c.log, 0); err != nil {
		t.Fatal(err)
	}
	write("2\n")
	write("3\n")
	wants("header\n2\n3\n")
	if err := os.Remove(c.log); err != nil {
		t.Fatal(err)
	}
	l.reopen()
	wants("header\n")
	write("4\n")
	wants("header\n4\n")
	if err := l.close(); err != nil {
		t.Error(err)
	}
}
