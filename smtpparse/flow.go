package smtpparse

import "bytes"

// What is held back of the client, and when it is read.

// draining says whether held octets are being read.
type draining uint8

const (
	drainNone draining = iota
	drainHeld
)

// holdStep keeps octets that cannot be read before the server speaks.
func (p *Parser) holdStep(at Mark, data []byte) int {
	if p.state == expectTLSReply && p.held.empty() && data[0] == recordHandshake {
		p.move(lostReply) // a ClientHello needs no go-ahead to be known
		return 0
	}
	n := min(len(data), max(0, maxHeld-p.held.len()))
	p.held.add(at, data[:n])
	if p.held.len() >= maxHeld {
		p.loseReply()
		p.drain()
	}
	return n
}

// drain reads held octets as far as the state allows.
func (p *Parser) drain() {
	if p.draining != drainNone {
		return
	}
	p.draining = drainHeld
	for !p.held.empty() && clientMode[p.state] != modeHeld {
		at, data, gap := p.held.next()
		if gap != 0 {
			p.held.take(0)
			p.clientGap(at, max(0, gap))
			continue
		}
		if n := p.textStep(Client, at, data); n > 0 {
			p.held.take(n)
		}
	}
	p.draining = drainNone
}

// heldFirst is the first held octet.
func (p *Parser) heldFirst() (at Mark, c byte, ok bool) {
	if p.held.len() == 0 {
		return Mark{}, 0, false
	}
	at, data, _ := p.held.next()
	if len(data) == 0 {
		return at, 0, false
	}
	return at, data[0], true
}

// heldBody tells that the held octets are no commands.
func (p *Parser) heldBody() bool {
	if p.held.len() == 0 {
		return false
	}
	line, _ := p.held.firstLine()
	word, args := cutWord(line)
	v, _ := lookupVerb(word)
	return !commandLike(v, args)
}

// heldAuth tells that one of the held lines is AUTH.
func (p *Parser) heldAuth() bool {
	rest := p.held.octets[p.held.head:]
	for len(rest) > 0 {
		var line []byte
		line, rest, _ = bytes.Cut(rest, []byte("\n"))
		word, _ := cutWord(line)
		if v, _ := lookupVerb(word); v == verbAUTH || v == verbXEXPS {
			return true
		}
	}
	return false
}

// loseReply goes on without the reply that was awaited: it is not in the
// capture, or the client did not wait for it.
func (p *Parser) loseReply() {
	p.oneSided = p.oneSided || !p.in[Server].spoke
	from := p.state
	p.move(lostReply)
	switch from {
	case expectDataReply:
		at := Mark{}
		if !p.held.empty() {
			at, _, _ = p.held.next()
		}
		if !p.oneSided {
			p.anomaly(DataWithoutGoAhead, at, "")
		}
		p.startBody(at)
	case expectBlobReply:
		p.endEmptyCount(Mark{})
	}
}

// feed takes octets of one direction.
func (p *Parser) feed(dir Dir, at Mark, data []byte) {
	in := &p.in[dir]
	in.spoke = true
	if dir == Client {
		p.settleDoubt()
		p.clientSpeaks()
	} else {
		p.oneSided = false
	}
	p.text(dir, at, data)
}

// gap takes a hole of n octets, 0 for an unknown number.
func (p *Parser) gap(dir Dir, at Mark, n int64) {
	p.settleDoubt()
	if p.doubt.stage == doubtBehind {
		p.doubt.drop()
	}
	p.say(dir, at, &Line{Kind: LineGap, Octets: n})
	switch {
	case p.in[dir].secured.state != layerNone && p.in[dir].wire == wirePlain:
		p.in[dir].secured.gap(n)
	case p.in[dir].wire == wireTLS && !p.inTLS:
	case dir == Server:
		p.serverGap(at)
	case clientMode[p.state] == modeHeld:
		p.held.addGap(at, n)
	default:
		p.clientGap(at, n)
	}
}

