package capture

// Where the capture did not see SYN and SYN+ACK of both sides, a connection
// settles first: for one reordering window everything is held, so that packets
// of the beginning which come late in the file are not cut off, and so that it
// is known whether the other direction is in the capture at all. A stream then
// begins with its lowest packet. What was on its way when the capture began
// is not called a gap: that the beginning is missing is said by
// HandshakeUnseen.

// settleBytes is how much is held for that at most: two full windows without
// scaling.
const settleBytes = 128 << 10

// synchronize takes note of the SYN of a packet that belongs to this
// connection (see renews).
func (a *Assembler) synchronize(c *Conn, from side, s *segment) {
	f := &c.flow
	if f.phase != flowSettling {
		return
	}
	f.stream[from].synchronize(s.seq + 1)
	f.stream[from].seen = true
	client := from
	if s.flags&flagACK != 0 {
		client = from.other()
		f.stream[client].synchronize(s.ack)
		c.Handshake = HandshakeSYNACK
	} else if c.Handshake == HandshakeUnseen {
		c.Handshake = HandshakeSYN
	}
	if c.Initiator == InitiatorGuessed && f.client != client {
		c.Swap() // nothing was handed out yet
	}
	c.Initiator = InitiatorSeen
	a.maybeSettle(c)
}

// synchronize fixes the beginning of the stream at the sequence number after
// its SYN.
func (st *stream) synchronize(seq uint32) {
	if st.origin == originFixed {
		return
	}
	if st.origin == originUnknown {
		st.number(seq, originFixed)
		return
	}
	off := st.offset(seq)
	if before := st.next - off; st.origin == originLowest && (before < 0 || before > maxFlight) {
		return // not of this stream
	}
	st.begin(off, originFixed)
}

// maybeSettle ends the settling as soon as nothing can come of waiting.
func (a *Assembler) maybeSettle(c *Conn) {
	f := &c.flow
	for i := range f.stream {
		if st := &f.stream[i]; st.origin != originFixed || !st.seen {
			return
		}
	}
	a.settle(c)
}

// settle hands out the Open and lets the streams begin.
func (a *Assembler) settle(c *Conn) {
	f := &c.flow
	f.phase = flowSteady
	for i := range f.stream {
		st := &f.stream[i]
		if st.origin != originLowest {
			continue
		}
		start := st.next
		if len(st.held) > 0 && st.held[0].off == start+1 {
			start++ // the packet before was a keep-alive
		}
		st.begin(start, originFixed)
	}
	a.emit(c, Chunk{Kind: Open, Time: c.Start, Frame: c.First})
	a.drain(c)
}

// renews tells whether a SYN, or a packet after a SYN that did not fit, means
// that a new connection took the place of c. It has then been closed, and the
// packet goes to admit.
//
// A SYN alone does not end a connection, nor do the packets that its sender
// sends next: anybody can send them. The other side has to answer (RFC 5961,
// section 4, for the same reason, has the server ask first). If that side is
// not in the capture, the sender's next packet has to do.
func (a *Assembler) renews(c *Conn, from side, s *segment) bool {
	f := &c.flow
	if s.flags&flagRST != 0 {
		return false
	}
	if s.flags&flagSYN == 0 {
		if !f.renewed(from, s) {
			return false
		}
		a.replace(c)
		return true
	}
	if f.owns(from, s) {
		return false
	}
	t := f.renewal
	if t == nil || s.flags&flagACK == 0 && t.known[from] && t.isn[from] != s.seq {
		t = &stub{key: f.key, kind: stubHalfOpen}
		f.renewal = t
	}
	answers := s.flags&flagACK != 0 && t.known[from.other()] && t.isn[from.other()]+1 == s.ack
	if f.phase != flowDying && !answers {
		t.handshake(from, s)
		return false
	}
	if !answers {
		*t = stub{}
	}
	a.replace(c)
	return true
}

// renewed tells whether a packet without SYN confirms the renewal: by an ACK of
// the other side's SYN that nothing of this connection explains, or by being
// what follows its own side's SYN, if that was answered or no answer is to be had.
func (f *flow) renewed(from side, s *segment) bool {
	st, t, to := &f.stream[from], f.renewal, from.other()
	if off := st.offset(s.seq); st.seen && st.start <= off && off <= st.next {
		return false // this connection goes on
	}
	if t.confirms(from, s) {
		off := f.stream[to].offset(s.ack)
		return off < f.stream[to].start || off > f.stream[to].top
	}
	return t.followed(from, s) && (t.seen[to] || !f.stream[to].seen)
}

// confirms tells whether a packet acknowledges the SYN of the other side.
func (t *stub) confirms(from side, s *segment) bool {
	to := from.other()
	ahead := int32(s.ack - (t.isn[to] + 1))
	return t.seen[to] && !t.answered && s.flags&flagACK != 0 && 0 <= ahead && ahead <= maxFlight
}

// followed tells whether a packet without SYN is the one that its sender sends
// next in the handshake of the stub.
func (t *stub) followed(from side, s *segment) bool {
	to := from.other()
	return t.seen[from] && s.seq == t.isn[from]+1 && s.flags&flagACK != 0 &&
		(!t.known[to] || near(s.ack, t.isn[to]+1))
}

// owns tells whether a SYN or SYN+ACK is one of this connection.
func (f *flow) owns(from side, s *segment) bool {
	st := &f.stream[from]
	switch {
	case st.origin == originUnknown:
		return true
	case st.origin == originFixed:
		return s.seq+1 == st.seqAt(st.start)
	}
	before := st.next - st.offset(s.seq+1)
	return f.phase == flowSettling && 0 <= before && before <= maxFlight
}

// replace closes c in favour of the connection whose handshake was seen.
func (a *Assembler) replace(c *Conn) {
	t := *c.flow.renewal
	reason := ClosedByReuse
	if c.flow.phase == flowDying {
		reason = c.flow.dying
	}
	a.close(c, reason)
	if old := a.stubs.find(&t.key); old != nil {
		a.removeStub(old)
	}
	if t.frame != 0 {
		a.stubs.add(t)
	}
}
