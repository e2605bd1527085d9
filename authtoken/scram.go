package authtoken

import (
	"bytes"
	"encoding/base64"
	"strconv"
)

// decodeSCRAM reads the messages of RFC 5802, section 7. The proof and the
// server's signature are masked; salt and nonces are not, since without the
// proof they give nothing to guess against.
func (d *decoder) decodeSCRAM(in span) *Token {
	s := d.begin(KindUnknown, in)
	switch {
	case d.from == Server && (hasPrefix(in.b, "v=") || hasPrefix(in.b, "e=")):
		s.token.Kind = "sasl.scram.server-final"
		s.scramAttributes(in)
	case d.from == Server && (hasPrefix(in.b, "r=") || hasPrefix(in.b, "m=")):
		s.token.Kind = "sasl.scram.server-first"
		s.scramAttributes(in)
	case d.from == Server:
		s.remark(in)
	case hasPrefix(in.b, "c="):
		s.token.Kind = "sasl.scram.client-final"
		s.scramAttributes(in)
	default:
		s.scramClientFirst(in)
	}
	return s.finish()
}

func (s *scan) scramClientFirst(in span) {
	header, ok := parseGS2(in.b)
	if !ok {
		s.damage("gs2-header", in.at(), "not a SCRAM message")
		return
	}
	s.token.Kind = "sasl.scram.client-first"
	s.gs2Header(header, in)
	s.scramAttributes(in.from(header.end))
}

// scramAttributes reads the list of attr-val, for each a letter, "=" and a value
// without commas.
func (s *scan) scramAttributes(in span) {
	for i := 0; i <= len(in.b); {
		end := len(in.b)
		if comma := bytes.IndexByte(in.b[i:], ','); comma >= 0 {
			end = i + comma
		}
		attribute := in.sub(i, end)
		if len(attribute.b) < 2 || attribute.b[1] != '=' {
			s.damage("attribute", attribute.at(), "no letter and '='")
			return
		}
		s.scramAttribute(attribute.b[0], attribute.from(2))
		i = end + 1
	}
}

// scramAttribute reads one attribute of RFC 5802, section 5.1.
func (s *scan) scramAttribute(letter byte, at span) {
	switch letter {
	case 'n':
		value := s.str.saslName(at.b)
		s.x.sasl().User = value
		s.add("username", value, at)
	case 'a':
		value := s.str.saslName(at.b)
		s.x.sasl().AuthzID = value
		s.add("authzid", value, at)
	case 'r':
		s.add("nonce", s.str.textOnce(at.b), at)
	case 's':
		s.add("salt", s.str.text(at.b), at)
	case 'i':
		value := s.str.text(at.b)
		if n, err := strconv.Atoi(value); err == nil && n > 0 {
			s.x.sasl().Iterations = n
		}
		s.add("iteration-count", value, at)
	case 'c':
		s.add("channel-binding", bindingLabel(at.b), at)
	case 'p':
		s.secret("proof", at, asText)
	case 'v':
		s.secret("verifier", at, asText)
	case 'e':
		value := s.str.text(at.b)
		s.x.sasl().Error = value
		s.add("server-error", value, at)
	case 'm':
		s.add("mandatory-extension", s.str.octets(len(at.b)), at)
	default:
		s.add("extension "+printable(string(rune(letter))), s.str.octets(len(at.b)), at)
	}
}

// bindingLabel shows the gs2 header that "c=" repeats, and how much binding data
// follows it.
func bindingLabel(encoded []byte) string {
	decoded := make([]byte, base64.StdEncoding.DecodedLen(len(encoded)))
	n, err := base64.StdEncoding.Decode(decoded, encoded)
	header, ok := parseGS2(decoded[:n])
	if err != nil || !ok {
		return octets(len(encoded)) + " that hold no gs2 header"
	}
	label := printable(string(decoded[:header.end]))
	if data := n - header.end; data > 0 {
		label += " and " + octets(data) + " of binding data"
	}
	return label
}
