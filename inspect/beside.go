package inspect

import (
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

// besideLimits bound the TCP connections with KDCs and name servers.
var besideLimits = capture.Limits{
	BufferedBytesPerConn: 256 << 10, SegmentsPerConn: 256, BufferedBytes: 8 << 20, RecentBytes: 1 << 20,
	Conns: 512, HalfOpen: 4096, Closed: 1024, Ignored: 1024,
}

func newBeside() *beside {
	b := &beside{log: nearby.NewLog()}
	b.assembler = capture.NewAssembler(b, capture.Rules{Ports: []uint16{53, 88}}, besideLimits)
	return b
}

// read takes in what a batch has and returns the log as it is then.
func (b *beside) read(batch *capture.Batch) nearby.View {
	for i := range batch.Beside {
		p := &batch.Beside[i]
		at := nearby.Stamp{Clock: p.Clock, Time: p.Time, Frame: p.Frame}
		if d, ok := p.Datagram(); ok {
			b.log.Datagram(at, d.Source, d.Destination, d.Payload)
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
	switch c.Kind {
	case capture.Data:
		at := nearby.Stamp{Clock: c.Clock, Time: c.Time, Frame: c.Frame}
		client, server := c.Conn.Client, c.Conn.Server
		streams[c.Dir].Feed(c.Data, func(message []byte) { b.log.Message(at, client, server, message) })
	case capture.Gap:
		streams[c.Dir].End()
	case capture.Close:
		c.Conn.Owner = nil
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
