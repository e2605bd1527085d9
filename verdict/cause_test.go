package verdict

import (
	"slices"
	"strings"
	"testing"
	"time"

	"smtpscope/authtoken"
	"smtpscope/smtpparse"
)

type causeCase struct {
	name   string
	script *script
	want   []CauseID
	// text must be in the first cause's Text, next in its Next.
	text, next string
}

func checkCauses(t *testing.T, cases []causeCase) {
	t.Helper()
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			v, _ := Judge(tc.script.s)
			got := make([]CauseID, len(v.Causes))
			for i, c := range v.Causes {
				got[i] = c.ID
			}
			if !slices.Equal(got, tc.want) {
				t.Fatalf("causes = %v, want %v (%s: %s)", got, tc.want, v.State, v.Text)
			}
			if len(got) == 0 {
				return
			}
			if c := v.Causes[0]; !strings.Contains(c.Text, tc.text) || !strings.Contains(c.Next, tc.next) {
				t.Errorf("cause = %+v, want %q and %q in it", c, tc.text, tc.next)
			}
			frames := framesOf(tc.script.s)
			for _, c := range v.Causes {
				if !frames[c.Frame] {
					t.Errorf("%s: frame %d is not of the session", c.ID, c.Frame)
				}
				if c.Next == "" || strings.HasSuffix(c.Text, ".") {
					t.Errorf("%s: text %q, next %q", c.ID, c.Text, c.Next)
				}
			}
		})
	}
}

var ntlmOnly = []string{"AUTH", "NTLM"}

