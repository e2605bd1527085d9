package smtpparse

import (
	"bytes"

	"smtpscope/authtoken"
)

// auth takes AUTH or X-EXPS (RFC 4954, section 4).
func (p *Parser) auth(at Mark, v verb, name string, args []byte, over int64) {
	if p.authDone {
		p.anomaly(AuthAfterSuccess, at, "")
	}
	word, initial := cutWord(args)
	initial = trimSpace(initial)
	if !p.options.ShowSecrets && !saslName(word) && len(word) > 0 {
		p.authMasked(at, v, name, args)
		return
	}
	t := p.beginAttempt(at, name, p.strings.upper(word))
	shown, token := name, ""
	if t.Mechanism != "" {
		shown += " " + t.Mechanism
	}
	if hash := exchangeAuthHash(t.Mechanism, initial); hash > 0 {
		shown += " " + p.strings.text(initial[:hash])
		initial = trimSpace(initial[hash:])
	}
	if len(initial) > 0 || over > 0 {
		t.InitialResponse = true
		t.stage = authTokens
		token = p.clientToken(t, at, initial, over)
		shown += " " + p.shownToken(initial)
	}
	p.say(Client, at, &Line{Kind: LineCommand, Verb: name, Text: shown, Token: token})
	p.awaitAuth(v, at, t, sentAuth)
}

// knownMechanism tells that a name is that of a mechanism, in any case, and not the
// beginning of another one that is in use: a hole may have cut it.
func knownMechanism(name []byte) bool {
	switch string(bytes.ToUpper(name)) {
	case "ANONYMOUS", "CRAM-MD5", "DIGEST-MD5", "EXTERNAL", "GSS-SPNEGO", "GSSAPI", "LOGIN", "NTLM", "OAUTHBEARER", "PLAIN", "XOAUTH2":
		return true
	}
	return false
}

// exchangeAuthHash is the length of the hash's name that Exchange puts between
// EXCHANGEAUTH and the token ("X-EXPS EXCHANGEAUTH SHA256 YII…"); 0: there is none.
func exchangeAuthHash(mechanism string, initial []byte) int {
	if mechanism != "EXCHANGEAUTH" {
		return 0
	}
	word, _ := cutWord(initial)
	if _, ok := cutPrefixFold(word, "SHA"); !ok || len(word) > len("SHA-512") {
		return 0
	}
	return len(word)
}

// authMasked takes an AUTH whose mechanism is no name: a credential may have
// got into its place.
func (p *Parser) authMasked(at Mark, v verb, name string, args []byte) {
	for n := 0; len(args) > 0 && n < rememberedSecrets/2; n++ {
		var word []byte
		word, args = cutWord(args)
		p.secrets.remember(word)
		if _, value, ok := bytes.Cut(word, []byte("=")); ok {
			p.secrets.remember(value)
			word = value
		}
		token, _ := p.decodeBase64(word)
		for _, part := range bytes.SplitN(token, []byte{0}, 3) {
			p.secrets.remember(part)
		}
	}
	p.authUnnamed(at, v, name, name+" "+authtoken.Redacted)
}

// authCut takes an AUTH whose mechanism's name a hole has cut: which one it was
// is for the tokens to say.
func (p *Parser) authCut(at Mark, v verb, name string, begun []byte) {
	p.authUnnamed(at, v, name, name+" "+p.strings.upper(begun)+"…")
}

// authUnnamed takes an AUTH of which only the verb is known.
func (p *Parser) authUnnamed(at Mark, v verb, name, shown string) {
	t := p.beginAttempt(at, name, "")
	t.exchange.Lost()
	p.say(Client, at, &Line{Kind: LineCommand, Verb: name, Text: shown})
	p.awaitAuth(v, at, t, sentAuth)
}

// awaitAuth waits for the reply to AUTH or to a response in it.
func (p *Parser) awaitAuth(v verb, at Mark, t *attempt, sent event) {
	e := newPending(v, at)
	e.auth = t
	p.queue.push(e)
	p.move(sent)
	p.waitNot()
}

// abandonsAuth tells that a line in place of a response is a command beyond
// doubt: the client gave up without saying so.
func (p *Parser) abandonsAuth(v verb, line []byte) bool {
	_, args := cutWord(line)
	return v != verbOther && v != verbNOOP && commandLike(v, args)
}

// authResponse takes the client's answer to a 334.
func (p *Parser) authResponse(at Mark, line []byte, over int64) {
	t := p.attempt
	if t == nil {
		t = p.beginAttempt(at, "", "")
		t.stage = authTokens
		t.exchange.Lost()
	}
	l := Line{Kind: LineAuth}
	if response := trimSpace(line); string(response) == "*" {
		l.Text = "*"
		t.stage = authCancel
		t.addStep(p, newStep(Client, at, "cancel"))
	} else {
		t.stage = authTokens
		l.Token = p.clientToken(t, at, response, over)
		l.Text = p.shownToken(response)
	}
	p.say(Client, at, &l)
	p.awaitAuth(verbAUTH, at, t, sentResponse)
}

// clientToken decodes what the client sent and returns its kind.
func (p *Parser) clientToken(t *attempt, at Mark, text []byte, over int64) string {
	if string(text) == "=" { // RFC 4954 section 4: an empty initial response
		text = nil
	}
	p.secrets.remember(text)
	token, clean := p.decodeBase64(text)
	if !clean && over == 0 { // of a long line the rest was not kept
		p.anomaly(BadBase64, at, "client")
	}
	p.secrets.rememberToken(t, token)
	return t.token(p, Client, at, token)
}
