package authtoken

import "testing"

// A saidToken is one step of an exchange.
type saidToken struct {
	from  Side
	token []byte
}

func TestEvidence(t *testing.T) {
	ticket := krb5("\x01\x00", apReq(0x20))
	negotiate, authenticate := unbase64(specNegotiate), authenticateV2()
	initNTLM := negTokenInit(mechList(arcsNTLMSSP), field(2, octetString(negotiate)))
	initKerberos := spnegoKerberos()
	selectNTLM := negTokenResp(negState(3), field(1, arcsNTLMSSP), field(2, octetString(challengeModern())))
	resp := func(inner []byte) []byte { return negTokenResp(field(2, octetString(inner))) }
	tests := []struct {
		name      string
		mechanism string
		said      []saidToken
		actual    string
		apReq     bool
		mixed     bool
	}{
		{"the server's ticket", "GSSAPI", []saidToken{{Server, ticket}}, "none", false, false},
		{"the server's ticket under a Kerberos name", "GS2-KRB5", []saidToken{{Client, nil}, {Server, ticket}, {Client, nil}}, "kerberos", false, false},
		{"the server's ticket without framing", "", []saidToken{{Server, apReq(0)}}, "none", false, false},
		{"the server's ticket in SPNEGO", "GSSAPI", []saidToken{{Client, initNTLM}, {Server, resp(ticket)}}, "ntlm", false, false},
		{"the server's ticket after NTLM", "GSSAPI", []saidToken{{Client, authenticate}, {Server, ticket}}, "ntlm", false, false},
		{"the client's ticket, then the server's", "GSSAPI", []saidToken{{Client, ticket}, {Server, ticket}}, "kerberos", true, false},

		{"NTLM, then a ticket", "GSSAPI", []saidToken{{Client, negotiate}, {Server, challengeModern()}, {Client, authenticate}, {Client, ticket}}, "unknown", true, true},
		{"a ticket, then NTLM", "GSSAPI", []saidToken{{Client, ticket}, {Client, negotiate}, {Client, authenticate}}, "unknown", true, true},
		{"a ticket, then the beginning of NTLM", "GSSAPI", []saidToken{{Client, ticket}, {Client, negotiate}}, "ntlm", true, false},
		{"mixed, and NTLM again", "NTLM", []saidToken{{Client, authenticate}, {Client, ticket}, {Client, authenticate}}, "unknown", true, true},
		{"IAKERB and NTLM", "GSSAPI", []saidToken{{Client, iakerbToken(apReq(0))}, {Client, authenticate}}, "unknown", true, true},
		{"legal fallback", "GSSAPI", []saidToken{{Client, initKerberos}, {Server, selectNTLM}, {Client, resp(authenticate)}}, "ntlm", true, false},
		{"fallback that was not selected", "GSSAPI", []saidToken{{Client, initKerberos}, {Client, resp(authenticate)}}, "unknown", true, true},
		{"fallback that the client selected", "GSSAPI", []saidToken{{Client, initKerberos}, {Client, selectNTLM}, {Client, resp(authenticate)}}, "unknown", true, true},
		{"selected too late", "GSSAPI", []saidToken{{Client, initKerberos}, {Client, resp(authenticate)}, {Server, selectNTLM}}, "unknown", true, true},
		{"bare ticket is no guess", "GSSAPI", []saidToken{{Client, ticket}, {Server, selectNTLM}, {Client, resp(authenticate)}}, "unknown", true, true},
		{"fallback, then a ticket", "GSSAPI", []saidToken{{Client, initKerberos}, {Server, selectNTLM}, {Client, resp(authenticate)}, {Client, resp(ticket)}}, "unknown", true, true},
		{"fallback, then a ticket in a second NegTokenInit", "GSSAPI", []saidToken{{Client, initKerberos}, {Server, selectNTLM}, {Client, initKerberos}, {Client, resp(authenticate)}}, "unknown", true, true},
		{"NTLM, then a ticket in a NegTokenInit", "GSSAPI", []saidToken{{Client, authenticate}, {Client, initKerberos}, {Server, selectNTLM}}, "unknown", true, true},
		{"the server's AUTHENTICATE after a ticket", "GSSAPI", []saidToken{{Client, ticket}, {Server, authenticate}}, "kerberos", true, false},

		{"second responseToken", "GSSAPI", []saidToken{{Client, initKerberos}, {Server, selectNTLM}, {Client, negTokenResp(field(2, octetString(authenticate)), field(2, octetString(ticket)))}}, "ntlm", true, false},
		{"second responseToken without a first ticket", "GSSAPI", []saidToken{{Client, initNTLM}, {Client, negTokenResp(field(2, octetString(authenticate)), field(2, octetString(ticket)))}}, "ntlm", false, false},
		{"second mechToken", "GSSAPI", []saidToken{{Client, negTokenInit(mechList(arcsKRB5), field(2, octetString(negotiate)), field(2, octetString(ticket)))}}, "ntlm", false, false},
		{"second mechTypes", "GSSAPI", []saidToken{{Client, negTokenInit(mechList(arcsNTLMSSP), mechList(arcsKRB5), field(2, octetString(ticket)))}}, "unknown", false, false},
		{"ticket that mechTypes does not list", "GSSAPI", []saidToken{{Client, negTokenInit(mechList(arcsNTLMSSP), field(2, octetString(ticket)))}}, "unknown", false, false},
		{"ticket before mechTypes", "GSSAPI", []saidToken{{Client, negTokenInit(field(2, octetString(ticket)), mechList(arcsNTLMSSP))}}, "unknown", false, false},
		{"ticket in a NegTokenResp, not listed", "GSSAPI", []saidToken{{Client, initNTLM}, {Client, resp(ticket)}}, "unknown", false, false},
		{"ticket in a NegTokenResp, list not seen", "GSSAPI", []saidToken{{Client, resp(ticket)}}, "kerberos", true, false},
		{"ticket in a NegTokenResp, the server's list seen", "GSSAPI", []saidToken{{Server, spnegoHints()}, {Client, resp(ticket)}}, "kerberos", true, false},
		{"listed by the server alone", "GSSAPI", []saidToken{{Server, spnegoHints()}, {Client, negTokenInit(mechList(arcsNTLMSSP), field(2, octetString(ticket)))}}, "unknown", false, false},

		{"ticket under an unknown name", "FOO", []saidToken{{Client, ticket}}, "unknown", false, false},
		{"ticket under EXCHANGEAUTH", "EXCHANGEAUTH", []saidToken{{Client, ticket}}, "kerberos", true, false},
		{"ticket under the name NTLM", "NTLM", []saidToken{{Client, ticket}}, "kerberos", true, false},
		{"ticket without a name", "", []saidToken{{Client, ticket}}, "kerberos", true, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			x := NewExchange(test.mechanism, Options{})
			for _, s := range test.said {
				checkToken(t, x.Add(s.from, s.token), s.token)
			}
			apReq := x.Kerberos != nil && x.Kerberos.APReq
			if x.Actual() != test.actual || apReq != test.apReq || x.Mixed != test.mixed {
				t.Errorf("Actual %q, APReq %v, Mixed %v; want %q, %v, %v", x.Actual(), apReq, x.Mixed, test.actual, test.apReq, test.mixed)
			}
		})
	}
}

