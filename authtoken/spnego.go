package authtoken

import "strconv"

// maxMechs bounds the mechanisms kept in a summary; honest lists have five.
const maxMechs = 64

// spnego reads a NegotiationToken (RFC 4178, section 4.2): [0] NegTokenInit or
// [1] NegTokenResp.
func (s *scan) spnego(in span) {
	s.token.Kind = spnegoKind(in.b, s.from)
	rest := in
	choice, ok := s.next(&rest, "")
	if !ok {
		return
	}
	switch choice.tag() {
	case context:
		if seq, ok := s.expect(choice.body(), tagSequence, ""); ok {
			s.negTokenInit(seq.body())
		}
	case context | 1:
		if seq, ok := s.expect(choice.body(), tagSequence, ""); ok {
			s.negTokenResp(seq.body())
		}
	default:
		s.damage("NegotiationToken", choice.at(), "tag "+hexNumber(uint64(choice.tag()), 1))
	}
	s.excess(rest)
}

// spnegoKind names the message by its first octet. A NegTokenInit of the server
// is the one that [MS-SPNG] calls NegTokenInit2, with hints or without.
func spnegoKind(b []byte, from Side) Kind {
	switch {
	case len(b) > 0 && b[0] == context|1:
		return KindNegTokenResp
	case len(b) == 0 || b[0] != context:
		return KindUnknown
	case from == Server:
		return KindNegTokenInit2
	}
	return KindNegTokenInit
}

// negTokenInit reads RFC 4178, section 4.2.1, and its variant with hints,
// [MS-SPNG] 2.2.1, where [3] is negHints and [4] the mechListMIC.
func (s *scan) negTokenInit(in span) {
	s.x.spnego()
	if s.from != Server {
		s.x.offer = offerNone
	}
	defer s.carries(s.carries(carriedByInit))
	var seen uint32
	for f, ok := s.next(&in, ""); ok; f, ok = s.next(&in, "") {
		if s.repeats(&seen, f) {
			continue
		}
		switch f.tag() {
		case context:
			s.mechTypes(f.body())
		case context | 1:
			s.reqFlags(f.body())
		case context | 2:
			s.carried("mechToken", f.body())
		case context | 3:
			if len(f.body().b) > 0 && f.body().b[0] == tagSequence {
				s.token.Kind = KindNegTokenInit2
				s.negHints(f.body())
				continue
			}
			s.mechListMIC(f.body())
		case context | 4:
			s.token.Kind = KindNegTokenInit2
			s.mechListMIC(f.body())
		default:
			s.unknownField(f)
		}
	}
}

// carries sets what carries the tokens that follow and returns what did before.
func (s *scan) carries(c carrier) (outer carrier) {
	outer, s.carrier = s.carrier, c
	return outer
}

// repeats reports whether a field with the tag was seen before. Nobody knows which
// of the two the other side took, so the second is named and not opened.
func (s *scan) repeats(seen *uint32, f element) bool {
	if f.tag()&^0x1F != context {
		return false // none of the message's own
	}
	bit := uint32(1) << (f.tag() & 0x1F)
	if *seen&bit == 0 {
		*seen |= bit
		return false
	}
	name := "repeated tag " + hexNumber(uint64(f.tag()), 1)
	s.add(name, s.str.octets(len(f.body().b)), f.body())
	s.damage(name, f.at(), "repeated field")
	return true
}

// mechTypes reads the list of mechanisms, the sender's favourite first.
func (s *scan) mechTypes(in span) {
	defer s.leave(s.enter("mechTypes", in))
	list, ok := s.expect(in, tagSequence, "")
	if !ok {
		return
	}
	var known [maxMechs]string
	names, listed := known[:0], 0
	rest := list.body()
	for e, ok := s.next(&rest, ""); ok; e, ok = s.next(&rest, "") {
		if e.tag() != tagOID {
			s.damage("", e.at(), "no object identifier")
			continue
		}
		mech := nameMech(e.body().b)
		if listed++; listed <= maxListed {
			s.add("MechType", mech.label, e.body())
		}
		if s.from != Server {
			s.offered(mech.name)
		}
		if mech.name != "" && len(names) < maxMechs {
			names = append(names, mech.name)
		}
	}
	if listed > maxListed {
		s.add("MechType", strconv.Itoa(listed-maxListed)+" more", span{place: rest.at()})
	}
	if s.from == Server {
		s.x.spnego().ServerMechTypes = s.x.room.list(names)
	} else {
		s.x.spnego().MechTypes = s.x.room.list(names)
	}
}

