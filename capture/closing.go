package capture

// reset takes note of an RST. One that is exactly where its side's stream, or
// the peer's ACK, stands ends the connection (RFC 5961, section 3.2, asks as
// much of a receiver); any other ends it only if its place turns out to have
// been right, or nothing else follows.
func (a *Assembler) reset(c *Conn, from side, s *segment, off int64) {
	f := &c.flow
	st := &f.stream[from]
	exact := off == st.next || off == st.acked || off == st.top
	if !exact && (off < st.next-maxFlight || off > st.next+maxWindow) {
		a.stats.OutOfWindow++
		return
	}
	if f.phase == flowDying || f.reset.exact {
		return
	}
	if exact || !f.reset.known {
		f.reset = reset{known: true, exact: exact, from: from, off: off, time: s.time, frame: s.frame}
	}
}

// progress moves a connection towards its end: by the RST that was waited
// for, or when both directions have ended.
func (a *Assembler) progress(c *Conn) {
	f := &c.flow
	if f.reset.known && !f.reset.exact {
		f.reset.exact = f.stream[f.reset.from].next == f.reset.off
	}
	if f.phase != flowSteady {
		return
	}
	switch {
	case f.reset.exact:
		f.dying = ClosedByRST
	case f.stream[0].fin == finReached && f.stream[1].fin == finReached:
		f.dying = ClosedByFIN
	default:
		return
	}
	f.phase, f.since = flowDying, f.mark()
}

// done tells whether a dying connection needs no more packets: its last ACK is
// in, or a reset leaves nothing to wait for.
func (f *flow) done() bool {
	if f.dying == ClosedByRST {
		return !f.blocked()
	}
	for i := range f.stream {
		if f.stream[i].acked < f.stream[i].next {
			return false
		}
	}
	return true
}

// finish delivers all that is held and declares missing what is known to be.
func (a *Assembler) finish(c *Conn) {
	f := &c.flow
	for a.relieve(c) {
	}
	for i := range f.stream {
		st := &f.stream[i]
		onlyFIN := st.acked == st.next+1 && st.fin == finUnseen
		if st.seen && st.acked > st.next && !onlyFIN {
			a.gap(c, side(i), st.acked, st.ackTime, st.ackFrame)
		}
	}
}

// close ends a connection and makes its Conn free for the next. What is left
// of it is remembered if packets of it may still come.
func (a *Assembler) close(c *Conn, reason CloseReason) {
	f := &c.flow
	a.finish(c)
	if f.stream[0].fin == finReached && f.stream[1].fin == finReached && !f.reset.exact {
		reason = ClosedByFIN
	}
	closing := Chunk{Kind: Close, Reason: reason, Time: c.End, Frame: c.Last}
	if f.reset.known && (reason == ClosedByRST || reason == ClosedByIdle || reason == ClosedByEOF) {
		closing.Reason, closing.Dir = ClosedByRST, f.dir(f.reset.from)
		closing.Time, closing.Frame = f.reset.time, f.reset.frame
	}
	if !f.ignored && c.Count[0].Bytes+c.Count[1].Bytes == 0 {
		a.stats.Silent++
	}
	a.emit(c, closing)
	a.bury(c, reason)
	a.recycle(c)
}

// bury remembers a connection of which more packets may come.
func (a *Assembler) bury(c *Conn, reason CloseReason) {
	f := &c.flow
	t := a.epitaph(c)
	closed := reason == ClosedByFIN || reason == ClosedByRST
	if f.ignored {
		t.kind = stubIgnored
	}
	if f.ignored || !closed {
		a.takeRevival(f.key)
	}
	if f.ignored || closed {
		a.keepStub(t)
	}
}

// recycle takes a Conn out of all lists and keeps it for the next connection.
func (a *Assembler) recycle(c *Conn) {
	f := &c.flow
	a.forget(c)
	a.unlink(c)
	a.wait(c, false)
	var room [2][]*held
	for i := range f.stream {
		st := &f.stream[i]
		for len(st.held) > 0 {
			a.release(a.popHeld(c, side(i)))
		}
		a.stats.Recent -= int64(len(st.recent.ring))
		a.buffers.put(st.recent.ring)
		if cap(st.heldRoom) <= 64 {
			room[i] = st.heldRoom
		}
	}
	a.forgetCopies(&f.copies)
	*c = Conn{}
	for i := range room {
		c.flow.stream[i].held, c.flow.stream[i].heldRoom = room[i], room[i]
	}
	if len(a.spare) < spareConns {
		a.spare = append(a.spare, c)
	}
}

const spareConns = 4096
