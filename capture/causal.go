package capture

// The order between the two directions is that of cause and effect: the ACK of
// a segment says what its sender had received when it sent it, so these bytes
// are delivered before. Segments that say nothing about each other are
// delivered in the order of their frames.
//
// What a segment waits for is bounded by what its side's ACKs are believed
// (stream.acked), and an acknowledged byte that does not come is declared
// missing (gap.go), so no wait lasts. Two segments that wait for each other
// cannot be honest; the one captured first goes first.

// ready tells whether something that acknowledges ack bytes of the stream may
// be delivered.
func (st *stream) ready(ack int64) bool {
	if !st.seen {
		return true
	}
	need := min(ack, st.acked)
	return need <= st.next || st.lostFIN && need == st.next+1
}

// drain delivers all that waits for nothing.
func (a *Assembler) drain(c *Conn) {
	f := &c.flow
	if f.phase == flowSettling {
		return
	}
	for {
		from, ok := f.nextReady()
		if !ok {
			return
		}
		a.step(c, from)
	}
}

// nextReady returns the side whose head can be delivered; the head with the
// lower frame number if both can.
func (f *flow) nextReady() (from side, ok bool) {
	best := head{}
	for i := range f.stream {
		h, some := f.stream[i].head()
		if !some || h.off > f.stream[i].next || !f.stream[i^1].ready(h.ack) {
			continue
		}
		if !ok || h.frame < best.frame {
			from, best, ok = side(i), h, true
		}
	}
	return from, ok
}

// step delivers the head of a stream, which is at next.
func (a *Assembler) step(c *Conn, from side) {
	st := &c.flow.stream[from]
	switch {
	case st.upTo(st.lost) > st.next:
		a.gap(c, from, st.upTo(st.lost), st.lostTime, st.lostFrame)
	case st.fin == finPending && st.finOff <= st.next:
		a.end(c, from)
	default:
		h := a.popHeld(c, from)
		a.deliver(c, from, h.data(), h.cut, h.time, h.frame)
		a.release(h)
	}
}

// end hands out the End of a stream.
func (a *Assembler) end(c *Conn, from side) {
	st := &c.flow.stream[from]
	for len(st.held) > 0 { // payload behind the FIN
		a.stats.BeyondFIN++
		a.release(a.popHeld(c, from))
	}
	st.fin = finReached
	st.next = st.finOff + 1
	st.top, st.acked = st.next, min(st.acked, st.next)
	st.lost = 0
	st.lostFIN = false
	a.emit(c, Chunk{Kind: End, Dir: c.flow.dir(from), Time: st.finTime, Frame: st.finFrame})
}

// deliver hands out the next bytes of a stream, and the loss that follows them
// if the snap length cut the packet. time and frame are the packet's.
func (a *Assembler) deliver(c *Conn, from side, data []byte, cut, time, frame int64) {
	st := &c.flow.stream[from]
	if len(data) > 0 {
		off := st.next
		st.next += int64(len(data))
		st.top = max(st.top, st.next)
		st.heldSince = a.clock
		st.lostFIN = false
		c.count(from).Bytes += int64(len(data))
		if !st.recent.fits(len(data)) {
			a.widen(&st.recent, len(data))
		}
		st.recent.add(off, data)
		a.emit(c, Chunk{Kind: Data, Dir: c.flow.dir(from), Time: time, Frame: frame, Data: data})
	}
	if cut > 0 {
		if st.next+cut > st.lost {
			st.lost, st.lostTime, st.lostFrame = st.next+cut, time, frame
		}
		a.gap(c, from, st.upTo(st.lost), time, frame)
	}
}

// gap declares the bytes up to an offset missing.
func (a *Assembler) gap(c *Conn, from side, to, time, frame int64) {
	st := &c.flow.stream[from]
	missing := to - st.next
	if missing <= 0 {
		return
	}
	count := c.count(from)
	count.GapBytes += missing
	if st.gapTo == st.next && st.gapTo > 0 {
		st.gapTo = to // one hole, found out in two pieces
	} else {
		count.Gaps++
		st.gapFrom, st.gapTo = st.next, to
	}
	st.next = to
	st.top = max(st.top, to)
	st.heldSince = a.clock
	st.lostFIN = false
	a.emit(c, Chunk{Kind: Gap, Dir: c.flow.dir(from), Time: time, Frame: frame, Missing: missing})
}

// widen makes room for n more bytes in a record, if the limit allows it.
func (a *Assembler) widen(r *recent, n int) {
	size := r.wants(n)
	more := int64(size - len(r.ring))
	if a.stats.Recent+more > int64(a.limits.RecentBytes) {
		a.stats.RecentLimit++
		return
	}
	a.stats.Recent += more
	a.buffers.put(r.grow(a.buffers.get(size)))
}

// emit hands out a chunk, unless the handler wants no more of this connection.
func (a *Assembler) emit(c *Conn, chunk Chunk) {
	if c.flow.ignored {
		return
	}
	chunk.Conn, chunk.Clock = c, a.clock
	a.chunk = chunk
	a.handler.Chunk(&a.chunk)
}
