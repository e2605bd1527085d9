package authtoken

import (
	"encoding/asn1"
	"encoding/base64"
	"encoding/binary"
	"strings"
	"unicode/utf16"

	"golang.org/x/crypto/cryptobyte"
	casn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// The builders make tokens as honest implementations do; the tests then damage them.

// der runs build and returns what it wrote. Broken DER is a mistake of the test.
func der(build func(*cryptobyte.Builder)) []byte {
	var b cryptobyte.Builder
	build(&b)
	return b.BytesOrPanic()
}

// tlv is an element with the tag and the parts as contents.
func tlv(tag byte, parts ...[]byte) []byte {
	return der(func(b *cryptobyte.Builder) {
		b.AddASN1(casn1.Tag(tag), func(b *cryptobyte.Builder) {
			for _, part := range parts {
				b.AddBytes(part)
			}
		})
	})
}

// field is [n] around one element.
func field(n byte, element []byte) []byte { return tlv(context|n, element) }

func integer(v int64) []byte {
	return der(func(b *cryptobyte.Builder) { b.AddASN1Int64(v) })
}

func oid(arcs ...int) []byte {
	return der(func(b *cryptobyte.Builder) { b.AddASN1ObjectIdentifier(asn1.ObjectIdentifier(arcs)) })
}

func general(text string) []byte { return tlv(tagGeneral, []byte(text)) }

func octetString(b []byte) []byte { return tlv(tagOctetString, b) }

var (
	arcsSPNEGO  = oid(1, 3, 6, 1, 5, 5, 2)
	arcsKRB5    = oid(1, 2, 840, 113554, 1, 2, 2)
	arcsMSKRB5  = oid(1, 2, 840, 48018, 1, 2, 2)
	arcsU2U     = oid(1, 2, 840, 113554, 1, 2, 2, 3)
	arcsIAKERB  = oid(1, 3, 6, 1, 5, 2, 5)
	arcsNTLMSSP = oid(1, 3, 6, 1, 4, 1, 311, 2, 2, 10)
	arcsNEGOEX  = oid(1, 3, 6, 1, 4, 1, 311, 2, 2, 30)
	arcsOther   = oid(1, 3, 6, 1, 4, 1, 4203, 1, 99999)
)

// gss is the framing of RFC 2743, section 3.1.
func gss(mech []byte, inner ...[]byte) []byte {
	return tlv(application, append([][]byte{mech}, inner...)...)
}

// joined is the parts one after the other.
func joined(parts ...[]byte) []byte {
	var out []byte
	for _, part := range parts {
		out = append(out, part...)
	}
	return out
}

func principal(nameType int64, parts ...string) []byte {
	var names [][]byte
	for _, part := range parts {
		names = append(names, general(part))
	}
	return tlv(tagSequence, field(0, integer(nameType)), field(1, tlv(tagSequence, names...)))
}

// encrypted is EncryptedData; a kvno of -1 is left out.
func encrypted(etype, kvno int64, octets int) []byte {
	parts := [][]byte{field(0, integer(etype))}
	if kvno >= 0 {
		parts = append(parts, field(1, integer(kvno)))
	}
	cipher := []byte(strings.Repeat("SECRETCIPHER", octets/12+1)[:octets])
	return tlv(tagSequence, append(parts, field(2, octetString(cipher)))...)
}

// apReq is an AP-REQ for SMTPSVC/ex01.contoso.test with the bits of ap-options.
func apReq(options byte) []byte {
	ticket := tlv(application|1, tlv(tagSequence,
		field(0, integer(5)),
		field(1, general("CONTOSO.TEST")),
		field(2, principal(2, "SMTPSVC", "ex01.contoso.test")),
		field(3, encrypted(18, 3, 600))))
	return tlv(application|14, tlv(tagSequence,
		field(0, integer(5)),
		field(1, integer(14)),
		field(2, tlv(tagBitString, []byte{0, options, 0, 0, 0})),
		field(3, ticket),
		field(4, encrypted(17, -1, 180))))
}

func apRep() []byte {
	return tlv(application|15, tlv(tagSequence, field(0, integer(5)), field(1, integer(15)), field(2, encrypted(18, -1, 80))))
}

// krbError is a KRB-ERROR with every field that is sent in the clear.
func krbError(code int64, eData []byte) []byte { return krbErrorAt(123456, code, eData) }

// krbErrorAt is krbError at so many microseconds behind the second.
func krbErrorAt(susec, code int64, eData []byte) []byte {
	clock := func(text string) []byte { return tlv(tagTime, []byte(text)) }
	parts := [][]byte{
		field(0, integer(5)), field(1, integer(30)),
		field(2, clock("20261102090001Z")), field(3, integer(7)),
		field(4, clock("20261102093005Z")), field(5, integer(susec)),
		field(6, integer(code)),
		field(7, general("CONTOSO.TEST")), field(8, principal(1, "svc-sp")),
		field(9, general("CONTOSO.TEST")), field(10, principal(2, "SMTPSVC", "ex01.contoso.test")),
		field(11, general("clock skew\x1b[31m too great")),
	}
	if eData != nil {
		parts = append(parts, field(12, octetString(eData)))
	}
	return tlv(application|30, tlv(tagSequence, parts...))
}

// krb5 frames a KRB message with the token identifier.
func krb5(id string, message []byte) []byte { return gss(arcsKRB5, []byte(id), message) }

func mechList(mechs ...[]byte) []byte { return field(0, tlv(tagSequence, mechs...)) }

// negTokenInit frames the fields of a NegTokenInit.
func negTokenInit(fields ...[]byte) []byte {
	return gss(arcsSPNEGO, tlv(context, tlv(tagSequence, fields...)))
}

func negTokenResp(fields ...[]byte) []byte { return tlv(context|1, tlv(tagSequence, fields...)) }

func negState(n byte) []byte { return field(0, tlv(tagEnumerated, []byte{n})) }

// wrap is an RFC 4121 Wrap token around the message, rotated by rrc.
func wrap(flags byte, plain []byte, checksum, rrc int) []byte {
	body := append([]byte(nil), plain...)
	for i := range checksum {
		body = append(body, 0xC0+byte(i))
	}
	shift := 0
	if len(body) > 0 {
		shift = len(body) - rrc%len(body)
	}
	body = append(append([]byte(nil), body[shift:]...), body[:shift]...)
	header := []byte{5, 4, flags, 0xFF, 0, byte(checksum), 0, byte(rrc), 0, 0, 0, 0, 0, 0, 1, 2}
	return append(header, body...)
}

// wrap1964 is an RFC 1964 Wrap token of RC4 (RFC 4757, section 7.3).
func wrap1964(seal uint16, plain []byte) []byte {
	token := []byte{2, 1, 0x11, 0}
	token = binary.LittleEndian.AppendUint16(token, seal)
	token = append(token, 0xFF, 0xFF)
	token = append(token, "SEQUENCESGNCKSUMconfound"...)
	return append(append(token, plain...), 1)
}

func ntlmSigned(message string) []byte {
	return append([]byte("\x01\x00\x00\x00CHECKSUM\x07\x00\x00\x00"), message...)
}

// utf16le encodes text as [MS-NLMP] does.
func utf16le(text string) []byte {
	var out []byte
	for _, unit := range utf16.Encode([]rune(text)) {
		out = binary.LittleEndian.AppendUint16(out, unit)
	}
	return out
}

// avPair is one AV_PAIR.
func avPair(id uint16, value []byte) []byte {
	out := binary.LittleEndian.AppendUint16(nil, id)
	out = binary.LittleEndian.AppendUint16(out, uint16(len(value)))
	return append(out, value...)
}

// A payloadField is a field of an NTLM message's header that points at a value.
type payloadField struct {
	position int
	value    []byte
}

// ntlmMessageOf lays an NTLM message out: a header of so many octets, fixed
// fields already in place, then the payloads in order.
func ntlmMessageOf(kind uint32, header []byte, fields ...payloadField) []byte {
	out := append([]byte(nil), header...)
	copy(out, ntlmSignature)
	binary.LittleEndian.PutUint32(out[8:], kind)
	for _, f := range fields {
		binary.LittleEndian.PutUint16(out[f.position:], uint16(len(f.value)))
		binary.LittleEndian.PutUint16(out[f.position+2:], uint16(len(f.value)))
		binary.LittleEndian.PutUint32(out[f.position+4:], uint32(len(out)))
		out = append(out, f.value...)
	}
	return out
}

// header is size octets with 32-bit numbers put at the positions.
func header(size int, numbers map[int]uint32) []byte {
	out := make([]byte, size)
	for position, number := range numbers {
		binary.LittleEndian.PutUint32(out[position:], number)
	}
	return out
}

// ntlmVersion10 is the version 10.0.20348, revision 15, as two numbers.
const (
	version10Low  = 20348<<16 | 10
	version10High = 15 << 24
)

func unbase64(text string) []byte {
	b, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		panic(err)
	}
	return b
}

func base64URL(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }
