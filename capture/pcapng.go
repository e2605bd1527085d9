package capture

import (
	"encoding/binary"
	"fmt"
	"math/bits"
)

// Block types of pcapng (draft-ietf-opsawg-pcapng, section 10.1).
const (
	ngInterface    = 0x00000001
	ngPacket       = 0x00000002 // obsolete
	ngSimple       = 0x00000003
	ngNames        = 0x00000004
	ngStatistics   = 0x00000005
	ngEnhanced     = 0x00000006
	ngJournal      = 0x00000009
	ngSecrets      = 0x0000000a
	ngSysdig       = 0x00000204
	ngSysdigV2     = 0x00000216
	ngSysdigLarge  = 0x00000221
	ngCustom       = 0x00000bad
	ngCustomNoCopy = 0x40000bad
	ngSection      = 0x0a0d0d0a // reads the same in both byte orders
)

// ngByteOrderMagic tells a section's byte order.
const ngByteOrderMagic = 0x1a2b3c4d

// Lengths of blocks in octets, leading and trailing length included.
const (
	ngBlockMin   = 12
	ngSectionMin = 28
	ngPacketMin  = 32 // Enhanced Packet Block and Packet Block alike
	ngSimpleMin  = 16
	// ngBlockMax leaves a packet of the greatest length room for its options.
	ngBlockMax = maxRecordLen + 1<<16
)

// ngPacketData is the offset of the octets of a packet in a packet block,
// ngSimpleData that in a Simple Packet Block.
const (
	ngPacketData = 28
	ngSimpleData = 12
)

// maxInterfaces bounds the interfaces of one section.
const maxInterfaces = 1 << 16

// A pcapngFile reads the blocks of a pcapng file.
type pcapngFile struct {
	in *input
	// swapped: the byte order of the section is big-endian.
	swapped    bool
	interfaces []ngIface
}

// isPcapng reports whether head begins with a Section Header Block. A head that
// ends before the byte-order magic gets the benefit of the doubt.
func isPcapng(head []byte) bool {
	if len(head) < 4 || binary.LittleEndian.Uint32(head) != ngSection {
		return false
	}
	if len(head) < ngBlockMin {
		return true
	}
	_, ok := sectionOrder(head)
	return ok
}

// sectionOrder reads the byte order of the section that b, of at least twelve
// octets, begins.
func sectionOrder(b []byte) (swapped, ok bool) {
	switch binary.LittleEndian.Uint32(b[8:]) {
	case ngByteOrderMagic:
		return false, true
	case bits.ReverseBytes32(ngByteOrderMagic):
		return true, true
	}
	return false, false
}

func (f *pcapngFile) uint16(b []byte) uint16 {
	v := binary.LittleEndian.Uint16(b)
	if f.swapped {
		return bits.ReverseBytes16(v)
	}
	return v
}

func (f *pcapngFile) uint32(b []byte) uint32 {
	v := binary.LittleEndian.Uint32(b)
	if f.swapped {
		return bits.ReverseBytes32(v)
	}
	return v
}

// block looks at the block at the front of b. It returns found if it is there as
// a whole, size octets; hungry if it takes size octets to tell; or astray if its
// lengths make no sense, with a size of 0 unless it is the trailing one.
func (f *pcapngFile) block(b []byte) (kind uint32, size int, end status) {
	if len(b) < ngBlockMin {
		return 0, ngBlockMin, hungry
	}
	kind = f.uint32(b)
	if kind == ngSection {
		swapped, ok := sectionOrder(b)
		if !ok {
			return kind, 0, astray
		}
		f.swapped = swapped
	}
	total := f.uint32(b[4:])
	if total < ngBlockMin || total&3 != 0 || total > ngBlockMax {
		return kind, 0, astray
	}
	size = int(total)
	if len(b) < size {
		return kind, size, hungry
	}
	if f.uint32(b[size-4:]) != total {
		return kind, size, astray
	}
	return kind, size, found
}

// records is the loop over all blocks of a capture: see pcapFile.records.
func (f *pcapngFile) records(out *batch, limit int64) status {
	in, t, w := f.in, f.in.tally, &f.in.window
	rest, end := w.unread(), hungry
	w.need = 1 // if it ends by t.stop
	for t.frame < t.stop {
		kind, size, st := f.block(rest)
		if st != found {
			w.need, end = size, st
			break
		}
		b := rest[:size]
		if kind != ngEnhanced {
			w.leave(len(rest))
			if kind != ngPacket {
				f.other(kind, b, out)
				rest = rest[size:]
				continue
			}
		}
		iface, captured, ok := f.packet(kind, b)
		if !ok {
			w.leave(len(rest))
			f.badPacket(kind, b)
			rest = rest[size:]
			continue
		}
		at := iface.time(uint64(f.uint32(b[12:]))<<32 | uint64(f.uint32(b[16:])))
		if at > limit {
			in.head, end = at, limited
			break
		}
		in.at = at
		t.tick(at)
		f.take(b[ngPacketData:ngPacketData+captured:ngPacketData+captured], f.uint32(b[24:]), iface, out)
		rest = rest[size:]
	}
	w.leave(len(rest))
	return end
}

