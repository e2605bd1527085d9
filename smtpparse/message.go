package smtpparse

import "math"

// data takes DATA; its octets begin with the 354.
func (p *Parser) data(at Mark, args []byte, e *pending) {
	e.tx = p.tx
	if p.tx != nil {
		p.tx.touch(at)
		p.tx.probe = len(trimSpace(args)) > 0
	}
}

// dataAnswered takes the reply to DATA. A 2yz in place of the 354 answers the message:
// the go-ahead is missing in the capture.
func (p *Parser) dataAnswered(e *pending, a *answer) {
	if a.code == 354 {
		if p.state == expectDataEnd {
			return // the body was taken for one before its go-ahead came
		}
		if at, _, ok := p.heldFirst(); ok && at.Frame > p.readAgain {
			p.anomaly(DataWithoutGoAhead, at, "")
		}
		p.tx = e.tx
		p.move(gotGoAhead)
		p.startBody(a.at)
		return
	}
	if a.code/100 == 2 && p.heldBody() { // the 354 is missing, this answers the message
		p.loseReply()
		p.drain()
		if f := p.queue.front(); f != nil && f.verb == pendingDataEnd {
			p.giveFront(a)
		}
		return
	}
	if p.state == expectDataEnd && p.body.tx == e.tx { // the body came without a go-ahead
		p.endBody(a.at)
	}
	p.move(gotOutcome)
	if t := e.tx; t != nil {
		p.outcome(t, a)
	}
}

// goAheadUnasked takes a 354 whose DATA was not seen.
func (p *Parser) goAheadUnasked(a *answer) {
	p.state = expectCommand
	p.move(gotGoAhead)
	held := !p.held.empty()
	p.startBody(a.at)
	if held {
		// What the client sent before it was told to go on may be commands whose
		// replies are in the hole.
		p.body.gaps = true
	}
}

// startBody begins the octets of a message after a 354.
func (p *Parser) startBody(at Mark) {
	t := p.tx
	if t == nil {
		t = p.begin(at)
	}
	p.list(t)
	t.data = dataBegun
	t.probe = false
	p.body.begin(t, dotsRule, p.lim.Header)
	p.doubt.drop()
}

// endOctets are those of the line that ends a message: a dot and CRLF.
const endOctets = 3

// dataStep reads a message's octets.
func (p *Parser) dataStep(at Mark, data []byte) int {
	b := &p.body
	n, ended := b.scan(data)
	p.fold(Client, LineData, at, int64(n))
	b.tx.Bytes, b.tx.Missing, b.tx.LastFrame = b.octets, b.missing, at.Frame
	p.falseEnds(at, data[:n])
	if ended {
		p.endOfData(at)
	}
	return n
}

// endOfData ends a message at its dot.
func (p *Parser) endOfData(at Mark) {
	t := p.body.tx
	all := p.body.size
	all.octets -= endOctets
	p.finishBody(at, all, !p.body.gaps)
	p.unsure = false
	p.doubtEnds(t)
	if t.ReplyCode == 0 {
		e := newPending(pendingDataEnd, at)
		e.tx = t
		p.queue.push(e)
	}
	p.move(endReached)
}

// finishBody writes down what the body showed of its message.
func (p *Parser) finishBody(at Mark, all size, complete bool) {
	b := &p.body
	t := b.tx
	b.tx = nil
	if t == nil {
		return
	}
	b.end(all)
	t.Bytes, t.Missing, t.Complete, t.data = all.octets, all.missing, complete, dataEnded
	t.touch(at)
	t.show(&b.reader.content)
	if b.reader.more > 0 {
		p.omit("attachments")
	}
	if p.tx == t {
		p.tx = nil
	}
}

// show writes down what was read of a message.
func (t *transaction) show(c *content) {
	h := &c.message
	t.Subject, t.From, t.To, t.MessageID, t.Date = h.subject, h.from, h.to, h.messageID, h.date
	t.Attachments = nil
	for _, f := range c.files {
		t.Attachments = append(t.Attachments, Attachment{Name: f.name, Type: f.media, Bytes: f.bytes})
	}
}

// endBody ends a message whose end was not seen.
func (p *Parser) endBody(at Mark) {
	p.finishBody(at, p.body.size, false)
	p.doubt.drop()
}

// answerInBody takes a reply while a message is under way.
func (p *Parser) answerInBody(a *answer) {
	t := p.body.tx
	switch {
	case p.doubt.stage == doubtInHole && a.code != 421:
		p.endInHole(a)
	case !p.in[Client].spoke:
		p.endBody(a.at)
		p.move(gotOutcome)
		p.outcome(t, a)
	default:
		if a.code < 400 {
			p.unexpected(a)
		}
		p.outcome(t, a) // refused before its end
	}
}

// endInHole takes a reply as the sign that a message ended in a hole: what
// followed was commands.
func (p *Parser) endInHole(a *answer) {
	t := p.body.tx
	d := p.doubt
	p.doubt.drop()
	p.finishBody(a.at, d.ends[0].size, false)
	p.queue.push(newPending(pendingUnknown, a.at))
	p.unsure = true
	p.move(gotOutcome)
	t.data = dataOver
	decides := pendingDataEnd.mayAnswer(a.code)
	if decides {
		p.outcome(t, a)
	}
	p.readKept(&d, math.MaxInt64)
	if !decides { // the reply that did is in a hole, too
		p.give(a)
	}
}
