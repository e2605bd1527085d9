package verdict

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"smtpscope/nearby"
	"smtpscope/smtpparse"
)

// beside is what a client said beside its session.
type beside nearby.Around

func (b *beside) Around() *nearby.Around { return (*nearby.Around)(b) }

var testKDC = netip.MustParseAddrPort("10.1.2.1:88")

// asks is a request of the client a second before the session, with the frames 1 and
// 2; an error code of 0 gives the ticket.
func asks(kind, service string, code int32, changes ...func(*nearby.Request)) nearby.Request {
	r := nearby.Request{
		Kind: kind, Frame: 1, Time: noon.Add(-time.Second), Client: "alice@CONTOSO.TEST", Service: service, Realm: "CONTOSO.TEST", KDC: testKDC, Transport: "udp",
		Answer: &nearby.Answer{Frame: 2, Time: noon.Add(-time.Second), ErrorCode: code},
	}
	if code == 0 {
		r.Answer.Ticket, r.Answer.TicketEtype = service, 18
	}
	for _, change := range changes {
		change(&r)
	}
	return r
}

func early(r *nearby.Request)     { r.Time = noon.Add(-10 * time.Minute) }
func strangers(r *nearby.Request) { r.Client = "bob@CONTOSO.TEST" }
func nobodys(r *nearby.Request)   { r.Client = "" }
func hidden(r *nearby.Request)    { r.Client = "WELLKNOWN/ANONYMOUS@WELLKNOWN:ANONYMOUS" }
func status(name string) func(*nearby.Request) {
	return func(r *nearby.Request) { r.Answer.NTStatus = name }
}
func lacksAnswer(r *nearby.Request) { r.Answer = nil }
func unseen(r *nearby.Request)      { r.Frame = 0 }
func inRealm(realm string) func(*nearby.Request) {
	return func(r *nearby.Request) { r.Realm = realm }
}
func referral(realm string) func(*nearby.Request) {
	return func(r *nearby.Request) { r.Answer.Ticket = "krbtgt/" + realm }
}

// sawKerberos holds requests.
func sawKerberos(requests ...nearby.Request) *beside {
	return &beside{Requests: requests, SawKerberos: true, Since: noon.Add(-time.Minute)}
}

func (b *beside) named(asked, canonical string, addresses int) *beside {
	b.SawDNS = true
	b.Names = append(b.Names, nearby.Name{Frame: 3, Time: noon, Asked: asked, Canonical: canonical, Addresses: addresses})
	return b
}

func (b *beside) unreachable(u nearby.Unreachable) *beside {
	u.Time = noon
	if !u.KDC.IsValid() {
		u.KDC = testKDC
	}
	b.Unreachable = append(b.Unreachable, u)
	return b
}

type besideCase struct {
	name   string
	script *script // NTLM where GSSAPI was offered, if nil
	near   *beside
	want   string // causes with their certainties
	// text and next must be in the first cause's.
	text, next string
}

func checkBeside(t *testing.T, cases []besideCase) {
	t.Helper()
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			sc := tc.script
			if sc == nil {
				sc = fallback()
			}
			v, _ := NewCourt().Judge(sc.s, tc.near)
			var got []string
			for _, c := range v.Causes {
				got = append(got, fmt.Sprintf("%s %s", c.ID, c.Certainty))
				if c.Next == "" || strings.HasSuffix(c.Text, ".") || strings.Contains(c.Text, "frame 0") || slices.Contains(c.Others, 0) || c.Frame == 0 {
					t.Errorf("%+v", c)
				}
			}
			if strings.Join(got, ", ") != tc.want {
				t.Fatalf("causes %q, want %q: %+v", got, tc.want, v.Causes)
			}
			if len(got) > 0 && (!strings.Contains(v.Causes[0].Text, tc.text) || !strings.Contains(v.Causes[0].Next, tc.next)) {
				t.Errorf("%+v, want %q and %q in it", v.Causes[0], tc.text, tc.next)
			}
		})
	}
}

// fallback is NTLM where the server offered GSSAPI.
func fallback(options ...option) *script {
	return played("10.1.2.3", "10.1.2.9", 587, start().ehlo(gssapi).auth(ntlm("NTLM", 235, options...)))
}

const mailSPN = "SMTPSVC/ex01.contoso.test"

