package smtpparse

import "math"

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
func (p *Parser) endBody(at Mark, complete bool) {
	p.finishBody(at, p.body.size, complete)
	p.doubt.drop()
}

// answerInBody takes a reply while a message is under way.
func (p *Parser) answerInBody(a *answer) {
	t := p.body.tx
	switch {
	case p.doubt.stage == doubtInHole && a.code != 421:
		p.endInHole(a)
	case !p.in[Client].spoke:
		p.endBody(a.at, false)
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

// chunk takes BDAT (RFC 3030, section 2): the octets follow whatever the
// server answers.
func (p *Parser) chunk(at Mark, args []byte, e pending) {
	word, rest := cutWord(trimSpace(args))
	n, ok := parseCount(word)
	e.last = lastWordIs(rest, "LAST")
	if p.tx == nil && p.missing() {
		p.list(p.begin(at))
	}
	e.tx = p.tx
	p.queue.push(e)
	if !ok {
		return
	}
	if t := p.tx; t != nil {
		t.touch(at)
		t.Transfer = "BDAT"
		t.Chunks++
		if p.body.tx != t {
			p.body.begin(t, noDots, p.lim.Header)
		}
		if p.unsure { // a chunk before this one may be in the hole
			p.body.gaps = true
		}
		t.data = dataBegun
	} else {
		p.body.tx = nil
	}
	p.draw(veilChunk)
	if t := p.body.tx; t != nil {
		p.veil.chunkOf, p.veil.before = t, p.body.size
	}
	p.left, p.lastChunk = n, e.last
	p.move(sentChunk)
	p.endEmptyCount(at)
}

// parseCount reads a decimal number of octets.
func parseCount(b []byte) (n int64, ok bool) {
	if len(b) == 0 || len(b) > 18 {
		return 0, false
	}
	for _, c := range b {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int64(c-'0')
	}
	return n, true
}

// blob takes XEXCH50's counts: the first is the octets that follow the 354.
func (p *Parser) blob(args []byte) {
	word, _ := cutWord(trimSpace(args))
	p.left, _ = parseCount(word)
	p.body.tx = nil
}

// countedStep reads the octets of a chunk or of XEXCH50.
func (p *Parser) countedStep(at Mark, data []byte) int {
	n := int(min(p.left, int64(len(data))))
	p.fold(Client, LineData, at, int64(n))
	if p.veil.stage == veilChunk {
		p.veil.keep(at, data[:n])
	}
	if b := &p.body; b.tx != nil {
		b.scan(data[:n])
		b.tx.Bytes, b.tx.Missing, b.tx.LastFrame = b.octets, b.missing, at.Frame
	}
	p.left -= int64(n)
	p.endEmptyCount(at)
	return n
}

// endEmptyCount ends the counted octets when none are left.
func (p *Parser) endEmptyCount(at Mark) {
	if p.left > 0 || clientMode[p.state] != modeCounted {
		return
	}
	p.in[Client].folding = ""
	if p.state == expectBlobEnd {
		p.queue.push(newPending(pendingBlobEnd, at))
	} else if p.lastChunk && p.body.tx != nil {
		p.finishBody(at, p.body.size, !p.body.gaps)
	}
	p.move(endReached)
}

// chunkAnswered takes the reply to a BDAT or BURL.
func (p *Parser) chunkAnswered(e *pending, a *answer) {
	t := e.tx
	if a.code < 400 && p.queue.empty() && p.state != expectChunkEnd {
		p.endVeil()
	}
	switch {
	case t == nil:
	case e.last:
		p.messageAnswered(e, a)
	case a.code >= 400:
		p.outcome(t, a)
	default:
		t.touch(a.at)
	}
}
