package inspect

import (
	"sync"

	"smtpscope/capture"
	"smtpscope/reuse"
	"smtpscope/smtpparse"
	"smtpscope/verdict"
)

// A shard follows the connections whose hash is its own.
type shard struct {
	index     uint32
	count     uint32
	options   Options
	assembler *capture.Assembler
	in        chan *work
	out       chan *result
	sink      Sink
	// current collects what the present batch brings to light.
	current *result
	results *resultPool
	counts  shardCounts
	// tally is the shard's; whoever looks on while it counts takes the lock.
	tallying sync.Mutex
	tally    tally
	err      error   // a panic, once the shard has ended
	record   Session // the one that is being rendered
	// When open sessions are wanted: those that have changed since they were last
	// rendered, and conversations in which nobody has spoken yet.
	news, quiet queue
	court       *verdict.Court
	around      looking
	// parsers are those that no conversation uses any more.
	parsers []*smtpparse.Parser
	phrases *reuse.Strings
	tunnel  tunnel
	// hoping are the conversations whose TLS waits for a key; keysVersion is that of
	// the keys when they were last asked.
	hoping      []*conversation
	keysVersion uint64
	// kept is, about, what the sessions of open conversations take, in octets;
	// room is how much they may.
	kept, room int
}

// shardCounts is read when the shard has ended.
type shardCounts struct {
	empty, notSMTP int64
	// stinted counts sessions of which less was kept because all together were
	// too large.
	stinted int64
}

// inFlight is how many batches, and how many results, may wait: enough that
// nobody waits for work, few enough that they are still in a cache.
const inFlight = 2

// Behind is how many batches are read at most before the sessions that one ends have
// been handed out: those that wait before and behind a shard, and those that a shard,
// the collector and the source are at.
const Behind = 2*inFlight + 3

func newShard(index int, o Options, results *resultPool) *shard {
	s := &shard{
		index:   uint32(index),
		count:   uint32(o.Shards),
		options: o,
		in:      make(chan *work, inFlight),
		out:     make(chan *result, inFlight),
		results: results,
		current: results.get(),
		tally:   newTally(),
		phrases: smtpparse.NewPhrases(),
		court:   verdict.NewCourt(),
		room:    o.KeptBytes / o.Shards,
	}
	s.tunnel.shard = s
	s.assembler = capture.NewAssembler(s, o.Rules, o.Limits.Share(o.Shards))
	return s
}

// run takes batches until the channel is closed, then ends all connections.
func (s *shard) run(sink Sink) {
	s.sink = sink
	defer close(s.out)
	defer func() {
		// After a panic nothing more can be said of the shard's connections. The
		// others go on, and each batch waits for all shards.
		if s.err = caught(recover()); s.err != nil {
			s.hand()
			for w := range s.in {
				w.done()
				s.hand()
			}
		}
	}()
	clock := int64(0)
	for w := range s.in {
		s.around.view, s.around.clock = w.view, w.batch.Clock
		s.assembler.Leapt(w.batch.Leap)
		packets := w.batch.Packets
		for i := range packets {
			if p := &packets[i]; p.Hash%s.count == s.index {
				s.assembler.Packet(p)
			}
		}
		clock = w.batch.Clock
		s.assembler.Advance(clock)
		s.retryKeys()
		if w.open {
			s.showOpen()
		}
		w.done()
		s.hand()
	}
	s.assembler.Flush(clock)
	if s.tunnel.sessions != nil {
		s.tunnel.sessions.Close()
	}
	s.hand()
}

func (s *shard) hand() {
	s.out <- s.current
	s.current = s.results.get()
}

// Chunk implements capture.Handler.
func (s *shard) Chunk(c *capture.Chunk) {
	if c.Kind == capture.Open {
		conv := s.newConversation(c)
		c.Conn.Owner = conv
		if s.options.OpenEvery > 0 && conv.mayKeepQuiet() {
			s.quiet.note(conv)
		}
		return
	}
	conv, ok := c.Conn.Owner.(*conversation)
	if !ok {
		return
	}
	switch c.Kind {
	case capture.Close:
		s.close(conv, c)
	default:
		s.stint(conv)
		quiet := conv.state == silent
		conv.chunk(c)
		if quiet && conv.state != silent {
			s.quiet.drop(conv)
		}
		s.took(conv, c)
	}
}

// took acts on what a conversation has made of a chunk.
func (s *shard) took(conv *conversation, c *capture.Chunk) {
	s.settle(conv, c)
	s.weigh(conv)
	s.hope(conv, conv.tls != nil && conv.tls.Waits())
	if s.options.OpenEvery > 0 && conv.state == following {
		s.news.note(conv)
	}
}

