package authtoken

import (
	"bytes"
	"strings"
	"unicode"
)

// decodeXOAUTH2 reads Google's and Microsoft's XOAUTH2: user=… ^A auth=Bearer … ^A ^A.
func (d *decoder) decodeXOAUTH2(in span) *Token {
	if d.from == Server {
		return d.decodeOAuthError("sasl.xoauth2.error", in)
	}
	s := d.begin("sasl.xoauth2.client-first", in)
	if s.isDummy("sasl.xoauth2.dummy", in) {
		return s.finish()
	}
	s.oauthPairs(in)
	return s.finish()
}

// decodeOAuthBearer reads RFC 7628, section 3: a gs2 header, ^A, then key=value
// pairs that each end with ^A.
func (d *decoder) decodeOAuthBearer(in span) *Token {
	if d.from == Server {
		return d.decodeOAuthError("sasl.oauthbearer.error", in)
	}
	s := d.begin("sasl.oauthbearer.client-first", in)
	if s.isDummy("sasl.oauthbearer.dummy", in) {
		return s.finish()
	}
	header, ok := parseGS2(in.b)
	if !ok {
		s.damage("gs2-header", in.at(), "no gs2 header")
		return s.finish()
	}
	if end := valueEnd(header.authzid); end < len(header.authzid) {
		s.misplaced("authzid", in.sub(header.authzAt+end, header.authzAt+len(header.authzid)))
		header.authzid = header.authzid[:end]
	}
	s.gs2Header(header, in)
	// OAUTHBEARER names the user only here (RFC 7628, section 3.1).
	s.x.sasl().User = s.x.sasl().AuthzID
	s.oauthPairs(in.from(header.end))
	return s.finish()
}

// isDummy takes the answer to the server's error: a single ^A (RFC 7628, section 3.2.3).
func (s *scan) isDummy(kind Kind, in span) bool {
	if string(in.b) != "\x01" {
		return false
	}
	s.token.Kind = kind
	return true
}

// oauthPairs reads key=value pairs between ^A. A pair that is not known is not
// shown: it may be the secret under another name.
func (s *scan) oauthPairs(in span) {
	found := false
	for i := 0; i < len(in.b); {
		end := len(in.b)
		if separator := bytes.IndexByte(in.b[i:], 1); separator >= 0 {
			end = i + separator
		}
		pair := in.sub(i, end)
		i = end + 1
		if equals := bytes.IndexByte(pair.b, '='); equals > 0 {
			s.oauthPair(strings.ToLower(string(pair.b[:equals])), pair.from(equals+1))
			found = true
		} else if len(pair.b) > 0 {
			s.damage("pair", pair.at(), "no key=value")
		}
	}
	if !found {
		s.damage("pair", in.at(), "no key=value")
	}
}

func (s *scan) oauthPair(key string, at span) {
	switch key {
	case "user", "host", "port", "mthd", "path":
		end := valueEnd(at.b)
		value := s.str.text(at.b[:end])
		s.add(key, value, at.to(end))
		if key == "user" {
			s.x.sasl().User = value
		}
		if end < len(at.b) {
			s.misplaced(key, at.from(end))
		}
	case "auth":
		s.authorization(at)
	default:
		s.add("pair", s.str.octets(len(at.b)), at)
	}
}

// misplaced masks what follows a value where ^A belongs: written by hand, the
// pairs stand with spaces or with the two characters ^ and A between them, and
// the rest of the value is the token.
func (s *scan) misplaced(key string, rest span) {
	s.secret("rest of "+key, rest, asText)
	s.x.sasl().Password = s.x.masked(rest.b, asText)
	s.damage(key, rest.at(), "no ^A after the value")
}

// separators are the ways in which people write ^A, and what begins the pair
// that holds the token.
var separators = [...]string{"^a", `\x01`, `\u0001`, `\001`, `\1`, "%01", "\u2401", "auth=", "auth:", "bearer"}

// valueEnd is where a value ends that may run into the token: at the first
// control or white-space character, or at what was meant for ^A.
func valueEnd(value []byte) int {
	end := bytes.IndexFunc(value, func(r rune) bool { return unicode.IsControl(r) || unicode.IsSpace(r) })
	if end < 0 {
		end = len(value)
	}
	lower := lowerASCII(value[:end])
	for _, separator := range separators {
		if i := bytes.Index(lower, []byte(separator)); i >= 0 {
			lower = lower[:i]
		}
	}
	return len(lower)
}

// lowerASCII keeps every octet in its place, which bytes.ToLower does not.
func lowerASCII(text []byte) []byte {
	lower := bytes.Clone(text)
	for i, c := range lower {
		if c >= 'A' && c <= 'Z' {
			lower[i] = c | 0x20
		}
	}
	return lower
}

// authorization reads an HTTP Authorization value: a scheme, a space, a token.
// If the scheme is not Bearer, all of it may be the secret.
func (s *scan) authorization(at span) {
	const scheme = len("Bearer")
	if len(at.b) > scheme && at.b[scheme] == ' ' && strings.EqualFold(string(at.b[:scheme]), "Bearer") {
		s.add("scheme", string(at.b[:scheme]), at.to(scheme))
		at = at.from(scheme + 1)
	}
	s.bearer(at)
}

// bearer adds the bearer token, masked but for what a JWT says of itself.
func (s *scan) bearer(at span) {
	x := s.x.sasl()
	s.secret("token", at, asText)
	if len(at.b) > 0 {
		x.Password = s.x.masked(at.b, asText)
	}
	s.x.bearer = ""
	if len(at.b) >= shortestEcho && len(at.b) <= maxErrorValue {
		s.x.bearer = printable(string(at.b))
	}
	jwt, ok := parseJWT(at.b)
	if !ok {
		return
	}
	x.JWT = jwt
	defer s.leave(s.enter("JWT", at))
	s.jwt(jwt)
}
