package tui

import (
	"net/netip"
	"slices"
	"strings"

	"smtpscope/filter"
)

// A server is one address and port.
type server struct {
	addr        netip.AddrPort
	names       []string
	sessions    int32
	first, last int64 // starts, Unix nanoseconds
	states      stateCount
	clients     map[netip.Addr]*tie
	// clientCount is how many clients it has, usuals how each of them logs in
	// most often.
	clientCount int32
	usuals      stateCount
	// offered and offeredTLS are the mechanisms that were offered at any time
	// before and inside TLS; heard tells that there was an offer to see.
	offered, offeredTLS       []string
	heard, heardTLS, startTLS bool
	versions                  []string // of TLS, agreed on
}

// A tie is what one client did on one server.
type tie struct{ states stateCount }

// add counts a session; isNew tells that it is the first of its client here.
func (s *server) add(f *filter.Facts) (isNew bool) {
	s.sessions++
	s.states.add(stateOf(f))
	s.first, s.last = min(s.first, f.Start), max(s.last, f.Start)
	s.names = addFew(s.names, f.ServerName)
	t := s.clients[f.Client.Addr()]
	if isNew = t == nil; isNew {
		t = new(tie)
		s.clients[f.Client.Addr()] = t
		s.clientCount++
	}
	s.recount(t, func() { t.states.add(stateOf(f)) })
	s.heard = s.heard || f.Heard
	s.heardTLS = s.heardTLS || f.HeardTLS
	s.startTLS = s.startTLS || f.StartTLS
	s.offered = addWords(s.offered, f.Offered)
	s.offeredTLS = addWords(s.offeredTLS, f.OfferedTLS)
	s.versions = addFew(s.versions, f.TLSVersion)
	return isNew
}

func (s *server) remove(f *filter.Facts) {
	s.sessions--
	s.states.remove(stateOf(f))
	t := s.clients[f.Client.Addr()]
	s.recount(t, func() { t.states.remove(stateOf(f)) })
}

// recount keeps usuals right while what a client did changes.
func (s *server) recount(t *tie, change func()) {
	before, _, _ := t.states.usual()
	change()
	if after, _, _ := t.states.usual(); after != before {
		s.usuals.remove(before)
		s.usuals.add(after)
	}
}

// addWords appends those words that are not among the others yet.
func addWords(have []string, words string) []string {
	for w := range strings.FieldsSeq(words) {
		if len(have) < 32 && !slices.Contains(have, w) {
			have = append(have, w)
		}
	}
	return have
}

// offersKerberos tells that a client that has a ticket could use it here.
func (s *server) offersKerberos() bool { return listKerberos(s.offered) || listKerberos(s.offeredTLS) }

// listKerberos tells that a mechanism that can carry a ticket is among those offered.
func listKerberos(offered []string) bool {
	return slices.ContainsFunc(offered, func(m string) bool {
		m = strings.ToUpper(m)
		return m == "GSSAPI" || m == "GSS-SPNEGO" || strings.HasPrefix(m, "GS2-")
	})
}

// advice tells which port of a server a client that wants Kerberos should use,
// as seen from one of them; empty if there is nothing to say.
func (c *census) advice(at netip.AddrPort) string {
	here := c.servers[at]
	if here == nil || here.offersKerberos() || !here.heard && !here.heardTLS {
		return ""
	}
	var better []string
	for _, s := range c.ports[at.Addr()] {
		if s.offersKerberos() {
			better = append(better, portName(s.addr))
		}
	}
	if len(better) == 0 {
		return ""
	}
	slices.Sort(better)
	return "Use port " + strings.Join(better, " or ") + " of this server: it offers GSSAPI, port " + portName(at) + " does not."
}
