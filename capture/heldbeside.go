package capture

// heldBeside are the latest packets of Batch.Beside, up to a number of octets: which
// of them belong to a session is known when the session is.
type heldBeside struct {
	limit, octets int64
	packets       []Packet // the oldest first
}

// add holds a copy of a packet. When there are too many, the oldest go.
func (h *heldBeside) add(p *Packet) {
	own := *p
	own.Data = append([]byte(nil), p.Data...)
	h.packets = append(h.packets, own)
	h.octets += besideCost(&own)
	for h.octets > h.limit {
		h.octets -= besideCost(&h.packets[0])
		h.packets[0] = Packet{} // lets its octets go
		h.packets = h.packets[1:]
	}
}

func besideCost(p *Packet) int64 { return int64(len(p.Data)) + packetCost }

// take takes out those that are wanted.
func (h *heldBeside) take(wanted func(*Packet) bool) (taken []Packet) {
	left := h.packets[:0]
	for i := range h.packets {
		p := &h.packets[i]
		if !wanted(p) {
			left = append(left, *p)
			continue
		}
		taken = append(taken, *p)
		h.octets -= besideCost(p)
	}
	clear(h.packets[len(left):])
	h.packets = left
	return taken
}
