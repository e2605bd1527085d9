package capture

import "time"

// Limits bound what an Assembler keeps. A field that is zero or negative means
// its default. Times are packet time, never wall time.
//
// The limits per connection and the times decide by that connection's packets
// alone; the totals depend on what else the same Assembler holds: whoever
// spreads connections over several Assemblers gives each its Share.
type Limits struct {
	// BufferedBytesPerConn bounds the memory, in octets, for segments of one
	// connection that wait for earlier bytes. SegmentsPerConn bounds their number.
	BufferedBytesPerConn, SegmentsPerConn int
	// BufferedBytes bounds the memory for waiting segments of all connections.
	BufferedBytes int
	// RecentBytes bounds the memory for copies of bytes already delivered,
	// against which retransmissions are compared.
	RecentBytes int

	// Conns bounds the open connections; the least recently active one gives way.
	Conns int
	// HalfOpen, Closed and Ignored bound what is remembered of connections that
	// are not open yet, not any more, and not wanted. The oldest gives way.
	HalfOpen, Closed, Ignored int

	// ReorderPackets and ReorderTime say how long bytes that the peer has
	// acknowledged may be late in the capture: they are declared missing after
	// that many packets of the connection or that much time, whichever is first.
	// The same window is waited where a connection begins without its SYN.
	ReorderPackets int
	ReorderTime    time.Duration
	// Hold is how long bytes wait for a hole before them that nobody has
	// acknowledged (it may still be filled by a retransmission).
	Hold time.Duration
	// Idle ends a connection of which no packet was seen for that long.
	Idle time.Duration
	// Linger is how long a half-open connection is waited for, and how long a
	// closed one is remembered so that its late packets do not look new.
	Linger time.Duration
}

// DefaultLimits returns the limits for one Assembler that handles everything.
func DefaultLimits() Limits {
	return Limits{
		// More than the largest receive windows in common use (Linux 6 MiB).
		BufferedBytesPerConn: 8 << 20,
		SegmentsPerConn:      8192,
		BufferedBytes:        256 << 20,
		RecentBytes:          128 << 20,

		// What a handler keeps for a connection is more than what is kept here:
		// about 10 kB for a dialogue.
		Conns:    1 << 15,
		HalfOpen: 1 << 19, // about 95 MB when full
		Closed:   1 << 16,
		Ignored:  1 << 18,

		// Receive queues of a network card are emptied 64 packets at a time: with
		// two queues a packet may come that many packets late, and in two such rounds.
		ReorderPackets: 128,
		ReorderTime:    100 * time.Millisecond,
		// Retransmission timers double from 200 ms; five tries are within this.
		Hold: 30 * time.Second,
		// RFC 5321, section 4.5.3.2: the longest wait of a client is 10 minutes.
		Idle: 15 * time.Minute,
		// A SYN is repeated for about two minutes.
		Linger: 2 * time.Minute,
	}
}

// Share returns the limits for one of n Assemblers that together keep to l.
func (l Limits) Share(n int) Limits {
	l = l.orDefault()
	for _, total := range []*int{&l.BufferedBytes, &l.RecentBytes, &l.Conns, &l.HalfOpen, &l.Closed, &l.Ignored} {
		*total = max(*total/max(n, 1), 1)
	}
	return l
}

func (l Limits) orDefault() Limits {
	d := DefaultLimits()
	for _, f := range []struct {
		have     *int
		standard int
	}{
		{&l.BufferedBytesPerConn, d.BufferedBytesPerConn},
		{&l.SegmentsPerConn, d.SegmentsPerConn},
		{&l.BufferedBytes, d.BufferedBytes},
		{&l.RecentBytes, d.RecentBytes},
		{&l.Conns, d.Conns},
		{&l.HalfOpen, d.HalfOpen},
		{&l.Closed, d.Closed},
		{&l.Ignored, d.Ignored},
		{&l.ReorderPackets, d.ReorderPackets},
	} {
		if *f.have <= 0 {
			*f.have = f.standard
		}
	}
	for _, f := range []struct {
		have     *time.Duration
		standard time.Duration
	}{
		{&l.ReorderTime, d.ReorderTime},
		{&l.Hold, d.Hold},
		{&l.Idle, d.Idle},
		{&l.Linger, d.Linger},
	} {
		if *f.have <= 0 {
			*f.have = f.standard
		}
	}
	return l
}