func TestCauseNotOffered(t *testing.T) {
	byEXPS := func(a *smtpparse.Auth) { a.Verb = "X-EXPS" }
	cut := func(s *smtpparse.Session) { s.Hello[0].Complete = false }
	checkCauses(t, []causeCase{
		{name: "ntlm only", script: start().ehlo(ntlmOnly).auth(ntlm("NTLM", 235)), want: []CauseID{NotOffered}, text: "lists AUTH NTLM", next: "GSSAPI"},
		{name: "Exchange on 25", script: start().with(exchangeGreeting).with(port25).ehlo(ntlmOnly, []string{"STARTTLS"}).auth(ntlm("NTLM", 235)), want: []CauseID{NotOffered}, next: "Let the client use port 587 (Client Frontend) with STARTTLS"},
		{name: "Exchange on 587", script: start().with(exchangeGreeting).ehlo(ntlmOnly).auth(ntlm("NTLM", 235)), want: []CauseID{NotOffered}, next: "Set EnableAuthGSSAPI (Set-ReceiveConnector -EnableAuthGSSAPI $true) on this connector: Get-ReceiveConnector | Format-List Name,Bindings,AuthMechanism,EnableAuthGSSAPI"},
		{name: "Exchange without NTLM either", script: start().with(exchangeGreeting).ehlo([]string{"AUTH", "LOGIN"}).auth(sasl("LOGIN", "login", 235)), want: []CauseID{NotOffered}, next: ", and add Integrated to AuthMechanism"},
		{name: "Exchange with NTLM among servers only", script: start().with(exchangeGreeting).with(port25).ehlo([]string{"AUTH", "LOGIN"}, []string{"X-EXPS", "NTLM"}).auth(sasl("LOGIN", "login", 235)), want: []CauseID{NotOffered}, next: ", and add Integrated to AuthMechanism"},
		{name: "another server on 25", script: start().with(port25).ehlo(ntlmOnly).auth(ntlm("NTLM", 235)), want: []CauseID{NotOffered}, next: "The same server may offer GSSAPI on port 587"},
		{name: "Postfix", script: start().with(postfixGreeting).ehlo(ntlmOnly).auth(ntlm("NTLM", 235)), want: []CauseID{NotOffered}, next: "auth_krb5_keytab"},
		{name: "X-EXPS only", script: start().ehlo(ntlmOnly, []string{"X-EXPS", "GSSAPI", "NTLM"}).auth(ntlm("NTLM", 235)), want: []CauseID{NotOffered}, text: "only as X-EXPS GSSAPI"},
		{name: "X-EXPS NTLM where X-EXPS GSSAPI was offered", script: start().ehlo(ntlmOnly, []string{"X-EXPS", "GSSAPI", "NTLM"}).auth(ntlm("NTLM", 235, byEXPS)), want: []CauseID{ClientChose}, text: "used X-EXPS NTLM"},
		{name: "X-EXPS NTLM where nothing else was offered", script: start().ehlo(ntlmOnly, []string{"X-EXPS", "NTLM"}).auth(ntlm("NTLM", 235, byEXPS)), want: []CauseID{NotOffered}, text: "lists X-EXPS NTLM"},
		{name: "no AUTH at all", script: start().ehlo([]string{"SIZE"}).auth(ntlm("NTLM", 235)), want: []CauseID{NotOffered}, text: "lists no AUTH"},
		{name: "password", script: start().ehlo([]string{"AUTH", "PLAIN", "LOGIN"}).auth(sasl("PLAIN", "plain", 235)), want: []CauseID{NotOffered}},
		{name: "failed ntlm", script: start().ehlo(ntlmOnly).auth(ntlm("NTLM", 535)), want: []CauseID{NotOffered}},
		{name: "gssapi offered", script: start().ehlo(gssapi).auth(sasl("PLAIN", "plain", 235)), want: []CauseID{ClientChoseOther}, text: "offered GSSAPI, and the client used AUTH PLAIN", next: "Configure the client for GSSAPI"},
		{name: "gss-spnego offered", script: start().ehlo([]string{"AUTH", "GSS-SPNEGO"}).auth(sasl("SCRAM-SHA-1", "scram-sha-1", 235)), want: []CauseID{ClientChoseOther}, text: "offered GSS-SPNEGO"},
		{name: "gs2-krb5 offered in lower case", script: start().ehlo([]string{"AUTH=", "gs2-krb5"}).auth(sasl("XOAUTH2", "xoauth2", 235)), want: []CauseID{ClientChoseOther}, text: "offered GS2-KRB5"},
		{name: "certificate though offered", script: start().ehlo(gssapi).auth(sasl("EXTERNAL", "external", 235))},
		{name: "reply cut", script: start().ehlo(ntlmOnly).with(cut).auth(ntlm("NTLM", 235))},
		{name: "HELO", script: start().ehlo().with(func(s *smtpparse.Session) { s.Hello[0].Verb = "HELO" }).auth(ntlm("NTLM", 235))},
		{name: "long list", script: start().ehlo([]string{"AUTH", "A", "B", "C", "D", "E", "F", "G", "H", "I", "J", "K", "L", "M"}).auth(ntlm("NTLM", 235)), want: []CauseID{NotOffered}, text: "J K L …"},
		{name: "capabilities dropped", script: start().ehlo(ntlmOnly).with(func(s *smtpparse.Session) { s.Omitted = map[string]int64{"capabilities": 1} }).auth(ntlm("NTLM", 235))},
		{name: "no hello seen", script: start().auth(ntlm("NTLM", 235))},
		{name: "other side of tls", script: start().ehlo(ntlmOnly).starttls(true, 900, 3000).auth(ntlm("NTLM", 235))},
		{name: "offered inside tls only", script: start().ehlo([]string{"STARTTLS"}).starttls(true, 900, 3000).ehlo(gssapi).auth(ntlm("NTLM", 235)), want: []CauseID{ClientChose}},
		{name: "hello after the attempt", script: start().auth(ntlm("NTLM", 235)).ehlo(ntlmOnly)},
		{name: "tried all the same", script: start().ehlo(ntlmOnly).auth(ntlm("GSSAPI", 235)), want: []CauseID{ClientChose}, text: "bare NTLM"},
	})
}

