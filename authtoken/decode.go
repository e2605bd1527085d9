package authtoken

import "strconv"

// maxDepth bounds tokens inside tokens. The deepest that makes sense is gs2 >
// SPNEGO > IAKERB > KRB message.
const maxDepth = 6

// unknownSide is the side of a token that came without one.
const unknownSide Side = 2

// Decode decodes a single token by its octets alone, as found behind GSSAPI,
// GSS-SPNEGO and NTLM. Which side sent it is not known, so text is masked as if
// it were a client's answer.
func Decode(token []byte, o Options) *Token {
	return NewExchange("", o).Add(unknownSide, token)
}

// A format is what a token looks like from outside.
type format uint8

const (
	formatUnknown       format = iota
	formatText                 // words
	formatNTLM                 // NTLMSSP message
	formatNTLMSignature        // NTLMSSP_MESSAGE_SIGNATURE
	formatGSS                  // RFC 2743 framing
	formatSPNEGO               // NegotiationToken without framing
	formatKRB5                 // Kerberos message without any framing
	formatKRB5Token            // token identifier of RFC 4121 or RFC 1964, without framing
	formatIAKERB               // token identifier of IAKERB, without framing
	formatNEGOEX
)

// formatOf decides what a token is by its first octets. This is the one place
// where that is done.
func formatOf(b []byte) format {
	switch {
	case len(b) == 0:
		return formatUnknown
	case hasPrefix(b, ntlmSignature), len(b) > 4 && len(b) < len(ntlmSignature) && hasPrefix([]byte(ntlmSignature), string(b)):
		return formatNTLM
	case hasPrefix(b, negoexSignature):
		return formatNEGOEX
	case isText(b): // before the tags: 'n' and 'o' are AP-REQ and AP-REP
		return formatText
	case b[0] == application:
		return formatGSS
	case b[0] == context, b[0] == context|1:
		return formatSPNEGO
	case isKRBMessage(b):
		return formatKRB5
	case len(b) >= 16 && hasPrefix(b, "\x01\x00\x00\x00"):
		return formatNTLMSignature
	case len(b) >= 3 && isKRB5Token(b):
		return formatKRB5Token
	case len(b) >= 3 && hasPrefix(b, "\x05\x01") && b[2] == tagSequence:
		return formatIAKERB
	}
	return formatUnknown
}

func hasPrefix(b []byte, prefix string) bool {
	return len(b) >= len(prefix) && string(b[:len(prefix)]) == prefix
}

// decode reads one token, outermost or carried.
func (d *decoder) decode(in span) *Token {
	if d.depth >= maxDepth {
		s := d.begin(KindUnknown, in)
		s.damage("", in.at(), "more than "+strconv.Itoa(maxDepth)+" tokens inside each other")
		return s.finish()
	}
	d.depth++
	t := d.decodeFormat(in)
	d.depth--
	return t
}

func (d *decoder) decodeFormat(in span) *Token {
	switch formatOf(in.b) {
	case formatNTLM:
		return d.decodeNTLM(in)
	case formatNTLMSignature:
		return d.decodeNTLMSignature(in)
	case formatGSS:
		return d.decodeGSS(in)
	case formatSPNEGO:
		s := d.begin(KindUnknown, in)
		s.spnego(in)
		return s.finish()
	case formatKRB5:
		s := d.begin(krbKind(in.b[0]), in)
		s.krbMessage(in, "")
		return s.finish()
	case formatKRB5Token:
		s := d.begin(KindUnknown, in)
		s.krb5Token(in, "")
		return s.finish()
	case formatIAKERB:
		s := d.begin(KindIAKERB, in)
		s.iakerb(in)
		return s.finish()
	case formatNEGOEX:
		return d.decodeNEGOEX(in)
	case formatText:
		return d.decodeText(in)
	}
	return d.opaque(KindUnknown, in)
}

// opaque is a token of which nothing but the length can be said.
func (d *decoder) opaque(kind Kind, in span) *Token {
	if len(in.b) == 0 {
		kind = KindEmpty
	}
	s := d.begin(kind, in)
	return s.finish()
}

// decodeText reads human text. The server's is a prompt or a remark; what the
// other side types where a token belongs may well be a password.
func (d *decoder) decodeText(in span) *Token {
	s := d.begin(KindText, in)
	if d.from == Server {
		s.add("text", s.str.text(in.b), in)
	} else {
		s.secret("text", in, asText)
	}
	return s.finish()
}

const negoexSignature = "NEGOEXTS"

// decodeNEGOEX names the first message of [MS-NEGOEX] (2.2.6.2: signature,
// message type) and opens nothing.
func (d *decoder) decodeNEGOEX(in span) *Token {
	s := d.begin(KindNEGOEX, in)
	s.add("Signature", negoexSignature, in.to(8))
	if s.takes("MessageType", in, 8, 4) {
		s.add("MessageType", negoexMessage(le32(in.b[8:])), in.sub(8, 12))
	}
	return s.finish()
}

func negoexMessage(kind uint32) string {
	names := [...]string{"INITIATOR_NEGO", "ACCEPTOR_NEGO", "INITIATOR_META_DATA", "ACCEPTOR_META_DATA",
		"CHALLENGE", "AP_REQUEST", "VERIFY", "ALERT"}
	if kind < uint32(len(names)) {
		return names[kind]
	}
	return hexNumber(uint64(kind), 4)
}

// decodeGSS takes the framing of RFC 2743, section 3.1, off:
// [APPLICATION 0] IMPLICIT SEQUENCE { thisMech, innerContextToken }.
func (d *decoder) decodeGSS(in span) *Token {
	s := d.begin(KindUnknown, in)
	rest := in
	frame, ok := s.next(&rest, "InitialContextToken")
	if !ok {
		return s.finish()
	}
	body := frame.body()
	mech, ok := s.next(&body, "thisMech")
	if !ok || mech.tag() != tagOID {
		s.damage("thisMech", frame.body().at(), "no object identifier")
		return s.finish()
	}
	known := nameMech(mech.body().b)
	s.add("thisMech", known.label, mech.body())
	s.innerContextToken(known.oid, body)
	s.excess(rest)
	return s.finish()
}

// innerContextToken reads what stands behind the mechanism's name.
func (s *scan) innerContextToken(mech string, in span) {
	switch mech {
	case oidSPNEGO:
		s.spnego(in)
	case oidKRB5, oidMSKRB5, oidKRB5U2U:
		s.krb5Token(in, mech)
	case oidIAKERB:
		if hasPrefix(in.b, "\x05\x01") {
			s.token.Kind = KindIAKERB
			s.iakerb(in)
			return
		}
		s.krb5Token(in, mech)
	case oidNTLMSSP:
		// gss-ntlmssp and SSPI send it bare, but some stacks frame it.
		if hasPrefix(in.b, ntlmSignature) {
			s.ntlm(in)
			return
		}
		s.add("innerContextToken", s.str.octets(len(in.b)), in)
	default:
		s.add("innerContextToken", s.str.octets(len(in.b)), in)
	}
}
