package verdict

import (
	"slices"
	"strings"
	"testing"

	"smtpscope/authtoken"
	"smtpscope/smtpparse"
	"smtpscope/tlsparse"
)

func TestFindings(t *testing.T) {
	version := func(v string) option { return func(a *smtpparse.Auth) { a.NTLM.Version = v } }
	etype := func(name string) option { return func(a *smtpparse.Auth) { a.Kerberos.TicketEtype = name } }
	absent := func(a *smtpparse.Auth) { a.NTLM.ChannelBinding = "absent" }
	for _, tc := range []struct {
		name   string
		script *script
		want   []string
	}{
		{name: "nothing", script: start().ehlo(gssapi).auth(kerberos(235)).mail(250, 250)},
		{name: "ntlmv1", script: start().auth(ntlm("NTLM", 235, version("NTLMv1"))), want: []string{"ntlmv1"}},
		{name: "ntlmv1 with session security, refused", script: start().auth(ntlm("NTLM", 535, version("NTLMv1 with session security"))), want: []string{"ntlmv1"}},
		{name: "ntlmv1 twice", script: start().auth(ntlm("NTLM", 535, version("NTLMv1"))).auth(ntlm("NTLM", 535, version("NTLMv1"))), want: []string{"ntlmv1"}},
		{name: "ntlmv2", script: start().auth(ntlm("NTLM", 235))},
		{name: "no response seen", script: start().auth(ntlm("NTLM", 535, version("")))},
		{name: "lm", script: start().auth(ntlm("NTLM", 235, version("LM only"))), want: []string{"lm-response"}},
		{name: "anonymous ntlm", script: start().auth(ntlm("NTLM", 235, version("anonymous"))), want: []string{"anonymous-ntlm"}},
		{name: "anonymous ntlm refused", script: start().auth(ntlm("NTLM", 535, version("anonymous")))},
		{name: "no binding", script: start().starttls(true, 900, 3000).auth(ntlm("NTLM", 235, absent)), want: []string{"no-channel-binding"}},
		{name: "no binding, no tls", script: start().auth(ntlm("NTLM", 235, absent))},
		{name: "no binding, refused", script: start().starttls(true, 900, 3000).auth(ntlm("NTLM", 535, absent))},
		{name: "rc4", script: start().auth(kerberos(235, etype("rc4-hmac"))), want: []string{"rc4-ticket"}},
		{name: "rc4 by its other name", script: start().auth(kerberos(235, etype("arcfour-hmac"))), want: []string{"rc4-ticket"}},
		{name: "des", script: start().auth(kerberos(535, etype("des-cbc-md5"))), want: []string{"des-ticket"}},
		{name: "unknown etype", script: start().auth(kerberos(235, etype("etype-99")))},
		{name: "clear password", script: start().auth(sasl("PLAIN", "plain", 235)), want: []string{"clear-password"}},
		{name: "clear password, refused", script: start().auth(sasl("LOGIN", "login", 535)), want: []string{"clear-password"}},
		{name: "password not sent", script: start().auth(sasl("LOGIN", "login", 535, func(a *smtpparse.Auth) { a.SASL.Password = "" }))},
		{name: "password inside tls", script: start().starttls(true, 900, 3000).auth(sasl("PLAIN", "plain", 235))},
		{name: "clear token", script: start().auth(sasl("XOAUTH2", "xoauth2", 235)), want: []string{"clear-token"}},
		{name: "clear token, refused", script: start().auth(sasl("OAUTHBEARER", "oauthbearer", 535)), want: []string{"clear-token"}},
		{name: "token not sent", script: start().auth(attempt("XOAUTH2", "xoauth2", 501, cancelled))},
		{name: "token inside tls", script: start().starttls(true, 900, 3000).auth(sasl("XOAUTH2", "xoauth2", 235))},
		{name: "anonymous login", script: start().auth(sasl("ANONYMOUS", "anonymous", 235)), want: []string{"anonymous-login"}},
		{name: "anonymous login refused", script: start().auth(sasl("ANONYMOUS", "anonymous", 535))},
		{name: "the worst first", script: start().ehlo([]string{"AUTH", "LOGIN"}).auth(ntlm("NTLM", 535)).mail(250, 250).with(oddity(smtpparse.STARTTLSStripped)).gap("client"), want: []string{"starttls-stripped", "mail-after-failed-auth", "weak-mechanism-offered-before-tls", "capture-lossy"}},
		{name: "tokens offered", script: start().ehlo([]string{"AUTH", "XOAUTH2"}).quit(), want: []string{"weak-mechanism-offered-before-tls"}},
		{name: "challenge in the clear", script: start().auth(sasl("CRAM-MD5", "cram-md5", 235))},
		{name: "plain offered", script: start().ehlo([]string{"AUTH", "plain", "LOGIN"}).quit(), want: []string{"weak-mechanism-offered-before-tls"}},
		{name: "plain offered inside tls", script: start().ehlo([]string{"STARTTLS"}).starttls(true, 900, 3000).ehlo([]string{"AUTH", "PLAIN"}).quit()},
		{name: "stripped", script: start().with(oddity(smtpparse.STARTTLSStripped)).quit(), want: []string{"starttls-stripped"}},
		{name: "injection both ways", script: start().with(oddity(smtpparse.CommandAfterSTARTTLS, smtpparse.ReplyAfterSTARTTLS)).quit(), want: []string{"starttls-injection", "starttls-injection"}},
		{name: "plain after starttls", script: start().with(oddity(smtpparse.PlainAfterSTARTTLS)).quit(), want: []string{"plaintext-after-starttls"}},
		{name: "smuggling twice", script: start().with(oddity(smtpparse.DotEndSmuggling, smtpparse.DotEndSmuggling)).quit(), want: []string{"smuggling"}},
		{name: "bare LF alone", script: start().with(oddity(smtpparse.BareLF)).quit()},
		{name: "mail after failure", script: start().auth(ntlm("NTLM", 535)).mail(250, 250), want: []string{"mail-after-failed-auth"}},
		{name: "mail after failure and a hole", script: start().auth(ntlm("NTLM", 535)).gap("server").mail(250, 250), want: []string{"capture-lossy"}},
		{name: "mail refused after failure", script: start().auth(ntlm("NTLM", 535)).mail(550, 0)},
		{name: "mail before failure", script: start().ehlo().mail(250, 250).auth(ntlm("NTLM", 535))},
		{name: "mail after failure and success", script: start().auth(ntlm("NTLM", 535)).auth(ntlm("NTLM", 235)).mail(250, 250)},
		{name: "overlaps", script: start().quit().with(func(s *smtpparse.Session) { s.Quality.ConflictingOverlaps = 3 }), want: []string{"conflicting-overlaps"}},
		{name: "loss", script: start().gap("client").quit(), want: []string{"capture-lossy"}},
		{name: "snap length", script: start().quit().with(func(s *smtpparse.Session) { s.Quality.TruncatedPackets = 1 }), want: []string{"capture-lossy"}},
		{name: "retransmissions are no loss", script: start().quit().with(func(s *smtpparse.Session) { s.Quality.Retransmissions, s.Quality.OutOfOrder = 9, 9 })},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, found := Judge(tc.script.s)
			var got []string
			frames := framesOf(tc.script.s)
			for _, f := range found {
				got = append(got, f.ID)
				if f.Text == "" || strings.HasSuffix(f.Text, ".") || f.Next == "" || !slices.Contains([]string{"high", "medium", "low", "info"}, f.Severity) {
					t.Errorf("finding = %+v", f)
				}
				if f.Frame != 0 && !frames[f.Frame] {
					t.Errorf("%s: frame %d is not of the session", f.ID, f.Frame)
				}
			}
			if !slices.Equal(got, tc.want) {
				t.Errorf("findings = %v, want %v", got, tc.want)
			}
		})
	}
}

