package capture

import "time"

// gather reads what is there and due, up to the end of a block in which
// something was wanted, or at which the time is up. It returns when to look again,
// if nothing comes before.
func (s *liveSource) gather(out *batch, until time.Time) time.Time {
	for s.tally.frame < s.tally.stop {
		first, limit := s.first()
		if first == nil {
			return until
		}
		if head := first.ring.frame().time(); head > limit {
			return earlier(until, time.Unix(0, head+int64(ringLag)))
		}
		first.read(out, &s.tally, s.names, limit)
		if first.ring.cur == nil && (out.full() || !time.Now().Before(until)) {
			break
		}
	}
	return until
}

// first returns the tap whose next packet is the earliest, and up to what time
// no other can have one before that; nil if none has a packet, or if it will be
// known only when what a closed source has of another was passed on.
func (s *liveSource) first() (first *tap, limit int64) {
	limit = noLimit
	silent := false // there may be earlier packets that were not passed on
	for _, t := range s.taps {
		if !t.ring.ready() {
			waits := !t.ring.empty()
			if waits && s.phase == liveDraining && time.Now().Before(s.drainBy) {
				return nil, noLimit
			}
			silent = silent || s.phase == liveListening || waits
			continue
		}
		switch at := t.ring.frame().time(); {
		case first == nil:
			first = t
		case at < first.ring.frame().time():
			first, limit = t, min(limit, first.ring.frame().time())
		default:
			limit = min(limit, at)
		}
	}
	if silent && first != nil && len(s.taps) > 1 {
		limit = min(limit, due(first.ring.frame().time(), time.Now()))
	}
	return first, limit
}

// due is up to what time packets are read while others may be on their way,
// the next one being of the time head. A packet from the future was there before
// the clock was set back: waiting for its time would fill the ring.
func due(head int64, now time.Time) int64 {
	if head > now.UnixNano() {
		return head
	}
	return now.Add(-ringLag).UnixNano()
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// idle lets the time go on though nothing came. It keeps behind what is
// perhaps on its way.
func (s *liveSource) idle(now time.Time) {
	for _, t := range s.taps {
		if t.ring.cur != nil {
			return
		}
	}
	s.tally.tick(now.Add(-ringLag).UnixNano())
}
