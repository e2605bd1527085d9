package nearby

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// exchanges puts answers to requests. Entries come in their order.
type exchanges struct {
	// all are the requests; open those of them without an answer yet, the latest
	// maxOpen.
	all, open []*asked
	// vain are the KDCs that have not answered yet, and after which none has.
	vain []trial
}

// An answer is looked for a request of among so many: mostly it is the last one. So is
// an answer that comes twice.
const maxOpen = 32

// An asked is a request with the client's port.
type asked struct {
	Request
	port uint16
}

// pair takes over what a client and its KDCs said to each other, until now.
func (a *Around) pair(entries []*entry, now int64) {
	var x exchanges
	for _, e := range entries {
		x.take(e)
	}
	var hosts map[string]bool // of mail services
	refused := false
	for _, r := range x.all {
		refused = refused || r.Refused()
		if IsMail(r.Service) {
			if hosts == nil {
				hosts = make(map[string]bool)
			}
			hosts[hostPart(r.Service)] = true
		}
	}
	var later grants // wanted if something was refused
	for _, r := range slices.Backward(x.all) {
		if r.telling() && !later.mend(&r.Request) || r.Kind == KindTGS && hosts != nil && hosts[hostPart(r.Service)] {
			a.Requests = append(a.Requests, r.Request)
			if len(a.Requests) == maxRequests {
				break
			}
		}
		if refused && r.Granted() {
			later.add(&r.Request)
		}
	}
	slices.Reverse(a.Requests)
	for i := range x.vain {
		if t := &x.vain[i]; t.failed(now) && len(a.Unreachable) < maxUnreachable {
			a.Unreachable = append(a.Unreachable, t.Unreachable)
		}
	}
}

func (x *exchanges) take(e *entry) {
	switch e.kind {
	case entryAttempted:
		x.tried(e, awaitsConnection)
	case entryAnswered:
		x.taken(e)
	case entryReset:
		x.reset(e)
	case entrySpoke:
		x.reached(e)
	case entryDeniedUDP, entryDeniedTCP:
		x.denied(e)
	default:
		if e.message.kind.isRequest() {
			x.request(e)
		} else {
			x.answer(e)
		}
	}
}

// request takes in a request, which may have been sent before.
func (x *exchanges) request(e *entry) {
	if e.kind == entryMessageTCP {
		x.asked(e)
	} else {
		x.tried(e, awaitsAnswer).named(e)
	}
	if r := x.openOf(e); r != nil && r.Service == e.message.service {
		return
	}
	r := newRequest(e)
	r.Frame = e.Frame
	x.open, x.all = append(x.open[max(0, len(x.open)+1-maxOpen):], r), append(x.all, r)
}

// answer gives an answer to its request. One whose request is missing tells enough
// by itself, unless it comes twice.
func (x *exchanges) answer(e *entry) {
	x.reached(e)
	r := x.openOf(e)
	if e.server.Port() == portKerberos && e.message.errorCode != errResponseTooBig {
		realm := e.message.realm
		if r != nil {
			realm = r.Realm
		}
		x.answered(realm)
	}
	x.open = slices.DeleteFunc(x.open, func(o *asked) bool { return o == r })
	switch {
	case !e.message.isAnswer(): // cut
		if r != nil {
			*r = asked{} // tells nothing
		}
		return
	case r != nil:
	case e.message.service == "" || x.repeats(e):
		return
	default:
		r = newRequest(e)
		x.all = append(x.all, r)
	}
	r.answer(e)
}

// openOf finds the request that a message answers, or repeats: the oldest open
// one between the same ends.
func (x *exchanges) openOf(e *entry) *asked {
	for _, r := range x.open {
		if r.isBetween(e) {
			return r
		}
	}
	return nil
}

// repeats tells that an answer has come just before.
func (x *exchanges) repeats(e *entry) bool {
	return slices.ContainsFunc(x.all[max(0, len(x.all)-maxOpen):], func(r *asked) bool {
		return r.isBetween(e) && r.Answer != nil && r.Answer.ErrorCode == e.message.errorCode &&
			cmp.Or(r.Answer.Ticket, r.Service) == e.message.service
	})
}

func (r *asked) isBetween(e *entry) bool {
	return r.port == e.client.Port() && r.KDC == e.server && r.Transport == transport(e)
}

func transport(e *entry) string {
	if e.kind == entryMessageUDP || e.kind == entryDeniedUDP {
		return "udp"
	}
	return "tcp"
}

// newRequest makes a request of itself, or of its answer.
func newRequest(e *entry) *asked {
	m := e.message
	r := &asked{port: e.client.Port(), Request: Request{
		Kind: KindTGS, Time: time.Unix(0, e.Time).UTC(), Client: m.client, Service: m.service, Realm: m.realm,
		Etypes: m.etypes, KDC: e.server, Transport: transport(e),
	}}
	switch {
	case e.server.Port() == portKpasswd:
		r.Kind = KindPassword
	case m.kind == asREQ, m.kind == asREP, m.kind == krbError && (isTGT(m.service) || strings.EqualFold(m.service, changePassword)):
		r.Kind = KindAS
	}
	return r
}

func (r *Request) answer(e *entry) {
	m := e.message
	a := &Answer{Frame: e.Frame, Time: time.Unix(0, e.Time).UTC()}
	switch {
	case m.kind == krbError:
		a.ErrorCode, a.ErrorText, a.ServerTime, a.PAData = m.errorCode, m.errorText, m.serverTime, m.padata
		a.NTStatus = ntStatusName(m.ntStatus)
	case r.Kind != KindPassword:
		a.Ticket, a.TicketEtype, a.KVNO = m.service, m.ticketEtype, m.kvno
	}
	r.Client, r.Service, r.Realm = cmp.Or(r.Client, m.client), cmp.Or(r.Service, m.service), cmp.Or(r.Realm, m.realm)
	r.Answer = a
}
