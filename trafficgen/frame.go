package main

import (
	"encoding/binary"
	"math/bits"

	"smtpscope/capture"
)

// segmentSize is the usual payload of a full Ethernet frame with timestamps.
const segmentSize = 1448

// TCP flags.
const (
	fin = 1 << iota
	syn
	rst
	psh
	ack
)

const (
	protocolTCP = 6
	protocolUDP = 17

	ethernetHeader = 14
	ipHeader       = 20
	ipEnd          = ethernetHeader + ipHeader
	tcpHeader      = 20
	udpHeader      = 8

	// maxPacket is a segment with its headers.
	maxPacket = ipEnd + tcpHeader + len(ackOptions) + segmentSize
)

// A tuple is the addresses of a connection and its place in the numbers that go
// up with each packet. Arrays are indexed by capture.Dir.
type tuple struct {
	ip   [2][4]byte
	port [2]uint16
	seq  [2]uint32 // next to send
	id   [2]uint16
}

// newTuple gives connection number id to one of 65,536 clients, so that clients
// come again and tuples do not, and to one of eight servers.
func newTuple(w *wire, id uint64, port uint16) tuple {
	const firstPort, ports, stride = 1024, 64512, 40507 // stride and ports have no common divisor
	client := uint16(id * 40503)
	clientPort := (uint64(client)*7919 + (id>>16)*stride) % ports
	return tuple{
		ip:   [2][4]byte{{10, 1, byte(client >> 8), byte(client)}, {172, 16, 0, 1 + byte(w.rng.IntN(8))}},
		port: [2]uint16{uint16(firstPort + clientPort), port},
		seq:  [2]uint32{w.rng.Uint32(), w.rng.Uint32()},
		id:   [2]uint16{uint16(w.rng.Uint32()), uint16(w.rng.Uint32())},
	}
}

// appendIP appends Ethernet and IPv4 headers for so many octets.
func (t *tuple) appendIP(b []byte, dir capture.Dir, protocol byte, length int) []byte {
	t.id[dir]++
	b = append(b, 2, 0, 0, 0, 0, byte(dir), 2, 0, 0, 0, 0, 1-byte(dir), 8, 0)
	at := len(b)
	total, id := uint16(ipHeader+length), t.id[dir]
	b = append(b, 0x45, 0, byte(total>>8), byte(total), byte(id>>8), byte(id), 0x40, 0, 64, protocol, 0, 0)
	b = append(b, t.ip[dir][:]...)
	b = append(b, t.ip[dir.Reverse()][:]...)
	binary.BigEndian.PutUint16(b[at+10:], ^fold(sum(0, b[at:])))
	return b
}

// Options of each kind of segment, padded to words.
var (
	// maximum segment size 1460, SACK permitted, timestamps, window scale 7
	synOptions = [20]byte{2, 4, 0x05, 0xb4, 4, 2, 8, 10, 16: 1, 3, 3, 7}
	// timestamps
	ackOptions = [12]byte{1, 1, 8, 10}
)

// timestampAt is where the clock stands in the options.
const (
	synTimestampAt = 8
	ackTimestampAt = 4
)

// appendTCP appends all headers of a segment that carries so many octets. Its
// checksum is left for checksumTCP.
func (t *tuple) appendTCP(b []byte, w *wire, dir capture.Dir, flags byte, seq uint32, payload int) []byte {
	options, clockAt := ackOptions[:], ackTimestampAt
	if flags&syn != 0 {
		options, clockAt = synOptions[:], synTimestampAt
	}
	length := tcpHeader + len(options)
	b = t.appendIP(b, dir, protocolTCP, length+payload)
	at := len(b)
	acked := t.seq[dir.Reverse()]
	if flags&ack == 0 {
		acked = 0
	}
	b = binary.BigEndian.AppendUint16(b, t.port[dir])
	b = binary.BigEndian.AppendUint16(b, t.port[dir.Reverse()])
	b = binary.BigEndian.AppendUint32(b, seq)
	b = binary.BigEndian.AppendUint32(b, acked)
	b = append(b, byte(length/4)<<4, flags, 0xff, 0xff, 0, 0, 0, 0)
	b = append(b, options...)
	clock := b[at+tcpHeader+clockAt:]
	binary.BigEndian.PutUint32(clock, uint32(w.micros/1000))
	if flags&ack != 0 {
		binary.BigEndian.PutUint32(clock[4:], uint32(w.micros/1000))
	}
	return b
}

// checksumTCP fills in the checksum of the segment in the packet.
func checksumTCP(packet []byte) {
	segment := packet[ipEnd:]
	pseudo := sum(uint64(protocolTCP+len(segment)), packet[ipEnd-8:ipEnd]) // with both addresses
	binary.BigEndian.PutUint16(segment[16:], ^fold(sum(pseudo, segment)))
}

// appendUDP appends all headers of a datagram; it has no checksum, as IPv4 allows.
func (t *tuple) appendUDP(b []byte, dir capture.Dir, payload int) []byte {
	b = t.appendIP(b, dir, protocolUDP, udpHeader+payload)
	b = binary.BigEndian.AppendUint16(b, t.port[dir])
	b = binary.BigEndian.AppendUint16(b, t.port[dir.Reverse()])
	b = binary.BigEndian.AppendUint16(b, uint16(udpHeader+payload))
	return append(b, 0, 0)
}

// sum adds the octets as big-endian words to a sum in one's complement (RFC 1071,
// section 2: of any width, because widths fold into each other).
func sum(s uint64, b []byte) uint64 {
	var carry uint64
	for ; len(b) >= 8; b = b[8:] {
		s, carry = bits.Add64(s, binary.BigEndian.Uint64(b), carry)
	}
	var rest [8]byte
	copy(rest[:], b)
	s, carry = bits.Add64(s, binary.BigEndian.Uint64(rest[:]), carry)
	return s + carry
}

// fold makes 16 bits of a sum.
func fold(s uint64) uint16 {
	for s > 0xffff {
		s = s>>16 + s&0xffff
	}
	return uint16(s)
}
