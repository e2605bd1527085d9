package inspect

import (
	"sync"
	"time"
)

// A present is where the clock of the packets stands.
type present struct {
	mu    sync.Mutex
	clock int64     // of the last batch that moved it, Unix nanoseconds
	at    time.Time // when that came
}

func (p *present) moved(clock int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if clock > p.clock {
		p.clock, p.at = clock, time.Now()
	}
}

// Now is the present in the time of packets, Unix nanoseconds, for sources whose
// packets come as they are sent: the time of the last one, and what has gone by
// since; 0 before the first. Nothing but what is shown depends on it. It may be
// called from any goroutine.
func (in *Inspector) Now() int64 {
	p := &in.present
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.clock == 0 {
		return 0
	}
	return p.clock + int64(time.Since(p.at))
}
