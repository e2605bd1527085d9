package capture

import (
	"encoding/binary"
	"time"
)

// A bpfLayout says how a system's /dev/bpf writes packets into a buffer: a
// header (bpf_hdr in bpf(4)), the packet, and padding, in the machine's byte order.
type bpfLayout struct {
	// wide: the seconds and microseconds of the time have 64 bits each.
	wide bool
	// align is what headers begin at a multiple of, in octets.
	align int
}

// The layouts of systems with 64 bits.
var (
	bpfDarwin  = bpfLayout{wide: false, align: 4}
	bpfFreeBSD = bpfLayout{wide: true, align: 8}
)

// packets appends the packets in buf to list. They point into buf. What makes no
// sense ends it: nobody knows where the next one would be.
func (l bpfLayout) packets(buf []byte, list []devicePacket) []devicePacket {
	word := 4
	if l.wide {
		word = 8
	}
	least := 2*word + 4 + 4 + 2
	for len(buf) >= least {
		order := binary.NativeEndian
		rest := buf[2*word:]
		captured, wire := uint64(order.Uint32(rest)), order.Uint32(rest[4:])
		header := uint64(order.Uint16(rest[8:]))
		end := header + captured
		if header < uint64(least) || end > uint64(len(buf)) {
			return list
		}
		list = append(list, devicePacket{time: l.time(buf), data: buf[header:end:end], wire: wire})
		padded := (end + uint64(l.align) - 1) / uint64(l.align) * uint64(l.align)
		buf = buf[min(padded, uint64(len(buf))):]
	}
	return list
}

// time is that of the header at the front, in Unix nanoseconds.
func (l bpfLayout) time(header []byte) int64 {
	order := binary.NativeEndian
	if l.wide {
		return int64(order.Uint64(header))*int64(time.Second) + int64(order.Uint64(header[8:]))*int64(time.Microsecond)
	}
	return int64(order.Uint32(header))*int64(time.Second) + int64(order.Uint32(header[4:]))*int64(time.Microsecond)
}
