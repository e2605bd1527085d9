package tlsparse

import (
	"encoding/binary"

	"smtpscope/tlscrypt"
)

// How the next record is found behind a hole, or behind what is no record.

// worthSeeking tells that a record behind a hole would say something.
func (p *Parser) worthSeeking(h *half) bool {
	if !h.sealed() {
		return h.awaits != expectNothing
	}
	return p.mayOpen(h)
}

// seek looks for the next record behind a hole. A header has little to be known
// by; under keys it is the tag that tells, and in the clear the first octet of the
// message.
func (p *Parser) seek(h *half, at Mark, data []byte) int {
	n := min(len(data), max(p.sought(h)-len(h.buf), 1))
	h.buf = append(h.buf, data[:n]...)
	for h.framing == seeking && len(h.buf) >= p.sought(h) {
		if !p.plausible(h, h.buf) {
			h.drop(1)
			continue
		}
		if len(h.buf) < p.sought(h) { // it turned out to be under keys
			break
		}
		if !h.sealed() {
			rest := h.buf
			h.buf, h.framing = nil, atRecord
			p.run(h, at, rest)
			return n
		}
		whole := headerLen + int(binary.BigEndian.Uint16(h.buf[3:]))
		record, rest := h.buf[:whole], h.buf[whole:]
		if !p.recover(h, at, record) {
			p.trial -= int64(len(h.buf))
			h.drop(1)
			continue
		}
		h.buf = nil
		p.run(h, at, rest)
		return n
	}
	if h.framing == blind {
		h.lost.octets(int64(len(h.buf)))
		h.buf = h.buf[:0]
	}
	return n
}

// sought is how many octets tell whether a record begins with those collected.
func (p *Parser) sought(h *half) int {
	switch {
	case !h.sealed():
		return headerLen + 1
	case len(h.buf) < headerLen || !p.plausible(h, h.buf):
		return headerLen
	}
	return headerLen + int(binary.BigEndian.Uint16(h.buf[3:]))
}

// drop leaves the first octets of what was collected behind, and what cannot be a
// header up to the next octet that may begin one.
func (h *half) drop(n int) {
	for n < len(h.buf) && !mayBegin(h.buf[n:]) {
		n++
	}
	h.lost.octets(int64(n))
	h.buf = h.buf[:copy(h.buf, h.buf[n:])]
}

// mayBegin tells that octets, of which not all may be there yet, may be a header.
func mayBegin(b []byte) bool {
	return b[0] >= byte(tlscrypt.ChangeCipherSpec) && b[0] <= byte(tlscrypt.ApplicationData) &&
		(len(b) < 2 || b[1] == 3) && (len(b) < 3 || b[2] <= 4)
}

// plausible tells that a record of this connection may begin here. Application
// data where messages in the clear are awaited mean that the change of keys was in
// the hole.
func (p *Parser) plausible(h *half, b []byte) bool {
	kind := tlscrypt.ContentType(b[0])
	length := int(binary.BigEndian.Uint16(b[3:]))
	if b[1] != 3 || b[2] > 4 || length == 0 || length > tlscrypt.MaxFragment {
		return false
	}
	switch {
	case h.sealed() && p.isTLS13():
		return kind == tlscrypt.ApplicationData && b[2] == 3
	case p.version != 0 && b[2] != byte(min(p.version, versionTLS12)):
		return false
	case h.sealed():
		return kind >= tlscrypt.Alert && kind <= tlscrypt.ApplicationData
	case kind == tlscrypt.ApplicationData:
		h.move(sentChangeCipher)
		if h.sealed() && !p.mayOpen(h) {
			p.goBlind(h, HiddenNoHandshake)
		}
		return h.sealed() && h.framing == seeking
	case kind == tlscrypt.Handshake:
		return knownMessage(b[headerLen])
	}
	return kind == tlscrypt.ChangeCipherSpec || kind == tlscrypt.Alert
}

// recover takes what may be the first record under keys behind a hole, and tells
// whether it is one.
func (p *Parser) recover(h *half, at Mark, record []byte) bool {
	if h.epoch.opener != nil && h.epoch.opener.Chaining() == tlscrypt.LastBlock {
		// It cannot be read itself, but the next one can.
		h.epoch.opener.Pass(record[headerLen:])
		h.epoch.seq++
		h.lost.records++
		h.lost.octets(int64(len(record)))
		h.framing = atRecord
		return true
	}
	plain, inner, ok := p.tryOpen(h, record)
	if !ok {
		if p.trial <= 0 {
			p.goBlind(h, HiddenGap)
		}
		return false
	}
	h.framing = atRecord
	p.countRecord(h, at, len(record))
	p.content(h, at, inner, plain)
	return true
}
