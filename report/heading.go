package report

import (
	"bytes"
	"net/netip"
	"strconv"
	"time"

	"smtpscope/inspect"
	"smtpscope/smtpparse"
	"smtpscope/verdict"
)

// appendHeading appends the parts of the row that finds a session again: number,
// state, ends, time. grep '^#' makes a list of them. The parts wait for the number
// as strings that end in NUL, which none of them can hold: style, state,
// client, server, time.
func appendHeading(b []byte, s *inspect.Session) []byte {
	b = append(append(b, stateStyle(&s.Verdict)...), 0)
	for _, part := range [...]string{stateWords(&s.Verdict) + say(s.Open, " (open)"), address(s.Client), address(s.Server), clock(s.Start, "2006-01-02 15:04:05Z")} {
		b = append(append(b, Printable(part)...), 0)
	}
	return b
}

// heading prints the row of which rendered begins with the parts, and returns
// what follows them.
func (p *page) heading(id int64, rendered []byte) (rest []byte) {
	next := func() string {
		part, after, _ := bytes.Cut(rendered, []byte{0})
		rendered = after
		return string(part)
	}
	st := style(next())
	p.styled(bold, "#"+strconv.FormatInt(id, 10))
	p.part(2, st, next())
	p.part(2, plainText, next())
	p.part(1, plainText, p.marks.joint+" "+next())
	p.part(2, plainText, next())
	if p.col+2 <= p.width {
		p.to(p.col + 1)
		p.on(dim)
		for p.col < p.width {
			p.sign(p.marks.rule)
		}
		p.off(dim)
	}
	p.end()
	return rendered
}

// part appends one part of a heading after a distance, in a new row if this one
// is full, and in several if it is longer than a row.
func (p *page) part(distance int, st style, s string) {
	if s == "" {
		return
	}
	if p.col+distance+columns(Printable(s)) > p.width {
		p.end()
		p.to(labelColumn)
	} else {
		p.to(p.col + distance)
	}
	for s = p.clip(s, p.wireRoom(0)); columns(s) > p.width-p.col; p.to(labelColumn) {
		n := fit(s, p.width-p.col)
		p.styled(st, s[:n])
		p.end()
		s = s[n:]
	}
	p.styled(st, s)
}

// stateWords is the state and what makes it worse.
func stateWords(v *verdict.Verdict) string {
	words := string(v.State)
	if v.FailedMechanism != "" {
		words += " (" + v.FailedMechanism + ")"
	}
	if v.Clear {
		words += " (clear)"
	}
	return words
}

func address(e smtpparse.Endpoint) string {
	if !e.IP.IsValid() {
		return "?:" + strconv.Itoa(int(e.Port))
	}
	return netip.AddrPortFrom(e.IP, e.Port).String()
}

// clock is a time in UTC; "" for none.
func clock(t time.Time, layout string) string {
	if t = writable(t); t.IsZero() {
		return ""
	}
	return t.Format(layout)
}

// stamp is a time to the millisecond; "" for none.
func stamp(t time.Time) string { return clock(t, "2006-01-02 15:04:05.000Z") }
