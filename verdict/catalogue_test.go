package verdict

import (
	"flag"
	"fmt"
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

// oddity is a change of a session as a script's step: the parser noted something.
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
	inside := func(name string) option { return func(a *smtpparse.Auth) { a.Kerberos.AuthenticatorEtype = name } }
	unsaid := func(a *smtpparse.Auth) { a.SASL.Password = "" }
	version := func(v string) option { return func(a *smtpparse.Auth) { a.NTLM.Version = v } }
	absent := func(a *smtpparse.Auth) { a.NTLM.ChannelBinding = "absent" }
	present := func(a *smtpparse.Auth) { a.NTLM.ChannelBinding = "present" }
	noMIC := func(a *smtpparse.Auth) { a.NTLM.MIC = false }
	tls, plain, size := []string{"STARTTLS"}, []string{"AUTH", "PLAIN"}, []string{"SIZE", "90"}
	long := func(n int) func(*smtpparse.Session) {
		return func(s *smtpparse.Session) { s.Dialogue[len(s.Dialogue)-2].Text = strings.Repeat("x", n) }
	}
	spoke := func(v string) func(*tlsparse.Facts) { return func(f *tlsparse.Facts) { f.Version = v } }
	certified := func(what string) func(*tlsparse.Facts) {
		return func(f *tlsparse.Facts) { f.ClientCertificate = what }
	}
	weak := func(f *tlsparse.Facts) { f.CipherSuite, f.Weakness = "TLS_RSA_WITH_RC4_128_MD5", "RC4 is broken" }
	failed := func(f *tlsparse.Facts) { f.Outcome = tlsparse.Failed }
	selfSigned := func(c *tlsparse.Certificate) { c.SelfSigned = true }
	xclient := func(attribute string) func(*smtpparse.Session) {
		return func(s *smtpparse.Session) {
			s.ProxiedClient = "192.0.2.7"
			s.Dialogue = append(s.Dialogue, smtpparse.Line{From: "client", Kind: smtpparse.LineCommand, Verb: "XCLIENT", Text: "XCLIENT ADDR=192.0.2.7 " + attribute},
				smtpparse.Line{From: "server", Kind: smtpparse.LineReply, Code: 220})
		}
	}
	betweenExchanges := func(s *smtpparse.Session) { s.TLS.Via = "x-anonymoustls" }
	octets := func(n int64) func(*smtpparse.Session) {
		return func(s *smtpparse.Session) { s.Messages[0].Bytes = n }
	}
	for _, tc := range []struct {
		id           string
		fires, quiet *script
	}{
		// Secrets and logins.
		{id: "clear-password", fires: start().auth(sasl("PLAIN", "plain", 535)), quiet: secure().auth(sasl("PLAIN", "plain", 235))},
		{id: "clear-password", fires: start().auth(sasl("LOGIN", "login", 235)), quiet: start().auth(sasl("LOGIN", "login", 535, unsaid))},
		{id: "clear-token", fires: start().auth(sasl("XOAUTH2", "xoauth2", 235)), quiet: secure().auth(sasl("XOAUTH2", "xoauth2", 235))},
		{id: "weak-mechanism-offered-before-tls", fires: start().ehlo(plain).quit(), quiet: secure().ehlo(plain).quit()},
		{id: "weak-mechanism-offered-before-tls", fires: start().ehlo([]string{"AUTH", "GSSAPI", "xoauth2"}).quit(), quiet: start().ehlo([]string{"AUTH", "GSSAPI", "NTLM", "CRAM-MD5"}).quit()},
		{id: "anonymous-login", fires: start().auth(sasl("ANONYMOUS", "anonymous", 235)), quiet: start().auth(sasl("ANONYMOUS", "anonymous", 535))},
		{id: "ntlmv1", fires: start().auth(ntlm("NTLM", 235, version("NTLMv1"))), quiet: start().auth(ntlm("NTLM", 235))},
		{id: "ntlmv1", fires: start().auth(ntlm("GSSAPI", 535, version("NTLMv1 with session security"))), quiet: start().auth(ntlm("GSSAPI", 235, version("anonymous")))},
		{id: "lm-response", fires: start().auth(ntlm("NTLM", 535, version("LM only"))), quiet: start().auth(ntlm("NTLM", 535, version("NTLMv1")))},
		{id: "anonymous-ntlm", fires: start().auth(ntlm("NTLM", 235, version("anonymous"))), quiet: start().auth(ntlm("NTLM", 535, version("anonymous")))},
		{id: "no-mic", fires: start().auth(ntlm("NTLM", 235, noMIC)), quiet: start().auth(ntlm("NTLM", 535, noMIC))},
		{id: "no-mic", fires: start().auth(ntlm("GSSAPI", 235, noMIC)), quiet: start().auth(ntlm("NTLM", 235, noMIC, version("anonymous")))},
		{id: "no-channel-binding", fires: secure().auth(ntlm("NTLM", 235, absent)), quiet: secure().auth(ntlm("NTLM", 235, present))},
		{id: "no-channel-binding", fires: secure().auth(ntlm("GSSAPI", 235, absent)), quiet: start().auth(ntlm("GSSAPI", 235, absent))},
		{id: "no-channel-binding", fires: secure().auth(ntlm("NTLM", 535)).auth(ntlm("NTLM", 235, absent)), quiet: secure().auth(ntlm("NTLM", 535, absent))},
		{id: "mail-after-failed-auth", fires: start().auth(ntlm("NTLM", 535)).mail(250, 250), quiet: start().auth(ntlm("NTLM", 535)).mail(550, 0)},
		{id: "mail-after-failed-auth", fires: start().auth(ntlm("NTLM", 535)).mail(250, 250), quiet: start().auth(ntlm("NTLM", 535)).auth(ntlm("NTLM", 235)).mail(250, 250)},

		// Tickets.
		{id: "des-ticket", fires: start().auth(kerberos(235, etype("des3-cbc-sha1-kd"))), quiet: start().auth(kerberos(235))},
		{id: "rc4-ticket", fires: start().auth(kerberos(535, etype("rc4-hmac"))), quiet: start().auth(kerberos(235, inside("rc4-hmac")))},
		{id: "kerberos-no-channel-binding", fires: secure().auth(kerberos(235, opened(authtoken.Opened{ChannelBinding: "zero"}))), quiet: secure().auth(kerberos(235, opened(authtoken.Opened{ChannelBinding: "present"})))},
		{id: "kerberos-no-channel-binding", fires: secure().auth(kerberos(235, opened(authtoken.Opened{ChannelBinding: "absent"}))), quiet: start().auth(kerberos(235, opened(authtoken.Opened{ChannelBinding: "zero"})))},
		{id: "keytab-mismatch", fires: start().auth(kerberos(235, opened(authtoken.Opened{Fault: authtoken.FaultWrongKey, Problem: "another key"}))), quiet: start().auth(kerberos(235, opened(authtoken.Opened{Fault: authtoken.FaultDamaged, Problem: "it is damaged"})))},
		{id: "delegated-ticket", fires: start().auth(kerberos(235, opened(authtoken.Opened{Delegated: true}))), quiet: start().auth(kerberos(235, opened(authtoken.Opened{Flags: []string{"ok-as-delegate"}})))},

		// Relaying.
		{id: "anonymous-relay", fires: start().with(port25).mail(250, 250).with(letter("app@contoso.test", "bob@example.com")), quiet: start().with(port25).mail(250, 250).with(letter("eve@example.net", "bob@example.com"))},
		{id: "anonymous-relay", fires: start().mail(250, 250).with(letter("eve@example.net", "bob@example.com")), quiet: start().mail(250, 250).with(letter("eve@example.net", "bob@EU.Contoso.test"))},
		{id: "anonymous-relay", fires: start().with(port25).auth(ntlm("NTLM", 535)).mail(250, 250).with(letter("app@ex01.contoso.test", "bob@example.com")), quiet: start().with(port25).auth(ntlm("NTLM", 235)).mail(250, 250).with(letter("app@contoso.test", "bob@example.com"))},
		{id: "anonymous-relay", fires: start().with(port25).mail(250, 250).with(letter("a@contoso.test", "b@notcontoso.test")), quiet: start().with(port25).mail(550, 0).with(letter("a@contoso.test", "b@example.com"))},
		{id: "anonymous-relay", fires: start().with(port25).with(xclient("LOGIN=[UNAVAILABLE]")).mail(250, 250).with(letter("a@contoso.test", "b@example.com")), quiet: start().with(port25).with(xclient("LOGIN=<redacted>")).mail(250, 250).with(letter("a@contoso.test", "b@example.com"))},
		{id: "anonymous-relay", fires: secure(certified("declined")).mail(250, 250).with(letter("a@contoso.test", "b@example.com")), quiet: secure(certified("sent")).mail(250, 250).with(letter("a@contoso.test", "b@example.com"))},

		// The dialogue.
		{id: "starttls-stripped", fires: start().with(oddity(smtpparse.STARTTLSStripped)).quit(), quiet: start().ehlo(tls).quit()},
		{id: "starttls-injection", fires: start().with(oddity(smtpparse.ReplyAfterSTARTTLS)).quit(), quiet: secure().quit()},
		{id: "plaintext-after-starttls", fires: start().with(oddity(smtpparse.PlainAfterSTARTTLS)).quit(), quiet: start().starttls(false, 900, 3000)},
		{id: "starttls-refused", fires: start().ehlo(tls).ask("STARTTLS", 454, "4.7.0 TLS not available").quit(), quiet: start().ehlo(tls).ask("STARTTLS", 501, "5.5.4 no parameters").quit()},
		{id: "starttls-refused", fires: start().ehlo().ask("STARTTLS", 502, "5.5.1 not implemented").quit(), quiet: secure().ask("STARTTLS", 554, "5.5.1 TLS already active").quit()},
		{id: "starttls-not-used", fires: start().ehlo(tls).mail(250, 250), quiet: start().ehlo(tls).mail(550, 0)},
		{id: "starttls-not-used", fires: start().ehlo(tls).auth(ntlm("NTLM", 535)), quiet: start().ehlo(tls).starttls(false, 900, 3000)},
		{id: "starttls-not-used", fires: start().ehlo(tls).auth(kerberos(235)), quiet: start().ehlo().auth(kerberos(235)).mail(250, 250)},
		{id: "starttls-not-used", fires: start().ehlo(tls).auth(attempt("GSSAPI", "none", 504)).auth(ntlm("NTLM", 235)), quiet: start().ehlo(tls).auth(attempt("GSSAPI", "none", 504))},
		{id: "starttls-not-used", fires: start().ehlo(tls).mail(550, 0).mail(250, 250), quiet: start().ehlo(tls).ask("STARTTLS", 454, "4.7.0 TLS not available").mail(250, 250)},
		{id: "smuggling", fires: start().with(oddity(smtpparse.DotEndSmuggling)).quit(), quiet: start().with(oddity(smtpparse.BareLF)).quit()},
		{id: "addresses-confirmed", fires: start().ask("VRFY", 250, "Alice <alice@contoso.test>").quit(), quiet: start().ask("VRFY", 252, "try it").quit()},
		{id: "addresses-confirmed", fires: start().ask("EXPN", 250, "a@b").quit(), quiet: start().say("NOOP").say("VRFY").answer(250).answer(252).quit()},
		{id: "addresses-confirmed", fires: start().auth(ntlm("NTLM", 535)).ask("VRFY", 250, "a@b").quit(), quiet: start().auth(ntlm("NTLM", 235)).ask("VRFY", 250, "a@b").quit()},
		{id: "oversize-line", fires: start().ask("MAIL", 500, "").with(long(2049)).quit(), quiet: start().ask("MAIL", 500, "").with(long(2048)).quit()},
		{id: "oversize-line", fires: start().with(oddity(smtpparse.LongLine)).quit(), quiet: start().ask("AUTH", 535, "").with(long(9000)).quit()},
		{id: "size-exceeded", fires: start().ask("MAIL", 552, "5.3.4 Message size exceeds fixed limit").quit(), quiet: start().ask("MAIL", 552, "5.2.2 mailbox full").quit()},
		{id: "size-exceeded", fires: start().ehlo(size).mail(250, 552).with(octets(100)), quiet: start().ehlo(size).mail(250, 250).with(octets(90))},
		{id: "slow-greeting", fires: start().quit().with(pauses(4, 6*time.Second)), quiet: start().quit().with(pauses(5, 6*time.Second))},
		{id: "slow-greeting", fires: start().quit().with(pauses(4, 5*time.Second)), quiet: start().quit().with(pauses(4, 4*time.Second))},
		{id: "slow-auth", fires: start().auth(ntlm("NTLM", 235)).with(pauses(9, 6*time.Second)), quiet: start().auth(ntlm("NTLM", 235)).with(pauses(9, 4*time.Second))},
		{id: "slow-auth", fires: start().auth(ntlm("NTLM", 535)).with(pauses(9, 6*time.Second)), quiet: start().auth(ntlm("NTLM", 235, gapped)).with(pauses(9, 6*time.Second))},
		{id: "slow-auth", fires: start().auth(ntlm("NTLM", 454)).with(pauses(9, 6*time.Second)), quiet: start().auth(ntlm("NTLM", 235, func(a *smtpparse.Auth) { a.Doubtful = true })).with(pauses(9, 6*time.Second))},

		// TLS.
		{id: "tls-old-version", fires: secure(spoke("TLS 1.0")), quiet: secure(spoke("TLS 1.2"))},
		{id: "tls-old-version", fires: secure(spoke("SSL 3.0")), quiet: secure(spoke("TLS 1.0"), failed)},
		{id: "auth-over-old-tls", fires: secure(spoke("TLS 1.1")).auth(ntlm("NTLM", 235)), quiet: secure(spoke("TLS 1.1")).mail(250, 250)},
		{id: "tls-weak-suite", fires: secure(weak), quiet: secure(weak, failed)},
		{id: "tls-handshake-failed", fires: secure(failed), quiet: secure(func(f *tlsparse.Facts) {
			f.Alerts = []tlsparse.Alert{{From: "client", Level: "warning", Name: "user_canceled"}}
		})},
		{id: "tls-cert-expired", fires: secure(certificate(func(c *tlsparse.Certificate) { c.NotAfter = noon.Add(-time.Second) })), quiet: secure(certificate(func(c *tlsparse.Certificate) { c.NotAfter = noon }))},
		{id: "tls-cert-not-yet-valid", fires: secure(certificate(func(c *tlsparse.Certificate) { c.NotBefore = noon.Add(time.Second) })), quiet: secure(certificate(func(c *tlsparse.Certificate) { c.NotBefore = noon }))},
		{id: "tls-cert-weak-key", fires: secure(certificate(func(c *tlsparse.Certificate) { c.KeyBits = 1024 })), quiet: secure(certificate(func(c *tlsparse.Certificate) { c.KeyType, c.KeyBits = "ECDSA", 256 }))},
		{id: "tls-cert-weak-signature", fires: secure(certificate(func(c *tlsparse.Certificate) { c.Signature = "SHA1-RSA" })), quiet: secure(certificate(func(c *tlsparse.Certificate) { c.Signature, c.SelfSigned = "SHA1-RSA", true }))},
		{id: "tls-cert-self-signed", fires: secure(certificate(selfSigned)), quiet: secure(certificate(nil))},
		{id: "tls-cert-self-signed", fires: secure(certificate(selfSigned)), quiet: secure(certificate(selfSigned)).with(betweenExchanges)},
		{id: "tls-cert-mismatch", fires: secure(certificate(nil), func(f *tlsparse.Facts) { f.NameMatch, f.CheckedName = "mismatch", "mx" }), quiet: secure(certificate(nil), func(f *tlsparse.Facts) { f.NameMatch, f.CheckedName = "match", "mx" })},

		// The capture.
		{id: "conflicting-overlaps", fires: start().quit().with(func(s *smtpparse.Session) { s.Quality.ConflictingOverlaps = 1 }), quiet: start().quit().with(func(s *smtpparse.Session) { s.Quality.Retransmissions = 1 })},
		{id: "capture-lossy", fires: start().gap("client").quit(), quiet: start().quit().with(func(s *smtpparse.Session) { s.Quality.OutOfOrder = 3 })},
		{id: "capture-one-sided", fires: start().quit().with(oneSided), quiet: start().quit().with(func(s *smtpparse.Session) { s.Quality.Midstream = true })},
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
