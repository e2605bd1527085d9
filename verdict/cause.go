package verdict

import (
	"slices"

	"smtpscope/reuse"
	"smtpscope/smtpparse"
)

// An inquiry asks why a session was not Kerberos. What it finds is in its Court.
type inquiry struct {
	*Court
	session *smtpparse.Session
	// tries are the attempts up to the one that decided: what came after it was
	// no cause of it.
	tries []*smtpparse.Auth
	// last is the one that decided.
	last *smtpparse.Auth
}

// explain says why a session was not Kerberos: each cause once, the surest first,
// of those the likeliest, never nil. It is empty for sessions that were Kerberos,
// that had no login to speak of, or of which too little is known.
func (ct *Court) explain(s *smtpparse.Session, r ruling) []Cause {
	ct.causes = reuse.Emptied(ct.causes)
	if !wantsCauses(s, r) {
		return ct.causes
	}
	in := inquiry{Court: ct, session: s, tries: s.Auth, last: r.auth}
	if i := slices.Index(s.Auth, r.auth); i >= 0 {
		in.tries = s.Auth[:i+1]
	}
	// In order of likelihood: what an error in this session proves, then what the
	// server's refusal suggests, then what makes Kerberos impossible, then what a
	// KDC said, and last what only hints.
	in.kerberosErrors()
	in.serverSelectedNTLM()
	in.serverRefusedGSS()
	in.ticketRefused()
	in.notOffered()
	in.localAccount()
	in.targetIsIP()
	in.kdcErrors()
	in.kdcUnreachable()
	in.serverPreferredNTLM()
	in.shortName()
	in.missingChannelBinding()
	in.nothingResolved()
	in.clientChose()
	// Certainty outranks likelihood: what was seen stands whatever else may be.
	slices.SortStableFunc(ct.causes, func(a, b Cause) int { return a.Certainty.rank() - b.Certainty.rank() })
	return ct.causes
}

// blame adds a cause, unless it was told as surely.
func (in *inquiry) blame(c Cause) {
	for i := range in.causes {
		if in.causes[i].ID != c.ID {
			continue
		}
		if c.Certainty.before(in.causes[i].Certainty) {
			in.causes[i] = c
		}
		return
	}
	in.causes = append(in.causes, c)
}

// wantsCauses tells that it makes sense to ask: somebody logged in otherwise, or failed
// with what could have been Kerberos.
func wantsCauses(s *smtpparse.Session, r ruling) bool {
	switch r.state {
	case NTLM, NTLMInGSSAPI, Password, Challenge, OAuth, Certificate:
		return true
	case Other:
		return !undecided(r.auth)
	case Failed:
		for _, a := range s.Auth {
			if wantedGSS(a) || sentNTLM(a) {
				return true
			}
		}
	}
	return false
}

// firstGSSTry returns the first attempt that could have become Kerberos, nil if
// there was none.
func (in *inquiry) firstGSSTry() *smtpparse.Auth {
	for _, a := range in.tries {
		if wantedGSS(a) {
			return a
		}
	}
	return nil
}

// spn is the service name to ask for in commands.
func (in *inquiry) spn() string {
	for _, a := range in.tries {
		if triedKerberos(a) {
			return in.serviceName(in.session, a)
		}
	}
	return in.serviceName(in.session, in.last)
}
