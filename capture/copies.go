package capture

import "time"

// How long after a packet another one with the same fingerprint is taken for a
// copy of it. On another interface: the way through a bridge or a router of the
// same machine. On the same one (the cooked "any" device is one interface in a
// file, a mirror port sends both its ends): less than the shortest
// retransmission timer, 200 ms, by far, in case a stack gives a
// retransmission the same IP identification and timestamp.
const (
	copyElsewhere = int64(50 * time.Millisecond)
	copyHere      = int64(10 * time.Millisecond)
)

// copies remembers the last packets of a connection, to recognise a packet
// that was captured at several points.
type copies struct {
	print [16]uint64
	time  [16]int64
	iface [16]uint32
	next  uint8
}

func (c *copies) add(s *segment) {
	c.print[c.next], c.time[c.next], c.iface[c.next] = s.fingerprint, s.time, s.iface
	c.next = (c.next + 1) % uint8(len(c.print))
}

// has tells whether s is a copy of a packet seen just before. A segment
// without a fingerprint (0) is none.
func (c *copies) has(s *segment) bool {
	if s.fingerprint == 0 {
		return false
	}
	for i, p := range c.print {
		if p != s.fingerprint {
			continue
		}
		apart := max(s.time-c.time[i], c.time[i]-s.time)
		if apart <= copyHere || apart <= copyElsewhere && s.iface != c.iface[i] {
			return true
		}
	}
	return false
}
