package smtpparse

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
	p.after.clear()
	p.believed = believedEnd{}
}

// A believedEnd is the last place in a body where the server may have seen its
// end though the client did not mean it.
type believedEnd struct {
	seen   bool
	octets int64 // the message's size there
	gap    bool  // it lies in a hole, or behind one
	over   int64 // octets behind it that are not kept
}

// dataStep reads a message's octets.
func (p *Parser) dataStep(at Mark, data []byte) int {
	b := &p.body
	n, ended := b.scan(data)
	p.fold(Client, LineData, at, int64(n))
	b.tx.Bytes, b.tx.LastFrame = b.octets, at.Frame
	from := 0
	for _, s := range b.suspects {
		if !s.gap {
			p.anomaly(DotEndSmuggling, at, s.text)
		}
		p.after.clear()
		p.believed = believedEnd{seen: true, octets: s.octets, gap: s.gap || b.gaps && p.believed.gap}
		from = s.behind
	}
	if ended {
		p.endOfData(at, b.octets-3) // ".\r\n"
		return n
	}
	if p.believed.seen {
		rest := data[from:n]
		room := min(max(0, maxAfter-p.after.len()), len(rest))
		if room > 0 {
			p.after.add(at, rest[:room])
		}
		p.believed.over += int64(len(rest) - room)
	}
	return n
}

// endOfData ends a message at its dot.
func (p *Parser) endOfData(at Mark, octets int64) {
	t := p.body.tx
	p.doubtful = p.believed.seen && !p.believed.gap
	p.finishBody(at, octets, !p.body.gaps)
	p.unsure = false
	p.after.clear()
	p.believed = believedEnd{}
	if t.ReplyCode == 0 {
		e := newPending(pendingDataEnd, at)
		e.tx = t
		p.queue.push(e)
	}
	p.move(endReached)
}

// finishBody writes down what the body showed of its message.
func (p *Parser) finishBody(at Mark, octets int64, complete bool) {
	b := &p.body
	t := b.tx
	b.tx = nil
	if t == nil {
		return
	}
	b.end(octets)
	t.Bytes, t.Complete, t.data = octets, complete, dataEnded
	t.touch(at)
	c := &b.reader
	h := &c.message
	t.Subject, t.From, t.To, t.MessageID, t.Date = h.subject, h.from, h.to, h.messageID, h.date
	for _, f := range c.files {
		t.Attachments = append(t.Attachments, Attachment{Name: f.name, Type: f.media, Bytes: f.bytes})
	}
	if c.more > 0 {
		p.omit("attachments")
	}
	if p.tx == t {
		p.tx = nil
	}
}

// endBody ends a message whose end was not seen.
func (p *Parser) endBody(at Mark, complete bool) {
	p.finishBody(at, p.body.octets, complete)
	p.after.clear()
	p.believed = believedEnd{}
}

// answerInBody takes a reply while a message is under way. Behind an end of
// data that is not CRLF.CRLF, or behind a hole, it shows that the server saw
// the end there, and what followed was commands to it.
func (p *Parser) answerInBody(a answer) {
	t := p.body.tx
	switch {
	case p.believed.seen && a.code != 421:
		if !p.believed.gap {
			p.anomaly(DotEndSmuggling, a.at, "the server took it as the end")
		}
		over := p.believed.over
		p.finishBody(a.at, p.believed.octets, !p.body.gaps && !p.believed.gap)
		if p.believed.gap {
			p.queue.push(newPending(pendingUnknown, a.at))
			p.unsure = true
		}
		p.held, p.after = p.after, p.held
		p.believed = believedEnd{}
		if over > 0 {
			p.held.addGap(a.at, over)
		}
		p.move(gotOutcome)
		p.outcome(t, a)
		t.data = dataOver
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
		t.data = dataBegun
	} else {
		p.body.tx = nil
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
	if b := &p.body; b.tx != nil {
		b.scan(data[:n])
		b.tx.Bytes, b.tx.LastFrame = b.octets, at.Frame
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
		p.finishBody(at, p.body.octets, !p.body.gaps)
	}
	p.move(endReached)
}

// chunkAnswered takes the reply to a BDAT or BURL.
func (p *Parser) chunkAnswered(e *pending, a answer) {
	t := e.tx
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
