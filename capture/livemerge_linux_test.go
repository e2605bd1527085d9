package capture

import (
	"sync/atomic"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// ringOf is a ring whose first block the kernel holds, with one packet of that time.
func ringOf(at time.Time) *ring {
	const first = 128 // where the packet is
	r := &ring{fd: -1, blocks: make([]ringBlock, 2)}
	r.refs.Store(2) // so that nobody gives back what is not the kernel's
	for i := range r.blocks {
		b := &r.blocks[i]
		b.ring, b.owner, b.buf = r, b, make([]byte, 4096)
	}
	h := r.blocks[0].header()
	h.Num_pkts, h.Offset_to_first_pkt = 1, first
	p := (*frameHeader)(unsafe.Pointer(&r.blocks[0].buf[first]))
	p.Sec, p.Nsec = uint32(at.Unix()), uint32(at.Nanosecond())
	return r
}

// passOn is what the kernel does when the block is old enough.
func passOn(r *ring) {
	atomic.StoreUint32(&r.blocks[0].header().Block_status, unix.TP_STATUS_USER)
}

// TestDrainWaitsForTheKernel: after Close, what the kernel is known to hold is awaited
// for longer than a processor may be taken away, and packets of several interfaces come
// in the order of their times, however late one is passed on.
func TestDrainWaitsForTheKernel(t *testing.T) {
	now := time.Now()
	early, late := ringOf(now.Add(-2*time.Hour)), ringOf(now.Add(-time.Hour))
	s := &liveSource{phase: liveDraining, drainBy: now.Add(drainTime), taps: []*tap{{ring: late}, {ring: early}}}
	s.tally.stop = noLimit
	passOn(late)
	if first, _ := s.first(); first != nil {
		t.Error("a packet is read while an earlier one may be with the kernel")
	}
	if s.over(now.Add(5 * time.Second)) {
		t.Error("it is over while the kernel holds a packet")
	}
	passOn(early)
	if first, limit := s.first(); first != s.taps[1] || limit != now.Add(-time.Hour).UnixNano() {
		t.Errorf("the first is %+v, up to %d", first, limit)
	}
	s.drainBy = now // it holds nothing more, or keeps it for itself
	if first, _ := s.first(); first != s.taps[1] {
		t.Errorf("at the end the first is %+v", first)
	}
}
