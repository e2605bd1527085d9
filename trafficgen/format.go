package main

import (
	"encoding/binary"

	"smtpscope/capture"
)

// startTime is that of the first packet, Unix seconds.
const startTime = 1_793_000_000

// snapLen is what the file headers say of the longest packet.
const snapLen = 262144

// A format frames packets in a capture file. A record is begun, its packet
// appended behind it, and then finished, so that packets are built in place.
type format interface {
	// header appends what a file begins with.
	header(b []byte) []byte
	// begin appends room for what stands before a packet.
	begin(b []byte) []byte
	// finish fills it in for the record that begins at b[at:], and appends what
	// stands behind the packet. Its time is in microseconds since startTime.
	finish(b []byte, at int, micros int64) []byte
	// before is the number of octets before a packet.
	before() int
}

// pcapFormat is the classic format: little-endian, microseconds.
type pcapFormat struct{}

const pcapRecordHeader = 16

func (pcapFormat) before() int { return pcapRecordHeader }

func (pcapFormat) header(b []byte) []byte {
	b = binary.LittleEndian.AppendUint32(b, 0xa1b2c3d4)
	b = binary.LittleEndian.AppendUint16(b, 2)
	b = binary.LittleEndian.AppendUint16(b, 4)
	b = append(b, 0, 0, 0, 0, 0, 0, 0, 0)
	b = binary.LittleEndian.AppendUint32(b, snapLen)
	return binary.LittleEndian.AppendUint32(b, uint32(capture.LinkEthernet))
}

func (pcapFormat) begin(b []byte) []byte {
	var room [pcapRecordHeader]byte
	return append(b, room[:]...)
}

func (pcapFormat) finish(b []byte, at int, micros int64) []byte {
	h := b[at:]
	length := uint32(len(h) - pcapRecordHeader)
	binary.LittleEndian.PutUint32(h[0:], uint32(startTime+micros/1_000_000))
	binary.LittleEndian.PutUint32(h[4:], uint32(micros%1_000_000))
	binary.LittleEndian.PutUint32(h[8:], length)
	binary.LittleEndian.PutUint32(h[12:], length)
	return b
}

// pcapngFormat writes one section with one interface and Enhanced Packet Blocks,
// little-endian, nanoseconds, as dumpcap does (draft-ietf-opsawg-pcapng, section 4).
type pcapngFormat struct{}

const (
	pcapngSection   = 0x0a0d0d0a
	pcapngInterface = 1
	pcapngPacket    = 6

	// pcapngPacketHeader is type, length, interface, time (two words), captured
	// and original length.
	pcapngPacketHeader = 28
)

func (pcapngFormat) before() int { return pcapngPacketHeader }

func (pcapngFormat) header(b []byte) []byte {
	words := func(list ...uint32) {
		for _, w := range list {
			b = binary.LittleEndian.AppendUint32(b, w)
		}
	}
	const version = 1                                                         // major 1, minor 0
	words(pcapngSection, 28, 0x1a2b3c4d, version, 0xffffffff, 0xffffffff, 28) // length unknown
	const resolution, length, nanoseconds = 9, 1 << 16, 9                     // if_tsresol
	words(pcapngInterface, 32, uint32(capture.LinkEthernet), snapLen)         // reserved 0
	words(resolution|length, nanoseconds, 0 /* opt_endofopt */, 32)
	return b
}

func (pcapngFormat) begin(b []byte) []byte {
	var room [pcapngPacketHeader]byte
	return append(b, room[:]...)
}

func (pcapngFormat) finish(b []byte, at int, micros int64) []byte {
	length := uint32(len(b) - at - pcapngPacketHeader)
	var padding [3]byte
	b = append(b, padding[:-length&3]...)
	total := uint32(len(b) - at + 4)
	b = binary.LittleEndian.AppendUint32(b, total)
	h := b[at:]
	nanos := uint64(startTime*1_000_000+micros) * 1000
	binary.LittleEndian.PutUint32(h[0:], pcapngPacket)
	binary.LittleEndian.PutUint32(h[4:], total)
	binary.LittleEndian.PutUint32(h[12:], uint32(nanos>>32))
	binary.LittleEndian.PutUint32(h[16:], uint32(nanos))
	binary.LittleEndian.PutUint32(h[20:], length)
	binary.LittleEndian.PutUint32(h[24:], length)
	return b
}
