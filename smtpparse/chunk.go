package smtpparse

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

// burl takes BURL (RFC 4468): a chunk that the server fetches itself.
func (p *Parser) burl(at Mark, args []byte, e *pending) {
	e.tx = p.tx
	if t := p.tx; t != nil {
		t.touch(at)
		t.data = dataBegun
		if lastWordIs(args, "LAST") {
			e.last = true
			t.data = dataEnded
			p.tx = nil
		}
	}
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

func lastWordIs(b []byte, want string) bool {
	b = trimSpace(b)
	if len(b) < len(want) {
		return false
	}
	rest, ok := cutPrefixFold(b[len(b)-len(want):], want)
	return ok && len(rest) == 0
}
