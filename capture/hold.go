package capture

import "bytes"

// data takes in the payload of a segment that begins at offset off: what is
// new is delivered or held, what is not is compared with what was seen first.
// ack is as in held.
func (a *Assembler) data(c *Conn, from side, s *segment, off, ack int64) {
	f := &c.flow
	st := &f.stream[from]
	if f.phase == flowSteady && off == st.next && len(st.held) == 0 && st.fin == finUnseen &&
		st.upTo(st.lost) <= off && f.stream[from.other()].ready(ack) {
		a.deliver(c, from, s.payload, int64(s.wireLen-len(s.payload)), s.time, s.frame)
		return
	}
	p := stretch{off: off, data: s.payload, end: off + int64(s.wireLen), ack: ack, time: s.time, frame: s.frame}
	if !a.cutAtFIN(st, &p) {
		return
	}
	st.top = max(st.top, p.end)
	if a.contradicts(st, &p) {
		c.count(from).conflict(s.frame)
	}
	early := st.holeBefore(off)
	switch {
	case !a.fill(c, from, &p):
		a.old(c, from, &p)
	case early:
		c.count(from).OutOfOrder++
	}
}

// holeBefore tells whether bytes before off were not captured yet.
func (st *stream) holeBefore(off int64) bool {
	if off <= st.next {
		return false
	}
	i := st.findHeld(off - 1)
	return i == len(st.held) || st.held[0].off > st.next || st.held[i].off >= off
}

// A stretch is the payload of a segment on its way into a stream.
type stretch struct {
	off, end    int64 // as on the wire
	data        []byte
	ack         int64
	time, frame int64
}

func (p *stretch) dataEnd() int64 { return p.off + int64(len(p.data)) }

// cutAtFIN cuts off what lies behind the end of the stream, and reports false
// if that is everything.
func (a *Assembler) cutAtFIN(st *stream, p *stretch) bool {
	if st.fin == finUnseen || p.end <= st.finOff {
		return true
	}
	a.stats.BeyondFIN++
	if p.off >= st.finOff {
		return false
	}
	p.end = st.finOff
	p.data = p.data[:min(int64(len(p.data)), p.end-p.off)]
	return true
}

// contradicts tells whether p says anything else than what is known.
func (a *Assembler) contradicts(st *stream, p *stretch) bool {
	differs := false
	if old := min(st.next, p.dataEnd()) - p.off; old > 0 {
		d, whole := st.recent.compare(p.off, p.data[:old])
		differs = d
		if !whole && p.off >= st.start {
			a.stats.Uncompared++
		}
	}
	for i := st.findHeld(p.off); i < len(st.held) && st.held[i].off < p.dataEnd(); i++ {
		h := st.held[i]
		from, to := max(h.off, p.off), min(h.end(), p.dataEnd())
		if from < to && !bytes.Equal(h.buf[from-h.off:to-h.off], p.data[from-p.off:to-p.off]) {
			differs = true
		}
	}
	return differs
}

// fill puts what p has of bytes not seen yet into the stream, and reports
// whether there were any.
func (a *Assembler) fill(c *Conn, from side, p *stretch) bool {
	st := &c.flow.stream[from]
	at, filled := max(p.off, st.next), false
	for at < p.dataEnd() {
		i := st.findHeld(at)
		if i < len(st.held) && st.held[i].off <= at {
			end := st.held[i].end()
			a.relax(c, from, i, p)
			at = end
			continue
		}
		to := p.dataEnd()
		if i < len(st.held) {
			to = min(to, st.held[i].off)
		}
		var cut int64
		if to == p.dataEnd() {
			cut = p.end - to
		}
		a.place(c, from, p, at, to, cut)
		at, filled = to, true
	}
	if filled {
		return true
	}
	lost := max(p.dataEnd(), st.next)
	if i := st.findHeld(lost); i < len(st.held) && st.held[i].off < lost {
		lost = st.held[i].end()
	}
	if lost < p.end && st.isNews(lost, p.end) {
		a.hold(c, from, held{off: lost, ack: p.ack, time: p.time, frame: p.frame, cut: p.end - lost}, nil)
		return true
	}
	return false
}

