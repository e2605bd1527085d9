package authtoken

import (
	"bytes"
	"slices"
	"strings"
)

// decodeDigest reads DIGEST-MD5 (RFC 2831): the server's challenge, the client's
// response, the server's rspauth; all of them are lists of name=value.
func (d *decoder) decodeDigest(in span) *Token {
	kind := Kind("sasl.digest-md5.challenge")
	switch {
	case d.from != Server:
		kind = "sasl.digest-md5.response"
	case hasPrefix(in.b, "rspauth="):
		kind = "sasl.digest-md5.rspauth"
	}
	s := d.begin(kind, in)
	for rest := in; len(rest.b) > 0; {
		name, value, after, ok := nextDirective(rest)
		if !ok {
			s.damage("directive", rest.at(), "no name=value")
			break
		}
		if len(name) > 0 {
			s.directive(s.str.lower(name), value)
		}
		rest = after
	}
	return s.finish()
}

// nextDirective reads name "=" ( token / quoted-string ) up to the next comma
// (RFC 2831, section 7.1, with its #rule: empty elements and spaces are allowed,
// which gives an empty name). The value is without its quotes.
func nextDirective(in span) (name []byte, value, rest span, ok bool) {
	start := len(in.b) - len(bytes.TrimLeft(in.b, " \t\r\n,"))
	if start > 0 {
		return nil, span{}, in.from(start), true
	}
	equals := bytes.IndexByte(in.b, '=')
	if equals <= 0 {
		return nil, span{}, in, false
	}
	name, value = bytes.TrimSpace(in.b[:equals]), in.from(equals+1)
	if len(name) == 0 || bytes.IndexByte(name, ',') >= 0 {
		return nil, span{}, in, false
	}
	if len(value.b) > 0 && value.b[0] == '"' {
		end := closingQuote(value.b)
		if end < 0 {
			return nil, span{}, in, false
		}
		return name, value.sub(1, end), value.from(end + 1), true
	}
	end := bytes.IndexByte(value.b, ',')
	if end < 0 {
		end = len(value.b)
	}
	return name, value.to(len(bytes.TrimRight(value.b[:end], " \t\r\n"))), value.from(end), true
}

// closingQuote finds the quote that ends the string that b begins with; -1 if
// there is none.
func closingQuote(b []byte) int {
	for i := 1; i < len(b); i++ {
		switch b[i] {
		case '\\':
			i++
		case '"':
			return i
		}
	}
	return -1
}

// directive adds one directive. What the RFC does not know is not shown: it may
// be anything.
func (s *scan) directive(name string, at span) {
	value := ""
	switch name {
	case "response", "rspauth":
		s.secret(name, at, asText)
		return
	case "nonce", "cnonce":
		value = s.str.textOnce(unquote(at.b))
	case "username", "authzid", "realm", "qop", "nc", "digest-uri", "maxbuf", "charset", "cipher", "algorithm", "stale":
		value = s.str.text(unquote(at.b))
	default:
		name, value = printable(name), s.str.octets(len(at.b))
	}
	s.add(name, value, at)
	switch name {
	case "username":
		s.x.sasl().User = value
	case "authzid":
		s.x.sasl().AuthzID = value
	case "realm":
		s.x.sasl().Realm = value
	case "qop":
		s.quality(value)
	}
}

// quality takes qop into the summary of the security layer if there is more to
// it than authentication: then, as after RFC 4752, what follows the exchange is
// wrapped (RFC 2831, sections 2.3 and 2.4).
func (s *scan) quality(qop string) {
	var known [8]string
	layers := known[:0]
	for word := range strings.SplitSeq(qop, ",") {
		switch strings.ToLower(strings.TrimSpace(word)) {
		case "auth":
			layers = append(layers, layerNames[0])
		case "auth-int":
			layers = append(layers, layerNames[1])
		case "auth-conf":
			layers = append(layers, layerNames[2])
		}
	}
	protects := slices.ContainsFunc(layers, func(layer string) bool { return layer != layerNames[0] })
	switch {
	case len(layers) == 0 || len(layers) > len(layerNames) || !protects && s.x.Layer == nil:
	case s.from == Server:
		s.x.layer().Offered = s.x.room.list(layers)
	default:
		s.x.layer().Chosen = layers[0]
	}
}

// unquote undoes the backslashes of a quoted-string.
func unquote(b []byte) []byte {
	if bytes.IndexByte(b, '\\') < 0 {
		return b
	}
	out := make([]byte, 0, len(b))
	for i := 0; i < len(b); i++ {
		if b[i] == '\\' && i+1 < len(b) {
			i++
		}
		out = append(out, b[i])
	}
	return out
}
