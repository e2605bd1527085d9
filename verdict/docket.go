package verdict

import (
	"net/netip"
	"strings"

	"smtpscope/smtpparse"
)

// The bounds of a Docket. What is beyond them is left out.
const (
	maxServers = 1024
	maxPorts   = 16 // of one server
	maxPeers   = 64 // clients of one server
	maxSPNs    = 1024
	maxHolders = 16 // addresses that took or refused tickets of one SPN
)

// A Docket holds what sessions have in common, within bounds: what each server
// offers on its ports, who uses Kerberos with it, and which address takes the
// tickets of which service. A session's record is written when it ends; what a
// later session tells stands in the summary.
type Docket struct {
	servers map[netip.Addr]*docketServer
	spns    map[string]map[netip.Addr]*holding
	// beyond is where is counted what there is no room for: nobody looks at it.
	beyond struct {
		server docketServer
		port   docketPort
		client docketClient
		holding
	}
}

type docketServer struct {
	ports   map[uint16]*docketPort
	clients map[netip.Addr]*docketClient
}

// A docketPort is what a server listed on a port, outside of TLS and inside: the
// first frame that showed it, 0 if none did.
type docketPort struct {
	sessions        int64
	without, with   [2]int64 // Kerberos not listed, listed
	mechanism       string   // in which it was listed
	kerberos, other int64    // logins
}

type docketClient struct {
	kerberos, other int64
	frame           int64 // of the first login that was not Kerberos
}

// A holding is what an address did with the tickets of a service: the first frames.
type holding struct{ took, refused int64 }

// NewDocket gives an empty Docket.
func NewDocket() *Docket {
	return &Docket{servers: map[netip.Addr]*docketServer{}, spns: map[string]map[netip.Addr]*holding{}}
}

// bounded returns the value of a key, made new if there is room for it, else beyond.
func bounded[K comparable, V any](m map[K]*V, key K, most int, beyond *V) *V {
	v := m[key]
	if v == nil {
		if len(m) >= most {
			return beyond
		}
		v = new(V)
		m[key] = v
	}
	return v
}

// Add takes in a session and its verdict.
func (d *Docket) Add(s *smtpparse.Session, v *Verdict) {
	server := bounded(d.servers, s.Server.IP, maxServers, &d.beyond.server)
	if server.ports == nil {
		server.ports, server.clients = map[uint16]*docketPort{}, map[netip.Addr]*docketClient{}
	}
	port := bounded(server.ports, s.Server.Port, maxPorts, &d.beyond.port)
	port.sessions++
	for i := range s.Hello {
		port.hear(&s.Hello[i])
	}
	switch v.State {
	case Kerberos, IAKERB:
		port.kerberos++
		bounded(server.clients, s.Client.IP, maxPeers, &d.beyond.client).kerberos++
	case NTLM, NTLMInGSSAPI, Password, Challenge, OAuth:
		port.other++
		c := bounded(server.clients, s.Client.IP, maxPeers, &d.beyond.client)
		if c.other++; c.frame == 0 && len(v.Evidence) > 0 {
			c.frame = v.Evidence[0].Frame
		}
	}
	for _, a := range s.Auth {
		d.ticket(s.Server.IP, a)
	}
}

// hear takes note of an EHLO reply that was seen whole.
func (p *docketPort) hear(h *smtpparse.Hello) {
	if !h.Complete || h.ReplyCode != 250 || h.Verb == "HELO" {
		return
	}
	side := 0
	if h.TLS {
		side = 1
	}
	for i := range h.Capabilities {
		if c := &h.Capabilities[i]; c.Keyword == "AUTH" || c.Keyword == "AUTH=" {
			for _, m := range c.Params {
				if carriesGSS(strings.ToUpper(m)) {
					p.with[side] = earlier(p.with[side], h.ReplyFrame)
					p.list(strings.ToUpper(m))
					return
				}
			}
		}
	}
	p.without[side] = earlier(p.without[side], h.ReplyFrame)
}

// list names the mechanism that stands for those listed: one, whatever the order
// of sessions.
func (p *docketPort) list(mechanism string) {
	if mechanism != "" && (p.mechanism == "" || mechanism < p.mechanism) {
		p.mechanism = strings.Clone(mechanism)
	}
}

// earlier is the smaller of two frames, where 0 is none.
func earlier(a, b int64) int64 {
	if a == 0 || b != 0 && b < a {
		return b
	}
	return a
}

// ticket takes note of whether an address took a ticket. A refusal counts where
// the server's answer was not to anything else.
func (d *Docket) ticket(server netip.Addr, a *smtpparse.Auth) {
	if a.Kerberos == nil || !a.Kerberos.APReq || a.Kerberos.SPN == "" {
		return
	}
	holders := d.spns[a.Kerberos.SPN]
	if holders == nil {
		holders = map[netip.Addr]*holding{}
		if len(d.spns) < maxSPNs {
			d.spns[strings.Clone(a.Kerberos.SPN)] = holders
		}
	}
	h := bounded(holders, server, maxHolders, &d.beyond.holding)
	switch {
	case accepted(a) && !sentNTLM(a):
		h.took = earlier(h.took, a.LastFrame)
	case a.Kerberos.ErrorCode != 0, a.ReplyCode == 535:
		h.refused = earlier(h.refused, a.LastFrame)
	}
}

// Merge takes in another Docket.
func (d *Docket) Merge(o *Docket) {
	for ip, from := range o.servers {
		to := bounded(d.servers, ip, maxServers, &d.beyond.server)
		if to.ports == nil {
			to.ports, to.clients = map[uint16]*docketPort{}, map[netip.Addr]*docketClient{}
		}
		for n, p := range from.ports {
			q := bounded(to.ports, n, maxPorts, &d.beyond.port)
			q.list(p.mechanism)
			q.sessions, q.kerberos, q.other = q.sessions+p.sessions, q.kerberos+p.kerberos, q.other+p.other
			for side := range q.with {
				q.with[side], q.without[side] = earlier(q.with[side], p.with[side]), earlier(q.without[side], p.without[side])
			}
		}
		for ip, c := range from.clients {
			e := bounded(to.clients, ip, maxPeers, &d.beyond.client)
			e.kerberos, e.other, e.frame = e.kerberos+c.kerberos, e.other+c.other, earlier(e.frame, c.frame)
		}
	}
	for spn, from := range o.spns {
		if d.spns[spn] == nil && len(d.spns) < maxSPNs {
			d.spns[spn] = map[netip.Addr]*holding{}
		}
		for ip, h := range from {
			if d.spns[spn] != nil {
				e := bounded(d.spns[spn], ip, maxHolders, &d.beyond.holding)
				e.took, e.refused = earlier(e.took, h.took), earlier(e.refused, h.refused)
			}
		}
	}
}
