package capture

import "container/list"

// heldPackets are packets of connections of which it is not known yet whether
// they are wanted, up to a number of octets. When there are too many, a
// connection that has more than its share is given up, else the one that has been
// silent for the longest time.
type heldPackets struct {
	limit, octets int64
	flows         map[flowKey]*list.Element // of *heldFlow
	order         list.List                 // the longest silent first
	// lost are the flows given up or dismissed.
	lost    lostFlows
	givenUp int64
	segment segment
	// renews makes that a connection is held that begins between the ends of one that
	// was given up: nobody decides about that one.
	renews bool
	// save takes packets that are held no longer although nobody has decided; nil
	// lets them go.
	save func(*Packet)
}

// A heldFlow is what is held of connections between the same two ends.
type heldFlow struct {
	key     flowKey
	packets []Packet
	octets  int64
	last    int64 // time of the last packet
	keyLog  [][]byte
}

const (
	// packetCost is about what a held packet takes beside its octets.
	packetCost = 128
	// heldShare is the part of all room beyond which a connection is given up first.
	heldShare = 4
)

// copied is the packet with octets of its own: those of a batch are used again.
func (p *Packet) copied() Packet {
	own := *p
	own.Data = append([]byte(nil), p.Data...)
	return own
}

// cost is what a packet that is held takes, about, in octets.
func (p *Packet) cost() int64 { return int64(len(p.Data)) + packetCost }

func newHeldPackets(limit int64, save func(*Packet)) heldPackets {
	return heldPackets{limit: limit, save: save, flows: make(map[flowKey]*list.Element)}
}

// flow returns what is held between two ends, which is then the least silent.
func (h *heldPackets) flow(key flowKey) *heldFlow {
	e, known := h.flows[key]
	if known {
		h.order.MoveToBack(e)
	} else {
		e = h.order.PushBack(&heldFlow{key: key})
		h.flows[key] = e
	}
	return e.Value.(*heldFlow)
}

// add holds a copy of a packet.
func (h *heldPackets) add(p *Packet) {
	if !decode(p, &h.segment) {
		h.letGo(p)
		return
	}
	key := h.segment.key
	if f, lost := h.lost.find(key); lost {
		if !f.renews || h.segment.flags&(flagSYN|flagACK) != flagSYN {
			f.last = p.Time
			h.lost.note(key, f)
			h.letGo(p) // nobody waits for the rest of it
			return
		}
		h.lost.forget(key)
	}
	f := h.flow(key)
	f.last = p.Clock
	f.packets = append(f.packets, p.copied())
	f.octets += p.cost()
	h.octets += p.cost()
	for h.octets > h.limit {
		victim := h.order.Front()
		if f.octets > h.limit/heldShare {
			victim = h.flows[key]
		}
		h.giveUp(victim)
	}
}

func (h *heldPackets) giveUp(e *list.Element) {
	f := e.Value.(*heldFlow)
	h.lost.note(f.key, lostFlow{last: f.last, renews: h.renews})
	h.undecided(e)
}

// dismiss lets go of a connection that nobody will ask for: of what is held of it, and of
// what comes until the next one begins between its ends.
func (h *heldPackets) dismiss(c Connection) {
	key := keyBetween(c.Client, c.Server)
	h.lost.note(key, lostFlow{last: c.End, renews: true})
	e, known := h.flows[key]
	if !known {
		return
	}
	h.forget(e)
	f := e.Value.(*heldFlow)
	for i := range f.packets {
		if p := &f.packets[i]; p.Time > c.End { // perhaps of the next one
			h.add(p)
		} else {
			h.letGo(p)
		}
	}
}

// undecided lets what is held of a flow go, of which nobody said whether it is wanted.
func (h *heldPackets) undecided(e *list.Element) {
	f := e.Value.(*heldFlow)
	h.forget(e)
	for i := range f.packets {
		h.letGo(&f.packets[i])
	}
}

func (h *heldPackets) letGo(p *Packet) {
	if h.save != nil {
		h.save(p)
	}
}

// keys holds lines of a key log for a connection.
func (h *heldPackets) keys(c Connection, lines []byte) {
	f := h.flow(keyBetween(c.Client, c.Server))
	f.keyLog = append(f.keyLog, append([]byte(nil), lines...))
}

// take takes out what is held of a connection: packets up to its end.
func (h *heldPackets) take(c Connection, wanted bool) (packets []Packet, keyLog [][]byte) {
	key := keyBetween(c.Client, c.Server)
	if f, lost := h.lost.find(key); lost && f.last >= c.Start {
		h.lost.forget(key)
		if wanted && h.save == nil {
			h.givenUp++
		}
	}
	e, known := h.flows[key]
	if !known {
		return nil, nil
	}
	f := e.Value.(*heldFlow)
	h.forget(e)
	for i := range f.packets {
		switch p := &f.packets[i]; {
		case p.Time > c.End: // of the next one between these ends
			h.add(p)
		case p.Time >= c.Start:
			packets = append(packets, *p)
		default: // of one before, which became no session
			h.letGo(p)
		}
	}
	return packets, f.keyLog
}

// expire forgets connections that have been silent since before a time: those
// that became no session.
func (h *heldPackets) expire(before int64) {
	for e := h.order.Front(); e != nil && e.Value.(*heldFlow).last < before; e = h.order.Front() {
		h.undecided(e)
	}
}

func (h *heldPackets) forget(e *list.Element) {
	f := e.Value.(*heldFlow)
	h.octets -= f.octets
	delete(h.flows, f.key)
	h.order.Remove(e)
}
