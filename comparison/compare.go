package comparison

import (
	"cmp"
	"maps"
	"net/netip"
	"slices"

	"smtpscope/verdict"
)

// Trend says which way something went.
type Trend string

// The trends. Better and Worse are about Kerberos first: more of the logins are
// Kerberos, or fewer. Where that is as before, logins that succeed count, then
// findings of high or medium severity.
const (
	Better  Trend = "better"
	Worse   Trend = "worse"
	Changed Trend = "changed" // otherwise than before, and neither better nor worse
	Same    Trend = "same"
)

// A Result is what changed.
type Result struct {
	Before Total `json:"before"`
	After  Total `json:"after"`
	// Trend is that of all pairs together: Worse if any is.
	Trend Trend `json:"trend"`
	// Pairs are those that are in both captures and changed, the worse ones first.
	Pairs []Pair `json:"pairs"`
	// Same counts the pairs that did not change, OnlyBefore and OnlyAfter those
	// that are in one capture only.
	Same       int64 `json:"same"`
	OnlyBefore int64 `json:"only_before"`
	OnlyAfter  int64 `json:"only_after"`
	// Servers are those whose offers changed.
	Servers []Server `json:"servers"`
	// Dropped counts sessions for whose pair there was no room.
	Dropped int64 `json:"dropped,omitempty"`
}

// A Total is one capture as a whole.
type Total struct {
	Name     string                  `json:"name"`
	Sessions int64                   `json:"sessions"`
	States   map[verdict.State]int64 `json:"states"`
	// Kerberos counts the logins by Kerberos, Logins all sessions with a login,
	// accepted or not, whose way is known.
	Kerberos int64 `json:"kerberos"`
	Logins   int64 `json:"logins"`
}

// A Pair is one client at one port of one server, before and after.
type Pair struct {
	Client netip.Addr     `json:"client"`
	Server netip.AddrPort `json:"server"`
	Trend  Trend          `json:"trend"`
	// Before and After count sessions by verdict.
	Before map[verdict.State]int64 `json:"before"`
	After  map[verdict.State]int64 `json:"after"`
	// New and Gone are the findings that are on one side only, the worst first.
	New  []Finding `json:"new_findings"`
	Gone []Finding `json:"gone_findings"`
}

// A Finding is a kind of finding.
type Finding struct {
	ID       string `json:"id"`
	Severity string `json:"severity"`
}

// A Server is one port whose offers changed, where they were seen both times.
type Server struct {
	Server netip.AddrPort `json:"server"`
	// InTLS tells that these are the offers inside TLS.
	InTLS bool     `json:"inside_tls"`
	New   []string `json:"new"`
	Gone  []string `json:"gone"`
}

// Compare says what changed from one capture to the other.
func Compare(before, after *Side) *Result {
	c := &Result{Before: total(before), After: total(after), Trend: Same, Pairs: []Pair{}, Servers: []Server{}, Dropped: before.Dropped + after.Dropped}
	for key, then := range before.pairs {
		now := after.pairs[key]
		if now == nil {
			c.OnlyBefore++
			continue
		}
		p := change(then, now)
		if p.Trend == Same {
			c.Same++
			continue
		}
		p.Client, p.Server = key.client, key.server
		c.Pairs = append(c.Pairs, p)
	}
	for key := range after.pairs {
		if before.pairs[key] == nil {
			c.OnlyAfter++
		}
	}
	slices.SortFunc(c.Pairs, func(a, b Pair) int {
		return cmp.Or(rank(a.Trend)-rank(b.Trend), a.Client.Compare(b.Client), a.Server.Compare(b.Server))
	})
	if len(c.Pairs) > 0 {
		c.Trend = c.Pairs[0].Trend
	}
	c.compareOffers(before, after)
	if c.Trend == Same && len(c.Servers) > 0 {
		c.Trend = Changed
	}
	return c
}

// rank puts what is worse first.
func rank(t Trend) int { return slices.Index([]Trend{Worse, Better, Changed, Same}, t) }

// Comparable tells that any client and server are in both captures.
func (c *Result) Comparable() bool { return len(c.Pairs) > 0 || c.Same > 0 }

func total(s *Side) Total {
	by, of := kerberos(s.States)
	return Total{Name: s.Name, Sessions: s.Sessions, States: s.States, Kerberos: by, Logins: of}
}

func change(then, now *pair) Pair {
	p := Pair{Before: then.states, After: now.states, New: []Finding{}, Gone: []Finding{}}
	for id, severity := range now.findings {
		if _, was := then.findings[id]; !was {
			p.New = append(p.New, Finding{id, severity})
		}
	}
	for id, severity := range then.findings {
		if _, is := now.findings[id]; !is {
			p.Gone = append(p.Gone, Finding{id, severity})
		}
	}
	for _, list := range [][]Finding{p.New, p.Gone} {
		slices.SortFunc(list, func(a, b Finding) int {
			return cmp.Or(verdict.SeverityRank(a.Severity)-verdict.SeverityRank(b.Severity), cmp.Compare(a.ID, b.ID))
		})
	}
	p.Trend = trend(&p)
	return p
}

// trend judges a pair.
func trend(p *Pair) Trend {
	thenBy, thenOf := kerberos(p.Before)
	nowBy, nowOf := kerberos(p.After)
	if d := share(nowBy, nowOf, thenBy, thenOf); d != Same {
		return d
	}
	if d := share(nowOf-p.After[verdict.Failed], nowOf, thenOf-p.Before[verdict.Failed], thenOf); d != Same {
		return d
	}
	appeared, vanished := serious(p.New), serious(p.Gone)
	switch {
	case appeared > 0 && vanished == 0:
		return Worse
	case vanished > 0 && appeared == 0:
		return Better
	case len(p.New)+len(p.Gone) > 0 || !sameShape(p.Before, p.After):
		return Changed
	}
	return Same
}

// share compares parts of a whole; a whole of nothing tells nothing.
func share(now, nowOf, then, thenOf int64) Trend {
	if nowOf == 0 || thenOf == 0 {
		return Same
	}
	switch d := float64(now)/float64(nowOf) - float64(then)/float64(thenOf); {
	case d > 0:
		return Better
	case d < 0:
		return Worse
	}
	return Same
}

func serious(list []Finding) (n int) {
	for _, f := range list {
		if f.Severity == "high" || f.Severity == "medium" {
			n++
		}
	}
	return n
}

// sameShape tells that the same verdicts occur, however often.
func sameShape(a, b map[verdict.State]int64) bool {
	return slices.Equal(slices.Sorted(maps.Keys(a)), slices.Sorted(maps.Keys(b)))
}

func (c *Result) compareOffers(before, after *Side) {
	for _, addr := range slices.SortedFunc(maps.Keys(before.servers), netip.AddrPort.Compare) {
		then, now := before.servers[addr], after.servers[addr]
		if now == nil {
			continue
		}
		if then.beforeSeen && now.beforeSeen {
			c.addOffers(addr, false, then.before, now.before)
		}
		if then.insideSeen && now.insideSeen {
			c.addOffers(addr, true, then.inside, now.inside)
		}
	}
}

func (c *Result) addOffers(addr netip.AddrPort, inTLS bool, then, now map[string]bool) {
	s := Server{Server: addr, InTLS: inTLS, New: []string{}, Gone: []string{}}
	for _, name := range sorted(now) {
		if !then[name] {
			s.New = append(s.New, name)
		}
	}
	for _, name := range sorted(then) {
		if !now[name] {
			s.Gone = append(s.Gone, name)
		}
	}
	if len(s.New)+len(s.Gone) > 0 {
		c.Servers = append(c.Servers, s)
	}
}