func TestCauseOfKDCErrors(t *testing.T) {
	checkBeside(t, []besideCase{
		{name: "unknown service", near: sawKerberos(asks("TGS", mailSPN, 7)), want: "spn-unknown seen", text: "no account has this SPN, or two have it", next: "setspn -S " + mailSPN},
		{name: "duplicate SPN", near: sawKerberos(asks("TGS", mailSPN, 8)), want: "spn-unknown seen", text: "more than one account has this SPN", next: "setspn -X"},
		{name: "unknown address", near: sawKerberos(asks("TGS", "SMTPSVC/10.1.2.9", 7)), want: "target-is-ip seen", next: "setspn -Q SMTPSVC/ex01.contoso.test"},
		{name: "unknown IPv6 address", script: played("2001:db8::3", "2001:db8::9", 587, start().ehlo(gssapi).auth(ntlm("NTLM", 235))), near: sawKerberos(asks("TGS", "SMTPSVC/[2001:DB8:0::9]", 7, early)), want: "target-is-ip seen"},
		{name: "unknown short name", near: sawKerberos(asks("TGS", "SMTPSVC/EX01", 7)), want: "short-name seen"},
		{name: "etype", near: sawKerberos(asks("TGS", mailSPN, 14, func(r *nearby.Request) { r.Etypes = []int32{23} })), want: "etype seen", text: "offering arcfour-hmac"},
		{name: "skew", near: sawKerberos(asks("TGS", mailSPN, 37, func(r *nearby.Request) { r.Answer.ServerTime = noon.Add(time.Hour) })), want: "clock-skew seen", text: "the KDC's clock is 1h0m1s ahead of the capture's"},
		{name: "skew, the KDC behind", near: sawKerberos(asks("TGS", mailSPN, 37, func(r *nearby.Request) { r.Answer.ServerTime = noon.Add(-2 * time.Minute) })), want: "clock-skew seen", text: "the KDC's clock is 1m59s behind the capture's"},
		{name: "skew, KDC and capture agree", near: sawKerberos(asks("TGS", mailSPN, 37, func(r *nearby.Request) { r.Answer.ServerTime = noon.Add(59 * time.Second) })), want: "clock-skew seen", text: "the KDC's clock agrees with the capture's"},
		{name: "skew, and the request is cut", near: sawKerberos(asks("TGS", "", 37)), want: "clock-skew inferred", text: "asked the KDC for a ticket at"},
		{name: "ticket-granting ticket expired", near: sawKerberos(asks("TGS", mailSPN, 32)), want: "expired seen", text: "its ticket-granting ticket"},
		{name: "client of another service has an expired ticket", near: sawKerberos(asks("TGS", "cifs/files.contoso.test", 32)), want: "expired inferred"},
		{name: "another service is not known", near: sawKerberos(asks("TGS", "cifs/files.contoso.test", 7)), want: "client-chose-ntlm inferred"},
		{name: "service's account disabled", near: sawKerberos(asks("TGS", mailSPN, 19)), want: "kdc-refused seen", text: "the account that holds the SPN is disabled"},
		{name: "delegation", near: sawKerberos(asks("TGS", mailSPN, 13)), want: "kdc-refused seen", text: "may not delegate", next: "msDS-AllowedToDelegateTo"},
		{name: "policy", near: sawKerberos(asks("TGS", mailSPN, 12)), want: "kdc-refused seen", text: "a policy forbids it"},
		{name: "an error without words", near: sawKerberos(asks("TGS", mailSPN, 60)), want: "kdc-refused seen", text: "KRB_ERR_GENERIC", next: "event 4769"},

		{name: "password expired", near: sawKerberos(asks("AS", "krbtgt/CONTOSO.TEST", 23)), want: "kdc-refused seen", text: "as alice@CONTOSO.TEST (frame 1) and was told KDC_ERR_KEY_EXPIRED(23) (frame 2): the password of the client's account has expired", next: "Get-ADUser"},
		{name: "password expired, and changed", near: sawKerberos(asks("AS", "krbtgt/CONTOSO.TEST", 23), asks(nearby.KindPassword, "kadmin/changepw", 0)), want: "kdc-refused seen", text: "this client asked for a change of a password"},
		{name: "locked out, says Active Directory", near: sawKerberos(asks("AS", "krbtgt/CONTOSO.TEST", 18, status("STATUS_ACCOUNT_LOCKED_OUT"))), want: "kdc-refused seen", text: "KDC_ERR_CLIENT_REVOKED(18), STATUS_ACCOUNT_LOCKED_OUT (frame 2): the client's account is locked", next: "Unlock-ADAccount alice"},
		{name: "a status without words", near: sawKerberos(asks("AS", "krbtgt/CONTOSO.TEST", 12, status("0xc000cafe"))), want: "kdc-refused seen", text: "KDC_ERR_POLICY(12), 0xc000cafe (frame 2): a policy forbids it"},
		{name: "a status of the service's account", near: sawKerberos(asks("TGS", mailSPN, 19, status("STATUS_ACCOUNT_DISABLED"))), want: "kdc-refused seen", text: "the account that holds the SPN is disabled"},
		{name: "a hidden name", near: sawKerberos(asks("AS", "krbtgt/CONTOSO.TEST", 24, hidden)), want: "kdc-refused inferred", text: "under a hidden name (frame 1) and was told"},
		{name: "user to user", near: sawKerberos(asks("TGS", mailSPN, 27)), want: "kdc-refused seen", text: "user-to-user tickets"},
		{name: "locked", near: sawKerberos(asks("AS", "krbtgt/CONTOSO.TEST", 18)), want: "kdc-refused seen", text: "disabled, locked or expired"},
		{name: "wrong password", near: sawKerberos(asks("AS", "krbtgt/CONTOSO.TEST", 24)), want: "kdc-refused seen", text: "the client's password is wrong"},
		{name: "unknown user", near: sawKerberos(asks("AS", "krbtgt/CONTOSO.TEST", 6)), want: "kdc-refused seen", text: "does not know the client's account"},
		{name: "wrong realm", near: sawKerberos(asks("AS", "krbtgt/CONTOSO.TEST", 68)), want: "kdc-refused seen", text: "belongs to another realm"},
		{name: "no common type for the user", near: sawKerberos(asks("AS", "krbtgt/CONTOSO.TEST", 14)), want: "etype seen"},
		{name: "another user's password", near: sawKerberos(asks("AS", "krbtgt/CONTOSO.TEST", 24, strangers)), want: "client-chose-ntlm inferred"},
		{name: "nobody's name, just before", near: sawKerberos(asks("AS", "krbtgt/CONTOSO.TEST", 24, nobodys)), want: "kdc-refused inferred"},
		{name: "nobody's name, long before", near: sawKerberos(asks("AS", "krbtgt/CONTOSO.TEST", 24, nobodys, early)), want: "client-chose-ntlm inferred, kdc-refused possible"},
		{name: "a user's name as mail address", script: fallback(func(a *smtpparse.Auth) { a.NTLM.User, a.NTLM.Domain = "Alice@contoso.test", "" }), near: sawKerberos(asks("AS", "krbtgt/CONTOSO.TEST", 24)), want: "kdc-refused seen"},
		{name: "preauthentication is asked for", near: sawKerberos(asks("AS", "krbtgt/CONTOSO.TEST", 25)), want: "client-chose-ntlm inferred"},

		{name: "another mail server just before", near: sawKerberos(asks("TGS", "SMTPSVC/mail.contoso.test", 7)), want: "spn-unknown inferred"},
		{name: "another mail server long before", near: sawKerberos(asks("TGS", "SMTPSVC/mail.contoso.test", 7, early)), want: "client-chose-ntlm inferred"},
		{name: "the server long before", near: sawKerberos(asks("TGS", mailSPN, 7, early)), want: "spn-unknown seen"},
		{name: "another mail server, and DNS names this one", near: sawKerberos(asks("TGS", "SMTPSVC/other.contoso.test", 7)).named("mail.contoso.test", "mail.contoso.test", 1), want: "client-chose-ntlm inferred, spn-unknown possible"},
		{name: "the server before another", near: sawKerberos(asks("TGS", mailSPN, 7), asks("TGS", "SMTPSVC/other.contoso.test", 14)), want: "spn-unknown seen"},
		{name: "only the answer was seen", near: sawKerberos(asks("TGS", mailSPN, 7, unseen)), want: "spn-unknown seen", text: "at 11:59:59.000 and was told"},
		{name: "asked again, and got", near: sawKerberos(asks("TGS", mailSPN, 7), asks("TGS", mailSPN, 0)), want: "client-chose-ntlm seen", text: "did not use it"},
		{name: "asked after the login", near: sawKerberos(asks("TGS", mailSPN, 7, func(r *nearby.Request) { r.Frame, r.Answer.Frame = 98, 99 })), want: "client-chose-ntlm inferred"},

		{name: "no Kerberos was to be had", script: played("10.1.2.3", "10.1.2.9", 25, start().ehlo(ntlmOnly).auth(ntlm("NTLM", 235))), near: sawKerberos(asks("TGS", mailSPN, 7)), want: "not-offered seen"},
		{name: "NTLM inside GSSAPI", script: played("10.1.2.3", "10.1.2.9", 587, start().ehlo(gssapi).auth(ntlm("GSSAPI", 235, negotiation("NTLMSSP", "NTLMSSP")))), near: sawKerberos(asks("TGS", mailSPN, 7)), want: "spn-unknown seen"},
		{name: "Kerberos in the list without a ticket", script: played("10.1.2.3", "10.1.2.9", 587, start().ehlo(gssapi).auth(ntlm("GSSAPI", 235, negotiation("NTLMSSP", "MS-KRB5", "NTLMSSP")))), near: sawKerberos(asks("TGS", mailSPN, 7)), want: "spn-unknown seen, server-refused seen"},
		{name: "a ticket was sent all the same", script: played("10.1.2.3", "10.1.2.9", 587, start().ehlo(gssapi).auth(ntlm("GSSAPI", 235, ticketSent, negotiation("NTLMSSP", "MS-KRB5", "NTLMSSP")))), near: sawKerberos(asks("TGS", mailSPN, 7)), want: "server-refused seen"},
		{name: "a local account", script: fallback(func(a *smtpparse.Auth) { a.NTLM.Domain = "SP01" }), near: sawKerberos(asks("TGS", mailSPN, 7)), want: "local-account seen, spn-unknown seen"},
	})
}

