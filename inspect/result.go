package inspect

import "sync"

// A result is what one batch (or the end of the input) brought to light in one shard.
type result struct {
	// begun are the conversations that became sessions, in no order.
	begun []*conversation
	// ended are those that ended, open those that go on and have news.
	ended, open []rendering
	// text is what the sink made of them, one after the other.
	text []byte
}

// A rendering is a conversation, and where in the result's text it is.
type rendering struct {
	*conversation
	from, to int
	// rendered is text[from:to], once text stays where it is.
	rendered []byte
}

// settle gives each rendering its text.
func (r *result) settle() {
	for _, list := range [...][]rendering{r.ended, r.open} {
		for i := range list {
			e := &list[i]
			e.rendered = r.text[e.from:e.to]
		}
	}
}

// keptText is the greatest text whose memory is used again: one batch of many
// sessions should not hold its memory for the rest of the run.
const keptText = 4 << 20

// A resultPool recycles results, and with them the memory of their texts.
type resultPool struct {
	mu   sync.Mutex
	free []*result
}

func (p *resultPool) get() *result {
	p.mu.Lock()
	defer p.mu.Unlock()
	last := len(p.free) - 1
	if last < 0 {
		return &result{}
	}
	r := p.free[last]
	p.free = p.free[:last]
	return r
}

// put takes back a result that has been handed out.
func (p *resultPool) put(r *result) {
	clear(r.begun)
	clear(r.ended)
	clear(r.open)
	r.begun, r.ended, r.open, r.text = r.begun[:0], r.ended[:0], r.open[:0], r.text[:0]
	if cap(r.text) > keptText {
		r.text = nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.free = append(p.free, r)
}
