package verdict

import (
	"flag"
	"fmt"
	"net/netip"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"smtpscope/authtoken"
	"smtpscope/pcaps"
	"smtpscope/smtpparse"
	"smtpscope/tlsparse"
)

var update = flag.Bool("update", false, "write docs/findings.md anew")

// play gives a change of a session as a script's step.
func oddity(kinds ...smtpparse.AnomalyKind) func(*smtpparse.Session) {
	return func(s *smtpparse.Session) {
		for i, k := range kinds {
			s.Anomalies = append(s.Anomalies, smtpparse.Anomaly{Kind: k, Frame: int64(4 + i)})
		}
	}
}

// letter changes the addresses of the last message.
func letter(from, to string) func(*smtpparse.Session) {
	return func(s *smtpparse.Session) {
		m := s.Messages[len(s.Messages)-1]
		m.MailFrom, m.RcptTo[0].Address = from, to
	}
}

// pauses takes the time of what is said from a frame on.
func pauses(frame int64, pause time.Duration) func(*smtpparse.Session) {
	return func(s *smtpparse.Session) {
		for i := range s.Dialogue {
			l := &s.Dialogue[i]
			l.Time = noon
			if l.Frame >= frame {
				l.Time = noon.Add(pause)
			}
			s.End = l.Time.Add(longPause)
		}
		for _, a := range s.Auth {
			for i := range a.Steps {
				a.Steps[i].Time = noon
			}
		}
	}
}

// secure begins TLS that is read, with facts of its handshake.
func secure(changes ...func(*tlsparse.Facts)) *script {
	sc := start().starttls(true, 900, 3000)
	for _, change := range changes {
		change(&sc.s.TLS.Facts)
	}
	return sc
}

// certificate is one that is well, but for a change.
func certificate(change func(*tlsparse.Certificate)) func(*tlsparse.Facts) {
	c := &tlsparse.Certificate{
		CommonName: "mx.contoso.test", NotBefore: noon.Add(-time.Hour), NotAfter: noon.Add(time.Hour),
		KeyType: "RSA", KeyBits: 2048, Signature: "SHA256-RSA",
	}
	if change != nil {
		change(c)
	}
	return func(f *tlsparse.Facts) { f.ServerCertificates = []*tlsparse.Certificate{c} }
}

func (sc *script) ask(verb string, code int, text string) *script {
	sc.say(verb).next()
	return sc.reply(code, text)
}