func TestCauseNamesOfTheServer(t *testing.T) {
	reverse := sawKerberos(asks("TGS", "SMTPSVC/host9.contoso.test", 7)).named("mail.contoso.test", "mail.contoso.test", 1)
	reverse.Reverse = []nearby.ReverseName{{Frame: 3, Time: noon, Name: "host9.contoso.test"}}
	exchange := func() *script { return fallback().with(exchangeGreeting) }
	checkBeside(t, []besideCase{
		{name: "an alias", near: sawKerberos(asks("TGS", "SMTPSVC/mail.contoso.test", 7)).named("mail.contoso.test", "ex01.contoso.test", 1), want: "spn-unknown seen", text: "mail.contoso.test is an alias of ex01.contoso.test"},
		{name: "the name of the address", near: reverse, want: "spn-unknown seen", text: "rdns = false"},
		{name: "a load balancer", script: exchange(), near: sawKerberos(asks("TGS", "SMTPSVC/mail.contoso.test", 7)).named("mail.contoso.test", "mail.contoso.test", 3), want: "spn-unknown seen", next: "the alternate service account"},
		{name: "registered for HTTP only", near: sawKerberos(asks("TGS", "HTTP/mail.contoso.test", 0), asks("TGS", "SMTPSVC/mail.contoso.test", 7)).named("mail.contoso.test", "mail.contoso.test", 1), want: "spn-unknown seen", text: "it has a ticket for HTTP/mail.contoso.test (frame 2), so only the SPN for mail is missing"},
		{name: "one of several machines refuses the ticket", script: played("10.1.2.3", "10.1.2.9", 587, start().ehlo(gssapi).auth(kerberos(535))), near: sawKerberos().named("mail.contoso.test", "mail.contoso.test", 2), want: "wrong-account inferred", text: "the server's name leads to 2 addresses"},
	})
}

