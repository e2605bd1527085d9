package capture

import "io"

// A window is the part of one input that lies in memory: a stretch of a block
// that moves through the input. What it yields may be referred to by batches,
// so it never writes where it has read, unless nobody looks.
type window struct {
	src   io.Reader
	pool  *blockPool
	block *block
	// block.buf[pos:end] has been read from src and not been consumed yet.
	pos, end int
	// base is the offset in the input of block.buf[0].
	base int64
	// need is how many octets from pos on are wanted before it can go on: a
	// length field may have said so, and it does not decide an allocation.
	need int
	// err is why src has ended: io.EOF, or worse.
	err error
}

// newWindow returns a window over src, whose first octets, head, were read
// already. The window owns head.
func newWindow(src io.Reader, pool *blockPool, head []byte, n int) window {
	return window{src: src, pool: pool, block: pool.adopt(head), end: n, need: 1}
}

// unread returns what is in memory. Its capacity ends with it.
func (w *window) unread() []byte { return w.block.buf[w.pos:w.end:w.end] }

// leave consumes all but the last n octets in memory.
func (w *window) leave(n int) { w.pos = w.end - n }

// offset is the place in the input of the first octet that is not consumed.
func (w *window) offset() int64 { return w.base + int64(w.pos) }

// lacks tells that the need is not met.
func (w *window) lacks() bool { return w.end-w.pos < w.need }

// more reads until the need is met. It returns false if the input ends before.
func (w *window) more() bool {
	for w.lacks() {
		if !w.read() {
			return false
		}
	}
	return true
}

// read reads once, as much as there is room for.
func (w *window) read() bool {
	if w.err != nil {
		return false
	}
	w.makeRoom()
	const maxEmptyReads = 100
	for range maxEmptyReads {
		n, err := w.src.Read(w.block.buf[w.end:])
		w.end += n
		w.err = err
		if n > 0 || err != nil {
			return n > 0
		}
	}
	w.err = io.ErrNoProgress
	return false
}

// makeRoom sees to it that the need fits behind pos. If it does not, the tail
// that is not consumed moves to the front of the next block; or of this one, if
// no batch refers to it.
func (w *window) makeRoom() {
	if w.pos+w.need <= len(w.block.buf) {
		return
	}
	tail, size := w.unread(), w.blockSize()
	w.base += int64(w.pos)
	w.pos, w.end = 0, len(tail)
	giant := size > w.pool.size && len(w.block.buf) > size
	if w.block.sole() && (len(w.block.buf) == size || giant) {
		copy(w.block.buf, tail)
		return
	}
	next := w.pool.get(size)
	copy(next.buf, tail)
	w.block.drop()
	w.block = next
}

// blockSize is the size of the block for what is needed next. One for a giant
// record at most doubles with the octets that have really come. A quarter more
// than the need bounds how often the tail moves when needs grow little by little.
func (w *window) blockSize() int {
	if w.need <= w.pool.size {
		return w.pool.size
	}
	return max(w.pool.size, min(w.need+w.need/4, 2*(w.end-w.pos)))
}

// close gives the block back.
func (w *window) close() {
	w.block.drop()
	w.block, w.pos, w.end = w.pool.adopt(nil), 0, 0
	if w.err == nil {
		w.err = io.EOF
	}
}