func TestFindingWords(t *testing.T) {
	smuggled := func(texts ...string) func(*smtpparse.Session) {
		return func(s *smtpparse.Session) {
			for i, text := range texts {
				s.Anomalies = append(s.Anomalies, smtpparse.Anomaly{Kind: smtpparse.DotEndSmuggling, Frame: int64(5 + i), Text: text})
			}
		}
	}
	rc4 := func(a *smtpparse.Auth) { a.Kerberos.TicketEtype = "rc4-hmac" }
	plain, tls := []string{"AUTH", "PLAIN", "LOGIN", "XOAUTH2"}, []string{"STARTTLS"}
	for _, tc := range []struct {
		name     string
		script   *script
		id       string
		severity string
		frame    int64 // 0: not asked
		text     string
		next     string
		without  string
	}{
		{name: "smuggled and taken", script: start().ehlo().with(smuggled("LF . LF", "the server took LF . LF as the end")).quit(), id: "smuggling", severity: "high", frame: 6, text: "The server took what was smuggled"},
		{name: "smuggled and answered", script: start().ehlo().with(smuggled("LF . LF", "the server answers what followed it")).quit(), id: "smuggling", severity: "high", frame: 6, text: "The server took what was smuggled"},
		{name: "smuggled in vain", script: start().ehlo().with(smuggled("LF . LF")).quit(), id: "smuggling", severity: "medium", frame: 5, text: "A message holds an end"},
		{name: "smuggled twice", script: start().ehlo().with(smuggled("LF . LF", "LF . CRLF")).quit(), id: "smuggling", severity: "medium", text: "(2 such ends in the session)"},
		{name: "one event, two anomalies", script: start().ehlo().with(smuggled("LF . LF", "the server took LF . LF as the end")).quit(), id: "smuggling", severity: "high", without: "such end"},
		{name: "offered, Postfix", script: start().with(postfixGreeting).ehlo(plain, tls).quit(), id: "weak-mechanism-offered-before-tls", severity: "medium", text: "offers PLAIN, LOGIN and XOAUTH2 without TLS, so a client may send its password or token readable", next: "Offer such mechanisms inside TLS only: smtpd_sasl_security_options=noplaintext,noanonymous with smtpd_sasl_tls_security_options=noanonymous"},
		{name: "offered, Exchange", script: start().with(exchangeGreeting).ehlo(plain, tls).quit(), id: "weak-mechanism-offered-before-tls", severity: "medium", next: "Offer such mechanisms inside TLS only: BasicAuthRequireTLS"},
		{name: "offered, no STARTTLS", script: start().with(postfixGreeting).ehlo(plain).quit(), id: "weak-mechanism-offered-before-tls", severity: "medium", next: "The server offers no STARTTLS here: turn it on first. Offer"},
		{name: "offered, STARTTLS blanked", script: start().ehlo(plain).with(func(s *smtpparse.Session) {
			s.Anomalies = []smtpparse.Anomaly{{Kind: smtpparse.STARTTLSStripped, Frame: 6}}
		}).quit(), id: "weak-mechanism-offered-before-tls", severity: "medium", next: "a device on the way blanks it"},
		{name: "password, no STARTTLS", script: start().ehlo(plain).auth(sasl("PLAIN", "plain", 235)), id: "clear-password", severity: "high", next: "The server offers no STARTTLS here: turn it on first. Change that password"},
		{name: "password, STARTTLS not used", script: start().ehlo(plain, tls).auth(sasl("PLAIN", "plain", 235)), id: "clear-password", severity: "high", next: "Change that password"},
		{name: "token refused", script: start().ehlo(plain, tls).auth(sasl("XOAUTH2", "xoauth2", 535)), id: "clear-token", severity: "high", text: "AUTH XOAUTH2 as alice without TLS", next: "Revoke that token"},
		{name: "rc4, Exchange", script: start().with(exchangeGreeting).auth(kerberos(235, rc4)), id: "rc4-ticket", severity: "medium", next: "Reset-ComputerMachinePassword, run on that machine itself"},
		{name: "rc4, Postfix", script: start().with(postfixGreeting).auth(kerberos(235, rc4)), id: "rc4-ticket", severity: "medium", next: "then export the keytab anew"},
		{name: "mail after failure", script: start().auth(ntlm("NTLM", 535)).mail(250, 250), id: "mail-after-failed-auth", severity: "medium", text: "either it trusts this client by its address, or the recipients are its own"},
		{name: "mail after failure, with a certificate", script: secure(func(f *tlsparse.Facts) { f.ClientCertificate = "sent" }).auth(ntlm("NTLM", 535)).mail(250, 250), id: "mail-after-failed-auth", severity: "medium", text: "by its certificate or its address"},
		{name: "contradictions", script: start().quit().with(func(s *smtpparse.Session) { s.Quality.ConflictingOverlaps, s.Quality.ConflictFrame = 2, 5 }), id: "conflicting-overlaps", severity: "medium", frame: 5},
		{name: "a keytab's long words", script: start().auth(kerberos(235, opened(authtoken.Opened{Fault: authtoken.FaultNoKey, Problem: "the keytab has no key for smtp/" + strings.Repeat("x", 99) + "\x1b[2J; it has kvno 3"}))), id: "keytab-mismatch", severity: "info", text: "xx\\x1b[2J; it has kvno 3"},
		{name: "STARTTLS refused where it is not offered", script: start().ehlo(plain).ask("STARTTLS", 502, "").quit(), id: "starttls-refused", severity: "medium", text: "refused it with 502", next: "turn it on, or let the client use a port where it is"},
		{name: "STARTTLS refused", script: start().ehlo(tls).ask("STARTTLS", 454, "").quit(), id: "starttls-refused", severity: "medium", text: "refused it with 454", next: "Get-ExchangeCertificate"},
		{name: "refused before it was sent", script: start().ehlo(tls).mail(250, 552).with(func(s *smtpparse.Session) { s.Messages[0].ReplyText, s.Messages[0].Bytes = "5.3.4 too big", 0 }), id: "size-exceeded", severity: "low", text: "before it is sent", without: "0 octets"},
		{name: "no MIC, no timestamp", script: start().auth(ntlm("NTLM", 235, func(a *smtpparse.Auth) { a.NTLM.MIC = false })), id: "no-mic", severity: "low", next: "The server's challenge has no timestamp"},
		{name: "no MIC, with a timestamp", script: start().auth(ntlm("NTLM", 235, func(a *smtpparse.Auth) { a.NTLM.MIC, a.NTLM.ServerTime = false, noon })), id: "no-mic", severity: "low", next: "Update the client"},
		{name: "many octets lost", script: start().gap("client").with(func(s *smtpparse.Session) { s.Quality.GapBytes = 1386616 }), id: "capture-lossy", severity: "info", text: "1,386,616 octets are missing"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, found := Judge(tc.script.s)
			i := slices.IndexFunc(found, func(f Finding) bool { return f.ID == tc.id })
			if i < 0 {
				t.Fatalf("findings = %+v, want %s", found, tc.id)
			}
			f := found[i]
			if f.Severity != tc.severity || tc.frame != 0 && f.Frame != tc.frame || !strings.Contains(f.Text, tc.text) || !strings.Contains(f.Next, tc.next) {
				t.Errorf("finding = %+v, want %s, frame %d, %q and %q in it", f, tc.severity, tc.frame, tc.text, tc.next)
			}
			if tc.without != "" && strings.Contains(f.Text, tc.without) {
				t.Errorf("text = %q, want no %q", f.Text, tc.without)
			}
		})
	}
}

