package capture

import "net/netip"

// Dir is the direction of bytes within a connection.
type Dir uint8

const (
	// FromClient is the direction of the side that opened the connection.
	FromClient Dir = iota
	// FromServer is the other one.
	FromServer
)

// Reverse returns the other direction.
func (d Dir) Reverse() Dir { return d ^ 1 }

// String returns "client" or "server".
func (d Dir) String() string {
	if d == FromClient {
		return "client"
	}
	return "server"
}

// Initiator says how it is known which side opened a connection.
type Initiator uint8

const (
	// InitiatorGuessed: no SYN was seen; the side whose port is not among the
	// wanted ones (else the one with the higher port) is taken for the client.
	InitiatorGuessed Initiator = iota
	// InitiatorSeen: the client's SYN or the server's SYN+ACK is in the capture.
	InitiatorSeen
)

// String returns "guessed" or "seen", as in the JSON record.
func (i Initiator) String() string {
	if i == InitiatorSeen {
		return "seen"
	}
	return "guessed"
}

// Kind is what a Chunk carries.
type Kind uint8

const (
	// Open is the first chunk of each connection. It has no direction.
	Open Kind = iota
	// Data carries the next bytes of one direction.
	Data
	// Gap says that bytes of one direction are missing in the capture.
	Gap
	// End says that one direction has ended by FIN: no Data follows in it.
	End
	// Close is the last chunk of each connection. It has no direction.
	Close
)

// CloseReason says how a connection came to its end.
type CloseReason uint8

const (
	// ClosedByFIN: both sides sent FIN.
	ClosedByFIN CloseReason = iota
	// ClosedByRST: one side reset the connection (Chunk.Dir says which).
	ClosedByRST
	// ClosedByReuse: a new connection with the same addresses and ports began.
	ClosedByReuse
	// ClosedByIdle: no packet was seen for the idle limit.
	ClosedByIdle
	// ClosedByLimit: a limit on memory or on connections was reached.
	ClosedByLimit
	// ClosedByEOF: the capture ended first.
	ClosedByEOF
)

// String returns "fin", "rst", "reuse", "idle", "limit" or "eof".
func (r CloseReason) String() string {
	return [...]string{"fin", "rst", "reuse", "idle", "limit", "eof"}[r]
}

// A Chunk is what crosses from capture to its user. Within a direction chunks
// come in stream order; between directions in causal order: bytes that an ACK
// proves to have been received come before the answer to them.
type Chunk struct {
	Conn *Conn
	Kind Kind
	// Dir is the direction of Data, Gap and End, and the resetting side of a
	// Close by RST.
	Dir Dir
	// Time (Unix nanoseconds) and Frame are those of the packet that carried
	// Data (or the last of it), or that made the Gap or the end known.
	Time  int64
	Frame int64
	// Data holds the bytes of a Data chunk: never empty, and valid only during
	// the call.
	Data []byte
	// Missing is the size of a Gap in bytes. 0 means: unknown.
	Missing int64
	// Reason is that of a Close.
	Reason CloseReason
	// Clock (Unix nanoseconds) is the running time at which the chunk was
	// handed out: see Packet.Clock.
	Clock int64
}

// A Handler takes the chunks of an Assembler. It is called from the goroutine
// that feeds the Assembler.
type Handler interface {
	Chunk(c *Chunk)
}

// A Conn is one TCP connection. Its fields are the assembler's to write; they
// are final when the Close chunk is handed out. After that (or after Ignore) the
// Conn is used again for another connection: see Assembler.
type Conn struct {
	Client, Server netip.AddrPort
	Initiator      Initiator
	// VLAN is the identifier of the first packet's outermost tag, 0 if none.
	VLAN uint16
	// First and Last are the numbers of the first and the last frame;
	// Start and End their times (Unix nanoseconds).
	First, Last int64
	Start, End  int64
	// Count is indexed by Dir.
	Count [2]DirCount
	// Handshake says what was seen of the opening.
	Handshake Handshake
	// Owner belongs to the Handler: what it keeps for this connection.
	Owner any

	flow flow
}

// Ignore tells the assembler that the handler wants nothing more of this
// connection: its packets are dropped early and no chunk follows, the Close
// included. It may be called from within Handler.Chunk.
func (c *Conn) Ignore() { c.flow.ignored = true }

// Swap exchanges client and server of a connection whose initiator was
// guessed wrongly. Allowed within Handler.Chunk on the Open chunk or the first
// Data or Gap chunk; the assembler uses the new directions from the next chunk
// on (the handler turns the one it holds by itself).
func (c *Conn) Swap() {
	c.Client, c.Server = c.Server, c.Client
	c.Count[0], c.Count[1] = c.Count[1], c.Count[0]
	c.flow.swap()
}

// DirCount counts what was seen of one direction.
type DirCount struct {
	// Packets counts all packets, Bytes the distinct payload bytes delivered.
	Packets, Bytes int64
	// GapBytes is the number of bytes known to be missing; Gaps how many holes.
	GapBytes, Gaps int64
	// Retransmitted counts packets that brought only bytes seen before;
	// Duplicates counts copies of one packet (a capture on several interfaces).
	Retransmitted, Duplicates int64
	// OutOfOrder counts packets that came before bytes that precede them.
	OutOfOrder int64
	// Conflicts counts packets whose bytes contradict bytes seen before at the
	// same place. The first seen win. FirstConflict is the frame of the first
	// such packet, 0 if there is none.
	Conflicts, FirstConflict int64
	// Truncated counts packets cut by the snap length.
	Truncated int64
	// KeepAlives counts keep-alive and zero-window probes.
	KeepAlives int64
}

// conflict counts a packet that contradicts what was seen before.
func (n *DirCount) conflict(frame int64) {
	if n.Conflicts++; n.FirstConflict == 0 {
		n.FirstConflict = frame
	}
}

// Handshake says what was seen of a connection's opening.
type Handshake uint8

const (
	// HandshakeUnseen: the capture begins in the middle of the connection.
	HandshakeUnseen Handshake = iota
	// HandshakeSYN: only the client's SYN was seen.
	HandshakeSYN
	// HandshakeSYNACK: the server's SYN+ACK was seen.
	HandshakeSYNACK
)
