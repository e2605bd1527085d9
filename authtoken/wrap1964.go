package authtoken

// confounder is the number of octets before the message in a Wrap token of
// RFC 1964, section 1.2.2.2.
const confounder = 8

// wrap1964 reads a Wrap token as DES, DES3 and RC4 make it (RFC 1964, section
// 1.2.2; RFC 4757, section 7.3): TOK_ID, SGN_ALG, SEAL_ALG, ff ff, SND_SEQ,
// SGN_CKSUM, confounder, message, padding.
func (s *scan) wrap1964(in span) {
	s.token.Kind = KindWrap1964
	if !s.takes("header", in, 0, 16) {
		return
	}
	sgn, seal := le16(in.b[2:]), le16(in.b[4:])
	s.add("SGN_ALG", s.str.signAlgorithm(sgn), in.sub(2, 4))
	s.add("SEAL_ALG", s.str.sealAlgorithm(seal), in.sub(4, 6))
	s.add("SND_SEQ", "8 octets, encrypted", in.sub(8, 16))
	size := checksumSize(sgn)
	if !s.takes("SGN_CKSUM", in, 16, size) {
		return
	}
	s.add("SGN_CKSUM", s.str.octets(size), in.sub(16, 16+size))
	data := in.from(16 + size)
	if seal != 0xFFFF {
		s.add("encrypted data", s.str.octets(len(data.b)), data)
		s.seal()
		return
	}
	if !s.takes("confounder", data, 0, confounder+1) {
		return
	}
	pad := int(data.b[len(data.b)-1])
	end := len(data.b) - pad
	if pad < 1 || pad > 8 || end < confounder {
		s.damage("padding", data.at()+len(data.b)-1, "padding of "+octets(pad))
		return
	}
	s.add("confounder", "8 octets", data.to(confounder))
	s.opened(data.sub(confounder, end))
	s.add("padding", s.str.octets(pad), data.from(end))
}

// mic1964 reads a MIC or context deletion token (RFC 1964, sections 1.2.1 and 1.2.3).
func (s *scan) mic1964(kind Kind, in span) {
	s.token.Kind = kind
	if !s.takes("header", in, 0, 16) {
		return
	}
	s.add("SGN_ALG", s.str.signAlgorithm(le16(in.b[2:])), in.sub(2, 4))
	s.add("SND_SEQ", "8 octets, encrypted", in.sub(8, 16))
	s.add("SGN_CKSUM", s.str.octets(len(in.b)-16), in.from(16))
}

// The algorithms are numbers of two octets with the low one first.
func (w *words) signAlgorithm(n uint16) string {
	switch n {
	case 0x0000:
		return "DES MAC MD5"
	case 0x0001:
		return "MD2.5"
	case 0x0002:
		return "DES MAC"
	case 0x0004:
		return "HMAC SHA1 DES3-KD"
	case 0x0011:
		return "HMAC MD5 (RC4)"
	}
	return w.hexNumber(uint64(n), 2)
}

func (w *words) sealAlgorithm(n uint16) string {
	switch n {
	case 0x0000:
		return "DES"
	case 0x0002:
		return "DES3-KD"
	case 0x0010:
		return "RC4"
	case 0xFFFF:
		return "none"
	}
	return w.hexNumber(uint64(n), 2)
}

func checksumSize(sgn uint16) int {
	if sgn == 0x0004 {
		return 20
	}
	return 8
}
