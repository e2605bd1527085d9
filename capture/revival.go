package capture

import "bytes"

// An end may be forged, as a SYN may: an RST or a FIN that never reached the
// other side (its hop limit was too low, its checksum wrong) ends nothing but
// the connection's record. Then both sides go on. So what is sent beyond an
// end is kept for a while, and when the other side shows that it took it, the
// connection is opened anew, in the middle. Packets of before the end that are
// late do not reach beyond it.

// ending says how a direction of a connection ended.
type ending uint8

const (
	// endingNone: it has not ended.
	endingNone ending = iota
	// endingFIN: by FIN, which counts as one sequence number.
	endingFIN
	// endingSentRST: its sender reset the connection.
	endingSentRST
	// endingGotRST: the other side did, and bytes may have been on their way.
	endingGotRST
)

// A revival is what came beyond the end of a connection.
type revival struct {
	// kept are the first packets from there on; bytes is their memory.
	kept  []segment
	bytes int
	// reached holds the sequence number after the last byte of each side that
	// sent any beyond its end.
	reached [2]uint32
	beyond  [2]bool
}

const (
	revivalSegments = 64
	revivalBytes    = 128 << 10
	// segmentOverhead is what a kept packet costs beside its payload.
	segmentOverhead = 192
)

// ahead tells whether a sequence number is after another, within a flight.
func ahead(a, b uint32) bool { return a != b && a-b <= maxFlight }

// reaches tells whether a packet has payload beyond the end of its direction.
func (t *stub) reaches(from side, s *segment) bool {
	return begins(s) && t.seen[from] && t.ending[from] != endingNone && ahead(s.seq+uint32(s.wireLen), t.end[from])
}

// revived tells whether a packet shows that a connection goes on beyond the end
// that t tells of. If it does not show that yet, it is kept for then.
func (a *Assembler) revived(t *stub, from side, s *segment) bool {
	r, reaches := a.revivals[t.key], t.reaches(from, s)
	if r == nil && !reaches || s.flags&(flagRST|flagSYN) != 0 {
		return false
	}
	if r == nil {
		r = new(revival)
		if a.revivals == nil {
			a.revivals = make(map[flowKey]*revival)
		}
		a.revivals[t.key] = r
	}
	if to := from.other(); r.beyond[to] && (reaches || a.takes(t, r, from, s)) {
		return true
	}
	if end := s.seq + uint32(s.wireLen); reaches && (!r.beyond[from] || ahead(end, r.reached[from])) {
		r.beyond[from], r.reached[from] = true, end
	}
	a.keepSegment(r, s)
	return false
}

// takes tells whether a packet acknowledges what the other side sent beyond its
// end. An ACK that the side sent before its own RST may have been captured
// after that, so this side's ACKs have to be later than the reordering window.
func (a *Assembler) takes(t *stub, r *revival, from side, s *segment) bool {
	if t.ending[from] == endingSentRST && s.clock-t.last <= int64(a.limits.ReorderTime) {
		return false
	}
	to := from.other()
	return s.flags&flagACK != 0 && ahead(s.ack, t.end[to]) && (s.ack == r.reached[to] || ahead(r.reached[to], s.ack))
}

// keepSegment keeps a copy of a packet, if there is room.
func (a *Assembler) keepSegment(r *revival, s *segment) {
	cost := len(s.payload) + segmentOverhead
	switch limit := int64(a.limits.BufferedBytes); {
	case len(r.kept) == revivalSegments, r.bytes+cost > revivalBytes,
		a.stats.Buffered+int64(cost) > limit, a.revivalBytes+int64(cost) > limit/4:
		return
	}
	k := *s
	k.payload = bytes.Clone(s.payload)
	r.kept = append(r.kept, k)
	r.bytes += cost
	a.revivalBytes += int64(cost)
	a.stats.Buffered += int64(cost)
}

// takeRevival takes what was kept of a flow out of the books.
func (a *Assembler) takeRevival(key flowKey) *revival {
	r := a.revivals[key]
	if r != nil {
		a.revivalBytes -= int64(r.bytes)
		a.stats.Buffered -= int64(r.bytes)
		delete(a.revivals, key)
	}
	return r
}

// over tells whether a direction has ended.
func (f *flow) over() bool {
	return f.stream[0].fin == finReached || f.stream[1].fin == finReached
}

// resume returns the connection that a packet of c belongs to, of which a
// direction has ended: c, or another one that goes on where the end was none.
func (a *Assembler) resume(c *Conn, from side, s *segment) *Conn {
	f := &c.flow
	if t := a.epitaph(c); !a.revived(&t, from, s) {
		return c
	}
	reason := ClosedByReuse
	if f.phase == flowDying {
		reason = f.dying
	}
	a.finish(c)
	t, r := a.epitaph(c), a.takeRevival(f.key)
	a.close(c, reason)
	if old := a.stubs.find(&t.key); old != nil {
		if old.kind == stubIgnored {
			return nil
		}
		a.removeStub(old)
	}
	return a.reopen(&t, r, s)
}

// reopen opens a connection anew that was taken for ended, and takes in what
// was kept of it. The packet s is the one that showed it.
func (a *Assembler) reopen(t *stub, r *revival, s *segment) *Conn {
	a.stats.Reopened++
	first := s
	if len(r.kept) > 0 {
		first = &r.kept[0]
	}
	begun := stub{
		key: t.key, kind: stubClosed, client: t.client, initiator: t.initiator, known: t.seen, seen: t.seen,
		frame: first.frame, time: first.time, vlan: first.vlan,
	}
	for i := range begun.isn {
		begun.isn[i] = t.end[i] - 1
		if t.ending[i] == endingFIN {
			begun.isn[i]-- // in whose place there are bytes
		}
	}
	c := a.newConn(&begun, s)
	for i := range r.kept {
		a.receive(c, r.kept[i].from, &r.kept[i])
	}
	return c
}

// epitaph returns the stub of a connection that ends, or whose end is in doubt.
func (a *Assembler) epitaph(c *Conn) stub {
	f := &c.flow
	t := stub{key: f.key, kind: stubClosed, client: f.client, initiator: c.Initiator, last: a.clock}
	for i := range f.stream {
		st := &f.stream[i]
		t.isn[i], t.end[i] = st.seqAt(st.start)-1, st.seqAt(st.next)
		t.known[i], t.seen[i] = st.origin == originFixed, st.seen
		switch {
		case st.fin == finReached:
			t.ending[i] = endingFIN
		case !f.reset.exact:
		case f.reset.from == side(i):
			t.ending[i] = endingSentRST
		default:
			t.ending[i] = endingGotRST
		}
	}
	return t
}