// clientGap takes a hole in what the client sent.
func (p *Parser) clientGap(at Mark, n int64) {
	in := &p.in[Client]
	p.secrets.wary = true
	p.proxied.stage = proxyDone // a header comes before all else
	switch p.state {
	case expectDataEnd:
		b := &p.body
		b.gap(n)
		b.tx.Complete = false
		p.holeEnd(b.size)
		return
	case expectChunkEnd, expectBlobEnd:
		p.countedGap(at, n)
		return
	case expectServerWord:
		p.heldBack.gap(at, n)
		return
	case expectTLS:
		in.restart()
		return
	case expectAuthResponse:
		p.responseGap(at, in)
	default:
		p.commandGap(at, in)
	}
	in.restart()
	in.cut = cutTail
	p.queue.push(newPending(pendingUnknown, at))
	p.unsure = true
}

// newPending is a command without anything attached.
func newPending(v verb, at Mark) pending {
	return pending{verb: v, frame: at.Frame, rcpt: noLine, hello: noLine}
}

// countedGap takes a hole in counted octets: as many of it as are counted are
// the message's, if its length is known.
func (p *Parser) countedGap(at Mark, n int64) {
	p.endVeil()
	if p.body.tx != nil {
		p.body.gap(min(n, p.left))
		p.body.fill()
	}
	if n > 0 && n <= p.left {
		p.left -= n
		p.endEmptyCount(at)
		return
	}
	if p.body.tx != nil {
		p.endBody(at)
	}
	p.left = 0
	p.queue.push(newPending(pendingUnknown, at))
	p.unsure = true
	p.in[Client].restart()
	p.move(lostCount)
	p.heldBack.begin()
}

// responseGap takes a hole in a response: what there is of it is decoded.
func (p *Parser) responseGap(at Mark, in *input) {
	if p.attempt != nil {
		p.attempt.miss()
	}
	line := in.line
	p.authResponse(at, line[:len(line)/4*4], 0)
}

// commandGap takes a hole in a command line: a whole verb is a command, though
// its arguments may be cut.
func (p *Parser) commandGap(at Mark, in *input) {
	if in.atLineStart() {
		return
	}
	word, args := cutWord(in.line)
	v, name := lookupVerb(word)
	switch {
	case v == verbAUTH || v == verbXEXPS:
		line := trimCR(args)
		open := len(line) == len(args)
		args = line
		mechanism, initial := cutWord(args)
		initial = trimSpace(initial)
		if open && len(mechanism) == len(args) && saslName(mechanism) && !knownMechanism(mechanism) {
			p.authCut(at, v, name, mechanism)
		} else {
			p.auth(at, v, name, args[:len(args)-len(initial)%4], 0) // whole base64 groups
		}
		if p.attempt != nil {
			p.attempt.miss()
		}
	case v != noVerb && v != verbBDAT && (len(args) > 0 || len(in.line) > len(word)):
		p.command(at, v, name, in.line, args, 0)
	default:
		p.unread(Client, at, in.line, in.over)
	}
}

// serverGap takes a hole in what the server sent.
func (p *Parser) serverGap(at Mark) {
	in := &p.in[Server]
	if len(in.line) > 0 {
		if _, _, _, ok := parseReplyLine(in.line); ok && len(in.line) > 3 {
			p.replyLine(at, trimCR(in.line), 0)
		} else {
			p.unread(Server, at, in.line, in.over)
		}
	}
	in.restart()
	in.cut = cutTail
	if t := p.attempt; t != nil && p.state == expectAuthReply {
		t.miss()
		t.lost = true
	}
	under := p.reply.lines > 0
	p.reply.cut = under
	if under && p.reply.hello.place == noLine {
		p.endReply()
		under = false
	}
	// The rest of an EHLO reply may follow; what is missing comes after it.
	p.queue.insertUnknown(at, under)
}
