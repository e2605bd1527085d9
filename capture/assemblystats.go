package capture

// AssemblyStats says what an Assembler has seen, and where a limit bit.
type AssemblyStats struct {
	// Segments counts the TCP segments taken in; Undecoded the packets in
	// which no whole TCP header was found.
	Segments, Undecoded int64

	// Opened counts connections for which an Open was handed out or that are
	// about to be; Silent those of them that ended without a byte of payload.
	Opened, Silent int64
	// Refused counts SYNs answered by RST, Unanswered those not answered at
	// all, Unfinished those that were answered but went no further. None of
	// them has an Open.
	Refused, Unanswered, Unfinished int64
	// Stray counts packets without payload of connections not known, and
	// packets that do not fit to the half-open connection they name.
	Stray int64
	// Tail counts packets that came after the end of their connection;
	// TailData those of them that had payload beyond it. Reopened counts
	// connections of which both sides went on after an RST or FIN, which was
	// therefore none of theirs: they have a second Open, where they went on,
	// and some of their packets may have been counted in Tail before.
	Tail, TailData, Reopened int64
	// Ignored counts packets of connections that the handler does not want.
	Ignored int64

	// Late counts packets whose bytes had been declared missing before:
	// ReorderPackets or ReorderTime was too short for this capture.
	Late int64
	// Uncompared counts retransmissions whose bytes were not all remembered,
	// so that a contradiction would have gone unseen.
	Uncompared int64
	// ImplausibleACKs counts acknowledgements of bytes that cannot have been
	// sent, or that the same sender went back on. They were not believed.
	ImplausibleACKs int64
	// OutOfWindow counts segments and resets too far off to belong to the
	// stream; BeyondFIN those with payload after the end of their direction.
	OutOfWindow, BeyondFIN int64
	// Cycles counts segments that claimed to have been sent after their own
	// answers; they were put in the order of the capture.
	Cycles int64

	// How often a limit decided.
	HoldExpired      int64 // Limits.Hold
	ConnBytesLimit   int64 // Limits.BufferedBytesPerConn
	ConnSegmentLimit int64 // Limits.SegmentsPerConn
	BytesLimit       int64 // Limits.BufferedBytes
	RecentLimit      int64 // Limits.RecentBytes
	ConnLimit        int64 // Limits.Conns
	HalfOpenLimit    int64 // Limits.HalfOpen
	ClosedLimit      int64 // Limits.Closed
	IgnoredLimit     int64 // Limits.Ignored
	IdleExpired      int64 // Limits.Idle

	// What is held now. Buffered and Recent are octets of memory.
	Conns, HalfOpen  int64
	Buffered, Recent int64
}

// Add adds o to s, for the sum over several Assemblers.
func (s *AssemblyStats) Add(o AssemblyStats) {
	from := o.fields()
	for i, f := range s.fields() {
		*f += *from[i]
	}
}

func (s *AssemblyStats) fields() [32]*int64 {
	return [...]*int64{
		&s.Segments, &s.Undecoded, &s.Opened, &s.Silent, &s.Refused, &s.Unanswered, &s.Unfinished,
		&s.Stray, &s.Tail, &s.TailData, &s.Reopened, &s.Ignored, &s.Late, &s.Uncompared, &s.ImplausibleACKs, &s.OutOfWindow,
		&s.BeyondFIN, &s.Cycles, &s.HoldExpired, &s.ConnBytesLimit, &s.ConnSegmentLimit, &s.BytesLimit,
		&s.RecentLimit, &s.ConnLimit, &s.HalfOpenLimit, &s.ClosedLimit, &s.IgnoredLimit, &s.IdleExpired,
		&s.Conns, &s.HalfOpen, &s.Buffered, &s.Recent,
	}
}
