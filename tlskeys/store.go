package tlskeys

import (
	"bytes"
	"sync"
	"sync/atomic"
)

// A Random is the random of a ClientHello: it says whose a secret is. (After a
// HelloRetryRequest the second ClientHello has the same.)
type Random = [32]byte

// A Store holds secrets, in bounded memory: when there are too many, the oldest
// sessions are forgotten. It is safe for use by many goroutines.
type Store struct {
	mu       sync.RWMutex
	sessions map[finder][]byte // packed secrets
	// order is the sessions from the oldest on; those before oldest are gone.
	order  []finder
	oldest int
	used   int // octets, as cost counts them
	budget int
	counts Counts
	// learned are secrets that no key log had.
	learned learned

	version atomic.Uint64

	following sync.Mutex
	files     []*keyLogFile
}

const (
	// storeBudget is the memory for secrets: some 700,000 sessions of TLS 1.3.
	storeBudget = 256 << 20
	// sessionCost is what a session takes beside its secrets: finder, map, order.
	sessionCost = 160
	// maxPacked bounds the secrets of one session, so that contradicting lines
	// without end do not become trials without end.
	maxPacked = 4096
)

// Counts say what a Store read.
type Counts struct {
	// Lines that held a secret, Repeated among them those known already.
	Lines, Repeated int
	// Damaged lines: not of the format. Ignored lines: labels that nobody needs,
	// and more secrets for one session than can be.
	Damaged, Ignored int
	// Contradicting lines: another secret for the same label and random.
	Contradicting int
	// Sessions is how many client randoms are held, Evicted how many were
	// forgotten because there were too many.
	Sessions, Evicted int
}

// NewStore returns an empty Store.
func NewStore() *Store {
	return &Store{sessions: map[finder][]byte{}, budget: storeBudget}
}

// Add takes the text of a key log that is there as a whole: a Decryption
// Secrets Block of type TLS Key Log (0x544c534b).
func (s *Store) Add(text []byte) {
	var r lineReader
	r.read(s, text)
	r.end(s)
}

// Version grows whenever secrets are added: who waits for one need not look
// before it did.
func (s *Store) Version() uint64 { return s.version.Load() }

// Secrets returns the secrets of a client random with a label, n being the N of
// *_TRAFFIC_SECRET_N and else 0. There are more than one where lines contradict
// each other: each is to be tried. They are copies: the caller zeroes them.
func (s *Store) Secrets(random *Random, label Label, n int) [][]byte {
	return s.secrets(finder{random: *random}, label, n)
}

// Premasters returns the premaster secrets of lines RSA <8 octets> <premaster>,
// found by the encrypted premaster secret of a ClientKeyExchange. They are
// copies: the caller zeroes them.
func (s *Store) Premasters(encrypted []byte) [][]byte {
	if len(encrypted) < rsaFinderLen {
		return nil
	}
	return s.secrets(encryptedFinder(encrypted), Premaster, 0)
}

func (s *Store) secrets(f finder, label Label, n int) [][]byte {
	s.mu.RLock()
	defer s.mu.RUnlock()
	var found [][]byte
	for p := s.sessions[f]; len(p) > 0; {
		var e packed
		if e, p = unpack(p); e.label == label && e.n == n {
			found = append(found, bytes.Clone(e.secret))
		}
	}
	return found
}

// Has tells that there is any secret of a client random.
func (s *Store) Has(random *Random) bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	_, ok := s.sessions[finder{random: *random}]
	return ok
}

// AppendLines appends all lines that belong to a client random, as they belong
// into a Decryption Secrets Block.
func (s *Store) AppendLines(dst []byte, random *Random) []byte {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for p := s.sessions[finder{random: *random}]; len(p) > 0; {
		var e packed
		e, p = unpack(p)
		dst = e.label.appendLine(dst, e.n, random, e.secret)
	}
	if master := s.learned.find(random); master != nil {
		dst = ClientRandom.appendLine(dst, 0, random, master[:])
	}
	return dst
}

// Counts returns the counts so far.
func (s *Store) Counts() Counts {
	s.mu.RLock()
	defer s.mu.RUnlock()
	c := s.counts
	c.Sessions = len(s.sessions)
	return c
}

// Close overwrites all secrets and closes the files.
func (s *Store) Close() {
	s.closeFiles()
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range s.sessions {
		clear(p)
	}
	clear(s.sessions)
	s.learned.forget(s.learned.young)
	s.learned.forget(s.learned.old)
	s.order, s.oldest, s.used = nil, 0, 0
}

// A reading says how often a line is given to a Store.
type reading uint8

const (
	wholeLine     reading = iota
	earlyLine             // its end is not there yet
	completedLine         // its end came, and it was given early
)

// keep adds the secret of a line.
func (s *Store) keep(l line, r reading) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r != earlyLine {
		s.counts.Lines++
	}
	old, known := s.sessions[l.finder]
	contradicts := false
	for p := old; len(p) > 0; {
		var e packed
		if e, p = unpack(p); e.label != l.label || e.n != l.n {
			continue
		}
		if bytes.Equal(e.secret, l.secret) {
			if r == wholeLine {
				s.counts.Repeated++
			}
			return
		}
		contradicts = true
	}
	if contradicts {
		s.counts.Contradicting++
	}
	size := len(old) + packedHeader + len(l.secret)
	if size > maxPacked {
		s.counts.Ignored++
		return
	}
	grown := old
	if size > cap(old) {
		grown = append(make([]byte, 0, size), old...)
		clear(old)
		s.used += cap(grown) - cap(old)
	}
	s.sessions[l.finder] = pack(grown, l)
	if !known {
		s.order = append(s.order, l.finder)
		s.used += sessionCost
	}
	s.evict()
	s.version.Add(1)
}

// evict forgets the oldest sessions until the rest is within the budget. The
// one that was added last stays.
func (s *Store) evict() {
	for s.used > s.budget && len(s.sessions) > 1 {
		f := s.order[s.oldest]
		p := s.sessions[f]
		clear(p)
		s.used -= sessionCost + cap(p)
		delete(s.sessions, f)
		s.counts.Evicted++
		if s.oldest++; s.oldest > len(s.order)/2 {
			s.order = s.order[:copy(s.order, s.order[s.oldest:])]
			s.oldest = 0
		}
	}
}
