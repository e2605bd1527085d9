package capture

// steady takes in a packet of the kind that nearly all are: one that neither
// opens nor ends anything, that continues its stream, and acknowledges nothing
// that was not seen, in a connection that waits for nothing. It does what
// receive and review do, without the questions whose answers are known then:
// nothing is held that could follow, nothing has become due, no limit is near.
// It reports false, and has changed nothing, if the packet is of any other kind.
func (a *Assembler) steady(c *Conn, s *segment) bool {
	f := &c.flow
	from := s.from & 1
	st, other := &f.stream[from], &f.stream[from.other()&1]
	// That it is on no list of those that wait says that nothing is held,
	// missing or pending: see review.
	if f.waiting != 0 || f.phase != flowSteady || f.renewal != nil || f.reset.known || f.ignored ||
		s.flags&(flagSYN|flagFIN|flagRST|flagACK) != flagACK || s.wireLen != len(s.payload) ||
		s.clock-f.last > int64(a.limits.Idle) {
		return false
	}
	if !st.flows() || !other.flows() || !st.seen || s.seq != st.seqAt(st.next) {
		return false
	}
	ack := other.offset(s.ack)
	if ack > other.next || s.wireLen == 0 && f.copies.has(s) {
		return false
	}
	a.clock = s.clock
	a.touch(c, s.clock)
	c.count(from).Packets++
	c.Last, c.End = s.frame, max(c.End, s.time)
	f.copies.add(s)
	f.packets++
	other.take(ack, f, s)
	st.zeroWindow = s.window == 0
	if s.wireLen > 0 {
		a.deliver(c, from, s.payload, 0, s.time, s.frame)
		if f.ignored {
			a.review(c)
		}
	}
	return true
}

// flows tells whether a stream has begun, goes on, and has no loss or
// acknowledgement to look after.
func (st *stream) flows() bool {
	return st.origin == originFixed && st.fin == finUnseen && st.ripening.to == 0 && st.lost <= st.next
}

// take notes that the peer acknowledged off, if that is news.
func (st *stream) take(off int64, f *flow, s *segment) {
	if off > st.acked {
		st.acked, st.ackTime, st.ackFrame = off, s.time, s.frame
		st.ackedAt = f.mark()
	}
}
