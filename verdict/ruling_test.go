package verdict

import (
	"strings"
	"testing"

	"smtpscope/authtoken"
	"smtpscope/smtpparse"
)

type stateCase struct {
	name   string
	script *script
	want   State
	// text must be in Verdict.Text.
	text string
}

func checkStates(t *testing.T, cases []stateCase) {
	t.Helper()
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			v, _ := Judge(tc.script.s)
			if v.State != tc.want {
				t.Errorf("state = %s (%s), want %s", v.State, v.Text, tc.want)
			}
			if !strings.Contains(v.Text, tc.text) {
				t.Errorf("text = %q, want %q in it", v.Text, tc.text)
			}
		})
	}
}

var gssapi = []string{"AUTH", "GSSAPI", "NTLM"}

func TestStateOfAcceptedLogin(t *testing.T) {
	checkStates(t, []stateCase{
		{name: "bare ticket", script: start().ehlo(gssapi).auth(kerberos(235)), want: Kerberos, text: "Kerberos: the client proved itself with a ticket for SMTPSVC/ex01.contoso.test; the client's name is encrypted in the ticket"},
		{name: "ticket in SPNEGO", script: start().ehlo(gssapi).auth(kerberos(235, negotiation("MS-KRB5", "MS-KRB5", "NTLMSSP"))), want: Kerberos},
		{name: "ticket by X-EXPS", script: start().auth(kerberos(235, func(a *smtpparse.Auth) { a.Verb = "X-EXPS" })), want: Kerberos},
		{name: "ticket, verb not seen", script: resume().auth(kerberos(235, verbless)), want: Kerberos},
		{name: "ticket and authorization identity", script: start().auth(kerberos(235, func(a *smtpparse.Auth) { a.SASLLayer = &authtoken.SASLLayer{AuthzID: "bob"} })), want: Kerberos, text: "it asked to act as bob"},
		{name: "iakerb", script: start().auth(kerberos(235, func(a *smtpparse.Auth) { a.Actual = "iakerb" })), want: IAKERB, text: "IAKERB"},
		{name: "ntlm", script: start().auth(ntlm("NTLM", 235)), want: NTLM, text: `AUTH NTLM: NTLMv2 as CONTOSO\alice`},
		{name: "ntlm by X-EXPS", script: start().auth(ntlm("NTLM", 235, func(a *smtpparse.Auth) { a.Verb = "X-EXPS" })), want: NTLM, text: "X-EXPS NTLM: "},
		{name: "ntlm, verb not seen", script: resume().auth(ntlm("", 235, verbless)), want: NTLM, text: "not in the capture"},
		{name: "bare ntlm in gssapi", script: start().auth(ntlm("GSSAPI", 235)), want: NTLMInGSSAPI, text: `AUTH GSSAPI carried NTLM, not Kerberos (CONTOSO\alice, NTLMv2)`},
		{name: "ntlm in gss-spnego", script: start().auth(ntlm("GSS-SPNEGO", 235)), want: NTLMInGSSAPI},
		{name: "ntlm in gs2", script: start().auth(ntlm("GS2-NTLM", 235)), want: NTLMInGSSAPI},
		{name: "ntlm in lower-case gssapi", script: start().auth(ntlm("gssapi", 235)), want: NTLMInGSSAPI},
		{name: "plain in the clear", script: start().auth(sasl("PLAIN", "plain", 235)), want: Password, text: "Password in the clear: AUTH PLAIN as alice without TLS"},
		{name: "login inside tls", script: start().starttls(true, 900, 3000).auth(sasl("LOGIN", "login", 235)), want: Password, text: "Password: AUTH LOGIN as alice inside TLS"},
		{name: "cram", script: start().auth(sasl("CRAM-MD5", "cram-md5", 235)), want: Challenge},
		{name: "digest", script: start().auth(sasl("DIGEST-MD5", "digest-md5", 235)), want: Challenge},
		{name: "scram", script: start().auth(sasl("SCRAM-SHA-256-PLUS", "scram-sha-256-plus", 235)), want: Challenge},
		{name: "xoauth2", script: start().auth(sasl("XOAUTH2", "xoauth2", 235)), want: OAuth},
		{name: "oauthbearer", script: start().auth(sasl("OAUTHBEARER", "oauthbearer", 235)), want: OAuth},
		{name: "external", script: start().ehlo().starttls(true, 900, 3000).ehlo().auth(sasl("EXTERNAL", "external", 235)), want: Certificate, text: "Client certificate: AUTH EXTERNAL as alice"},
		{name: "external without TLS", script: start().auth(sasl("EXTERNAL", "external", 235)), want: Certificate, text: "Identity from outside SMTP: AUTH EXTERNAL as alice was accepted without TLS"},
		{name: "password, name not seen", script: resume().ehlo().auth(sasl("", "login", 535, verbless)), want: Failed, text: "Nobody logged in: AUTH LOGIN as alice was refused"},
		{name: "sasl anonymous", script: start().auth(sasl("ANONYMOUS", "anonymous", 235)).mail(250, 250), want: Anonymous, text: "AUTH ANONYMOUS"},
		{name: "unknown mechanism", script: start().auth(attempt("X-NEW", "unknown", 235)), want: Other, text: "AUTH X-NEW was accepted"},
	})
}

// Nothing is proven by what somebody between the two could have forged.
func TestStateInDoubt(t *testing.T) {
	conflict := func(frame int64) func(*smtpparse.Session) {
		return func(s *smtpparse.Session) { s.Quality.ConflictingOverlaps, s.Quality.ConflictFrame = 1, frame }
	}
	behind := func(frames int64) func(*smtpparse.Session) {
		return func(s *smtpparse.Session) { conflict(s.Auth[0].LastFrame + frames)(s) }
	}
	doubtful := func(a *smtpparse.Auth) { a.Doubtful = true }
	mixed := func(a *smtpparse.Auth) { a.Mixed = true }
	thenChallenged := steps("client krb5.AP-REQ", "server ntlm.Challenge", "client empty")
	afterChallenge := steps("client ntlm.Negotiate", "server ntlm.Challenge", "client krb5.AP-REQ")
	checkStates(t, []stateCase{
		{name: "two versions before the 235", script: start().ehlo(gssapi).auth(kerberos(235)).with(conflict(1)), want: Incomplete, text: "other octets at the same place"},
		{name: "two versions, nobody knows where", script: start().ehlo(gssapi).auth(kerberos(235)).with(conflict(0)), want: Incomplete},
		{name: "two versions of the 235", script: start().ehlo(gssapi).auth(kerberos(235)).with(behind(0)), want: Incomplete},
		{name: "two versions of what follows the 235", script: start().ehlo(gssapi).auth(kerberos(235)).with(behind(1)), want: Kerberos},
		{name: "two versions long after", script: start().ehlo(gssapi).auth(kerberos(235)).with(conflict(100000)), want: Kerberos},
		{name: "whose 235 is it", script: start().ehlo(gssapi).auth(kerberos(235, doubtful)), want: Incomplete, text: "more than one attempt"},
		{name: "tokens of two mechanisms", script: start().ehlo(gssapi).auth(kerberos(235, mixed)), want: Incomplete, text: "more than one mechanism"},
		{name: "a ticket, then a challenge of NTLM", script: start().ehlo(gssapi).auth(kerberos(235, gapped, thenChallenged)), want: Incomplete, text: "more than one mechanism"},
		{name: "a ticket instead of an answer to the challenge", script: start().ehlo(gssapi).auth(kerberos(235, afterChallenge)), want: Kerberos},
		{name: "doubt about a refused attempt", script: start().ehlo(gssapi).auth(ntlm("NTLM", 535, mixed)).auth(kerberos(235)), want: Kerberos},
	})
}

func TestNeverKerberosWithoutTicket(t *testing.T) {
	noTicket := func(a *smtpparse.Auth) { a.Kerberos.APReq = false }
	checkStates(t, []stateCase{
		{name: "235 and no AP-REQ", script: start().auth(kerberos(235, noTicket)), want: Other, text: "no ticket in it could be read"},
		{name: "235 and no AP-REQ, gap", script: start().auth(kerberos(235, noTicket, gapped)), want: Incomplete, text: "AUTH GSSAPI was accepted and looks like Kerberos, but the ticket that would prove it is not whole"},
		{name: "235 and no token at all, gap", script: start().auth(attempt("GSSAPI", "none", 235, gapped)), want: Incomplete, text: "the token that tells Kerberos from NTLM is missing"},
		{name: "235 and no token at all, no gap", script: start().auth(attempt("GSSAPI", "none", 235)), want: Other},
		{name: "server's side only", script: start().with(oneSided).auth(attempt("", "none", 235, verbless)), want: Incomplete, text: "the server said 235, but the AUTH that it answers was not seen"},
		{name: "cut by the snap length", script: start().with(func(s *smtpparse.Session) { s.Quality.TruncatedPackets = 1 }).auth(kerberos(235, noTicket)), want: Incomplete},
		{name: "no summary", script: start().auth(kerberos(235, func(a *smtpparse.Auth) { a.Kerberos = nil })), want: Other},
		{name: "server selected NTLM", script: start().auth(kerberos(235, negotiation("NTLMSSP", "KRB5", "NTLMSSP"))), want: Other},
		{name: "ticket, 535", script: start().auth(kerberos(535)), want: Failed},
		{name: "ticket, no end seen", script: start().auth(kerberos(0)).closed("eof"), want: Incomplete},
		{name: "iakerb without AP-REQ", script: start().auth(kerberos(235, noTicket, func(a *smtpparse.Auth) { a.Actual = "iakerb" })), want: Other},
	})
}

func TestStatePrecedence(t *testing.T) {
	checkStates(t, []stateCase{
		{name: "refused second AUTH after success", script: start().auth(kerberos(235)).auth(ntlm("NTLM", 503)), want: Kerberos},
		{name: "unfinished AUTH after success", script: start().auth(kerberos(235)).auth(ntlm("NTLM", 0)).closed("eof"), want: Kerberos},
		{name: "last accepted decides", script: start().auth(kerberos(235)).auth(sasl("LOGIN", "login", 235)), want: Password},
		{name: "success after failures", script: start().auth(kerberos(535)).auth(ntlm("NTLM", 235)), want: NTLM, text: "; the client fell back to NTLM after Kerberos failed with a ticket for SMTPSVC/ex01.contoso.test: the attempt was refused with 535"},
		{name: "success after a ticket and a cancelled verb", script: start().auth(kerberos(535)).auth(attempt("GSSAPI", "none", 501, cancelled)).auth(ntlm("NTLM", 235)), want: NTLM, text: "after Kerberos failed with a ticket"},
		{name: "success and a gap before", script: start().gap("server").auth(kerberos(235)), want: Kerberos},
		{name: "password, to be changed", script: start().auth(sasl("PLAIN", "plain", 432, replied("4.7.12", "A password transition is needed"))), want: Failed, text: `432 4.7.12: the server said "A password transition is needed"`},
		{name: "name not seen", script: resume().ehlo().auth(ntlm("", 235, verbless)), want: NTLM, text: `NTLM: NTLMv2 as CONTOSO\alice (the name of the mechanism is not in the capture: AUTH NTLM or AUTH GSSAPI)`},
		{name: "success midstream", script: resume().ehlo().auth(kerberos(235)), want: Kerberos},
		{name: "success in the clear, then TLS", script: start().auth(kerberos(235)).starttls(false, 900, 3000), want: Kerberos, text: "what followed inside TLS cannot be read"},
		{name: "failure in the clear, then TLS", script: start().auth(ntlm("NTLM", 535)).starttls(false, 900, 3000), want: Encrypted, text: "no attempt before it was accepted"},
		{name: "unfinished in the clear, then TLS", script: start().auth(ntlm("NTLM", 0, gapped)).starttls(false, 900, 3000), want: Encrypted},
		{name: "mail in the clear, then TLS", script: start().ehlo().mail(250, 250).starttls(false, 900, 3000), want: Anonymous, text: "cannot be read"},
		{name: "refused mail in the clear, then TLS", script: start().ehlo().mail(550, 0).starttls(false, 900, 3000), want: Encrypted},
		{name: "starttls", script: start().ehlo().starttls(false, 900, 3000), want: Encrypted, text: "TLS hides what followed STARTTLS"},
		{name: "implicit", script: resume().with(func(s *smtpparse.Session) { s.Quality.Midstream = false }).implicitTLS(900, 3000), want: Encrypted, text: "TLS hides the whole conversation"},
		{name: "midstream tls", script: resume().implicitTLS(900, 0), want: Encrypted},
		{name: "one side of tls", script: resume().with(oneSided).implicitTLS(900, 0), want: Encrypted},
		{name: "a 235 of nobody knows what, then TLS", script: resume().answer(235).starttls(false, 900, 3000), want: Encrypted},
		{name: "a gap, then TLS", script: start().gap("server").starttls(false, 900, 3000), want: Encrypted},
		{name: "decrypted tls", script: start().ehlo().starttls(true, 900, 3000).ehlo().mail(250, 250), want: Anonymous},
		{name: "handshake refused", script: start().ehlo().starttls(false, 300, 7), want: None, text: "handshake"},
		{name: "client left after the server's flight", script: start().ehlo().starttls(false, 251, 1211).serverFlight(1211), want: None, text: "handshake"},
		{name: "capture ends after the server's flight", script: start().ehlo().starttls(false, 251, 1211).serverFlight(1211).closed("eof"), want: Incomplete, text: "TLS handshake"},
		{name: "failed, then the client left the handshake", script: start().auth(ntlm("NTLM", 535)).starttls(false, 251, 1211).serverFlight(1211), want: Failed},
		{name: "client spoke after the server's flight", script: start().ehlo().starttls(false, 900, 3000).serverFlight(3000).with(func(s *smtpparse.Session) {
			for i := range s.Dialogue {
				if l := &s.Dialogue[i]; l.Kind == smtpparse.LineTLS && l.From == "client" {
					l.Last = 99
				}
			}
		}), want: Encrypted, text: "TLS hides what followed STARTTLS; it was not opened"},
		{name: "server's flight, one side of a hole", script: start().ehlo().starttls(false, 251, 1211).serverFlight(1211).gap("client"), want: Encrypted},
		{name: "capture ends in the handshake", script: start().ehlo().starttls(false, 300, 0).closed("eof"), want: Incomplete, text: "TLS handshake"},
		{name: "capture ends behind the alert that ended the handshake", script: start().ehlo().starttls(false, 300, 7).with(handshakeFailed).closed("eof"), want: None, text: "handshake"},
		{name: "failed, then an alert ended the handshake", script: start().auth(ntlm("NTLM", 535)).starttls(false, 300, 7).with(handshakeFailed).closed("eof"), want: Failed},
		{name: "failed, then handshake cut", script: start().auth(ntlm("NTLM", 535)).starttls(false, 300, 0).closed("eof"), want: Incomplete},
		{name: "failed, then handshake refused", script: start().auth(ntlm("NTLM", 535)).starttls(false, 300, 7), want: Failed},
		{name: "starttls refused, then plain", script: start().ehlo().say("STARTTLS").answer(454).mail(250, 250), want: Anonymous},
	})
}

func TestStateWithoutSuccess(t *testing.T) {
	checkStates(t, []stateCase{
		{name: "wrong password", script: start().auth(ntlm("NTLM", 535)), want: Failed, text: `Nobody logged in: AUTH NTLM as CONTOSO\alice was refused with 535`},
		{name: "NTLM, the reasons", script: start().auth(ntlm("NTLM", 535)), want: Failed, text: "(wrong name or password, a locked or disabled account, or Extended Protection)"},
		{name: "NTLM refused before any account was named", script: start().auth(ntlm("NTLM", 535, negotiateOnly)), want: Failed, text: "AUTH NTLM was refused with 535 before any account was named"},
		{name: "NTLM in GSSAPI refused before any account was named", script: start().auth(ntlm("GSSAPI", 535, negotiateOnly)), want: Failed, text: "before any account was named"},
		{name: "password, the reasons", script: start().auth(sasl("PLAIN", "plain", 535)), want: Failed, text: "535 (wrong name or password, or a locked or disabled account)"},
		{name: "password, the reason that Exchange Online gives", script: start().auth(sasl("LOGIN", "login", 535, replied("5.7.139", "Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant. Visit https://aka.ms/smtp_auth_disabled"))), want: Failed, text: `was refused with 535 5.7.139: the server said "Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant"`},
		{name: "password, another one is wanted", script: start().auth(sasl("PLAIN", "plain", 534, replied("5.7.9", "Application-specific password required"))), want: Failed, text: `534 5.7.9: the server said "Application-specific password required"`},
		{name: "name not seen", script: resume().auth(ntlm("", 535, verbless)), want: Failed, text: `Nobody logged in: an AUTH that carried NTLM as CONTOSO\alice was refused with 535`},
		{name: "bearer token, the server's reason", script: start().auth(sasl("XOAUTH2", "xoauth2", 535, func(a *smtpparse.Auth) { a.SASL.Error = "status=401 schemes=bearer" })), want: Failed, text: `was refused with 535: the server said "status=401 schemes=bearer"`},
		{name: "bearer token, left after the server's reason", script: start().auth(sasl("XOAUTH2", "xoauth2", 0, func(a *smtpparse.Auth) { a.SASL.Error = "status=401 schemes=bearer" })).closed("fin"), want: Failed, text: `was left unfinished: the server said "status=401 schemes=bearer"`},
		{name: "cancelled", script: start().auth(attempt("GSSAPI", "none", 501, cancelled)), want: Failed, text: "was cancelled by the client before it sent a token"},
		{name: "Kerberos error", script: start().auth(kerberos(535, krbError(41, "KRB_AP_ERR_MODIFIED(41)"))), want: Failed, text: "ticket for SMTPSVC/ex01.contoso.test: KRB_AP_ERR_MODIFIED(41)"},
		{name: "mail after failure", script: start().auth(ntlm("NTLM", 535)).mail(250, 250), want: Failed},
		{name: "midstream failure", script: resume().auth(ntlm("NTLM", 535)), want: Failed},
		{name: "client hung up", script: start().auth(attempt("GSSAPI", "none", 0)).closed("fin"), want: Failed, text: "AUTH GSSAPI was left unfinished"},
		{name: "client said QUIT instead", script: start().auth(attempt("GSSAPI", "none", 0)).quit().closed("eof"), want: Failed},
		{name: "given up without a word, then refused", script: start().auth(attempt("GSSAPI", "none", 0)).auth(ntlm("NTLM", 535)).closed("eof"), want: Failed},
		{name: "capture ended", script: start().auth(attempt("GSSAPI", "none", 0)).closed("eof"), want: Incomplete, text: "AUTH GSSAPI began, but its end is not in the capture"},
		{name: "hung up, with a gap", script: start().gap("server").auth(attempt("GSSAPI", "none", 0)).closed("fin"), want: Incomplete},
		{name: "hung up, one side", script: start().with(oneSided).auth(kerberos(0)).closed("fin"), want: Incomplete, text: "the client began AUTH GSSAPI, but only one direction"},
		{name: "unfinished, then refused", script: start().auth(ntlm("NTLM", 0, gapped)).auth(ntlm("NTLM", 535)), want: Incomplete},
		{name: "accepted without its 235", script: start().auth(attempt("PLAIN", "plain", 0, func(a *smtpparse.Auth) { a.Outcome = smtpparse.Accepted })).closed("eof"), want: Incomplete},
		{name: "failure, then a gap of the server", script: start().auth(ntlm("NTLM", 535)).gap("server").mail(250, 250), want: Incomplete, text: "packets of the server are missing"},
		{name: "failure, then a gap of the client", script: start().auth(ntlm("NTLM", 535)).gap("client").mail(250, 250), want: Failed},
		{name: "503 midstream", script: resume().auth(ntlm("NTLM", 503)), want: Incomplete},
		{name: "503 from the start", script: start().auth(ntlm("NTLM", 503)), want: Failed},
		{name: "more attempts than kept", script: start().auth(ntlm("NTLM", 535)).with(func(s *smtpparse.Session) { s.Omitted = map[string]int64{"auth": 9} }), want: Incomplete},
		{name: "235 without its AUTH", script: resume().answer(235).mail(250, 250), want: Incomplete, text: "the server said 235"},
		{name: "235 out of the blue", script: start().ehlo().answer(235).mail(250, 250), want: Incomplete},
	})
}

