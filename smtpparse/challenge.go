package smtpparse

import "strings"

// challenge notes a 334.
func (p *Parser) challenge(t *attempt, a *answer) {
	if in := &p.in[Client]; in.atLineStart() {
		in.cut = cutNone // the line that a hole cut is answered, its rest does not follow
	}
	text := trimSpace(p.challengeText)
	token, isToken := p.challengeToken(t, a.at, text)
	t.stage = max(t.stage, authTokens)
	kind, shown := "text", ""
	if isToken {
		kind, shown = t.token(p, Server, a.at, token), p.shownToken(text)
	} else {
		t.exchange.Prompt(string(text))
		shown = p.shownPrompt(text)
		step := newStep(Server, a.at, kind)
		step.Text = shown
		t.addStep(p, step)
	}
	if a.place != noLine {
		l := &p.s.Dialogue[a.place]
		l.Token, l.Text = kind, shown
	}
}

// shownPrompt is a 334's words as they may be shown.
func (p *Parser) shownPrompt(text []byte) string {
	if !p.options.ShowSecrets && p.secrets.echo(text) {
		return redacted(int64(len(text)))
	}
	return p.strings.text(text)
}

// challengeUnasked takes a 334 for which no AUTH was seen.
func (p *Parser) challengeUnasked(a *answer) {
	t := p.attempt
	if t == nil {
		if !p.missing() {
			p.unexpected(a)
		}
		if p.state != expectCommand && p.in[Client].spoke {
			return
		}
		t = p.beginAttempt(a.at, "", "")
		t.stage = authTokens
		t.miss()
		t.Gap = p.missing()
	}
	p.challenge(t, a)
	p.move(gotChallenge)
}

// challengeToken decodes a 334's text, unless it is for humans: after a bare
// AUTH NTLM or AUTH GSSAPI Exchange says "ntlm supported", "GSSAPI supported"
// ([MS-SMTPNTLM] 2.2.1.2), which must not be taken for base64.
func (p *Parser) challengeToken(t *attempt, at Mark, text []byte) (token []byte, ok bool) {
	token, clean := p.decodeBase64(text)
	if t.stage == authBare && len(text) > 0 && overGSS(t.Mechanism) {
		return token, clean && gssToken(token)
	}
	if !clean {
		if words(text) {
			return nil, false
		}
		p.anomaly(BadBase64, at, "server")
	}
	return token, true
}

// overGSS tells that a mechanism's tokens are those of GSS, SSPI or NTLM.
func overGSS(mechanism string) bool {
	switch mechanism {
	case "", "NTLM", "GSSAPI", "GSS-SPNEGO", "EXCHANGEAUTH", "NEGOTIATE", "KERBEROS_V5":
		return true
	}
	return strings.HasPrefix(mechanism, "GS2-")
}

// gssToken tells that a server's first token is one beyond doubt: NTLMSSP, or
// DER of GSS framing or NegTokenInit/Resp whose length is right.
func gssToken(b []byte) bool {
	if strings.HasPrefix(string(b[:min(len(b), 8)]), "NTLMSSP\x00") {
		return true
	}
	if len(b) < 2 || b[0] != 0x60 && b[0] != 0xa0 && b[0] != 0xa1 {
		return false
	}
	length, head := int(b[1]), 2
	if n := int(b[1]) - 0x80; n > 0 && n <= 3 && len(b) >= 2+n {
		length = 0
		for _, c := range b[2 : 2+n] {
			length = length<<8 | int(c)
		}
		head += n
	}
	return head+length == len(b)
}
