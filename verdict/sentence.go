package verdict

import (
	"cmp"
	"strings"

	"smtpscope/smtpparse"
	"smtpscope/tlsparse"
)

// sentence puts a ruling into one sentence.
func (ct *Court) sentence(s *smtpparse.Session, r ruling) string {
	switch r.state {
	case Incomplete:
		if r.hole.kind == holeFuture {
			return ct.openSentence(s, r)
		}
		return ct.incompleteSentence(r)
	case Failed:
		return ct.failedSentence(s, r.auth)
	case None:
		return ct.noneSentence(s)
	case Encrypted:
		return ct.encryptedSentence(s)
	}
	hidden := ""
	if hidesInTLS(s) {
		hidden = "; what followed inside TLS cannot be read"
	}
	if r.auth != nil {
		return ct.say(ct.acceptedSentence(r), ct.offeredClause(s, r), ct.fallbackClause(s, r.auth), hidden)
	}
	if loggedInAtProxy(s) {
		return ct.say(ct.anonymousSentence(r.mail), "; a proxy (XCLIENT) names a user who had logged in there", hidden)
	}
	return ct.say(ct.anonymousSentence(r.mail), ct.authClause(s, r.mail), hidden)
}

// acceptedSentence describes the login that was accepted.
func (ct *Court) acceptedSentence(r ruling) string {
	a := r.auth
	switch r.state {
	case Kerberos:
		return ct.say("Kerberos: the client proved itself with ", ct.ticket(a), ct.ticketClient(a), ct.actingAs(a))
	case IAKERB:
		return ct.say("Kerberos through IAKERB: the client proved itself with ", ct.ticket(a), ct.ticketClient(a), ct.actingAs(a))
	case NTLMInGSSAPI:
		return ct.say(ct.command(a), " carried NTLM, not Kerberos (", ct.both(ct.identity(a), ", ", ct.ntlmVersion(a)), ")")
	case NTLM:
		who := ct.say(ct.ntlmVersion(a), " as ", cmp.Or(ct.identity(a), "an unknown user"))
		if a.Mechanism == "" {
			return ct.say("NTLM: ", who, " (the name of the mechanism is not in the capture: AUTH NTLM or AUTH GSSAPI)")
		}
		return ct.say(ct.command(a), ": ", who)
	case Password:
		if !a.TLS {
			return ct.say("Password in the clear: ", ct.command(a), ct.as(a), " without TLS")
		}
		return ct.say("Password: ", ct.command(a), ct.as(a), " inside TLS")
	case Challenge:
		return ct.say("Challenge and response, no Kerberos: ", ct.command(a), ct.as(a), where(a))
	case OAuth:
		return ct.say("OAuth token, no Kerberos: ", ct.command(a), ct.as(a), where(a))
	case Certificate:
		if !a.TLS {
			return ct.say("Identity from outside SMTP: ", ct.command(a), ct.as(a), " was accepted without TLS, so it came from no certificate that is seen here")
		}
		return ct.say("Client certificate: ", ct.command(a), ct.as(a), " took the identity from outside SMTP, as a rule from TLS")
	case Anonymous:
		return ct.say("Anonymous: the server accepted ", ct.command(a), ", so nobody is known to have logged in")
	}
	switch {
	case undecided(a) && triedKerberos(a):
		return ct.say(ct.command(a), " was accepted and looks like Kerberos, but no ticket in it could be read: whether it was is unknown")
	case undecided(a):
		return ct.say(ct.command(a), " was accepted, but no token in it could be read as Kerberos or NTLM: which of them it was is unknown")
	}
	return ct.say(ct.command(a), " was accepted; what this mechanism proves is unknown to smtpscope")
}

// offeredClause says that Kerberos was to be had where a client did something
// else and tried nothing of the kind. Of NTLM a cause says it.
func (ct *Court) offeredClause(s *smtpparse.Session, r ruling) string {
	switch r.state {
	case Password, Challenge, OAuth:
	default:
		return ""
	}
	o := ct.offerBefore(s, r.auth)
	if o == nil || o.kerberos(r.auth.Verb) == "" || gssBefore(s, r.auth) != nil {
		return ""
	}
	return ct.say(", though the server offered ", ct.wire(o.kerberos(r.auth.Verb)))
}

