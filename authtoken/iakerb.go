package authtoken

// iakerb reads a token of draft-ietf-kitten-iakerb, section 3: identifier 05 01,
// IAKERB-HEADER, then the KRB message that is on its way to or from the KDC.
func (s *scan) iakerb(in span) {
	s.sentTicket(actualIAKERB)
	s.add("TOK_ID", "0x0501", in.to(2))
	rest := in.from(2)
	header, ok := s.next(&rest, "IAKERB-HEADER")
	if !ok {
		return
	}
	if header.tag() != tagSequence {
		s.damage("IAKERB-HEADER", header.at(), "no SEQUENCE")
		return
	}
	s.iakerbHeader(header)
	if len(rest.b) > 0 {
		s.graft("message", rest, s.decode(rest))
	}
}

func (s *scan) iakerbHeader(header element) {
	defer s.leave(s.enter("IAKERB-HEADER", header.whole()))
	body := header.body()
	for f, ok := s.next(&body, ""); ok; f, ok = s.next(&body, "") {
		switch f.tag() {
		case context | 1:
			s.text(f.body(), "target-realm")
		case context | 2:
			if e, ok := s.expect(f.body(), tagOctetString, "cookie"); ok {
				s.add("cookie", s.str.octets(len(e.body().b)), e.body())
			}
		default:
			s.unknownField(f)
		}
	}
}
