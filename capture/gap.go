package capture

// A ripening is an acknowledgement of bytes that were not captured, waiting for
// them for the reordering window. What is acknowledged meanwhile waits for the
// next one, so that a byte is declared missing after one to two windows.
type ripening struct {
	to    int64 // what was acknowledged; 0 if nothing ripens
	since mark
	// What the same side acknowledged after that.
	heard    int
	heardMax int64
}

// retractAfter is how many packets of a side have to acknowledge less than an
// earlier one for that to be taken for a forgery: ACKs only grow.
const retractAfter = 8

func (r *ripening) hear(off int64) {
	if r.to != 0 {
		r.heard++
		r.heardMax = max(r.heardMax, off)
	}
}

// ripen starts or ends the ripening of a stream.
func (st *stream) ripen() {
	if st.ripening.to != 0 && st.next < st.ripening.to {
		return
	}
	st.ripening = ripening{}
	if st.missing() && st.acked > st.ripened {
		st.ripening = ripening{to: st.acked, since: st.ackedAt}
	}
}

// ripe declares missing what was acknowledged a window ago and did not come.
func (a *Assembler) ripe(c *Conn, of side) {
	st, other := &c.flow.stream[of], &c.flow.stream[of.other()]
	r := st.ripening
	st.ripening = ripening{}
	if r.heard >= retractAfter && r.heardMax < r.to && st.acked == r.to {
		a.stats.ImplausibleACKs++
		st.acked = max(r.heardMax, st.next)
		r.to = st.acked
	}
	st.ripened = r.to
	a.drain(c)
	for st.next < min(r.to, st.acked) && !c.flow.ignored {
		h, some := st.head()
		switch {
		case some && h.off <= st.next:
			// It is there, but waits for the other side: for a hole, whose own
			// time will come, or for what waits for it in turn.
			g, cycle := other.head()
			if !cycle || g.off > other.next {
				return
			}
			a.breakCycle(c, of, h, g)
		case !some && st.acked == st.next+1 && !st.lostFIN:
			st.lostFIN = true
			st.ripened = 0 // should more follow, it was no FIN
		case !some && st.lostFIN && st.acked == st.next+1:
			return
		default:
			a.gap(c, of, st.upTo(min(r.to, st.acked)), st.ackTime, st.ackFrame)
		}
		a.drain(c)
	}
}

// breakCycle delivers the first captured of two heads that wait for each other.
func (a *Assembler) breakCycle(c *Conn, of side, h, g head) {
	a.stats.Cycles++
	if g.frame < h.frame {
		of = of.other()
	}
	a.step(c, of)
}

// relieve ends the wait of whatever waits longest (by frame) in a connection,
// by declaring missing what it waits for. It reports false if nothing waits.
func (a *Assembler) relieve(c *Conn) bool {
	f := &c.flow
	if f.phase == flowSettling {
		a.settle(c)
		return true
	}
	h, some := f.stream[0].head()
	g, more := f.stream[1].head()
	switch {
	case some && (!more || h.frame <= g.frame):
		a.unblock(c, 0, h)
	case more:
		a.unblock(c, 1, g)
	default:
		return false
	}
	a.drain(c)
	return true
}

// unblock makes progress for the head of a stream.
func (a *Assembler) unblock(c *Conn, of side, h head) {
	st, other := &c.flow.stream[of], &c.flow.stream[of.other()]
	if h.off > st.next {
		a.skipTo(c, of, h)
		return
	}
	g, more := other.head()
	if more && g.off <= other.next {
		a.breakCycle(c, of, h, g)
		return
	}
	if to := other.upTo(min(h.ack, other.acked)); to > other.next {
		a.gap(c, of.other(), to, other.ackTime, other.ackFrame)
		return
	}
	a.step(c, of)
}

// company is how many held stretches in a row make a place far ahead in the
// stream believable.
const company = 4

// skipTo declares the hole before a head missing, unless it is the head that is
// not believable: a forged segment far ahead would else end the stream.
func (a *Assembler) skipTo(c *Conn, of side, h head) {
	st := &c.flow.stream[of]
	if h.off <= max(st.next, st.acked)+maxFlight || st.inCompany() {
		a.gapBefore(c, of, h)
		return
	}
	a.stats.OutOfWindow++
	if st.fin == finPending && h.off == st.finOff {
		st.fin = finUnseen
		return
	}
	a.release(a.popHeld(c, of))
}

// gapBefore declares the hole before a head missing. The packet that proves
// the hole is the one whose ACK covers it, else the one behind it.
func (a *Assembler) gapBefore(c *Conn, of side, h head) {
	st := &c.flow.stream[of]
	time, frame := st.finTime, st.finFrame
	switch {
	case st.seen && st.acked >= h.off:
		time, frame = st.ackTime, st.ackFrame
	case len(st.held) > 0 && st.held[0].off == h.off:
		time, frame = st.held[0].time, st.held[0].frame
	}
	a.gap(c, of, h.off, time, frame)
}

// inCompany tells whether the first held stretches follow each other.
func (st *stream) inCompany() bool {
	if len(st.held) < company {
		return false
	}
	for i := 1; i < company; i++ {
		if st.held[i].off != st.held[i-1].end()+st.held[i-1].cut {
			return false
		}
	}
	return true
}
