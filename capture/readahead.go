package capture

import (
	"io"
	"io/fs"
	"sync"
	"time"
)

// aheadChunks is how many chunks a readAhead goes ahead at most.
const aheadChunks = 4

// A readAhead reads in a goroutine of its own: what takes time, as
// decompressing does, goes on beside the work on what has come; and who waits
// for a pipe can be told to stop.
type readAhead struct {
	full chan []byte // in order; closed at the end, when err is set
	free chan []byte
	err  error

	// chunk is the one that is being given out, rest what is left of it.
	chunk, rest []byte

	// stop ends Read, behind what has been read by then, and the goroutine; the
	// latter after the read that it is in, which for a pipe that nobody writes to
	// may be never. It may be called from any goroutine, and more than once.
	stop func()
	done chan struct{}
}

// newReadAhead reads what open returns, in chunks of size octets. If patient,
// it fills each chunk, which suits files; else it hands over what one Read gives.
func newReadAhead(open func() (io.Reader, error), size int, patient bool) *readAhead {
	r := &readAhead{
		full: make(chan []byte, aheadChunks),
		free: make(chan []byte, aheadChunks),
		done: make(chan struct{}),
	}
	r.stop = sync.OnceFunc(func() { close(r.done) })
	for range aheadChunks {
		r.free <- make([]byte, size)
	}
	go r.run(open, patient)
	return r
}

func (r *readAhead) run(open func() (io.Reader, error), patient bool) {
	defer close(r.full)
	src, err := open()
	if closer, ok := src.(io.Closer); ok {
		defer closer.Close()
	}
	for err == nil {
		var chunk []byte
		select {
		case chunk = <-r.free:
		case <-r.done:
		}
		if r.stopped() {
			r.err = fs.ErrClosed
			return
		}
		var n int
		for n < len(chunk) && err == nil && (n == 0 || patient) {
			var m int
			m, err = src.Read(chunk[n:])
			n += m
		}
		r.full <- chunk[:n] // has room for all chunks
	}
	r.err = err
}

// Read waits for the goroutine if nothing is there, and never for more than
// that.
func (r *readAhead) Read(p []byte) (int, error) {
	for len(r.rest) == 0 {
		r.giveBack()
		chunk, ok := r.next()
		if !ok {
			return 0, r.err
		}
		if chunk == nil {
			return 0, fs.ErrClosed
		}
		r.chunk, r.rest = chunk, chunk
	}
	n := copy(p, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}

// next waits for a chunk. There is none (nil) after stop, and none any more (not
// ok) at the end, when err is set.
func (r *readAhead) next() (chunk []byte, ok bool) {
	select {
	case chunk, ok = <-r.full:
		return chunk, ok
	case <-r.done:
	}
	select { // both may have been there
	case chunk, ok = <-r.full:
		return chunk, ok
	default:
		return nil, true
	}
}

// await waits until Read would not wait, but no longer than d. It returns false
// if nothing has come by then.
func (r *readAhead) await(d time.Duration) bool {
	if len(r.rest) > 0 {
		return true
	}
	r.giveBack()
	patience := time.NewTimer(d)
	defer patience.Stop()
	select {
	case chunk, ok := <-r.full:
		if ok {
			r.chunk, r.rest = chunk, chunk
		}
		return true // at the end, too: Read says so
	case <-r.done:
		return true
	case <-patience.C:
		return false
	}
}

func (r *readAhead) stopped() bool {
	select {
	case <-r.done:
		return true
	default:
		return false
	}
}

// giveBack lets the goroutine fill the chunk that has been given out.
func (r *readAhead) giveBack() {
	if r.chunk != nil {
		r.free <- r.chunk[:cap(r.chunk)]
		r.chunk = nil
	}
}
