package capture

import (
	"encoding/binary"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// A frameHeader is what the kernel writes before each packet in a ring:
// struct tpacket3_hdr, aligned to 16 octets, and struct sockaddr_ll.
type frameHeader struct {
	unix.Tpacket3Hdr
	unix.RawSockaddrLinklayer
}

// time is the packet's, in Unix nanoseconds.
func (h *frameHeader) time() int64 {
	return int64(h.Sec)*int64(time.Second) + int64(h.Nsec)
}

const (
	vlanTagLen = 4
	macLen     = 12 // both addresses of an Ethernet frame
)

// packet returns the packet with its link header, and its length on the wire. Of
// interfaces whose link header is not decoded, it begins with IP; ok is false if
// it is not IP then. A VLAN tag that the network card or the kernel has taken
// out of a frame is put back where it was.
func (h *frameHeader) packet(link LinkType) (data []byte, wire uint32, ok bool) {
	start, end := int(h.Mac), int(h.Mac)+int(h.Snaplen)
	frame := unsafe.Slice((*byte)(unsafe.Pointer(h)), end)
	switch {
	case link == LinkRaw:
		protocol := networkOrder(h.Protocol)
		if protocol != etherTypeIPv4 && protocol != etherTypeIPv6 || h.Net < h.Mac || int(h.Net) >= end {
			return nil, h.Len, false
		}
		return frame[h.Net:end:end], h.Len - uint32(h.Net-h.Mac), true
	case link == LinkEthernet && h.Status&unix.TP_STATUS_VLAN_VALID != 0 && h.Snaplen >= macLen:
		start -= vlanTagLen
		copy(frame[start:start+macLen], frame[start+vlanTagLen:])
		binary.BigEndian.PutUint16(frame[start+macLen:], h.tagType())
		binary.BigEndian.PutUint16(frame[start+macLen+2:], uint16(h.Hv1.Vlan_tci))
		return frame[start:end:end], h.Len + vlanTagLen, true
	}
	return frame[start:end:end], h.Len, true
}

// tagType is the EtherType of the tag that was taken out.
func (h *frameHeader) tagType() uint16 {
	if h.Status&unix.TP_STATUS_VLAN_TPID_VALID != 0 {
		return h.Hv1.Vlan_tpid
	}
	return etherTypeVLAN
}

// linkOfHardware says how packets of an interface begin, by its hardware type
// (ARPHRD). Tunnels and other devices that carry nothing but IP begin with that,
// whatever header of their own they have.
func linkOfHardware(hardware uint16) LinkType {
	switch hardware {
	case unix.ARPHRD_ETHER, unix.ARPHRD_LOOPBACK:
		return LinkEthernet
	case hardwareIEEE80211:
		return LinkIEEE80211
	case hardwareRadiotap:
		return LinkRadiotap
	}
	return LinkRaw
}
