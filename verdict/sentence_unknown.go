package verdict

import (
	"strings"

	"smtpscope/smtpparse"
	"smtpscope/tlsparse"
)

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
