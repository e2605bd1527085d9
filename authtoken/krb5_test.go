package authtoken

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func ptr[T any](v T) *T { return &v }

func TestAPReq(t *testing.T) {
	x := NewExchange("GSSAPI", Options{ShowSecrets: true})
	token := x.Add(Client, krb5("\x01\x00", apReq(0x60)))
	want := &Kerberos{
		SPN: "SMTPSVC/ex01.contoso.test", Realm: "CONTOSO.TEST",
		TicketEtype: "aes256-cts-hmac-sha1-96", AuthenticatorEtype: "aes128-cts-hmac-sha1-96",
		KVNO: ptr(3), Mutual: true, UseSessionKey: true, APReq: true,
	}
	if diff := cmp.Diff(want, x.Kerberos); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := value(token, "cipher"); got != "600 octets" {
		t.Errorf("cipher shown as %q even with ShowSecrets", got)
	}
}

// TestAPReqCut: the ticket's name must be whole to count as seen.
func TestAPReqCut(t *testing.T) {
	whole := krb5("\x01\x00", apReq(0x20))
	name, _ := find(Decode(whole, Options{}).Tree, "sname")
	for _, test := range []struct {
		name string
		n    int
		want bool
	}{
		{"before the name", name.Offset, false},
		{"in the name", name.Offset + name.Length - 1, false},
		{"behind the name", name.Offset + name.Length, true},
		{"in the cipher", len(whole) - 300, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			x := NewExchange("GSSAPI", Options{})
			token := x.Add(Client, whole[:test.n])
			if x.Kerberos.APReq != test.want || token.Damage == nil || token.Kind != KindAPReq {
				t.Errorf("APReq %v, SPN %q, %s, damage %v", x.Kerberos.APReq, x.Kerberos.SPN, token.Kind, token.Damage)
			}
		})
	}
}

func TestKRBError(t *testing.T) {
	x := NewExchange("GSSAPI", Options{})
	x.Add(Server, krb5("\x03\x00", krbError(37, nil)))
	want := &Kerberos{
		Error: ptr("KRB_AP_ERR_SKEW(37)"), ErrorCode: 37, ErrorText: `clock skew\x1b[31m too great`,
		ServerTime: time.Date(2026, 11, 2, 9, 30, 5, 123456000, time.UTC), ErrorSPN: "SMTPSVC/ex01.contoso.test",
	}
	if diff := cmp.Diff(want, x.Kerberos); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestKRBErrorData(t *testing.T) {
	typed := tlv(tagSequence, tlv(tagSequence, field(0, integer(103)), field(1, octetString([]byte("x")))))
	tests := []struct {
		name, field, want string
		data              []byte
	}{
		{"METHOD-DATA", "padata-type", "PA-ETYPE-INFO2(19)", methodData()},
		{"KERB-ERROR-DATA", "status", "NTSTATUS 0xc000006d", kerbErrorData()},
		{"TYPED-DATA", "data-type", "103", typed},
		{"anything else", "e-data", "5 octets", []byte("hello")},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			token := Decode(krb5("\x03\x00", krbError(41, test.data)), Options{})
			if got := value(token, test.field); got != test.want || token.Damage != nil {
				t.Errorf("%s = %q, want %q; damage %v", test.field, got, test.want, token.Damage)
			}
		})
	}
}

// TestKRBErrorTime: microseconds are those of a second, or none.
func TestKRBErrorTime(t *testing.T) {
	second := time.Date(2026, 11, 2, 9, 30, 5, 0, time.UTC)
	for susec, want := range map[int64]time.Time{
		-1: second, 0: second, 1: second.Add(time.Microsecond),
		999_999: second.Add(999_999 * time.Microsecond), 1_000_000: second, 1 << 40: second,
	} {
		x := NewExchange("GSSAPI", Options{})
		x.Add(Server, krb5("\x03\x00", krbErrorAt(susec, 37, nil)))
		if got := x.Kerberos.ServerTime; !got.Equal(want) {
			t.Errorf("susec %d: %s, want %s", susec, got, want)
		}
	}
}

