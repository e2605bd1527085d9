package authtoken

import "encoding/binary"

// An Unwrapped is a protected message with its protection taken off.
type Unwrapped struct {
	Token *Token
	// Plain is the message, nil when it is sealed or cannot be read.
	Plain []byte
	// Sealed tells that the message is encrypted.
	Sealed bool
}

// Unwrap takes the protection off one per-message token (RFC 4121 Wrap, RFC 1964
// Wrap, NTLM signature) as far as that can be done without keys. Plain may share
// memory with token. It resets x, which is kept for unwrapping alone.
func (x *Exchange) Unwrap(token []byte) Unwrapped {
	x.Reset("", x.options)
	x.layered = true
	t := x.Add(unknownSide, token)
	return Unwrapped{Token: t, Plain: x.plain, Sealed: x.sealed}
}

// The flags of RFC 4121, section 4.2.2, by value.
const (
	wrapSentByAcceptor = 0x01
	wrapSealed         = 0x02
	wrapAcceptorSubkey = 0x04
	knownWrapFlags     = 0x07
)

// wrap4121 reads a Wrap token: 16 octets of header, then what RFC 4121, section
// 4.2.4, lays out and section 4.2.5 rotates to the right by RRC octets.
func (s *scan) wrap4121(in span) {
	s.token.Kind = KindWrap
	if !s.takes("header", in, 0, 16) {
		return
	}
	flags, ec, rrc := in.b[2], int(binary.BigEndian.Uint16(in.b[4:])), int(binary.BigEndian.Uint16(in.b[6:]))
	s.add("Flags", s.str.wrapFlags(flags), in.sub(2, 3))
	s.add("EC", s.str.number(int64(ec)), in.sub(4, 6))
	s.add("RRC", s.str.number(int64(rrc)), in.sub(6, 8))
	s.add("SND_SEQ", s.str.sequence(binary.BigEndian.Uint64(in.b[8:])), in.sub(8, 16))
	body := in.from(16)
	if flags&wrapSealed != 0 {
		s.add("encrypted data", s.str.octets(len(body.b)), body)
		s.seal()
		return
	}
	if ec > len(body.b) {
		s.damage("EC", in.sub(4, 6).at(), "checksum of "+octets(ec)+" in "+octets(len(body.b)))
		return
	}
	size := len(body.b) - ec
	plain, checksum := unrotate(body, size, rrc), rotatedPart(body, size, rrc)
	s.add("checksum", s.str.octets(ec), checksum)
	s.opened(plain)
}

// unrotate returns the first size octets of what body was before it was rotated
// to the right by rrc. Without a copy if they still stand together, which they
// do with the RRC that everybody uses (the checksum's length).
func unrotate(body span, size, rrc int) span {
	if len(body.b) == 0 {
		return body
	}
	start := rrc % len(body.b)
	if start+size <= len(body.b) {
		return body.sub(start, start+size)
	}
	together := make([]byte, 0, len(body.b))
	together = append(together, body.b[start:]...)
	together = append(together, body.b[:start]...)
	return span{together[:size], ^body.at()}
}

// rotatedPart is the rest of the body after the first size octets, for its place.
func rotatedPart(body span, size, rrc int) span {
	if len(body.b) == 0 {
		return body
	}
	start := (rrc + size) % len(body.b)
	if rest := len(body.b) - size; start+rest <= len(body.b) {
		return body.sub(start, start+rest)
	}
	return span{body.b, ^body.at()}
}

// mic4121 reads a MIC token (RFC 4121, section 4.2.6.1).
func (s *scan) mic4121(in span) {
	s.token.Kind = KindMIC
	if !s.takes("header", in, 0, 16) {
		return
	}
	s.add("Flags", s.str.wrapFlags(in.b[2]), in.sub(2, 3))
	s.add("SND_SEQ", s.str.sequence(binary.BigEndian.Uint64(in.b[8:])), in.sub(8, 16))
	s.add("SGN_CKSUM", s.str.octets(len(in.b)-16), in.from(16))
}

func (w *words) wrapFlags(flags byte) string {
	if flags == 0 {
		return "none"
	}
	w.draft = w.draft[:0]
	for bit, name := range [...]string{"SentByAcceptor", "Sealed", "AcceptorSubkey"} {
		if flags&(1<<bit) != 0 {
			w.draft = append(append(w.draft, name...), ' ')
		}
	}
	if other := flags &^ knownWrapFlags; other != 0 {
		w.draft = append(appendHexNumber(w.draft, uint64(other), 1), ' ')
	}
	return w.word(w.draft[:len(w.draft)-1])
}

// seal notes that the message is encrypted.
func (s *scan) seal() {
	s.x.sealed = true
	if !s.x.layered && s.from != unknownSide {
		s.x.layer().Sealed = true
	}
}

// opened takes the message that came out of its protection. During the
// exchange it is a message of RFC 4752; afterwards it is the caller's.
func (s *scan) opened(plain span) {
	if s.x.layered {
		s.add("message", s.str.octets(len(plain.b)), plain)
		s.x.plain = plain.b
		return
	}
	if !plausibleLayer(plain.b, s.from) {
		s.add("message", s.str.octets(len(plain.b)), plain)
		return
	}
	s.graft("message", plain, s.decodeLayer(plain))
}
