package verdict

import (
	"cmp"
	"slices"
	"strings"

	"smtpscope/nearby"
	"smtpscope/smtpparse"
)

// The codes of a KDC's KRB-ERROR that have a cause or words of their own (RFC 4120,
// section 7.5.9).
const (
	errAccountExpired = 1  // KDC_ERR_NAME_EXP
	errClientUnknown  = 6  // KDC_ERR_C_PRINCIPAL_UNKNOWN
	errServiceUnknown = 7  // KDC_ERR_S_PRINCIPAL_UNKNOWN
	errNotUnique      = 8  // KDC_ERR_PRINCIPAL_NOT_UNIQUE
	errNullKey        = 9  // KDC_ERR_NULL_KEY
	errPolicy         = 12 // KDC_ERR_POLICY
	errBadOption      = 13 // KDC_ERR_BADOPTION
	errClientRevoked  = 18 // KDC_ERR_CLIENT_REVOKED
	errServiceRevoked = 19 // KDC_ERR_SERVICE_REVOKED
	errKeyExpired     = 23 // KDC_ERR_KEY_EXPIRED
	errPreauthFailed  = 24 // KDC_ERR_PREAUTH_FAILED
	errUserToUser     = 27 // KDC_ERR_MUST_USE_USER2USER
	errResponseTooBig = 52 // KRB_ERR_RESPONSE_TOO_BIG
	errWrongRealm     = 68 // KDC_ERR_WRONG_REALM
)

// surroundings are what the client said beside the session; nil when nothing is known.
func (ct *Court) surroundings() *nearby.Around {
	if ct.around == nil {
		return nil
	}
	return ct.around.Around()
}

// kdcErrors: the client asked a KDC for a ticket, was refused, and then logged in
// otherwise. The request that is most surely about the session counts, the latest of them.
func (in *inquiry) kdcErrors() {
	near := in.surroundings()
	if near == nil || !in.kdcMatters() {
		return
	}
	var best *nearby.Request
	var surely Certainty
	until := in.last.LastFrame
	for i := len(near.Requests) - 1; i >= 0; i-- {
		r := &near.Requests[i]
		if !r.Refused() || r.LastFrame() > until || in.made(near.Requests[i+1:], r, until) {
			continue
		}
		if c := in.isAbout(in.session, in.last, r); c != "" && (best == nil || c.before(surely)) {
			best, surely = r, c
		}
	}
	if best != nil {
		c := in.kdcErrorCause(best)
		c.Certainty, c.Frame, c.Others = surely, best.Answer.Frame, framesBefore(best)
		in.blame(c)
	}
}

// framesBefore is the frame of the request, if that was seen.
func framesBefore(r *nearby.Request) []int64 {
	if r.Frame == 0 {
		return nil
	}
	return []int64{r.Frame}
}

// kdcMatters tells that what a KDC said could decide: Kerberos was to be had, as
// far as is known, and the client did not bring a ticket all the same.
func (in *inquiry) kdcMatters() bool {
	if in.last == nil || slices.ContainsFunc(in.tries, triedKerberos) {
		return false
	}
	return in.firstGSSTry() != nil || carriesGSS(in.last.Mechanism) || in.mayHaveOffered()
}

func (in *inquiry) mayHaveOffered() bool {
	o := in.offerBefore(in.session, in.last)
	return o == nil || o.kerberos(in.last.Verb) != ""
}

// made tells that a later request mended what r failed in: the same ticket, or,
// for a client that got none at all, any.
func (in *inquiry) made(later []nearby.Request, r *nearby.Request, until int64) bool {
	return slices.ContainsFunc(later, func(l nearby.Request) bool {
		return l.LastFrame() <= until && l.Granted() && (strings.EqualFold(l.Service, r.Service) || r.Kind == nearby.KindAS && isOf(&l, r.Client))
	})
}

// isOf tells that a request may be that of a principal.
func isOf(r *nearby.Request, principal string) bool {
	return r.Client == "" || principal == "" || nearby.SamePrincipal(r.Client, principal)
}

// kdcToBlame tells that what a KDC said, or did not say, explains the login, or
// that no KDC has anything to do with the account.
func (in *inquiry) kdcToBlame() bool {
	for i := range in.causes {
		c := &in.causes[i]
		switch c.ID {
		case SPNUnknown, KDCUnreachable, KDCRefused:
		case LocalAccount:
			if c.Certainty == Seen {
				return true
			}
			continue
		default:
			if len(c.Others) == 0 {
				continue
			}
		}
		if c.Certainty != Possible {
			return true
		}
	}
	return false
}

// gotTicket returns the request with which the client got a ticket for the
// server before a frame, the latest; nil if none was seen.
func (ct *Court) gotTicket(s *smtpparse.Session, a *smtpparse.Auth, until int64) *nearby.Request {
	near := ct.surroundings()
	if near == nil {
		return nil
	}
	for i := len(near.Requests) - 1; i >= 0; i-- {
		r := &near.Requests[i]
		if r.Granted() && nearby.IsMail(cmp.Or(r.Answer.Ticket, r.Service)) && r.LastFrame() <= until && ct.isAbout(s, a, r) == Seen {
			return r
		}
	}
	return nil
}
