package nearby

import (
	"cmp"
	"net/netip"
	"slices"

	"golang.org/x/net/dns/dnsmessage"
)

// A Keeper says which packets of Kerberos and DNS it takes to see around
// connections again what a [View] showed: for who saves these connections. Add
// comes before all else. It serves one goroutine.
type Keeper struct {
	clients map[netip.Addr]*keptClient
	// servers are those of each client, and, without a client, of everybody; reverse
	// finds them by the names under which addresses are looked up.
	servers map[keptPair]*spans
	reverse map[string]netip.Addr
	sorted  bool
}

type keptPair struct{ client, server netip.Addr }

// A keptClient is when something of a client is to be kept.
type keptClient struct {
	kerberos, names spans
	// before are the moments just before connections, in which questions that
	// fail count.
	before spans
	// began is how many of names have an answer that was kept: the first shows
	// from when on the capture tells of the client.
	began map[int]bool
}

// NewKeeper returns a Keeper of no connection.
func NewKeeper() *Keeper {
	return &Keeper{clients: make(map[netip.Addr]*keptClient), servers: make(map[keptPair]*spans), reverse: make(map[string]netip.Addr)}
}

// Add adds a connection.
func (k *Keeper) Add(w Where) {
	k.sorted = false
	c := k.clients[w.Client]
	if c == nil {
		c = &keptClient{began: make(map[int]bool)}
		k.clients[w.Client] = c
	}
	c.kerberos.add(w.Start-kerberosWindow, w.Before)
	c.names.add(w.Start-nameWindow, w.Before)
	c.before.add(w.Start-justBefore, w.Start)
	for _, pair := range [...]keptPair{{w.Client, w.Server}, {netip.Addr{}, w.Server}} {
		s := k.servers[pair]
		if s == nil {
			s = new(spans)
			k.servers[pair] = s
			k.reverse[reverseName(w.Server)] = w.Server
		}
		s.add(w.Start-nameWindow, w.Before)
	}
}

// Segment tells whether a TCP segment is needed; at is its time, Unix nanoseconds.
func (k *Keeper) Segment(at int64, source, destination netip.AddrPort) bool {
	k.sort()
	client, server := clientOf(source, destination)
	c := k.clients[client.Addr()]
	switch {
	case c == nil:
		return false
	case server.Port() == portDNS: // it may hold any part of a message
		return c.names.holds(at) >= 0
	}
	return c.kerberos.holds(at) >= 0
}

// Datagram tells whether what UDP carried is needed.
func (k *Keeper) Datagram(at int64, source, destination netip.AddrPort, payload []byte) bool {
	k.sort()
	client, server := clientOf(source, destination)
	c := k.clients[client.Addr()]
	switch server.Port() {
	case portMDNS:
		return k.leads(at, netip.Addr{}, payload)
	case portDNS, portLLMNR:
		return c != nil && isMessage(payload) && k.name(c, at, client.Addr(), server.Port(), payload)
	}
	return c != nil && c.kerberos.holds(at) >= 0
}

// clientOf tells which end asked.
func clientOf(source, destination netip.AddrPort) (client, server netip.AddrPort) {
	switch source.Port() {
	case portDNS, portMDNS, portLLMNR:
		return destination, source
	case portKerberos, portKpasswd:
		if p := destination.Port(); p != portKerberos && p != portKpasswd {
			return destination, source
		}
	}
	return source, destination
}

// name tells whether a message of DNS is needed: it leads to a server, looks for a
// KDC, came just before a connection, or is the first of a client that is answered.
func (k *Keeper) name(c *keptClient, at int64, client netip.Addr, port uint16, message []byte) bool {
	span := c.names.holds(at)
	if span < 0 {
		return false
	}
	if port == portDNS && isAnswer(message) && !c.began[span] {
		c.began[span] = true
		return true
	}
	if q, ok := questionOf(message); ok {
		switch {
		case c.before.holds(at) >= 0:
			return true
		case q.kind == dnsmessage.TypePTR:
			return k.isServer(at, client, k.reverse[q.host()])
		case c.kerberos.holds(at) >= 0 && q.findsKDC():
			return true
		}
	}
	return isAnswer(message) && k.leads(at, client, message)
}

// leads tells whether an answer gives the address of a server.
func (k *Keeper) leads(at int64, client netip.Addr, answer []byte) bool {
	return isMessage(answer) && isAnswer(answer) &&
		slices.ContainsFunc(addressesIn(answer), func(a netip.Addr) bool { return k.isServer(at, client, a) })
}

func (k *Keeper) isServer(at int64, client, server netip.Addr) bool {
	s := k.servers[keptPair{client, server}]
	return s != nil && s.holds(at) >= 0
}

func (k *Keeper) sort() {
	if k.sorted {
		return
	}
	k.sorted = true
	for _, c := range k.clients {
		c.kerberos.sort()
		c.names.sort()
		c.before.sort()
	}
	for _, s := range k.servers {
		s.sort()
	}
}

// spans are times, from and to which something is wanted.
type spans [][2]int64

func (s *spans) add(from, to int64) { *s = append(*s, [2]int64{from, to}) }

// sort puts them in order and joins those that touch.
func (s *spans) sort() {
	slices.SortFunc(*s, func(a, b [2]int64) int { return cmp.Compare(a[0], b[0]) })
	joined := (*s)[:0]
	for _, span := range *s {
		if last := len(joined) - 1; last >= 0 && span[0] <= joined[last][1] {
			joined[last][1] = max(joined[last][1], span[1])
			continue
		}
		joined = append(joined, span)
	}
	*s = joined
}

// holds returns which of the spans, once they are sorted, a time is in; -1 if it is
// in none.
func (s spans) holds(at int64) int {
	i, found := slices.BinarySearchFunc(s, at, func(span [2]int64, at int64) int { return cmp.Compare(span[0], at) })
	if !found {
		i--
	}
	if i < 0 || at > s[i][1] {
		return -1
	}
	return i
}
