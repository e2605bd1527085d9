package smtpparse

// give finds the command that a reply answers.
func (p *Parser) give(a *answer) {
	front := p.queue.front()
	switch {
	case p.doubt.stage == doubtReplies:
		p.collect(a)
	case front == nil || front.verb != pendingUnknown && p.state == expectDataEnd && front.verb != verbDATA:
		p.giveNobody(a)
	case front.verb == pendingUnknown:
		p.giveAfterHole(a)
	case front.verb.mayAnswer(a.code), announcesEach(front, a.code):
		p.giveFront(a)
	default:
		p.giveMisfit(a)
	}
}

// giveFront answers the first command of the queue.
func (p *Parser) giveFront(a *answer) {
	e := *p.queue.front()
	p.queue.pop()
	p.doubtAnswered(e.verb, a)
	p.resolve(&e, a)
}

// giveAfterHole takes a reply while it is not known where the conversation is.
func (p *Parser) giveAfterHole(a *answer) {
	if p.s.Greeting == nil && a.code == 220 && !p.in[Client].spoke && len(p.s.Messages) == 0 {
		p.queue.drop() // the beginning after all
		p.state = expectCommand
		p.greet(a)
		return
	}
	if onlyFor(a.code) {
		if n, ok := p.queue.find(a.code); ok {
			p.settle(n)
			p.giveFront(a)
			return
		}
	}
	switch {
	case onlyFor(a.code):
		p.giveNobody(a)
	case refusesAuth(a.code) && !p.queue.hasAuth():
		p.outcomeUnasked(a) // that of an AUTH in the hole
	case p.state == expectDataEnd && p.doubt.stage == doubtInHole && a.code != 421:
		p.queue.drop() // since the go-ahead there was nothing to answer but the message
		p.answerInBody(a)
	default:
		p.deferReply(a)
	}
}

// giveMisfit takes a reply that the first command cannot have. One that only a
// later command can have shows that the replies between are missing.
func (p *Parser) giveMisfit(a *answer) {
	front := p.queue.front()
	if n, ok := p.queue.find(a.code); ok && onlyFor(a.code) {
		if front.verb == pendingGreeting {
			p.anomaly(NoGreeting, a.at, "")
		}
		for range n {
			p.queue.drop()
		}
		t := p.queue.front().auth
		p.giveFront(a)
		if t != nil && a.code == 235 && n > 0 && front.verb != pendingGreeting {
			t.Doubtful = true // the replies between may have been for fewer commands
		}
		return
	}
	switch {
	case front.verb == pendingGreeting:
		p.anomaly(NoGreeting, a.at, "")
		p.queue.drop()
		p.give(a)
	case front.auth != nil && front.auth.undecided.v != noVerb:
		p.giveFront(a)
	case front.verb.gated():
		if a.code != 220 || p.in[Client].spoke {
			p.unexpected(a)
		}
		p.giveFront(a)
	case (a.code == 334 || a.code == 235) && front.verb == noVerb:
		p.queue.pop() // some servers read more as AUTH than others
		p.giveNobody(a)
	default:
		p.giveNobody(a)
	}
}

// giveNobody takes a reply that no command in the queue asked for.
func (p *Parser) giveNobody(a *answer) {
	switch {
	case p.surplus(a):
	case a.code == 334:
		p.challengeUnasked(a)
	case a.code == 235:
		p.outcomeUnasked(a)
	case p.state == expectAuthResponse && p.attempt != nil && a.code >= 400:
		p.authOutcome(p.attempt, a) // the server did not wait for the response
	case p.state == expectDataEnd:
		p.answerInBody(a)
	case a.code == 354 && (p.missing() || p.tx != nil && p.tx.data == dataNone):
		p.goAheadUnasked(a)
	default:
		p.unexpected(a)
	}
}

// missing tells that part of what the client said is not in the capture.
func (p *Parser) missing() bool {
	return p.unsure || !p.in[Client].spoke || p.queue.has(pendingUnknown)
}

// unexpected notes a reply that answers nothing. A 421 may come at any time
// (RFC 5321, section 3.8).
func (p *Parser) unexpected(a *answer) {
	switch {
	case a.code == 421 || p.missing():
	case a.code == 220:
		p.anomaly(SecondServerGreeting, a.at, "")
	default:
		p.anomaly(UnexpectedReply, a.at, "")
	}
}

// resolve gives a reply to its command.
func (p *Parser) resolve(e *pending, a *answer) {
	if a.code < 400 {
		switch e.verb {
		case verbEHLO, verbHELO, verbLHLO, verbMAIL, verbRSET, verbQUIT:
			p.secrets.wary = false
		}
	}
	switch e.verb {
	case pendingGreeting:
		p.greet(a)
	case verbEHLO, verbHELO, verbLHLO:
		p.helloAnswered(e.hello, a)
	case verbMAIL:
		p.mailAnswered(e, a)
	case verbRCPT:
		p.rcptAnswered(e, a)
	case verbDATA:
		p.dataAnswered(e, a)
	case verbBDAT, verbBURL:
		p.chunkAnswered(e, a)
	case pendingDataEnd:
		p.messageAnswered(e, a)
	case verbAUTH, verbXEXPS:
		p.authAnswered(e, a)
	case verbSTARTTLS, verbXANONYMOUSTLS:
		p.tlsAnswered(a)
	case verbXCLIENT, verbXPROXY:
		p.xclientAnswered(e, a)
	case verbXEXCH50:
		if a.code == 354 {
			p.move(gotGoAhead)
			p.endEmptyCount(a.at)
		} else {
			p.move(gotOutcome)
		}
	}
}

// greet notes the first reply.
func (p *Parser) greet(a *answer) {
	if early := p.proxied.beforeGreeting; early != (Mark{}) {
		p.lexical(Client, PipelinedTooEarly, early, "")
	}
	if p.s.Greeting == nil {
		p.room.greeting = Greeting{Code: a.code, Text: a.first, Lines: a.lines, Frame: a.at.Frame}
		p.s.Greeting = &p.room.greeting
	}
}