// The parser's words for a server that believed a false end are what the finding
// rests on: a change of them would make it silent.
func TestSmugglingAsTheParserSaysIt(t *testing.T) {
	p := smtpparse.NewParser(smtpparse.Options{})
	for i, said := range []struct {
		dir  smtpparse.Dir
		text string
	}{
		{smtpparse.Server, "220 mail.contoso.test\r\n"},
		{smtpparse.Client, "EHLO c\r\n"},
		{smtpparse.Server, "250 mail.contoso.test\r\n"},
		{smtpparse.Client, "MAIL FROM:<a@x>\r\n"},
		{smtpparse.Server, "250 ok\r\n"},
		{smtpparse.Client, "RCPT TO:<b@x>\r\n"},
		{smtpparse.Server, "250 ok\r\n"},
		{smtpparse.Client, "DATA\r\n"},
		{smtpparse.Server, "354 go\r\n"},
		{smtpparse.Client, "one\n.\nMAIL FROM:<evil@x>\r\nRCPT TO:<c@x>\r\nDATA\r\ntwo\r\n.\r\n"},
		{smtpparse.Server, "250 first\r\n250 ok\r\n250 ok\r\n354 go\r\n250 second\r\n"},
	} {
		p.Feed(said.dir, smtpparse.Mark{Time: noon, Frame: int64(i + 1)}, []byte(said.text))
	}
	p.Close(smtpparse.Mark{Time: noon, Frame: 12})
	_, found := Judge(p.Session())
	i := slices.IndexFunc(found, func(f Finding) bool { return f.ID == "smuggling" })
	if i < 0 || found[i].Severity != "high" || found[i].Frame != 11 || !strings.HasPrefix(found[i].Text, "The server took") {
		t.Errorf("findings = %+v, want smuggling, high, at frame 11", found)
	}
}

