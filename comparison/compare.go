package comparison

import (
	"cmp"
	"maps"
	"net/netip"
	"slices"

	"smtpscope/verdict"
)

// Compare says what changed from one capture to the other.
func Compare(before, after *Side) *Result {
	c := &Result{
		Before: total(before), After: total(after), Trend: Same, Dropped: before.Dropped + after.Dropped,
		Pairs: []Pair{}, Unsolved: []Pair{}, Servers: []Server{},
	}
	found, onlyBefore, onlyAfter := matches(before, after)
	for i := range found {
		c.add(&found[i])
	}
	c.Vanished, c.Appeared = singles(onlyBefore), singles(onlyAfter)
	c.OnlyBefore, c.OnlyAfter = int64(len(c.Vanished)), int64(len(c.Appeared))
	for _, list := range [][]Pair{c.Pairs, c.Unsolved} {
		slices.SortFunc(list, func(a, b Pair) int {
			return cmp.Or(rank(a.Trend)-rank(b.Trend), a.Client.Compare(b.Client), a.Server.Compare(b.Server))
		})
	}
	if len(c.Pairs) > 0 {
		c.Trend = c.Pairs[0].Trend
	}
	c.compareOffers(before, after)
	if c.Trend == Same && len(c.Servers) > 0 {
		c.Trend = Changed
	}
	return c
}

// add judges a pair of both captures.
func (c *Result) add(m *match) {
	p := change(m.then, m.now)
	p.Client, p.Server = m.after.client, m.after.server
	if m.before.client != p.Client {
		p.ClientBefore = m.before.client
	}
	if m.before.server != p.Server {
		p.ServerBefore = m.before.server
	}
	if p.Trend != Same {
		c.Pairs = append(c.Pairs, p)
		return
	}
	c.Same++
	if by, of := kerberos(p.After); by < of {
		c.Unsolved = append(c.Unsolved, p)
	}
}

// singles are the pairs of one capture, in order.
func singles(pairs map[pairKey]*pair) []Single {
	list := make([]Single, 0, len(pairs))
	for key, p := range pairs {
		list = append(list, Single{key.client, key.server, p.states})
	}
	slices.SortFunc(list, func(a, b Single) int { return cmp.Or(a.Client.Compare(b.Client), a.Server.Compare(b.Server)) })
	return list
}

// rank puts what is worse first.
func rank(t Trend) int { return slices.Index([]Trend{Worse, Better, Changed, Same}, t) }

func total(s *Side) Total {
	by, of := kerberos(s.States)
	return Total{Name: s.Name, Sessions: s.Sessions, States: s.States, Kerberos: by, Logins: of}
}

func change(then, now *pair) Pair {
	p := Pair{
		Before: then.states, After: now.states, New: []Finding{}, Gone: []Finding{},
		CausesBefore: listed(then.causes), CausesAfter: listed(now.causes),
	}
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

// listed is a list that is not null in records.
func listed(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
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
	case len(p.New)+len(p.Gone) > 0 || !sameShape(p.Before, p.After) || !slices.Equal(p.CausesBefore, p.CausesAfter):
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
