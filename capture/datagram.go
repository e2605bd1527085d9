package capture

import (
	"bytes"
	"container/list"
	"encoding/binary"
	"slices"
)

// maxDatagram is the greatest length that an IP header can state, and more
// than any fragment may reach.
const maxDatagram = 0xffff

// A fate says what has become of a datagram.
type fate uint8

const (
	collecting fate = iota
	// The others are settled: fragments that come after it are dropped, but a
	// first fragment begins a new datagram.
	completed // whole; what still comes are copies
	dismissed // of no interest, says the first fragment
	abandoned // broken or too large
)

// A datagram is what is there of one.
type datagram struct {
	key       fragmentKey
	fate      fate
	since     int64         // when the first fragment came, or when the fate was settled
	place     *list.Element // in waiting or settled
	fragments int
	header    []byte  // a copy of the first fragment's, with next in its place; nil until it came
	pieces    []piece // by offset, none overlapping
	have      int     // sum of the pieces' sizes
	total     int     // size of the fragmentable part; -1 until the last fragment came
	bytes     int     // memory held by header and pieces
}

// A piece is a run of octets that came in one fragment. data is shorter than
// size if the snap length cut it.
type piece struct {
	offset, size int
	data         []byte
}

func (p *piece) end() int { return p.offset + p.size }

// reach returns the end of the last piece.
func (g *datagram) reach() int {
	if len(g.pieces) == 0 {
		return 0
	}
	return g.pieces[len(g.pieces)-1].end()
}

// fill puts f's octets into the holes between the pieces and returns how many
// of them. copied says that there was no hole to fill and that all octets are
// those already there.
func (g *datagram) fill(f *fragment) (added int, copied bool) {
	at, end := f.offset, f.offset+f.size
	i, _ := slices.BinarySearchFunc(g.pieces, at, func(p piece, at int) int {
		if p.end() <= at {
			return -1
		}
		return 1
	})
	copied = true
	for at < end {
		if i < len(g.pieces) && g.pieces[i].offset <= at {
			p := &g.pieces[i]
			next := min(end, p.end())
			copied = copied && bytes.Equal(f.octets(at, next), p.octets(at, next))
			at = next
			i++
			continue
		}
		next := end
		if i < len(g.pieces) {
			next = min(end, g.pieces[i].offset)
		}
		fresh := piece{offset: at, size: next - at, data: bytes.Clone(f.octets(at, next))}
		g.pieces = slices.Insert(g.pieces, i, fresh)
		added += fresh.size
		at, copied = next, false
		i++
	}
	g.have += added
	return added, copied
}

// octets returns those of [from, to) that were captured.
func (f *fragment) octets(from, to int) []byte {
	p := piece{offset: f.offset, size: f.size, data: f.data}
	return p.octets(from, to)
}

func (p *piece) octets(from, to int) []byte {
	return p.data[min(from-p.offset, len(p.data)):min(to-p.offset, len(p.data))]
}

// whole puts the pieces together, as far as they were captured.
func (g *datagram) whole() (packet []byte, wire uint32, ok bool) {
	total := len(g.header) + g.total
	if total > maxDatagram {
		return nil, 0, false
	}
	packet = append(make([]byte, 0, total), g.header...)
	if g.key.version == 4 {
		binary.BigEndian.PutUint16(packet[2:], uint16(total))
		packet[6], packet[7] = 0, 0 // flags and offset
	} else {
		binary.BigEndian.PutUint16(packet[4:], uint16(total-ipv6HeaderLen))
	}
	for _, p := range g.pieces {
		packet = append(packet, p.data...)
		if len(p.data) < p.size {
			break
		}
	}
	return packet, uint32(total), true
}