func TestCauseOfKerberosFailure(t *testing.T) {
	spnego := func(a *smtpparse.Auth) { a.Mechanism = "GSS-SPNEGO" }
	skew := func(a *smtpparse.Auth) {
		krbError(37, "KRB_AP_ERR_SKEW(37)")(a)
		a.Kerberos.ServerTime = noon.Add(10 * time.Minute)
	}
	checkCauses(t, []causeCase{
		{name: "modified", script: start().auth(kerberos(535, krbError(41, "KRB_AP_ERR_MODIFIED(41)"))), want: []CauseID{WrongAccount}, text: "KRB_AP_ERR_MODIFIED(41)", next: "setspn -Q SMTPSVC/ex01.contoso.test"},
		{name: "bad integrity, then ntlm", script: start().ehlo(gssapi).auth(kerberos(501, krbError(31, "KRB_AP_ERR_BAD_INTEGRITY(31)"), cancelled)).auth(ntlm("NTLM", 235)), want: []CauseID{WrongAccount}, text: "BAD_INTEGRITY"},
		{name: "no key", script: start().auth(kerberos(535, krbError(45, "KRB_AP_ERR_NOKEY(45)"))), want: []CauseID{WrongAccount}},
		{name: "skew", script: start().auth(kerberos(535, skew)), want: []CauseID{ClockSkew}, text: "the server's clock said 2026-11-02 12:10:00Z; the capture's clock said 2026-11-02 12:00:07Z, 9m53s behind it", next: "w32tm /query /status"},
		{name: "skew without times", script: start().auth(kerberos(535, krbError(37, "KRB_AP_ERR_SKEW(37)"))), want: []CauseID{ClockSkew}},
		{name: "etype", script: start().auth(kerberos(535, krbError(14, "KDC_ERR_ETYPE_NOSUPP(14)"))), want: []CauseID{Etype}, text: "aes256", next: "msDS-SupportedEncryptionTypes (24 means AES only and shuts out clients that have only RC4"},
		{name: "etype, Exchange", script: start().with(exchangeGreeting).auth(kerberos(535, krbError(14, "KDC_ERR_ETYPE_NOSUPP(14)"))), want: []CauseID{Etype}, next: "Reset-ComputerMachinePassword, run on that machine itself (never reset a computer account in Active Directory), and Exchange runs as one"},
		{name: "expired", script: start().auth(kerberos(535, krbError(32, "KRB_AP_ERR_TKT_EXPIRED(32)"))), want: []CauseID{Expired}, next: "klist purge"},
		{name: "not yet valid", script: start().auth(kerberos(535, krbError(33, "KRB_AP_ERR_TKT_NYV(33)"))), want: []CauseID{Expired}, text: "not valid yet"},
		{name: "error of no known cause", script: start().auth(kerberos(535, krbError(34, "KRB_AP_ERR_REPEAT(34)")))},
		{name: "no error told", script: start().with(postfixGreeting).auth(kerberos(535)).auth(ntlm("NTLM", 235)), want: []CauseID{WrongAccount}, text: "without saying why", next: "klist -kte"},
		{name: "SPNEGO reject", script: start().auth(kerberos(501, cancelled, negotiation("", "KRB5"), func(a *smtpparse.Auth) { a.SPNEGO.NegState = "reject" })), want: []CauseID{WrongAccount}},
		{name: "old keytab or another machine", script: start().with(exchangeGreeting).auth(kerberos(535, krbError(41, "KRB_AP_ERR_MODIFIED(41)"))), want: []CauseID{WrongAccount}, next: "another machine than the one that holds the key (DNS alias, load balancer)"},
		{name: "GSS-SPNEGO without any token of the server", script: start().ehlo([]string{"AUTH", "GSSAPI", "GSS-SPNEGO"}).auth(kerberos(535, spnego)), want: []CauseID{ServerRefused, WrongAccount}, text: "may not be able to run this mechanism at all", next: "try AUTH GSSAPI"},
		{name: "GS2 without any token of the server, nothing else offered", script: start().ehlo([]string{"AUTH", "GS2-KRB5"}).auth(kerberos(535, func(a *smtpparse.Auth) { a.Mechanism = "GS2-KRB5" })), want: []CauseID{ServerRefused, WrongAccount}, next: "Look at the server's log"},
		{name: "GSS-SPNEGO refused by a token", script: start().auth(kerberos(535, spnego, negotiation("", "KRB5"), func(a *smtpparse.Auth) {
			a.SPNEGO.NegState = "reject"
			a.Steps = append(a.Steps, step("server", "spnego.NegTokenResp"))
		})), want: []CauseID{WrongAccount}},
		{name: "refused as temporary", script: start().with(exchangeGreeting).auth(kerberos(454)).auth(sasl("LOGIN", "login", 235)), want: []CauseID{WrongAccount}, text: "454, a temporary failure", next: "setspn -Q SMTPSVC/ex01.contoso.test"},
		{name: "refused for another reason", script: start().auth(kerberos(421))},
		{name: "server could read it: AP-REP", script: start().auth(kerberos(535, func(a *smtpparse.Auth) { a.Kerberos.APRep = true }))},
		{name: "server could read it: layer", script: start().auth(kerberos(535, func(a *smtpparse.Auth) { a.SASLLayer = &authtoken.SASLLayer{} }))},
		{name: "error, then success", script: start().auth(kerberos(535, krbError(37, "KRB_AP_ERR_SKEW(37)"))).auth(kerberos(235))},
		{name: "error in the accepted exchange", script: start().auth(ntlm("GSSAPI", 235, ticketSent, krbError(41, "KRB_AP_ERR_MODIFIED(41)"), negotiation("NTLMSSP", "MS-KRB5", "NTLMSSP"))), want: []CauseID{WrongAccount, ServerRefused}},
		{name: "error overcome, then a password", script: start().auth(kerberos(235, krbError(37, "KRB_AP_ERR_SKEW(37)"))).auth(sasl("LOGIN", "login", 235))},
		{name: "skew ahead", script: start().auth(kerberos(535, skew, func(a *smtpparse.Auth) { a.Kerberos.ServerTime = noon.Add(-time.Hour) })), want: []CauseID{ClockSkew}, text: "1h0m7s ahead of it"},
		{name: "skew, server and capture agree", script: start().auth(kerberos(535, skew, func(a *smtpparse.Auth) { a.Kerberos.ServerTime = noon.Add(7 * time.Second) })), want: []CauseID{ClockSkew}, text: "agrees with it", next: "Look at the client's clock first"},
		{name: "later than success", script: start().auth(ntlm("NTLM", 235)).auth(kerberos(535))},
		{name: "capture ended", script: start().auth(kerberos(0, krbError(41, "KRB_AP_ERR_MODIFIED(41)"))).closed("eof")},
	})
}