// settle acts on a conversation that has just become a session, or has turned
// out to be none.
func (s *shard) settle(conv *conversation, c *capture.Chunk) {
	switch {
	case conv.state == notSMTP:
		s.counts.notSMTP++
		s.release(conv)
		if s.options.Dismissed != nil {
			s.options.Dismissed(capture.Connection{Client: c.Conn.Client, Server: c.Conn.Server, Start: c.Conn.Start, End: c.Conn.End})
		}
		c.Conn.Owner = nil
		c.Conn.Ignore()
	case conv.state == following && !conv.announced:
		s.announce(conv, c.Frame)
	}
}

// announce asks for a number for a session that began with that frame.
func (s *shard) announce(conv *conversation, frame int64) {
	conv.announced = true
	conv.begunFrame, conv.firstFrame = frame, conv.conn.First
	s.current.begun = append(s.current.begun, conv)
}

// stint makes a session keep no more than facts while all together have
// outgrown their room. It comes before the bytes: a segment of line ends makes
// a hundred times its size.
func (s *shard) stint(conv *conversation) {
	if s.kept > s.room && conv.parser != nil && !conv.stinted {
		conv.stinted = true
		conv.parser.Frugal()
		if conv.tls != nil {
			conv.tls.Frugal()
		}
		s.counts.stinted++
	}
}

// weigh takes note of how much a session has grown.
func (s *shard) weigh(conv *conversation) {
	if conv.parser != nil {
		now := conv.parser.Kept()
		if conv.tls != nil {
			now += conv.tls.Kept()
		}
		s.kept += now - conv.kept
		conv.kept = now
	}
}

func (s *shard) close(conv *conversation, c *capture.Chunk) {
	c.Conn.Owner = nil
	if conv.state == silent {
		s.quiet.drop(conv)
		if conv.keepsQuiet(c.Clock) {
			conv.follow()
			s.announce(conv, c.Frame)
		}
	}
	if conv.state != following {
		if conv.state == silent {
			s.counts.empty++
		} else {
			s.counts.notSMTP++
		}
		s.release(conv)
		return
	}
	s.news.drop(conv)
	conv.end(c)
	s.tallying.Lock()
	s.tally.add(&s.record)
	s.tallying.Unlock()
	s.current.ended = append(s.current.ended, s.render(conv))
	s.release(conv)
	conv.detach()
}

// judge makes the record of a session as it is at a clock.
func (s *shard) judge(session *smtpparse.Session, conn *capture.Conn, clock int64) {
	s.around.begin(conn, clock)
	s.record.Session = session
	s.record.Verdict, s.record.Findings = s.court.Judge(session, &s.around)
	s.record.Nearby = s.around.seen
}

// render has the sink make what it wants of the record, which is that of v.
func (s *shard) render(v *conversation) rendering {
	r := s.current
	b := r.room(s.results)
	from := len(b)
	r.text = s.sink.Render(b, &s.record)
	return rendering{conversation: v, rendered: r.text[from:len(r.text):len(r.text)]}
}

// release takes back the parsers of a conversation, whose record nobody needs any more.
func (s *shard) release(conv *conversation) {
	s.kept -= conv.kept
	conv.kept = 0
	s.hope(conv, false)
	if conv.parser != nil {
		s.retire(conv.parser)
	}
	if conv.tls != nil {
		s.tunnel.retire(conv.tls)
	}
	conv.parser, conv.tls = nil, nil
}

// spareParsers is how many parsers are kept for reuse.
const spareParsers = 256

// parser returns a parser at the beginning of a conversation.
func (s *shard) parser(midstream bool) *smtpparse.Parser {
	if last := len(s.parsers) - 1; last >= 0 {
		p := s.parsers[last]
		s.parsers = s.parsers[:last]
		if midstream {
			p.Reset(true)
		}
		return p
	}
	return smtpparse.NewParser(smtpparse.Options{
		ShowSecrets: s.options.ShowSecrets,
		Tickets:     s.options.Tickets,
		Midstream:   midstream,
		Limits:      s.options.SessionLimits,
		Phrases:     s.phrases,
		Opaque:      &s.tunnel,
	})
}

// retire takes back a parser whose session is final, and reset at once: nothing
// counts what a waiting parser holds, and a large session is let go by that.
func (s *shard) retire(p *smtpparse.Parser) {
	if len(s.parsers) < spareParsers {
		p.Reset(false)
		s.parsers = append(s.parsers, p)
	}
}
