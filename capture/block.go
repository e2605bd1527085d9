package capture

import (
	"sync"
	"sync/atomic"
)

// defaultBlockSize is how much is read at once: large enough that a system
// call costs nothing per packet, small enough that a block is still in the
// second-level cache when its records are walked.
const defaultBlockSize = 1 << 19

// A block is a piece of an input in memory. Packets point into it, so it is
// counted who still needs it: the window that fills it, and each batch with a
// packet inside.
type block struct {
	buf   []byte
	refs  atomic.Int32
	owner blockOwner
	// heldBy is the serial of the last batch that took a reference, so that
	// the packets of a batch take one together. Only the reading goroutine
	// looks at it.
	heldBy uint64
}

// A blockOwner takes back a block that nobody refers to.
type blockOwner interface{ put(*block) }

func (b *block) hold() { b.refs.Add(1) }

func (b *block) drop() {
	if b.refs.Add(-1) == 0 {
		b.owner.put(b)
	}
}

// sole reports whether only the window holds the block. Nobody but the window's
// goroutine adds references, so the answer stays true.
func (b *block) sole() bool { return b.refs.Load() == 1 }

// maxFreeBlocks bounds what a pool keeps for reuse. More blocks than that are
// in use only while many batches wait for their reader.
const maxFreeBlocks = 8

// A blockPool recycles blocks, the one used last first: it is the one that the
// caches still know.
type blockPool struct {
	size int

	mu   sync.Mutex
	free []*block
}

// get returns a block of size octets, or of the pool's size if that is greater,
// with one reference.
func (p *blockPool) get(size int) *block {
	if size <= p.size {
		if b := p.reuse(); b != nil {
			return b
		}
		size = p.size
	}
	return p.adopt(make([]byte, size))
}

// adopt makes a block of buf, with one reference.
func (p *blockPool) adopt(buf []byte) *block {
	b := &block{buf: buf, owner: p}
	b.refs.Store(1)
	return b
}

func (p *blockPool) reuse() *block {
	p.mu.Lock()
	defer p.mu.Unlock()
	last := len(p.free) - 1
	if last < 0 {
		return nil
	}
	b := p.free[last]
	p.free[last] = nil
	p.free = p.free[:last]
	b.refs.Store(1)
	return b
}

// put takes back a block that nobody refers to. One that had to grow for a
// giant record is left to the garbage collector.
func (p *blockPool) put(b *block) {
	if len(b.buf) != p.size {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.free) < maxFreeBlocks {
		p.free = append(p.free, b)
	}
}