func TestCauseServerRefused(t *testing.T) {
	checkCauses(t, []causeCase{
		{name: "ticket, ntlm selected", script: start().auth(ntlm("GSSAPI", 235, ticketSent, negotiation("NTLMSSP", "MS-KRB5", "KRB5", "NTLMSSP"))), want: []CauseID{ServerRefused}, text: "sent a ticket for SMTPSVC/ex01.contoso.test"},
		{name: "no ticket, ntlm selected", script: start().auth(ntlm("GSSAPI", 235, negotiation("NTLMSSP", "MS-KRB5", "NTLMSSP"))), want: []CauseID{ServerRefused}, text: "put Kerberos first"},
		{name: "ntlm first, ntlm selected", script: start().auth(ntlm("GSSAPI", 235, negotiation("NTLMSSP", "NTLMSSP", "MS-KRB5"))), want: []CauseID{ClientChose}, text: "preferred NTLM"},
		{name: "only ntlm in the list", script: start().auth(ntlm("GSS-SPNEGO", 235, negotiation("NTLMSSP", "NTLMSSP"))), want: []CauseID{ClientChose}, text: "offered NTLM and no Kerberos"},
		{name: "verb refused", script: start().auth(attempt("GSSAPI", "none", 504)).auth(ntlm("NTLM", 235)), want: []CauseID{ServerRefused}, text: "AUTH GSSAPI with 504"},
		{name: "verb refused until TLS", script: start().auth(attempt("GSSAPI", "none", 530)).auth(ntlm("NTLM", 235))},
		{name: "verb out of place", script: start().auth(attempt("GSSAPI", "none", 503)).auth(ntlm("NTLM", 235))},
		{name: "part not seen", script: start().auth(attempt("GSSAPI", "none", 535, gapped)).auth(ntlm("NTLM", 235))},
	})
}

