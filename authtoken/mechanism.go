package authtoken

import (
	"bytes"
	"strings"
)

// A family is a group of SASL mechanisms whose messages are read alike.
type family uint8

const (
	familyUnknown family = iota
	familyGSS            // GSSAPI, GSS-SPNEGO, NTLM, GS2-*, no name: the octets decide
	familyPlain
	familyLogin
	familyCRAM
	familyDigest
	familySCRAM
	familyXOAUTH2
	familyOAuthBearer
	familyExternal
	familyAnonymous
	familyExchangeAuth
)

// familyOf takes the mechanism's name in upper case.
func familyOf(mechanism string) family {
	switch mechanism {
	case "", "GSSAPI", "GSS-SPNEGO", "NTLM":
		return familyGSS
	case "PLAIN":
		return familyPlain
	case "LOGIN":
		return familyLogin
	case "CRAM-MD5":
		return familyCRAM
	case "DIGEST-MD5":
		return familyDigest
	case "XOAUTH2":
		return familyXOAUTH2
	case "OAUTHBEARER":
		return familyOAuthBearer
	case "EXTERNAL":
		return familyExternal
	case "ANONYMOUS":
		return familyAnonymous
	case "EXCHANGEAUTH":
		return familyExchangeAuth
	}
	switch {
	case !isMechanismName(mechanism):
	case strings.HasPrefix(mechanism, "SCRAM-"):
		return familySCRAM
	case strings.HasPrefix(mechanism, "GS2-"):
		return familyGSS
	}
	return familyUnknown
}

// lowerMechanism is the name in lower case, which is at hand for the frequent ones.
func lowerMechanism(name string) string {
	switch name {
	case "PLAIN":
		return "plain"
	case "LOGIN":
		return "login"
	case "CRAM-MD5":
		return "cram-md5"
	case "DIGEST-MD5":
		return "digest-md5"
	case "SCRAM-SHA-1":
		return "scram-sha-1"
	case "SCRAM-SHA-256":
		return "scram-sha-256"
	case "XOAUTH2":
		return "xoauth2"
	case "OAUTHBEARER":
		return "oauthbearer"
	}
	return strings.ToLower(name)
}

// isMechanismName wants the characters of RFC 4422, section 3.1, since Actual
// repeats the name.
func isMechanismName(name string) bool {
	return !strings.ContainsFunc(name, func(r rune) bool {
		return (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '-' && r != '_'
	})
}

// dispatch reads an outermost token by the family of its mechanism.
func (d *decoder) dispatch(in span) *Token {
	if len(in.b) == 0 {
		return d.empty(in)
	}
	if d.x.mechanism == "" {
		d.x.named(inferMechanism(d.from, in.b))
	}
	switch d.x.family {
	case familyGSS:
		if d.from != Server && !d.x.answered && isGS2(in.b) {
			return d.decodeGS2(in)
		}
		return d.decode(in)
	case familyPlain:
		return d.decodePlain(in)
	case familyLogin:
		return d.decodeLogin(in)
	case familyCRAM:
		return d.decodeCRAM(in)
	case familyDigest:
		return d.decodeDigest(in)
	case familySCRAM:
		return d.decodeSCRAM(in)
	case familyXOAUTH2:
		return d.decodeXOAUTH2(in)
	case familyOAuthBearer:
		return d.decodeOAuthBearer(in)
	case familyExternal:
		return d.decodeExternal(in)
	case familyAnonymous:
		return d.decodeAnonymous(in)
	case familyExchangeAuth:
		return d.decodeExchangeAuth(in)
	}
	if isUnmistakable(in.b) {
		return d.decode(in)
	}
	return d.opaque(KindUnknown, in)
}

// inferMechanism tells a mechanism whose name was not seen (a capture that begins
// in the middle) by a token that no other mechanism sends; empty if it cannot.
func inferMechanism(from Side, token []byte) string {
	switch from {
	case Server:
		switch strings.ToLower(string(token[:min(len(token), 16)])) {
		case "username:", "password:", "user name\x00", "password\x00":
			return "LOGIN"
		}
	case Client:
		if hasPrefix(token, "user=") && bytes.Contains(token, []byte("\x01auth=")) {
			return "XOAUTH2"
		}
		if header, ok := parseGS2(token); ok && hasPrefix(token[header.end:], "\x01") {
			return "OAUTHBEARER"
		}
		if bytes.Count(token, []byte{0}) == 2 && isText(bytes.ReplaceAll(token, []byte{0}, []byte{' '})) {
			return "PLAIN"
		}
	}
	return ""
}

// empty takes a token without octets, which LOGIN counts too.
func (d *decoder) empty(in span) *Token {
	if d.x.family == familyLogin {
		if d.from == Server {
			d.x.login = d.x.login.prompted(nil)
		} else {
			d.x.login = d.x.login.afterEmpty()
		}
	}
	return d.opaque(KindEmpty, in)
}

// isUnmistakable tells whether b is a GSS or NTLM token beyond doubt, so that it
// is read whatever the mechanism's name.
func isUnmistakable(b []byte) bool {
	switch formatOf(b) {
	case formatNTLM:
		return true
	case formatGSS:
		return isKnownMech(framedMech(b))
	}
	return false
}

// framedMech is the object identifier in the framing of RFC 2743; nil if there is none.
func framedMech(b []byte) []byte {
	s := scan{token: &Token{}, decoder: &decoder{}}
	rest := span{b: b}
	frame, ok := s.next(&rest, "")
	if !ok {
		return nil
	}
	body := frame.body()
	mech, ok := s.next(&body, "")
	if !ok || mech.tag() != tagOID {
		return nil
	}
	return mech.body().b
}

// isGS2 tells whether b begins with a header of RFC 5801, section 4, and goes on
// with a token.
func isGS2(b []byte) bool {
	header, ok := parseGS2(b)
	return ok && header.end < len(b) && formatOf(b[header.end:]) != formatText
}

// decodeGS2 reads the header and the token behind it, whose GSS framing RFC 5801,
// section 4, takes off.
func (d *decoder) decodeGS2(in span) *Token {
	s := d.begin(KindGS2, in)
	header, _ := parseGS2(in.b)
	s.gs2Header(header, in)
	rest := in.from(header.end)
	s.graft("token", rest, s.decode(rest))
	return s.finish()
}

// decodeExchangeAuth shows what can be seen of Exchange's own mechanism: the
// Kerberos token that it begins with, if it does.
func (d *decoder) decodeExchangeAuth(in span) *Token {
	s := d.begin(KindExchangeAuth, in)
	switch formatOf(in.b) {
	case formatGSS, formatSPNEGO, formatKRB5, formatKRB5Token, formatNTLM:
		s.graft("token", in, s.decode(in))
	}
	return s.finish()
}
