package authtoken

// ntlmSignatureOctets is the size of NTLMSSP_MESSAGE_SIGNATURE ([MS-NLMP] 2.2.2.9).
const ntlmSignatureOctets = 16

// decodeNTLMSignature reads what GSS_Wrap of NTLM makes: a signature, then the
// message, plain or encrypted. Nothing in the token says which, so that is
// decided by what the message looks like, and said.
func (d *decoder) decodeNTLMSignature(in span) *Token {
	s := d.begin(KindNTLMSignature, in)
	s.add("Version", s.str.number(int64(le32(in.b))), in.to(4))
	s.add("Checksum", "8 octets", in.sub(4, 12))
	s.add("SeqNum", s.str.number(int64(le32(in.b[12:]))), in.sub(12, 16))
	message := in.from(ntlmSignatureOctets)
	switch {
	case len(message.b) == 0:
	case d.x.layered && looksLikeLines(message.b), !d.x.layered && plausibleLayer(message.b, d.from):
		s.add("protection", "signed only, by the look of the message", span{place: message.at()})
		s.opened(message)
	default:
		s.add("protection", "encrypted, by the look of the message", span{place: message.at()})
		s.add("encrypted data", s.str.octets(len(message.b)), message)
		s.seal()
	}
	return s.finish()
}

// looksLikeLines tells whether b can be SMTP lines: no control characters but
// tab, CR and LF among its first octets.
func looksLikeLines(b []byte) bool {
	for _, octet := range b[:min(len(b), 64)] {
		if octet < ' ' && octet != '\t' && octet != '\r' && octet != '\n' || octet == 0x7F {
			return false
		}
	}
	return true
}
