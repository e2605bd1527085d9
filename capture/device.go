package capture

import (
	"io"
	"maps"
	"math"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/net/bpf"
)

// A device is an interface as the systems other than Linux give it: packets are
// read from it into memory of ours. All of it but counts belongs to one goroutine.
type device interface {
	// read waits for packets, deviceWait at most, puts them into buf, and
	// appends them to list.
	read(buf []byte, list []devicePacket) ([]devicePacket, error)
	// link says how packets begin.
	link() LinkType
	// room is how long buf must be, in octets.
	room() int
	// counts are the packets that passed the filter, and those of them for
	// which there was no room.
	counts() (seen, dropped int64)
	close()
}

// A devicePacket is one packet in the buffer it was read into.
type devicePacket struct {
	time int64 // Unix nanoseconds
	data []byte
	wire uint32
}

// deviceWait is how long a device waits for packets at most: so long it takes to
// close one.
const deviceWait = 100 * time.Millisecond

// A deviceInput is a device that is listened on.
type deviceInput struct {
	device
	name  string
	iface uint32
	// packets and kept count those read; Next's goroutine does.
	packets, kept int64
	damage        []string
}

// A delivery is what was read from a device at once; or why nothing more is.
type delivery struct {
	from    *deviceInput
	block   *block
	packets []devicePacket
	err     error
}

// A deviceSource is the Source of devices. Each is read by a goroutine of its
// own. Packets of several come in the order in which they were read.
type deviceSource struct {
	batches batchPool
	blocks  blockPool
	tally   tally
	inputs  []*deviceInput
	every   bool // "any" was asked for
	notice  func(string)
	full    chan delivery
	closed  atomic.Bool

	mu        sync.Mutex
	published Stats
}

// openDevices opens interfaces one by one. "any" stands for those that are up.
func openDevices(names []string, o LiveOptions, open func(name string, o LiveOptions) (device, error)) (Source, error) {
	s := &deviceSource{notice: o.Notice, full: make(chan delivery, 4)}
	if s.notice == nil {
		s.notice = func(string) {}
	}
	s.tally = tally{selector: NewSelector(o.Rules), stop: math.MaxInt64, live: true}
	if o.MaxPackets > 0 {
		s.tally.stop = o.MaxPackets
	}
	if names[0] == AnyInterface {
		s.every = true
		var err error
		if names, err = interfacesUp(); err != nil {
			return nil, liveError(AnyInterface, err)
		}
	}
	o.Buffer /= max(len(names), 1)
	var refusal error
	for _, name := range names {
		d, err := open(name, o)
		if err != nil {
			refusal = liveError(name, err)
			if s.every {
				continue // tunnels of the system that nobody may listen on
			}
			break
		}
		s.inputs = append(s.inputs, &deviceInput{device: d, name: name, iface: s.tally.nextInterface()})
		s.blocks.size = max(s.blocks.size, d.room())
	}
	if len(s.inputs) == 0 || refusal != nil && !s.every {
		for _, in := range s.inputs {
			in.close()
		}
		if refusal == nil {
			refusal = liveError(AnyInterface, ErrNoInterface)
		}
		return nil, refusal
	}
	s.listen()
	s.publish()
	return s, nil
}

func interfacesUp() (names []string, err error) {
	list, err := net.Interfaces()
	for _, i := range list {
		if i.Flags&net.FlagUp != 0 {
			names = append(names, i.Name)
		}
	}
	return names, err
}

// listen begins to read. The channel is closed when all have ended.
func (s *deviceSource) listen() {
	var readers sync.WaitGroup
	for _, in := range s.inputs {
		readers.Go(func() { s.readAll(in) })
	}
	go func() {
		readers.Wait()
		close(s.full)
	}()
}

// readAll reads a device until the source is closed, and then once more: what
// came before that is not lost.
func (s *deviceSource) readAll(in *deviceInput) {
	for last := false; !last; {
		last = s.closed.Load()
		d := delivery{from: in, block: s.blocks.get(in.room())}
		d.packets, d.err = in.read(d.block.buf, nil)
		if len(d.packets) == 0 && d.err == nil {
			d.block.drop()
			continue
		}
		s.full <- d
		if d.err != nil {
			return
		}
	}
}

