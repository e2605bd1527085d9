package capture

// stubKind says why a connection is a stub.
type stubKind uint8

const (
	// stubHalfOpen: nothing beyond the SYNs was seen yet.
	stubHalfOpen stubKind = iota
	// stubClosed: it has ended, and late packets of it may still come.
	stubClosed
	// stubIgnored: the handler does not want it.
	stubIgnored
	stubKinds
)

// A stub is what is remembered of a connection that has no Conn. It is small
// because a flood of SYNs makes one for each.
type stub struct {
	key flowKey
	// isn holds the initial sequence numbers, where known.
	isn [2]uint32
	// end holds, of a closed connection, the sequence numbers after the last bytes.
	end          [2]uint32
	older, newer int32 // in the list of its kind, as index plus one
	vlan         uint16
	kind         stubKind
	client       side
	known        [2]bool // isn is
	seen         [2]bool // a packet of that side was captured (for end: end is known)
	answered     bool    // by SYN+ACK, or by a SYN of the other side
	ending       [2]ending
	initiator    Initiator // of a closed connection
	packets      [2]uint8
	frame, time  int64 // of the first packet
	last         int64 // clock of the last packet
}

// handshake takes in a SYN or a SYN+ACK.
func (t *stub) handshake(from side, s *segment) {
	if t.frame == 0 {
		t.frame, t.time, t.vlan = s.frame, s.time, s.vlan
	}
	t.last = s.clock
	if t.packets[from] < 255 {
		t.packets[from]++
	}
	to := from.other()
	switch {
	case s.flags&flagACK != 0:
		// What the server says that it received is the SYN that counts.
		t.client, t.isn[to], t.known[to] = to, s.ack-1, true
		t.answered = true
	case t.seen[to]: // both sides open at once (RFC 9293, section 3.5)
		t.answered = true
	default:
		t.client = from
	}
	t.isn[from], t.known[from], t.seen[from] = s.seq, true, true
}

// repeats tells whether a SYN or SYN+ACK of that side was seen before.
func (t *stub) repeats(from side, s *segment) bool {
	return t.known[from] && t.isn[from] == s.seq
}

// continues tells whether a packet can be the first one after the handshake.
func (t *stub) continues(from side, s *segment) bool {
	if t.known[from] {
		return near(s.seq, t.isn[from]+1)
	}
	to := from.other()
	return s.flags&flagACK != 0 && t.known[to] && near(s.ack, t.isn[to]+1)
}

// stale tells whether a packet can be a late one of a closed connection.
func (t *stub) stale(from side, s *segment) bool {
	return !t.seen[from] || near(s.seq, t.end[from])
}

// near tells whether two sequence numbers are within a flight of each other.
func near(a, b uint32) bool {
	d := int32(a - b)
	return -maxFlight <= d && d <= maxFlight
}

const stubPage = 1 << 10

// A stubTable holds stubs by key, and each kind in the order of last use.
type stubTable struct {
	index flowTable[int32]
	hash  flowHash
	// pages hold the stubs. They do not move, and a large table has no more
	// than a page to spare.
	pages []*[stubPage]stub
	used  int32 // stubs in pages that were ever used
	free  []int32
	kinds [stubKinds]struct {
		oldest, newest int32 // index plus one
		len            int
	}
}

func (t *stubTable) at(i int32) *stub { return &t.pages[i/stubPage][i%stubPage] }

func (t *stubTable) find(k *flowKey) *stub {
	if slot := t.slot(k); slot >= 0 {
		return t.at(t.index.slots[slot].value)
	}
	return nil
}

// slot returns where in the index a flow is, -1 if it is not.
func (t *stubTable) slot(k *flowKey) int {
	if t.index.len == 0 {
		return -1
	}
	hash := t.hash.of(k)
	i := t.index.first(hash)
	for i >= 0 && !t.at(t.index.slots[i].value).key.equal(k) {
		i = t.index.after(i, hash)
	}
	return i
}

// add puts s into the table, whose key must not be there. The result is valid
// until it is removed.
func (t *stubTable) add(s stub) *stub {
	var i int32
	if last := len(t.free) - 1; last >= 0 {
		i = t.free[last]
		t.free = t.free[:last]
	} else {
		i = t.used
		t.used++
		if i%stubPage == 0 {
			t.pages = append(t.pages, new([stubPage]stub))
		}
	}
	*t.at(i) = s
	t.index.add(t.hash.of(&s.key), i)
	t.link(i)
	return t.at(i)
}

func (t *stubTable) remove(s *stub) {
	slot := t.slot(&s.key)
	i := t.index.slots[slot].value
	t.unlink(i)
	t.index.remove(slot)
	*t.at(i) = stub{}
	t.free = append(t.free, i)
}

// touch makes s the newest of its kind.
func (t *stubTable) touch(s *stub, clock int64) {
	s.last = clock
	i := t.index.slots[t.slot(&s.key)].value
	t.unlink(i)
	t.link(i)
}

// oldest returns the least recently used stub of a kind, nil if there is none.
func (t *stubTable) oldest(kind stubKind) *stub {
	if at := t.kinds[kind].oldest; at > 0 {
		return t.at(at - 1)
	}
	return nil
}

func (t *stubTable) link(i int32) {
	s := t.at(i)
	list := &t.kinds[s.kind]
	s.older, s.newer = list.newest, 0
	if list.newest > 0 {
		t.at(list.newest - 1).newer = i + 1
	} else {
		list.oldest = i + 1
	}
	list.newest = i + 1
	list.len++
}

func (t *stubTable) unlink(i int32) {
	s := t.at(i)
	list := &t.kinds[s.kind]
	if s.older > 0 {
		t.at(s.older - 1).newer = s.newer
	} else {
		list.oldest = s.newer
	}
	if s.newer > 0 {
		t.at(s.newer - 1).older = s.older
	} else {
		list.newest = s.older
	}
	list.len--
}
