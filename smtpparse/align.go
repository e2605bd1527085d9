package smtpparse

// After a hole, or where the capture begins in the middle, it is not known
// which reply answers which command: a pendingUnknown stands in the queue for
// what is missing. Replies that reach it wait here until something shows where
// the conversation is: a reply that only one command can have (354, 334, 235,
// 220, 221, the lines of an EHLO), or the client speaking again, which a client
// in step does only when all it sent is answered. Then they are dealt out from
// the back: the last reply answers the last command.

// deferReply keeps r until it is known what it answers.
func (p *Parser) deferReply(a *answer) {
	if len(p.waiting) == maxDeferred {
		copy(p.waiting, p.waiting[1:])
		p.waiting = p.waiting[:maxDeferred-1]
	}
	p.waiting = append(p.waiting, *a)
}

// settle deals the waiting replies out to the first n runs of the queue and
// drops those runs. What is left over on either side is lost.
func (p *Parser) settle(n int) {
	commands := 0
	for i := range n {
		if e := p.queue.runs[p.queue.head+i]; e.verb != pendingUnknown {
			commands += e.count
		}
	}
	skip := max(0, commands-len(p.waiting)) // commands whose reply is lost
	replies := p.waiting[max(0, len(p.waiting)-commands):]
	p.waiting = p.waiting[:0]
	for range n {
		e := p.queue.front()
		if e.verb == pendingUnknown {
			p.queue.drop()
			continue
		}
		for k := e.count; k > 0; k-- {
			command := *p.queue.front()
			p.queue.pop()
			if skip > 0 {
				skip--
			} else {
				a := replies[0] // what it leads to may defer replies anew
				p.resolve(&command, &a)
				replies = replies[1:]
			}
		}
	}
}

// clientSpeaks settles the queue when replies came since the last hole.
func (p *Parser) clientSpeaks() {
	if len(p.waiting) == 0 {
		return
	}
	p.settle(len(p.queue.runs) - p.queue.head)
	p.drain()
}