// fallbackClause says, after an accepted login that was not Kerberos, what was
// tried before it.
func (ct *Court) fallbackClause(s *smtpparse.Session, a *smtpparse.Auth) string {
	switch {
	case triedKerberos(a) && sentNTLM(a):
		return ct.say("; the client fell back to NTLM after ", ct.kerberosFailure(a))
	case triedKerberos(a):
		return ""
	}
	before := gssBefore(s, a)
	if before == nil {
		return ""
	}
	to := ct.wire(ct.upper(ct.reallyWas(a)))
	if !triedKerberos(before) {
		return ct.say("; the client fell back to ", to, " after ", ct.command(before), ", which ", ct.fate(before))
	}
	return ct.say("; the client fell back to ", to, " after ", ct.kerberosFailure(before))
}

// gssBefore returns the last attempt before a that could have become Kerberos and
// did not. A ticket that was refused tells more than an attempt without a token.
func gssBefore(s *smtpparse.Session, a *smtpparse.Auth) *smtpparse.Auth {
	var found *smtpparse.Auth
	for _, b := range s.Auth {
		if b == a {
			break
		}
		if accepted(b) || sentNTLM(b) || !wantedGSS(b) {
			continue
		}
		if found == nil || triedKerberos(b) || !triedKerberos(found) {
			found = b
		}
	}
	return found
}

// kerberosFailure says how an attempt at Kerberos failed.
func (ct *Court) kerberosFailure(a *smtpparse.Auth) string {
	what := "Kerberos failed"
	if a.Kerberos != nil && a.Kerberos.SPN != "" {
		what = ct.say(what, " with a ticket for ", ct.wire(a.Kerberos.SPN))
	}
	switch {
	case a.Kerberos != nil && a.Kerberos.ErrorCode != 0:
		return ct.say(what, ": ", ct.kerberosError(a.Kerberos))
	case sentNTLM(a) && selectedNTLM(a):
		return ct.say(what, ": the server selected NTLM")
	case accepted(a):
		return ct.say(what, " (no token says why)")
	}
	return ct.say(what, ": the attempt ", ct.fate(a))
}

func (ct *Court) failedSentence(s *smtpparse.Session, a *smtpparse.Auth) string {
	text := "Nobody logged in: "
	switch {
	case triedKerberos(a):
		text = ct.say(text, ct.kerberosFailure(a), " (", ct.command(a), ")")
	default:
		text = ct.say(text, ct.command(a), ct.as(a), " ", ct.fate(a))
	}
	if n := len(s.Auth); n > 1 {
		text = ct.say(text, "; none of ", ct.number(int64(n), 1), " attempts was accepted")
	}
	if before := gssBefore(s, a); before != nil && triedKerberos(before) && !triedKerberos(a) {
		text = ct.say(text, "; before that ", ct.kerberosFailure(before))
	}
	return text
}

func (ct *Court) anonymousSentence(u submission) string {
	switch {
	case u.sent():
		return "Nobody logged in: the server took mail without AUTH"
	case u.taken():
		return "Nobody logged in: the client began to send mail without AUTH, and the server let it"
	case u.refusal.code != 0:
		return ct.say("Nobody logged in: the client tried to send mail without AUTH, and the server refused it (", ct.number(int64(u.refusal.code), 3), ")")
	}
	return "Nobody logged in: the client tried to send mail without AUTH"
}

// authClause says, of mail without a login, whether there was a login to be had.
func (ct *Court) authClause(s *smtpparse.Session, u submission) string {
	tls := u.message != nil && u.message.TLS
	if u.message == nil && u.line < len(s.Dialogue) {
		tls = s.Dialogue[u.line].TLS
	}
	o := ct.offerAt(s, u.frame, tls)
	switch {
	case o == nil:
		return ""
	case len(o.auth) > 0:
		return "; AUTH was offered and not tried"
	case !tls && o.offersTLS():
		return "; no AUTH is offered on this port without TLS"
	}
	return "; no AUTH is offered on this port"
}

// endedBy421 returns the frame of a 421 that was the server's last word (RFC 5321,
// section 3.8), 0 if it was not.
func endedBy421(s *smtpparse.Session) int64 {
	for i := len(s.Dialogue) - 1; i >= 0; i-- {
		if l := &s.Dialogue[i]; l.Kind == smtpparse.LineReply {
			if l.Code == 421 {
				return l.Frame
			}
			return 0
		}
	}
	return 0
}

// unspoken tells that nobody has said anything. A connection can end all the same.
func unspoken(s *smtpparse.Session) bool {
	for i := range s.Dialogue {
		if s.Dialogue[i].Kind != smtpparse.LineEnd {
			return false
		}
	}
	return s.Greeting == nil
}

