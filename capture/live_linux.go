package capture

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"
)

// A livePhase says how far a live source has come.
type livePhase uint8

const (
	liveListening livePhase = iota
	liveDraining            // closed; what the kernel holds is still read
	liveEnded
)

// drainTime is how long the kernel is given, at most, to pass on what it is known to
// hold when the source is closed. It takes two timers of retireAfter, and as long as the
// processor whose timers they are is busy, or taken away from a virtual machine.
const drainTime = 10 * time.Second

// listPatience is how long the list of all interfaces may take at the start.
const listPatience = 5 * time.Second

// measureEvery is how often the kernel is asked for its counts.
const measureEvery = 100 * time.Millisecond

// A liveSource is the Source of interfaces. Packets of several are merged by
// time as far as that can be: a packet waits until no other ring can have an
// earlier one.
type liveSource struct {
	batches batchPool
	tally   tally
	taps    []*tap
	watch   *linkWatch
	names   map[int]string // of all interfaces, by index
	watched bool           // news of interfaces come
	notice  func(string)
	phase   livePhase
	drainBy time.Time
	// measured is when the kernel was asked last, told when news of interfaces were read.
	measured, told time.Time
	waiter         waiter

	closed    atomic.Bool
	mu        sync.Mutex
	published Stats
}

// openLive is OpenLive on Linux.
func openLive(names []string, o LiveOptions) (_ Source, err error) {
	s := &liveSource{names: make(map[int]string), notice: o.Notice}
	if s.notice == nil {
		s.notice = func(string) {}
	}
	s.tally = tally{selector: NewSelector(o.Rules), stop: math.MaxInt64, live: true}
	if o.MaxPackets > 0 {
		s.tally.stop = o.MaxPackets
	}
	defer func() {
		if err != nil {
			s.end()
		}
	}()
	if s.watch, err = newLinkWatch(); err != nil {
		return nil, err
	}
	links, err := s.listLinks()
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		e, there := links[name]
		if name == AnyInterface {
			e, there = linkEvent{}, true
		}
		if !there {
			return nil, liveError(name, ErrNoInterface)
		}
		if err := s.open(name, e, o, o.Buffer/len(names)); err != nil {
			return nil, liveError(name, err)
		}
	}
	if err := s.waiter.open(s); err != nil {
		return nil, err
	}
	s.publish(true)
	return s, nil
}

// listLinks waits for the list of all interfaces, and returns it by name.
func (s *liveSource) listLinks() (map[string]linkEvent, error) {
	links := make(map[string]linkEvent)
	for until := time.Now().Add(listPatience); ; {
		list, err := s.watch.read(func(linkEvent) {})
		if err != nil {
			return nil, err
		}
		if list != nil {
			for _, e := range list {
				links[e.name] = e
				s.names[e.index] = e.name
			}
			s.watched = true
			return links, nil
		}
		left := time.Until(until)
		if left <= 0 {
			return nil, fmt.Errorf("netlink: no list of interfaces within %v", listPatience)
		}
		_, err = unix.Poll([]unix.PollFd{{Fd: int32(s.watch.fd), Events: unix.POLLIN}}, int(min(left, listAgain).Milliseconds())+1)
		if err != nil && !errors.Is(err, unix.EINTR) {
			return nil, fmt.Errorf("netlink: %w", err)
		}
	}
}

// open begins to listen on one interface.
func (s *liveSource) open(name string, e linkEvent, o LiveOptions, size int) error {
	r, err := newRing(kernelFilter(o.Filter, o.SnapLen), size)
	if err != nil {
		return err
	}
	t := &tap{ring: r, name: name, quiet: o.Quiet}
	s.taps = append(s.taps, t)
	t.stats = LiveStats{Name: name, Buffer: int64(len(r.mem)), Block: ringBlockSize}
	if t.any() {
		t.heard = make(map[int32]*heard)
		t.vanished.Name = "vanished"
	}
	if err := t.attend(e, &s.tally); err != nil {
		return err
	}
	if e.state != LinkUp {
		s.notice(t.note("is %v: waiting for it", e.state))
	}
	return nil
}

// Next implements Source.
func (s *liveSource) Next() (*Batch, error) {
	if s.phase == liveEnded {
		return nil, io.EOF
	}
	out := s.batches.get()
	now := time.Now()
	until := now.Add(liveTick)
	if now.Sub(s.measured) >= measureEvery { // packets may never let it wait
		s.followLinks()
	}
	for {
		if s.closed.Load() && s.phase == liveListening {
			s.phase, s.drainBy = liveDraining, time.Now().Add(drainTime)
		}
		again := s.gather(out, until)
		now = time.Now()
		switch {
		case out.full():
			return s.hand(out), nil
		case s.over(now):
			s.tally.selector.Flush()
			s.publish(true)
			s.end()
			out.recycle()
			return nil, io.EOF
		case !now.Before(until):
			s.idle(now)
			return s.hand(out), nil
		}
		s.waiter.wait(again.Sub(now))
	}
}

// over reports whether nothing more is to come.
func (s *liveSource) over(now time.Time) bool {
	if s.tally.frame >= s.tally.stop {
		return true
	}
	if s.phase != liveDraining {
		return false
	}
	for _, t := range s.taps {
		if !t.ring.empty() && (t.ring.cur != nil || now.Before(s.drainBy)) {
			return false
		}
	}
	return true
}

// hand completes a batch.
func (s *liveSource) hand(out *batch) *Batch {
	out.Packets, out.Beside = out.slots[:out.kept], out.beside
	out.Clock, out.Leap, out.Last = s.tally.clock, s.tally.leapt, s.tally.frame
	s.publish(false)
	return &out.Batch
}

// publish makes what was read known to Stats: once per batch, not per packet,
// and what the kernel counted when it is time, or now.
func (s *liveSource) publish(now bool) {
	selection := s.tally.selector.Stats()
	at := time.Now()
	measure := now || at.Sub(s.measured) >= measureEvery
	var inputs []InputStats
	var live []LiveStats
	if measure {
		s.measured = at
		for _, t := range s.taps {
			t.measure()
			t.forget(s.told)
			input, of := t.snapshot()
			inputs, live = append(inputs, input), append(live, of)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if !measure {
		inputs, live = s.published.Inputs, s.published.Live
	}
	s.published = Stats{
		Packets: s.tally.frame, Bytes: s.tally.octets, Kept: s.tally.kept,
		Selection: selection, Inputs: inputs, Live: live,
	}
}

// Stats implements Source. Slices of the result are shared and not to be changed.
func (s *liveSource) Stats() Stats {
	s.mu.Lock()
	defer s.mu.Unlock()
	st := s.published
	st.Selection.UnknownLink = maps.Clone(st.Selection.UnknownLink)
	return st
}

// Close implements Source.
func (s *liveSource) Close() error {
	if !s.closed.Swap(true) {
		for _, t := range s.taps {
			t.ring.deafen()
		}
		s.waiter.wake()
	}
	return nil
}

// end gives back what the source has of the system.
func (s *liveSource) end() {
	s.phase = liveEnded
	for _, t := range s.taps {
		t.ring.close()
	}
	s.waiter.close()
	if s.watch != nil {
		s.watch.close()
	}
}
