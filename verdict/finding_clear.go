package verdict

import (
	"cmp"

	"smtpscope/smtpparse"
)

// clearPassword returns the first attempt that sent a password without TLS.
func clearPassword(s *smtpparse.Session) *smtpparse.Auth { return sentInClear(s, Password) }

// sentInClear returns the first attempt of a kind that sent its secret without
// TLS; the server's answer does not matter.
func sentInClear(s *smtpparse.Session, kind State) *smtpparse.Auth {
	for _, a := range s.Auth {
		if stateOf(a) == kind && !a.TLS && (accepted(a) || a.SASL != nil && a.SASL.Password != "") {
			return a
		}
	}
	return nil
}

func (ct *Court) clearPasswordFinding(s *smtpparse.Session) {
	a := clearPassword(s)
	if a == nil {
		return
	}
	ct.report(Finding{
		ID: "clear-password", Frame: lastTokenFrame(a),
		Text: ct.say("A password crossed the wire readable: ", ct.command(a), ct.as(a), " without TLS"),
		Next: ct.say(starttlsMissing(s, ct.helloOf(s, a)), "Change that password, and let the client use TLS. ", ct.insideTLSOnly(s)),
	})
}

func (ct *Court) clearTokenFinding(s *smtpparse.Session) {
	a := sentInClear(s, OAuth)
	if a == nil {
		return
	}
	ct.report(Finding{
		ID: "clear-token", Frame: lastTokenFrame(a),
		Text: ct.say("A bearer token crossed the wire readable: ", ct.command(a), ct.as(a), " without TLS; who recorded it can use it until it expires"),
		Next: ct.say(starttlsMissing(s, ct.helloOf(s, a)), "Revoke that token, and let the client use TLS. ", ct.insideTLSOnly(s)),
	})
}

func (ct *Court) weakMechanismOffered(s *smtpparse.Session) {
	for i := range s.Hello {
		h := &s.Hello[i]
		if h.TLS || h.ReplyCode != 250 {
			continue
		}
		weak, secrets := ct.readable(h.AuthMechanisms)
		if len(weak) == 0 {
			continue
		}
		ct.report(Finding{
			ID: "weak-mechanism-offered-before-tls", Frame: cmp.Or(h.ReplyFrame, h.Frame),
			Text: ct.say("The server offers ", ct.enumerate(weak), " without TLS, so a client may send its ", secrets, " readable"),
			Next: ct.say(starttlsMissing(s, h), ct.insideTLSOnly(s)),
		})
		return
	}
}

// starttlsNotUsed: the client was told of STARTTLS, and logged in or gave mail
// without it. A login that encrypts what follows it needs no TLS.
func (ct *Court) starttlsNotUsed(s *smtpparse.Session, r ruling) {
	if s.TLS != nil || r.auth != nil && encrypts(r.auth) {
		return
	}
	what, from := didInClear(s)
	if what == "" || askedForTLS(s) {
		return
	}
	for i := range s.Hello {
		h := &s.Hello[i]
		if h.TLS || h.ReplyCode != 250 || h.ReplyFrame >= from || !offersTLS(h) {
			continue
		}
		ct.report(Finding{
			ID: "starttls-not-used", Frame: h.ReplyFrame,
			Text: ct.say("The server offers STARTTLS, and the client ", what, " without it"),
		})
		return
	}
}

// didInClear says what the client did that calls for TLS, and where it began. Mail
// that was taken says more than a login.
func didInClear(s *smtpparse.Session) (what string, from int64) {
	for _, m := range s.Messages {
		if wasTaken(m) {
			return "handed over mail", m.FirstFrame
		}
	}
	for _, a := range s.Auth {
		switch {
		case accepted(a):
			return "logged in", a.FirstFrame
		case what == "" && clientSentToken(a):
			what, from = "tried to log in", a.FirstFrame
		}
	}
	return what, from
}

// askedForTLS tells that the client wanted TLS and did not get it.
func askedForTLS(s *smtpparse.Session) bool {
	for i := range s.Dialogue {
		if l := &s.Dialogue[i]; l.Kind == smtpparse.LineCommand && (l.Verb == "STARTTLS" || l.Verb == "X-ANONYMOUSTLS") {
			return true
		}
	}
	return false
}

// encrypts tells that a login put a layer around what follows, which hides it.
func encrypts(a *smtpparse.Auth) bool {
	return accepted(a) && a.SASLLayer != nil && a.SASLLayer.Chosen == "confidentiality"
}

// readable returns the mechanisms that send a secret as it is, and what it is.
func (ct *Court) readable(offered []string) (weak []string, secrets string) {
	weak = ct.weak[:0]
	password, token := false, false
	for _, m := range offered {
		m = ct.upper(m)
		switch m {
		case "PLAIN", "LOGIN":
			password = true
		case "XOAUTH2", "OAUTHBEARER":
			token = true
		default:
			continue
		}
		weak = appendOnce(weak, m)
	}
	ct.weak = weak
	switch {
	case password && token:
		return weak, "password or token"
	case token:
		return weak, "token"
	}
	return weak, "password"
}

// insideTLSOnly is how the server offers such mechanisms inside TLS only. Postfix's
// smtpd_tls_auth_only would do more: without TLS it takes GSSAPI away as well.
// Dovecot counts the mechanisms with tokens among those of noplaintext.
func (ct *Court) insideTLSOnly(s *smtpparse.Session) string {
	switch ct.productOf(s) {
	case exchange:
		return "Offer such mechanisms inside TLS only: BasicAuthRequireTLS in AuthMechanism of the connector."
	case postfix:
		return "Offer such mechanisms inside TLS only: smtpd_sasl_security_options=noplaintext,noanonymous with smtpd_sasl_tls_security_options=noanonymous."
	}
	return "Let the server offer such mechanisms inside TLS only."
}

// starttlsMissing says, where advice would rest on STARTTLS, that there is none.
func starttlsMissing(s *smtpparse.Session, h *smtpparse.Hello) string {
	if h == nil || !h.Complete || s.Omitted["capabilities"] > 0 || offersTLS(h) {
		return ""
	}
	for _, a := range s.Anomalies {
		if a.Kind == smtpparse.STARTTLSStripped {
			return "STARTTLS does not reach the client here, because a device on the way blanks it: see to that first. "
		}
	}
	return "The server offers no STARTTLS here: turn it on first. "
}

// helloOf is the hello whose reply held for the attempt, nil if it was not seen whole.
func (ct *Court) helloOf(s *smtpparse.Session, a *smtpparse.Auth) *smtpparse.Hello {
	if o := ct.offerBefore(s, a); o != nil {
		return o.hello
	}
	return nil
}

// enumerate joins names as a sentence does: "A, B and C".
func (ct *Court) enumerate(names []string) string {
	parts := make([]string, 0, 8) // no more than four are readable
	for i, name := range names {
		switch i {
		case 0:
		case len(names) - 1:
			parts = append(parts, " and ")
		default:
			parts = append(parts, ", ")
		}
		parts = append(parts, name)
	}
	return ct.say(parts...)
}