func (ct *Court) noneSentence(s *smtpparse.Session) string {
	switch {
	case tlsBeganOnly(s):
		return "No login and no mail: the TLS handshake did not come to its end"
	case unspoken(s):
		return "No login and no mail: nothing was said on this connection"
	case endedBy421(s) > 0:
		return ct.say("No login and no mail: the server ended it with 421 (frame ", ct.number(endedBy421(s), 1), ")")
	}
	return "No login and no mail in this session"
}

func (ct *Court) encryptedSentence(s *smtpparse.Session) string {
	how := "TLS hides the whole conversation"
	switch s.TLS.Via {
	case "starttls":
		how = "TLS hides what followed STARTTLS"
	case "x-anonymoustls":
		how = "TLS hides what followed X-ANONYMOUSTLS"
	}
	text := ct.say(how, "; it was not opened", ct.whyClosed(&s.TLS.Facts), ", so how the client logged in is unknown")
	if len(s.Auth) > 0 {
		text = ct.say(text, "; no attempt before it was accepted")
	}
	return text
}

// openSentence says how far a conversation has come that goes on.
func (ct *Court) openSentence(s *smtpparse.Session, r ruling) string {
	const open = "In progress: "
	switch a := r.auth; {
	case a != nil && a.Outcome == smtpparse.Incomplete:
		return ct.say(open, ct.command(a), ct.as(a), " is under way")
	case a != nil:
		return ct.say(open, ct.command(a), ct.as(a), " ", ct.fate(a), "; nobody has logged in so far")
	case r.mail.exists():
		return open + "the client tries to send mail without AUTH"
	case s.TLS != nil && !s.TLS.Decrypted:
		return open + "the TLS handshake has begun"
	case len(s.Hello) > 0:
		return open + "no login and no mail so far"
	case s.Greeting != nil:
		return open + "the server has greeted"
	case unspoken(s):
		return open + "nobody has spoken so far"
	}
	return open + "nothing has been decided so far"
}

// whyClosed says why TLS was not opened, and what would open it.
func (ct *Court) whyClosed(t *tlsparse.Facts) string {
	switch t.Hidden {
	case tlsparse.HiddenNoKeys:
		if strings.HasPrefix(t.CipherSuite, "TLS_RSA_WITH_") {
			return " (no key was given: --keylog, or --tls-key with the server's RSA key)"
		}
		return " (no key was given: --keylog)"
	case tlsparse.HiddenNoKey:
		return " (the keys given hold none of this session)"
	case tlsparse.HiddenWrongKey:
		return " (its key was given, and does not fit)"
	case tlsparse.HiddenUnsupported:
		return ct.say(" (", ct.wire(t.CipherSuite), " in ", t.Version, " is not supported, so no key helps)")
	case tlsparse.HiddenNoHandshake:
		return " (its handshake is not in the capture, so no key helps)"
	}
	return ""
}

func (ct *Court) incompleteSentence(r ruling) string {
	const unknown = "The login cannot be told: "
	switch r.hole.kind {
	case holeToken:
		if triedKerberos(r.auth) {
			return ct.say(unknown, ct.command(r.auth), " was accepted and looks like Kerberos, but the ticket that would prove it is not whole in the capture")
		}
		return ct.say(unknown, ct.command(r.auth), " was accepted, but the token that tells Kerberos from NTLM is missing in the capture")
	case holeVerb:
		return unknown + "the server said 235, but the AUTH that it answers was not seen, or not understood"
	case holeAuth:
		return ct.say(unknown, ct.command(r.auth), ct.as(r.auth), " began, but its end is not in the capture")
	case holeOmitted:
		return unknown + "there were more attempts to log in than are kept"
	case holeSide:
		if r.auth != nil {
			return ct.say(unknown+"the client began ", ct.command(r.auth), ct.as(r.auth), ", but only one direction of the connection is in the capture")
		}
		return unknown + "only one direction of the connection is in the capture"
	case holeStart:
		return unknown + "the capture begins in the middle of the session, and a login may have come before"
	case holeGap:
		return unknown + "packets of the server are missing where a login could have been"
	case holeTLS:
		return unknown + "the capture ends in the TLS handshake"
	case holeConflict:
		return ct.say(unknown, ct.command(r.auth), " was accepted, but packets with other octets at the same place cast doubt on what the server saw")
	case holeDoubt:
		return ct.say(unknown+"a 235 was seen, and more than one attempt that it may answer; the one before it is ", ct.command(r.auth))
	case holeMixed:
		return ct.say(unknown, ct.command(r.auth), " was accepted after tokens of more than one mechanism")
	}
	return unknown + "the capture ends before the client logged in or sent mail"
}
