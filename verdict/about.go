package verdict

import (
	"net/netip"
	"strings"
	"time"

	"smtpscope/nearby"
	"smtpscope/smtpparse"
)

// justBefore is how long before a session a request for a mail service of another name
// is taken to be about it: clients ask when they need it.
const justBefore = 5 * time.Second

// maxCached is for how long a client is taken to have a name in its cache. It is less
// than what is looked at, so that a file that was saved of a session says the same: that
// begins with the first answer in the hour before.
const maxCached = 30 * time.Minute

// isAbout says how surely a request to a KDC is about the session. One for a mail
// service: seen when it names the server; inferred when it names a mail server just
// before; possible when DNS gave the server other names. One for the user: see
// isOfUser. Empty when it is not about it.
func (ct *Court) isAbout(s *smtpparse.Session, a *smtpparse.Auth, r *nearby.Request) Certainty {
	switch {
	case r.Kind == nearby.KindPassword:
		return ""
	case r.Kind == nearby.KindAS && !nearby.IsMail(r.Service):
		return isOfUser(s, a, r)
	case !nearby.IsMail(r.Service):
		// Without a ticket for another realm there is none for its servers; and a
		// client whose clock or whose own ticket is wrong gets no ticket at all.
		if isJustBefore(s, r) && (r.IsForTGT() || failsForAll(r)) {
			return Inferred
		}
		return ""
	}
	host := spnHost(r.Service)
	switch {
	case isAddress(host, s.Server.IP) || ct.isCalled(s, a, host):
		return Seen
	case !isJustBefore(s, r):
		return ""
	case len(ct.surroundings().Names) > 0:
		return Possible
	}
	return Inferred
}

// isAddress tells that a host is an address, however it is written.
func isAddress(host string, address netip.Addr) bool {
	if !isIP(host) {
		return false
	}
	is, err := netip.ParseAddr(host)
	return err == nil && is.Unmap().WithZone("") == address.WithZone("")
}

func isJustBefore(s *smtpparse.Session, r *nearby.Request) bool {
	return s.Start.Sub(r.Time) <= justBefore && r.Time.Before(s.End.Add(time.Second))
}

// failsForAll tells that a KDC's error does not depend on the service.
func failsForAll(r *nearby.Request) bool {
	if r.Answer == nil {
		return false
	}
	switch r.Answer.ErrorCode {
	case errSkew, errTktExpired, errTktNYV:
		return true
	}
	return false
}

// isOfUser says how surely an AS exchange is that of the user who then logged in:
// many may work on the client's machine.
func isOfUser(s *smtpparse.Session, a *smtpparse.Auth, r *nearby.Request) Certainty {
	user, name := "", firstPart(r.Client)
	if nearby.HidesClient(r.Client) {
		name = ""
	}
	if a != nil {
		_, user, _ = strings.Cut(AccountOf(a), `\`)
		if user == "" {
			user = AccountOf(a)
		}
		user = firstPart(user)
	}
	switch {
	case user != "" && name != "" && strings.EqualFold(user, name):
		return Seen
	case user != "" && name != "":
		return ""
	case isJustBefore(s, r):
		return Inferred
	}
	return Possible
}

// firstPart is a user's name without its realm.
func firstPart(principal string) string {
	name, _, _ := strings.Cut(principal, "@")
	return name
}

// isCalled tells that a host is the session's server, by one of the names by which
// that is known in the capture.
func (ct *Court) isCalled(s *smtpparse.Session, a *smtpparse.Auth, host string) bool {
	is := func(name string) bool {
		return name != "" && (strings.EqualFold(name, host) || isShort(host) && strings.EqualFold(firstLabel(name), host))
	}
	if a != nil && a.NTLM != nil && (is(spnHost(a.NTLM.TargetSPN)) || is(a.NTLM.ServerDNS)) {
		return true
	}
	if s.Greeting != nil {
		if name, _, _ := strings.Cut(s.Greeting.Text, " "); is(name) {
			return true
		}
	}
	near := ct.surroundings()
	if near == nil {
		return false
	}
	for i := range near.Names {
		if is(near.Names[i].Asked) || is(near.Names[i].Canonical) {
			return true
		}
	}
	for i := range near.Reverse {
		if is(near.Reverse[i].Name) {
			return true
		}
	}
	return false
}

func firstLabel(name string) string {
	label, _, _ := strings.Cut(name, ".")
	return label
}

// addresses is how many addresses the server's name leads to, 0 when unknown.
func (ct *Court) addresses() int {
	most := 0
	if near := ct.surroundings(); near != nil {
		for i := range near.Names {
			most = max(most, near.Names[i].Addresses)
		}
	}
	return most
}
