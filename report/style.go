package report

import "smtpscope/verdict"

// A style is an SGR sequence (ECMA-48, section 8.3.117).
type style string

const (
	plainText style = ""
	bold      style = "\x1b[1m"
	dim       style = "\x1b[2m"
	red       style = "\x1b[31m"
	green     style = "\x1b[32m"
	yellow    style = "\x1b[33m"
	cyan      style = "\x1b[36m"
	noStyle   style = "\x1b[0m"
)

// styled puts s in a style if the page has colours.
func (p *page) styled(st style, s string) {
	if s == "" {
		return
	}
	p.on(st)
	p.put(s)
	p.off(st)
}

func (p *page) on(st style) {
	if p.colour && st != plainText {
		p.b = append(p.b, st...)
	}
}

func (p *page) off(st style) {
	if p.colour && st != plainText {
		p.b = append(p.b, noStyle...)
	}
}

// stateStyle: green is what an administrator wants, red what is urgent, yellow
// what is not Kerberos.
func stateStyle(v *verdict.Verdict) style {
	switch v.State {
	case verdict.Kerberos, verdict.IAKERB:
		return green
	case verdict.Failed:
		return red
	case verdict.None, verdict.Encrypted, verdict.Incomplete:
		return cyan
	}
	if v.Clear {
		return red
	}
	return yellow
}

func severityStyle(severity string) style {
	switch severity {
	case "high":
		return red
	case "medium":
		return yellow
	}
	return plainText
}
