package inspect

import (
	"time"

	"smtpscope/capture"
	"smtpscope/nearby"
)

// A beside reads Kerberos and DNS out of the batches, before the shards get them.
// One goroutine does it for all shards, so that each of them, and any number of
// them, sees the same.
type beside struct {
	log       *nearby.Log
	assembler *capture.Assembler
}

// besideLimits bound the TCP connections with KDCs and name servers. Nobody waits
// long for what the capture lacks: a session that ends meanwhile is judged without
// what comes later.
var besideLimits = capture.Limits{
	ReorderPackets: 8, ReorderTime: 5 * time.Millisecond, Hold: time.Second,
	BufferedBytesPerConn: 256 << 10, SegmentsPerConn: 256, BufferedBytes: 8 << 20, RecentBytes: 1 << 20,
	Conns: 512, HalfOpen: 4096, Closed: 1024, Ignored: 1024,
}

func newBeside() *beside {
	b := &beside{log: nearby.NewLog()}
	b.assembler = capture.NewAssembler(b, capture.Rules{Ports: capture.BesidePorts()}, besideLimits)
	return b
}

// read takes in what a batch has and returns the log as it is then.
func (b *beside) read(batch *capture.Batch) nearby.View {
	if first := firstPacket(batch); first != nil {
		b.log.Began(first.Time)
	}
	b.assembler.Leapt(batch.Leap)
	for i := range batch.Beside {
		p := &batch.Beside[i]
		at := nearby.Stamp{Clock: p.Clock, Time: p.Time, Frame: p.Frame}
		if d, ok := p.Datagram(); ok {
			b.log.Datagram(at, d.Source, d.Destination, d.Payload)
			continue
		}
		if u, ok := p.Unreachable(); ok {
			b.log.Denied(at, nearby.Denied{From: u.From, Client: u.Source, Server: u.Destination, TCP: u.TCP, Code: u.Code})
			continue
		}
		switch what, source, destination := p.Signal(); what {
		case capture.Attempted:
			b.log.Attempted(at, source, destination)
		case capture.Answered:
			b.log.Answered(at, destination, source)
		case capture.Reset:
			b.log.Reset(at, destination, source)
		}
		b.assembler.Packet(p)
	}
	b.assembler.Advance(batch.Clock)
	return b.log.View(batch.Clock)
}

// firstPacket is the first packet of a batch, nil if it has none.
func firstPacket(batch *capture.Batch) *capture.Packet {
	switch {
	case len(batch.Packets) == 0 && len(batch.Beside) == 0:
		return nil
	case len(batch.Packets) == 0 || len(batch.Beside) > 0 && batch.Beside[0].Frame < batch.Packets[0].Frame:
		return &batch.Beside[0]
	}
	return &batch.Packets[0]
}

// Chunk implements capture.Handler: it cuts streams into messages.
func (b *beside) Chunk(c *capture.Chunk) {
	if c.Kind == capture.Open {
		port := c.Conn.Server.Port()
		c.Conn.Owner = &[2]*nearby.Stream{nearby.NewStream(port), nearby.NewStream(port)}
		return
	}
	streams, ok := c.Conn.Owner.(*[2]*nearby.Stream)
	if !ok {
		return
	}
	at := nearby.Stamp{Clock: c.Clock, Time: c.Time, Frame: c.Frame}
	client, server := c.Conn.Client, c.Conn.Server
	take := func(message []byte) { b.log.Message(at, client, server, message) }
	switch c.Kind {
	case capture.Data:
		streams[c.Dir].Feed(c.Data, take)
	case capture.Gap:
		streams[c.Dir].Gap(c.Missing, take)
		if c.Dir == capture.FromServer {
			b.log.Spoke(at, client, server)
		}
	case capture.Close:
		c.Conn.Owner = nil
	}
}

// BesideOf returns a function that tells which packets of Kerberos and DNS the
// verdicts on connections rest on. It is for one goroutine, and wants the packets in
// the order of the capture.
func BesideOf(connections []capture.Connection) func(*capture.Packet) bool {
	keeper := nearby.NewKeeper()
	for _, c := range connections {
		keeper.Add(nearby.Where{Client: c.Client.Addr(), Server: c.Server.Addr(), Start: c.Start, Before: c.End})
	}
	return func(p *capture.Packet) bool {
		if d, ok := p.Datagram(); ok {
			return keeper.Datagram(p.Time, d.Source, d.Destination, d.Payload)
		}
		source, destination := p.Ends()
		return keeper.Segment(p.Time, source, destination)
	}
}

// A looking is the view of one session: taken when the verdict asks for it.
type looking struct {
	view  nearby.View
	clock int64 // of the batch at hand
	where nearby.Where
	asked bool
	seen  *nearby.Around
}

// begin makes it that of another session.
func (l *looking) begin(conn *capture.Conn, clock int64) {
	l.asked, l.seen = false, nil
	l.where = nearby.Where{Client: conn.Client.Addr(), Server: conn.Server.Addr(), Start: conn.Start, Before: clock}
}

// Around implements verdict.Surroundings.
func (l *looking) Around() *nearby.Around {
	if !l.asked {
		l.asked, l.seen = true, l.view.Look(l.where)
	}
	return l.seen
}
