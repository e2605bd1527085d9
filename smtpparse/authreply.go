package smtpparse

// authAnswered takes the server's reply to AUTH or to a response.
func (p *Parser) authAnswered(e *pending, a *answer) {
	t := e.auth
	if t.undecided.v != noVerb && p.decide(t, a) {
		p.give(a)
		return
	}
	if p.answersHeld(t) {
		// The 334 is missing; what the client sent after it is at hand.
		t.lost = false
		p.move(gotChallenge)
		p.drain()
		if f := p.queue.front(); f != nil && f.auth == t {
			p.giveFront(a)
			return
		}
	}
	if a.code == 334 {
		p.challenge(t, a)
		p.attempt = t
		p.move(gotChallenge)
		return
	}
	p.authOutcome(t, a)
}

// answersHeld tells that the held octets begin with a response to a 334 that
// is missing in the capture.
func (p *Parser) answersHeld(t *attempt) bool {
	if !t.lost || p.state != expectAuthReply || p.held.len() == 0 {
		return false
	}
	line, whole := p.held.firstLine()
	word, _ := cutWord(line)
	v, _ := lookupVerb(word)
	return whole && !p.abandonsAuth(v, line)
}

// authOutcome notes how an attempt ended.
func (p *Parser) authOutcome(t *attempt, a *answer) {
	t.ReplyCode, t.EnhancedCode, t.ReplyText, t.LastFrame = a.code, a.enhanced, a.text, a.at.Frame
	switch {
	case a.code == 235:
		t.Outcome = Accepted
		t.Doubtful = t.Doubtful || p.rivals(t)
		p.authDone = true
		p.armLayer(t)
	case a.code < 400:
	case t.stage == authCancel:
		t.Outcome = Cancelled
	default:
		t.Outcome = Rejected
		p.secrets.wary, p.secrets.failed = true, true
	}
	if p.attempt == t || p.attempt == nil {
		p.attempt = nil
		p.move(gotOutcome)
	}
}

// outcomeUnasked takes the outcome of an AUTH that was not seen. It is kept as an
// attempt: somebody logged in, or tried to.
func (p *Parser) outcomeUnasked(a *answer) {
	t := p.attempt
	if t == nil {
		if !p.missing() {
			p.unexpected(a)
		}
		t = p.beginAttempt(a.at, "", "")
		t.miss()
		t.Gap = p.missing()
	}
	under := p.state
	p.authOutcome(t, a)
	if clientMode[under] != modeLines && clientMode[under] != modeUndecided {
		p.state = under // a message goes on
	}
}

// rivals tells that another attempt may be the one that the server accepted: it
// was never answered, or was on its way before the reply.
func (p *Parser) rivals(t *attempt) bool {
	for _, other := range p.s.Auth {
		if other != &t.Auth && other.TLS == t.TLS && other.Outcome == Incomplete && other.ReplyCode == 0 && !other.Gap {
			return true
		}
	}
	return p.heldAuth()
}