// TestWrongSide: what the wrong side sends is shown, not summed up.
func TestWrongSide(t *testing.T) {
	tests := []struct {
		name  string
		from  Side
		token []byte
	}{
		{"the server's AP-REQ", Server, krb5("\x01\x00", apReq(0))},
		{"the client's AP-REP", Client, krb5("\x02\x00", apRep())},
		{"the client's KRB-ERROR", Client, krb5("\x03\x00", krbError(37, nil))},
		{"the server's NEGOTIATE", Server, unbase64(specNegotiate)},
		{"the client's CHALLENGE", Client, challengeModern()},
		{"the server's AUTHENTICATE", Server, authenticateV2()},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			x := NewExchange("GSSAPI", Options{})
			token := x.Add(test.from, test.token)
			if x.Kerberos != nil || x.NTLM != nil || x.Actual() != "none" {
				t.Errorf("%+v %+v %s", x.Kerberos, x.NTLM, x.Actual())
			}
			if len(token.Tree.Fields) == 0 {
				t.Error("not shown")
			}
		})
	}
}

func TestRepeatedFields(t *testing.T) {
	ticket := octetString(krb5("\x01\x00", apReq(0)))
	list := mechList(arcsKRB5)
	tests := []struct {
		name  string
		token []byte
		field string
	}{
		{"mechTypes", negTokenInit(list, list), "NegTokenInit.repeated tag 0xa0"},
		{"mechToken", negTokenInit(list, field(2, ticket), field(2, ticket)), "NegTokenInit.repeated tag 0xa2"},
		{"responseToken", negTokenResp(field(2, ticket), field(2, ticket)), "NegTokenResp.repeated tag 0xa2"},
		{"supportedMech", negTokenResp(field(1, arcsKRB5), field(1, arcsNTLMSSP)), "NegTokenResp.repeated tag 0xa1"},
		{"negState", negTokenResp(negState(2), negState(0)), "NegTokenResp.repeated tag 0xa0"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			token := NewExchange("GSSAPI", Options{}).Add(Client, test.token)
			if token.Damage == nil || token.Damage.Field != test.field || token.Damage.Reason != "repeated field" {
				t.Errorf("damage %v", token.Damage)
			}
			if len(token.Inner) > 1 {
				t.Errorf("%d tokens were opened", len(token.Inner))
			}
		})
	}
	x := NewExchange("GSSAPI", Options{})
	x.Add(Server, negTokenResp(negState(2), field(1, arcsKRB5), field(1, arcsNTLMSSP), negState(0)))
	if x.SPNEGO.Selected != "KRB5" || x.SPNEGO.NegState != "reject" {
		t.Errorf("the repetition counted: %+v", x.SPNEGO)
	}
}
