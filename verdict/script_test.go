package verdict

import (
	"strings"
	"time"

	"smtpscope/authtoken"
	"smtpscope/smtpparse"
	"smtpscope/tlsparse"
)

var noon = time.Date(2026, 11, 2, 12, 0, 0, 0, time.UTC)

// A script writes a session as a parser would, one frame after the other.
type script struct {
	s     *smtpparse.Session
	frame int64
	tls   bool
}

// start opens a conversation that is seen from its beginning and ends with FIN.
func start() *script {
	sc := resume()
	sc.s.Quality.Midstream = false
	sc.s.Initiator = "seen"
	sc.s.Greeting = &smtpparse.Greeting{Code: 220, Text: "ex01.contoso.test ESMTP ready", Frame: sc.next()}
	sc.reply(220, "ex01.contoso.test ESMTP ready")
	return sc
}

// resume begins in the middle of a conversation.
func resume() *script {
	sc := &script{s: &smtpparse.Session{ID: 1, Start: noon, Initiator: "guessed", Close: "fin"}, frame: 3}
	sc.s.Server.Port = 587
	sc.s.Quality.Midstream = true
	return sc
}

func (sc *script) next() int64 {
	sc.frame++
	return sc.frame
}

func (sc *script) line(l smtpparse.Line) *script {
	l.Frame, l.TLS, l.Time = sc.frame, sc.tls, noon.Add(time.Duration(sc.frame)*time.Second)
	sc.s.Dialogue = append(sc.s.Dialogue, l)
	return sc
}

func (sc *script) reply(code int, text string) *script {
	return sc.line(smtpparse.Line{From: "server", Kind: smtpparse.LineReply, Code: code, Text: text})
}

func (sc *script) say(verb string) *script {
	sc.next()
	return sc.line(smtpparse.Line{From: "client", Kind: smtpparse.LineCommand, Verb: verb, Text: verb})
}

func (sc *script) answer(code int) *script {
	sc.next()
	return sc.reply(code, "")
}

// ehlo says EHLO; each capability is its keyword and parameters.
func (sc *script) ehlo(capabilities ...[]string) *script {
	sc.say("EHLO")
	h := smtpparse.Hello{Verb: "EHLO", Name: "client", TLS: sc.tls, Frame: sc.frame, ReplyCode: 250, Complete: true}
	for _, c := range capabilities {
		h.Capabilities = append(h.Capabilities, smtpparse.Capability{Keyword: c[0], Params: c[1:]})
		if c[0] == "AUTH" || c[0] == "AUTH=" || c[0] == "X-EXPS" {
			h.AuthMechanisms = append(h.AuthMechanisms, c[1:]...)
		}
	}
	sc.answer(250)
	h.ReplyFrame = sc.frame
	sc.s.Hello = append(sc.s.Hello, h)
	return sc
}

// auth plays an attempt: the verb, a frame for each step, the final reply.
func (sc *script) auth(a *smtpparse.Auth) *script {
	sc.next()
	a.FirstFrame, a.TLS = sc.frame, sc.tls
	if a.Verb != "" {
		sc.line(smtpparse.Line{From: "client", Kind: smtpparse.LineCommand, Verb: a.Verb, Text: a.Verb + " " + a.Mechanism})
	}
	for i := range a.Steps {
		st := &a.Steps[i]
		st.Frame = sc.next()
		st.Time = noon.Add(time.Duration(sc.frame) * time.Second)
		if st.From == "client" {
			sc.line(smtpparse.Line{From: "client", Kind: smtpparse.LineAuth, Token: st.Kind})
		} else {
			sc.reply(334, "")
		}
	}
	if a.ReplyCode != 0 {
		sc.answer(a.ReplyCode)
	}
	a.LastFrame = sc.frame
	sc.s.Auth = append(sc.s.Auth, a)
	return sc
}

// mail plays a transaction with one recipient and the final reply.
func (sc *script) mail(rcptCode, finalCode int) *script {
	sc.say("MAIL")
	m := &smtpparse.Message{MailFrom: "a@contoso.test", FirstFrame: sc.frame, TLS: sc.tls, Transfer: "DATA"}
	sc.answer(250).say("RCPT").answer(rcptCode)
	m.RcptTo = []smtpparse.Recipient{{Address: "b@contoso.test", ReplyCode: rcptCode, Frame: sc.frame - 1}}
	switch {
	case rcptCode >= 400:
		m.Status = "refused"
	case finalCode == 0:
		m.Status = "cut"
	default:
		sc.say("DATA").answer(354)
		sc.next()
		sc.line(smtpparse.Line{From: "client", Kind: smtpparse.LineData, Octets: 100})
		sc.answer(finalCode)
		m.Status, m.ReplyCode, m.Complete = "sent", finalCode, true
		if finalCode >= 400 {
			m.Status = "refused"
		}
	}
	m.LastFrame = sc.frame
	sc.s.Messages = append(sc.s.Messages, m)
	return sc
}

// gap loses octets of one side.
func (sc *script) gap(from string) *script {
	sc.next()
	sc.s.Quality.Gaps++
	sc.s.Quality.GapBytes += 100
	return sc.line(smtpparse.Line{From: from, Kind: smtpparse.LineGap, Octets: 100})
}

// starttls begins TLS; what is inside stays hidden unless it is decrypted.
func (sc *script) starttls(decrypted bool, client, server int64) *script {
	sc.say("STARTTLS")
	t := &smtpparse.TLS{Via: "starttls", Frame: sc.frame, Decrypted: decrypted, OctetsClient: client, OctetsServer: server}
	sc.answer(220)
	t.ReplyFrame = sc.frame
	sc.next()
	sc.line(smtpparse.Line{From: "client", Kind: smtpparse.LineTLS, Octets: client})
	sc.s.TLS, sc.tls = t, decrypted
	return sc
}

func handshakeFailed(s *smtpparse.Session) { s.TLS.Outcome = tlsparse.Failed }

// serverFlight is the server's part of a handshake that nothing followed.
func (sc *script) serverFlight(octets int64) *script {
	sc.next()
	return sc.line(smtpparse.Line{From: "server", Kind: smtpparse.LineTLS, Octets: octets})
}

func (sc *script) implicitTLS(client, server int64) *script {
	sc.s.TLS = &smtpparse.TLS{Via: "implicit", Frame: sc.next(), OctetsClient: client, OctetsServer: server}
	return sc.line(smtpparse.Line{From: "client", Kind: smtpparse.LineTLS, Octets: client})
}

func (sc *script) quit() *script { return sc.say("QUIT").answer(221) }

func (sc *script) closed(how string) *script {
	sc.s.Close = how
	return sc
}

// open makes it a session that goes on.
func (sc *script) open() *script {
	sc.s.Open, sc.s.Close = true, ""
	return sc
}

// with changes whatever no other call does.
func (sc *script) with(change func(*smtpparse.Session)) *script {
	change(sc.s)
	return sc
}

func oneSided(s *smtpparse.Session) { s.Quality.OneSided = true }
func exchangeGreeting(s *smtpparse.Session) {
	s.Greeting.Text = "ex01.contoso.test Microsoft ESMTP MAIL Service ready at Mon, 2 Nov 2026"
}
func postfixGreeting(s *smtpparse.Session) { s.Greeting.Text = "mail.contoso.test ESMTP Postfix" }
func port25(s *smtpparse.Session)          { s.Server.Port = 25 }

// An attempt is changed by options before it is played.
type option func(*smtpparse.Auth)

func attempt(mechanism, actual string, code int, options ...option) *smtpparse.Auth {
	a := &smtpparse.Auth{Verb: "AUTH", Mechanism: mechanism, Actual: actual, ReplyCode: code, Outcome: smtpparse.Rejected}
	switch code {
	case 235:
		a.Outcome = smtpparse.Accepted
	case 0:
		a.Outcome = smtpparse.Incomplete
	}
	for _, o := range options {
		o(a)
	}
	return a
}

func step(from, kind string) smtpparse.Step {
	return smtpparse.Step{From: from, Kind: kind, Bytes: 100}
}

// kerberos is a bare ticket in AUTH GSSAPI.
func kerberos(code int, options ...option) *smtpparse.Auth {
	a := attempt("GSSAPI", "kerberos", code)
	a.Kerberos = &authtoken.Kerberos{SPN: "SMTPSVC/ex01.contoso.test", Realm: "CONTOSO.TEST", APReq: true, TicketEtype: "aes256-cts-hmac-sha1-96"}
	a.Steps = []smtpparse.Step{step("client", "krb5.AP-REQ")}
	for _, o := range options {
		o(a)
	}
	return a
}

// ntlm is NTLMv2 of a domain account under the given mechanism.
func ntlm(mechanism string, code int, options ...option) *smtpparse.Auth {
	a := attempt(mechanism, "ntlm", code)
	a.NTLM = &authtoken.NTLM{Version: "NTLMv2", User: "alice", Domain: "CONTOSO", Workstation: "SP01", ServerName: "EX01", ServerDNS: "ex01.contoso.test", MIC: true}
	a.Steps = []smtpparse.Step{step("client", "ntlm.Negotiate"), step("server", "ntlm.Challenge"), step("client", "ntlm.Authenticate")}
	for _, o := range options {
		o(a)
	}
	return a
}

// sasl is a mechanism that is its own proof.
func sasl(mechanism, actual string, code int, options ...option) *smtpparse.Auth {
	a := attempt(mechanism, actual, code)
	a.SASL = &authtoken.SASL{User: "alice", Password: authtoken.Redacted}
	a.Steps = []smtpparse.Step{step("client", "sasl."+actual)}
	for _, o := range options {
		o(a)
	}
	return a
}

// replied is what the server said beside its code.
func replied(enhanced, text string) option {
	return func(a *smtpparse.Auth) { a.EnhancedCode, a.ReplyText = enhanced, text }
}

func krbError(code int, name string) option {
	return func(a *smtpparse.Auth) {
		a.Kerberos.ErrorCode, a.Kerberos.Error = code, &name
		a.Steps = append(a.Steps, step("server", "krb5.KRB-ERROR"))
	}
}

// negotiation is what SPNEGO said: the client's list and the server's choice.
func negotiation(selected string, mechTypes ...string) option {
	return func(a *smtpparse.Auth) {
		a.SPNEGO = &authtoken.SPNEGO{MechTypes: mechTypes, Selected: selected}
		if selected != "" {
			a.Steps = append(a.Steps, step("server", "spnego.NegTokenResp"))
		}
	}
}

// steps replaces an attempt's lines: each is who spoke and the token's kind.
func steps(lines ...string) option {
	return func(a *smtpparse.Auth) {
		a.Steps = nil
		for _, l := range lines {
			from, kind, _ := strings.Cut(l, " ")
			a.Steps = append(a.Steps, step(from, kind))
		}
	}
}

// opened gives an attempt what a keytab opened.
func opened(o authtoken.Opened) option {
	return func(a *smtpparse.Auth) { a.Kerberos.Opened, a.Kerberos.Client = &o, o.Client }
}

// negotiateOnly ends NTLM before the challenge.
func negotiateOnly(a *smtpparse.Auth) {
	a.NTLM = &authtoken.NTLM{}
	a.Steps = a.Steps[:1]
}
func cancelled(a *smtpparse.Auth) { a.Outcome = smtpparse.Cancelled }
func gapped(a *smtpparse.Auth)    { a.Gap = true }
func verbless(a *smtpparse.Auth)  { a.Verb, a.Mechanism = "", "" }
func target(spn string) option    { return func(a *smtpparse.Auth) { a.NTLM.TargetSPN = spn } }
func ticketSent(a *smtpparse.Auth) {
	a.Kerberos = &authtoken.Kerberos{SPN: "SMTPSVC/ex01.contoso.test", APReq: true}
	a.Steps = append([]smtpparse.Step{step("client", "spnego.NegTokenInit > krb5.AP-REQ")}, a.Steps...)
}