func TestCauseOnTheClientsSide(t *testing.T) {
	account := func(domain, user, workstation, server string) option {
		return func(a *smtpparse.Auth) {
			a.NTLM.Domain, a.NTLM.User, a.NTLM.Workstation, a.NTLM.ServerName = domain, user, workstation, server
		}
	}
	challenge := func(target, flag string) option {
		return func(a *smtpparse.Auth) { a.NTLM.TargetName, a.NTLM.Flags = target, []string{"NEGOTIATE_UNICODE", flag} }
	}
	checkCauses(t, []causeCase{
		{name: "client chose", script: start().ehlo(gssapi).auth(ntlm("NTLM", 235)), want: []CauseID{ClientChose}, text: "offered GSSAPI, and the client used AUTH NTLM; nothing in this connection shows that it tried Kerberos first", next: "klist get SMTPSVC/ex01.contoso.test"},
		{name: "client chose, its target known", script: start().ehlo(gssapi).auth(ntlm("NTLM", 235, target("SMTPSVC/mail.contoso.test"))), want: []CauseID{ClientChose}, next: "klist get SMTPSVC/mail.contoso.test"},
		{name: "client gave up", script: start().ehlo(gssapi).auth(attempt("GSSAPI", "none", 501, cancelled)).auth(ntlm("NTLM", 235)), want: []CauseID{ClientChose}, text: "gave it up without a token"},
		{name: "gave up without a word", script: start().ehlo(gssapi).auth(attempt("GSSAPI", "none", 0)).auth(ntlm("NTLM", 235)), want: []CauseID{ClientChose}, text: "gave it up without a token"},
		{name: "gave up or was refused in a gap", script: start().ehlo(gssapi).auth(attempt("GSSAPI", "none", 0)).gap("server").auth(ntlm("NTLM", 235))},
		{name: "gave up after a token that nobody could read", script: start().ehlo(gssapi).auth(attempt("GSSAPI", "unknown", 501, cancelled, func(a *smtpparse.Auth) { a.Steps = []smtpparse.Step{step("client", "unknown")} })).auth(ntlm("NTLM", 235))},
		{name: "gave up, part not seen", script: start().ehlo(gssapi).auth(attempt("GSSAPI", "none", 501, cancelled, gapped)).auth(ntlm("NTLM", 235))},
		{name: "bare ntlm, part not seen", script: start().ehlo(gssapi).auth(ntlm("GSSAPI", 235, gapped))},
		{name: "Kerberos came before", script: start().ehlo(gssapi).auth(kerberos(535)).auth(ntlm("NTLM", 235)), want: []CauseID{WrongAccount}},
		{name: "gave up, then a password", script: start().ehlo(gssapi).auth(attempt("GSSAPI", "none", 501, cancelled)).auth(sasl("LOGIN", "login", 235)), want: []CauseID{ClientChoseOther}, text: "gave it up without a token and used AUTH LOGIN"},
		{name: "Kerberos came before a password", script: start().ehlo(gssapi).auth(kerberos(535)).auth(sasl("LOGIN", "login", 235)), want: []CauseID{WrongAccount}},
		{name: "refused before any account was named", script: start().ehlo(gssapi).auth(ntlm("NTLM", 535, negotiateOnly)), want: []CauseID{ClientChose}, text: "nothing in this connection shows that it tried Kerberos first", next: "The server took no NTLM at all"},
		{name: "Postfix, its class", script: start().with(postfixGreeting).ehlo(gssapi).auth(ntlm("NTLM", 235)), want: []CauseID{ClientChose}, next: "klist get smtp/ex01.contoso.test (Windows; a service's tickets are those of its account: klist -li 0x3e7 get smtp/ex01.contoso.test for LocalSystem, else run it as the service account) or kvno smtp/ex01.contoso.test (MIT"},
		{name: "gave up, and nothing else", script: start().ehlo(gssapi).auth(attempt("GSSAPI", "none", 501, cancelled)), want: []CauseID{NoTicket}, text: "began AUTH GSSAPI and gave it up without a token", next: "On the client: klist get SMTPSVC/ex01.contoso.test"},
		{name: "hung up before a token", script: start().ehlo(gssapi).auth(attempt("GSSAPI", "none", 0)).closed("fin"), want: []CauseID{NoTicket}},
		{name: "a ticket was refused, then gave up", script: start().ehlo(gssapi).auth(kerberos(535)).auth(attempt("GSSAPI", "none", 501, cancelled)), want: []CauseID{WrongAccount}},
		{name: "gave up, then mail", script: start().ehlo(gssapi).auth(attempt("GSSAPI", "none", 501, cancelled)).mail(250, 250), want: []CauseID{NoTicket}},
		{name: "a mechanism without tickets, given up", script: start().ehlo(gssapi).auth(attempt("NTLM", "none", 501, cancelled))},
		{name: "OpenSMTPD, its class", script: start().with(func(s *smtpparse.Session) { s.Greeting.Text = "mx.contoso.test ESMTP OpenSMTPD" }).ehlo(gssapi).auth(sasl("PLAIN", "plain", 235)), want: []CauseID{ClientChoseOther}, next: "setspn -Q smtp/mx.contoso.test"},
		{name: "Exchange, both tools", script: start().with(exchangeGreeting).ehlo(gssapi).auth(ntlm("NTLM", 235)), want: []CauseID{ClientChose}, next: "kvno smtp/ex01.contoso.test"},
		{name: "address", script: start().ehlo(gssapi).auth(ntlm("NTLM", 235, target("SMTPSVC/10.1.2.9"))), want: []CauseID{TargetIsIP, ClientChose}, text: "SMTPSVC/10.1.2.9", next: "ex01.contoso.test"},
		{name: "address in brackets", script: start().auth(ntlm("NTLM", 235, target("SMTPSVC/[fd00::9]"))), want: []CauseID{TargetIsIP}},
		{name: "bare IPv6 address", script: start().auth(ntlm("NTLM", 235, target("SMTPSVC/fd00::9"))), want: []CauseID{TargetIsIP}},
		{name: "short name", script: start().auth(ntlm("NTLM", 235, target("SMTPSVC/EX01"))), want: []CauseID{ShortName}, next: "setspn -Q SMTPSVC/EX01"},
		{name: "full name", script: start().auth(ntlm("NTLM", 235, target("SMTPSVC/ex01.contoso.test")))},
		{name: "no target", script: start().auth(ntlm("NTLM", 235))},
		{name: "hostile short name", script: start().auth(ntlm("NTLM", 235, target("SMTPSVC/x;reboot"))), want: []CauseID{ShortName}, next: "setspn -Q SMTPSVC/NAME"},
		{name: "local to the client", script: start().auth(ntlm("NTLM", 235, account("sp01", "bob", "SP01", "EX01"))), want: []CauseID{LocalAccount}, text: "local to the client"},
		{name: "local to the server", script: start().auth(ntlm("NTLM", 235, account("EX01", "bob", "SP01", "ex01"))), want: []CauseID{LocalAccount}, text: "local to the server"},
		{name: "local to a server that is no domain", script: start().auth(ntlm("NTLM", 235, account("MAIL", "bob", "SP01", "EX01"), challenge("mail", "TARGET_TYPE_SERVER"))), want: []CauseID{LocalAccount}, text: "names mail as a server"},
		{name: "the challenge names the domain", script: start().auth(ntlm("NTLM", 235, account("CONTOSO", "bob", "SP01", "EX01"), challenge("CONTOSO", "TARGET_TYPE_DOMAIN")))},
		{name: "dot", script: start().auth(ntlm("NTLM", 235, account(".", "bob", "SP01", "EX01"))), want: []CauseID{LocalAccount}, text: "if it is one"},
		{name: "no domain, no workstation", script: start().auth(ntlm("NTLM", 235, account("", "bob", "", "")))},
		{name: "no user", script: start().auth(ntlm("NTLM", 235, account("SP01", "", "SP01", "")))},
		{name: "not offered comes first", script: start().ehlo(ntlmOnly).auth(ntlm("NTLM", 235, target("SMTPSVC/10.1.2.9"), account("SP01", "bob", "SP01", "EX01"))), want: []CauseID{NotOffered, LocalAccount, TargetIsIP}},
	})
}

