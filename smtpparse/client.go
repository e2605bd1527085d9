package smtpparse

// clientLine takes one line of the client.
func (p *Parser) clientLine(at Mark, line []byte, over int64) {
	tail := p.in[Client].cut == cutTail
	p.in[Client].cut = cutNone
	text := line
	for len(text) > 0 && (text[0] == '\v' || text[0] == '\f') { // as some servers do
		text = text[1:]
	}
	word, rest := cutWord(text)
	v, name := lookupVerb(word)
	if v != noVerb && &word[0] != &line[0] && p.state != expectAuthResponse {
		p.lexical(Client, LeadingSpace, at, "")
	}
	if tail && !commandLike(v, rest) {
		p.unread(Client, at, line, over)
		return
	}
	if p.state == expectTLS && p.plainAfter220(Client, at, line) {
		return
	}
	if p.proxyLine(at, line) {
		return
	}
	if p.state == expectAuthResponse {
		switch {
		case !p.abandonsAuth(v, line):
			p.authResponse(at, line, over)
			return
		case p.undecidedResponse(at, v, name, line):
			return
		}
		p.attempt = nil
		p.move(provedCommand)
	}
	p.command(at, v, name, line, rest, over)
}

// command takes a command line.
func (p *Parser) command(at Mark, v verb, name string, line, args []byte, over int64) {
	p.early(at)
	p.endVeil()
	p.doubtCommand(at, v, line, over)
	if v == verbAUTH || v == verbXEXPS {
		p.auth(at, v, name, args, over)
		return
	}
	shown, secret := p.commandText(v, line, over)
	if v == noVerb {
		if notText(line) {
			p.anomaly(BinaryInCommand, at, "")
		}
		if !secret {
			word, _ := cutWord(line)
			name = p.strings.upper(word)
		}
	}
	p.say(Client, at, &Line{Kind: LineCommand, Verb: name, Text: shown})
	p.obey(at, v, name, args, secret)
}

// obey does what a command that was said asks for.
func (p *Parser) obey(at Mark, v verb, name string, args []byte, secret bool) {
	e := newPending(v, at)
	e.secret = secret
	switch v {
	case verbEHLO, verbHELO, verbLHLO:
		p.hello(at, v, name, args)
		return
	case verbMAIL:
		p.mail(at, args, &e)
	case verbRCPT:
		p.rcpt(at, args, &e)
	case verbDATA:
		p.data(at, args, &e)
	case verbBDAT:
		p.chunk(at, args, e)
		return
	case verbBURL:
		p.burl(at, args, &e)
	case verbRSET, verbQUIT:
		p.abort(at)
	case verbSTARTTLS:
		p.starttls.ask("starttls", at)
	case verbXANONYMOUSTLS:
		p.starttls.ask("x-anonymoustls", at)
	case verbXCLIENT, verbXPROXY:
		p.xclient(args)
	case verbXEXCH50:
		p.blob(args)
	}
	p.queue.push(e)
	switch v {
	case verbDATA:
		p.move(sentData)
	case verbSTARTTLS, verbXANONYMOUSTLS:
		p.move(sentSTARTTLS)
	case verbXEXCH50:
		p.move(sentBlob)
	}
	p.waitNot()
}

// waitNot goes on at once where no server is there to wait for.
func (p *Parser) waitNot() {
	if p.oneSided && clientMode[p.state] == modeHeld {
		p.loseReply()
	}
}

// early notes commands that the client should have held back: before the
// greeting, or behind an unanswered one without PIPELINING (RFC 2920).
func (p *Parser) early(at Mark) {
	front := p.queue.front()
	if front == nil || front.verb == pendingUnknown || !p.in[Server].spoke && front.verb != pendingGreeting || p.oneSided || at.Frame <= p.readAgain {
		return
	}
	if front.verb == pendingGreeting && !p.in[Server].spoke {
		// Only a server that speaks later makes this early; see Close.
		p.proxied.beforeGreeting = at
		return
	}
	if (!p.options.Midstream || p.greetedBack()) && !p.offers("PIPELINING") {
		p.lexical(Client, PipelinedTooEarly, at, "")
	}
}

// greetedBack tells that a reply to an EHLO or HELO was seen.
func (p *Parser) greetedBack() bool {
	for i := range p.s.Hello {
		if p.s.Hello[i].ReplyCode != 0 {
			return true
		}
	}
	return false
}

// commandLike tells that a line is a command beyond doubt: a known verb, with
// what must follow it.
func commandLike(v verb, args []byte) bool {
	switch v {
	case noVerb:
		return false
	case verbMAIL:
		_, ok := cutPrefixFold(args, "FROM:")
		return ok
	case verbRCPT:
		_, ok := cutPrefixFold(args, "TO:")
		return ok
	case verbEHLO, verbHELO, verbLHLO, verbBDAT, verbAUTH, verbXEXPS:
		return len(args) > 0
	case verbDATA, verbQUIT, verbRSET, verbSTARTTLS, verbXANONYMOUSTLS:
		return len(trimSpace(args)) == 0
	}
	return true
}

// cutPrefixFold cuts prefix (upper case) off b in any case.
func cutPrefixFold(b []byte, prefix string) (rest []byte, ok bool) {
	b = trimSpace(b)
	if len(b) < len(prefix) {
		return nil, false
	}
	for i := range len(prefix) {
		c := b[i]
		if 'a' <= c && c <= 'z' {
			c -= 'a' - 'A'
		}
		if c != prefix[i] {
			return nil, false
		}
	}
	return b[len(prefix):], true
}