func TestCauseOfReferrals(t *testing.T) {
	const other = "FABRIKAM.TEST"
	checkBeside(t, []besideCase{
		{name: "unknown in the other realm", near: sawKerberos(asks("TGS", mailSPN, 0, referral(other)), asks("TGS", mailSPN, 7, inRealm(other))), want: "spn-unknown seen", text: "in realm FABRIKAM.TEST, to which CONTOSO.TEST had referred it (frame 2), at"},
		{name: "got in the other realm", near: sawKerberos(asks("TGS", mailSPN, 0, referral(other)), asks("TGS", mailSPN, 0, inRealm(other))), want: "client-chose-ntlm seen"},
		{name: "a referral mends nothing", near: sawKerberos(asks("TGS", mailSPN, 7), asks("TGS", mailSPN, 0, referral(other))), want: "spn-unknown seen, kdc-unreachable inferred"},
		{name: "nobody asked there", near: sawKerberos(asks("TGS", mailSPN, 0, referral(other))), want: "kdc-unreachable inferred", text: "referred the client to realm FABRIKAM.TEST", next: "nltest /dsgetdc:FABRIKAM.TEST"},
		{name: "its KDC does not answer", near: sawKerberos(asks("TGS", mailSPN, 0, referral(other))).unreachable(nearby.Unreachable{Transport: "tcp", Frame: 3, Tries: 2}), want: "kdc-unreachable seen"},
		{name: "its KDC is asked and does not answer", near: sawKerberos(asks("TGS", mailSPN, 0, referral(other)), asks("TGS", mailSPN, 0, inRealm(other), lacksAnswer)).unreachable(nearby.Unreachable{Transport: "udp", Frame: 3, Tries: 2}), want: "kdc-unreachable seen", text: "the KDC 10.1.2.1 in realm FABRIKAM.TEST, to which CONTOSO.TEST had referred it (frame 2), by udp"},
		{name: "no trust", near: sawKerberos(asks("TGS", "krbtgt/FABRIKAM.TEST", 7)), want: "kdc-refused inferred", text: "there is no trust between the realms", next: "nltest /domain_trusts"},
		{name: "no trust, and the service is unknown", near: sawKerberos(asks("TGS", mailSPN, 7), asks("TGS", "krbtgt/FABRIKAM.TEST", 7)), want: "spn-unknown seen"},
	})
}

