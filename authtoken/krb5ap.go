package authtoken

import (
	"strconv"
	"unicode/utf8"
)

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
