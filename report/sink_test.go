package report

import (
	"errors"
	"strings"
	"testing"

	"smtpscope/inspect"
	"smtpscope/smtpparse"
)

// A counter is a writer that counts, and fails from its limit on.
type counter struct {
	writes, octets int
	fail           error
}

func (c *counter) Write(b []byte) (int, error) {
	c.writes++
	if c.fail != nil {
		return 0, c.fail
	}
	c.octets += len(b)
	return len(b), nil
}

func TestRecordsAreWrittenInBatches(t *testing.T) {
	var out counter
	p := NewJSON(&out)
	s := &inspect.Session{Session: &smtpparse.Session{ID: 1, CommunityID: strings.Repeat("x", 1000)}}
	for range 1000 {
		if err := printOne(p, s); err != nil {
			t.Fatal(err)
		}
	}
	if out.writes < 10 || out.writes > 40 {
		t.Errorf("1000 records of more than 1000 octets came in %d writes", out.writes)
	}
	before := out.octets
	if err := p.Flush(); err != nil {
		t.Fatal(err)
	}
	if out.octets == before {
		t.Error("Flush wrote nothing")
	}
	writes := out.writes
	if err := p.Flush(); err != nil || out.writes != writes {
		t.Errorf("Flush with nothing to write: %v, %d writes", err, out.writes-writes)
	}
}

func TestWriteErrorIsFinal(t *testing.T) {
	full := errors.New("no space left on device")
	s := &inspect.Session{Session: &smtpparse.Session{}}
	for name, p := range map[string]func(*counter) Printer{
		"json": func(c *counter) Printer { return NewJSON(c) },
		"text": func(c *counter) Printer { return NewText(c, TextOptions{}) },
	} {
		out := &counter{fail: full}
		p := p(out)
		if err := p.Begin(&inspect.Capture{}); err != nil {
			t.Errorf("%s: a buffered record: %v", name, err)
		}
		for _, call := range []func() error{p.Flush, p.Flush, func() error { return printOne(p, s) }, func() error { return p.End(&inspect.Summary{}) }} {
			if err := call(); !errors.Is(err, full) {
				t.Errorf("%s: got %v", name, err)
			}
		}
		if out.writes != 1 {
			t.Errorf("%s: wrote %d times", name, out.writes)
		}
	}
}

func TestHugeBufferIsNotKept(t *testing.T) {
	s := sink{w: &counter{}}
	if err := s.add(make([]byte, 8<<20)); err != nil {
		t.Fatal(err)
	}
	if cap(s.b) > keptBytes {
		t.Errorf("%d octets are kept", cap(s.b))
	}
}
