package authtoken

// krbKind is the kind of the KRB message that begins with the tag
// [APPLICATION n] (RFC 4120, section 5.10); empty for other tags.
func krbKind(tag byte) Kind {
	switch tag {
	case application | 10:
		return KindASReq
	case application | 11:
		return KindASRep
	case application | 12:
		return KindTGSReq
	case application | 13:
		return KindTGSRep
	case application | 14:
		return KindAPReq
	case application | 15:
		return KindAPRep
	case application | 16:
		return KindTGTReq
	case application | 17:
		return KindTGTRep
	case application | 30:
		return KindKRBError
	}
	return ""
}

// isKRBMessage tells whether b begins with a KRB message: its tag, a length, a
// SEQUENCE. The tag alone does not do: most of them are small letters.
func isKRBMessage(b []byte) bool {
	if len(b) < 3 || krbKind(b[0]) == "" {
		return false
	}
	header := 2
	if b[1] > 0x80 {
		header += int(b[1] & 0x7F)
	}
	return len(b) <= header || b[header] == tagSequence
}

// isKRB5Token tells whether b begins with a token identifier of RFC 4121,
// section 4.1 and 4.2.6, or RFC 1964, section 1.1, as it stands without framing.
func isKRB5Token(b []byte) bool {
	switch string(b[:2]) {
	case "\x01\x00":
		return b[2] == application|14
	case "\x02\x00":
		return b[2] == application|15
	case "\x03\x00":
		return b[2] == application|30
	case "\x05\x04", "\x04\x04":
		return b[2]&^knownWrapFlags == 0
	case "\x02\x01":
		return hasFiller(b, 6, 8)
	case "\x01\x01", "\x01\x02":
		return hasFiller(b, 4, 8)
	}
	return false
}

// hasFiller tells whether the octets from i to j are ff, as far as they are there.
func hasFiller(b []byte, i, j int) bool {
	for ; i < j && i < len(b); i++ {
		if b[i] != 0xFF {
			return false
		}
	}
	return true
}

// krb5Token reads a token identifier and what follows it. mech is the object
// identifier of the framing, empty when there was none.
func (s *scan) krb5Token(in span, mech string) {
	if len(in.b) > 0 && krbKind(in.b[0]) != "" {
		// Framed, but without the identifier: some stacks forget it.
		s.krbMessage(in, mech)
		return
	}
	if !s.takes("TOK_ID", in, 0, 2) {
		return
	}
	s.add("TOK_ID", s.str.hexNumber(uint64(in.b[0])<<8|uint64(in.b[1]), 2), in.to(2))
	switch body := in.from(2); string(in.b[:2]) {
	case "\x01\x00", "\x02\x00", "\x03\x00", "\x04\x00", "\x04\x01":
		s.krbMessage(body, mech)
	case "\x05\x04":
		s.wrap4121(in)
	case "\x04\x04":
		s.mic4121(in)
	case "\x02\x01":
		s.wrap1964(in)
	case "\x01\x01":
		s.mic1964(KindMIC1964, in)
	case "\x01\x02":
		s.mic1964(KindDelete, in)
	default:
		s.damage("TOK_ID", in.at(), "unknown token identifier")
		s.add("innerContextToken", s.str.octets(len(body.b)), body)
	}
}

// krbMessage reads a KRB message (RFC 4120, section 5).
func (s *scan) krbMessage(in span, mech string) {
	rest := in
	message, ok := s.next(&rest, "message")
	if !ok {
		if len(in.b) == 0 {
			s.damage("message", in.at(), "empty")
		}
		return
	}
	kind := krbKind(message.tag())
	if kind == "" {
		s.damage("message", in.at(), "tag "+hexNumber(uint64(message.tag()), 1)+" is no KRB message")
		return
	}
	s.token.Kind = kind
	seq, ok := s.expect(message.body(), tagSequence, "")
	if !ok {
		return
	}
	switch kind {
	case KindAPReq:
		s.apReq(seq.body(), message.whole(), mech)
	case KindAPRep:
		s.apRep(seq.body())
	case KindKRBError:
		s.krbError(seq.body())
	default:
		s.add("message", s.str.octets(len(seq.body().b)), seq.body())
	}
	s.excess(rest)
}
