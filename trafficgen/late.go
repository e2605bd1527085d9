package main

// maxLate bounds how many packets are late at the same time.
const maxLate = 128

// late holds packets that come later than they should.
type late struct {
	packets []latePacket
	// due is when the first of them comes; without meaning if there are none.
	due int64
}

// A latePacket comes when so many packets have been sent.
type latePacket struct {
	due    int64
	packet []byte
}

func newLate() late {
	l := late{packets: make([]latePacket, maxLate)}
	for i := range l.packets {
		l.packets[i].packet = make([]byte, 0, maxPacket)
	}
	l.packets = l.packets[:0]
	return l
}

// hold takes a copy of a packet. It returns false when it has no room.
func (l *late) hold(packet []byte, due int64) bool {
	n := len(l.packets)
	if n == maxLate {
		return false
	}
	if n == 0 || due < l.due {
		l.due = due
	}
	l.packets = l.packets[:n+1]
	p := &l.packets[n] // with the memory of one that has gone
	p.due, p.packet = due, append(p.packet[:0], packet...)
	return true
}

// take gives away the packet that comes first. It is valid until the next hold.
func (l *late) take() []byte {
	last := len(l.packets) - 1
	first := 0
	for i := range l.packets {
		if l.packets[i].due < l.packets[first].due {
			first = i
		}
	}
	l.packets[first], l.packets[last] = l.packets[last], l.packets[first]
	taken := l.packets[last].packet
	l.packets = l.packets[:last]
	for i := range l.packets {
		if i == 0 || l.packets[i].due < l.due {
			l.due = l.packets[i].due
		}
	}
	return taken
}
