package authtoken

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestUnwrap(t *testing.T) {
	const line = "EHLO client.contoso.test\r\n"
	tests := []struct {
		name   string
		token  []byte
		kind   Kind
		plain  string
		sealed bool
		damage bool
	}{
		{"RFC 4121", wrap(0, []byte(line), 12, 0), KindWrap, line, false, false},
		{"RFC 4121 rotated by the checksum", wrap(0, []byte(line), 12, 12), KindWrap, line, false, false},
		{"RFC 4121 rotated into the message", wrap(0, []byte(line), 12, 20), KindWrap, line, false, false},
		{"RFC 4121 rotated more than once", wrap(0, []byte(line), 12, 255), KindWrap, line, false, false},
		{"RFC 4121 without checksum", wrap(0, []byte(line), 0, 0), KindWrap, line, false, false},
		{"RFC 4121 sealed", wrap(wrapSealed, []byte(line), 0, 28), KindWrap, "", true, false},
		{"RFC 4121 with a checksum longer than the body", wrap(0, []byte(line), 200, 0)[:40], KindWrap, "", false, true},
		{"RFC 4121 cut in the header", wrap(0, nil, 0, 0)[:10], KindWrap, "", false, true},
		{"RFC 1964", gss(arcsKRB5, wrap1964(0xFFFF, []byte(line))), KindWrap1964, line, false, false},
		{"RFC 1964 without framing", wrap1964(0xFFFF, []byte(line)), KindWrap1964, line, false, false},
		{"RFC 1964 sealed", gss(arcsKRB5, wrap1964(0x0010, []byte(line))), KindWrap1964, "", true, false},
		{"RFC 1964 with wrong padding", append(wrap1964(0xFFFF, []byte(line)), 9), KindWrap1964, "", false, true},
		{"RFC 1964 with DES3", wrapDES3(line), KindWrap1964, line, false, false},
		{"NTLM signed", ntlmSigned(line), KindNTLMSignature, line, false, false},
		{"NTLM sealed", ntlmSigned("\x8f\x02\x11\xf0\x00\x91"), KindNTLMSignature, "", true, false},
		{"NTLM signature alone", ntlmSigned(""), KindNTLMSignature, "", false, false},
		{"no protection at all", []byte(line), KindUnknown, "", false, false},
	}
	x := NewExchange("", Options{})
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := NewExchange("", Options{}).Unwrap(test.token)
			if diff := cmp.Diff(got, x.Unwrap(test.token)); diff != "" {
				t.Errorf("in an exchange that is used again (-first +again):\n%s", diff)
			}
			checkToken(t, got.Token, test.token)
			if got.Token.Kind != test.kind || string(got.Plain) != test.plain || got.Sealed != test.sealed {
				t.Errorf("%s, plain %q, sealed %v", got.Token.Kind, got.Plain, got.Sealed)
			}
			if (got.Token.Damage != nil) != test.damage {
				t.Errorf("damage %v", got.Token.Damage)
			}
		})
	}
}

// wrapDES3 has the longer checksum of HMAC SHA1 DES3-KD.
func wrapDES3(message string) []byte {
	return []byte("\x02\x01\x04\x00\xff\xff\xff\xffSEQUENCE" + "twenty-octets-of-sum" + "confound" + message + "\x02\x02")
}

// TestWrapOffsets: the message has a place in the token as long as its octets
// stand together.
func TestWrapOffsets(t *testing.T) {
	tests := []struct {
		name           string
		rrc            int
		offset, length int
	}{
		{"not rotated", 0, 16, 4},
		{"by the checksum", 12, 28, 4},
		{"through the message", 14, 16, 0},
		{"all the way round", 16, 16, 4},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			token := NewExchange("GSSAPI", Options{}).Add(Server, wrap(1, []byte{1, 0, 0xBB, 0x80}, 12, test.rrc))
			message, _ := find(token.Tree, "message")
			if message.Offset != test.offset || message.Length != test.length {
				t.Errorf("message at %d+%d, want %d+%d", message.Offset, message.Length, test.offset, test.length)
			}
			if got := value(token, "maximum size"); got != "48000" {
				t.Errorf("maximum size %s", got)
			}
		})
	}
}

func TestSecurityLayer(t *testing.T) {
	type said struct {
		from  Side
		token []byte
	}
	offer, choice := []byte{7, 1, 0, 0}, append([]byte{2, 0, 0x20, 0}, "boss@contoso.test"...)
	tests := []struct {
		name   string
		tokens []said
		want   *SASLLayer
	}{
		{"offer and choice", []said{{Server, wrap(1, offer, 12, 12)}, {Client, wrap(0, choice, 12, 12)}},
			&SASLLayer{Offered: []string{"none", "integrity", "confidentiality"}, Chosen: "integrity", MaxSize: 8192, AuthzID: "boss@contoso.test"}},
		{"RFC 1964", []said{{Server, gss(arcsKRB5, wrap1964(0xFFFF, []byte{1, 0, 0, 0}))}, {Client, gss(arcsKRB5, wrap1964(0xFFFF, []byte{1, 0, 0, 0}))}},
			&SASLLayer{Offered: []string{"none"}, Chosen: "none"}},
		{"NTLM, signed", []said{{Server, ntlmSigned("\x01\x00\xbb\x80")}, {Client, ntlmSigned("\x01\x00\x00\x00")}},
			&SASLLayer{Offered: []string{"none"}, Chosen: "none"}},
		{"offer sealed", []said{{Server, wrap(wrapSealed, offer, 0, 28)}, {Client, wrap(0, choice[:4], 12, 12)}},
			&SASLLayer{Offered: []string{}, Chosen: "integrity", MaxSize: 8192, Sealed: true}},
		{"NTLM, sealed", []said{{Server, ntlmSigned("\xf0\x11\x22\x33")}}, &SASLLayer{Offered: []string{}, Sealed: true}},
		{"neither offer nor choice", []said{{Server, wrap(1, []byte("hello"), 12, 12)}, {Client, wrap(1, []byte{3, 0, 0, 0}, 12, 12)}}, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			x := NewExchange("GSSAPI", Options{})
			for _, s := range test.tokens {
				checkToken(t, x.Add(s.from, s.token), s.token)
			}
			if diff := cmp.Diff(test.want, x.Layer); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
