package nearby

import "strings"

// The kinds of requests.
const (
	KindAS       = "AS"
	KindTGS      = "TGS"
	KindPassword = "kpasswd"
)

// Errors that are not what they seem, or that most clients meet often (RFC 4120,
// section 7.5.9; RFC 6113, section 5.2).
const (
	errServiceUnknown  = 7  // KDC_ERR_S_PRINCIPAL_UNKNOWN
	errPreauthRequired = 25 // KDC_ERR_PREAUTH_REQUIRED
	errTktExpired      = 32 // KRB_AP_ERR_TKT_EXPIRED
	errTktNYV          = 33 // KRB_AP_ERR_TKT_NYV
	errSkew            = 37 // KRB_AP_ERR_SKEW
	errResponseTooBig  = 52 // KRB_ERR_RESPONSE_TOO_BIG
	errWrongRealm      = 68 // KDC_ERR_WRONG_REALM
	errMorePreauth     = 91 // KDC_ERR_MORE_PREAUTH_DATA_REQUIRED
)

// Refused tells that a KDC refused, and not only asked for another request.
func (r *Request) Refused() bool {
	if r.Answer == nil {
		return false
	}
	switch r.Answer.ErrorCode {
	case 0, errPreauthRequired, errMorePreauth, errResponseTooBig:
		return false
	}
	return true
}

// Granted tells that a KDC gave the ticket that it was asked for, and not a referral
// to another realm.
func (r *Request) Granted() bool {
	return r.Kind != KindPassword && r.Answer != nil && r.Answer.ErrorCode == 0 && r.ReferredTo() == ""
}

// ReferredTo is the realm that a KDC referred the client to (RFC 6806, section 8),
// empty if it did not.
func (r *Request) ReferredTo() string {
	if r.Kind != KindTGS || r.Answer == nil || strings.EqualFold(r.Answer.Ticket, r.Service) {
		return ""
	}
	realm, is := strings.CutPrefix(r.Answer.Ticket, ticketGranting)
	if !is {
		return ""
	}
	return realm
}

// IsForTGT tells that a request is for a realm's ticket-granting service.
func (r *Request) IsForTGT() bool { return isTGT(r.Service) }

// LastFrame is the frame of the answer, or else of the request.
func (r *Request) LastFrame() int64 {
	if r.Answer != nil {
		return r.Answer.Frame
	}
	return r.Frame
}

// telling tells that a request has to do with mail, or failed. A TGT that was
// refused counts: without it there is no ticket for anything; so does one of
// another realm.
func (r *Request) telling() bool {
	switch {
	case IsMail(r.Service) || r.Kind == KindPassword:
		return true
	case !r.Refused():
		return false
	}
	return r.Answer.ErrorCode != errServiceUnknown || r.Kind == KindAS || r.IsForTGT()
}

// IsMail tells that a service principal is that of a mail server: SMTPSVC/host,
// SMTP/host, smtp/host.
func IsMail(service string) bool {
	class, _, found := strings.Cut(service, "/")
	return found && (strings.EqualFold(class, "SMTPSVC") || strings.EqualFold(class, "smtp"))
}

// isTGT tells that a service principal is a realm's ticket-granting service.
func isTGT(service string) bool { return strings.HasPrefix(service, ticketGranting) }

const (
	ticketGranting = "krbtgt/"
	// changePassword is the service with which passwords are changed (RFC 3244, section 2).
	changePassword = "kadmin/changepw"
)

// SamePrincipal tells that two names of a client are, or may be, those of one: a KDC
// gives its own spelling of a name, and the name of who logs on as alice@mail.test, an
// enterprise name, is what it has in the realm (RFC 6806, sections 5 and 6).
func SamePrincipal(a, b string) bool {
	if strings.EqualFold(a, b) {
		return true
	}
	u, v := userOf(a), userOf(b)
	return u.ats+v.ats == atsOfBoth && strings.EqualFold(u.first, v.first)
}

// A user is a client's name up to its first @, and how many there are.
type user struct {
	first string
	ats   int
}

// atsOfBoth is how many an enterprise name and one of the realm's have together.
const atsOfBoth = 3

func userOf(client string) user {
	first, _, _ := strings.Cut(client, "@")
	return user{first, strings.Count(client, "@")}
}

// HidesClient tells that a client's name is hidden: it is sealed, as FAST does it (RFC
// 6113, section 5.4.2), or there is none (RFC 8062).
func HidesClient(principal string) bool { return strings.HasPrefix(principal, "WELLKNOWN/") }

// hostPart is the second part of a service principal, in lower case; empty if it has one
// part only.
func hostPart(service string) string {
	_, host, _ := strings.Cut(service, "/")
	host, _, _ = strings.Cut(host, "/")
	return strings.ToLower(host)
}
