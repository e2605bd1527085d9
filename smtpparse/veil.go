package smtpparse

import (
	"encoding/binary"
	"slices"
)

// What the client sends is set aside unread when it looks like TLS, and when
// BDAT counts it. Both are the client's word. A server that goes on answering
// in plain text reads commands there, whatever they look like: then a copy of
// what was set aside is read as commands, too. Only the number of replies
// tells: Postfix swallows the octets of a BDAT that it refused, others read them.

// A veil is a bounded copy of what was set aside.
type veil struct {
	stage   veilStage
	octets  hold
	over    int64 // octets behind them, which are not kept
	line    int   // first line of the dialogue that may be of the veil
	before  size  // chunk: the message's size before it
	chunkOf *transaction
}

// A veilStage says what the octets are taken for.
type veilStage uint8

const (
	noVeil        veilStage = iota
	veilTLS                 // TLS, until the server speaks
	veilAnswered            // TLS, though the server, which had agreed to it, said something in plain text
	veilContested           // and the client spoke again
	veilChunk               // a chunk
)

// maxVeiled bounds the copy, in octets.
const maxVeiled = 65536

// drop forgets the copy.
func (v *veil) drop() {
	if v.stage == noVeil {
		return
	}
	v.octets.clear()
	*v = veil{octets: v.octets}
}

// keep keeps octets, as far as there is room.
func (v *veil) keep(at Mark, data []byte) {
	if len(data) == 0 {
		return
	}
	n := 0
	if v.over == 0 && v.octets.room(at, maxMarks) {
		n = min(len(data), maxVeiled-v.octets.len())
	}
	if n > 0 {
		v.octets.add(at, data[:n])
	}
	v.over += int64(len(data) - n)
}

// gap keeps a hole of n octets, 0 for an unknown number.
func (v *veil) gap(at Mark, n int64) {
	switch {
	case v.over == 0 && v.octets.room(Mark{Frame: -1}, maxMarks):
		v.octets.addGap(at, n)
	default:
		v.over += max(n, 1)
	}
}

// draw begins to set octets aside.
func (p *Parser) draw(stage veilStage) {
	p.veil.drop()
	p.veil.stage = stage
	p.veil.line = len(p.s.Dialogue)
}

// looksSecret takes octets of the client that are taken for TLS though the
// server has not spoken TLS.
func (p *Parser) looksSecret(at Mark, data []byte) {
	v := &p.veil
	switch {
	case p.in[Server].wire == wireTLS || v.stage == noVeil || v.stage == veilChunk:
		return
	case v.stage == veilAnswered:
		v.stage = veilContested
	}
	v.keep(at, data)
}

// believeTLS settles that the octets are TLS.
func (p *Parser) believeTLS(at Mark) {
	if v := &p.veil; v.stage != noVeil && v.stage != veilChunk {
		v.drop()
		if clientMode[p.state] == modeLines {
			p.abort(at)
		}
	}
}

// endVeil forgets a chunk behind which a command came, or which was accepted.
func (p *Parser) endVeil() {
	if p.veil.stage == veilChunk {
		p.veil.drop()
	}
}

// answersVeil looks whether the reply that begins can only answer what was set
// aside. A 421 may come at any time (RFC 5321, section 3.8).
func (p *Parser) answersVeil(at Mark, code int) {
	v := &p.veil
	if v.stage == noVeil || code == 421 || p.owes(code) {
		return
	}
	if v.stage == veilTLS && p.starttls.replyFrame != 0 && v.handshake() {
		v.stage = veilAnswered // as by a server that answers what was smuggled behind STARTTLS
	}
	if v.stage != veilAnswered {
		p.unveil(at)
	}
}

// owes tells that a command waits which the reply may answer.
func (p *Parser) owes(code int) bool {
	front := p.queue.front()
	switch {
	case front == nil:
		return false
	case front.verb == pendingUnknown:
		return p.veil.stage == veilChunk || code == 220
	case p.veil.stage == veilChunk && onlyFor(code):
		_, ok := p.queue.find(code)
		return ok
	}
	return true
}

// handshake tells that the octets begin with a record that holds a ClientHello.
func (v *veil) handshake() bool {
	b := v.octets.octets[v.octets.head:]
	if len(b) < 9 || b[0] != recordHandshake || b[1] != 3 || b[5] != 1 || b[6] != 0 {
		return false
	}
	record, hello := int(binary.BigEndian.Uint16(b[3:])), int(binary.BigEndian.Uint16(b[7:]))
	return hello+4 <= record && len(b) >= record+5
}

// unveil reads as commands what was set aside.
func (p *Parser) unveil(at Mark) {
	v := p.veil
	p.veil = veil{}
	in := &p.in[Client]
	kind := TLSLookalike
	if v.stage == veilChunk {
		kind = ChunkOfCommands
		p.undoChunk(&v)
	} else {
		in.restart()
		in.wire, in.start = wirePlain, startKnown
		p.proxied.stage = proxyDone
		p.s.TLS = nil
		p.move(sawPlain)
		if p.options.Opaque != nil {
			p.options.Opaque.NotOpaque()
		}
	}
	p.anomaly(kind, at, "")
	p.takeOut(&v)
	if v.over > 0 {
		v.octets.addGap(v.octets.last(), v.over)
	}
	for !p.held.empty() {
		at, data, gap := p.held.next()
		if gap != 0 {
			v.octets.addGap(at, gap)
		} else {
			v.octets.add(at, data)
		}
		p.held.take(len(data))
	}
	p.held, p.veil.octets = v.octets, p.held
	p.veil.octets.clear()
	p.drain()
}

// undoChunk takes a chunk out of its message.
func (p *Parser) undoChunk(v *veil) {
	p.left = 0
	p.move(provedCommand)
	t := v.chunkOf
	if t == nil {
		return
	}
	p.body.tx = nil
	t.Bytes, t.Missing, t.Complete = v.before.octets, v.before.missing, false
	t.Status, t.ReplyCode, t.EnhancedCode, t.ReplyText = "unknown", 0, "", ""
	t.Chunks--
	t.data = dataNone
	if t.Chunks == 0 {
		t.Transfer = "DATA"
	}
	if p.tx == nil {
		p.tx = t
	}
}

// takeOut takes what was set aside out of the dialogue.
func (p *Parser) takeOut(v *veil) {
	p.doubt.drop()
	kind := LineTLS
	if v.stage == veilChunk {
		kind = LineData
	}
	kept := v.line
	for i := v.line; i < len(p.s.Dialogue); i++ {
		if l := &p.s.Dialogue[i]; l.Kind == kind && l.From == Client.String() {
			p.unsaid(p.s.Dialogue[i : i+1])
			continue
		}
		for k := range p.waiting {
			if p.waiting[k].place == i {
				p.waiting[k].place = kept
			}
		}
		p.s.Dialogue[kept] = p.s.Dialogue[i]
		kept++
	}
	p.s.Dialogue = slices.Delete(p.s.Dialogue, kept, len(p.s.Dialogue))
	for dir := range p.in {
		p.in[dir].folding = ""
	}
}