func TestKerberosNames(t *testing.T) {
	for code, want := range map[int]string{
		7: "KDC_ERR_S_PRINCIPAL_UNKNOWN(7)", 14: "KDC_ERR_ETYPE_NOSUPP(14)", 32: "KRB_AP_ERR_TKT_EXPIRED(32)",
		41: "KRB_AP_ERR_MODIFIED(41)", 43: "KRB_ERR_UNKNOWN(43)", -1: "KRB_ERR_UNKNOWN(-1)", 1 << 30: "KRB_ERR_UNKNOWN(1073741824)",
	} {
		if got := KerberosError(code); got != want {
			t.Errorf("KerberosError(%d) = %q, want %q", code, got, want)
		}
	}
	for etype, want := range map[int]string{18: "aes256-cts-hmac-sha1-96", 23: "arcfour-hmac", -133: "etype--133", 99: "etype-99"} {
		if got := KerberosEtype(etype); got != want {
			t.Errorf("KerberosEtype(%d) = %q, want %q", etype, got, want)
		}
	}
}

// TestLengthsOfOldSenders: a length in more octets than needed is read, an
// indefinite one is damage.
func TestLengthsOfOldSenders(t *testing.T) {
	message := apReq(0x20) // 6e 82 xx xx
	longer := joined([]byte{message[0], 0x84, 0, 0}, message[2:])
	if token := Decode(longer, Options{}); token.Kind != KindAPReq || token.Damage != nil {
		t.Errorf("four octets of length: %s, damage %v", token.Kind, token.Damage)
	}
	indefinite := gss(arcsKRB5, []byte("\x01\x00"), []byte{application | 14, 0x80}, message[4:], []byte{0, 0})
	token := Decode(indefinite, Options{})
	if token.Damage == nil || token.Damage.Reason != "indefinite length" || token.Damage.Offset != 18 {
		t.Errorf("damage %v", token.Damage)
	}
}

func TestKRB5WithoutIdentifier(t *testing.T) {
	token := Decode(gss(arcsKRB5, apReq(0x20)), Options{})
	if token.Kind != KindAPReq || token.Damage != nil {
		t.Errorf("%s, damage %v", token.Kind, token.Damage)
	}
	token = Decode(gss(arcsKRB5, []byte("\x09\x09what")), Options{})
	if token.Kind != KindUnknown || token.Damage == nil || token.Damage.Field != "unknown.TOK_ID" {
		t.Errorf("%s, damage %v", token.Kind, token.Damage)
	}
}

func TestDotted(t *testing.T) {
	tests := []struct {
		name, oid, want string
		ok              bool
	}{
		{"SPNEGO", oidSPNEGO, "1.3.6.1.5.5.2", true},
		{"Kerberos", oidKRB5, "1.2.840.113554.1.2.2", true},
		{"second root arc above 39", "\x88\x37\x03", "2.999.3", true},
		{"empty", "", "", false},
		{"cut", "\x2b\x86", "1.3", false},
		{"padded arc", "\x2b\x80\x01", "", false},
		{"arc of 70 bits", "\x2b\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f", "", false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, ok := dotted([]byte(test.oid))
			if got != test.want || ok != test.ok {
				t.Errorf("%q %v, want %q %v", got, ok, test.want, test.ok)
			}
		})
	}
}

// TestSecondAPReq: a retry replaces the ticket; the error that caused it stays.
func TestSecondAPReq(t *testing.T) {
	x := NewExchange("GSSAPI", Options{})
	x.Add(Client, krb5("\x01\x00", apReq(0x20)))
	x.Add(Server, krb5("\x03\x00", krbError(37, nil)))
	x.Add(Client, krb5("\x01\x00", apReq(0))[:60])
	if k := x.Kerberos; k.Mutual || k.APReq || k.SPN != "" || k.ErrorCode != 37 {
		t.Errorf("%+v", k)
	}
}