func TestCauseEPA(t *testing.T) {
	absent := func(a *smtpparse.Auth) { a.NTLM.ChannelBinding = "absent" }
	present := func(a *smtpparse.Auth) { a.NTLM.ChannelBinding = "present" }
	tls := func() *script { return start().starttls(true, 900, 3000).ehlo(ntlmOnly) }
	checkCauses(t, []causeCase{
		{name: "absent, refused", script: tls().auth(ntlm("NTLM", 535, absent)), want: []CauseID{NotOffered, EPA}},
		{name: "present, refused", script: tls().auth(ntlm("NTLM", 535, present)), want: []CauseID{NotOffered}},
		{name: "absent, accepted", script: tls().auth(ntlm("NTLM", 235, absent)), want: []CauseID{NotOffered}},
		{name: "absent, refused otherwise", script: tls().auth(ntlm("NTLM", 454, absent)), want: []CauseID{NotOffered}},
		{name: "absent, no tls", script: start().ehlo(ntlmOnly).auth(ntlm("NTLM", 535, absent)), want: []CauseID{NotOffered}},
	})
}

func TestNoCauses(t *testing.T) {
	checkCauses(t, []causeCase{
		{name: "kerberos", script: start().ehlo(gssapi).auth(kerberos(235))},
		{name: "iakerb", script: start().ehlo(ntlmOnly).auth(kerberos(235, func(a *smtpparse.Auth) { a.Actual = "iakerb" }))},
		{name: "anonymous", script: start().ehlo(ntlmOnly).mail(250, 250)},
		{name: "none", script: start().ehlo(ntlmOnly).quit()},
		{name: "encrypted", script: start().ehlo(ntlmOnly).auth(ntlm("NTLM", 535)).starttls(false, 900, 3000)},
		{name: "incomplete", script: start().ehlo(ntlmOnly).auth(ntlm("NTLM", 0)).closed("eof")},
		{name: "failed password", script: start().ehlo([]string{"AUTH", "PLAIN"}).auth(sasl("PLAIN", "plain", 535))},
		{name: "gssapi whose token could not be read", script: start().ehlo(ntlmOnly).auth(attempt("GSSAPI", "none", 235))},
	})
}

func TestOfferedClause(t *testing.T) {
	for _, tc := range []struct {
		name   string
		script *script
		want   bool
	}{
		{name: "offered", script: start().ehlo(gssapi).auth(sasl("PLAIN", "plain", 235)), want: true},
		{name: "not offered", script: start().ehlo(ntlmOnly).auth(sasl("PLAIN", "plain", 235))},
		{name: "tried before", script: start().ehlo(gssapi).auth(kerberos(535)).auth(sasl("PLAIN", "plain", 235))},
	} {
		t.Run(tc.name, func(t *testing.T) {
			v, _ := Judge(tc.script.s)
			if got := strings.Contains(v.Text, "though the server offered GSSAPI"); got != tc.want {
				t.Errorf("text = %q, clause: %t, want %t", v.Text, got, tc.want)
			}
		})
	}
}
