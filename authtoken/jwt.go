package authtoken

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// maxClaims bounds the claims kept of one token. Entra ID's have about thirty.
const maxClaims = 64

// maxClaim is the longest claim kept, in octets.
const maxClaim = 1024

// parseJWT reads the header and the claims of a compact JWS (RFC 7515, section
// 7.1), or the header of a compact JWE (RFC 7516), whose claims are encrypted.
// False if the token is neither.
func parseJWT(token []byte) (*JWT, bool) {
	dots := bytes.Count(token, []byte("."))
	if dots != 2 && dots != 4 {
		return nil, false
	}
	header, rest, _ := bytes.Cut(token, []byte("."))
	claims, _, _ := bytes.Cut(rest, []byte("."))
	fields, ok := jsonSegment(header)
	if !ok {
		return nil, false
	}
	jwt := &JWT{Algorithm: claimText(fields["alg"]), KeyID: claimText(fields["kid"])}
	if dots == 4 {
		return jwt, true
	}
	members, ok := jsonSegment(claims)
	if !ok {
		return jwt, true
	}
	jwt.Claims = make(map[string]string, min(len(members), maxClaims))
	for _, name := range sortedKeys(members) {
		if len(jwt.Claims) == maxClaims {
			break
		}
		if value := claimText(members[name]); value != "" && name != "" && len(name) <= maxClaim {
			jwt.Claims[printable(name)] = value
		}
	}
	jwt.Expires = numericDate(members["exp"])
	return jwt, true
}

func sortedKeys[V any](m map[string]V) []string {
	keys := slices.AppendSeq(make([]string, 0, len(m)), maps.Keys(m))
	slices.Sort(keys)
	return keys
}

// jsonSegment decodes one base64url part that holds a JSON object.
func jsonSegment(segment []byte) (map[string]any, bool) {
	decoded := make([]byte, base64.RawURLEncoding.DecodedLen(len(segment)))
	n, err := base64.RawURLEncoding.Decode(decoded, bytes.TrimRight(segment, "="))
	if err != nil {
		return nil, false
	}
	decoder := json.NewDecoder(bytes.NewReader(decoded[:n]))
	decoder.UseNumber()
	var members map[string]any
	if decoder.Decode(&members) != nil || members == nil {
		return nil, false
	}
	return members, true
}

// claimText is a JSON value as printable text: lists of scalars with spaces
// between, objects only named.
func claimText(value any) string {
	text := ""
	switch v := value.(type) {
	case string:
		text = v
	case json.Number:
		text = v.String()
	case float64:
		text = strconv.FormatFloat(v, 'f', -1, 64)
	case bool:
		text = strconv.FormatBool(v)
	case []any:
		var parts []string
		for _, part := range v[:min(len(v), maxClaims)] {
			if _, nested := part.([]any); !nested {
				parts = append(parts, claimText(part))
			}
		}
		text = strings.Join(parts, " ")
	case map[string]any:
		text = "{…}"
	}
	if len(text) > maxClaim {
		text = strings.Clone(text[:maxClaim]) // else the whole of it is kept
	}
	return printable(text)
}

// numericDate is RFC 7519's NumericDate; zero if it is none or out of this
// calendar's four-digit years.
func numericDate(value any) time.Time {
	number, _ := value.(json.Number)
	seconds, err := strconv.ParseFloat(string(number), 64)
	if err != nil || !(seconds > 0 && seconds < 253402300800) {
		return time.Time{}
	}
	return time.Unix(int64(seconds), 0).UTC()
}

// jwt adds what the token says of itself. The parts are base64url, so they have
// no place in octets of their own.
func (s *scan) jwt(jwt *JWT) {
	nowhere := span{place: s.stack[s.groups[len(s.groups)-1]].Offset}
	s.add("alg", jwt.Algorithm, nowhere)
	if jwt.KeyID != "" {
		s.add("kid", jwt.KeyID, nowhere)
	}
	for _, name := range sortedKeys(jwt.Claims) {
		s.add(name, jwt.Claims[name], nowhere)
	}
}