// packet finds the interface and the captured length of a packet block.
func (f *pcapngFile) packet(kind uint32, b []byte) (iface *ngIface, captured int, ok bool) {
	if len(b) < ngPacketMin {
		return nil, 0, false
	}
	number := f.uint32(b[8:])
	if kind == ngPacket { // two octets of it count drops
		number = uint32(f.uint16(b[8:]))
	}
	length := f.uint32(b[20:])
	if uint64(number) >= uint64(len(f.interfaces)) || uint64(length) > uint64(len(b)-ngPacketMin) {
		return nil, 0, false
	}
	return &f.interfaces[number], int(length), true
}

// take numbers a packet, whose time is the input's, and puts it into out if it
// is wanted.
func (f *pcapngFile) take(data []byte, wire uint32, iface *ngIface, out *batch) {
	in, t := f.in, f.in.tally
	t.frame++
	t.octets += int64(len(data))
	in.packets++
	if t.selector.dismisses(iface.link, data) {
		return
	}
	p := out.slot()
	p.Data, p.WireLen = data, max(wire, uint32(len(data)))
	p.Time, p.Clock, p.Frame = in.at, t.clock, t.frame
	p.Interface, p.Link = iface.id, iface.link
	if t.selector.Select(p) {
		t.kept += out.keep(in.window.block)
	}
}

// badPacket counts a packet that cannot be had.
func (f *pcapngFile) badPacket(kind uint32, b []byte) {
	f.countFrame()
	offset := f.in.window.offset()
	if len(b) < ngPacketMin {
		f.in.damaged("packet %d at offset %d has a block of only %d bytes", f.in.packets, offset, len(b))
		return
	}
	if length := f.uint32(b[20:]); uint64(length) > uint64(len(b)-ngPacketMin) {
		f.in.damaged("packet %d at offset %d claims %d bytes in a block of %d", f.in.packets, offset, length, len(b))
		return
	}
	f.in.damaged("packet %d at offset %d names an interface that is not described", f.in.packets, offset)
}

// countFrame counts a record that Wireshark numbers and that is no packet here.
func (f *pcapngFile) countFrame() {
	f.in.tally.frame++
	f.in.packets++
}

func (f *pcapngFile) absurdity() string {
	in := f.in
	b := in.window.unread()
	where := fmt.Sprintf("after packet %d at offset %d", in.packets, in.window.offset())
	if kind := f.uint32(b); kind == ngEnhanced || kind == ngSimple || kind == ngPacket {
		where = fmt.Sprintf("of packet %d at offset %d", in.packets+1, in.window.offset())
	}
	kind, size, _ := f.block(b)
	switch {
	case size > 0:
		return fmt.Sprintf("block lengths %d and %d disagree %s", size, f.uint32(b[size-4:]), where)
	case kind == ngSection && f.uint32(b[4:]) <= ngBlockMax:
		return fmt.Sprintf("unknown byte order of the section %s", where)
	}
	return fmt.Sprintf("implausible block length %d %s", f.uint32(b[4:]), where)
}

func (f *pcapngFile) cut() string {
	b := f.in.window.unread()
	if len(b) < ngBlockMin {
		return fmt.Sprintf("cut short after packet %d (%d of %d bytes of a block's header)",
			f.in.packets, len(b), ngBlockMin)
	}
	kind, size, _ := f.block(b)
	switch kind {
	case ngEnhanced, ngPacket, ngSimple:
		return fmt.Sprintf("cut short in packet %d (%d of %d bytes of its block)", f.in.packets+1, len(b), size)
	}
	return fmt.Sprintf("cut short after packet %d, in a block of type 0x%x (%d of %d bytes)",
		f.in.packets, kind, len(b), size)
}

// plausible takes a section header, or a chain of three blocks whose lengths
// agree, for a sign of records.
func (f *pcapngFile) plausible(b []byte, last bool) int {
	const chain = 3
	swapped := f.swapped
	defer func() { f.swapped = swapped }() // block follows the orders it meets
	for at, i := 0, 0; ; i++ {
		if i == chain || last && i > 0 && at == len(b) {
			return 0
		}
		kind, size, st := f.block(b[at:])
		switch {
		case st == astray, len(b)-at >= ngBlockMin && !ngKnown(kind), size > maxLikelyLen, st == hungry && last:
			return -1
		case st == hungry:
			return at + size
		case kind == ngSection && size >= ngSectionMin:
			return 0
		}
		at += size
	}
}

// ngKnown reports whether kind is a block type that files are made of.
func ngKnown(kind uint32) bool {
	switch kind {
	case ngSection, ngInterface, ngPacket, ngSimple, ngNames, ngStatistics, ngEnhanced, ngSecrets, ngJournal, ngCustom, ngCustomNoCopy:
		return true
	}
	return false
}
