package tlsparse

import "smtpscope/tlscrypt"

// A loss is what was not read of a direction since it was last told.
type loss struct {
	state lossState
	// wire counts octets of records, headers included; records how many there were.
	wire    int64
	records int64
}

type lossState uint8

const (
	nothingLost   lossState = iota
	lostCounted             // all of it is known
	lostUncounted           // a hole of unknown size is in it, or an unknown number of records
)

// octets adds octets that were there.
func (l *loss) octets(n int64) {
	if n > 0 {
		l.wire += n
		l.state = max(l.state, lostCounted)
	}
}

// hole adds a hole of n octets, 0 for an unknown number.
func (l *loss) hole(buffered, n int64) {
	l.octets(buffered)
	if n > 0 {
		l.octets(n)
	} else {
		l.state = lostUncounted
	}
}

// plaintext estimates the octets of plaintext, 0 where that is not possible.
func (l *loss) plaintext(overhead int) int64 {
	if l.state != lostCounted || l.records == 0 {
		return 0
	}
	return max(0, l.wire-l.records*int64(headerLen+overhead))
}

// tellLoss tells the handler of what was lost, before something else is told.
func (p *Parser) tellLoss(h *half, at Mark) {
	if h.lost.state == nothingLost || h.awaits == expectFinished && h.proof < endSeen {
		return // what is missing of the handshake is nobody's text
	}
	if p.options.Handler != nil {
		p.options.Handler.Lost(h.dir, at, h.lost.plaintext(h.epoch.overhead))
	}
	if h.lost.records > 0 {
		p.facts.HiddenRecords += h.lost.records
	}
	h.lost = loss{}
}

// missed notes a record under keys that was not read, of which the header was.
func (p *Parser) missed(h *half, length int) {
	h.torn = true
	h.lost.octets(int64(headerLen + length))
	h.lost.records++
	h.epoch.seq++
}

// emit hands application data on.
func (p *Parser) emit(h *half, at Mark, data []byte) {
	p.opened = true
	for dir := range p.halves {
		if other := &p.halves[dir]; other.sealed() {
			p.tellLoss(other, at)
		}
	}
	if p.options.Handler != nil && len(data) > 0 {
		p.options.Handler.Plaintext(h.dir, at, data)
	}
}

// alertOnly is the length of an alert alone under keys in TLS 1.3, at most: its two
// octets, the type inside, and the tag.
const alertOnly = 2 + 1 + 16

// witness notes what a record that was not read shows of the handshake.
func (p *Parser) witness(h *half, at Mark, kind tlscrypt.ContentType, length int) {
	h.proof = max(h.proof, sealedSeen)
	switch {
	case kind == tlscrypt.Alert, p.isTLS13() && length <= alertOnly && h.proof < endSeen:
		p.addAlert(h, Alert{From: h.dir.String(), Time: at.Time.UTC(), Frame: at.Frame, Name: "encrypted"})
		return
	// An alert that comes behind such a record closes, or is at least no failure of
	// the handshake.
	case !p.isTLS13() && kind == tlscrypt.ApplicationData:
		h.proof = spoken
	case !p.isTLS13(), h.dir == Client:
		p.prove(h)
	case p.halves[Client].proof >= endSeen:
		p.prove(h)
	}
}

// hidden takes a record that is passed by.
func (p *Parser) hidden(h *half, at Mark, kind tlscrypt.ContentType, length int) {
	p.witness(h, at, kind, length)
	h.lost.octets(int64(headerLen + length))
	if p.settled() && !p.waiting.any() {
		h.framing = blind
	}
}
