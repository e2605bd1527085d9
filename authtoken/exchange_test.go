package authtoken

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestActual(t *testing.T) {
	type said struct {
		from  Side
		token []byte
	}
	negotiate := unbase64(specNegotiate)
	spnegoNTLM := negTokenInit(mechList(arcsNTLMSSP), field(2, octetString(negotiate)))
	tests := []struct {
		name      string
		mechanism string
		tokens    []said
		want      string
	}{
		{"bare Kerberos", "GSSAPI", []said{{Client, krb5("\x01\x00", apReq(0))}}, "kerberos"},
		{"lower-case name", "gssapi", []said{{Client, krb5("\x01\x00", apReq(0))}}, "kerberos"},
		{"Kerberos behind the name NTLM", "NTLM", []said{{Client, krb5("\x01\x00", apReq(0))}}, "kerberos"},
		{"NTLM behind the name GSSAPI", "GSSAPI", []said{{Client, negotiate}}, "ntlm"},
		{"NTLM in SPNEGO", "GSS-SPNEGO", []said{{Client, spnegoNTLM}}, "ntlm"},
		{"Kerberos in SPNEGO", "GSSAPI", []said{{Client, spnegoKerberos()}}, "kerberos"},
		{"Kerberos first, NTLM chosen", "GSSAPI", []said{
			{Client, spnegoKerberos()},
			{Server, negTokenResp(negState(3), field(1, arcsNTLMSSP))},
			{Client, negTokenResp(field(2, octetString(negotiate)))},
		}, "ntlm"},
		{"Kerberos refused", "GSSAPI", []said{
			{Client, krb5("\x01\x00", apReq(0))}, {Server, krb5("\x03\x00", krbError(37, nil))}, {Client, nil},
		}, "kerberos"},
		{"the server's NTLM proves nothing", "GSSAPI", []said{{Server, challengeModern()}}, "none"},
		{"list only, server selects NTLM", "GSSAPI", []said{
			{Client, negTokenInit(mechList(arcsKRB5, arcsNTLMSSP))}, {Server, negTokenResp(negState(1), field(1, arcsNTLMSSP))},
		}, "ntlm"},
		{"list only, server selects Kerberos", "GSSAPI", []said{
			{Client, negTokenInit(mechList(arcsMSKRB5))}, {Server, negTokenResp(negState(1), field(1, arcsMSKRB5))},
		}, "kerberos"},
		{"list only", "GSSAPI", []said{{Client, negTokenInit(mechList(arcsKRB5, arcsNTLMSSP))}}, "none"},
		{"IAKERB", "GSSAPI", []said{{Client, iakerbToken(tlv(application|10, tlv(tagSequence)))}}, "iakerb"},
		{"IAKERB and the AP-REQ that it led to", "GSSAPI", []said{
			{Client, iakerbToken(tlv(application|12, tlv(tagSequence)))}, {Client, krb5("\x01\x00", apReq(0))},
		}, "iakerb"},
		{"AP-REQ under IAKERB's name", "GSSAPI", []said{{Client, gss(arcsIAKERB, []byte("\x01\x00"), apReq(0))}}, "iakerb"},
		{"user to user", "GSSAPI", []said{{Client, gss(arcsU2U, []byte("\x01\x00"), apReq(0x40))}}, "kerberos"},
		{"GS2", "GS2-KRB5", []said{{Client, joined([]byte("n,,\x01\x00"), apReq(0))}}, "kerberos"},
		{"GS2 without a token", "GS2-KRB5-PLUS", nil, "kerberos"},
		{"NTLM without a token", "NTLM", []said{{Server, []byte("ntlm supported")}}, "ntlm"},
		{"nothing", "GSSAPI", nil, "none"},
		{"no name", "", nil, "none"},
		{"PLAIN", "plain", nil, "plain"},
		{"SCRAM", "SCRAM-SHA-256-PLUS", nil, "scram-sha-256-plus"},
		{"unknown", "X-OWN", []said{{Client, secret(12)}}, "unknown"},
		{"unknown name, known token", "X-OWN", []said{{Client, negotiate}}, "ntlm"},
		{"EXCHANGEAUTH", "EXCHANGEAUTH", nil, "exchangeauth"},
		{"no name, LOGIN by its prompt", "", []said{{Server, []byte("Password:")}, {Client, secret(12)}}, "login"},
		{"no name, PLAIN by its form", "", []said{{Client, []byte("\x00alice\x00S3cretMarker")}}, "plain"},
		{"no name, XOAUTH2 by its form", "", []said{{Client, []byte("user=a\x01auth=Bearer S3cretMarker\x01\x01")}}, "xoauth2"},
		{"no name, OAUTHBEARER by its form", "", []said{{Client, []byte("n,a=a,\x01auth=Bearer S3cretMarker\x01\x01")}}, "oauthbearer"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			x := NewExchange(test.mechanism, Options{})
			for _, s := range test.tokens {
				token := x.Add(s.from, s.token)
				checkToken(t, token, s.token)
				checkSecrets(t, x, token)
			}
			if got := x.Actual(); got != test.want {
				t.Errorf("Actual() = %q, want %q", got, test.want)
			}
		})
	}
}

// kinds are the kinds of the token and those inside it.
func kinds(token *Token) []Kind {
	out := []Kind{token.Kind}
	for _, inner := range token.Inner {
		out = append(out, kinds(inner)...)
	}
	return out
}

