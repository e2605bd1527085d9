package capture

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"net/netip"
	"slices"
	"testing"
	"time"
)

// The model: two byte streams are sent by an exchange in which every packet
// acknowledges what its sender had received, then the packets are captured
// badly. What the Assembler makes of the capture is compared with the streams.

// A sent is one packet of an exchange, in offsets of its streams.
type sent struct {
	from     Dir
	off, end int64
	ack      int64
	syn, fin bool
	noAck    bool
	print    uint64
}

type exchange struct {
	port    uint16
	isn     [2]uint32
	stream  [2][]byte
	packets []sent
}

// converse makes a random exchange.
func converse(r *rand.Rand, port uint16) *exchange {
	x := &exchange{port: port, isn: [2]uint32{r.Uint32(), -uint32(r.IntN(5000))}}
	for d := range x.stream {
		x.stream[d] = make([]byte, r.IntN(20000))
		for i := range x.stream[d] {
			x.stream[d][i] = byte(r.Uint32())
		}
	}
	var next, got, una [2]int64 // sent, received from the other side, acknowledged
	add := func(p sent) {
		p.print = r.Uint64() | 1<<63
		x.packets = append(x.packets, p)
	}
	add(sent{from: 0, syn: true, noAck: true})
	add(sent{from: 1, syn: true})
	add(sent{from: 0})
	for next[0] < int64(len(x.stream[0])) || next[1] < int64(len(x.stream[1])) {
		d := Dir(r.IntN(2))
		o := d.Reverse()
		switch left := int64(len(x.stream[d])) - next[d]; r.IntN(8) {
		case 0, 1, 2:
			if n := min(left, 2+r.Int64N(2000)); n > 1 || n == left && n > 0 {
				add(sent{from: d, off: next[d], end: next[d] + n, ack: got[d]})
				next[d] += n
			}
		case 3, 4: // what is on its way arrives
			got[d] += r.Int64N(next[o] - got[d] + 1)
			for _, p := range x.packets {
				if p.from == o && p.off < got[d] {
					una[d] = max(una[d], p.ack) // and is not sent again
				}
			}
		case 5:
			add(sent{from: d, off: next[d], end: next[d], ack: got[d]})
			una[o] = max(una[o], got[d])
		case 6: // again, something that was not acknowledged
			if open := next[d] - una[d]; open > 0 {
				off := una[d] + r.Int64N(open)
				add(sent{from: d, off: off, end: off + 1 + r.Int64N(next[d]-off), ack: got[d]})
			}
		case 7: // again, and more
			if n := min(left, r.Int64N(500)); n > 0 {
				off := una[d] + r.Int64N(next[d]-una[d]+1)
				next[d] += n
				add(sent{from: d, off: off, end: next[d], ack: got[d]})
			}
		}
	}
	last := r.IntN(2)
	for _, d := range []Dir{Dir(last), Dir(1 - last)} {
		got[d.Reverse()] = next[d] // all arrived
		add(sent{from: d, off: next[d], end: next[d], ack: got[d], fin: true})
	}
	for d := range Dir(2) {
		add(sent{from: d, off: next[d] + 1, end: next[d] + 1, ack: next[d.Reverse()] + 1})
	}
	return x
}

// A flaw is what is wrong with a capture.
type flaw struct {
	disorder  int     // by how many packets one may be late
	copies    float64 // how many packets are captured twice
	loss      float64 // how many packets with payload are not captured at all
	handshake bool    // of the handshake too
	skipped   int     // how many packets came before the capture began
	oneSided  bool    // the server's packets go another way
}

// captured returns the packets as a bad capture has them.
func (x *exchange) captured(r *rand.Rand, f flaw) []sent {
	type late struct {
		sent
		at int
	}
	var all []late
	for i, p := range x.packets {
		opening := i < 3 && !f.handshake
		switch {
		case i < f.skipped, f.oneSided && p.from == FromServer:
			continue
		case p.end > p.off && r.Float64() < f.loss:
			continue
		}
		at := i
		if !opening {
			at += r.IntN(f.disorder + 1)
		}
		all = append(all, late{p, at})
		if !opening && r.Float64() < f.copies {
			all = append(all, late{p, at + r.IntN(3)})
		}
	}
	slices.SortStableFunc(all, func(a, b late) int { return a.at - b.at })
	out := make([]sent, len(all))
	for i := range all {
		out[i] = all[i].sent
	}
	return out
}

