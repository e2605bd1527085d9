package tlsparse

import (
	"encoding/binary"

	"smtpscope/tlscrypt"
)

// How the octets of a direction become records, and what a hole does to them.

const (
	headerLen = tlscrypt.HeaderLen
	// maxSSLv2Hello is more than a ClientHello in SSL 2.0 framing takes, in octets.
	maxSSLv2Hello = 4096
)

// A framing says where in the stream a direction stands.
type framing uint8

const (
	atRecord framing = iota // a record begins, or has begun
	passing                 // in a record that nobody reads
	seeking                 // behind a hole: a record's header is sought
	blind                   // nothing is to be had any more: octets are passed over
)

// step takes the first piece of data, and returns its length.
func (p *Parser) step(h *half, at Mark, data []byte) int {
	switch h.framing {
	case blind:
		h.lost.octets(int64(len(data)))
		return len(data)
	case passing:
		n := min(h.skip, len(data))
		h.skip -= n
		if h.skip == 0 {
			h.framing = atRecord
		}
		return n
	case seeking:
		return p.seek(h, at, data)
	}
	if len(h.buf) == 0 && len(data) >= headerLen {
		if n := frameLen(h, data[:headerLen]); n >= headerLen && n <= len(data) {
			if !p.admit(h, at, data[:headerLen]) {
				return headerLen
			}
			p.record(h, at, data[:n])
			return n
		}
	}
	return p.collect(h, at, data)
}

// collect takes octets into the record begun, and reads it when it is whole.
func (p *Parser) collect(h *half, at Mark, data []byte) int {
	need := headerLen
	if len(h.buf) >= headerLen {
		need = frameLen(h, h.buf)
	}
	n := min(len(data), need-len(h.buf))
	h.buf = append(h.buf, data[:n]...)
	if len(h.buf) < need {
		return n
	}
	if need == headerLen {
		switch whole := frameLen(h, h.buf); {
		case whole < 0:
			p.derail(h, at)
			return n
		case !p.admit(h, at, h.buf):
			h.buf = h.buf[:0]
			return n
		case whole > headerLen:
			return n
		}
	}
	record := h.buf
	h.buf = nil // what reads the record may wait for keys, and begin the next one
	p.record(h, at, record)
	if h.buf == nil {
		h.buf = record[:0]
	}
	return n
}

// frameLen is the length of the record that begins with a header, the header
// included; less than 0 when it is none.
func frameLen(h *half, b []byte) int {
	if isSSLv2Hello(h, b) {
		n := 2 + int(binary.BigEndian.Uint16(b)&0x7fff)
		if n < headerLen+4 || n > maxSSLv2Hello {
			return -1
		}
		return n
	}
	length := int(binary.BigEndian.Uint16(b[3:]))
	if b[0] < byte(tlscrypt.ChangeCipherSpec) || b[0] > byte(tlscrypt.Heartbeat) || b[1] != 3 || length > tlscrypt.MaxFragment {
		return -1
	}
	return headerLen + length
}

// isSSLv2Hello tells a ClientHello in SSL 2.0 framing. It must not ask for what is
// awaited: the server may speak while the record is still coming.
func isSSLv2Hello(h *half, b []byte) bool {
	return h.dir == Client && h.records == 0 && b[0]&0x80 != 0 && b[2] == msgClientHello
}

// admit decides by its header whether a record is to be read. If not, it is
// passed by.
func (p *Parser) admit(h *half, at Mark, header []byte) bool {
	if !h.sealed() || isClearRecord(p, header) || p.mayOpen(h) {
		return true
	}
	length := int(binary.BigEndian.Uint16(header[3:]))
	p.countRecord(h, at, headerLen+length)
	p.hidden(h, at, tlscrypt.ContentType(header[0]), length)
	h.skip = length
	if length > 0 && h.framing == atRecord {
		h.framing = passing
	}
	return false
}

// isClearRecord tells a record that stands in the clear between sealed ones: in
// TLS 1.3 a ChangeCipherSpec without meaning (RFC 8446, appendix D.4), or an alert
// of a side that has no keys.
func isClearRecord(p *Parser, header []byte) bool {
	kind, length := tlscrypt.ContentType(header[0]), binary.BigEndian.Uint16(header[3:])
	return p.isTLS13() && (kind == tlscrypt.ChangeCipherSpec && length == 1 || kind == tlscrypt.Alert && length == 2)
}

// derail takes what begins with no header.
func (p *Parser) derail(h *half, at Mark) {
	p.malformed("record header")
	h.torn = true
	h.framing = seeking
	if !p.worthSeeking(h) {
		p.goBlind(h, HiddenDamage)
	}
	rest := h.buf
	h.buf = nil
	p.run(h, at, rest)
}

// gap takes a hole.
func (p *Parser) gap(h *half, at Mark, n int64) {
	h.message, h.messageSkip = h.message[:0], 0
	if h.framing == blind {
		h.lost.octets(n)
		return
	}
	rest := h.skip
	if h.framing == atRecord && len(h.buf) >= headerLen {
		rest = frameLen(h, h.buf) - len(h.buf)
	}
	if n > 0 && n <= int64(rest) && h.framing != seeking {
		p.gapInRecord(h, at, rest-int(n))
		return
	}
	h.torn = true
	h.lost.hole(int64(len(h.buf)), n)
	h.buf, h.skip = h.buf[:0], 0
	h.framing = seeking
	if h.epoch.opener != nil {
		h.epoch.opener.Skip(-1)
	}
	if !p.worthSeeking(h) {
		p.goBlind(h, HiddenGap)
	}
}

// gapInRecord takes a hole that lies in one record, of which rest octets follow:
// the next one is where it would have been.
func (p *Parser) gapInRecord(h *half, at Mark, rest int) {
	if h.framing == atRecord {
		length := frameLen(h, h.buf) - headerLen
		p.countRecord(h, at, headerLen+length)
		if h.sealed() {
			p.missed(h, length)
			if h.epoch.opener != nil {
				h.epoch.opener.Skip(int64(length))
			}
		} else {
			h.torn = true
		}
	}
	h.buf, h.skip, h.framing = h.buf[:0], rest, atRecord
	if rest > 0 {
		h.framing = passing
	}
}

// goBlind gives a direction up. Of the octets collected, the caller tells.
func (p *Parser) goBlind(h *half, why Hidden) {
	h.framing, h.skip = blind, 0
	if h.sealed() {
		p.hide(why)
	}
}
