package capture

import "math/bits"

// Pooled buffers have sizes that are powers of two, as a record needs them:
// from a line of a dialogue to what segmentation offload makes of frames.
const (
	minBuffer = 1 << 8
	maxBuffer = 1 << 16
)

// spareBytes is how much memory of each size is kept for the next use.
const spareBytes = 4 << 20

// A bufferPool hands out buffers again that were put back.
type bufferPool struct {
	spare [9][][]byte // by the power above minBuffer
}

// bufferSize returns the size of the pooled buffer that n octets fit in, n if
// it is too large for any.
func bufferSize(n int) int {
	if n > maxBuffer {
		return n
	}
	return max(minBuffer, 1<<bits.Len(uint(n-1)))
}

// sizeClass returns the index in bufferPool.spare of a size that is pooled.
func sizeClass(size int) int {
	return bits.TrailingZeros(uint(size / minBuffer))
}

// get returns a buffer of bufferSize(n) octets, for n > 0.
func (p *bufferPool) get(n int) []byte {
	size := bufferSize(n)
	if size > maxBuffer {
		return make([]byte, size)
	}
	spare := &p.spare[sizeClass(size)]
	if last := len(*spare) - 1; last >= 0 {
		b := (*spare)[last]
		*spare = (*spare)[:last]
		return b
	}
	return make([]byte, size)
}

// put takes back a buffer from get, or none.
func (p *bufferPool) put(b []byte) {
	if len(b) == 0 || len(b) > maxBuffer {
		return
	}
	if spare := &p.spare[sizeClass(len(b))]; len(*spare) < spareBytes/len(b) {
		*spare = append(*spare, b)
	}
}