func TestCount(t *testing.T) {
	for _, tc := range []struct {
		n    int64
		want string
	}{
		{n: 0, want: "0 octets"},
		{n: 1, want: "1 octet"},
		{n: 999, want: "999 octets"},
		{n: 1000, want: "1,000 octets"},
		{n: 386616, want: "386,616 octets"},
		{n: -386616, want: "-386,616 octets"},
		{n: 9223372036854775807, want: "9,223,372,036,854,775,807 octets"},
	} {
		if got := new(Court).count(tc.n, "octet", "octets"); got != tc.want {
			t.Errorf("count(%d) = %q, want %q", tc.n, got, tc.want)
		}
	}
}

func TestClear(t *testing.T) {
	for _, tc := range []struct {
		name   string
		script *script
		want   bool
	}{
		{name: "accepted", script: start().auth(sasl("PLAIN", "plain", 235)), want: true},
		{name: "refused", script: start().auth(sasl("PLAIN", "plain", 535)), want: true},
		{name: "then Kerberos", script: start().auth(sasl("PLAIN", "plain", 535)).auth(kerberos(235)), want: true},
		{name: "inside tls", script: start().starttls(true, 900, 3000).auth(sasl("PLAIN", "plain", 235))},
		{name: "kerberos", script: start().auth(kerberos(235))},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if v, _ := Judge(tc.script.s); v.Clear != tc.want {
				t.Errorf("clear = %t, want %t", v.Clear, tc.want)
			}
		})
	}
}
