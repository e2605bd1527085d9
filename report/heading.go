package report

import (
	"net/netip"
	"strconv"
	"time"

	"smtpscope/inspect"
	"smtpscope/smtpparse"
	"smtpscope/verdict"
)

// heading is the row that finds a session again: number, state, ends, time.
// grep '^#' makes a list of them.
func (p *page) heading(s *inspect.Session) {
	p.styled(bold, "#"+strconv.FormatInt(s.ID, 10))
	p.part(2, stateStyle(&s.Verdict), stateWords(&s.Verdict))
	p.part(2, plainText, address(s.Client))
	p.part(1, plainText, p.marks.joint+" "+address(s.Server))
	p.part(2, plainText, clock(s.Start, "2006-01-02 15:04:05Z"))
	if p.col+2 <= p.width {
		p.to(p.col + 1)
		p.on(dim)
		for p.col < p.width {
			p.put(p.marks.rule)
		}
		p.off(dim)
	}
	p.end()
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
