package verdict

import "smtpscope/smtpparse"

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

func (ct *Court) noneSentence(s *smtpparse.Session) string {
	switch {
	case tlsBeganOnly(s):
		return "No login and no mail: the TLS handshake did not come to its end"
	case unspoken(s):
		return "No login and no mail: nothing was said on this connection"
	case promisedTLS(s):
		return "No login and no mail: the server agreed to TLS, and none began"
	case endedBy421(s) > 0:
		return ct.say("No login and no mail: the server ended it with 421 (frame ", ct.number(endedBy421(s), 1), ")")
	}
	return "No login and no mail in this session"
}

// promisedTLS tells that the last that was said is the server's consent to TLS.
func promisedTLS(s *smtpparse.Session) bool {
	for i := len(s.Dialogue) - 1; i >= 0; i-- {
		switch l := &s.Dialogue[i]; {
		case l.Kind == smtpparse.LineEnd, l.Kind == smtpparse.LineReply && l.Code == 220:
		default:
			return l.Verb == "STARTTLS" || l.Verb == "X-ANONYMOUSTLS"
		}
	}
	return false
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