func TestStateWithoutAttempt(t *testing.T) {
	checkStates(t, []stateCase{
		{name: "mail", script: start().ehlo().mail(250, 250).quit(), want: Anonymous, text: "the server took mail without AUTH"},
		{name: "mail, the login was at a proxy", script: start().ehlo(gssapi).with(func(s *smtpparse.Session) {
			s.ProxiedClient = "192.0.2.7"
			s.Dialogue = append(s.Dialogue, smtpparse.Line{From: "client", Kind: smtpparse.LineCommand, Verb: "XCLIENT", Text: "XCLIENT ADDR=192.0.2.7 LOGIN=<redacted>"})
		}).mail(250, 250), want: Anonymous, text: "without AUTH; a proxy (XCLIENT) names a user who had logged in there"},
		{name: "mail, no greeting", script: start().with(func(s *smtpparse.Session) { s.Greeting = nil }).ehlo().mail(250, 250), want: Anonymous},
		{name: "all recipients refused", script: start().ehlo().mail(550, 0).quit(), want: Anonymous, text: "refused it (550)"},
		{name: "MAIL refused", script: start().ehlo().say("MAIL").answer(530).quit(), want: Anonymous, text: "refused it (530)"},
		{name: "cut in the body", script: start().ehlo().mail(250, 0).closed("eof"), want: Anonymous, text: "began to send"},
		{name: "nested MAIL refused, recipient taken", script: start().ehlo().say("MAIL").answer(250).say("RCPT").answer(250).say("MAIL").answer(503).quit(), want: Anonymous, text: "began to send mail without AUTH, and the server let it"},
		{name: "pipelined, the second recipient taken", script: start().ehlo().say("MAIL").say("RCPT").say("RCPT").answer(250).answer(550).answer(250).quit(), want: Anonymous, text: "the server let it"},
		{name: "pipelined, refused", script: start().ehlo().say("MAIL").say("RCPT").answer(250).answer(554).quit(), want: Anonymous, text: "refused it (554)"},
		{name: "refusal of another command", script: start().ehlo().say("MAIL").answer(250).say("VRFY").answer(502).quit(), want: Anonymous, text: "tried to send mail without AUTH;"},
		{name: "refusal after RSET", script: start().ehlo().say("MAIL").answer(250).say("RSET").answer(250).say("RCPT").answer(503).quit(), want: Anonymous, text: "tried to send mail without AUTH;"},
		{name: "AUTH not tried", script: start().ehlo(gssapi).mail(250, 250), want: Anonymous, text: "; AUTH was offered and not tried"},
		{name: "no AUTH to try", script: start().ehlo([]string{"SIZE"}).mail(250, 250), want: Anonymous, text: "; no AUTH is offered on this port"},
		{name: "no AUTH without TLS", script: start().ehlo([]string{"STARTTLS"}).mail(250, 250), want: Anonymous, text: "; no AUTH is offered on this port without TLS"},
		{name: "421", script: start().ehlo().answer(421).closed("eof"), want: None, text: "the server ended it with 421 (frame 7)"},
		{name: "consent to TLS, and nothing more", script: start().ehlo().say("STARTTLS").answer(220), want: None, text: "the server agreed to TLS, and none began"},
		{name: "consent to TLS, and a plain QUIT", script: start().ehlo().say("STARTTLS").answer(220).quit(), want: None, text: "No login and no mail in this session"},
		{name: "hello and goodbye", script: start().ehlo().quit(), want: None},
		{name: "still open", script: start().ehlo().open(), want: Incomplete, text: "In progress: no login and no mail so far"},
		{name: "still open, only greeted", script: start().open(), want: Incomplete, text: "In progress: the server has greeted"},
		{name: "still open, mail refused", script: start().ehlo().mail(530, 0).open(), want: Incomplete, text: "In progress: the client tries to send mail without AUTH"},
		{name: "still open, mail taken", script: start().ehlo().mail(250, 250).open(), want: Anonymous, text: "the server took mail without AUTH"},
		{name: "capture ended early", script: start().ehlo().closed("eof"), want: Incomplete, text: "the capture ends before"},
		{name: "capture ended after QUIT", script: start().ehlo().quit().closed("eof"), want: None},
		{name: "connection refused", script: &script{s: &smtpparse.Session{ID: 1, Close: "rst"}}, want: None, text: "nothing was said"},
		{name: "midstream, mail", script: resume().mail(250, 250), want: Incomplete, text: "begins in the middle"},
		{name: "midstream, hello, mail", script: resume().ehlo().mail(250, 250), want: Anonymous},
		{name: "midstream, reply to hello, mail", script: resume().answer(250).with(func(s *smtpparse.Session) { s.Hello = []smtpparse.Hello{{ReplyFrame: 4, ReplyCode: 250}} }).mail(250, 250), want: Anonymous},
		{name: "midstream, mail, hello, nothing", script: resume().mail(250, 250).ehlo().quit(), want: Incomplete},
		{name: "midstream, only QUIT", script: resume().quit(), want: Incomplete},
		{name: "midstream, hello, QUIT", script: resume().ehlo().quit(), want: None},
		{name: "server gap before mail", script: start().ehlo().gap("server").mail(250, 250), want: Incomplete, text: "packets of the server"},
		{name: "client gap before mail", script: start().ehlo().gap("client").mail(250, 250), want: Anonymous},
		{name: "server gap after mail", script: start().ehlo().mail(250, 250).gap("server").mail(250, 250), want: Anonymous},
		{name: "server gap after a refusal", script: start().ehlo().mail(550, 0).gap("server").quit(), want: Incomplete},
		{name: "refusal, server gap, mail", script: start().ehlo().mail(550, 0).gap("server").mail(250, 250), want: Incomplete},
		{name: "server gap before the hello", script: start().gap("server").ehlo().mail(250, 250), want: Anonymous},
		{name: "server gap between two hellos", script: start().ehlo().gap("server").ehlo().mail(250, 250), want: Incomplete},
		{name: "cut mail, then sent mail", script: start().ehlo().mail(250, 0).mail(250, 250), want: Anonymous, text: "the server took mail"},
		{name: "dialogue cut, gap", script: start().ehlo().quit().gap("client").with(func(s *smtpparse.Session) { s.Omitted = map[string]int64{"dialogue": 9} }), want: Incomplete},
		{name: "dialogue cut, no gap", script: start().ehlo().quit().with(func(s *smtpparse.Session) { s.Omitted = map[string]int64{"dialogue": 9} }), want: None},
		{name: "gap that no line shows", script: start().ehlo().quit().with(func(s *smtpparse.Session) { s.Quality.Gaps = 1 }), want: Incomplete},
		{name: "one side, mail", script: start().ehlo().mail(250, 250).with(oneSided), want: Incomplete, text: "one direction"},
		{name: "part of a body", script: resume().with(func(s *smtpparse.Session) {
			s.Dialogue = []smtpparse.Line{{From: "client", Kind: smtpparse.LineData, Frame: 4, Octets: 1000}}
			s.Messages = []*smtpparse.Message{{FirstFrame: 4, LastFrame: 9, Status: "sent", ReplyCode: 250}}
		}), want: Incomplete, text: "begins in the middle"},
		{name: "part of a body, then a hello and mail", script: resume().with(func(s *smtpparse.Session) {
			s.Dialogue = []smtpparse.Line{{From: "client", Kind: smtpparse.LineData, Frame: 4, Octets: 1000}}
			s.Messages = []*smtpparse.Message{{FirstFrame: 4, LastFrame: 4, Status: "sent", ReplyCode: 250}}
		}).ehlo().quit(), want: Incomplete},
	})
}

