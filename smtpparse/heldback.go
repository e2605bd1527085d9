package smtpparse

// Where the capture begins in the middle, or a hole swallowed the end of
// counted octets, what the client sends may be commands or a message, even one
// that quotes a whole SMTP session. The octets are held back until the server
// speaks: while a message is under way it is silent, and no line of a message
// is a lone dot. So behind the last lone dot stand commands; and without a dot
// what made the server speak was a command, or the answer to a 334.

// A heldBack is what is known of the octets held back.
type heldBack struct {
	held  hold // those behind the last lone dot, or all
	scan  body // looks for the lone dot
	dots  int  // lone dots seen, at most 2
	size  size // of the message before the first lone dot
	first Mark
	last  Mark
	any   bool
}

// full tells that the server need not be waited for: there is no room left, or
// a second message came while the server is silent.
func (h *heldBack) full() bool { return h.dots > 1 || h.held.len() == maxHeld }

// begin starts anew, it is not known where in a line.
func (h *heldBack) begin() {
	h.held.clear()
	*h = heldBack{held: h.held, scan: body{line: h.scan.line[:0], rule: dotsRule, at: atLine, begins: afterGap}}
	h.scan.reader.stage = contentSkim
	h.scan.reader.leaf.file = noLine
}

// holdBackStep keeps octets that may be a message or commands.
func (p *Parser) holdBackStep(at Mark, data []byte) int {
	h := &p.heldBack
	if !h.any {
		h.first, h.any = at, true
	}
	h.last = at
	room := maxHeld - h.held.len()
	part := data[:min(len(data), room)]
	n, ended := h.scan.scan(part)
	h.held.add(at, part[:n])
	if ended {
		if h.dots++; h.dots == 1 {
			h.size = h.scan.size
			h.size.octets -= endOctets
			h.held.clear()
		}
		h.scan.at, h.scan.begins = atLine, afterCRLF
	}
	return n
}

// takeBack puts what was held back before what is held since, to be read.
func (p *Parser) takeBack() {
	h := &p.heldBack.held
	for !p.held.empty() {
		at, data, gap := p.held.next()
		if gap != 0 {
			h.addGap(at, gap)
		} else {
			h.add(at, data)
		}
		p.held.take(len(data))
	}
	p.held, *h = *h, p.held
	h.clear()
	p.drain()
}

// gap takes a hole in the octets held back.
func (h *heldBack) gap(at Mark, n int64) {
	h.scan.gap(n)
	h.held.addGap(at, n)
}

// judge decides when the server speaks, by the code that it says.
func (p *Parser) judge(code int) {
	h := &p.heldBack
	switch {
	case h.dots > 0:
		p.queue.clear()
		p.messageBefore()
		p.provedCommands()
	case h.held.len() == 0 || code == 354 || p.heldCommand():
		p.provedCommands()
	case code == 334, code == 235, code >= 400 && p.heldResponse():
		p.provedResponse()
	default: // refused in the middle of a message
		p.provedBody()
	}
}

// judgeUnheard decides though the server never spoke.
func (p *Parser) judgeUnheard() {
	switch {
	case p.heldBack.dots > 0:
		p.oneSided = !p.in[Server].spoke
		p.messageBefore()
		p.in[Client].cut = cutNone
		p.move(provedCommand)
		p.takeBack()
	case p.heldBack.held.len() == maxHeld:
		p.provedBody() // no client says so much before the server answers
	case p.heldBack.held.len() > 0 && !p.heldCommand() && !p.heldResponse():
		p.provedBody()
	default:
		p.oneSided = !p.in[Server].spoke
		p.secrets.wary = true
		p.in[Client].cut = cutTail
		p.move(provedCommand)
		p.takeBack()
	}
}

// messageBefore notes the message whose lone dot was seen.
func (p *Parser) messageBefore() {
	h := &p.heldBack
	t := p.begin(h.first)
	p.list(t)
	t.Bytes, t.Missing, t.data = max(0, h.size.octets), h.size.missing, dataEnded
	t.touch(h.last)
	p.tx = nil
	p.fold(Client, LineData, h.first, h.size.seen()+endOctets)
	e := newPending(pendingDataEnd, h.last)
	e.tx = t
	p.queue.push(e)
}

// provedCommands reads the held octets as commands.
func (p *Parser) provedCommands() {
	if p.heldBack.dots == 0 && p.heldBack.held.len() > 0 {
		p.in[Client].cut = cutTail
	}
	p.secrets.wary = true
	p.move(provedCommand)
	p.takeBack()
}

// provedResponse reads the last held line as the answer to a 334.
func (p *Parser) provedResponse() {
	t := p.beginAttempt(p.heldBack.first, "", "")
	t.stage = authTokens
	t.miss()
	p.in[Client].cut = cutNone
	p.move(gotChallenge)
	p.takeBack()
	if f := p.queue.front(); f != nil && f.verb == pendingUnknown {
		p.queue.drop()
	}
}

// provedBody reads the held octets as a message whose beginning is missing.
func (p *Parser) provedBody() {
	t := p.begin(p.heldBack.first)
	p.list(t)
	p.move(provedBody)
	p.startBody(p.heldBack.first)
	p.body.reader.stage = contentSkim // not its header
	p.body.keep = false
	p.body.gaps = true
	p.body.at, p.body.begins = atLine, afterGap
	p.queue.clear()
	p.takeBack()
}

// heldCommand tells that the last held line is a command.
func (p *Parser) heldCommand() bool {
	line := p.heldBack.held.lastLine()
	word, args := cutWord(line)
	v, _ := lookupVerb(word)
	return commandLike(v, args)
}

// heldResponse tells that the last held line looks like a SASL token and
// nothing else is held.
func (p *Parser) heldResponse() bool {
	line := p.heldBack.held.lastLine()
	for _, c := range line {
		if base64Value[c] == noBase64 && c != '=' {
			return false
		}
	}
	whole, _ := p.heldBack.held.firstLine()
	return len(line) > 0 && len(whole) == len(line)
}
