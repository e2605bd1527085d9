package report

import (
	"strings"
	"testing"
	"time"

	"smtpscope/authtoken"
	"smtpscope/smtpparse"
)

func TestLoginFacts(t *testing.T) {
	ntlm := &authtoken.NTLM{Version: "NTLMv2", ChannelBinding: "absent"}
	all := []string{"none", "integrity", "confidentiality"}
	tests := []struct {
		name string
		auth smtpparse.Auth
		want string // the facts, spaces made one
	}{
		{"a token is no password", smtpparse.Auth{Actual: "xoauth2", SASL: &authtoken.SASL{User: "anna", Password: authtoken.Redacted}}, "user anna; token <redacted>"},
		{"what the token says", smtpparse.Auth{Actual: "oauthbearer", SASL: &authtoken.SASL{Password: authtoken.Redacted, JWT: &authtoken.JWT{Algorithm: "RS256", KeyID: "k1", Expires: time.Unix(1, 0), Claims: map[string]string{"sub": "anna"}}}},
			"token <redacted>; JWT RS256, key k1, expires 1970-01-01 00:00:01.000Z; sub anna"},
		{"a password", smtpparse.Auth{Actual: "plain", SASL: &authtoken.SASL{User: "anna", Password: authtoken.Redacted}}, "user anna; password <redacted>"},
		{"acts as itself", smtpparse.Auth{SASL: &authtoken.SASL{User: "anna", AuthzID: "anna"}}, "user anna"},
		{"acts as another", smtpparse.Auth{SASL: &authtoken.SASL{User: "anna", AuthzID: "office"}}, "user anna, acts as office"},
		{"no channel to bind to", smtpparse.Auth{NTLM: ntlm}, "NTLM NTLMv2, no MIC"},
		{"a channel, and not bound", smtpparse.Auth{NTLM: ntlm, TLS: true}, "NTLM NTLMv2, no MIC, channel binding absent"},
		{"bound outside TLS", smtpparse.Auth{NTLM: &authtoken.NTLM{Version: "NTLMv2", ChannelBinding: "present"}}, "NTLM NTLMv2, no MIC, channel binding present"},
		{"SPNEGO refused", smtpparse.Auth{SPNEGO: &authtoken.SPNEGO{MechTypes: []string{"KRB5"}, NegState: "reject"}}, "SPNEGO client offers KRB5; server rejects"},
		{"only no layer", smtpparse.Auth{SASLLayer: &authtoken.SASLLayer{Offered: all[:1], Chosen: "none", MaxSize: 16777215}}, "SASL layer only 'no layer' offered, none chosen"},
		{"only no layer, no answer", smtpparse.Auth{SASLLayer: &authtoken.SASLLayer{Offered: all[:1]}}, "SASL layer only 'no layer' offered"},
		{"no layer of three", smtpparse.Auth{SASLLayer: &authtoken.SASLLayer{Offered: all, Chosen: "none", MaxSize: 9}}, "SASL layer offered 'no layer', integrity, confidentiality; chosen 'no layer'"},
		{"a layer", smtpparse.Auth{Outcome: smtpparse.Accepted, LastFrame: 30, SASLLayer: &authtoken.SASLLayer{Offered: all, Chosen: "integrity", MaxSize: 65536}},
			"SASL layer offered 'no layer', integrity, confidentiality; chosen integrity, at most 65,536 octets, what follows frame 30 is inside it"},
		{"a layer of a login refused", smtpparse.Auth{Outcome: smtpparse.Rejected, SASLLayer: &authtoken.SASLLayer{Chosen: "integrity"}}, "SASL layer chosen integrity"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := newPage(TextOptions{Width: 200})
			p.login("Login", &tt.auth)
			_, facts, _ := strings.Cut(string(p.b), "\n")
			var got []string
			for row := range strings.Lines(facts) {
				got = append(got, strings.Join(strings.Fields(row), " "))
			}
			if s := strings.Join(got, "; "); s != tt.want {
				t.Errorf("got  %s\nwant %s", s, tt.want)
			}
		})
	}
}
