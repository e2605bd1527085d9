package nearby

import (
	"cmp"
	"net/netip"
	"slices"
	"strings"
	"time"
)

// How far back a session's view goes: a client that was refused a ticket does not
// ask again for some minutes, and a name lives as long as its time to live.
const (
	kerberosWindow = int64(15 * time.Minute)
	nameWindow     = maxAge
	// maxLooked is how many entries of a client are looked at, the latest.
	maxLooked = 512
)

// The most of each that is told of.
const (
	maxRequests    = 32
	maxUnreachable = 8
	maxNames       = 8
)

// A Where says which connection is asked for.
type Where struct {
	Client, Server netip.Addr
	// Start is the connection's first packet's time, Unix nanoseconds. Before is
	// the clock before which messages are looked at: the end of the connection.
	Start, Before int64
}

// Look gathers what a connection's client said beside it. Nil when nothing was.
func (v View) Look(w Where) *Around {
	if v.log == nil || v.low == v.high {
		return nil
	}
	l := looking{Where: w}
	v.walk(w.Client, &l)
	everybody := looking{Where: w, names: l.names}
	v.walk(netip.Addr{}, &everybody)
	l.names = everybody.names
	if len(l.kerberos) == 0 && len(l.names) == 0 && !l.sawDNS {
		return nil
	}
	a := &Around{Names: l.names, SawKerberos: len(l.kerberos) > 0, SawDNS: l.sawDNS}
	slices.Reverse(l.kerberos) // the oldest first
	a.pair(l.kerberos, w.Before)
	return a
}

// walk goes through a client's entries, the latest first.
func (v View) walk(client netip.Addr, l *looking) {
	v.log.mu.RLock()
	pages, place := v.log.all, v.log.newest[client]
	v.log.mu.RUnlock()
	for looked := 0; place > v.low && looked < maxLooked; {
		i, exact := slices.BinarySearchFunc(pages, place-1, func(p *page, at int64) int { return cmp.Compare(p.first, at) })
		if !exact {
			i--
		}
		if i < 0 || place-1-pages[i].first >= int64(len(pages[i].entries)) {
			return
		}
		e := &pages[i].entries[place-1-pages[i].first]
		pages = pages[:i+1]
		if place <= v.high && e.Clock < l.Before {
			looked++
			if !l.take(e) {
				return
			}
		}
		place = e.older
	}
}

// A looking is what is found on the way back.
type looking struct {
	Where
	kerberos []*entry
	names    []Name
	sawDNS   bool
}

// take takes in an entry; false when all that is older is too old.
func (l *looking) take(e *entry) bool {
	if e.kind != entryName {
		if l.Start-e.Time <= kerberosWindow {
			l.kerberos = append(l.kerberos, e)
		}
		return true
	}
	if l.Start-e.Time > nameWindow {
		return false
	}
	l.sawDNS = true
	if len(l.names) >= maxNames || !mentions(e.answer, l.Server) {
		return true
	}
	n, ok := resolved(e.answer, l.Server)
	if !ok || slices.ContainsFunc(l.names, func(have Name) bool { return have.Asked == n.Asked }) {
		return true
	}
	n.Frame, n.Time = e.Frame, time.Unix(0, e.Time).UTC()
	l.names = append(l.names, n)
	return true
}

// pair puts answers to requests.
func (a *Around) pair(entries []*entry, now int64) {
	var open, all []*asked
	var vain []Unreachable
	for _, e := range entries {
		switch {
		case e.kind == entryAttempted:
			vain = tried(vain, e, "tcp")
		case e.kind == entryAnswered:
			vain = reached(vain, e, "tcp")
		case e.kind == entryReset:
			for i := range vain {
				if vain[i].KDC == e.server && vain[i].Transport == "tcp" && !vain[i].Refused {
					vain[i].Refused = true
				}
			}
		case e.message.kind == asREQ || e.message.kind == tgsREQ:
			if r := findRequest(open, e); r != nil && r.Service == e.message.service {
				if e.kind == entryMessageUDP {
					vain = tried(vain, e, "udp")
				}
				continue // sent again
			}
			r := newRequest(e)
			open, all = append(open, r), append(all, r)
			if e.kind == entryMessageUDP {
				vain = tried(vain, e, "udp")
			}
		default:
			if e.kind == entryMessageUDP {
				vain = reached(vain, e, "udp")
			}
			if r := findRequest(open, e); r != nil {
				r.answer(e)
				open = slices.DeleteFunc(open, func(o *asked) bool { return o == r })
			}
		}
	}
	for _, r := range all {
		if r.telling() {
			a.Requests = append(a.Requests, r.Request)
		}
	}
	a.Requests = a.Requests[max(0, len(a.Requests)-maxRequests):]
	for _, u := range vain {
		// Who has only just asked may still be answered.
		if (u.Refused || now-u.Time.UnixNano() > int64(time.Second)) && len(a.Unreachable) < maxUnreachable {
			a.Unreachable = append(a.Unreachable, u)
		}
	}
}

