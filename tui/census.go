package tui

import (
	"net/netip"
	"slices"

	"smtpscope/filter"
	"smtpscope/verdict"
)

// A census counts all sessions: by verdict, by server, by client, by use of NTLM,
// by finding.
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
	uses     map[ntlmKey]*ntlmUse
	findings map[string]*finding
	// The same in the order of the first sight.
	serverList  []*server
	clientList  []*client
	useList     []*ntlmUse
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

// A finding is one kind of finding.
type finding struct {
	id, severity string
	sessions     int32
	rows         []int32 // the first of them
	// across is the finding if it takes several sessions to see it; else nil.
	across *verdict.SummaryFinding
}

// fewRows is how many sessions of a finding are kept.
const fewRows = 200

func newCensus() *census {
	return &census{
		servers: make(map[netip.AddrPort]*server), ports: make(map[netip.Addr][]*server),
		clients: make(map[netip.Addr]*client), uses: make(map[ntlmKey]*ntlmUse), findings: make(map[string]*finding),
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
	c.addNTLM(row, f)
	for i := range f.Findings {
		c.finding(row, f, i)
	}
}

func (c *census) server(f *filter.Facts) *server {
	s := c.servers[f.Server]
	if s == nil {
		s = &server{addr: f.Server, first: f.Start, last: f.Start, clients: make(map[netip.Addr]*tie)}
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
	c.removeNTLM(was)
	for i := range was.Findings {
		if first(was.Findings, i) {
			c.findings[was.Findings[i].ID].remove(row)
		}
	}
	c.add(row, now)
	c.dropUnused(was)
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

// remove takes a session out.
func (kind *finding) remove(row int32) {
	kind.sessions--
	if at := slices.Index(kind.rows, row); at >= 0 {
		kind.rows = slices.Delete(kind.rows, at, at+1)
	}
}