// contextFlags are the bits of ContextFlags (RFC 4178, section 4.2.1).
var contextFlags = []string{"delegFlag", "mutualFlag", "replayFlag", "sequenceFlag", "anonFlag", "confFlag", "integFlag"}

func (s *scan) reqFlags(in span) {
	if v, at, ok := s.bits(in, "reqFlags"); ok {
		s.add("reqFlags", s.str.bitNames(v, contextFlags), at)
	}
}

// carried reads an OCTET STRING that is itself a token.
func (s *scan) carried(name string, in span) {
	e, ok := s.expect(in, tagOctetString, name)
	if !ok {
		return
	}
	s.graft(name, e.body(), s.decode(e.body()))
}

func (s *scan) mechListMIC(in span) {
	s.x.spnego().MechListMIC = true
	if e, ok := s.expect(in, tagOctetString, "mechListMIC"); ok {
		s.add("mechListMIC", s.str.octets(len(e.body().b)), e.body())
	}
}

// negHints reads NegHints ([MS-SPNG] 2.2.1).
func (s *scan) negHints(in span) {
	defer s.leave(s.enter("negHints", in))
	seq, ok := s.expect(in, tagSequence, "")
	if !ok {
		return
	}
	body := seq.body()
	for f, ok := s.next(&body, ""); ok; f, ok = s.next(&body, "") {
		switch f.tag() {
		case context:
			s.text(f.body(), "hintName")
		case context | 1:
			if e, ok := s.expect(f.body(), tagOctetString, "hintAddress"); ok {
				s.add("hintAddress", s.str.octets(len(e.body().b)), e.body())
			}
		default:
			s.unknownField(f)
		}
	}
}

// negTokenResp reads RFC 4178, section 4.2.2. Every field is optional.
func (s *scan) negTokenResp(in span) {
	s.x.spnego()
	defer s.carries(s.carries(carriedByResp))
	var seen uint32
	for f, ok := s.next(&in, ""); ok; f, ok = s.next(&in, "") {
		if s.repeats(&seen, f) {
			continue
		}
		switch f.tag() {
		case context:
			s.negState(f.body())
		case context | 1:
			s.supportedMech(f.body())
		case context | 2:
			s.carried("responseToken", f.body())
		case context | 3:
			s.mechListMIC(f.body())
		default:
			s.unknownField(f)
		}
	}
}

// negState reads the state; only the server's is summed up.
func (s *scan) negState(in span) {
	v, at, ok := s.integer(in, tagEnumerated, "negState")
	if !ok {
		return
	}
	names := [...]string{"accept-completed", "accept-incomplete", "reject", "request-mic"}
	name := ""
	if v >= 0 && v < int64(len(names)) {
		name = names[v]
	} else {
		name = s.str.hexNumber(uint64(v), 8)
	}
	s.add("negState", name, at)
	if s.from != Client {
		s.x.spnego().NegState = name
	}
}

func (s *scan) supportedMech(in span) {
	e, ok := s.expect(in, tagOID, "supportedMech")
	if !ok {
		return
	}
	mech := nameMech(e.body().b)
	s.add("supportedMech", mech.label, e.body())
	if s.from != Client {
		s.selected(mech.name)
	}
}

// unknownField keeps a field that the specification does not know visible.
func (s *scan) unknownField(f element) {
	s.add("unknown tag "+hexNumber(uint64(f.tag()), 1), s.str.octets(len(f.body().b)), f.body())
}
