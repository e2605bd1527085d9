package report

import (
	"strconv"

	"smtpscope/smtpparse"
	"smtpscope/words"
)

// runText says what a run of several pieces stands for.
func runText(r *smtpparse.Run) string {
	return join(", ", words.Folded(r.Kind), count(r.Pieces, "piece"), count(r.Octets, "octet"),
		missing(r.Missing, r.Unknown), toFrame(&r.Line))
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
		return join(", ", words.Folded(line.Kind), count(line.Octets, "octet"), toFrame(line))
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
