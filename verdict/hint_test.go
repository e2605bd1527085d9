package verdict

import (
	"slices"
	"strings"
	"testing"
	"time"

	"smtpscope/authtoken"
	"smtpscope/nearby"
	"smtpscope/smtpparse"
)

// TestOrderOfCauses: certainty comes first, then likelihood.
func TestOrderOfCauses(t *testing.T) {
	spnego := func(options ...option) *script {
		a := kerberos(535, func(a *smtpparse.Auth) { a.Mechanism = "GSS-SPNEGO" })
		for _, o := range options {
			o(a)
		}
		return start().ehlo([]string{"AUTH", "GSS-SPNEGO"}).auth(a)
	}
	checkBeside(t, []besideCase{
		{name: "a mechanism that may not run", script: spnego(), want: "server-refused possible, wrong-account possible"},
		{name: "and the keytab opens the ticket", script: spnego(opened(authtoken.Opened{Client: "alice@CONTOSO.TEST"})), want: "server-refused possible, wrong-account possible", text: "may not be able to run this mechanism"},
		{name: "and the keytab does not open it", script: spnego(opened(authtoken.Opened{Fault: authtoken.FaultWrongKey})), want: "wrong-account seen, server-refused possible", text: "and the keytab given does not open it"},
		{name: "a mechanism that runs", script: start().ehlo(gssapi).auth(kerberos(535)), want: "wrong-account inferred"},
		{name: "a dot for a domain", script: fallback(func(a *smtpparse.Auth) { a.NTLM.Domain = "." }), want: "client-chose-ntlm inferred, local-account possible"},
		{name: "a short name and no channel binding", script: played("10.1.2.3", "10.1.2.9", 587, start().starttls(true, 900, 3000).ehlo(gssapi).auth(ntlm("NTLM", 535, target("SMTPSVC/EX01"), func(a *smtpparse.Auth) { a.NTLM.ChannelBinding = "absent" }))), want: "short-name inferred, client-chose-ntlm inferred, epa possible"},
	})
}

func TestHint(t *testing.T) {
	hidden := func() *script { return played("10.1.2.3", "10.1.2.9", 587, start().starttls(false, 900, 3000)) }
	for _, tc := range []struct {
		name, want string
		near       *beside
	}{
		{"a ticket", "kerberos", sawKerberos(asks("TGS", mailSPN, 0))},
		{"refused", "not-kerberos", sawKerberos(asks("TGS", mailSPN, 7))},
		{"the answer alone", "kerberos", sawKerberos(asks("TGS", mailSPN, 0, unseen))},
		{"a referral is no ticket", "", sawKerberos(asks("TGS", mailSPN, 0, referral("FABRIKAM.TEST")))},
		{"too big for a datagram says nothing", "", sawKerberos(asks("TGS", mailSPN, 52))},
		{"long before", "", sawKerberos(asks("TGS", mailSPN, 0, early))},
		{"another name", "kerberos", sawKerberos(asks("TGS", "SMTPSVC/mail.contoso.test", 0))},
		{"another name, behind the session", "", sawKerberos(asks("TGS", "SMTPSVC/mail.contoso.test", 0, func(r *nearby.Request) { r.Time = noon.Add(time.Hour) }))},
		{"another server by its name", "", sawKerberos(asks("TGS", "SMTPSVC/other.contoso.test", 0)).named("ex01.contoso.test", "ex01.contoso.test", 1)},
		{"no mail", "", sawKerberos(asks("TGS", "cifs/ex01.contoso.test", 0))},
	} {
		t.Run(tc.name, func(t *testing.T) {
			v, _ := NewCourt().Judge(hidden().s, tc.near)
			got := ""
			if v.Hint != nil {
				got = v.Hint.Suggests
				if slices.Contains(v.Hint.Frames, 0) || strings.Contains(v.Hint.Text, "frame 0") {
					t.Errorf("%+v", v.Hint)
				}
			}
			if got != tc.want || len(v.Causes) != 0 {
				t.Errorf("hint %q, want %q; causes %v", got, tc.want, v.Causes)
			}
		})
	}
}

func TestDecide(t *testing.T) {
	for _, tc := range []struct {
		name   string
		script *script
		near   *beside
		want   string
	}{
		{"seen", fallback(), sawKerberos(asks("TGS", mailSPN, 7)), ""},
		{"no Kerberos in the capture", fallback(), nil, "The client's Kerberos would decide"},
		{"nothing asked", fallback(), sawKerberos(), "ticket cache"},
		{"a ticket that was not used", fallback(), sawKerberos(asks("TGS", mailSPN, 0)), "ticket cache"},
		{"another name", fallback(), sawKerberos(asks("TGS", "SMTPSVC/mail.contoso.test", 7)), "DNS would decide"},
		{"a ticket refused", start().ehlo(gssapi).auth(kerberos(535)), nil, "keytab would decide"},
		{"a mechanism that may not run", start().ehlo([]string{"AUTH", "GSS-SPNEGO"}).auth(kerberos(535, func(a *smtpparse.Auth) { a.Mechanism = "GSS-SPNEGO" })), nil, "The server's log would decide"},
		{"nothing resolved", fallback(), &beside{SawDNS: true, Since: noon.Add(-time.Hour)}, "configuration would decide"},
		{"one datagram to a KDC", fallback(), sawKerberos().unreachable(nearby.Unreachable{Transport: "udp", Frame: 3, Tries: 1}), "nltest"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			v, _ := NewCourt().Judge(tc.script.s, tc.near)
			if tc.want == "" && v.Decide != "" || !strings.Contains(v.Decide, tc.want) {
				t.Errorf("%q, want %q in it; causes %+v", v.Decide, tc.want, v.Causes)
			}
		})
	}
}
