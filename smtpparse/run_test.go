package smtpparse

import "testing"

func TestNextRun(t *testing.T) {
	data := func(frame, octets int64) Line {
		return Line{From: "client", Kind: LineData, Frame: frame, Octets: octets}
	}
	gap := func(frame, octets int64) Line {
		return Line{From: "client", Kind: LineGap, Frame: frame, Octets: octets}
	}
	quit := Line{From: "client", Kind: LineCommand, Frame: 90}
	tests := []struct {
		name               string
		lines              []Line
		n                  int
		pieces             int64
		octets, missing    int64
		unknown            bool
		last               int64
		kindOfTheFollowing LineKind
	}{
		{name: "a line of words", lines: []Line{quit, quit}, n: 1, pieces: 1, kindOfTheFollowing: LineCommand},
		{name: "octets without a hole", lines: []Line{data(1, 100), quit}, n: 1, pieces: 1, octets: 100, last: 1, kindOfTheFollowing: LineCommand},
		{name: "one hole stands for itself", lines: []Line{data(1, 100), gap(3, 7), data(3, 50), quit}, n: 1, pieces: 1, octets: 100, last: 1, kindOfTheFollowing: LineGap},
		{name: "two holes", lines: []Line{data(1, 100), gap(3, 7), data(3, 50), gap(5, 2), data(6, 1), quit},
			n: 5, pieces: 3, octets: 151, missing: 9, last: 6, kindOfTheFollowing: LineCommand},
		{name: "holes of unknown size", lines: []Line{data(1, 100), gap(3, 7), data(3, 50), gap(5, 0), quit},
			n: 4, pieces: 2, octets: 150, missing: 7, unknown: true, last: 3, kindOfTheFollowing: LineCommand},
		{name: "the other side's octets are another run", lines: []Line{data(1, 100), gap(3, 7), gap(4, 7), {From: "server", Kind: LineData}},
			n: 3, pieces: 1, octets: 100, missing: 14, last: 1, kindOfTheFollowing: LineData},
		{name: "so are those inside TLS", lines: []Line{data(1, 100), gap(3, 7), gap(4, 7), {From: "client", Kind: LineData, TLS: true}},
			n: 3, pieces: 1, octets: 100, missing: 14, last: 1, kindOfTheFollowing: LineData},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r, n := NextRun(tt.lines)
			if n != tt.n || r.Pieces != tt.pieces || r.Octets != tt.octets || r.Missing != tt.missing || r.Unknown != tt.unknown || r.Last != tt.last {
				t.Errorf("%d lines: %+v", n, r)
			}
			if got := tt.lines[n].Kind; got != tt.kindOfTheFollowing {
				t.Errorf("a line of kind %s follows", got)
			}
		})
	}
}

func TestWire(t *testing.T) {
	for want, l := range map[string]Line{
		"QUIT":        {Text: "QUIT"},
		"250-SIZE 10": {Code: 250, More: true, Text: "SIZE 10"},
		"250 OK":      {Code: 250, Text: "OK"},
		"354":         {Code: 354},
		"250-":        {Code: 250, More: true},
		"007 bond":    {Code: 7, Text: "bond"},
	} {
		if got := l.Wire(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
