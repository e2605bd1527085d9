package capture

import (
	"net/netip"
	"testing"
)

type discard struct{}

func (discard) Chunk(*Chunk) {}

// dialogueOf returns the segments of a connection that transfers n segments of
// the given size from client to server, each second one acknowledged.
func dialogueOf(n, size int, client netip.AddrPort) []segment {
	var out []segment
	seq := [2]uint32{1000, 5000}
	add := func(from int, flags uint8, payload []byte) {
		ends := [2]netip.AddrPort{client, testServer}
		s := segment{
			route: routeOf(ends[from], ends[1-from]), seq: seq[from], ack: seq[1-from], flags: flags,
			payload: payload, wireLen: len(payload), window: 500, fingerprint: uint64(len(out)+1) * 0x9e3779b97f4a7c15,
		}
		seq[from] += uint32(len(payload))
		if flags&(flagSYN|flagFIN) != 0 {
			seq[from]++
		}
		out = append(out, s)
	}
	payload := make([]byte, size)
	add(0, flagSYN, nil)
	add(1, flagSYN|flagACK, nil)
	add(0, flagACK, nil)
	for i := range n {
		add(0, flagACK, payload)
		if i%2 == 1 {
			add(1, flagACK, nil)
		}
	}
	add(0, flagACK|flagFIN, nil)
	add(1, flagACK|flagFIN, nil)
	add(0, flagACK, nil)
	return out
}

// rerun puts segments through an assembler, as those of a new connection.
func rerun(a *Assembler, segments []segment, frame, clock *int64, moved uint32) {
	for i := range segments {
		s := segments[i]
		*frame++
		*clock += 1000
		s.frame, s.time, s.clock = *frame, *clock, *clock
		s.seq += moved
		s.ack += moved
		a.segment(&s)
	}
}

func benchmarkSegments(b *testing.B, segments []segment, conns int) {
	a := NewAssembler(discard{}, Rules{}, Limits{})
	bytes := 0
	for i := range segments {
		bytes += len(segments[i].payload)
	}
	var frame, clock int64
	moved := uint32(0)
	round := func() {
		moved += 100_000_000 // new sequence numbers: not the connection before
		rerun(a, segments, &frame, &clock, moved)
	}
	round() // the pools fill
	b.SetBytes(int64(bytes))
	b.ReportAllocs()
	for b.Loop() {
		round()
	}
	if got := a.Stats(); got.Opened != got.Segments/int64(len(segments))*int64(conns) {
		b.Fatalf("%+v", got)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(segments)), "ns/packet")
}

func BenchmarkInOrder(b *testing.B) {
	benchmarkSegments(b, dialogueOf(10000, 1448, testClient), 1)
}

func BenchmarkOffloaded(b *testing.B) {
	benchmarkSegments(b, dialogueOf(500, 64000, testClient), 1)
}

func BenchmarkSmallSessions(b *testing.B) {
	benchmarkSegments(b, dialogueOf(12, 60, testClient), 1)
}

func BenchmarkDisorder(b *testing.B) {
	segments := dialogueOf(10000, 1448, testClient)
	for i := 10; i+8 < len(segments)-10; i += 8 {
		segments[i], segments[i+5] = segments[i+5], segments[i]
	}
	benchmarkSegments(b, segments, 1)
}

func BenchmarkCopies(b *testing.B) {
	var twice []segment
	for _, s := range dialogueOf(10000, 1448, testClient) {
		twice = append(twice, s, s)
	}
	benchmarkSegments(b, twice, 1)
}

// BenchmarkManyConns interleaves connections, as a busy server does.
func BenchmarkManyConns(b *testing.B) {
	const conns = 10000
	var segments []segment
	one := dialogueOf(12, 400, testClient)
	for at := range one {
		for i := range conns {
			s := one[at]
			from := netip.AddrPortFrom(netip.AddrFrom4([4]byte{10, 1, byte(i >> 8), byte(i)}), 40000)
			if s.src() == testClient {
				s.route = routeOf(from, s.dst())
			} else {
				s.route = routeOf(s.src(), from)
			}
			segments = append(segments, s)
		}
	}
	benchmarkSegments(b, segments, conns)
}

// BenchmarkSYNFlood measures packets, and the memory for what they leave.
func BenchmarkSYNFlood(b *testing.B) {
	a := NewAssembler(discard{}, Rules{}, Limits{})
	s := segment{flags: flagSYN, seq: 77}
	b.ReportAllocs()
	for b.Loop() {
		s.frame++
		s.clock += 100
		s.time = s.clock
		s.set(address{lo: uint64(s.frame)}, address{lo: 1}, 1234, 25)
		a.segment(&s)
	}
}

// TestInOrderDoesNotAllocate: nothing is allocated for a packet that comes in
// order, nor, once the pools are filled, for one that does not.
func TestInOrderDoesNotAllocate(t *testing.T) {
	segments := dialogueOf(1000, 1448, testClient)
	for name, disorder := range map[string]bool{"in order": false, "disorder": true} {
		for i := 10; disorder && i+8 < len(segments)-10; i += 8 {
			segments[i], segments[i+5] = segments[i+5], segments[i]
		}
		a := NewAssembler(discard{}, Rules{}, Limits{})
		var frame, clock int64
		moved := uint32(0)
		allocs := testing.AllocsPerRun(20, func() {
			moved += 100_000_000
			rerun(a, segments, &frame, &clock, moved)
		})
		// A connection may cost something; its packets must not.
		if allocs > 20 {
			t.Errorf("%s: %.0f allocations for %d packets", name, allocs, len(segments))
		}
	}
}
