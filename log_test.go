package main

import (
	"bytes"
	"os"
	"path/filepath"
	"smtpscope/report"
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

// A writeCounter counts the records that come as a Write of their own.
type writeCounter struct{ records, others int }

func (c *writeCounter) Write(b []byte) (int, error) {
	if len(b) > 0 && bytes.IndexByte(b, '\n') == len(b)-1 {
		c.records++
	} else {
		c.others++
	}
	return len(b), nil
}

// TestLogIsWrittenByRecords: what a full disk costs, and what a file begins with that is
// opened anew, are whole records.
func TestLogIsWrittenByRecords(t *testing.T) {
	var c writeCounter
	p := recordwise{newPrinter(&c, "json", "", report.TextOptions{})}
	record := sessions(t, output(t, "-r", "pcaps/kerberos-raw-on-587.pcap", "--format", "json"))[0]
	for id := range int64(3) {
		if err := p.Write(id+1, p.Render(nil, record)); err != nil {
			t.Fatal(err)
		}
	}
	if c.records != 3 || c.others != 0 {
		t.Errorf("%d records, %d other writes", c.records, c.others)
	}
}
