package capture

// admit looks at a packet of a flow that has no Conn. It returns a new Conn if
// the packet begins one.
//
// A connection begins with the first packet after SYN and SYN+ACK: floods of
// SYNs and the port probes of load balancers leave nothing but a count. Without
// a SYN it begins with the first payload.
func (a *Assembler) admit(key flowKey, from side, s *segment) *Conn {
	t := a.stubs.find(&key)
	if t != nil && s.clock-a.heard(t.last) > a.lifetime(t.kind) {
		a.dropStub(t)
		t = nil
	}
	switch {
	case t == nil:
		return a.admitUnknown(key, from, s)
	case t.kind == stubHalfOpen:
		return a.admitHalfOpen(t, from, s)
	case s.flags&flagSYN != 0 && s.flags&flagRST == 0:
		if t.repeats(from, s) {
			break
		}
		a.removeStub(t)
		return a.admitUnknown(key, from, s)
	case t.kind == stubClosed && begins(s) && !t.stale(from, s):
		a.removeStub(t)
		return a.admitUnknown(key, from, s)
	}
	if t.kind == stubIgnored {
		a.stats.Ignored++
		a.stubs.touch(t, s.clock)
		return nil
	}
	if a.revived(t, from, s) {
		ended, r := *t, a.takeRevival(key)
		a.removeStub(t)
		return a.reopen(&ended, r, s)
	}
	a.stats.Tail++
	if t.reaches(from, s) {
		a.stats.TailData++
	}
	return nil
}

// begins tells whether a packet without SYN may begin a Conn: it has payload,
// and not just the one zero that some stacks put into a keep-alive.
func begins(s *segment) bool {
	keepAlive := s.wireLen == 1 && len(s.payload) == 1 && s.payload[0] == 0
	return s.flags&flagRST == 0 && s.wireLen > 0 && !keepAlive
}

func (a *Assembler) admitUnknown(key flowKey, from side, s *segment) *Conn {
	switch {
	case s.flags&flagRST != 0:
	case s.flags&flagSYN != 0:
		if limit := a.limits.HalfOpen; a.stubs.kinds[stubHalfOpen].len >= limit {
			a.stats.HalfOpenLimit++
			a.dropStub(a.stubs.oldest(stubHalfOpen))
		}
		t := a.stubs.add(stub{key: key, kind: stubHalfOpen})
		t.handshake(from, s)
		return a.openFast(t, from, s)
	case begins(s):
		return a.newConn(&stub{key: key, client: a.guessClient(&key, from), frame: s.frame, time: s.time, vlan: s.vlan}, s)
	}
	a.stats.Stray++
	return nil
}

// openFast opens the connection of a SYN that carries payload (RFC 7413): the
// payload has no other place to wait.
func (a *Assembler) openFast(t *stub, from side, s *segment) *Conn {
	if s.wireLen == 0 {
		return nil
	}
	t.packets[from]-- // receive counts this one
	return a.openStub(t, s)
}

func (a *Assembler) openStub(t *stub, s *segment) *Conn {
	begun := *t
	a.stubs.remove(t)
	return a.newConn(&begun, s)
}

func (a *Assembler) admitHalfOpen(t *stub, from side, s *segment) *Conn {
	switch {
	case s.flags&flagRST != 0:
		if !t.resetBy(from, s) {
			break
		}
		a.countHalfOpen(t, from != t.client)
		// A client that was refused repeats its SYN: that is no new attempt.
		closed := *t
		closed.kind, closed.last, closed.seen = stubClosed, s.clock, [2]bool{}
		a.stubs.remove(t)
		a.keepStub(closed)
		return nil
	case s.flags&flagSYN != 0:
		if s.flags&flagACK == 0 && t.client == from && t.known[from] && t.isn[from] != s.seq {
			a.stats.Unanswered++ // given up for another attempt
			t.frame, t.packets, t.answered = 0, [2]uint8{}, false
			t.known, t.seen = [2]bool{}, [2]bool{}
		}
		t.handshake(from, s)
		a.stubs.touch(t, s.clock)
		return a.openFast(t, from, s)
	case t.continues(from, s):
		return a.openStub(t, s)
	case begins(s):
		key := t.key
		a.dropStub(t)
		return a.admitUnknown(key, from, s)
	}
	a.stats.Stray++
	return nil
}

// resetBy tells whether an RST ends the half-open connection: it must name a
// sequence number that only the two sides know (RFC 9293, section 3.10.7.3).
func (t *stub) resetBy(from side, s *segment) bool {
	to := from.other()
	return s.flags&flagACK != 0 && t.known[to] && s.ack == t.isn[to]+1 ||
		t.known[from] && (s.seq == t.isn[from]+1 || s.seq == t.isn[from])
}

// countHalfOpen counts the end of a half-open connection.
func (a *Assembler) countHalfOpen(t *stub, refused bool) {
	switch {
	case t.answered:
		a.stats.Unfinished++
	case refused:
		a.stats.Refused++
	default:
		a.stats.Unanswered++
	}
}

func (a *Assembler) dropStub(t *stub) {
	if t.kind == stubHalfOpen {
		a.countHalfOpen(t, false)
	}
	a.removeStub(t)
}

// removeStub forgets a connection, and what came after its end.
func (a *Assembler) removeStub(t *stub) {
	a.takeRevival(t.key)
	a.stubs.remove(t)
}

// keepStub remembers a closed or an ignored connection.
func (a *Assembler) keepStub(t stub) {
	limit, bit := a.limits.Closed, &a.stats.ClosedLimit
	if t.kind == stubIgnored {
		limit, bit = a.limits.Ignored, &a.stats.IgnoredLimit
	}
	if a.stubs.kinds[t.kind].len >= limit {
		*bit++
		a.removeStub(a.stubs.oldest(t.kind))
	}
	a.stubs.add(t)
}

func (a *Assembler) lifetime(kind stubKind) int64 {
	if kind == stubIgnored {
		return int64(a.limits.Idle)
	}
	return int64(a.limits.Linger)
}

// guessClient says which side is the client when no SYN tells: that whose port
// is not one of the servers', else that with the higher port.
func (a *Assembler) guessClient(k *flowKey, from side) side {
	serves := [2]bool{a.serves[k.port[0]], a.serves[k.port[1]]}
	switch {
	case serves[0] && !serves[1]:
		return 1
	case serves[1] && !serves[0]:
		return 0
	case k.port[0] > k.port[1]:
		return 0
	case k.port[1] > k.port[0]:
		return 1
	}
	return from
}
