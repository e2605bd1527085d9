package authtoken

import (
	"encoding/json"
	"strings"
)

// maxErrorValue is the longest member of a server's error that is shown, in octets.
const maxErrorValue = 256

// tokenLike is the length from which a run of base64url characters in a server's
// words may be the token that it repeats.
const tokenLike = 16

// shortestEcho is the shortest token that is looked for in a server's words, in
// octets: less would tear honest words apart.
const shortestEcho = 4

// decodeOAuthError reads the JSON with which a server refuses (RFC 7628, section
// 3.2.2; XOAUTH2 has the same form). Only the members that the RFC requires or
// that XOAUTH2 has are shown.
func (d *decoder) decodeOAuthError(kind Kind, in span) *Token {
	s := d.begin(kind, in)
	var members map[string]any
	if err := json.Unmarshal(in.b, &members); err != nil {
		if isText(in.b) {
			s.token.Kind = KindText
			s.add("text", s.x.withoutTokens(s.str.text(in.b)), in)
		} else {
			s.damage("error", in.at(), "no JSON object")
		}
		return s.finish()
	}
	var parts []string
	for _, name := range [...]string{"status", "schemes", "scope"} {
		value := s.x.withoutTokens(claimText(members[name]))
		if len(value) > maxErrorValue {
			value = printable(strings.ToValidUTF8(value[:maxErrorValue], "")) + "…"
		}
		if value != "" {
			s.add(name, value, span{place: in.at()})
			parts = append(parts, name+"="+value)
		}
	}
	s.x.sasl().Error = strings.Join(parts, " ")
	return s.finish()
}

// withoutTokens masks the client's token, and the runs of base64url characters
// that are long enough for any.
func (x *Exchange) withoutTokens(text string) string {
	if x.bearer != "" {
		text = strings.ReplaceAll(text, x.bearer, x.masked([]byte(x.bearer), asText))
	}
	var out strings.Builder
	for len(text) > 0 {
		run := strings.IndexFunc(text, func(r rune) bool { return !isBase64URL(r) })
		if run < 0 {
			run = len(text)
		}
		if run >= tokenLike {
			out.WriteString(x.masked([]byte(text[:run]), asText))
		} else {
			out.WriteString(text[:run])
		}
		text = text[run:]
		run = strings.IndexFunc(text, isBase64URL)
		if run < 0 {
			run = len(text)
		}
		out.WriteString(text[:run])
		text = text[run:]
	}
	return out.String()
}

func isBase64URL(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_'
}