func transport(e *entry) string {
	if e.kind == entryMessageUDP {
		return "udp"
	}
	return "tcp"
}

// An asked is a request with the client's port.
type asked struct {
	Request
	port uint16
}

func newRequest(e *entry) *asked {
	m := e.message
	r := &asked{port: e.client.Port(), Request: Request{
		Kind: "TGS", Frame: e.Frame, Time: time.Unix(0, e.Time).UTC(), Client: m.client, Service: m.service, Realm: m.realm,
		Etypes: m.etypes, KDC: e.server, Transport: transport(e),
	}}
	if m.kind == asREQ {
		r.Kind = "AS"
	}
	return r
}

// findRequest finds the request that a message answers, or repeats: the oldest
// open one between the same ends.
func findRequest(open []*asked, e *entry) *asked {
	for _, r := range open {
		if r.KDC == e.server && r.Transport == transport(e) && r.port == e.client.Port() {
			return r
		}
	}
	return nil
}

func (r *Request) answer(e *entry) {
	m := e.message
	a := &Answer{Frame: e.Frame, Time: time.Unix(0, e.Time).UTC()}
	if m.kind == krbError {
		a.ErrorCode, a.ErrorText, a.ServerTime, a.PAData = m.errorCode, m.errorText, m.serverTime, m.padata
	} else {
		a.Ticket, a.TicketEtype, a.KVNO = m.service, m.ticketEtype, m.kvno
		if r.Client == "" {
			r.Client = m.client
		}
	}
	r.Answer = a
}

// The errors that are no failures: the client answers them with another request.
const (
	errPreauthRequired  = 25 // KDC_ERR_PREAUTH_REQUIRED
	errMorePreauth      = 91 // KDC_ERR_MORE_PREAUTH_DATA_REQUIRED
	errResponseTooBig   = 52 // KRB_ERR_RESPONSE_TOO_BIG
	errWrongRealm       = 68 // KDC_ERR_WRONG_REALM
	errServicePrincipal = 7  // KDC_ERR_S_PRINCIPAL_UNKNOWN
)

// telling tells that a request has to do with mail, or failed. A TGT that was
// refused counts: without it there is no ticket for anything.
func (r *Request) telling() bool {
	if IsMail(r.Service) {
		return true
	}
	if r.Answer == nil || r.Answer.ErrorCode == 0 {
		return false
	}
	switch r.Answer.ErrorCode {
	case errPreauthRequired, errMorePreauth, errResponseTooBig, errWrongRealm:
		return false
	}
	return r.Kind == "AS" || r.Answer.ErrorCode != errServicePrincipal
}

// IsMail tells that a service principal is that of a mail server: SMTPSVC/host,
// SMTP/host, smtp/host.
func IsMail(service string) bool {
	class, _, found := strings.Cut(service, "/")
	return found && (strings.EqualFold(class, "SMTPSVC") || strings.EqualFold(class, "smtp"))
}

// tried notes a try to reach a KDC, reached that it was.
func tried(vain []Unreachable, e *entry, transport string) []Unreachable {
	for i := range vain {
		if vain[i].KDC == e.server && vain[i].Transport == transport {
			vain[i].Tries++
			return vain
		}
	}
	return append(vain, Unreachable{KDC: e.server, Transport: transport, Frame: e.Frame, Time: time.Unix(0, e.Time).UTC(), Tries: 1})
}

func reached(vain []Unreachable, e *entry, transport string) []Unreachable {
	return slices.DeleteFunc(vain, func(u Unreachable) bool { return u.KDC == e.server && u.Transport == transport })
}