func TestCauseKDCUnreachable(t *testing.T) {
	silent := nearby.Unreachable{Transport: "tcp", Frame: 3, Tries: 2}
	srv := func(f nearby.Failure) *beside {
		f.Frame, f.Time, f.Asked, f.Type = 3, noon, "_kerberos._tcp.contoso.test", "SRV"
		return &beside{Failures: []nearby.Failure{f}, SawDNS: true, Since: noon}
	}
	foundOtherwise := srv(nearby.Failure{Error: "NXDOMAIN"})
	foundOtherwise.SawKerberos = true
	checkBeside(t, []besideCase{
		{name: "no answer", near: sawKerberos().unreachable(silent), want: "kdc-unreachable seen", text: "did not answer 2 tries"},
		{name: "no answer to one connection, which TCP tries again by itself", near: sawKerberos().unreachable(nearby.Unreachable{Transport: "tcp", Frame: 3, Tries: 1}), want: "kdc-unreachable seen", text: "did not answer 1 try"},
		{name: "no answer to one datagram", near: sawKerberos().unreachable(nearby.Unreachable{Transport: "udp", Frame: 3, Tries: 1}), want: "kdc-unreachable inferred", text: "did not answer 1 try"},
		{name: "refused", near: sawKerberos().unreachable(nearby.Unreachable{Transport: "tcp", Frame: 3, Tries: 1, Refused: true}), want: "kdc-unreachable seen", text: "nothing listens there"},
		{name: "took the connection", near: sawKerberos().unreachable(nearby.Unreachable{Transport: "tcp", Frame: 3, Tries: 1, Taken: true}), want: "kdc-unreachable seen", text: "which took the connection and did not answer; then", next: "The port is open"},
		{name: "took connections", near: sawKerberos().unreachable(nearby.Unreachable{Transport: "tcp", Frame: 3, Tries: 2, Taken: true}), want: "kdc-unreachable seen", text: "did not answer 2 requests"},
		{name: "took the connection and gave it up", near: sawKerberos().unreachable(nearby.Unreachable{Transport: "tcp", Frame: 3, Tries: 1, Taken: true, Refused: true}), want: "kdc-unreachable seen", text: "took the connection and reset it without an answer"},
		{name: "ICMP of its host", near: sawKerberos().unreachable(nearby.Unreachable{Transport: "udp", Frame: 3, Tries: 1, ICMP: &nearby.ICMP{Frame: 4, From: netip.MustParseAddr("10.1.2.1"), Error: "port-unreachable"}}), want: "kdc-unreachable seen", text: `whose host said "port unreachable" (ICMP, frame 4)`, next: "Test-NetConnection"},
		{name: "ICMP of a firewall", near: sawKerberos().unreachable(nearby.Unreachable{Transport: "tcp", Frame: 3, Tries: 1, ICMP: &nearby.ICMP{Frame: 4, From: netip.MustParseAddr("10.1.2.254"), Error: "host-administratively-prohibited"}}), want: "kdc-unreachable seen", text: `of which 10.1.2.254 on the way said "host administratively prohibited" (ICMP, frame 4)`, next: "Let the firewall at 10.1.2.254 pass UDP and TCP port 88 from 10.1.2.3 to 10.1.2.1"},
		{name: "two KDCs, one of them twice", near: sawKerberos().unreachable(silent).unreachable(nearby.Unreachable{Transport: "udp", Frame: 4, Tries: 1}).unreachable(nearby.Unreachable{KDC: netip.MustParseAddrPort("10.1.2.2:88"), Transport: "udp", Frame: 5, Tries: 1}), want: "kdc-unreachable seen", text: "did not answer 2 tries, and 1 other KDC was asked in vain; then"},
		{name: "one datagram, and then TCP", near: sawKerberos().unreachable(nearby.Unreachable{Transport: "udp", Frame: 2, Tries: 1}).unreachable(silent), want: "kdc-unreachable seen", text: "by tcp (frame 3)"},
		{name: "one datagram", near: sawKerberos().unreachable(nearby.Unreachable{Transport: "udp", Frame: 3, Tries: 1}), want: "kdc-unreachable inferred"},
		{name: "too big for UDP", near: sawKerberos(asks("TGS", mailSPN, 52)).unreachable(silent), want: "kdc-unreachable seen", text: "by UDP it had said that its answer is too big, frame 2"},
		{name: "answered by another KDC", near: sawKerberos(asks("TGS", mailSPN, 7, func(r *nearby.Request) { r.Frame, r.Answer.Frame = 4, 5 })).unreachable(silent), want: "spn-unknown seen"},
		{name: "answered by a KDC of another realm", near: sawKerberos(asks("TGS", "SMTPSVC/other.contoso.test", 7, early, func(r *nearby.Request) { r.Frame, r.Answer.Frame = 4, 5 })).unreachable(nearby.Unreachable{Transport: "tcp", Realm: "FABRIKAM.TEST", Frame: 3, Tries: 2}), want: "kdc-unreachable seen"},
		{name: "one direction only", script: fallback().with(oneSided), near: sawKerberos().unreachable(silent), want: "client-chose-ntlm inferred"},
		{name: "after the login", near: sawKerberos().unreachable(nearby.Unreachable{Transport: "tcp", Frame: 99, Tries: 2}), want: "client-chose-ntlm inferred"},
		{name: "DNS knows no KDC", near: srv(nearby.Failure{Error: "NXDOMAIN"}), want: "kdc-unreachable inferred, target-is-ip possible", text: "(_kerberos._tcp.contoso.test, frame 3) and was told NXDOMAIN", next: "nslookup -type=SRV _kerberos._tcp.contoso.test"},
		{name: "DNS does not answer", near: srv(nearby.Failure{Tries: 3}), want: "kdc-unreachable inferred, target-is-ip possible", text: "got no answer to 3 tries"},
		{name: "a KDC was found all the same", near: foundOtherwise, want: "client-chose-ntlm inferred, target-is-ip possible"},
	})
}

