package report

import (
	"cmp"
	"strconv"

	"smtpscope/nearby"
	"smtpscope/verdict"
	"smtpscope/words"
)

// verdict is the answer, the frames that prove it, and why it was not Kerberos.
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
		p.advice(c.Text, say(c.Certainty != verdict.Seen, string(c.Certainty)), c.Frame, c.Next)
	}
	if v.Decide != "" {
		p.row("")
		p.styled(bold, "to decide:")
		p.put(" ")
		p.wrapAdvice(p.col, v.Decide)
	}
	if v.Hint != nil {
		p.row("Hint")
		p.wrap(bodyColumn, v.Hint.Text)
	}
}

// nearby is what the client said to KDCs and name servers.
func (p *page) nearby(a *nearby.Around) {
	label := "Kerberos"
	for i := range a.Requests {
		r := &a.Requests[i]
		p.row(first(i, label))
		p.wrap(bodyColumn, join(", ", r.Kind+say(r.Kind != nearby.KindPassword, "-REQ")+" for "+r.Service+"@"+r.Realm+" to "+r.KDC.Addr().String()+say(r.Frame > 0, " ("+frames(r.Frame, r.Frame)+")"), words.KDCAnswer(r)))
	}
	for i := range a.Unreachable {
		u := &a.Unreachable[i]
		p.row(say(i == 0 && len(a.Requests) == 0, label))
		p.wrap(bodyColumn, "KDC "+words.Unreachable(u))
	}
	for i := range a.Names {
		n := &a.Names[i]
		p.row(first(i, "DNS"))
		p.wrap(bodyColumn, words.LedToServer(n))
	}
	for i := range a.Reverse {
		n := &a.Reverse[i]
		p.row(say(i == 0 && len(a.Names) == 0, "DNS"))
		p.wrap(bodyColumn, words.ServersName(n))
	}
	for i := range a.Failures {
		f := &a.Failures[i]
		p.row(say(i == 0 && len(a.Names)+len(a.Reverse) == 0, "DNS"))
		p.wrap(bodyColumn, f.Asked+" ("+f.Type+"): "+words.InVain(f))
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
	p.wrapAdvice(hang, text)
	if next != "" {
		p.to(hang)
		p.styled(bold, "next:")
		p.put(" ")
		p.wrapAdvice(p.col, next)
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
