package nearby

import "strings"

// grants are the tickets that a client got, as they mend what was refused before. They
// are looked up, not gone through: a client may have been refused hundreds.
type grants struct {
	// usual are those of all services but that for changing passwords, which whose
	// password has expired gets all the same.
	usual, all granted
}

// granted is what some tickets are for, and whose; names in lower case.
type granted struct {
	any, as, mail     bool
	services, clients map[string]struct{}
	users             map[user]struct{}
}

// add takes in what was granted.
func (g *grants) add(r *Request) {
	g.all.add(r)
	if !strings.EqualFold(r.Service, changePassword) {
		g.usual.add(r)
	}
}

// mend tells that a ticket among these shows what was refused to matter no more. Of
// mail servers all is told.
func (g *grants) mend(r *Request) bool {
	switch {
	case !r.Refused() || IsMail(r.Service):
		return false
	case strings.EqualFold(r.Service, changePassword):
		return g.all.mend(r)
	}
	return g.usual.mend(r)
}

func (g *granted) add(r *Request) {
	if !g.any {
		g.any, g.services, g.clients, g.users = true, make(map[string]struct{}), make(map[string]struct{}), make(map[user]struct{})
	}
	g.as = g.as || r.Kind == KindAS
	g.mail = g.mail || IsMail(r.Service)
	g.services[strings.ToLower(r.Service)] = struct{}{}
	client := strings.ToLower(r.Client)
	g.clients[client], g.users[userOf(client)] = struct{}{}, struct{}{}
}

// has tells that one of the clients is, or may be, this one (SamePrincipal).
func (g *granted) has(client string) bool {
	client = strings.ToLower(client)
	_, same := g.clients[client]
	u := userOf(client)
	u.ats = atsOfBoth - u.ats
	_, maybe := g.users[u]
	return same || maybe
}

// mend: who was refused a ticket-granting ticket got one, or got another ticket, which
// takes one; an account of another realm has another name there.
func (g *granted) mend(r *Request) bool {
	if !g.any {
		return false
	}
	_, service := g.services[strings.ToLower(r.Service)]
	switch {
	case r.Kind == KindAS:
		return g.has(r.Client) || g.as && r.Answer.ErrorCode == errWrongRealm
	case r.IsForTGT(): // the way to another realm
		return g.mail || service
	}
	switch r.Answer.ErrorCode {
	case errTktExpired, errTktNYV, errSkew: // of whatever ticket
		return true
	}
	return service
}
