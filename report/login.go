package report

import (
	"cmp"
	"strconv"

	"smtpscope/smtpparse"
	"smtpscope/words"
)

// logins prints what each attempt to authenticate was, in facts.
func (p *page) logins(attempts []*smtpparse.Auth) {
	for i, a := range attempts {
		if a != nil {
			p.login(numbered("Login", i, len(attempts)), a)
		}
	}
}

// numbered is a label, with its number when there are several of the kind.
func numbered(label string, i, n int) string {
	if n > 1 {
		label += " " + strconv.Itoa(i+1)
	}
	return label
}

func (p *page) login(label string, a *smtpparse.Auth) {
	p.row(label)
	p.wrap(bodyColumn, cmp.Or(join(" ", a.Verb, a.Mechanism), "an AUTH that is not in the capture,")+
		say(words.CarriedOther(a), " carrying "+a.Actual)+
		": "+string(a.Outcome)+" ("+frames(a.FirstFrame, a.LastFrame)+say(a.TLS, ", inside TLS")+")")
	p.quote("reply", words.Reply(a.ReplyCode, a.EnhancedCode, a.ReplyText))
	p.tokenFacts(a)
}

// tokenFacts are the facts that the tokens of an attempt state.
func (p *page) tokenFacts(a *smtpparse.Auth) {
	for f := range words.Login(a) {
		name := p.cut(f.Name, factColumn-bodyColumn-1)
		if f.Wire {
			p.quote(name, f.Value)
		} else {
			p.fact(name, f.Value)
		}
	}
}
