package capture

import (
	"cmp"
	"math"
	"slices"
)

// Advance tells the Assembler that time went on to clock (see Batch.Clock),
// with or without packets: what is due by then is done, in the order in which
// it became due.
func (a *Assembler) Advance(clock int64) {
	if clock <= a.swept {
		return
	}
	a.swept = clock
	a.advanceWaiting(clock)
	a.advanceIdle(clock)
	for kind := range stubKinds {
		for t := a.stubs.oldest(kind); t != nil && clock-a.heard(t.last) > a.lifetime(kind); t = a.stubs.oldest(kind) {
			a.dropStub(t)
		}
	}
}

// Flush ends the input at clock: every connection is closed, in the order of
// their first frames.
func (a *Assembler) Flush(clock int64) {
	a.Advance(clock)
	a.due = a.due[:0]
	for c := a.oldest; c != nil; c = c.flow.newer {
		a.due = append(a.due, c)
	}
	slices.SortFunc(a.due, func(x, y *Conn) int { return cmp.Compare(x.First, y.First) })
	for _, c := range a.due {
		if !a.wake(c, clock) {
			continue
		}
		a.clock = max(clock, c.flow.now)
		reason := ClosedByEOF
		if c.flow.phase == flowDying {
			reason = c.flow.dying
		}
		a.close(c, reason)
	}
	for kind := range stubKinds {
		for t := a.stubs.oldest(kind); t != nil; t = a.stubs.oldest(kind) {
			a.dropStub(t)
		}
	}
	clear(a.due)
	a.due = a.due[:0]
}

// advanceWaiting does what is due in the connections that wait for something.
func (a *Assembler) advanceWaiting(clock int64) {
	if clock < a.nextDue {
		return
	}
	a.due, a.nextDue = a.due[:0], never
	for _, c := range a.waiting {
		if at, _ := a.deadline(&c.flow); at <= clock {
			a.due = append(a.due, c)
		} else {
			a.nextDue = min(a.nextDue, at)
		}
	}
	slices.SortFunc(a.due, func(x, y *Conn) int {
		at, _ := a.deadline(&x.flow)
		by, _ := a.deadline(&y.flow)
		return cmp.Or(cmp.Compare(at, by), cmp.Compare(x.First, y.First))
	})
	for _, c := range a.due {
		a.wake(c, clock)
	}
}

// advanceIdle closes the connections that were silent for too long, in the
// order in which they became so and then of their first frames.
func (a *Assembler) advanceIdle(clock int64) {
	for a.oldest != nil && a.idleAt(&a.oldest.flow) <= clock {
		last := a.oldest.flow.last
		a.due = a.due[:0]
		for c := a.oldest; c != nil && c.flow.last == last; c = c.flow.newer {
			a.due = append(a.due, c)
		}
		slices.SortFunc(a.due, func(x, y *Conn) int { return cmp.Compare(x.First, y.First) })
		for _, c := range a.due {
			a.wake(c, clock)
		}
	}
}

// idleAt is when a flow will have been silent for too long.
func (a *Assembler) idleAt(f *flow) int64 {
	return a.heard(f.last) + int64(a.limits.Idle) + 1
}

// heard is since when nothing was heard of what was last heard of at a time: while the
// clock did not go on, that may have been at any time until it did.
func (a *Assembler) heard(last int64) int64 {
	if last < a.leap.From {
		return last
	}
	return max(last, a.leap.To)
}

// Leapt tells of a Leap, before the packets are taken in of the Batch that has it.
func (a *Assembler) Leapt(l Leap) {
	if l.To > a.leap.To {
		a.leap = l
	}
}

// never is a deadline that does not come.
const never = math.MaxInt64

// duty is what is to be done at a deadline.
type duty uint8

const (
	dutyClose   duty = iota // of flowDying
	dutySettle              // of flowSettling
	dutyRipen0              // stream 0
	dutyRipen1              // stream 1
	dutyUnhold0             // stream 0
	dutyUnhold1             // stream 1
)

// deadline returns when something is to be done next in a flow, apart from
// closing it as idle, and what.
func (a *Assembler) deadline(f *flow) (at int64, what duty) {
	at = never
	earlier := func(t int64, d duty) {
		if t < at {
			at, what = t, d
		}
	}
	window := int64(a.limits.ReorderTime)
	switch f.phase {
	case flowDying:
		earlier(f.since.clock+window, dutyClose)
	case flowSettling:
		earlier(f.since.clock+window, dutySettle)
		return at, what
	}
	for i := range f.stream {
		st := &f.stream[i]
		if st.ripening.to != 0 {
			earlier(st.ripening.since.clock+window, dutyRipen0+duty(i))
		}
		if len(st.held) > 0 || st.fin == finPending {
			earlier(st.heldSince+int64(a.limits.Hold), dutyUnhold0+duty(i))
		}
	}
	return at, what
}

// wake does what has become due in a connection until clock, and reports
// whether it is still open. Everything happens at its own time, so that the
// result does not depend on how often this is called.
func (a *Assembler) wake(c *Conn, clock int64) (open bool) {
	f := &c.flow
	if f.waiting == 0 && a.idleAt(f) > clock {
		return true
	}
	for {
		at, what := a.deadline(f)
		idle := a.idleAt(f)
		if min(at, idle) > clock {
			return a.review(c)
		}
		f.now = max(f.now, min(at, idle))
		a.clock = f.now
		if idle < at {
			a.stats.IdleExpired++
			a.close(c, ClosedByIdle)
			return false
		}
		switch what {
		case dutyClose:
			a.close(c, f.dying)
			return false
		case dutySettle:
			a.settle(c)
		case dutyRipen0, dutyRipen1:
			a.ripe(c, side(what-dutyRipen0))
		case dutyUnhold0, dutyUnhold1:
			a.unhold(c, side(what-dutyUnhold0))
		}
		if !a.review(c) {
			return false
		}
	}
}

// unhold ends the wait of a stream for something that nobody acknowledged.
func (a *Assembler) unhold(c *Conn, of side) {
	st := &c.flow.stream[of]
	h, some := st.head()
	if !some {
		return
	}
	a.stats.HoldExpired++
	st.heldSince = a.clock
	a.unblock(c, of, h)
	a.drain(c)
}
