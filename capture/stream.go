package capture

import "sort"

// Stream offsets are 64-bit and begin at firstOffset, far enough from zero
// that what precedes a start in the middle of a connection is still positive.
const firstOffset = 1 << 32

const (
	// maxFlight is how far ahead of everything captured an ACK, or a segment
	// without company, is believed: the largest receive window that common
	// stacks grow to by themselves (Windows 16 MiB, Linux 6 MiB). A sender
	// cannot have more than a window on its way, so an honest ACK is further
	// off only after the capture lost both directions for a while, and then
	// segments from there make it believable.
	maxFlight = 16 << 20
	// maxWindow is the largest window that TCP can express (RFC 7323, section 2.3).
	maxWindow = 1 << 30
)

// origin says how it is known where a stream begins.
type origin uint8

const (
	// originUnknown: no packet tells.
	originUnknown origin = iota
	// originHinted: only ACKs of the peer tell where the stream stands.
	originHinted
	// originLowest: it begins with the lowest of the packets seen so far, and
	// a lower one may still come.
	originLowest
	// originFixed: by SYN, or because the first packets have been waited for.
	originFixed
)

// finState says what is known of the end of a stream.
type finState uint8

const (
	finUnseen finState = iota
	// finPending: a FIN was captured, but not yet all that precedes it.
	finPending
	// finReached: the End was handed out. The FIN counts as one offset.
	finReached
)

// A stream is one direction of a connection.
type stream struct {
	origin origin
	fin    finState
	// seen: a packet of this direction was captured. If not, nothing waits
	// for its bytes: they go another way.
	seen bool
	// lostFIN: the peer acknowledged one thing that nobody captured, and
	// nothing came after it. Most likely that was the FIN.
	lostFIN bool
	// zeroWindow: the last packet of this direction let the peer send nothing.
	zeroWindow bool

	zero uint32 // the sequence number of offset 0
	next int64  // the first byte not yet delivered or declared missing
	top  int64  // the end of the highest segment captured
	lost int64  // bytes before this that are not held were cut by the snap length

	// The greatest offset that the peer acknowledged, 0 if none, and when.
	acked             int64
	ackTime, ackFrame int64
	ackedAt           mark
	ripening          ripening
	heldSince         int64 // clock when bytes began to be held, or when next last moved since
	recent            recent
	held              []*held // by offset, without overlap; all at or after next

	start                             int64   // the first byte of the stream
	heldRoom                          []*held // empty: the whole room that held was cut out of
	ripened                           int64   // the ACK that ripened last
	lostTime, lostFrame               int64   // of the packet that was cut
	finOff, finAck, finTime, finFrame int64
	gapFrom, gapTo                    int64 // the last gap
}

// number sets the relation of sequence numbers and offsets: seq is the first.
func (st *stream) number(seq uint32, o origin) {
	st.zero, st.origin = seq, o
	st.start, st.next, st.top = firstOffset, firstOffset, firstOffset
}

// offset returns the offset of a sequence number: the one nearest to next
// (RFC 9293, section 3.4: sequence numbers are compared modulo 2^32).
func (st *stream) offset(seq uint32) int64 {
	return st.next + int64(int32(seq-st.seqAt(st.next)))
}

func (st *stream) seqAt(off int64) uint32 { return st.zero + uint32(off) }

// begin sets where the stream begins, before anything of it was delivered.
func (st *stream) begin(off int64, o origin) {
	st.origin, st.start, st.next = o, off, off
	st.top = max(st.top, off)
}

// A held is a captured stretch of a stream that cannot be delivered yet. It may
// be empty, if the snap length left nothing of it.
type held struct {
	off         int64
	ack         int64 // of the other stream; 0 if it waits for nothing there
	time, frame int64
	n           int
	cut         int64 // bytes that follow it were cut by the snap length
	buf         []byte
}

func (h *held) end() int64   { return h.off + int64(h.n) }
func (h *held) data() []byte { return h.buf[:h.n] }

// findHeld returns the index of the first held stretch that ends after off.
func (st *stream) findHeld(off int64) int {
	return sort.Search(len(st.held), func(i int) bool { return st.held[i].end() > off })
}

// A head is what comes next in a stream.
type head struct {
	off, ack, frame int64
}

// head returns what comes next in the stream; its offset is greater than next
// if there is a hole before it.
func (st *stream) head() (h head, ok bool) {
	first := len(st.held) > 0
	switch {
	case st.upTo(st.lost) > st.next:
		return head{off: st.next, frame: st.lostFrame}, true // a loss waits for nothing
	case st.fin == finPending && (!first || st.held[0].off >= st.finOff):
		return head{st.finOff, st.finAck, st.finFrame}, true
	case first:
		return head{st.held[0].off, st.held[0].ack, st.held[0].frame}, true
	}
	return head{}, false
}

// upTo returns the end of the hole at next: the first of to and what is held.
func (st *stream) upTo(to int64) int64 {
	if len(st.held) > 0 {
		to = min(to, st.held[0].off)
	}
	if st.fin == finPending {
		to = min(to, st.finOff)
	}
	return to
}

// missing tells whether the peer acknowledged bytes that were not captured yet
// or not delivered yet.
func (st *stream) missing() bool {
	if !st.seen || st.acked <= st.next {
		return false
	}
	return !st.lostFIN || len(st.held) > 0
}