func TestKinds(t *testing.T) {
	want := map[string][]Kind{
		"ntlm negotiate of the specification":    {KindNegotiate},
		"ntlm challenge of the specification":    {KindChallenge},
		"ntlm authenticate of the specification": {KindAuthenticate},
		"ntlm challenge":                         {KindChallenge},
		"ntlm authenticate v2":                   {KindAuthenticate},
		"ntlm signature":                         {KindNTLMSignature, KindSecurityLayer},
		"ntlm signature sealed":                  {KindNTLMSignature},
		"ntlm framed":                            {KindNegotiate},
		"bare ap-req":                            {KindAPReq},
		"ap-req without framing":                 {KindAPReq},
		"ap-rep":                                 {KindAPRep},
		"krb-error":                              {KindKRBError},
		"krb-error with method data":             {KindKRBError},
		"krb-error with kerb-error-data":         {KindKRBError},
		"tgt-req":                                {KindTGTReq},
		"wrap":                                   {KindWrap, KindSecurityLayer},
		"wrap scattered":                         {KindWrap, KindSecurityLayer},
		"wrap sealed":                            {KindWrap},
		"mic":                                    {KindMIC},
		"wrap 1964":                              {KindWrap1964, KindSecurityLayer},
		"wrap 1964 without framing":              {KindWrap1964, KindSecurityLayer},
		"wrap 1964 sealed":                       {KindWrap1964},
		"mic 1964":                               {KindMIC1964},
		"delete":                                 {KindDelete},
		"iakerb":                                 {KindIAKERB, KindASReq},
		"iakerb krb-error":                       {KindIAKERB, KindKRBError},
		"spnego around kerberos":                 {KindNegTokenInit, KindAPReq},
		"spnego around ntlm":                     {KindNegTokenInit, KindNegotiate},
		"spnego hints":                           {KindNegTokenInit2},
		"spnego response":                        {KindNegTokenResp, KindAPRep},
		"spnego response around ntlm":            {KindNegTokenResp, KindAuthenticate},
		"negoex":                                 {KindNegTokenInit, KindNEGOEX},
		"unknown mechanism in framing":           {KindUnknown},
		"gs2":                                    {KindGS2, KindAPReq},
		"exchangeauth":                           {KindExchangeAuth, KindAPReq},
		"text":                                   {KindText},
		"text of a client":                       {KindText},
		"unknown name":                           {KindUnknown},
		"unknown name around ntlm":               {KindNegotiate},
		"unknown name around kerberos":           {KindAPReq},
		"unknown name around another mechanism":  {KindUnknown},
		"plain":                                  {"sasl.plain.message"},
		"plain without nul":                      {"sasl.plain.message"},
		"login prompt":                           {"sasl.login.prompt"},
		"login user":                             {"sasl.login.username"},
		"cram challenge":                         {"sasl.cram-md5.challenge"},
		"cram response":                          {"sasl.cram-md5.response"},
		"cram response without space":            {"sasl.cram-md5.response"},
		"digest challenge":                       {"sasl.digest-md5.challenge"},
		"digest response":                        {"sasl.digest-md5.response"},
		"digest rspauth":                         {"sasl.digest-md5.rspauth"},
		"scram client first":                     {"sasl.scram.client-first"},
		"scram server first":                     {"sasl.scram.server-first"},
		"scram client final":                     {"sasl.scram.client-final"},
		"scram server final":                     {"sasl.scram.server-final"},
		"scram server error":                     {"sasl.scram.server-final"},
		"scram that is none":                     {KindUnknown},
		"xoauth2":                                {"sasl.xoauth2.client-first"},
		"xoauth2 with another scheme":            {"sasl.xoauth2.client-first"},
		"xoauth2 error":                          {"sasl.xoauth2.error"},
		"oauthbearer":                            {"sasl.oauthbearer.client-first"},
		"oauthbearer dummy":                      {"sasl.oauthbearer.dummy"},
		"external":                               {"sasl.external.authzid"},
		"anonymous":                              {"sasl.anonymous.trace"},
	}
	for _, sample := range corpus() {
		t.Run(sample.name, func(t *testing.T) {
			token := NewExchange(sample.mechanism, Options{}).Add(sample.from, sample.token)
			if diff := cmp.Diff(want[sample.name], kinds(token)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestEmptyToken: an empty token is a token in every mechanism.
func TestEmptyToken(t *testing.T) {
	for _, mechanism := range []string{"", "GSSAPI", "PLAIN", "LOGIN", "SCRAM-SHA-1", "XOAUTH2", "X-OWN", "EXCHANGEAUTH"} {
		for _, side := range []Side{Client, Server} {
			token := NewExchange(mechanism, Options{}).Add(side, nil)
			checkToken(t, token, nil)
			if token.Kind != KindEmpty || token.Damage != nil {
				t.Errorf("%s: %s, damage %v", mechanism, token.Kind, token.Damage)
			}
		}
	}
}

// TestDeepNesting: tokens inside tokens end at maxDepth.
func TestDeepNesting(t *testing.T) {
	token := unbase64(specNegotiate)
	for range 20 {
		token = negTokenInit(field(2, octetString(token)))
	}
	got := Decode(token, Options{})
	checkToken(t, got, token)
	if got.Damage == nil || len(kinds(got)) != maxDepth+1 {
		t.Errorf("%d tokens deep, damage %v", len(kinds(got)), got.Damage)
	}
}
