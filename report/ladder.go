package report

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"smtpscope/smtpparse"
	"smtpscope/words"
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
	// layers are the SASL layers that a login put in force, by the frame of its 235.
	layers map[int64]string
}

const (
	ladderColumn = 4
	offsetWidth  = len("+99.999") // more is needed rarely: rows then shift
	serverIndent = 4
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
	for _, a := range s.Auth {
		if a != nil && words.Protects(a) {
			if l.layers == nil {
				l.layers = make(map[int64]string)
			}
			l.layers[a.LastFrame] = a.SASLLayer.Chosen
		}
	}
	for lines := s.Dialogue; len(lines) > 0; {
		run, n := smtpparse.NextRun(lines)
		if n > 1 {
			run := run // only this one is kept
			l.line(&run.Line, runText(&run))
		} else {
			l.single(lines)
		}
		lines = lines[n:]
	}
	if n := s.Omitted["dialogue"]; n > 0 {
		l.ours(count(n, "more line") + " not kept")
	}
	if s.Close == "rst" && !slices.ContainsFunc(s.Dialogue, isReset) {
		l.ours("reset")
	}
}

// ours is a row that no line of the dialogue stands behind.
func (l *ladder) ours(s string) {
	l.to(l.client)
	l.wrap(l.client, "* "+s)
}

func isReset(line smtpparse.Line) bool {
	return line.Kind == smtpparse.LineEnd && line.Text == "RST"
}

// single prints the first of lines.
func (l *ladder) single(lines []smtpparse.Line) {
	line := &lines[0]
	switch {
	case line.Octets == 0 && line.Kind.Folded():
		return
	case len(lines) > 1 && noticedLate(line, &lines[1]):
		late := *line
		late.Time, late.Frame = time.Time{}, 0
		l.line(&late, note(line)+" (noticed at "+frames(line.Frame, 0)+")")
	default:
		l.line(line, note(line))
	}
	if line.Code == 235 && !line.More {
		if layer := l.layers[line.Frame]; layer != "" {
			l.ours("from here: SASL " + layer + " layer")
			delete(l.layers, line.Frame)
		}
	}
}

// noticedLate tells of a hole that was seen only when later packets came. It
// stands where it is in the stream, so that its time would run backwards.
func noticedLate(hole, next *smtpparse.Line) bool {
	return hole.Kind == smtpparse.LineGap && hole.Frame > next.Frame && next.Frame > 0 && !next.Time.After(hole.Time)
}

// line is a row; note is what stands in place of its words, "" if it has some.
func (l *ladder) line(line *smtpparse.Line, note string) {
	if l.before != nil && line.TLS != l.before.TLS {
		l.ours(say(line.TLS, "inside TLS, decrypted:") + say(!line.TLS, "outside TLS:"))
	}
	// What came in the same packet as the row above needs no second time.
	if l.before == nil || line.Frame != l.before.Frame || line.Frame == 0 || !line.Time.Equal(l.before.Time) {
		l.when(line)
	}
	l.before = line
	l.side(line, note)
}

func (l *ladder) when(line *smtpparse.Line) {
	if !line.Time.IsZero() && !l.start.IsZero() {
		offset := strconv.FormatFloat(line.Time.Sub(l.start).Seconds(), 'f', 3, 64)
		if offset[0] != '-' {
			offset = "+" + offset
		}
		l.to(ladderColumn + offsetWidth - len(offset))
		l.styled(dim, offset)
	}
	if line.Frame > 0 {
		l.to(l.frameEnd - digits(line.Frame))
		l.put(strconv.FormatInt(line.Frame, 10))
	}
}

func (l *ladder) side(line *smtpparse.Line, note string) {
	arrow, col := l.marks.to, l.client
	if line.From == "server" {
		arrow, col = l.marks.from, l.server
	}
	l.to(col)
	hang := l.col + columns(arrow) + 1
	room := wireRows * max(l.width-hang, minWidth/4)
	if note != "" {
		l.put("* ")
		l.wrap(hang, note+with(": ", l.clip(line.Text, room)))
		return
	}
	l.sign(arrow)
	l.to(l.col + 1)
	l.wrap(hang, l.said(line, room))
}

// said is a line of the wire; a token's kind stands in the token's place.
func (l *ladder) said(line *smtpparse.Line, room int) string {
	text := line.Wire()
	if line.Token == "" {
		return l.clip(text, room)
	}
	text = strings.TrimSuffix(text, "<token>")
	return join(" ", l.clip(strings.TrimSuffix(text, " "), room), "{"+line.Token+"}")
}
