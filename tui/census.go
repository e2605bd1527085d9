package tui

import (
	"cmp"
	"net/netip"
	"slices"
	"strings"

	"smtpscope/filter"
	"smtpscope/verdict"
)

// A census counts all sessions: by verdict, by server, by client, by finding.
type census struct {
	counted  int32 // sessions gone through
	open     int32 // those of them that go on
	first    int64 // the earliest start, Unix nanoseconds
	states   stateCount
	lacking  int64 // sessions of which the capture lacks a part
	gapBytes int64
	servers  map[netip.AddrPort]*server
	ports    map[netip.Addr][]*server
	clients  map[netip.Addr]*client
	findings map[string]*finding
	// The same in the order of the first sight.
	serverList  []*server
	clientList  []*client
	findingList []*finding
	// changed counts what may have changed an order.
	changed int
}

// A stateCount counts verdicts, by their place in states.
type stateCount [16]int32

// states are the verdicts in the order in which they are shown, and what is listed
// in their place.
var states = append([]verdict.State{inProgress}, verdict.States...)

var statePlace = func() map[verdict.State]int {
	places := make(map[verdict.State]int)
	for i, s := range states {
		places[s] = i
	}
	return places
}()

func (c *stateCount) add(s verdict.State) {
	if i, known := statePlace[s]; known {
		c[i]++
	}
}

func (c *stateCount) remove(s verdict.State) {
	if i, known := statePlace[s]; known {
		c[i]--
	}
}

func (c *stateCount) of(s verdict.State) int32 { return c[statePlace[s]] }

// A server is one address and port.
type server struct {
	addr     netip.AddrPort
	name     string
	sessions int32
	states   stateCount
	clients  map[netip.Addr]*tie
	// clientCount is how many clients it has, usuals how each of them logs in
	// most often.
	clientCount int32
	usuals      stateCount
	// offered and offeredTLS are the mechanisms that were offered at any time
	// before and inside TLS; heard tells that there was an offer to see.
	offered, offeredTLS       []string
	heard, heardTLS, startTLS bool
}

// A tie is what one client did on one server.
type tie struct{ states stateCount }

// A client is one address.
type client struct {
	addr        netip.Addr
	names       []string
	users       []string
	sessions    int32
	first, last int64 // starts, Unix nanoseconds
	states      stateCount
	servers     []*server
}

// A finding is one kind of finding.
type finding struct {
	id, severity string
	sessions     int32
	rows         []int32 // the first of them
	// across is the finding if it takes several sessions to see it; else nil.
	across *verdict.SummaryFinding
}

const (
	// fewNames bounds how many names of one client are kept, fewRows how many
	// sessions of a finding.
	fewNames = 4
	fewRows  = 200
)

func newCensus() *census {
	return &census{
		servers: make(map[netip.AddrPort]*server), ports: make(map[netip.Addr][]*server),
		clients: make(map[netip.Addr]*client), findings: make(map[string]*finding),
	}
}

// step counts some of the sessions that came.
func (c *census) step(snap *snapshot) {
	for budget := stepCost; budget > 0 && int(c.counted) < snap.count; budget-- {
		c.add(c.counted, snap.at(c.counted))
		c.counted++
		c.changed++
	}
}

func (c *census) add(row int32, f *filter.Facts) {
	if c.first == 0 || f.Start < c.first {
		c.first = f.Start
	}
	if f.Open {
		c.open++
	}
	c.states.add(stateOf(f))
	if f.Lacking() {
		c.lacking++
	}
	c.gapBytes += f.GapBytes
	s, k := c.server(f), c.client(f)
	if isNew := s.add(f); isNew {
		k.servers = append(k.servers, s)
	}
	k.add(f)
	for i := range f.Findings {
		c.finding(row, f, i)
	}
}

func (c *census) server(f *filter.Facts) *server {
	s := c.servers[f.Server]
	if s == nil {
		s = &server{addr: f.Server, clients: make(map[netip.Addr]*tie)}
		c.servers[f.Server] = s
		c.serverList = append(c.serverList, s)
		c.ports[f.Server.Addr()] = append(c.ports[f.Server.Addr()], s)
	}
	return s
}

func (c *census) client(f *filter.Facts) *client {
	addr := f.Client.Addr()
	k := c.clients[addr]
	if k == nil {
		k = &client{addr: addr, first: f.Start, last: f.Start}
		c.clients[addr] = k
		c.clientList = append(c.clientList, k)
	}
	return k
}

func (c *census) finding(row int32, f *filter.Facts, i int) {
	if !first(f.Findings, i) {
		return // counted in this session
	}
	id := f.Findings[i].ID
	kind := c.findings[id]
	if kind == nil {
		kind = &finding{id: id, severity: f.Findings[i].Severity}
		c.findings[id] = kind
		c.findingList = append(c.findingList, kind)
	}
	kind.sessions++
	if len(kind.rows) < fewRows {
		kind.rows = append(kind.rows, row)
	}
}

// replace counts a session as it is now. What was offered and who was named stays.
func (c *census) replace(row int32, was, now *filter.Facts) {
	c.changed++
	if was.Open {
		c.open--
	}
	c.states.remove(stateOf(was))
	if was.Lacking() {
		c.lacking--
	}
	c.gapBytes -= was.GapBytes
	c.server(was).remove(was)
	c.client(was).remove(was)
	for i := range was.Findings {
		if first(was.Findings, i) {
			c.findings[was.Findings[i].ID].remove(row)
		}
	}
	c.add(row, now)
	c.findingList = slices.DeleteFunc(c.findingList, func(kind *finding) bool {
		if kind.sessions == 0 {
			delete(c.findings, kind.id)
		}
		return kind.sessions == 0
	})
}

// first tells that no finding before the i-th is of its kind.
func first(list []filter.Finding, i int) bool {
	return !slices.ContainsFunc(list[:i], func(f filter.Finding) bool { return f.ID == list[i].ID })
}

// add counts a session; isNew tells that it is the first of its client here.
func (s *server) add(f *filter.Facts) (isNew bool) {
	s.sessions++
	s.states.add(stateOf(f))
	if f.ServerName != "" {
		s.name = f.ServerName
	}
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
func (s *server) offersKerberos() bool {
	for _, list := range [][]string{s.offered, s.offeredTLS} {
		for _, m := range list {
			m = strings.ToUpper(m)
			if m == "GSSAPI" || m == "GSS-SPNEGO" || strings.HasPrefix(m, "GS2-") {
				return true
			}
		}
	}
	return false
}

func (k *client) remove(f *filter.Facts) {
	k.sessions--
	k.states.remove(stateOf(f))
}

// remove takes a session out.
func (kind *finding) remove(row int32) {
	kind.sessions--
	if at := slices.Index(kind.rows, row); at >= 0 {
		kind.rows = slices.Delete(kind.rows, at, at+1)
	}
}

func (k *client) add(f *filter.Facts) {
	k.sessions++
	k.states.add(stateOf(f))
	k.first, k.last = min(k.first, f.Start), max(k.last, f.Start)
	k.names = addFew(k.names, f.Hello)
	k.users = addFew(k.users, cmp.Or(f.User, f.Users))
}

func addFew(list []string, s string) []string {
	if s != "" && len(list) < fewNames && !slices.Contains(list, s) {
		return append(list, s)
	}
	return list
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