// A gap is told when the peer acknowledges it, which may be in a later packet than
// the octets behind it: the order of the dialogue counts, not that of frames.
func TestGapToldLate(t *testing.T) {
	sc := start().ehlo().gap("server").mail(250, 250)
	for i := range sc.s.Dialogue {
		if sc.s.Dialogue[i].Kind == smtpparse.LineGap {
			sc.s.Dialogue[i].Frame = 99
		}
	}
	if v, _ := Judge(sc.s); v.State != Incomplete {
		t.Errorf("state = %s, want %s", v.State, Incomplete)
	}
}

func TestFailedMechanism(t *testing.T) {
	for _, tc := range []struct {
		name   string
		script *script
		want   string
	}{
		{name: "by token", script: start().auth(ntlm("GSSAPI", 535)), want: "ntlm"},
		{name: "by name", script: start().auth(attempt("GSSAPI", "none", 501, cancelled)), want: "GSSAPI"},
		{name: "last one", script: start().auth(kerberos(535)).auth(sasl("LOGIN", "login", 535)), want: "login"},
		{name: "unknown", script: start().auth(attempt("", "none", 535, verbless)), want: "unknown"},
		{name: "not failed", script: start().auth(ntlm("NTLM", 235)), want: ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if v, _ := Judge(tc.script.s); v.FailedMechanism != tc.want {
				t.Errorf("failed_mechanism = %q, want %q", v.FailedMechanism, tc.want)
			}
		})
	}
}
