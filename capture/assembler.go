package capture

// An Assembler makes the chunks of each TCP connection out of packets: see
// Chunk for their order. It is for use by one goroutine. Connections may be
// spread over several Assemblers by Packet.Hash; what is handed out for a
// connection depends on its own packets only, as long as no limit on totals
// is reached.
//
// A Conn is the handler's until its Close chunk returns, or until Ignore was
// called for it and the call of Handler.Chunk, if it is within one, returns.
// Then the Assembler uses it again for another connection.
type Assembler struct {
	handler Handler
	limits  Limits
	serves  map[uint16]bool
	stats   AssemblyStats

	conns flowTable[*Conn]
	hash  flowHash // of conns
	stubs stubTable
	// revivals hold what came beyond the end of a connection; revivalBytes is
	// the memory of that.
	revivals     map[flowKey]*revival
	revivalBytes int64
	// oldest and newest are the ends of the list of conns by last packet.
	oldest, newest *Conn
	// waiting are the connections with a deadline, in no order; none of the
	// deadlines is before nextDue.
	waiting []*Conn
	nextDue int64
	// clock is the time at which things happen now; for what a deadline
	// caused that is the deadline, whenever it was looked at.
	clock int64
	// swept is the clock of the last Advance, leap how it leapt last.
	swept int64
	leap  Leap

	segmentBuf segment
	chunk      Chunk
	due        []*Conn
	buffers    bufferPool
	helds      []*held
	copies     []*manyCopies
	spare      []*Conn
}

// NewAssembler returns an Assembler that hands its chunks to h. Of the rules
// only the ports are used, to guess which side is the server.
func NewAssembler(h Handler, r Rules, l Limits) *Assembler {
	a := &Assembler{
		handler: h,
		limits:  l.orDefault(),
		serves:  make(map[uint16]bool, len(r.Ports)),
		hash:    newFlowHash(),
		stubs:   stubTable{hash: newFlowHash()},
		nextDue: never,
	}
	for _, port := range r.Ports {
		a.serves[port] = true
	}
	return a
}

// Packet takes in the next packet. Chunks that nothing blocks are handed out
// before it returns; p and its Data are not kept.
func (a *Assembler) Packet(p *Packet) {
	if !decode(p, &a.segmentBuf) {
		a.stats.Undecoded++
		return
	}
	a.segment(&a.segmentBuf)
	a.segmentBuf.payload = nil
}

// Stats returns what was counted so far.
func (a *Assembler) Stats() AssemblyStats {
	s := a.stats
	s.Conns, s.HalfOpen = int64(a.conns.len), int64(a.stubs.kinds[stubHalfOpen].len)
	return s
}

// sweepEvery is how often, in packet time, deadlines are looked at if nobody
// calls Advance.
const sweepEvery = int64(100e6)

// segment takes in a decoded packet.
func (a *Assembler) segment(s *segment) {
	if c := a.arrive(s); c == nil || !a.steady(c, s) {
		a.general(c, s)
	}
}

// arrive counts a packet, lets its time come, and returns the Conn that it
// belongs to, nil if there is none.
func (a *Assembler) arrive(s *segment) *Conn {
	a.stats.Segments++
	if s.clock-a.swept > sweepEvery {
		a.Advance(s.clock)
	}
	return a.find(&s.key)
}

// general takes in a packet of any kind, of c if that is not nil.
func (a *Assembler) general(c *Conn, s *segment) {
	from := s.from
	if c != nil && !a.wake(c, s.clock) {
		c = nil
	}
	a.clock = s.clock
	if c != nil && s.flags&flagSYN != 0 || c != nil && c.flow.renewal != nil {
		if a.renews(c, from, s) {
			c = nil
		}
	}
	if c != nil && c.flow.over() {
		c = a.resume(c, from, s)
	}
	if c == nil {
		if c = a.admit(s.key, from, s); c == nil {
			return
		}
	}
	a.touch(c, s.clock)
	a.receive(c, from, s)
	a.review(c)
}

// find returns the Conn of a flow, nil if there is none.
func (a *Assembler) find(k *flowKey) *Conn {
	hash := a.hash.of(k)
	for i := a.conns.first(hash); i >= 0; i = a.conns.after(i, hash) {
		if c := a.conns.slots[i].value; c.flow.key.equal(k) {
			return c
		}
	}
	return nil
}

// forget takes a Conn out of those that find finds.
func (a *Assembler) forget(c *Conn) {
	hash := a.hash.of(&c.flow.key)
	for i := a.conns.first(hash); i >= 0; i = a.conns.after(i, hash) {
		if a.conns.slots[i].value == c {
			a.conns.remove(i)
			return
		}
	}
}

// newConn makes the Conn of a connection that begins with packet s, after what
// the stub tells of.
func (a *Assembler) newConn(t *stub, s *segment) *Conn {
	if a.conns.len >= a.limits.Conns {
		a.stats.ConnLimit++
		a.close(a.oldest, ClosedByLimit)
	}
	c := a.spareConn()
	f := &c.flow
	f.key, f.client, f.last = t.key, t.client, s.clock
	f.since = f.mark()
	c.VLAN, c.First, c.Start, c.Last, c.End = t.vlan, t.frame, t.time, t.frame, t.time
	c.Client, c.Server = t.key.end(t.client), t.key.end(t.client.other())
	for i := range f.stream {
		if t.known[i] {
			c.Initiator = InitiatorSeen
			f.stream[i].number(t.isn[i]+1, originFixed)
			f.stream[i].seen = t.seen[i]
		}
		c.count(side(i)).Packets = int64(t.packets[i])
	}
	switch {
	case t.kind == stubClosed:
		c.Initiator = t.initiator
	case t.answered:
		c.Handshake = HandshakeSYNACK
	case t.known[t.client]:
		c.Handshake = HandshakeSYN
	}
	a.conns.add(a.hash.of(&t.key), c)
	a.stats.Opened++
	a.link(c)
	a.maybeSettle(c)
	return c
}

func (a *Assembler) spareConn() *Conn {
	if last := len(a.spare) - 1; last >= 0 {
		c := a.spare[last]
		a.spare = a.spare[:last]
		return c
	}
	return new(Conn)
}
