package report

import (
	"cmp"
	"strconv"

	"smtpscope/verdict"
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
