package verdict

import "smtpscope/smtpparse"

// An inquiry asks why a session was not Kerberos.
type inquiry struct {
	session *smtpparse.Session
	// tries are the attempts up to the one that decided: what came after it was
	// no cause of it.
	tries []*smtpparse.Auth
	// last is the one that decided.
	last *smtpparse.Auth
}

// causeRules are in order of likelihood: what an error in this session proves,
// then what the server's refusal suggests, then what makes Kerberos impossible,
// and last what only hints.
var causeRules = []func(*inquiry) []Cause{
	kerberosErrorCauses,
	serverSelectedNTLM,
	serverRefusedGSS,
	ticketRefused,
	notOffered,
	localAccount,
	targetIsIP,
	shortName,
	missingChannelBinding,
	clientChose,
}

// causes says why a session was not Kerberos: each cause once, the likeliest
// first, never nil. It is empty for sessions that were Kerberos, that had no
// login to speak of, or of which too little is known.
func causes(s *smtpparse.Session, r ruling) []Cause {
	found := []Cause{}
	if !wantsCauses(s, r) {
		return found
	}
	in := &inquiry{session: s, last: r.auth}
	for _, a := range s.Auth {
		in.tries = append(in.tries, a)
		if a == r.auth {
			break
		}
	}
	seen := make(map[CauseID]bool)
	for _, causeRule := range causeRules {
		for _, c := range causeRule(in) {
			if !seen[c.ID] {
				seen[c.ID] = true
				found = append(found, c)
			}
		}
	}
	return found
}

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
			return serviceName(in.session, a)
		}
	}
	return serviceName(in.session, in.last)
}
