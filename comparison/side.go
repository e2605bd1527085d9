// Package comparison says what changed between two captures: for each client and
// server, how logins ended and what was found, and for each server what it offers.
// It answers whether a repair helped.
package comparison

import (
	"cmp"
	"maps"
	"net/netip"
	"slices"
	"strings"

	"smtpscope/inventory"
	"smtpscope/verdict"
)

// maxPairs bounds the pairs of client and server of one capture.
const maxPairs = 65536

// A Side is what one capture shows. It serves one goroutine.
type Side struct {
	// Name is the capture's, for people.
	Name     string
	Sessions int64
	States   map[verdict.State]int64
	// Dropped counts sessions of pairs for which there was no room.
	Dropped int64

	pairs   map[pairKey]*pair
	servers map[netip.AddrPort]*offers
	decoder inventory.Decoder
}

type pairKey struct {
	client netip.Addr
	server netip.AddrPort
}

// A pair is one client at one port of one server.
type pair struct {
	states   map[verdict.State]int64
	findings map[string]string // severity by identifier
	causes   []string          // why not Kerberos, by identifier, each once, sorted
	// client and server are what they called themselves first, see nameOf.
	client, server string
}

// offers are what one port of a server offers; complete where they were seen.
type offers struct {
	before, inside         map[string]bool
	beforeSeen, insideSeen bool
}

// NewSide begins with a capture.
func NewSide(name string) *Side {
	return &Side{Name: name, States: map[verdict.State]int64{}, pairs: map[pairKey]*pair{}, servers: map[netip.AddrPort]*offers{}}
}

// Add takes the facts of a session, as inventory.AppendFacts wrote them.
func (s *Side) Add(id int64, facts []byte) {
	f, _ := s.decoder.Facts(id, facts)
	s.Sessions++
	s.States[f.State]++
	s.addOffers(f)
	key := pairKey{f.Client, f.Server}
	p := s.pairs[key]
	if p == nil {
		if len(s.pairs) >= maxPairs {
			s.Dropped++
			return
		}
		p = &pair{states: map[verdict.State]int64{}, findings: map[string]string{}}
		s.pairs[key] = p
	}
	p.client = cmp.Or(p.client, nameOf(f.ClientName))
	if strings.Contains(f.ServerName, ".") { // else it may be a word such as ESMTP
		p.server = cmp.Or(p.server, nameOf(f.ServerName))
	}
	for _, id := range f.Causes {
		if at, known := slices.BinarySearch(p.causes, id); !known {
			p.causes = slices.Insert(p.causes, at, id)
		}
	}
	p.states[f.State]++
	for i := range f.Findings {
		x := &f.Findings[i]
		if worst, known := p.findings[x.ID]; !known || verdict.SeverityRank(x.Severity) < verdict.SeverityRank(worst) {
			p.findings[x.ID] = x.Severity
		}
	}
}

func (s *Side) addOffers(f *inventory.Facts) {
	o := s.servers[f.Server]
	if o == nil {
		if len(s.servers) >= maxPairs {
			return
		}
		o = &offers{before: map[string]bool{}, inside: map[string]bool{}}
		s.servers[f.Server] = o
	}
	o.beforeSeen, o.insideSeen = o.beforeSeen || f.ClearSeen, o.insideSeen || f.TLSSeen
	for _, name := range f.Clear {
		o.before[name] = true
	}
	for _, name := range f.TLS {
		o.inside[name] = true
	}
}

// kerberos counts the sessions whose login was Kerberos, and those with a login,
// accepted or not, whose way is known.
func kerberos(states map[verdict.State]int64) (by, of int64) {
	for state, n := range states {
		switch state {
		case verdict.Kerberos, verdict.IAKERB:
			by += n
			of += n
		case verdict.Anonymous, verdict.None, verdict.Encrypted, verdict.Incomplete:
		default:
			of += n
		}
	}
	return by, of
}

func sorted(set map[string]bool) []string { return slices.Sorted(maps.Keys(set)) }
