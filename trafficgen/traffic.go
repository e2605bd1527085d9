package main

import "errors"

// traffic is everything that happens on a wire.
type traffic struct {
	wire      *wire
	mix       mix
	templates []template
	stretcher *stretcher // nil: mails stay as they are
	flows     []flow
	ids       uint64 // connections so far, those of a flood not among them
	flood     flood
	exchanges []template
	asked     uint64 // the connection whose client was the last to talk to a KDC
	open      int    // SMTP sessions
	smtp      int64  // octets of SMTP
	other     int64  // octets of other traffic, the flood not counted
	kdc       int64  // packets to and from KDCs
	tally     tally
}

// An end says when a capture is over; one of its fields is not zero.
type end struct {
	octets int64 // so many have been written: cut there
	// sessions have begun, or connections are half open: the sessions that are
	// open come to their end, and nothing new begins.
	sessions, halfOpen int64
}

func newTraffic(w *wire, m mix, recorded []template) (*traffic, error) {
	t := &traffic{wire: w, mix: m, templates: recorded, flood: newFlood(w)}
	if m.shortest > 0 {
		t.templates = shortest(recorded, m.shortest)
	}
	if m.mail > 0 {
		var err error
		if t.stretcher, err = newStretcher(w, recorded, m.mail); err != nil {
			return nil, err
		}
	}
	if len(t.templates) == 0 {
		return nil, errors.New("none of the recorded sessions can be used")
	}
	t.flows = make([]flow, m.flows)
	return t, nil
}

// run writes a capture up to its end.
func (t *traffic) run(until end) (tally, error) {
	for t.wire.err == nil && !(until.octets > 0 && t.wire.written() >= until.octets) {
		over := until.sessions > 0 && t.tally.begun >= until.sessions ||
			until.halfOpen > 0 && t.tally.halfOpen >= until.halfOpen
		if over && t.open == 0 {
			break
		}
		t.packet(over)
	}
	err := t.wire.close()
	t.tally.octets, t.tally.packets = t.wire.flushed, t.wire.packets
	t.tally.smtp = float64(t.smtp) / float64(max(t.smtp+t.other, 1))
	return t.tally, err
}

// packet sends the next packet, or makes room for it. When the capture is over,
// nothing new begins.
func (t *traffic) packet(over bool) {
	if !over && t.wire.chance(t.mix.flood) {
		t.flood.step(t.wire)
		t.tally.halfOpen = t.flood.opened
		return
	}
	t.step(over)
}

// step lets one connection, taken at random, send its next packet.
func (t *traffic) step(over bool) {
	i := t.wire.rng.IntN(len(t.flows))
	f := &t.flows[i]
	if f.state == idle {
		if over {
			last := len(t.flows) - 1
			t.flows[i] = t.flows[last]
			t.flows = t.flows[:last]
			return
		}
		t.begin(f)
	}
	before := t.wire.octets
	f.step(t.wire, &t.mix)
	octets := t.wire.octets - before
	if f.template == nil || f.template.port == portKerberos {
		t.other += octets
		if f.template != nil {
			t.kdc++
		}
		return
	}
	t.smtp += octets
	if f.state == idle {
		t.open--
		t.tally.whole++
	}
}

// begin begins a connection: SMTP as long as there is less of it than its share.
func (t *traffic) begin(f *flow) {
	if share := t.mix.smtp; share == 0 || float64(t.smtp) > share*float64(t.smtp+t.other) {
		t.ids++
		f.beginBackground(t.wire, t.ids)
		return
	}
	if t.wantsExchange() {
		t.beginExchange(f)
		return
	}
	t.ids++
	t.open++
	t.tally.begun++
	f.beginReplay(t.wire, t.ids, t.nextTemplate(), t.mix.wrap)
}

func (t *traffic) nextTemplate() *template {
	if t.stretcher != nil {
		return t.stretcher.next(t.wire)
	}
	return &t.templates[t.wire.rng.IntN(len(t.templates))]
}
