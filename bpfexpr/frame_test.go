package bpfexpr

import (
	"encoding/binary"
	"net/netip"
	"slices"
)

// The tests write packets as a list of layers, the outermost first. Checksums
// are left out: nobody here looks at them.

// A layer puts itself in front of what it carries.
type layer func(payload []byte) []byte

func frame(layers ...layer) []byte {
	var b []byte
	for _, l := range slices.Backward(layers) {
		b = l(b)
	}
	return b
}

func u16(v int) []byte { return binary.BigEndian.AppendUint16(nil, uint16(v)) }

func octets(b ...byte) layer {
	return func(payload []byte) []byte { return slices.Concat(b, payload) }
}

func zeros(n int) layer { return octets(make([]byte, n)...) }

func ether(etherType int) layer {
	return octets(slices.Concat([]byte{2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2}, u16(etherType))...)
}

// vlan is a tag, and the type of what follows.
func vlan(tci, etherType int) layer { return octets(append(u16(tci), u16(etherType)...)...) }

func ip4(protocol byte, src, dst string) layer { return ip4With(protocol, src, dst, 0, nil) }

// ip4With has the fragment field and options as well.
func ip4With(protocol byte, src, dst string, fragment int, options []byte) layer {
	return func(payload []byte) []byte {
		head := []byte{0x45 + byte(len(options)/4), 0}
		head = append(head, u16(20+len(options)+len(payload))...)
		head = append(head, 0, 7)
		head = append(head, u16(fragment)...)
		head = append(head, 64, protocol, 0, 0)
		return slices.Concat(head, addr(src), addr(dst), options, payload)
	}
}

func ip6(next byte, src, dst string) layer {
	return func(payload []byte) []byte {
		head := append([]byte{0x60, 0, 0, 0}, u16(len(payload))...)
		return slices.Concat(head, []byte{next, 64}, addr(src), addr(dst), payload)
	}
}

func addr(s string) []byte { return netip.MustParseAddr(s).AsSlice() }

// ext6 is an extension header of 8*(1+more) octets.
func ext6(next byte, more int) layer {
	return func(payload []byte) []byte {
		return slices.Concat([]byte{next, byte(more)}, make([]byte, 6+8*more), payload)
	}
}

// fragment6 is a fragment header with its offset, in units of 8 octets, and
// whether more come.
func fragment6(next byte, offset, more int) layer {
	return octets(slices.Concat([]byte{next, 0}, u16(offset<<3|more), []byte{0, 0, 0, 9})...)
}

func tcp(src, dst int) layer {
	return octets(slices.Concat(u16(src), u16(dst), []byte{0, 0, 0, 1, 0, 0, 0, 2, 0x50, 0x18, 1, 0, 0, 0, 0, 0})...)
}

func udp(src, dst int) layer {
	return func(payload []byte) []byte {
		return slices.Concat(u16(src), u16(dst), u16(8+len(payload)), []byte{0, 0}, payload)
	}
}

func sctp(src, dst int) layer {
	return octets(append(append(u16(src), u16(dst)...), make([]byte, 8)...)...)
}

func arp(src, dst string) layer {
	return octets(slices.Concat([]byte{0, 1, 8, 0, 6, 4, 0, 1}, []byte{2, 0, 0, 0, 0, 1}, addr(src), make([]byte, 6), addr(dst))...)
}
