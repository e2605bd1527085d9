package capture

// heldTraffic is what is held of the packets that pass through a source: those of
// connections, and those beside them. A packet that may be either is held as both.
type heldTraffic struct {
	connections heldPackets
	beside      heldBeside
}

// add holds a copy of a packet.
func (h *heldTraffic) add(p *Packet) {
	if p.lane != laneBeside {
		h.connections.add(p)
	}
	if p.lane != laneConnection {
		h.beside.add(p)
	}
}
