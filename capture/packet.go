package capture

// A Packet is one record of a capture. Data points into memory that belongs
// to the Batch and is valid until the Batch is released.
type Packet struct {
	// Data holds the captured octets, from the link header on. For a datagram
	// that was put together from fragments it holds that datagram, beginning
	// with its IP header (L3 is 0 then, unless that datagram is a tunnel's).
	Data []byte
	// Time is the packet's time in nanoseconds since the Unix epoch, UTC.
	Time int64
	// Clock is the greatest Time of this packet and all before it: a clock
	// that never runs backwards, by which ages and timeouts are judged. It
	// does not follow a Time more than a day ahead of it until 16 more packets
	// came with times within a day of that one: a single damaged record would
	// else make everything look old.
	Clock int64
	// Frame is the packet's number as Wireshark shows it: from 1, counting
	// every packet of the input. With several inputs it is the number in the
	// merged order.
	Frame int64
	// WireLen is the packet's length on the wire in octets; it is greater than
	// len(Data) when the snap length cut the packet.
	WireLen uint32
	// Interface tells interfaces (of all inputs and sections) apart; from 0.
	Interface uint32
	// Hash is the same for both directions of a TCP connection, and for
	// nothing else by design: it says which shard handles the packet.
	Hash uint32
	// L3 is the offset in Data of the IP header whose payload is the TCP
	// segment wanted: behind link headers, tags and tunnels.
	L3 uint16
	// Link says how Data begins. It is LinkRaw for a datagram put together
	// from fragments.
	Link LinkType
	// VLAN is the outermost 802.1Q/802.1ad VLAN identifier, 0 if there is none.
	VLAN uint16
	// lane says which way the packet goes.
	lane lane
	// carries says what the packet carries. L3 and tcp are of that, TCP or not.
	carries cargo
	// tcp says where in Data the segment is, as the Selector found it.
	tcp tcpBounds
}

// SecretTLSKeyLog is the type of a secret that is an NSS key log
// (draft-ietf-opsawg-pcapng, section 4.7).
const SecretTLSKeyLog = 0x544c534b

// A Secret is key material found in the capture itself (a pcapng Decryption
// Secrets Block).
type Secret struct {
	// Type is the block's secrets type, such as SecretTLSKeyLog.
	Type uint32
	// Data is the block's payload. It is a copy: it outlives the Batch.
	Data []byte
}

// A Batch is a run of wanted packets in the order of the input.
type Batch struct {
	// Packets are those that the Selector kept. May be empty.
	Packets []Packet
	// Beside are packets of Kerberos and DNS, if the rules want them: datagrams,
	// segments of TCP, and ICMP about such of Kerberos. They are not among Packets
	// unless the rules ask for their connections too.
	Beside []Packet
	// Secrets came before or between the packets of this batch.
	Secrets []Secret
	// Clock is the greatest packet time (Unix nanoseconds) read so far, that
	// of packets which were not kept included, as far as it is believed (see
	// Packet.Clock). 0 if no packet was read yet.
	Clock int64
	// Leap is the last by which Clock went on, zero before the first. Two are never in one
	// batch of a capture.
	Leap Leap
	// Last is the number of the last frame read so far, kept or not.
	Last int64

	release func()
}

// A Leap is that the clock went on at once, and how long something was silent cannot be
// told by it: what was heard of since From may have been until To. In a capture that was
// interrupted for days, or is followed by another, it is believed after some packets
// only, whose Clock is still From. Where the clock was set while interfaces were
// listened on, From is before all times.
type Leap struct {
	From, To int64 // Unix nanoseconds
}

// Release gives the memory behind the packets back to the source. It is to be
// called once, when no packet of the batch is used any more; it may be called
// from any goroutine.
func (b *Batch) Release() {
	if b.release != nil {
		b.release()
	}
}

// A Source yields the packets of one or several inputs in order.
type Source interface {
	// Next returns the next batch, waiting for input if need be, and io.EOF
	// after the last. Where packets come as they are sent it does not wait for
	// long: when there are none, it returns a batch without packets. Damage does not
	// end in an error: what can be read is read, and Stats tells of the rest. Not safe
	// for concurrent use.
	Next() (*Batch, error)
	// Stats may be called at any time, from any goroutine.
	Stats() Stats
	// Close ends the source behind what has come by then; a Next that waits returns.
	Close() error
}

// Stats says what a source has read so far.
type Stats struct {
	// Inputs are the sources' names and formats, in the order given.
	Inputs []InputStats
	// Packets and Bytes count all records read and their captured octets.
	Packets, Bytes int64
	// Kept counts the packets that the selector wanted.
	Kept int64
	// Selection tells why packets were not kept.
	Selection SelectionStats
	// Live tells of the interfaces, in the order given, when packets come from
	// interfaces; else it is empty.
	Live []LiveStats
}

// InputStats says what one input was and how reading it went.
type InputStats struct {
	// Name is the path as given, "-" for standard input, or an interface's name.
	Name string
	// Format is "pcap" or "pcapng", with ", gzip" or ", zstd" when compressed, or
	// "live". Empty until the first octets are read.
	Format string
	// Links are the link types of the interfaces, in order of appearance: the first 256.
	Links []LinkType
	// Size is the length of the file in octets, 0 when it is not known (a pipe).
	Size int64
	// Offset is how many octets of the file have been read.
	Offset int64
	// Packets counts the records read.
	Packets int64
	// Damage lists what was wrong with the file in words fit for an operator,
	// for example "cut short in packet 512 (40 of 1514 bytes)". At most 16 are kept.
	Damage []string
}

// SelectionStats counts packets that were not kept, by reason, and what the
// selector could not look into.
type SelectionStats struct {
	// Unwanted packets belong to no connection that was asked for.
	Unwanted int64
	// NotChosen packets do not match Rules.Expr. What the headers alone dismiss
	// is not held against it, and counted as Unwanted or NotTCP.
	NotChosen int64
	// FilterErrors are the reasons, in words for the operator, why Rules.Expr
	// cannot be held against packets of some link types: none of them is kept.
	FilterErrors []string
	// NotTCP packets carry something else than TCP.
	NotTCP int64
	// UnknownLink counts the packets of each link type that is not decoded.
	UnknownLink map[LinkType]int64
	// Malformed packets have headers that contradict themselves or are cut.
	Malformed int64
	// Fragments counts IP fragments, kept or not; FragmentsLost those that
	// never became a datagram (a piece is missing, or a limit was reached).
	Fragments, FragmentsLost int64
	// FragmentOverlaps counts fragments that brought again octets that were
	// there already, plain copies aside. The first seen win.
	FragmentOverlaps int64
}