func (x *exchange) segment(p sent) segment {
	ends := [2]netip.AddrPort{
		netip.AddrPortFrom(netip.MustParseAddr("2001:db8::1"), x.port),
		netip.MustParseAddrPort("[2001:db8::2]:25"),
	}
	s := segment{
		route: routeOf(ends[p.from], ends[p.from.Reverse()]),
		seq:   x.isn[p.from] + 1 + uint32(p.off), ack: x.isn[p.from.Reverse()] + 1 + uint32(p.ack),
		flags: flagACK, window: 500, fingerprint: p.print,
	}
	if p.end > p.off && p.off < int64(len(x.stream[p.from])) {
		s.payload = x.stream[p.from][p.off:p.end]
	}
	s.wireLen = len(s.payload)
	if p.syn {
		s.seq--
		s.flags |= flagSYN
	}
	if p.noAck {
		s.flags &^= flagACK
		s.ack = 0
	}
	if p.fin {
		s.flags |= flagFIN
	}
	return s
}

// A judge compares the chunks of one connection with its exchange.
type judge struct {
	t        *testing.T
	a        *Assembler
	x        *exchange
	captured []sent
	flaw     flaw
	start    [2]int64 // where the stream begins for the capture
	pos      [2]int64 // delivered and missing
	gaps     [2]int64
	ended    [2]bool
	open     int
	closed   int
	record   bytes.Buffer
}

func (j *judge) chunk(c *Chunk) {
	fmt.Fprintf(&j.record, "%d %d @%d f%d t%d %d %d %v %x\n", c.Kind, c.Dir, c.Clock, c.Frame, c.Time, len(c.Data), c.Missing, c.Reason, c.Data)
	if c.Kind != Open && j.open != 1 || j.closed != 0 {
		j.t.Errorf("%v chunk out of place", c.Kind)
	}
	switch c.Kind {
	case Open:
		j.open++
	case Data:
		end := j.pos[c.Dir] + int64(len(c.Data))
		if end > int64(len(j.x.stream[c.Dir])) || !bytes.Equal(c.Data, j.x.stream[c.Dir][j.pos[c.Dir]:end]) {
			j.t.Errorf("%v: wrong bytes at %d", c.Dir, j.pos[c.Dir])
		}
		j.causal(c, end)
		j.pos[c.Dir] = end
	case Gap:
		if c.Missing <= 0 {
			j.t.Errorf("a gap of %d", c.Missing)
		}
		j.pos[c.Dir] += c.Missing
		j.gaps[c.Dir] += c.Missing
	case End:
		j.ended[c.Dir] = true
	case Close:
		j.closed++
	}
}

// skip finds out where the directions begin for a capture that began later:
// with the lowest packet of the reordering window after the first payload.
func (j *judge) skip() {
	at := slices.IndexFunc(j.captured, func(p sent) bool { return p.end > p.off })
	if at < 0 {
		at = len(j.captured)
	}
	seen := j.captured[at:]
	for d := range Dir(2) {
		j.start[d] = math.MaxInt64
		for _, p := range seen[:min(len(seen), DefaultLimits().ReorderPackets)] {
			if p.from == d {
				j.start[d] = min(j.start[d], p.off)
			}
		}
	}
	j.captured = seen
	j.pos = j.start
}

// causal checks that what the sender of the bytes must have received came
// before. It must have received what each packet that carries all of these
// bytes acknowledges. Only if the capture lacks first transmissions, their
// repetitions can seem to answer each other; then what the sender had received
// by the first transmission still holds.
func (j *judge) causal(c *Chunk, end int64) {
	need := int64(1 << 62)
	for _, p := range j.captured {
		if p.from == c.Dir && p.off <= j.pos[c.Dir] && p.end >= end {
			need = min(need, p.ack)
		}
	}
	if (j.flaw.loss > 0 || j.flaw.skipped > 0) && j.a.stats.Cycles > 0 {
		need = j.firstSent(c.Dir, j.pos[c.Dir])
	}
	if j.flaw.oneSided {
		return
	}
	// One acknowledged byte more may be the FIN.
	if have := j.pos[c.Dir.Reverse()]; have < need-1 || have < need && j.flaw.loss == 0 {
		j.t.Errorf("%v: bytes %d to %d, sent after %d of the other side, came after %d",
			c.Dir, j.pos[c.Dir], end, need, have)
	}
}

// firstSent returns what was acknowledged when a byte was sent first.
func (j *judge) firstSent(d Dir, off int64) int64 {
	for _, p := range j.x.packets {
		if p.from == d && p.off <= off && off < p.end {
			return p.ack
		}
	}
	return 0
}

