package main

import (
	"io"
	"strings"
	"testing"
)

func TestFlags(t *testing.T) {
	tests := []struct {
		args string
		err  string // part of it; empty for none
		want end
	}{
		{args: "", want: end{octets: 64 << 20}},
		{args: "-size 3G", want: end{octets: 3 << 30}},
		{args: "-kind tiny -sessions 7", want: end{sessions: 7}},
		{args: "-flood 9 -kind flood", want: end{halfOpen: 9}},
		{args: "-kind web", err: "bulk, disorder, flood, mixed, tiny"},
		{args: "-format cap", err: "pcap or pcapng"},
		{args: "-size 3T", err: "K, M or G"},
		{args: "-size 9999999999G", err: "K, M or G"},
		{args: "-size 1M -sessions 2", err: "one of them"},
		{args: "-flood 9", err: "no flood"},
		{args: "-sessions 2 -smtp 0", err: "there are none"},
		{args: "-smtp 1.5", err: "from 0 to 1"},
		{args: "-loss NaN", err: "from 0 to 1"},
		{args: "-flows 0", err: "at least 1"},
		{args: "-loss 1", err: "nothing would ever be written"},
		{args: "mixed", err: "unexpected argument"},
	}
	for _, test := range tests {
		c, err := parseFlags(strings.Fields(test.args), io.Discard)
		switch {
		case test.err == "" && err != nil:
			t.Errorf("%q: %v", test.args, err)
		case test.err == "" && c.end != test.want:
			t.Errorf("%q: ends at %+v, want %+v", test.args, c.end, test.want)
		case test.err != "" && (err == nil || !strings.Contains(err.Error(), test.err)):
			t.Errorf("%q: error %v, want %q", test.args, err, test.err)
		}
	}
}

// TestChangesOutliveKind: the order of the flags does not matter.
func TestChangesOutliveKind(t *testing.T) {
	c, err := parseFlags(strings.Fields("-loss 0.5 -flows 3 -mail 1K -kind bulk"), io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	if m := c.mix; m.loss != 0.5 || m.flows != 3 || m.mail != 1024 || m.smtp != kinds["bulk"].smtp {
		t.Errorf("mix %+v", m)
	}
}