func TestCauseNothingResolved(t *testing.T) {
	saw := func(since time.Duration) *beside { return &beside{SawDNS: true, Since: noon.Add(-since)} }
	reverse := saw(time.Minute)
	reverse.Reverse = []nearby.ReverseName{{Frame: 3, Name: "host9.contoso.test"}}
	checkBeside(t, []besideCase{
		{name: "the capture began shortly before", near: saw(time.Minute), want: "client-chose-ntlm inferred, target-is-ip possible"},
		{name: "half an hour before", near: saw(30 * time.Minute), want: "target-is-ip inferred, client-chose-ntlm inferred", text: "No answer of DNS in this capture gave the client the address 10.1.2.9", next: "setspn -Q"},
		{name: "DNS is not in the capture", near: &beside{SawKerberos: true, Since: noon.Add(-time.Hour)}, want: "client-chose-ntlm inferred"},
		{name: "a name led there", near: saw(time.Hour).named("mail.contoso.test", "mail.contoso.test", 1), want: "client-chose-ntlm inferred"},
		{name: "the client asked for the name of the address", near: reverse, want: "client-chose-ntlm inferred"},
		{name: "the client said its target", script: fallback(target("SMTPSVC/mail.contoso.test")), near: saw(time.Hour), want: "client-chose-ntlm inferred"},
		{name: "the client said its target, an address", script: fallback(target("SMTPSVC/10.1.2.9")), near: saw(time.Minute), want: "target-is-ip seen, client-chose-ntlm inferred"},
		{name: "the session began before the capture", script: fallback().with(func(s *smtpparse.Session) { s.Quality.Midstream = true }), near: saw(time.Hour), want: "client-chose-ntlm inferred"},
		{name: "a ticket was sent", script: played("10.1.2.3", "10.1.2.9", 587, start().ehlo(gssapi).auth(kerberos(535))), near: saw(time.Hour), want: "wrong-account inferred"},
	})
}
