package report

import (
	"io"
	"slices"
	"strconv"

	"smtpscope/paste"
	"smtpscope/smtpparse"
	"smtpscope/verdict"
	"smtpscope/words"
)

// WriteDecoded prints what a pasted text holds, for people: of each attempt what it
// means, the facts that its tokens state, and the tokens field by field.
func WriteDecoded(w io.Writer, d *paste.Paste, o TextOptions) error {
	p := newPage(o)
	p.styled(dim, "read as "+string(d.Form))
	p.end()
	for i, a := range d.Auth {
		p.blank()
		p.para(numbered("Means", i, len(d.Auth)), d.Meaning[i])
		if name := join(" ", a.Verb, a.Mechanism); name != "" {
			p.fact("command", name)
		}
		p.quote("reply", words.Reply(a.ReplyCode, a.EnhancedCode, a.ReplyText))
		p.tokenFacts(a)
		p.pastedTokens(a)
	}
	if len(d.Findings) > 0 {
		p.blank()
		p.findings(withoutFrames(d.Findings))
	}
	_, err := w.Write(p.b)
	return err
}

func (p *page) pastedTokens(a *smtpparse.Auth) {
	for i := range a.Steps {
		s := &a.Steps[i]
		p.row(first(i, "Tokens"))
		if len(a.Steps) > 1 || a.Verb != "" {
			p.styled(dim, "line "+strconv.FormatInt(s.Frame, 10))
			p.to(p.col + 2)
		}
		p.stepKind(s)
	}
}

// WriteDecodedJSON prints the same as one JSON object and a line feed:
// {"type":"decode"} with the members of [paste.Paste].
func WriteDecodedJSON(w io.Writer, d *paste.Paste) error {
	var c timekeeper
	b := append([]byte(nil), `,"type":"decode"`...)
	b = stringMember(b, `,"form":`, string(d.Form))
	b = pointersMember(b, `,"auth":`, d.Auth, func(b []byte, a *smtpparse.Auth) []byte { return appendAuth(b, a, &c) })
	b = stringsMember(b, `,"meaning":`, d.Meaning)
	b = listMember(b, `,"findings":`, d.Findings, appendFinding)
	_, err := w.Write(append(endObject(b, 0), '\n'))
	return err
}

// withoutFrames takes the frames away, which in a pasted text are lines.
func withoutFrames(list []verdict.Finding) []verdict.Finding {
	list = slices.Clone(list)
	for i := range list {
		list[i].Frame = 0
	}
	return list
}