// Each entry of the catalogue fires in one session and does not in another one that
// is much like it.
func TestCatalogueFires(t *testing.T) {
	etype := func(name string) option { return func(a *smtpparse.Auth) { a.Kerberos.TicketEtype = name } }
	version := func(v string) option { return func(a *smtpparse.Auth) { a.NTLM.Version = v } }
	absent := func(a *smtpparse.Auth) { a.NTLM.ChannelBinding = "absent" }
	present := func(a *smtpparse.Auth) { a.NTLM.ChannelBinding = "present" }
	noMIC := func(a *smtpparse.Auth) { a.NTLM.MIC = false }
	tls, plain, size := []string{"STARTTLS"}, []string{"AUTH", "PLAIN"}, []string{"SIZE", "90"}
	long := func(n int) func(*smtpparse.Session) {
		return func(s *smtpparse.Session) { s.Dialogue[len(s.Dialogue)-2].Text = strings.Repeat("x", n) }
	}
	octets := func(n int64) func(*smtpparse.Session) {
		return func(s *smtpparse.Session) { s.Messages[0].Bytes = n }
	}
	for _, tc := range []struct {
		id           string
		fires, quiet *script
	}{
		{id: "clear-password", fires: start().auth(sasl("PLAIN", "plain", 535)), quiet: start().starttls(true, 900, 3000).auth(sasl("PLAIN", "plain", 235))},
		{id: "clear-token", fires: start().auth(sasl("XOAUTH2", "xoauth2", 235)), quiet: start().starttls(true, 900, 3000).auth(sasl("XOAUTH2", "xoauth2", 235))},
		{id: "ntlmv1", fires: start().auth(ntlm("NTLM", 235, version("NTLMv1"))), quiet: start().auth(ntlm("NTLM", 235))},
		{id: "lm-response", fires: start().auth(ntlm("NTLM", 535, version("LM only"))), quiet: start().auth(ntlm("NTLM", 535, version("NTLMv1")))},
		{id: "des-ticket", fires: start().auth(kerberos(235, etype("des3-cbc-sha1-kd"))), quiet: start().auth(kerberos(235))},
		{id: "starttls-stripped", fires: start().with(oddity(smtpparse.STARTTLSStripped)).quit(), quiet: start().ehlo(tls).quit()},
		{id: "starttls-injection", fires: start().with(oddity(smtpparse.ReplyAfterSTARTTLS)).quit(), quiet: start().starttls(true, 900, 3000).quit()},
		{id: "plaintext-after-starttls", fires: start().with(oddity(smtpparse.PlainAfterSTARTTLS)).quit(), quiet: start().starttls(false, 900, 3000)},
		{id: "smuggling", fires: start().with(oddity(smtpparse.DotEndSmuggling)).quit(), quiet: start().with(oddity(smtpparse.BareLF)).quit()},
		{id: "rc4-ticket", fires: start().auth(kerberos(235, etype("rc4-hmac"))), quiet: start().auth(kerberos(235))},
		{id: "weak-mechanism-offered-before-tls", fires: start().ehlo(plain).quit(), quiet: start().starttls(true, 900, 3000).ehlo(plain).quit()},
		{id: "anonymous-login", fires: start().auth(sasl("ANONYMOUS", "anonymous", 235)), quiet: start().auth(sasl("ANONYMOUS", "anonymous", 535))},
		{id: "anonymous-ntlm", fires: start().auth(ntlm("NTLM", 235, version("anonymous"))), quiet: start().auth(ntlm("NTLM", 535, version("anonymous")))},
		{id: "anonymous-relay", fires: start().with(port25).mail(250, 250).with(letter("app@contoso.test", "bob@example.com")), quiet: start().with(port25).mail(250, 250).with(letter("eve@example.net", "bob@example.com"))},
		{id: "anonymous-relay", fires: start().mail(250, 250).with(letter("eve@example.net", "bob@example.com")), quiet: start().mail(250, 250).with(letter("eve@example.net", "bob@EU.Contoso.test"))},
		{id: "anonymous-relay", fires: start().with(port25).auth(ntlm("NTLM", 535)).mail(250, 250).with(letter("app@ex01.contoso.test", "bob@example.com")), quiet: start().with(port25).auth(ntlm("NTLM", 235)).mail(250, 250).with(letter("app@contoso.test", "bob@example.com"))},
		{id: "anonymous-relay", fires: start().with(port25).mail(250, 250).with(letter("a@contoso.test", "b@notcontoso.test")), quiet: start().with(port25).mail(550, 0).with(letter("a@contoso.test", "b@example.com"))},
		{id: "mail-after-failed-auth", fires: start().auth(ntlm("NTLM", 535)).mail(250, 250), quiet: start().auth(ntlm("NTLM", 535)).mail(550, 0)},
		{id: "conflicting-overlaps", fires: start().quit().with(func(s *smtpparse.Session) { s.Quality.ConflictingOverlaps = 1 }), quiet: start().quit().with(func(s *smtpparse.Session) { s.Quality.Retransmissions = 1 })},
		{id: "no-channel-binding", fires: start().starttls(true, 900, 3000).auth(ntlm("NTLM", 235, absent)), quiet: start().starttls(true, 900, 3000).auth(ntlm("NTLM", 235, present))},
		{id: "kerberos-no-channel-binding", fires: start().starttls(true, 900, 3000).auth(kerberos(235, opened(authtoken.Opened{ChannelBinding: "zero"}))), quiet: start().starttls(true, 900, 3000).auth(kerberos(235, opened(authtoken.Opened{ChannelBinding: "present"})))},
		{id: "kerberos-no-channel-binding", fires: start().starttls(true, 900, 3000).auth(kerberos(235, opened(authtoken.Opened{ChannelBinding: "absent"}))), quiet: start().auth(kerberos(235, opened(authtoken.Opened{ChannelBinding: "zero"})))},
		{id: "keytab-mismatch", fires: start().auth(kerberos(235, opened(authtoken.Opened{Fault: authtoken.FaultWrongKey, Problem: "another key"}))), quiet: start().auth(kerberos(235, opened(authtoken.Opened{Client: "alice@CONTOSO.TEST"})))},
		{id: "delegated-ticket", fires: start().auth(kerberos(235, opened(authtoken.Opened{Delegated: true}))), quiet: start().auth(kerberos(235, opened(authtoken.Opened{})))},
		{id: "no-mic", fires: start().auth(ntlm("NTLM", 235, noMIC)), quiet: start().auth(ntlm("NTLM", 535, noMIC))},
		{id: "no-mic", fires: start().auth(ntlm("GSSAPI", 235, noMIC)), quiet: start().auth(ntlm("NTLM", 235, noMIC, version("anonymous")))},
		{id: "starttls-not-used", fires: start().ehlo(tls).mail(250, 250), quiet: start().ehlo(tls).mail(550, 0)},
		{id: "starttls-not-used", fires: start().ehlo(tls).auth(ntlm("NTLM", 535)), quiet: start().ehlo(tls).starttls(false, 900, 3000)},
		{id: "starttls-not-used", fires: start().ehlo(tls).auth(kerberos(235)), quiet: start().ehlo().auth(kerberos(235)).mail(250, 250)},
		{id: "addresses-confirmed", fires: start().ask("VRFY", 250, "Alice <alice@contoso.test>").quit(), quiet: start().ask("VRFY", 252, "try it").quit()},
		{id: "addresses-confirmed", fires: start().ask("EXPN", 250, "a@b").quit(), quiet: start().say("NOOP").say("VRFY").answer(250).answer(252).quit()},
		{id: "oversize-line", fires: start().ask("MAIL", 500, "").with(long(2049)).quit(), quiet: start().quit().with(long(500))},
		{id: "oversize-line", fires: start().with(oddity(smtpparse.LongLine)).quit(), quiet: start().quit()},
		{id: "size-exceeded", fires: start().ask("MAIL", 552, "5.3.4 Message size exceeds fixed limit").quit(), quiet: start().ask("MAIL", 552, "5.2.2 mailbox full").quit()},
		{id: "size-exceeded", fires: start().ehlo(size).mail(250, 552).with(octets(100)), quiet: start().ehlo(size).mail(250, 250).with(octets(90))},
		{id: "slow-greeting", fires: start().quit().with(pauses(4, 6*time.Second)), quiet: start().quit().with(pauses(5, 6*time.Second))},
		{id: "slow-auth", fires: start().auth(ntlm("NTLM", 235)).with(pauses(9, 6*time.Second)), quiet: start().auth(ntlm("NTLM", 235)).with(pauses(9, 4*time.Second))},
		{id: "capture-lossy", fires: start().gap("client").quit(), quiet: start().quit()},
		{id: "capture-one-sided", fires: start().quit().with(oneSided), quiet: start().quit()},
		{id: "auth-over-old-tls", fires: secure(func(f *tlsparse.Facts) { f.Version = "TLS 1.1" }).auth(ntlm("NTLM", 235)), quiet: secure(func(f *tlsparse.Facts) { f.Version = "TLS 1.1" }).mail(250, 250)},
		{id: "tls-old-version", fires: secure(func(f *tlsparse.Facts) { f.Version = "TLS 1.0" }), quiet: secure(func(f *tlsparse.Facts) { f.Version = "TLS 1.2" })},
		{id: "tls-weak-suite", fires: secure(func(f *tlsparse.Facts) { f.CipherSuite, f.Weakness = "TLS_RSA_WITH_RC4_128_MD5", "RC4 is broken" }), quiet: secure(func(f *tlsparse.Facts) { f.CipherSuite = "TLS_AES_128_GCM_SHA256" })},
		{id: "tls-handshake-failed", fires: secure(func(f *tlsparse.Facts) { f.Outcome = tlsparse.Failed }), quiet: secure(func(f *tlsparse.Facts) {})},
		{id: "tls-cert-expired", fires: secure(certificate(func(c *tlsparse.Certificate) { c.NotAfter = noon.Add(-time.Hour) })), quiet: secure(certificate(nil))},
		{id: "tls-cert-not-yet-valid", fires: secure(certificate(func(c *tlsparse.Certificate) { c.NotBefore = noon.Add(time.Hour) })), quiet: secure(certificate(nil))},
		{id: "tls-cert-weak-key", fires: secure(certificate(func(c *tlsparse.Certificate) { c.KeyBits = 1024 })), quiet: secure(certificate(nil))},
		{id: "tls-cert-weak-signature", fires: secure(certificate(func(c *tlsparse.Certificate) { c.Signature = "SHA1-RSA" })), quiet: secure(certificate(nil))},
		{id: "tls-cert-self-signed", fires: secure(certificate(func(c *tlsparse.Certificate) { c.SelfSigned = true })), quiet: secure(certificate(nil))},
		{id: "tls-cert-mismatch", fires: secure(certificate(nil), func(f *tlsparse.Facts) { f.NameMatch, f.CheckedName = "mismatch", "mx" }), quiet: secure(certificate(nil), func(f *tlsparse.Facts) { f.NameMatch, f.CheckedName = "match", "mx" })},
	} {
		t.Run(tc.id, func(t *testing.T) {
			firesIn := func(sc *script) bool {
				_, found := Judge(sc.s)
				return slices.ContainsFunc(found, func(f Finding) bool { return f.ID == tc.id })
			}
			if !firesIn(tc.fires) {
				_, found := Judge(tc.fires.s)
				t.Errorf("it does not fire: %+v", found)
			}
			if firesIn(tc.quiet) {
				t.Error("it fires where it must not")
			}
		})
		tested[tc.id] = true
	}
	for _, k := range Catalogue {
		if !k.Across && !tested[k.ID] {
			t.Errorf("%s has no session in which it fires", k.ID)
		}
	}
}

