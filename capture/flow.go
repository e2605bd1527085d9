package capture

// flowPhase is how far a connection is.
type flowPhase uint8

const (
	// flowSettling: where the streams begin is not yet known for both of them,
	// so everything is held for the reordering window.
	flowSettling flowPhase = iota
	// flowSteady: bytes are delivered.
	flowSteady
	// flowDying: the end was seen; the last packets are waited for.
	flowDying
)

// A mark is a moment in the life of a connection.
type mark struct {
	clock   int64
	packets int64
}

// A reset is an RST that was seen.
type reset struct {
	known, exact bool
	from         side
	off          int64
	time, frame  int64
}

// flow is the assembler's own state of a connection.
//
// What each packet touches comes first and lies together: with thousands of
// open connections it is not in the caches.
type flow struct {
	key     flowKey
	client  side
	phase   flowPhase
	ignored bool
	// dying is the reason for the Close to come in flowDying.
	dying   CloseReason
	waiting int // index in Assembler.waiting, plus one
	// renewal is a handshake for a new connection in the place of this one,
	// not confirmed yet. Usually nil.
	renewal *stub

	older, newer *Conn // by last
	last         int64 // clock of the last packet
	now          int64 // clock of what happened last: that packet or a deadline
	packets      int64 // without copies
	reset        reset
	stream       [2]stream
	copies       copies

	// since is when the present phase began.
	since mark
	bytes int // memory of what is held
}

func (f *flow) swap() { f.client = f.client.other() }

func (f *flow) dir(of side) Dir { return Dir(of ^ f.client) }

func (f *flow) mark() mark { return mark{f.last, f.packets} }

// heldSegments returns how many stretches are held in both directions.
func (f *flow) heldSegments() int {
	return len(f.stream[0].held) + len(f.stream[1].held)
}

// blocked tells whether something is still waited for.
func (f *flow) blocked() bool {
	for i := range f.stream {
		st := &f.stream[i]
		if len(st.held) > 0 || st.fin == finPending || st.missing() {
			return true
		}
	}
	return f.phase == flowSettling
}

// count returns the counters of one direction.
func (c *Conn) count(of side) *DirCount { return &c.Count[c.flow.dir(of)] }
