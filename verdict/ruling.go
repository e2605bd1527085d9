package verdict

import "smtpscope/smtpparse"

// A ruling is the decision before it is put into words: the state, and the part
// of the session that it rests on.
type ruling struct {
	state State
	// auth is the attempt that decides: the last accepted one, else the last one.
	// Nil for a session without attempts.
	auth *smtpparse.Auth
	// mail is where mail was first submitted or tried without a login.
	mail submission
	// hole says, in state Incomplete, what is missing.
	hole hole
}

// rule decides the state. The order matters: a 235 that was seen outranks all
// that was not seen; TLS without a key outranks a hole, since what the hole
// swallowed would not decide either; and only a session without holes is said to
// have had no login.
func (ct *Court) rule(s *smtpparse.Session) ruling {
	r := ct.ruleSoFar(s)
	if s.Open && !r.settled() {
		return ruling{state: Incomplete, auth: r.auth, mail: r.mail, hole: hole{kind: holeFuture, frame: lastFrame(s)}}
	}
	return r
}

// settled tells that what follows can hardly change the state: somebody was let
// in, mail was taken without a login, or all that follows is hidden.
func (r *ruling) settled() bool {
	switch r.state {
	case Failed, None:
		return false
	case Anonymous:
		return r.auth != nil || r.mail.taken()
	case Incomplete:
		return r.auth != nil && accepted(r.auth)
	}
	return true
}

// ruleSoFar is rule for all that has been said.
func (ct *Court) ruleSoFar(s *smtpparse.Session) ruling {
	if a := lastAccepted(s); a != nil {
		return ct.ruleAccepted(s, a)
	}
	if hidesInTLS(s) {
		return ct.ruleHidden(s)
	}
	if h := strayAcceptance(s); h.kind != holeNone {
		return ruling{state: Incomplete, hole: h}
	}
	if len(s.Auth) > 0 || s.Omitted["auth"] > 0 {
		return ruleAttempts(s)
	}
	return ct.ruleSilent(s)
}

// lastAccepted returns the attempt that counts. A later one that was refused does
// not undo it: RFC 4954, section 4, wants it refused with 503.
func lastAccepted(s *smtpparse.Session) *smtpparse.Auth {
	for i := len(s.Auth) - 1; i >= 0; i-- {
		if accepted(s.Auth[i]) {
			return s.Auth[i]
		}
	}
	return nil
}

// ruleAccepted judges an attempt that was accepted: what its tokens prove, unless a part
// that would decide is missing.
func (ct *Court) ruleAccepted(s *smtpparse.Session, a *smtpparse.Auth) ruling {
	r := ruling{state: stateOf(a), auth: a}
	if h := ct.unproven(s, a); h.kind != holeNone {
		r.state, r.hole = Incomplete, h
		return r
	}
	partly := a.Gap || a.Verb == "" || s.Quality.OneSided || s.Quality.TruncatedPackets > 0
	if r.state == Other && undecided(a) && partly {
		r.state, r.hole.kind = Incomplete, holeToken
		if a.Verb == "" {
			r.hole.kind = holeVerb
		}
	}
	return r
}

// ruleHidden judges a session that vanishes in TLS. Mail that the server took in
// the clear before is proven anonymous; a refusal before proves nothing, because
// the client may have tried again inside.
func (ct *Court) ruleHidden(s *smtpparse.Session) ruling {
	if len(s.Auth) == 0 {
		if r := ct.ruleSilent(s); r.state == Anonymous && r.mail.taken() {
			return r
		}
	}
	return ruling{state: Encrypted, auth: lastAuth(s)}
}

// ruleAttempts judges a session with attempts of which none is known to have
// been accepted.
func ruleAttempts(s *smtpparse.Session) ruling {
	for _, a := range s.Auth {
		if !refused(a) && !unanswered(s, a) {
			h := hole{kind: holeAuth}
			if s.Quality.OneSided {
				h.kind = holeSide
			}
			return ruling{state: Incomplete, auth: a, hole: h}
		}
	}
	if s.Omitted["auth"] > 0 {
		return ruling{state: Incomplete, auth: lastAuth(s), hole: hole{kind: holeOmitted}}
	}
	last := lastAuth(s)
	h := holeAfter(s, last)
	// 503 is also what a client hears that is already logged in.
	if h.kind == holeNone && last.ReplyCode == 503 {
		h = holeBefore(s, len(s.Dialogue))
	}
	if h.kind == holeNone && tlsBeganOnly(s) && !over(s) {
		h = hole{kind: holeTLS, frame: s.TLS.Frame}
	}
	if h.kind != holeNone {
		return ruling{state: Incomplete, auth: last, hole: h}
	}
	return ruling{state: Failed, auth: last}
}

// ruleSilent judges a session in which no attempt was seen.
func (ct *Court) ruleSilent(s *smtpparse.Session) ruling {
	if s.Quality.OneSided {
		return ruling{state: Incomplete, hole: hole{kind: holeSide, frame: firstFrame(s)}}
	}
	sub := ct.firstSubmission(s)
	h := holeBefore(s, sub.line)
	if !sub.taken() {
		// Nothing was submitted: a login that led to no mail counts as well, so
		// the whole session must have been seen.
		h = holeBefore(s, len(s.Dialogue))
		h = h.or(unplacedGap(s))
	}
	switch {
	case h.kind != holeNone:
		return ruling{state: Incomplete, mail: sub, hole: h}
	case sub.exists():
		return ruling{state: Anonymous, mail: sub}
	case tlsBeganOnly(s) && !over(s):
		return ruling{state: Incomplete, hole: hole{kind: holeTLS, frame: s.TLS.Frame}}
	case !over(s) && (s.Close == "eof" || s.Close == "limit"):
		return ruling{state: Incomplete, hole: hole{kind: holeEnd, frame: lastFrame(s)}}
	}
	return ruling{state: None}
}

func lastAuth(s *smtpparse.Session) *smtpparse.Auth {
	if len(s.Auth) == 0 {
		return nil
	}
	return s.Auth[len(s.Auth)-1]
}

// unanswered tells that the attempt, whose end was not seen, came to nothing: the
// conversation went on to another attempt or ended, and the capture holds all of
// it, so that a 235 would have been seen.
func unanswered(s *smtpparse.Session, a *smtpparse.Auth) bool {
	if a.Outcome != smtpparse.Incomplete || a.ReplyCode != 0 {
		return false
	}
	whole := !a.Gap && !s.Quality.OneSided && s.Quality.Gaps == 0 && s.Quality.TruncatedPackets == 0
	return whole && (a != lastAuth(s) || over(s))
}
