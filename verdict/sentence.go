package verdict

import (
	"cmp"

	"smtpscope/smtpparse"
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
