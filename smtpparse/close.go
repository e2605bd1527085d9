package smtpparse

import "strconv"

// Close tells that the conversation is over: what is pending is settled.
func (p *Parser) Close(at Mark) {
	p.settleDoubt()
	p.closeUndecided()
	p.closeHeld()
	if len(p.waiting) > 0 {
		p.settle(len(p.queue.runs) - p.queue.head)
		p.closeHeld()
	}
	if p.reply.lines > 0 {
		p.anomaly(UnclosedReply, at, "")
	}
	for _, dir := range []Dir{Client, Server} {
		if in := &p.in[dir]; !in.atLineStart() {
			p.unread(dir, at, in.line, in.over)
			in.restart()
		}
	}
	p.closeMail(at)
	p.closeQueue()
}

// closeUndecided takes a line for a command that may be a response, and was
// never answered: clients that quit do not wait.
func (p *Parser) closeUndecided() {
	if e := p.queue.front(); e != nil && e.auth != nil && e.auth.undecided.v != noVerb {
		t := e.auth
		p.queue.pop()
		p.decide(t, &answer{})
	}
}

// closeHeld reads what is held though no reply will come.
func (p *Parser) closeHeld() {
	for {
		switch {
		case p.state == expectServerWord && (!p.heldBack.held.empty() || p.heldBack.dots > 0):
			p.judgeUnheard()
		case !p.held.empty() && clientMode[p.state] == modeHeld:
			p.loseReply()
			p.drain()
		default:
			return
		}
	}
}

// closeMail ends the message under way.
func (p *Parser) closeMail(at Mark) {
	t := p.tx
	if p.body.tx != nil {
		t = p.body.tx
		last := t.LastFrame
		p.endBody(at)
		t.LastFrame = last
	}
	if t != nil {
		t.close("cut")
	}
	p.tx = nil
}

// closeQueue notes the commands that were never answered. A QUIT often is not.
func (p *Parser) closeQueue() {
	if !p.in[Client].spoke || !p.in[Server].spoke || p.s.TLS != nil && !p.inTLS || p.queue.has(pendingUnknown) {
		return
	}
	n, first := 0, int64(0)
	for _, e := range p.queue.runs[p.queue.head:] {
		if e.verb == verbQUIT || e.verb == pendingGreeting {
			continue
		}
		if n == 0 {
			first = e.frame
		}
		n += e.count
	}
	if n > 0 {
		p.anomaly(UnansweredCommand, Mark{Frame: first}, strconv.Itoa(n))
	}
}
