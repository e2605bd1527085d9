package capture

import (
	"bytes"
	"container/list"
	"time"
)

// fragmentLimits bound what a defragmenter keeps.
type fragmentLimits struct {
	bytes     int   // of all payloads that wait
	datagrams int   // that wait; and again as many that are settled
	fragments int   // of one datagram
	age       int64 // nanoseconds that a datagram may wait for its pieces
	settled   int64 // nanoseconds for which the fate of a datagram is remembered
}

// A datagram of 64 KiB in pieces for the smallest MTU that IPv4 hosts must
// accept (576) has 119 fragments; 30 seconds is what Linux waits.
var defaultFragmentLimits = fragmentLimits{
	bytes:     8 << 20,
	datagrams: 1024,
	fragments: 256,
	age:       int64(30 * time.Second),
	settled:   int64(time.Second),
}

// A defragmenter collects IP fragments. Time is packet time. Of octets that
// come twice the first win.
type defragmenter struct {
	limits    fragmentLimits
	datagrams map[fragmentKey]*datagram
	// waiting and settled hold the datagrams of the map, the oldest first.
	waiting, settled list.List
	bytes            int

	// seen counts all fragments; lost those that never became a datagram;
	// overlaps those that brought again, otherwise than as a plain copy, octets
	// that were there.
	seen, lost, overlaps int64
}

func newDefragmenter(limits fragmentLimits) defragmenter {
	return defragmenter{limits: limits, datagrams: make(map[fragmentKey]*datagram)}
}

// add takes a fragment. If that makes its datagram whole, it returns the
// datagram, in memory of its own, with an IP header that knows nothing of
// fragments, and its length on the wire; the snap length may have cut the rest.
func (d *defragmenter) add(f *fragment, clock int64) (packet []byte, wire uint32, ok bool) {
	d.expire(clock)
	if !f.sound() {
		d.lost++
		return nil, 0, false
	}
	g := d.collect(f, clock)
	if g == nil {
		return nil, 0, false
	}
	g.fragments++
	if g.fragments > d.limits.fragments {
		d.settle(g, abandoned, clock)
		return nil, 0, false
	}
	d.insert(g, f)
	if g.header == nil || g.have != g.total {
		d.shrink()
		return nil, 0, false
	}
	packet, wire, ok = g.whole()
	if !ok {
		d.settle(g, abandoned, clock)
		return nil, 0, false
	}
	d.settle(g, completed, clock)
	return packet, wire, true
}

// sound reports whether f's numbers agree with each other. All fragments but
// the last are multiples of eight octets long.
func (f *fragment) sound() bool {
	return f.size > 0 && f.offset+f.size <= maxDatagram && (!f.more || f.size%8 == 0)
}

// collect returns the datagram that f is to be put into, nil if it is settled.
func (d *defragmenter) collect(f *fragment, clock int64) *datagram {
	g := d.datagrams[f.key]
	switch {
	case g == nil:
	case g.fate == collecting:
		return g
	case f.offset == 0:
		d.forget(g)
	default:
		if g.fate == abandoned {
			d.lost++
		}
		return nil
	}
	g = &datagram{key: f.key, since: clock, total: -1}
	g.place = d.waiting.PushBack(g)
	d.datagrams[f.key] = g
	if d.waiting.Len() > d.limits.datagrams {
		d.drop(d.waiting.Front())
	}
	return g
}

// dismiss notes that nobody wants the datagram.
func (d *defragmenter) dismiss(key fragmentKey, clock int64) {
	d.expire(clock)
	g := d.datagrams[key]
	if g == nil {
		g = &datagram{key: key}
		g.place = d.waiting.PushBack(g)
		d.datagrams[key] = g
	}
	d.settle(g, dismissed, clock)
}

// insert puts f's octets where there are none yet. A fragment that contradicts
// what is known of the datagram's size counts as an overlap and changes nothing.
func (d *defragmenter) insert(g *datagram, f *fragment) {
	end := f.offset + f.size
	switch {
	case g.total >= 0 && (end > g.total || !f.more && end < g.total),
		!f.more && end < g.reach():
		d.overlaps++
		return
	case !f.more:
		g.total = end
	}
	if f.offset == 0 && g.header == nil {
		g.header = bytes.Clone(f.header)
		g.header[f.nextAt] = f.next
		d.charge(g, len(g.header))
	}
	const overhead = 64 // of a piece, in octets
	added, copied := g.fill(f)
	d.charge(g, added+overhead)
	if added < f.size && !copied {
		d.overlaps++
	}
}

// charge accounts for memory that g holds.
func (d *defragmenter) charge(g *datagram, n int) {
	g.bytes += n
	d.bytes += n
}

// shrink drops the oldest datagrams until the limit on memory is kept.
func (d *defragmenter) shrink() {
	for d.bytes > d.limits.bytes {
		d.drop(d.waiting.Front())
	}
}

// expire drops what is too old.
func (d *defragmenter) expire(clock int64) {
	for e := d.waiting.Front(); e != nil && clock-e.Value.(*datagram).since > d.limits.age; e = d.waiting.Front() {
		d.drop(e)
	}
	for e := d.settled.Front(); e != nil && clock-e.Value.(*datagram).since > d.limits.settled; e = d.settled.Front() {
		d.forget(e.Value.(*datagram))
	}
}

// flush drops everything.
func (d *defragmenter) flush() {
	for e := d.waiting.Front(); e != nil; e = d.waiting.Front() {
		d.drop(e)
	}
	for e := d.settled.Front(); e != nil; e = d.settled.Front() {
		d.forget(e.Value.(*datagram))
	}
}

// drop gives up a datagram that waits.
func (d *defragmenter) drop(e *list.Element) {
	g := e.Value.(*datagram)
	d.lost += int64(g.fragments)
	d.forget(g)
}

// forget takes g out of the books.
func (d *defragmenter) forget(g *datagram) {
	if g.fate == collecting {
		d.waiting.Remove(g.place)
	} else {
		d.settled.Remove(g.place)
	}
	d.bytes -= g.bytes
	delete(d.datagrams, g.key)
}

// settle decides g's fate: its octets go, its key is remembered for a while.
func (d *defragmenter) settle(g *datagram, f fate, clock int64) {
	if f == abandoned {
		d.lost += int64(g.fragments)
	}
	d.forget(g)
	*g = datagram{key: g.key, fate: f, since: clock, total: -1}
	g.place = d.settled.PushBack(g)
	d.datagrams[g.key] = g
	if d.settled.Len() > d.limits.datagrams {
		d.forget(d.settled.Front().Value.(*datagram))
	}
}
