package capture

import "sync"

// A batch is a Batch together with the memory that its packets point into.
type batch struct {
	Batch
	// slots holds the packets; slots[:kept] are those of the batch, and
	// slots[kept] is where the next record is put up for selection.
	slots  []Packet
	kept   int
	beside []Packet
	blocks []*block
	serial uint64
	pool   *batchPool
}

// slot returns the place for the next packet. It stays free until kept grows.
func (b *batch) slot() *Packet {
	if b.kept == len(b.slots) {
		b.grow()
	}
	return &b.slots[b.kept]
}

func (b *batch) grow() {
	const least = 64
	b.slots = append(b.slots, make([]Packet, max(least, len(b.slots)))...)
}

// keep takes in the packet in the slot, which the selector wants, and returns how
// many packets of connections that is.
func (b *batch) keep(bl *block) int64 {
	b.hold(bl)
	p := &b.slots[b.kept]
	if p.lane != laneConnection {
		b.beside = append(b.beside, *p)
		if p.lane == laneBeside {
			return 0
		}
	}
	b.kept++
	return 1
}

// full reports whether there is something in it for its reader.
func (b *batch) full() bool { return b.kept > 0 || len(b.beside) > 0 }

// hold keeps the block of a kept packet until the batch is released.
func (b *batch) hold(bl *block) {
	if bl.heldBy == b.serial {
		return
	}
	bl.heldBy = b.serial
	bl.hold()
	b.blocks = append(b.blocks, bl)
}

// recycle is the batch's release.
func (b *batch) recycle() {
	for i, bl := range b.blocks {
		bl.drop()
		b.blocks[i] = nil
	}
	// The slots must not keep alive what is not the pool's: blocks of giant
	// records, and datagrams put together from fragments.
	clear(b.slots[:min(b.kept+1, len(b.slots))])
	clear(b.beside)
	b.blocks, b.beside, b.kept = b.blocks[:0], b.beside[:0], 0
	b.Packets, b.Beside, b.Secrets = nil, nil, nil
	b.pool.put(b)
}

// maxFreeBatches bounds what a batchPool keeps.
const maxFreeBatches = 16

// A batchPool recycles batches and with them their slices of packets.
type batchPool struct {
	mu     sync.Mutex
	free   []*batch
	serial uint64
}

func (p *batchPool) get() *batch {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.serial++ // from 1: no block is held by batch 0
	var b *batch
	if last := len(p.free) - 1; last >= 0 {
		b, p.free[last] = p.free[last], nil
		p.free = p.free[:last]
	} else {
		b = &batch{pool: p}
		b.release = b.recycle
	}
	b.serial = p.serial
	return b
}

func (p *batchPool) put(b *batch) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.free) < maxFreeBatches {
		p.free = append(p.free, b)
	}
}
