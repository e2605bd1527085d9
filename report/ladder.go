package report

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"smtpscope/smtpparse"
)

// A ladder is the dialogue with its columns: time since the session began,
// frame, and what each side said, the server's side further right. A row that
// begins with an arrow was said on the wire, with a token's kind in braces; one
// that begins with '*' is ours.
type ladder struct {
	*page
	start          time.Time
	frameEnd       int // the last column of frame numbers
	client, server int // columns of the two sides
	before         *smtpparse.Line
}

const (
	ladderColumn = 4
	offsetWidth  = len("+99.999") // more is needed rarely: rows then shift
	serverIndent = 4
	// wireRows is how many rows a line of the wire may take.
	wireRows = 4
)

func (p *page) dialogue(s *smtpparse.Session) {
	if len(s.Dialogue) == 0 {
		return
	}
	last := s.Dialogue[len(s.Dialogue)-1]
	l := ladder{page: p, start: s.Start}
	l.frameEnd = ladderColumn + offsetWidth + 2 + max(len("frame"), digits(last.Frame))
	l.client = l.frameEnd + 2
	l.server = l.client + serverIndent

	p.blank()
	p.row("Dialogue")
	p.to(l.frameEnd - len("frame"))
	p.styled(dim, "frame")
	p.to(l.client)
	p.wrapStyled(dim, l.client, "client "+p.marks.to+"  "+p.marks.from+" server")
	for i := range s.Dialogue {
		l.line(&s.Dialogue[i])
	}
	if n := s.Omitted["dialogue"]; n > 0 {
		p.to(l.client)
		p.wrap(l.client, "* "+count(n, "more line")+" not kept")
	}
}

func (l *ladder) line(line *smtpparse.Line) {
	if l.before != nil && line.TLS != l.before.TLS {
		l.to(l.client)
		l.wrap(l.client, "* "+say(line.TLS, "inside TLS, decrypted:")+say(!line.TLS, "outside TLS:"))
	}
	// What came in the same packet as the row above needs no second time.
	if l.before == nil || line.Frame != l.before.Frame || line.Frame == 0 || !line.Time.Equal(l.before.Time) {
		l.when(line)
	}
	l.before = line
	l.side(line)
}

func (l *ladder) when(line *smtpparse.Line) {
	if !line.Time.IsZero() && !l.start.IsZero() {
		offset := fmt.Sprintf("%+.3f", line.Time.Sub(l.start).Seconds())
		l.to(ladderColumn + offsetWidth - len(offset))
		l.styled(dim, offset)
	}
	if line.Frame > 0 {
		l.to(l.frameEnd - digits(line.Frame))
		l.put(strconv.FormatInt(line.Frame, 10))
	}
}

func (l *ladder) side(line *smtpparse.Line) {
	arrow, col := l.marks.to, l.client
	if line.From == "server" {
		arrow, col = l.marks.from, l.server
	}
	l.to(col)
	hang := l.col + columns(arrow) + 1
	room := wireRows * max(l.width-hang, minWidth/4)
	if note := note(line); note != "" {
		l.put("* ")
		l.wrap(hang, note+with(": ", l.clip(line.Text, room)))
		return
	}
	l.put(arrow + " ")
	l.wrap(hang, l.said(line, room))
}

// said is a line of the wire; a token's kind stands in the token's place.
func (l *ladder) said(line *smtpparse.Line, room int) string {
	text := wireText(line)
	if line.Token == "" {
		return l.clip(text, room)
	}
	text = strings.TrimSuffix(text, "<token>")
	return join(" ", l.clip(strings.TrimSuffix(text, " "), room), "{"+line.Token+"}")
}

// wireText is a line as it was said.
func wireText(line *smtpparse.Line) string {
	if line.Code == 0 {
		return line.Text
	}
	separator := " "
	if line.More {
		separator = "-"
	}
	return strings.TrimSuffix(fmt.Sprintf("%03d%s%s", line.Code, separator, line.Text), " ")
}

// note says what stands in place of octets that are not shown; "" for what was
// said in words.
func note(line *smtpparse.Line) string {
	octets := count(line.Octets, "octet")
	if line.Last > line.Frame {
		octets += " to frame " + strconv.FormatInt(line.Last, 10)
	}
	switch line.Kind {
	case smtpparse.LineData:
		return "message, " + octets
	case smtpparse.LineTLS:
		return "TLS, " + octets
	case smtpparse.LineGap:
		return "MISSING in the capture: " + octets
	case smtpparse.LineUnread:
		return "not understood: " + octets
	case smtpparse.LineSecure:
		return "inside the SASL security layer, " + octets
	case smtpparse.LineProxy:
		return "PROXY header"
	case smtpparse.LineEnd:
		return line.From + " ended the connection"
	}
	return ""
}