var tested = map[string]bool{}

func TestCatalogueIsWhole(t *testing.T) {
	last := 0
	seen := map[string]bool{}
	for _, k := range Catalogue {
		rank := slices.Index(severities, k.Severity)
		switch {
		case rank < 0 || k.Worse != "" && slices.Index(severities, k.Worse) < 0:
			t.Errorf("%s: severity %q, %q", k.ID, k.Severity, k.Worse)
		case k.Title == "" || k.Why == "" || k.Fix == "" || k.Reference == "":
			t.Errorf("%s lacks words", k.ID)
		case seen[k.ID]:
			t.Errorf("%s stands twice", k.ID)
		}
		if worst := slices.Index(severities, k.Worse); k.Worse != "" {
			rank = worst
		}
		if rank < last {
			t.Errorf("%s is worse than what stands before it", k.ID)
		}
		last, seen[k.ID] = rank, true
	}
}

// Document: docs/findings.md is made of the catalogue.
func TestDocumentOfCatalogue(t *testing.T) {
	const name = "../docs/findings.md"
	var b strings.Builder
	b.WriteString("# Findings\n\nWhat smtpscope points out besides the verdict. Identifiers are stable: filters (`finding:ntlmv1`), records and reports name them.\n" +
		"This page is made of verdict/catalogue.go.\n\n| finding | severity | in short |\n|---|---|---|\n")
	severity := func(k Kind) string {
		if k.Worse != "" {
			return k.Severity + ", " + k.Worse
		}
		return k.Severity
	}
	for _, k := range Catalogue {
		fmt.Fprintf(&b, "| [%s](#%s) | %s | %s |\n", k.ID, k.ID, severity(k), k.Title)
	}
	for _, k := range Catalogue {
		fmt.Fprintf(&b, "\n## %s\n\n**%s** (%s", k.ID, k.Title, severity(k))
		if k.Across {
			b.WriteString("; seen over several sessions: in the summary")
		}
		fmt.Fprintf(&b, "). %s\n\nWhat to do: %s\n\nReference: %s.\n", k.Why, k.Fix, k.Reference)
	}
	if *update {
		if err := os.WriteFile(name, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(name)
	if err != nil || string(got) != b.String() {
		t.Errorf("%s is not what the catalogue says (%v): go test ./verdict -run Document -update", name, err)
	}
}

// A crowd is many sessions for an Across.
func crowd(n int, one func(i int) *script) *Across {
	x := new(Across)
	for i := range n {
		s := one(i).s
		s.Start, s.End = noon.Add(time.Duration(i)*time.Minute), noon.Add(time.Duration(i+1)*time.Minute)
		if !s.Client.IP.IsValid() {
			s.Client.IP = netip.AddrFrom4([4]byte{10, 0, 0, 1})
		}
		s.Server.IP = netip.AddrFrom4([4]byte{10, 0, 9, 9})
		v, _ := Judge(s)
		x.Add(int64(i+1), AppendTraits(nil, s, v.State))
	}
	return x
}

func TestAcross(t *testing.T) {
	from := func(i int) func(*smtpparse.Session) {
		return func(s *smtpparse.Session) { s.Client.IP = netip.AddrFrom4([4]byte{10, 1, 0, byte(i)}) }
	}
	refused := func(code int) func(int) *script {
		return func(i int) *script {
			a := ntlm("NTLM", code)
			a.NTLM.User = fmt.Sprint("user", i)
			return start().auth(a)
		}
	}
	letters := func(from string) func(int) *script {
		return func(i int) *script {
			return start().with(port25).mail(250, 250).with(letter(fmt.Sprintf("a@s%d.%s", i%3, from), fmt.Sprintf("b@d%d.example", i)))
		}
	}
	for _, tc := range []struct {
		name string
		x    *Across
		want string // identifiers, texts of them
	}{
		{name: "password-guessing", x: crowd(12, refused(535)), want: "password-guessing 12: 10.0.0.1 had 12 logins refused with 535, for 12 users"},
		{name: "nine refusals", x: crowd(9, refused(535))},
		{name: "refused for other reasons", x: crowd(12, refused(454))},
		{name: "guessed", x: crowd(12, func(i int) *script {
			if i == 11 {
				return start().auth(ntlm("NTLM", 235))
			}
			return refused(535)(i)
		}), want: "password-guessing 12: 10.0.0.1 had 11 logins refused with 535, for 11 users, and 1 login accepted"},
		{name: "one user from many clients", x: crowd(6, func(i int) *script { return start().with(from(i)).auth(ntlm("NTLM", 235)) }), want: `user-from-many-clients 6: contoso\alice logged in from 6 addresses, among them 10.1.0.0, 10.1.0.1, 10.1.0.2, 10.1.0.3, 10.1.0.4`},
		{name: "one user from few clients", x: crowd(40, func(i int) *script { return start().with(from(i % 4)).auth(ntlm("NTLM", 235)) })},
		{name: "open relay", x: crowd(12, letters("example.net")), want: "open-relay 12: The server 10.0.9.9:25 took mail without a login for 12 domains from 3 domains, and none of them is its own by its name; among them d0.example, d1.example, d2.example, d3.example, d4.example"},
		{name: "relay for its own senders", x: crowd(12, letters("contoso.test"))},
		{name: "nothing", x: crowd(3, func(int) *script { return start().quit() })},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got := ""
			found, _ := tc.x.Findings()
			for _, f := range found {
				got += fmt.Sprintf("%s %d: %s", f.ID, f.Sessions, f.Text)
				if f.FirstSession != 1 || !f.Start.Equal(noon) || f.Next == "" || f.Severity != KindOf(f.ID).Severity {
					t.Errorf("finding = %+v", f)
				}
			}
			if got != tc.want {
				t.Errorf("got  %s\nwant %s", got, tc.want)
			}
		})
	}
}

