package inspect

// openPerTick bounds how many open sessions a shard renders at a time: what is
// seen of a thousand that change within a quarter of a second is no more than
// that they do.
const openPerTick = 128

// A queue holds conversations in an order, the one that was noted last in front. Each
// is in one queue at most.
type queue struct{ newest, oldest *conversation }

// note puts a conversation in front.
func (q *queue) note(v *conversation) {
	if q.newest == v {
		return
	}
	q.drop(v)
	v.queued = true
	v.older, q.newest = q.newest, v
	if v.older != nil {
		v.older.newer = v
	} else {
		q.oldest = v
	}
}

// drop takes a conversation out, if it is in.
func (q *queue) drop(v *conversation) {
	if !v.queued {
		return
	}
	if v.newer != nil {
		v.newer.older = v.older
	} else {
		q.newest = v.older
	}
	if v.older != nil {
		v.older.newer = v.newer
	} else {
		q.oldest = v.newer
	}
	v.newer, v.older, v.queued = nil, nil, false
}

// showOpen renders open sessions that have news, the newest first. Those that
// there is no room for keep theirs until the next time.
func (s *shard) showOpen() {
	for v := s.quiet.oldest; v != nil && v.keepsQuiet(s.around.clock); v = s.quiet.oldest {
		s.quiet.drop(v)
		v.follow()
		s.announce(v, v.conn.Last)
		s.news.note(v)
	}
	r := s.current
	for range openPerTick {
		v := s.news.newest
		if v == nil {
			return
		}
		s.news.drop(v)
		v.soFar()
		r.open = append(r.open, s.render(v))
	}
}
