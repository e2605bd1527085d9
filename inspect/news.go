package inspect

// openPerTick bounds how many open sessions a shard renders at a time: what is
// seen of a thousand that change within a quarter of a second is no more than
// that they do.
const openPerTick = 128

// news are the open sessions that have changed since they were last rendered,
// the one that changed last in front.
type news struct{ newest *conversation }

// note puts a conversation in front.
func (n *news) note(v *conversation) {
	if n.newest == v {
		return
	}
	n.drop(v)
	v.hasNews = true
	v.older = n.newest
	if v.older != nil {
		v.older.newer = v
	}
	n.newest = v
}

// drop takes a conversation out, if it is in.
func (n *news) drop(v *conversation) {
	if !v.hasNews {
		return
	}
	if v.newer != nil {
		v.newer.older = v.older
	} else {
		n.newest = v.older
	}
	if v.older != nil {
		v.older.newer = v.newer
	}
	v.newer, v.older, v.hasNews = nil, nil, false
}

// showOpen renders open sessions that have news, the newest first. Those that
// there is no room for keep theirs until the next time.
func (s *shard) showOpen() {
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
