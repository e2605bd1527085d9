package report

import (
	"strconv"

	"smtpscope/smtpparse"
)

// isFolded tells the kinds of lines that stand for many octets.
func isFolded(kind smtpparse.LineKind) bool {
	switch kind {
	case smtpparse.LineData, smtpparse.LineTLS, smtpparse.LineUnread, smtpparse.LineSecure:
		return true
	}
	return false
}

// stretch is how many lines from the first on are octets of one kind and the
// holes between them. They are folded when there are two holes or more: then
// each packet was cut, and a row for each would say nothing new.
func stretch(lines []smtpparse.Line) (n int, folded bool) {
	first := &lines[0]
	if !isFolded(first.Kind) {
		return 1, false
	}
	holes := 0
	for n = 1; n < len(lines); n++ {
		l := &lines[n]
		if l.From != first.From || l.TLS != first.TLS || l.Kind != first.Kind && l.Kind != smtpparse.LineGap {
			break
		}
		if l.Kind == smtpparse.LineGap {
			holes++
		}
	}
	return n, holes > 1
}

// A foldedRun is lines of one stretch as one: its Line has the octets of all.
type foldedRun struct {
	smtpparse.Line
	pieces  int64
	missing int64
	unknown bool // there are holes of unknown size
}

func fold(lines []smtpparse.Line) foldedRun {
	run := foldedRun{Line: lines[0], pieces: 1}
	run.Last = max(run.Last, run.Frame)
	for i := range lines[1:] {
		l := &lines[1+i]
		if l.Kind == smtpparse.LineGap {
			run.missing += l.Octets
			run.unknown = run.unknown || l.Octets == 0
			continue
		}
		run.pieces++
		run.Octets += l.Octets
		run.Last = max(run.Last, l.Frame, l.Last)
	}
	return run
}

func (r *foldedRun) String() string {
	return join(", ", foldedWords[r.Kind], count(r.pieces, "piece"), count(r.Octets, "octet"),
		missing(r.missing, r.unknown), toFrame(&r.Line))
}

// missing is how much a hole or several lack.
func missing(n int64, unknown bool) string {
	switch {
	case n == 0:
		return "an unknown number missing"
	case unknown:
		return grouped(n) + " and more missing"
	}
	return grouped(n) + " missing"
}

var foldedWords = map[smtpparse.LineKind]string{
	smtpparse.LineData:   "message",
	smtpparse.LineTLS:    "TLS",
	smtpparse.LineUnread: "not understood",
	smtpparse.LineSecure: "inside the SASL security layer",
}

// toFrame is where a run ends, if not in the frame where it begins.
func toFrame(l *smtpparse.Line) string {
	if l.Last <= l.Frame {
		return ""
	}
	return "to frame " + strconv.FormatInt(l.Last, 10)
}

// note says what stands in place of octets that are not shown; "" for what was
// said in words. A message's octets are those of the wire, its dots and its
// end included.
func note(line *smtpparse.Line) string {
	switch line.Kind {
	case smtpparse.LineData:
		return join(", ", "message", count(line.Octets, "octet")+" on the wire", toFrame(line))
	case smtpparse.LineTLS, smtpparse.LineUnread, smtpparse.LineSecure:
		return join(", ", foldedWords[line.Kind], count(line.Octets, "octet"), toFrame(line))
	case smtpparse.LineGap:
		octets := "an unknown number of octets"
		if line.Octets != 0 {
			octets = count(line.Octets, "octet")
		}
		return "MISSING in the capture: " + join(", ", octets, toFrame(line))
	case smtpparse.LineProxy:
		return "PROXY header"
	case smtpparse.LineEnd:
		return line.From + " ended the connection"
	}
	return ""
}