// The memory of an Across is bounded, and it says when a bound was reached. What is
// a finding already is kept, and the clients of today are seen after those of weeks.
func TestAcrossIsBounded(t *testing.T) {
	x := new(Across)
	s := start().auth(ntlm("NTLM", 535)).s
	s.Server.IP = netip.AddrFrom4([4]byte{10, 0, 9, 9})
	sessions := 0
	logins := func(client [4]byte, n int) {
		s.Client.IP = netip.AddrFrom4(client)
		s.End = s.End.Add(time.Second)
		for range n {
			sessions++
			x.Add(int64(sessions), AppendTraits(nil, s, Failed))
		}
	}
	logins([4]byte{10, 255, 0, 1}, guessRefusals)
	for i := range 3 * acrossKeys {
		logins([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)}, 1)
		if len(x.clients) > acrossKeys {
			t.Fatalf("%d clients after %d", len(x.clients), i)
		}
	}
	logins([4]byte{10, 255, 0, 2}, guessRefusals)
	if x.Dropped < 2*acrossKeys {
		t.Errorf("%d clients forgotten", x.Dropped)
	}
	found, unlisted := x.Findings()
	if len(found) != 2 || unlisted != 0 || !strings.HasPrefix(found[0].Text, "10.255.0.1 ") || !strings.HasPrefix(found[1].Text, "10.255.0.2 ") {
		t.Errorf("found %+v, %d not listed", found, unlisted)
	}
	for i := range 150 {
		logins([4]byte{10, 254, 0, byte(i)}, guessRefusals+i)
	}
	found, unlisted = x.Findings()
	if len(found) != acrossListed || unlisted != 52 || found[0].Sessions != guessRefusals+50 {
		t.Errorf("%d found, the first in %d sessions, %d not listed", len(found), found[0].Sessions, unlisted)
	}
}

// Whatever is found in the recorded captures is in the catalogue, with a severity
// that it names.
func TestRecordedFindingsAreInTheCatalogue(t *testing.T) {
	for _, s := range pcaps.Sessions[smtpparse.Session](t) {
		_, found := Judge(s)
		for _, f := range found {
			if k := KindOf(f.ID); k == nil || f.Severity != k.Severity && f.Severity != k.Worse {
				t.Errorf("%s, %s: %+v", f.ID, f.Severity, k)
			}
		}
	}
}
