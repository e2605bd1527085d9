package capture

import (
	"io"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// A fileSource is the Source of capture files and pipes: it merges its inputs
// by time. With one input the merge costs nothing per packet: the limit that a
// run of packets of one input ends at is then never reached.
type fileSource struct {
	blocks  blockPool
	batches batchPool
	tally   tally
	most    int64 // packets that are read
	// inputs are all of them, in the order given.
	inputs []*input
	// waiting are those that must be read from before the time of their next
	// packet is known; ready those whose next packet has a time.
	waiting []*input
	ready   mergeHeap

	closed atomic.Bool
	// files tells that there are some among the inputs: those are not read to
	// their end after Close. Of pipes, what comes while they linger is.
	files  bool
	linger time.Duration

	mu        sync.Mutex
	published Stats // without Inputs
}

// add puts a new input into the merge. An input without a format has ended
// before it began.
func (s *fileSource) add(in *input) {
	s.inputs = append(s.inputs, in)
	s.files = s.files || in.inlet.regular
	if in.format == nil {
		in.close()
		return
	}
	in.window.need = 1
	s.waiting = append(s.waiting, in)
}

// Next implements Source. It hands over what it has as soon as an input must be
// read from, for that might take a while; and a batch without packets when
// nothing comes.
func (s *fileSource) Next() (*Batch, error) {
	out := s.batches.get()
	before := s.tally.frame
	s.tally.stop = s.most
	some := func() bool { return s.tally.frame > before || len(out.Secrets) > 0 }
	more := true
	for more && !(s.files && s.closed.Load()) {
		switch {
		case s.tally.frame >= s.most:
			s.halt()
		case len(s.waiting) > 0 && !some():
			more = s.refill(s.waiting[0], out)
			continue
		case len(s.waiting) == 0 && len(s.ready) > 0:
			s.run(out)
			continue
		}
		break
	}
	over := more && !some()
	if over {
		s.tally.selector.Flush()
	}
	s.publish()
	if over {
		out.recycle()
		return nil, io.EOF
	}
	out.Packets, out.Beside = out.slots[:out.kept], out.beside
	out.Clock, out.Leap, out.Last = s.tally.clock, s.tally.leapt, s.tally.frame
	return &out.Batch, nil
}

// refill reads from the first input that waits until it is ready, or ended. It
// returns false if nothing comes for the time being.
func (s *fileSource) refill(in *input, out *batch) (more bool) {
	end := in.more()
	switch end {
	case quiet:
		return false
	case found:
		end = in.read(out, headOnly)
		in.counted.Store(in.packets)
	default:
		in.finish()
	}
	if end == hungry {
		return true
	}
	s.waiting = slices.Delete(s.waiting, 0, 1)
	if end == limited {
		s.ready.push(in)
	}
	return true
}

// run takes packets of the input that is first in time, until another one is.
func (s *fileSource) run(out *batch) {
	in := s.ready[0]
	end := in.read(out, s.ready.limit())
	in.counted.Store(in.packets)
	if end == limited {
		s.ready.sink()
		return
	}
	s.ready.pop()
	if end == hungry {
		s.waiting = append(s.waiting, in)
	}
}

// halt ends the source before its inputs have ended.
func (s *fileSource) halt() {
	for _, in := range s.inputs {
		in.close()
	}
	s.waiting, s.ready = nil, nil
}

// publish makes what was read known to Stats: once per batch, not per packet.
func (s *fileSource) publish() {
	selection := s.tally.selector.Stats()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.published = Stats{
		Packets:   s.tally.frame,
		Bytes:     s.tally.octets,
		Kept:      s.tally.kept,
		Selection: selection,
	}
}

// Stats implements Source.
func (s *fileSource) Stats() Stats {
	s.mu.Lock()
	st := s.published
	s.mu.Unlock()
	st.Selection.UnknownLink = maps.Clone(st.Selection.UnknownLink)
	for _, in := range s.inputs {
		st.Inputs = append(st.Inputs, in.snapshot())
	}
	return st
}

// Close implements Source.
func (s *fileSource) Close() error {
	s.closed.Store(true)
	for _, in := range s.inputs {
		in.inlet.end(s.linger)
	}
	return nil
}
