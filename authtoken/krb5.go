package authtoken

import (
	"strconv"
	"unicode/utf8"
)

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

// apOptions are the bits of APOptions (RFC 4120, section 5.5.1).
var apOptions = []string{0: "reserved", 1: "use-session-key", 2: "mutual-required"}

// apReq reads AP-REQ (RFC 4120, section 5.5.1); whole is the same with its tag.
func (s *scan) apReq(in, whole span, mech string) {
	protocol := actualKerberos
	if mech == oidIAKERB {
		protocol = actualIAKERB
	}
	var k *ticketSummary
	if !s.sentTicket(protocol) {
		k = &ticketSummary{} // of a ticket that proves nothing: shown, not summed up
	} else {
		k = s.x.kerberos()
		// A second attempt with another ticket; what the server said of the first stays.
		k.Kerberos = Kerberos{Error: k.Error, ErrorCode: k.ErrorCode, ErrorText: k.ErrorText, ServerTime: k.ServerTime, ErrorSPN: k.ErrorSPN}
	}
	for f, ok := s.next(&in, ""); ok; f, ok = s.next(&in, "") {
		switch f.tag() {
		case context:
			s.number(f.body(), "pvno")
		case context | 1:
			s.number(f.body(), "msg-type")
		case context | 2:
			if v, at, ok := s.bits(f.body(), "ap-options"); ok {
				s.add("ap-options", s.str.bitNames(v, apOptions), at)
				k.UseSessionKey, k.Mutual = v&(1<<30) != 0, v&(1<<29) != 0
			}
		case context | 3:
			s.ticket(f.body(), k)
		case context | 4:
			k.AuthenticatorEtype, _, _ = s.encryptedData("authenticator", f.body())
		default:
			s.unknownField(f)
		}
	}
	s.open(whole, k)
}

// ticket reads Ticket (RFC 4120, section 5.3).
func (s *scan) ticket(in span, k *ticketSummary) {
	defer s.leave(s.enter("ticket", in))
	outer, ok := s.expect(in, application|1, "")
	if !ok {
		return
	}
	seq, ok := s.expect(outer.body(), tagSequence, "")
	if !ok {
		return
	}
	body := seq.body()
	for f, ok := s.next(&body, ""); ok; f, ok = s.next(&body, "") {
		switch f.tag() {
		case context:
			s.number(f.body(), "tkt-vno")
		case context | 1:
			k.Realm = s.text(f.body(), "realm")
		case context | 2:
			k.SPN = s.principal("sname", f.body())
			k.APReq = k.SPN != "" && !f.cut()
		case context | 3:
			kvno, ok := int64(0), false
			k.TicketEtype, kvno, ok = s.encryptedData("enc-part", f.body())
			if k.KVNO = nil; ok {
				k.kvno = int(kvno)
				k.KVNO = &k.kvno
			}
		default:
			s.unknownField(f)
		}
	}
}

// apRep reads AP-REP (RFC 4120, section 5.5.2). It is the server's proof; a client
// that sends one proves nothing.
func (s *scan) apRep(in span) {
	if s.from != Client {
		s.x.kerberos().APRep = true
	}
	for f, ok := s.next(&in, ""); ok; f, ok = s.next(&in, "") {
		switch f.tag() {
		case context:
			s.number(f.body(), "pvno")
		case context | 1:
			s.number(f.body(), "msg-type")
		case context | 2:
			s.encryptedData("enc-part", f.body())
		default:
			s.unknownField(f)
		}
	}
}

// principal reads PrincipalName (RFC 4120, section 5.2.2) and returns its
// components joined by slashes.
func (s *scan) principal(name string, in span) string {
	defer s.leave(s.enter(name, in))
	seq, ok := s.expect(in, tagSequence, "")
	if !ok {
		return ""
	}
	joined := ""
	body := seq.body()
	for f, ok := s.next(&body, ""); ok; f, ok = s.next(&body, "") {
		switch f.tag() {
		case context:
			if v, at, ok := s.integer(f.body(), tagInteger, "name-type"); ok {
				s.add("name-type", s.str.krbNameType(v), at)
			}
		case context | 1:
			joined = s.nameString(f.body())
		default:
			s.unknownField(f)
		}
	}
	return joined
}

// nameString reads the SEQUENCE OF KerberosString of a principal. It is shown
// as one field, because that is how people know it.
func (s *scan) nameString(in span) string {
	list, ok := s.expect(in, tagSequence, "name-string")
	if !ok {
		return ""
	}
	joined := s.str.joining[:0]
	rest := list.body()
	for part, ok := s.next(&rest, "name-string"); ok; part, ok = s.next(&rest, "name-string") {
		if len(joined) > 0 {
			joined = append(joined, '/')
		}
		name := part.body().b
		joined = append(joined, name[:min(len(name), maxValue+utf8.UTFMax)]...)
		if len(joined) > 2*maxValue {
			joined = joined[:2*maxValue] // more than is shown
		}
	}
	s.str.joining = joined
	value := s.str.text(joined)
	s.add("name-string", value, list.whole())
	return value
}

// encryptedData reads EncryptedData (RFC 4120, section 5.2.9). The cipher is not
// shown even with ShowSecrets: of a service ticket it is what password crackers eat.
func (s *scan) encryptedData(name string, in span) (etype string, kvno int64, hasKVNO bool) {
	defer s.leave(s.enter(name, in))
	seq, ok := s.expect(in, tagSequence, "")
	if !ok {
		return "", 0, false
	}
	body := seq.body()
	for f, ok := s.next(&body, ""); ok; f, ok = s.next(&body, "") {
		switch f.tag() {
		case context:
			if v, at, ok := s.integer(f.body(), tagInteger, "etype"); ok {
				etype = KerberosEtype(int(v))
				s.add("etype", s.str.joined(etype, " (", strconv.FormatInt(v, 10), ")"), at)
			}
		case context | 1:
			if v, ok := s.number(f.body(), "kvno"); ok {
				kvno, hasKVNO = v, true
			}
		case context | 2:
			if e, ok := s.expect(f.body(), tagOctetString, "cipher"); ok {
				s.add("cipher", s.str.octets(len(e.body().b)), e.body())
			}
		default:
			s.unknownField(f)
		}
	}
	return etype, kvno, hasKVNO
}
