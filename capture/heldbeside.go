package capture

import "net/netip"

// heldBeside are the latest packets of Batch.Beside, up to a number of octets: which
// of them belong to a session is known when the session is. A limit of 0 holds none.
type heldBeside struct {
	limit, octets int64
	packets       []besidePacket // the oldest first
}

// A besidePacket is a copy of a packet, and whose it is.
type besidePacket struct {
	Packet
	from, to netip.Addr
}

// add holds a copy of a packet. When there are too many, the oldest go.
func (h *heldBeside) add(p *Packet) {
	if h.limit == 0 {
		return
	}
	own := besidePacket{Packet: p.copied()}
	source, destination := p.Ends()
	own.from, own.to = source.Addr(), destination.Addr()
	h.packets = append(h.packets, own)
	h.octets += own.cost()
	for h.octets > h.limit {
		h.octets -= h.packets[0].cost()
		h.packets[0] = besidePacket{} // lets its octets go
		h.packets = h.packets[1:]
	}
}

// take takes out those that are wanted of a client, or of all who listen.
func (h *heldBeside) take(client netip.Addr, wanted func(*Packet) bool) (taken []Packet) {
	left := h.packets[:0]
	for i := range h.packets {
		p := &h.packets[i]
		if p.from != client && p.to != client && !p.to.IsMulticast() || !wanted(&p.Packet) {
			left = append(left, *p)
			continue
		}
		taken = append(taken, p.Packet)
		h.octets -= p.cost()
	}
	clear(h.packets[len(left):])
	h.packets = left
	return taken
}

// all gives all that are held.
func (h *heldBeside) all() []Packet {
	packets := make([]Packet, len(h.packets))
	for i := range h.packets {
		packets[i] = h.packets[i].Packet
	}
	return packets
}
