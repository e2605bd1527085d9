package tlskeys

// A masterSecret is that of a session of TLS 1.2 or before.
type masterSecret = [48]byte

// learned are master secrets that were found by other keys than those of their
// session. They come in two generations: when the younger one is full, the older one
// is forgotten.
type learned struct{ young, old map[Random]*masterSecret }

// maxLearned bounds a generation.
const maxLearned = 1 << 15

// Learn keeps the master secret of a session that was opened by an RSA key or by
// what an earlier connection had, so that AppendLines gives it. It counts as no line
// of a key log.
func (s *Store) Learn(random *Random, master *masterSecret) {
	s.mu.Lock()
	defer s.mu.Unlock()
	l := &s.learned
	if l.young == nil || len(l.young) >= maxLearned {
		l.forget(l.old)
		l.young, l.old = make(map[Random]*masterSecret), l.young
	}
	own := *master
	l.young[*random] = &own
}

func (l *learned) find(random *Random) *masterSecret {
	if master, known := l.young[*random]; known {
		return master
	}
	return l.old[*random]
}

func (l *learned) forget(generation map[Random]*masterSecret) {
	for _, master := range generation {
		clear(master[:])
	}
	clear(generation)
}
