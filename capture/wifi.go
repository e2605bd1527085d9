package capture

import (
	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
)

// wifi holds the layers that gopacket decodes into. Unlike the other headers,
// those of 802.11 depend on so many flags that it is worth the allocations,
// which few captures ever cost.
type wifi struct {
	radiotap layers.RadioTap
	dot11    layers.Dot11
}

// radiotap reads a radiotap header (radiotap.org) and the 802.11 header behind.
// gopacket is shown the radiotap header only: shown the frame it would take out
// padding in place, in memory that is not ours to write to.
func (w *walk) radiotap() step {
	length, ok := w.peek16(2)
	size := int(length<<8 | length>>8) // little-endian
	const shortest, longest = 8, 4096  // gopacket allocates for each field
	if !ok || size < shortest || size > longest {
		return foundMalformed
	}
	header := w.take(size)
	if header == nil {
		return foundMalformed
	}
	tap := &w.wifi.radiotap
	if tap.DecodeFromBytes(header, gopacket.NilDecodeFeedback) != nil || len(tap.RadioTapValues) == 0 {
		return foundMalformed
	}
	align := unpadded
	if tap.RadioTapValues[0].Flags.Datapad() {
		align = padded
	}
	return w.dot11(align)
}

// ieee80211 reads an 802.11 header without radiotap.
func (w *walk) ieee80211() step { return w.dot11(unpadded) }

// A headerPadding says whether a driver has padded 802.11 headers to a multiple
// of four octets.
type headerPadding int

const (
	unpadded headerPadding = 1
	padded   headerPadding = 4
)

// dot11 reads an 802.11 header. Only data frames that are whole and in clear
// carry anything to see. Whether a frame check sequence follows does not
// matter: the IP header says where the packet ends.
func (w *walk) dot11(align headerPadding) step {
	if w.left() < 0 {
		return foundMalformed
	}
	frame := &w.wifi.dot11
	if frame.DecodeFromBytes(w.data[w.off:], gopacket.NilDecodeFeedback) != nil {
		return foundMalformed
	}
	const noData = 0x10 // bit 6 of frame control (IEEE 802.11-2020, table 9-1)
	switch {
	case frame.Type.MainType() != layers.Dot11TypeData, frame.Type&noData != 0,
		frame.Flags.WEP(), frame.Flags.MF(), frame.FragmentNumber != 0:
		return foundOther
	}
	size := len(frame.Contents)
	size += -size & (int(align) - 1)
	if w.take(size) == nil {
		return foundMalformed
	}
	return readLLC
}
