package smtpparse

import (
	"fmt"
	"strconv"
	"strings"
)

// Folded tells the kinds of lines that stand for many octets.
func (k LineKind) Folded() bool {
	switch k {
	case LineData, LineTLS, LineUnread, LineSecure:
		return true
	}
	return false
}

// A Run is one line of a dialogue, or octets of one kind and the holes between them
// as one line: its Octets and Last are those of all.
type Run struct {
	Line
	// Pieces is how many lines of octets are in it, 1 for a line by itself.
	Pieces int64
	// Missing is how many octets the holes lack, as far as is known; Unknown tells
	// that there are holes of unknown size.
	Missing int64
	Unknown bool
}

// NextRun gives the run that lines, of which there is one at least, begin with, and
// how many of them are in it. Octets are one run when there are two holes or more
// in them: then each packet was cut, and a row for each would say nothing new.
func NextRun(lines []Line) (r Run, n int) {
	r = Run{Line: lines[0], Pieces: 1}
	if !r.Kind.Folded() {
		return r, 1
	}
	r.Last = max(r.Last, r.Frame)
	whole, holes := r, 0
	for n = 1; n < len(lines); n++ {
		l := &lines[n]
		if l.From != r.From || l.TLS != r.TLS || l.Kind != r.Kind && l.Kind != LineGap {
			break
		}
		if l.Kind == LineGap {
			holes++
			whole.Missing += l.Octets
			whole.Unknown = whole.Unknown || l.Octets == 0
			continue
		}
		whole.Pieces++
		whole.Octets += l.Octets
		whole.Last = max(whole.Last, l.Frame, l.Last)
	}
	if holes < 2 {
		return r, 1
	}
	return whole, n
}

// Wire is the line as it was said, but for its secrets: a reply with its code.
func (l *Line) Wire() string {
	if l.Code == 0 {
		return l.Text
	}
	separator := " "
	if l.More {
		separator = "-"
	}
	code := strconv.Itoa(l.Code)
	if l.Code < 100 {
		code = fmt.Sprintf("%03d", l.Code)
	}
	return strings.TrimSuffix(code+separator+l.Text, " ")
}
