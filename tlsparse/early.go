package tlsparse

// Early data (RFC 8446, section 2.3) comes before the server has said whether it
// takes it; what it does not take, the client sends again.

// early says what became of it.
type early uint8

const (
	earlyNone     early = iota // there is none, or it has ended
	earlyOffered               // the client may send it, and the server has not answered
	earlyAccepted              // the server takes it
	earlyRejected              // it does not: such records are passed over
)

// A heldRecord is early data whose fate is not known.
type heldRecord struct {
	at     Mark
	record []byte
}

// maxEarly bounds what is held, in octets; RFC 8446, section 8, lets servers take
// little more.
const maxEarly = 1 << 16

// holdEarly keeps a record of the client until the server has spoken.
func (p *Parser) holdEarly(at Mark, record []byte) {
	const each = 64 // beside its octets
	if p.heldOctets+each+len(record) > maxEarly || !p.hasKeys() {
		p.missed(&p.halves[Client], len(record)-headerLen)
		p.halves[Client].epoch.seq = 0
		return
	}
	p.heldOctets += each + len(record)
	p.held = append(p.held, heldRecord{at, append([]byte(nil), record...)})
}

// answerEarly takes the server's word on early data.
func (p *Parser) answerEarly(accepted bool) {
	if p.early != earlyOffered {
		return
	}
	held := p.held
	p.held, p.heldOctets = nil, 0
	if !accepted {
		p.early, p.facts.EarlyData = earlyRejected, "rejected"
		return
	}
	p.early, p.facts.EarlyData = earlyAccepted, "accepted"
	plain := p.plain // the message that says so is still being read
	p.plain = nil
	for _, r := range held {
		p.sealedRecord(&p.halves[Client], r.at, r.record)
	}
	p.plain = plain
}

// endEarly takes EndOfEarlyData: the client goes on with the keys of the handshake.
func (p *Parser) endEarly(h *half) {
	if h.dir == Client && h.epoch.stage == stageEarly {
		h.epoch.close()
		p.early = earlyNone
	}
}

// passesEarly tells that a record of the client that does not open is early data
// which the server does not take.
func (p *Parser) passesEarly(h *half) bool {
	return h.dir == Client && p.early == earlyRejected && h.awaits == expectFinished && h.epoch.stage != stageHandshake
}
