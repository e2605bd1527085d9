package authtoken

import "bytes"

// decodePlain reads RFC 4616: [authzid] NUL authcid NUL passwd. What does not
// have two NULs may be a bare password and is masked as a whole; so is what
// follows a gap, since it may be the rest of a message.
func (d *decoder) decodePlain(in span) *Token {
	s := d.begin("sasl.plain.message", in)
	if d.from == Server {
		s.remark(in)
		return s.finish()
	}
	first := bytes.IndexByte(in.b, 0)
	second := -1
	if first >= 0 {
		if n := bytes.IndexByte(in.b[first+1:], 0); n >= 0 {
			second = first + 1 + n
		}
	}
	if second < 0 || d.x.lost {
		s.secret("message", in, asText)
		if second < 0 {
			s.damage("message", in.at(), "fewer than two NUL octets")
		}
		return s.finish()
	}
	x := s.x.sasl()
	if first > 0 && second == len(in.b)-1 {
		// user NUL password NUL, as one writes it who counts in C strings.
		x.User = s.str.text(in.b[:first])
		s.add("authcid", x.User, in.to(first))
		s.password(in.from(first + 1))
		s.damage("passwd", in.at()+len(in.b), "empty")
		return s.finish()
	}
	x.AuthzID = s.str.text(in.b[:first])
	x.User = s.str.text(in.b[first+1 : second])
	s.add("authzid", x.AuthzID, in.to(first))
	s.add("authcid", x.User, in.sub(first+1, second))
	s.password(in.from(second + 1))
	return s.finish()
}

// password adds a password and keeps it in the summary, masked or not.
func (s *scan) password(at span) {
	s.secret("passwd", at, asText)
	if len(at.b) > 0 {
		s.x.sasl().Password = s.x.masked(at.b, asText)
	}
}

// remark takes words that the server says where the mechanism has none for it.
func (s *scan) remark(in span) {
	if isText(in.b) {
		s.token.Kind = KindText
		s.add("text", s.str.text(in.b), in)
		return
	}
	s.token.Kind = KindUnknown
}

// decodeExternal reads RFC 4422, appendix A: the authorization identity.
func (d *decoder) decodeExternal(in span) *Token {
	s := d.begin("sasl.external.authzid", in)
	if d.from == Server {
		s.remark(in)
		return s.finish()
	}
	s.x.sasl().AuthzID = s.identity("authzid", in)
	return s.finish()
}

// decodeAnonymous reads RFC 4505: trace information, an address or any words.
func (d *decoder) decodeAnonymous(in span) *Token {
	s := d.begin("sasl.anonymous.trace", in)
	if d.from == Server {
		s.remark(in)
		return s.finish()
	}
	s.x.sasl().Trace = s.identity("trace", in)
	return s.finish()
}

// identity adds a name that is the whole message. Neither mechanism knows NUL: who
// sends one has sent PLAIN's message under the wrong name, password and all.
func (s *scan) identity(name string, in span) string {
	end := bytes.IndexByte(in.b, 0)
	if end < 0 {
		end = len(in.b)
	}
	value := s.str.text(in.b[:end])
	s.add(name, value, in.to(end))
	if rest := in.from(end); len(rest.b) > 0 {
		s.password(rest)
		s.damage(name, rest.at(), "NUL inside")
	}
	return value
}