// verdict checks the sums at the end.
func (j *judge) verdict(c *Conn) {
	for d := range Dir(2) {
		size := int64(len(j.x.stream[d]))
		if j.flaw.oneSided && d == FromServer || j.start[d] > size {
			if j.pos[d] != j.start[d] {
				j.t.Errorf("%v: something at %d", d, j.pos[d])
			}
			continue
		}
		covered := make([]bool, size)
		for _, p := range j.captured {
			for i := p.off; p.from == d && i < min(p.end, size); i++ {
				covered[i] = true
			}
		}
		missing := int64(0)
		for _, ok := range covered[j.start[d]:] {
			if !ok {
				missing++
			}
		}
		if j.pos[d] != size || j.gaps[d] != missing {
			j.t.Errorf("%v: %d of %d bytes, %d missing instead of %d", d, j.pos[d], size, j.gaps[d], missing)
		}
		fin := slices.ContainsFunc(j.captured, func(p sent) bool { return p.from == d && p.fin })
		if j.ended[d] != fin {
			j.t.Errorf("%v: ended %v", d, j.ended[d])
		}
		if n := c.Count[d]; n.Bytes+n.GapBytes != size-j.start[d] || n.GapBytes != missing || n.Conflicts != 0 {
			j.t.Errorf("%v: counted %+v", d, n)
		}
	}
	if j.closed != 1 || (c.Initiator == InitiatorSeen) != (j.flaw.skipped < 2) || c.Client.Port() != j.x.port {
		j.t.Errorf("closed %d times, client %v %v", j.closed, c.Client, c.Initiator)
	}
}

// judges hand each chunk to the judge of its connection.
type judges struct {
	byPort map[uint16]*judge
}

func (js *judges) Chunk(c *Chunk) {
	j := js.byPort[c.Conn.Client.Port()]
	j.chunk(c)
	if c.Kind == Close {
		j.verdict(c.Conn)
	}
}

var flaws = []struct {
	name string
	flaw
}{
	{"none", flaw{}},
	{"disorder", flaw{disorder: 25}},
	{"copies", flaw{copies: 0.5}},
	{"loss", flaw{loss: 0.1}},
	{"much loss", flaw{loss: 0.6}},
	{"all", flaw{disorder: 12, copies: 0.3, loss: 0.1}},
	{"disorder from the first packet", flaw{disorder: 12, handshake: true}},
	{"one direction", flaw{oneSided: true, disorder: 12, copies: 0.1, loss: 0.1}},
	{"begins later", flaw{skipped: 12, loss: 0.1}},
	{"begins later, in disorder", flaw{skipped: 12, disorder: 12, handshake: true}},
}

func TestModel(t *testing.T) {
	rounds := 60
	if testing.Short() {
		rounds = 20
	}
	for _, tt := range flaws {
		t.Run(tt.name, func(t *testing.T) {
			for seed := range uint64(rounds) {
				r := rand.New(rand.NewPCG(seed, 1))
				if !modelRound(t, r, tt.flaw, 1+r.IntN(3)) {
					t.Fatalf("seed %d", seed)
				}
			}
		})
	}
}

// modelRound runs several connections through one Assembler, and each through
// one of its own: there must be no difference.
func modelRound(t *testing.T, r *rand.Rand, f flaw, conns int) bool {
	together := &judges{byPort: map[uint16]*judge{}}
	inputs := map[uint16][]sent{}
	var order []uint16
	for i := range conns {
		x := converse(r, uint16(30000+i))
		j := &judge{t: t, x: x, captured: x.captured(r, f), flaw: f}
		together.byPort[x.port] = j
		inputs[x.port] = j.captured
		for range j.captured {
			order = append(order, x.port)
		}
	}
	r.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })

	a := NewAssembler(together, Rules{}, Limits{})
	for _, j := range together.byPort {
		j.a = a
	}
	apart := map[uint16]*Assembler{}
	alone := &judges{byPort: map[uint16]*judge{}}
	for port, j := range together.byPort {
		if f.skipped > 0 {
			j.skip()
		}
		apart[port] = NewAssembler(alone, Rules{}, Limits{})
		alone.byPort[port] = &judge{t: t, a: apart[port], x: j.x, captured: j.captured, flaw: f, start: j.start, pos: j.pos}
	}
	used := map[uint16]int{}
	clock := int64(1e18)
	for i, port := range order {
		j := together.byPort[port]
		s := j.x.segment(inputs[port][used[port]])
		used[port]++
		clock += int64(r.IntN(int(200 * time.Microsecond)))
		s.frame, s.clock = int64(i+1), clock
		s.time = clock - int64(r.IntN(1000))
		a.segment(&s)
		apart[port].segment(&s)
		if r.IntN(20) == 0 {
			a.Advance(clock)
		}
	}
	for _, x := range apart {
		x.Flush(clock)
		checkEmpty(t, x)
	}
	a.Flush(clock)
	checkEmpty(t, a)
	for port, j := range together.byPort {
		if one, other := j.record.String(), alone.byPort[port].record.String(); one != other {
			t.Errorf("together:\n%.2000s\nalone:\n%.2000s", one, other)
		}
		if j.closed != j.open || j.open == 0 && f.skipped == 0 {
			t.Errorf("opened %d times, closed %d times", j.open, j.closed)
		}
	}
	return !t.Failed()
}
