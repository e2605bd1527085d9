package authtoken

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSPNEGOSummary(t *testing.T) {
	x := NewExchange("GSSAPI", Options{})
	x.Add(Server, spnegoHints())
	x.Add(Client, spnegoKerberos())
	x.Add(Server, negTokenResp(negState(1), field(1, arcsMSKRB5)))
	x.Add(Client, negTokenResp(negState(2))) // the client's state is not the server's
	want := &SPNEGO{
		MechTypes: []string{"MS-KRB5", "KRB5", "KRB5-U2U", "NEGOEX", "NTLMSSP", "1.3.6.1.4.1.4203.1.99999"},
		Selected:  "MS-KRB5", NegState: "accept-incomplete", MechListMIC: true,
		ServerMechTypes: []string{"MS-KRB5", "KRB5", "NTLMSSP"},
	}
	if diff := cmp.Diff(want, x.SPNEGO); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestSPNEGOFields(t *testing.T) {
	hints := NewExchange("GSSAPI", Options{}).Add(Server, spnegoHints())
	init := NewExchange("GSSAPI", Options{}).Add(Client, spnegoKerberos())
	tests := []struct {
		name        string
		token       *Token
		field, want string
	}{
		{"hint", hints, "hintName", "not_defined_in_RFC4178@please_ignore"},
		{"hint address", hints, "hintAddress", "2 octets"},
		{"MIC behind the hints", hints, "mechListMIC", "16 octets"},
		{"flags", init, "reqFlags", "mutualFlag integFlag"},
		{"MIC", init, "mechListMIC", "28 octets"},
		{"mechanism", init, "MechType", "MS-KRB5 (1.2.840.48018.1.2.2)"},
		{"ticket", init, "name-string", "SMTPSVC/ex01.contoso.test"},
		{"every state", Decode(negTokenResp(negState(2)), Options{}), "negState", "reject"},
		{"unknown state", Decode(negTokenResp(negState(9)), Options{}), "negState", "0x0000000000000009"},
		{"unknown field", Decode(negTokenResp(field(7, integer(1))), Options{}), "unknown tag 0xa7", "3 octets"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := value(test.token, test.field); got != test.want {
				t.Errorf("%s = %q, want %q", test.field, got, test.want)
			}
		})
	}
}

// TestOffsetsThroughSPNEGO: a field of a carried token is found at its place in
// the outermost one.
func TestOffsetsThroughSPNEGO(t *testing.T) {
	token := spnegoKerberos()
	decoded := Decode(token, Options{})
	realm, _ := find(decoded.Tree, "realm")
	if got := string(token[realm.Offset : realm.Offset+realm.Length]); got != "CONTOSO.TEST" {
		t.Errorf("realm at %d+%d is %q", realm.Offset, realm.Length, got)
	}
	inner, _ := find(decoded.Inner[0].Tree, "realm")
	if diff := cmp.Diff(realm, inner); diff != "" {
		t.Errorf("the tree of Inner says otherwise (-outer +inner):\n%s", diff)
	}
}

func TestSPNEGODamage(t *testing.T) {
	tests := []struct {
		name  string
		token []byte
		want  string
	}{
		{"octets after the end", append(negTokenResp(negState(1)), 0, 0), "NegTokenResp.trailing at octet 9: 2 octets after the end"},
		{"list of another kind", negTokenInit(field(0, integer(1))), "NegTokenInit.mechTypes at octet 16: tag 0x02 where 0x30 belongs"},
		{"no object identifier", negTokenInit(mechList(integer(7))), "NegTokenInit.mechTypes at octet 18: no object identifier"},
		{"cut inside", negTokenResp(negState(1))[:8], "NegTokenResp at octet 1: length 7 goes past the end (6 octets)"},
		{"inside the carried token", negTokenResp(field(2, octetString([]byte("NTLMSSP\x00\x09\x00\x00\x00")))), "unknown.MessageType at octet 16: no such message"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			token := Decode(test.token, Options{})
			if token.Damage == nil || token.Damage.Error() != test.want {
				t.Errorf("damage %v, want %s", token.Damage, test.want)
			}
		})
	}
}
