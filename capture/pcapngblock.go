package capture

import (
	"bytes"
	"math"
	"math/bits"
	"time"
)

// Options of an Interface Description Block.
const (
	ngEndOfOptions = 0
	ngTsResol      = 9
	ngTsOffset     = 14
)

// An ngIface is an interface that a section describes.
type ngIface struct {
	link LinkType
	// id is Packet.Interface.
	id uint32
	// snap is the greatest length captured, 0 if there is none.
	snap uint32
	// ticks is how many units of the interface's time make a second: a power
	// of ten or, with binary, of two. As an exponent, for it may be beyond 64
	// bits.
	exponent uint8
	binary   bool
	// offset is added to each time, in seconds.
	offset int64
	// A time of no more than direct ticks is that many times unit, plus
	// directOffset nanoseconds: the fast way of time.
	direct       uint64
	unit         int64
	directOffset int64
}

// other goes past a block that is not a packet with a time of its own.
func (f *pcapngFile) other(kind uint32, b []byte, out *batch) {
	switch kind {
	case ngSection:
		f.section(b)
	case ngInterface:
		f.describe(b)
	case ngSimple:
		f.simple(b, out)
	case ngSecrets:
		f.secrets(b, out)
	case ngCustom, ngCustomNoCopy, ngJournal, ngSysdig, ngSysdigV2, ngSysdigLarge:
		f.countFrame() // Wireshark gives them a number
	}
}

// section begins a new section: block has taken over its byte order.
func (f *pcapngFile) section(b []byte) {
	f.interfaces = f.interfaces[:0]
	if len(b) < ngSectionMin {
		f.in.damaged("section header at offset %d has only %d bytes", f.in.window.offset(), len(b))
		return
	}
	if major, minor := f.uint16(b[12:]), f.uint16(b[14:]); major != 1 {
		f.in.damaged("section at offset %d has unknown version %d.%d", f.in.window.offset(), major, minor)
	}
}

// describe reads an Interface Description Block.
func (f *pcapngFile) describe(b []byte) {
	const fixed = 16
	if len(b) < fixed+4 {
		f.in.damaged("interface description at offset %d has only %d bytes", f.in.window.offset(), len(b))
		return
	}
	if len(f.interfaces) == maxInterfaces {
		f.in.damaged("more than %d interfaces at offset %d", maxInterfaces, f.in.window.offset())
		return
	}
	iface := ngIface{
		link:     LinkType(f.uint16(b[8:])),
		id:       f.in.tally.nextInterface(),
		snap:     f.uint32(b[12:]),
		exponent: 6,
	}
	f.options(b[fixed:len(b)-4], func(code uint16, value []byte) {
		switch {
		case code == ngTsResol && len(value) == 1:
			iface.exponent, iface.binary = value[0]&0x7f, value[0]&0x80 != 0
		case code == ngTsOffset && len(value) == 8:
			first, second := uint64(f.uint32(value)), uint64(f.uint32(value[4:]))
			if f.swapped {
				first, second = second, first
			}
			iface.offset = int64(second<<32 | first)
		}
	})
	iface.prepare()
	f.interfaces = append(f.interfaces, iface)
	f.in.appeared(iface.link)
}

// options calls each for the options in b, until they end or make no sense.
func (f *pcapngFile) options(b []byte, each func(code uint16, value []byte)) {
	for len(b) >= 4 {
		code, length := f.uint16(b), int(f.uint16(b[2:]))
		padded := 4 + (length+3)&^3
		if code == ngEndOfOptions || padded > len(b) {
			return
		}
		each(code, b[4:4+length])
		b = b[padded:]
	}
}

// simple reads a Simple Packet Block: the first interface, no time, and a
// captured length that follows from the snap length. Its time is taken to be
// that of the packet before.
func (f *pcapngFile) simple(b []byte, out *batch) {
	if len(b) < ngSimpleMin || len(f.interfaces) == 0 {
		f.countFrame()
		f.in.damaged("packet %d at offset %d has no interface or no length", f.in.packets, f.in.window.offset())
		return
	}
	iface, wire := &f.interfaces[0], f.uint32(b[8:])
	captured := min(uint64(wire), uint64(len(b)-ngSimpleMin))
	if iface.snap > 0 {
		captured = min(captured, uint64(iface.snap))
	}
	end := ngSimpleData + int(captured)
	f.take(b[ngSimpleData:end:end], wire, iface, out)
}

// secrets hands on a Decryption Secrets Block.
func (f *pcapngFile) secrets(b []byte, out *batch) {
	const data = 16
	if len(b) < data+4 || uint64(f.uint32(b[12:])) > uint64(len(b)-data-4) {
		f.in.damaged("decryption secrets at offset %d exceed their block", f.in.window.offset())
		return
	}
	secret := b[data : data+int(f.uint32(b[12:]))]
	out.Secrets = append(out.Secrets, Secret{Type: f.uint32(b[8:]), Data: bytes.Clone(secret)})
}

// prepare finds for which times the fast way is good.
func (i *ngIface) prepare() {
	const seconds = math.MaxInt64 / 4 / int64(time.Second) // leaves room for a sum
	if i.binary || i.exponent > 9 || i.offset > seconds || i.offset < -seconds {
		return
	}
	i.unit = 1
	for range 9 - i.exponent {
		i.unit *= 10
	}
	i.direct = uint64(math.MaxInt64 / 2 / i.unit)
	i.directOffset = i.offset * int64(time.Second)
}

// time converts a time of the interface to Unix nanoseconds. What cannot be
// expressed becomes the nearest time that can.
func (i *ngIface) time(ticks uint64) int64 {
	if ticks < i.direct {
		return int64(ticks)*i.unit + i.directOffset
	}
	return i.anyTime(ticks)
}

func (i *ngIface) anyTime(ticks uint64) int64 {
	var seconds, nanos uint64
	switch {
	case i.binary && i.exponent < 64:
		seconds = ticks >> i.exponent
		hi, lo := bits.Mul64(ticks-seconds<<i.exponent, uint64(time.Second))
		nanos = hi<<(64-i.exponent) | lo>>i.exponent
	case i.binary:
		hi, _ := bits.Mul64(ticks, uint64(time.Second))
		nanos = hi >> (i.exponent - 64)
	case i.exponent < 20:
		second := uint64(1)
		for range i.exponent {
			second *= 10
		}
		seconds = ticks / second
		hi, lo := bits.Mul64(ticks%second, uint64(time.Second))
		nanos, _ = bits.Div64(hi, lo, second)
	}
	// With 10²⁰ ticks a second and more, all 64 bits are less than a second;
	// with that resolution nobody keeps time since 1970.
	const most = math.MaxInt64/int64(time.Second) - 1
	const safe = math.MaxInt64 / 4
	sum := int64(min(seconds, safe)) + min(max(i.offset, -safe), safe)
	return min(max(sum, -most), most)*int64(time.Second) + int64(nanos)
}
