package capture

import (
	"math"
	"time"
)

// A tally is what the inputs of one source have in common: the selector, the
// numbering and the clock, all in the order in which packets are merged. It
// belongs to the goroutine that reads.
type tally struct {
	selector *Selector
	// frame is the number of the last packet read; no packet after stop is, in one
	// batch of files.
	frame, stop int64
	// clock is the greatest packet time so far that is believed.
	clock int64
	// live tells that the clock goes on though nothing comes.
	live  bool
	leap  leap
	leapt Leap // the last
	// octets counts captured octets, kept the packets selected.
	octets, kept int64
	// interfaces is how many have been described, over all inputs and sections.
	interfaces uint32
}

// maxLeap is how far ahead of all packets before it a packet's time is believed;
// leapConfirmed is how many more packets have to be there to believe it. maxStep is how
// far a live clock goes on by itself, which it does five times a second.
const (
	maxStep       = int64(30 * time.Second)
	maxLeap       = int64(24 * time.Hour)
	leapConfirmed = 16
)

// A leap is a time too far ahead to be believed yet.
type leap struct {
	first     int64 // packet time, 0 if there is none
	confirmed int   // by packets after the first
}

// tick takes note of the time of a packet. Almost always that is one
// comparison or two.
func (t *tally) tick(at int64) {
	if at <= t.clock {
		return
	}
	if uint64(at)-uint64(t.clock) > uint64(maxStep) && !t.confirm(at) {
		return
	}
	t.clock = at
}

// confirm tells whether a time more than maxStep ahead is to be believed, and whether
// the clock leaps to it. One damaged record must not make everything before it look
// old; but a capture may have been interrupted for days, and a live clock may have been
// set. Before the first packet the clock is 0.
func (t *tally) confirm(at int64) bool {
	l, far := &t.leap, !closeTo(at, t.clock)
	switch {
	case t.clock == 0 || !far && !t.live:
		return true
	case far && (l.first == 0 || !closeTo(at, l.first)):
		*l = leap{first: at}
		return false
	case far && l.confirmed < leapConfirmed-1:
		if l.confirmed++; l.confirmed == leapConfirmed-1 && !t.live {
			t.stop = t.frame + 1 // the batch ends: one has no more than one leap, in front
		}
		return false
	}
	*l, t.leapt = leap{}, Leap{From: t.clock, To: at}
	if t.live { // how much of any silence was none, nobody knows
		t.leapt.From = math.MinInt64
	}
	return true
}

// closeTo tells whether two times are within maxLeap of each other.
func closeTo(a, b int64) bool {
	return uint64(max(a, b))-uint64(min(a, b)) <= uint64(maxLeap)
}

// nextInterface numbers an interface.
func (t *tally) nextInterface() uint32 {
	t.interfaces++
	return t.interfaces - 1
}
