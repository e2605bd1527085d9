package inspect

import "sync"

// A result is what one batch (or the end of the input) brought to light in one shard.
type result struct {
	// begun are the conversations that became sessions, in no order.
	begun []*conversation
	// ended are those that ended, open those that go on and have news.
	ended, open []rendering
	// text is the end of what the sink made of them, pieces are those that all of it
	// is in: where a session outgrows its piece, it goes on in memory of its own.
	text   []byte
	pieces [][]byte
}

// A rendering is a conversation, and what the sink made of it.
type rendering struct {
	*conversation
	rendered []byte
}

// The size of a piece of text, and how much of it has to be free for another
// session, in octets. What was rendered stays where it is: in one text, which has to
// grow, the sessions of a batch that ends thousands of them were copied again and again.
const (
	pieceBytes   = 128 << 10
	sessionBytes = 32 << 10
)

// room returns the text to append to.
func (r *result) room(pool *resultPool) []byte {
	if cap(r.text)-len(r.text) < sessionBytes {
		r.text = pool.piece()
		r.pieces = append(r.pieces, r.text)
	}
	return r.text
}

// mostPieces is how many pieces of text are kept: one batch of many sessions
// should not hold its memory for the rest of the run.
const mostPieces = 32

// A resultPool recycles results, and the memory of their texts.
type resultPool struct {
	mu     sync.Mutex
	free   []*result
	pieces [][]byte
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

// piece returns an empty piece of text.
func (p *resultPool) piece() []byte {
	p.mu.Lock()
	defer p.mu.Unlock()
	last := len(p.pieces) - 1
	if last < 0 {
		return make([]byte, 0, pieceBytes)
	}
	b := p.pieces[last]
	p.pieces = p.pieces[:last]
	return b
}

// put takes back a result that has been handed out.
func (p *resultPool) put(r *result) {
	clear(r.begun)
	clear(r.ended)
	clear(r.open)
	r.begun, r.ended, r.open, r.text = r.begun[:0], r.ended[:0], r.open[:0], nil
	p.mu.Lock()
	defer p.mu.Unlock()
	p.pieces = append(p.pieces, r.pieces[:min(len(r.pieces), mostPieces-len(p.pieces))]...)
	clear(r.pieces)
	r.pieces = r.pieces[:0]
	p.free = append(p.free, r)
}
