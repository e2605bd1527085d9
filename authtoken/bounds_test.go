package authtoken

import (
	"fmt"
	"strings"
	"testing"
)

// TestListFolded: a long list is shown by its beginning and a count; nothing of
// it is damage, and all of it counts.
func TestListFolded(t *testing.T) {
	var mechs [][]byte
	for range 5000 {
		mechs = append(mechs, arcsOther)
	}
	token := negTokenInit(mechList(append(mechs, arcsKRB5)...), field(2, octetString(krb5("\x01\x00", apReq(0)))))
	x := NewExchange("GSSAPI", Options{})
	got := x.Add(Client, token)
	checkToken(t, got, token)
	list, _ := find(got.Tree, "mechTypes")
	if n := len(list.Fields); n != maxListed+1 || list.Fields[n-1].Value != fmt.Sprintf("%d more", 5001-maxListed) {
		t.Errorf("%d fields, the last %+v", n, list.Fields[n-1])
	}
	if got.Damage != nil || len(x.SPNEGO.MechTypes) != maxMechs || x.Actual() != "kerberos" {
		t.Errorf("damage %v, %d mechanisms kept, %s", got.Damage, len(x.SPNEGO.MechTypes), x.Actual())
	}
}

// TestManyFields: a token made of the smallest elements does not grow a tree
// without bounds.
func TestManyFields(t *testing.T) {
	token := tlv(application|30, tlv(tagSequence, []byte(strings.Repeat("\xb5\x00", 5000))))
	got := NewExchange("GSSAPI", Options{}).Add(Server, token)
	checkToken(t, got, token)
	if got.Damage == nil || len(got.Tree.Fields) != maxFields {
		t.Errorf("damage %v, %d fields", got.Damage, len(got.Tree.Fields))
	}
}

// TestLongValues: no value of a field or of a summary is longer than maxValue,
// whatever the sender or its escaping make of it.
func TestLongValues(t *testing.T) {
	for _, filler := range []string{"a", "\x00", "\u202e", "é", "\xff"} {
		long := strings.Repeat(filler, 40000)
		tests := []struct {
			name, mechanism string
			from            Side
			token           []byte
		}{
			{"user", "LOGIN", Client, []byte(long)},
			{"prompt", "LOGIN", Server, []byte(long)},
			{"trace", "ANONYMOUS", Client, []byte(long)},
			{"bearer token", "XOAUTH2", Client, []byte("user=a\x01auth=Bearer " + long)},
			{"oauth user", "XOAUTH2", Client, []byte("user=" + long)},
			{"digest name", "DIGEST-MD5", Client, []byte(long + "=x")},
			{"ticket name", "GSSAPI", Client, apReqFor(long)},
			{"NTLM user", "GSSAPI", Client, ntlmMessageOf(3, header(64, nil), payloadField{36, []byte(long)})},
			{"object identifier", "GSSAPI", Client, negTokenInit(mechList(tlv(tagOID, []byte("\x2b"+strings.Repeat("\x05", 20000)))))},
			{"text", "GSSAPI", Client, []byte(long)},
		}
		for _, test := range tests {
			t.Run(test.name, func(t *testing.T) {
				x := NewExchange(test.mechanism, Options{ShowSecrets: true})
				token := x.Add(test.from, test.token)
				checkToken(t, token, test.token)
				if all := summaries(t, x); len(all) > 8*maxValue {
					t.Errorf("summaries of %d octets", len(all))
				}
			})
		}
	}
}

// apReqFor is an AP-REQ for a service of that name.
func apReqFor(name string) []byte {
	ticket := tlv(application|1, tlv(tagSequence, field(2, principal(2, name))))
	return tlv(application|14, tlv(tagSequence, field(3, ticket)))
}
