package capture

import "time"

// How long after a packet another one with the same fingerprint is taken for a
// copy of it. On another interface: the way through a bridge or a router of the
// same machine. On the same one (the cooked "any" device is one interface in a
// file, a mirror port sends both its ends): less than the shortest
// retransmission timer, 200 ms, by far, in case a stack gives a
// retransmission the same IP identification and timestamp.
const (
	copyElsewhere = uint32(50 * time.Millisecond >> copyTimeShift)
	copyHere      = uint32(10 * time.Millisecond >> copyTimeShift)
	copyTimeShift = 16 // times are kept in units of 65.536 µs
)

// copies remembers the last packets of a connection, to recognise a packet
// that was captured at several points. Few are enough until there is a reason
// to look further back: a packet that was captured twice, or a retransmission
// that might be one. A bridge in a hurry passes hundreds of packets before the
// first of them appears again on its other side.
type copies struct {
	few  [16]copyMark // a ring
	next uint8
	many *manyCopies
}

type copyMark struct{ print, time, iface uint32 }

// manyCopies is a cache of 256 sets of four, the newest first.
type manyCopies [256][4]copyMark

const manyCopiesBytes = 256 * 4 * 12

func markOf(s *segment) copyMark {
	return copyMark{uint32(s.fingerprint >> 32), uint32(s.time >> copyTimeShift), s.iface}
}

func (c *copies) add(s *segment) {
	if c.many == nil {
		c.few[c.next] = markOf(s)
		c.next = (c.next + 1) % uint8(len(c.few))
		return
	}
	set := &c.many[s.fingerprint%uint64(len(c.many))]
	copy(set[1:], set[:])
	set[0] = markOf(s)
}

// has tells whether s is a copy of a packet seen just before. A segment
// without a fingerprint (0) is none.
func (c *copies) has(s *segment) bool {
	if s.fingerprint == 0 {
		return false
	}
	m := markOf(s)
	return m.isIn(c.few[:]) ||
		c.many != nil && m.isIn(c.many[s.fingerprint%uint64(len(c.many))][:])
}

func (m copyMark) isIn(marks []copyMark) bool {
	for _, o := range marks {
		if o.print != m.print {
			continue
		}
		apart := min(m.time-o.time, o.time-m.time) // modulo 2^32
		if apart <= copyHere || apart <= copyElsewhere && m.iface != o.iface {
			return true
		}
	}
	return false
}

// lookBack makes room to remember more packets of a connection.
func (a *Assembler) lookBack(c *copies) {
	if c.many != nil || a.stats.Recent+manyCopiesBytes > int64(a.limits.RecentBytes) {
		return
	}
	a.stats.Recent += manyCopiesBytes
	if last := len(a.copies) - 1; last >= 0 {
		c.many = a.copies[last]
		a.copies = a.copies[:last]
		return
	}
	c.many = new(manyCopies)
}

// forgetCopies takes back what lookBack gave.
func (a *Assembler) forgetCopies(c *copies) {
	if c.many == nil {
		return
	}
	a.stats.Recent -= manyCopiesBytes
	if len(a.copies) < 64 {
		*c.many = manyCopies{}
		a.copies = append(a.copies, c.many)
	}
	c.many = nil
}
