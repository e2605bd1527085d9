package report

import (
	"cmp"
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
// is full.
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
	p.styled(st, p.cut(s, p.width-p.col))
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

func (p *page) verdict(v *verdict.Verdict) {
	p.row("Verdict")
	p.wrapStyled(bold, bodyColumn, cmp.Or(v.Text, string(v.State)))
	width := 0
	for _, e := range v.Evidence {
		width = max(width, digits(e.Frame))
	}
	for i, e := range v.Evidence {
		p.row(first(i, "Evidence"))
		p.frame(e.Frame, width)
		p.wrap(p.col, e.Text)
	}
	for i, c := range v.Causes {
		if i == 0 {
			p.row("Why not Kerberos")
			p.end()
		}
		p.row("")
		if len(v.Causes) > 1 {
			p.put(strconv.Itoa(i+1) + ". ")
		}
		p.advice(c.Text, "", c.Frame, c.Next)
	}
}

// advice is a sentence with its frame, and what to do below it.
func (p *page) advice(text, id string, frame int64, next string) {
	hang := p.col
	source := id
	if frame > 0 {
		if source != "" {
			source += ", "
		}
		source += frames(frame, frame)
	}
	if source != "" {
		text += " (" + source + ")"
	}
	p.wrap(hang, text)
	if next != "" {
		p.to(hang)
		p.styled(bold, "next:")
		p.put(" ")
		p.wrap(p.col, next)
	}
}

// frame is a frame number in a column as wide as the widest; blank for none.
func (p *page) frame(n int64, width int) {
	end := p.col + len("frame ") + width + 2
	if n > 0 {
		p.put("frame")
		p.to(end - 2 - digits(n))
		p.put(strconv.FormatInt(n, 10))
	}
	p.to(end)
}

// first is the label for the first row of several.
func first(i int, label string) string {
	if i == 0 {
		return label
	}
	return ""
}

func (p *page) findings(list []verdict.Finding) {
	for i, f := range list {
		p.row(first(i, "Findings"))
		p.styled(severityStyle(f.Severity), p.cut(f.Severity, len("medium")))
		p.to(bodyColumn + len("medium") + 2)
		p.advice(f.Text, f.ID, f.Frame, f.Next)
	}
}