// place delivers the bytes [at, to) of p if nothing blocks them, and else
// holds a copy.
func (a *Assembler) place(c *Conn, from side, p *stretch, at, to, cut int64) {
	f := &c.flow
	st := &f.stream[from]
	data := p.data[at-p.off : to-p.off]
	first := len(st.held) == 0 || st.held[0].off > at
	if f.phase != flowSettling && at == st.next && first && f.stream[from.other()].ready(p.ack) {
		a.deliver(c, from, data, cut, p.time, p.frame)
		return
	}
	a.hold(c, from, held{off: at, ack: p.ack, time: p.time, frame: p.frame, cut: cut}, data)
}

// isNews tells whether the loss of [from, to) is not known from a held packet.
func (st *stream) isNews(from, to int64) bool {
	i := st.findHeld(from - 1)
	if i > 0 {
		i--
	}
	for ; i < len(st.held) && st.held[i].off <= from; i++ {
		if h := st.held[i]; h.end()+h.cut >= to {
			return false
		}
	}
	return true
}

// relax lowers what the i-th held stretch waits for to what p waits for, as far
// as p has the same bytes: a retransmission may have been captured before the
// first transmission, and acknowledges bytes that the first cannot have
// answered.
func (a *Assembler) relax(c *Conn, from side, i int, p *stretch) {
	st := &c.flow.stream[from]
	h := st.held[i]
	if p.ack >= h.ack || c.flow.stream[from.other()].ready(h.ack) {
		return
	}
	if p.dataEnd() < h.end() {
		a.split(c, from, h, p.dataEnd())
	}
	if p.off > h.off {
		h = a.split(c, from, h, p.off)
	}
	h.ack = p.ack
}

// split cuts a held stretch in two and returns the second one.
func (a *Assembler) split(c *Conn, from side, h *held, at int64) *held {
	rest, data := *h, h.data()[at-h.off:]
	rest.off = at
	h.n, h.cut = int(at-h.off), 0
	return a.hold(c, from, rest, data)
}

// old counts a segment of which every byte was known, or declared missing.
func (a *Assembler) old(c *Conn, from side, p *stretch) {
	st := &c.flow.stream[from]
	if p.off < st.gapTo && p.end > st.gapFrom {
		a.stats.Late++
		return
	}
	c.count(from).Retransmitted++
	a.lookBack(&c.flow.copies)
}

// hold keeps a copy of data, which nothing held overlaps, for later, with
// everything else of the template.
func (a *Assembler) hold(c *Conn, from side, template held, data []byte) *held {
	st := &c.flow.stream[from]
	h := a.newHeld()
	*h = template
	h.buf = nil
	h.n = len(data)
	if h.n > 0 {
		h.buf = a.buffers.get(h.n)
		copy(h.buf, data)
	}
	c.flow.bytes += h.cost()
	a.stats.Buffered += int64(h.cost())
	if len(st.held) == 0 {
		st.heldSince = a.clock
	}
	st.insertHeld(h)
	return h
}

func (st *stream) insertHeld(h *held) {
	if n := len(st.held); n == cap(st.held) && 2*n < cap(st.heldRoom) {
		st.held = st.heldRoom[:copy(st.heldRoom[:n], st.held)]
	}
	i, room := st.findHeld(h.off), cap(st.held) > len(st.held)
	st.held = append(st.held, nil)
	if !room {
		st.heldRoom = st.held[:0]
	}
	copy(st.held[i+1:], st.held[i:])
	st.held[i] = h
}

// heldOverhead is what a held stretch costs beside its bytes.
const heldOverhead = 96

func (h *held) cost() int { return len(h.buf) + heldOverhead }

// popHeld takes the first held stretch out of a stream; it is to be released.
func (a *Assembler) popHeld(c *Conn, from side) *held {
	st := &c.flow.stream[from]
	h := st.held[0]
	st.held[0] = nil
	if st.held = st.held[1:]; len(st.held) == 0 {
		st.held = st.heldRoom
	}
	c.flow.bytes -= h.cost()
	a.stats.Buffered -= int64(h.cost())
	return h
}

const spareHelds = 4096

func (a *Assembler) newHeld() *held {
	if last := len(a.helds) - 1; last >= 0 {
		h := a.helds[last]
		a.helds = a.helds[:last]
		return h
	}
	return new(held)
}

func (a *Assembler) release(h *held) {
	a.buffers.put(h.buf)
	if len(a.helds) < spareHelds {
		*h = held{}
		a.helds = append(a.helds, h)
	}
}
