package capture

// TCP flags as on the wire (RFC 9293, section 3.1).
const (
	flagFIN = 1 << iota
	flagSYN
	flagRST
	flagPSH
	flagACK
)

// A segment is one decoded TCP segment.
type segment struct {
	route
	time, clock int64 // Unix nanoseconds
	frame       int64
	seq, ack    uint32
	flags       uint8
	window      uint16
	vlan        uint16
	// iface is the interface that the packet was seen on.
	iface uint32
	// payload holds the captured bytes, Ethernet padding removed.
	payload []byte
	// wireLen is the payload's length on the wire; greater than len(payload)
	// when the snap length cut the packet.
	wireLen int
	// fingerprint is equal for copies of one packet seen at several points
	// (through bridges, VLAN devices and routers: nothing that they change is
	// part of it) and differs for a retransmission wherever the stack lets it
	// (IPv4 identification, TCP timestamps, window, checksum of the options).
	fingerprint uint64
}
