package capture

import "bytes"

// A recent keeps the last bytes delivered of one direction, so that a
// retransmission can be compared with what the first copy said.
//
// It is a plain copy: the cheapest record that misses nothing within its
// reach. Moving the 1448 bytes of a segment takes about 35 ns; their CRC-32C
// takes 90 ns, and answers only for segments cut at the same places. The ring grows with its stream, from a line of dialogue to maxRecent, which is
// about the window of a sender that retransmits; its memory is bounded by
// Limits.RecentBytes, beyond which streams go unrecorded (and their
// retransmissions are counted as not compared).
type recent struct {
	ring     []byte // length a power of two; the byte at offset o is ring[o % len]
	from, to int64  // the offsets kept: [from, to)
}

const maxRecent = maxBuffer

// add records the bytes delivered at offset off. Bytes that do not follow
// those recorded last start the record anew.
func (r *recent) add(off int64, data []byte) {
	if off != r.to {
		r.from, r.to = off, off
	}
	r.to += int64(len(data))
	if len(data) > len(r.ring) {
		data = data[len(data)-len(r.ring):]
	}
	if len(r.ring) > 0 {
		at := int(uint64(r.to-int64(len(data))) & uint64(len(r.ring)-1))
		if n := copy(r.ring[at:], data); n < len(data) {
			copy(r.ring, data[n:])
		}
	}
	r.from = max(r.from, r.to-int64(len(r.ring)))
}

// fits tells whether the ring is as large as it should be before n more bytes
// are added.
func (r *recent) fits(n int) bool {
	return n+int(r.to-r.from) <= len(r.ring) || len(r.ring) >= maxRecent
}

// wants returns the size of the ring that n more bytes fit in.
func (r *recent) wants(n int) int {
	return bufferSize(min(n+int(r.to-r.from), maxRecent))
}

// grow moves the record into a larger ring and returns the former one.
func (r *recent) grow(ring []byte) []byte {
	old := *r
	r.ring, r.to = ring, old.from
	old.each(old.from, old.to, func(off int64, part []byte) { r.add(off, part) })
	return old.ring
}

// each calls f with the recorded bytes of [from, to), which must lie within
// the record, in at most two parts.
func (r *recent) each(from, to int64, f func(off int64, part []byte)) {
	for from < to {
		at := int(uint64(from) & uint64(len(r.ring)-1))
		n := min(int64(len(r.ring)-at), to-from)
		f(from, r.ring[at:at+int(n)])
		from += n
	}
}

// compare tells whether data, said to be at offset off, differs from what is
// recorded, and whether all of it was recorded.
func (r *recent) compare(off int64, data []byte) (differs, whole bool) {
	from, to := max(off, r.from), min(off+int64(len(data)), r.to)
	r.each(from, to, func(o int64, part []byte) {
		if !bytes.Equal(part, data[o-off:o-off+int64(len(part))]) {
			differs = true
		}
	})
	return differs, from == off && to == off+int64(len(data))
}
