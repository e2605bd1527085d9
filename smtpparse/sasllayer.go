package smtpparse

import (
	"encoding/binary"

	"smtpscope/authtoken"
)

// The SASL security layer (RFC 4422, section 3.7): after the 235 each side
// sends buffers of four octets of length and that many octets of token.

const (
	maxTokenLength = 1<<24 - 1 // RFC 4752 section 3.1: sizes are of 24 bits
	maxTokenKept   = 1<<16 + 1024
)

// layerChoice says whether a security layer may come.
type layerChoice uint8

const (
	layerNotExpected layerChoice = iota
	layerPossible                // the mechanism could; the octets tell
	layerChosen                  // the client said so
)

type layerState uint8

const (
	layerNone   layerState = iota // lines as they are
	layerLength                   // a buffer's length is awaited
	layerToken                    // its token is awaited
	layerLost                     // a hole or nonsense: the buffers cannot be told apart
)

// A securedLayer takes the buffers of one direction apart.
type securedLayer struct {
	state layerState
	head  [4]byte
	have  int // octets of head
	left  int64
	token []byte // at most maxTokenKept octets
}

func (s *securedLayer) clear() { *s = securedLayer{token: s.token[:0]} }

// armLayer looks at what an accepted attempt negotiated.
func (p *Parser) armLayer(t *attempt) {
	p.layer = layerNotExpected
	switch {
	case t.SASLLayer != nil && (t.SASLLayer.Chosen == "integrity" || t.SASLLayer.Chosen == "confidentiality"):
		p.layer = layerChosen
	case t.SASLLayer != nil && t.SASLLayer.Chosen == "none":
	case overGSS(t.Mechanism), t.Mechanism == "DIGEST-MD5":
		p.layer = layerPossible
	}
}

// findToken tells whether a line is a buffer of the layer.
func (p *Parser) findToken(b []byte) finding {
	if len(b) < 8 {
		return foundMore
	}
	n := binary.BigEndian.Uint32(b)
	switch {
	case n == 0 || n > maxTokenLength:
		return foundText
	case p.layer == layerChosen:
		return foundToken
	}
	switch b[4] {
	case 0x05, 0x04, 0x60, 0x02, 0x01: // RFC 4121, RFC 1964 and NTLM tokens
		return foundToken
	}
	return foundText
}

// unwrap takes buffers apart and reads what is inside, if it can be read.
func (p *Parser) unwrap(dir Dir, at Mark, data []byte) {
	s := &p.in[dir].secured
	for len(data) > 0 {
		switch s.state {
		case layerLength:
			s.head[s.have], data = data[0], data[1:]
			if s.have++; s.have == len(s.head) {
				p.tokenBegins(dir, at)
			}
		case layerToken:
			n := int(min(int64(len(data)), s.left))
			room := min(n, maxTokenKept-len(s.token))
			s.token = append(s.token, data[:room]...)
			s.left -= int64(n)
			data = data[n:]
			if s.left == 0 {
				p.tokenEnds(dir, at)
			}
		default:
			p.fold(dir, LineSecure, at, int64(len(data)))
			return
		}
	}
}

func (p *Parser) tokenBegins(dir Dir, at Mark) {
	s := &p.in[dir].secured
	n := binary.BigEndian.Uint32(s.head[:])
	s.have, s.left, s.token = 0, int64(n), s.token[:0]
	s.state = layerToken
	if n == 0 || n > maxTokenLength {
		p.anomaly(BadSASLLayer, at, "")
		p.fold(dir, LineSecure, at, int64(len(s.head)))
		s.state = layerLost
	}
}

// tokenEnds reads a whole token's message, or folds the token when it is sealed.
func (p *Parser) tokenEnds(dir Dir, at Mark) {
	s := &p.in[dir].secured
	s.state = layerLength
	n := int64(binary.BigEndian.Uint32(s.head[:]))
	if n == int64(len(s.token)) {
		if p.room.layer == nil {
			p.room.layer = authtoken.NewExchange("", authtoken.Options{ShowSecrets: p.options.ShowSecrets})
		}
		u := p.room.layer.Unwrap(s.token)
		if u.Plain != nil {
			p.unwrapping = true
			p.text(dir, at, u.Plain)
			p.unwrapping = false
			return
		}
		if !u.Sealed {
			p.lexical(dir, BadSASLLayer, at, "")
		}
	}
	p.fold(dir, LineSecure, at, n+int64(len(s.head)))
}

// gap takes a hole in the wrapped octets.
func (s *securedLayer) gap(n int64) {
	if s.state == layerToken && n > 0 && n < s.left {
		s.left -= n
		return
	}
	s.state = layerLost
}
