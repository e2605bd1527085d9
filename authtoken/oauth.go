package authtoken

import (
	"bytes"
	"encoding/json"
	"strings"
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
		s.damage("gs2-header", in.at, "no gs2 header")
		return s.finish()
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
			s.damage("pair", pair.at, "no key=value")
		}
	}
	if !found {
		s.damage("pair", in.at, "no key=value")
	}
}

func (s *scan) oauthPair(key string, at span) {
	switch key {
	case "user":
		s.x.sasl().User = printable(string(at.b))
		s.add(key, s.x.SASL.User, at)
	case "auth":
		s.authorization(at)
	case "host", "port", "mthd", "path":
		s.add(key, printable(string(at.b)), at)
	default:
		s.add("pair", octets(len(at.b)), at)
	}
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
	s.secret("token", at, printableOEM)
	if len(at.b) > 0 {
		x.Password = s.x.masked(at.b, printableOEM)
	}
	jwt, ok := parseJWT(at.b)
	if !ok {
		return
	}
	x.JWT = jwt
	defer s.leave(s.enter("JWT", at))
	s.jwt(jwt)
}

// decodeOAuthError reads the JSON with which a server refuses (RFC 7628, section
// 3.2.2; XOAUTH2 has the same form).
func (d *decoder) decodeOAuthError(kind Kind, in span) *Token {
	s := d.begin(kind, in)
	var members map[string]any
	if err := json.Unmarshal(in.b, &members); err != nil {
		if isText(in.b) {
			s.remark(in)
		} else {
			s.damage("error", in.at, "no JSON object")
		}
		return s.finish()
	}
	var parts []string
	for _, name := range [...]string{"status", "schemes", "scope", "openid-configuration"} {
		if value := claimText(members[name]); value != "" {
			s.add(name, value, span{at: in.at})
			parts = append(parts, name+"="+value)
		}
	}
	s.x.sasl().Error = strings.Join(parts, " ")
	return s.finish()
}
