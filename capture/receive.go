package capture

// receive takes in a packet of an open connection.
func (a *Assembler) receive(c *Conn, from side, s *segment) {
	f := &c.flow
	st, to := &f.stream[from], from.other()
	count := c.count(from)
	count.Packets++
	c.Last, c.End = s.frame, max(c.End, s.time)

	off := a.locate(c, from, s)
	// What continues the stream is new; all else may be a copy.
	if (off != st.next || s.wireLen == 0 || len(st.held) > 0) && f.copies.has(s) {
		a.copied(c, from, s, off)
		return
	}
	f.copies.add(s)
	f.packets++
	if s.wireLen > len(s.payload) {
		count.Truncated++
	}
	var ack int64
	if s.flags&flagACK != 0 {
		ack = a.acknowledge(c, to, s)
	}
	st.zeroWindow = s.window == 0
	switch {
	case s.flags&flagRST != 0:
		a.reset(c, from, s, off)
	case off-st.next > maxWindow || st.next-off > maxWindow:
		a.stats.OutOfWindow++
	case f.probes(from, s, off):
		count.KeepAlives++
	default:
		if s.wireLen > 0 {
			a.data(c, from, s, off, ack)
		}
		if s.flags&flagFIN != 0 {
			a.fin(c, from, s, off+int64(s.wireLen), ack)
		}
	}
	a.drain(c)
}

// locate returns the offset of the first payload byte, and takes note of what
// the packet says about where its stream begins.
func (a *Assembler) locate(c *Conn, from side, s *segment) int64 {
	f := &c.flow
	st := &f.stream[from]
	seq := s.seq
	if s.flags&flagSYN != 0 {
		a.synchronize(c, from, s)
		seq++
	}
	if st.origin == originUnknown {
		st.number(seq, originHinted)
	}
	off := st.offset(seq)
	switch {
	case s.flags&flagRST != 0: // may be anywhere
	case !st.seen:
		st.seen = true
		a.appear(f, st, off)
	case st.origin == originLowest && off < st.next && st.next-off <= maxFlight:
		st.begin(off, originLowest)
	}
	return off
}

// appear sets where a stream begins of which this is the first packet.
func (a *Assembler) appear(f *flow, st *stream, off int64) {
	if st.acked > off+maxFlight {
		a.stats.ImplausibleACKs++
		st.acked = 0
	}
	switch {
	case st.origin == originFixed:
	case f.phase == flowSettling:
		st.begin(off, originLowest)
		st.top = off
	case off > st.acked && off-st.acked <= maxFlight:
		// Its peer has been watched for a while: what it has not yet
		// acknowledged is still to come, or lost to the capture.
		st.begin(st.acked, originFixed)
	default:
		st.begin(off, originFixed)
	}
}

// acknowledge takes note of the ACK of a packet and returns the offset in the
// stream of the side named; 0 if it is not to be believed.
func (a *Assembler) acknowledge(c *Conn, of side, s *segment) int64 {
	f := &c.flow
	st := &f.stream[of]
	if st.origin == originUnknown {
		st.number(s.ack, originHinted)
	}
	off := st.offset(s.ack)
	furthest := max(st.next, st.top)
	if !st.seen {
		furthest = max(furthest, st.acked)
	}
	if off > furthest+maxFlight || st.fin == finReached && off > st.next {
		a.stats.ImplausibleACKs++
		return 0
	}
	st.ripening.hear(off)
	if off > st.acked && st.fin == finPending && off > st.finOff+1 {
		st.fin = finUnseen // the peer took more than that: it was no FIN of this stream
	}
	st.take(off, f, s)
	if st.origin == originHinted && off > st.next {
		st.begin(off, originHinted)
	}
	return off
}

// probes tells whether a packet is a keep-alive (RFC 9293, section 3.8.4: its
// sequence number is one that the peer has acknowledged) or probes a closed
// window (section 3.8.6.1).
func (f *flow) probes(from side, s *segment, off int64) bool {
	st := &f.stream[from]
	if off != st.next-1 || s.wireLen > 1 || s.flags&(flagSYN|flagFIN) != 0 {
		return false
	}
	return s.wireLen == 0 || st.next > st.start && (st.acked >= st.next || f.stream[from.other()].zeroWindow)
}

// copied counts a packet that was captured before. Its bytes are compared all
// the same: who forges a contradiction may copy every header field.
func (a *Assembler) copied(c *Conn, from side, s *segment, off int64) {
	c.count(from).Duplicates++
	a.lookBack(&c.flow.copies)
	p := stretch{off: off, data: s.payload, end: off + int64(s.wireLen)}
	if a.contradicts(&c.flow.stream[from], &p) {
		c.count(from).conflict(s.frame)
	}
}

// fin takes note of a FIN at offset off. If the peer acknowledged more than
// that, and bytes before it are still to come, it cannot be the end.
func (a *Assembler) fin(c *Conn, from side, s *segment, off, ack int64) {
	st := &c.flow.stream[from]
	if st.fin != finUnseen || off < st.next || off > st.next && st.acked > off+1 {
		return
	}
	if len(st.held) == 0 {
		st.heldSince = a.clock
	}
	st.fin = finPending
	st.finOff, st.finAck, st.finTime, st.finFrame = off, ack, s.time, s.frame
	st.top = max(st.top, off+1)
}
