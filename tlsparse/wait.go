package tlsparse

import "unsafe"

// What is read once its key has come, when keys may come later than records (a key
// log that grows during live capture): from the first record without a key on, the
// octets of both directions wait, in their order.

// waiting is what waits.
type waiting struct {
	octets  []byte
	waiters []waiter
	over    bool   // nothing waits any more in this connection: too much did
	version uint64 // of the store when it was last asked
}

// A waiter is a piece of one direction.
type waiter struct {
	dir     Dir
	at      Mark
	end     int // of its octets in waiting.octets
	gap     bool
	missing int64 // of a gap; 0: unknown
}

// maxWaiters bounds the pieces, and waiterOctets is what one takes beside its octets.
const (
	maxWaiters   = 4096
	waiterOctets = int(unsafe.Sizeof(waiter{}))
)

func (w *waiting) any() bool { return len(w.waiters) > 0 }

func (w *waiting) add(piece waiter, data []byte) {
	if last := len(w.waiters) - 1; last >= 0 && !piece.gap {
		if l := &w.waiters[last]; !l.gap && l.dir == piece.dir && l.at == piece.at {
			w.octets = append(w.octets, data...)
			l.end = len(w.octets)
			return
		}
	}
	w.octets = append(w.octets, data...)
	piece.end = len(w.octets)
	w.waiters = append(w.waiters, piece)
}

// mayWait tells that records may wait for their key.
func (p *Parser) mayWait() bool {
	return p.options.Growing != nil && p.options.Keys != nil && !p.waiting.over && p.options.Growing()
}

// delay makes octets wait.
func (p *Parser) delay(dir Dir, at Mark, data []byte) {
	if !p.waiting.any() {
		p.waiting.version = p.options.Keys.Version()
	}
	p.waiting.add(waiter{dir: dir, at: at}, data)
	if len(p.waiting.octets) > p.lim.Waiting || len(p.waiting.waiters) > maxWaiters {
		p.stopWaiting()
	}
}

// Waits tells that something waits for its key.
func (p *Parser) Waits() bool { return p.waiting.any() }

// Retry looks whether keys have come for what waits, and reads it if they have. Feed
// does so too: this is for a connection of which nothing comes.
func (p *Parser) Retry() {
	if !p.waiting.any() {
		return
	}
	now := p.options.Keys.Version()
	if now == p.waiting.version {
		return
	}
	p.waiting.version = now
	if p.keyed(&p.halves[p.waiting.waiters[0].dir]) {
		p.replay()
	}
}

// stopWaiting reads what waits without a key.
func (p *Parser) stopWaiting() {
	p.waiting.over = true
	p.replay()
}

// replay reads what waits, until something has to wait once more.
func (p *Parser) replay() {
	was := p.waiting
	p.waiting = waiting{over: was.over, version: was.version}
	from := 0
	for _, piece := range was.waiters {
		data := was.octets[from:piece.end]
		from = piece.end
		if piece.gap {
			p.Gap(piece.dir, piece.at, piece.missing)
		} else {
			p.run(&p.halves[piece.dir], piece.at, data)
		}
	}
}