// Next implements Source.
func (s *deviceSource) Next() (*Batch, error) {
	out := s.batches.get()
	timer := time.NewTimer(liveTick)
	defer timer.Stop()
	for !out.full() && s.tally.frame < s.tally.stop {
		select {
		case d, more := <-s.full:
			if !more {
				return s.end(out)
			}
			s.take(out, d)
		case now := <-timer.C:
			if len(s.full) > 0 { // it came before the time was up, perhaps
				timer.Reset(0)
				continue
			}
			s.tally.tick(now.Add(-deviceWait).UnixNano())
			return s.hand(out), nil
		}
	}
	if !out.full() {
		s.Close()
		for d := range s.full {
			d.block.drop()
		}
		return s.end(out)
	}
	return s.hand(out), nil
}

// end gives the devices back.
func (s *deviceSource) end(out *batch) (*Batch, error) {
	out.recycle()
	s.tally.selector.Flush()
	s.publish()
	for _, in := range s.inputs {
		in.close()
	}
	s.inputs = nil
	return nil, io.EOF
}

// take selects among the packets of a delivery.
func (s *deviceSource) take(out *batch, d delivery) {
	t, link := &s.tally, d.from.link()
	for _, read := range d.packets {
		if t.frame >= t.stop {
			break
		}
		t.tick(read.time)
		t.frame++
		t.octets += int64(len(read.data))
		d.from.packets++
		if t.selector.dismisses(link, read.data) {
			continue
		}
		p := out.slot()
		p.Data, p.Time, p.Clock, p.Frame = read.data, read.time, t.clock, t.frame
		p.WireLen, p.Interface, p.Link = max(read.wire, uint32(len(read.data))), d.from.iface, link
		if t.selector.Select(p) {
			kept := out.keep(d.block)
			t.kept += kept
			d.from.kept += kept
		}
	}
	d.block.drop()
	if d.err != nil {
		words := "is not heard any more: " + d.err.Error()
		d.from.damage = append(d.from.damage, words)
		s.notice(d.from.name + " " + words)
	}
}

func (s *deviceSource) hand(out *batch) *Batch {
	out.Packets, out.Beside = out.slots[:out.kept], out.beside
	out.Clock, out.Leap, out.Last = s.tally.clock, s.tally.leapt, s.tally.frame
	s.publish()
	return &out.Batch
}

// publish makes what was read known to Stats.
func (s *deviceSource) publish() {
	st := Stats{Packets: s.tally.frame, Bytes: s.tally.octets, Kept: s.tally.kept, Selection: s.tally.selector.Stats()}
	for _, in := range s.inputs {
		seen, dropped := in.counts()
		live := LiveStats{Name: in.name, Seen: seen, Dropped: dropped, Buffer: int64(in.room())}
		if s.every {
			live.Interfaces = []LiveInterface{{Name: in.name, Link: in.link(), Packets: in.packets, Kept: in.kept}}
		}
		st.Live = append(st.Live, live)
		st.Inputs = append(st.Inputs, InputStats{Name: in.name, Format: "live", Links: []LinkType{in.link()}, Packets: in.packets, Damage: in.damage})
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.published = st
}

// Stats implements Source. Slices of the result are shared and not to be changed.
func (s *deviceSource) Stats() Stats {
	s.mu.Lock()
	defer s.mu.Unlock()
	st := s.published
	st.Selection.UnknownLink = maps.Clone(st.Selection.UnknownLink)
	return st
}

// Close implements Source.
func (s *deviceSource) Close() error {
	s.closed.Store(true)
	return nil
}

// filterFor is the programme for packets of a link type, which keeps so many
// octets of each; nil where there is none.
func (o *LiveOptions) filterFor(link LinkType) []bpf.RawInstruction {
	filter, err := o.Rules.linkFilter(link)
	if err != nil {
		return nil // the Selector says why nothing is chosen
	}
	const opReturn = 0x06
	for i := range filter {
		if filter[i].Op == opReturn && filter[i].K != 0 && o.SnapLen > 0 {
			filter[i].K = uint32(o.SnapLen)
		}
	}
	return filter
}
