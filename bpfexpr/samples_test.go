package bpfexpr

import (
	"encoding/binary"
	"slices"
)

// Addresses of the samples.
const (
	a4, b4, c4 = "10.0.0.1", "10.0.0.2", "192.168.7.9"
	a6, b6     = "2001:db8::1", "2001:db8:1::2"
)

// A sample is a packet without its link header.
type sample struct {
	etherType int
	data      []byte
}

// samples are packets of all kinds; IP mostly from or to the ports and
// addresses that the expressions ask for.
var samples = func() []sample {
	var list []sample
	add := func(etherType int, layers ...layer) { list = append(list, sample{etherType, frame(layers...)}) }
	for _, port := range [][2]int{{40000, 25}, {25, 40000}, {40000, 587}, {22, 25}, {80, 8080}, {53, 53}, {300, 88}, {24, 26}, {587, 465}} {
		for _, ends := range [][2]string{{a4, b4}, {b4, a4}, {a4, c4}} {
			add(0x800, ip4(6, ends[0], ends[1]), tcp(port[0], port[1]))
			add(0x800, ip4(17, ends[0], ends[1]), udp(port[0], port[1]), zeros(8))
		}
		add(0x800, ip4(132, a4, b4), sctp(port[0], port[1]))
		add(0x86dd, ip6(6, a6, b6), tcp(port[0], port[1]))
		add(0x86dd, ip6(17, b6, a6), udp(port[0], port[1]), zeros(8))
		add(0x86dd, ip6(132, a6, b6), sctp(port[0], port[1]))
	}
	add(0x800, ip4With(6, a4, b4, 0, make([]byte, 12)), tcp(40000, 25))
	add(0x800, ip4With(6, a4, b4, 0x2000, nil), tcp(40000, 25))
	add(0x800, ip4With(6, a4, b4, 0x2001, nil), tcp(40000, 25))
	add(0x800, ip4With(6, a4, b4, 5, nil), tcp(40000, 25))
	add(0x800, ip4With(17, b4, a4, 5, nil), udp(25, 25))
	add(0x800, ip4(1, a4, b4), zeros(8))
	add(0x800, ip4(2, a4, b4), zeros(8))
	add(0x800, ip4(47, a4, b4), octets(0, 0, 8, 0), ip4(6, a4, b4), tcp(1, 25))
	add(0x86dd, ip6(44, a6, b6), fragment6(6, 0, 1), tcp(40000, 25))
	add(0x86dd, ip6(44, a6, b6), fragment6(6, 9, 0), tcp(40000, 25))
	add(0x86dd, ip6(44, a6, b6), fragment6(17, 0, 0), udp(40000, 25))
	add(0x86dd, ip6(0, a6, b6), ext6(6, 0), tcp(40000, 25))
	add(0x86dd, ip6(60, a6, b6), ext6(17, 1), udp(40000, 25))
	add(0x86dd, ip6(58, a6, b6), zeros(16))
	add(0x806, arp(a4, b4))
	add(0x806, arp(b4, c4))
	add(0x8035, arp(c4, a4))
	add(0x88cc, zeros(30))
	return list
}()

// linkFrames are the samples as packets of a link type: with tags where it has
// them, and then some of them again, cut short.
func linkFrames(l Link) [][]byte {
	frames := wholeFrames(l)
	for _, f := range slices.Clone(frames[:min(len(frames), 60)]) {
		for _, n := range []int{0, 1, 9, 13, 15, 20, 25, 33, 35, 37} {
			frames = append(frames, f[:min(n, len(f))])
		}
	}
	return frames
}

// whole is how many of a link type's frames are not cut.
func whole(l Link) int { return len(wholeFrames(l)) }

func wholeFrames(l Link) [][]byte {
	var frames [][]byte
	add := func(layers ...layer) { frames = append(frames, frame(layers...)) }
	for _, s := range samples {
		data := octets(s.data...)
		switch l {
		case 1:
			add(ether(s.etherType), data)
			add(ether(0x8100), vlan(7, s.etherType), data)
			add(ether(0x88a8), vlan(7, 0x8100), vlan(0x2008, s.etherType), data)
			add(ether(0x9100), vlan(8, s.etherType), data)
		case 113:
			add(octets(0, 0, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0), octets(u16(s.etherType)...), data)
			add(octets(0, 0, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0), octets(0x81, 0), vlan(7, s.etherType), data)
		case 276:
			add(octets(u16(s.etherType)...), octets(0, 0, 0, 0, 0, 1, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0), data)
		case 9:
			add(octets(0xff, 3), octets(u16(map[int]int{0x800: 0x21, 0x86dd: 0x57}[s.etherType])...), data)
		case 104:
			add(octets(0x0f, 0), octets(u16(s.etherType)...), data)
		case 0:
			add(octets(byte(family(s.etherType)), 0, 0, 0), data)
		case 108:
			add(octets(0, 0, 0, byte(family(s.etherType))), data)
		default:
			add(data)
		}
	}
	return frames
}

// family is an address family of macOS.
func family(etherType int) int { return map[int]int{0x800: 2, 0x86dd: 30}[etherType] }

// links are those that the expressions are held against tcpdump for.
var links = []Link{1, 113, 276, 101, 228, 229, 0, 108, 9, 104}

// pcapOf makes a capture file. The time of a frame is its number.
func pcapOf(l Link, frames [][]byte) []byte {
	le := binary.LittleEndian
	b := le.AppendUint32(nil, 0xa1b2c3d4)
	b = append(b, 2, 0, 4, 0)
	b = le.AppendUint64(b, 0)
	b = le.AppendUint32(b, 1<<18)
	b = le.AppendUint32(b, uint32(l))
	for i, f := range frames {
		b = le.AppendUint32(b, uint32(i))
		b = le.AppendUint32(b, 0)
		b = le.AppendUint32(b, uint32(len(f)))
		b = le.AppendUint32(b, uint32(len(f)))
		b = append(b, f...)
	}
	return b
}

// numbersIn are the numbers of the frames in a capture file.
func numbersIn(b []byte) []int {
	var numbers []int
	for b = b[min(24, len(b)):]; len(b) >= 16; {
		numbers = append(numbers, int(binary.LittleEndian.Uint32(b)))
		b = b[16+binary.LittleEndian.Uint32(b[8:]):]
	}
	return numbers
}

// sampleExpressions are held against tcpdump.
var sampleExpressions = []string{
	"ip", "ip6", "arp", "rarp", "tcp", "udp", "sctp", "icmp", "icmp6", "igmp", "esp", "ah", "pim", "vrrp",
	"host 10.0.0.1", "src 10.0.0.1", "dst host 10.0.0.2", "src and dst host 10.0.0.1", "src or dst host 10.0.0.1", "dst or src 10.0.0.1", "dst and src 10.0.0.1",
	"host 2001:db8::1", "src host 2001:db8::1", "dst 2001:db8:1::2", "src and dst host 2001:db8::1",
	"ip host 10.0.0.1", "arp host 10.0.0.1", "arp src 10.0.0.1", "rarp host 10.0.0.1", "ip6 host 2001:db8::1", "ip src 10.0.0.1",
	"net 10", "net 10.0", "net 10.0.0.0/8", "net 10.0.0.0 mask 255.255.255.0", "net 192.168.7", "src net 192.168.0.0/16", "net 10.0.0.0", "net 10.0.0.1",
	"net 2001:db8::/32", "net 2001:db8:1::/48", "src net 2001:db8::/33", "net 0.0.0.0/0", "net ::/0", "ip net 10.0.0.0/8", "arp net 10",
	"port 25", "src port 25", "dst port 25", "src and dst port 53", "src or dst port 25", "tcp port 25", "udp port 25", "sctp port 25", "tcp src port 25", "udp dst port 53",
	"portrange 25-587", "portrange 587-25", "src portrange 24-26", "tcp portrange 25-587", "portrange 25-25", "portrange 25", "portrange 0-65535", "portrange 0-25", "dst portrange 500-65535",
	"port 25 and not host 10.0.0.1", "tcp and port 25 or port 587", "port 25 or 587", "port 25 or 587 or 465", "host 10.0.0.1 or 10.0.0.2", "host 10.0.0.1 or 2001:db8::1",
	"not port 22 and host 10.0.0.1", "not port 22 and not 25", "port not 22", "port (25 or 587)", "port (25 or (587 and 465))", "port 25 or (587 or not 22)",
	"tcp port 25 or 587", "host 10.0.0.1 and port 25 or 587", "host 10.0.0.1 and (port 25 or 587)", "port 25 or 587 and host 10.0.0.1", "port 25 and 587",
	"src host 10.0.0.1 or 10.0.0.2 and dst port 25", "(tcp or udp) and port 53", "(port 25) or port 53", "not (tcp port 25 or udp port 53)", "not not tcp", "! tcp && ip || arp",
	"not ip", "not tcp", "tcp or not ip6", "ip proto 6", "ip6 proto 17", "proto 6", `ip proto \tcp`, `proto \udp`, "ip proto 47", "not host 10.0.0.1", "not (ip or arp)",
	"net 10.0.0.0/8 or 192.168.0.0/16", "src net 10 or net 192.168", "not src port 25 or 587", "dst port 25 or src port 25",
	"port 0x19", "ip and not tcp port 25", "tcp src portrange 20-30 or 500-600", "tcp port smtp or submission",
}

// tagExpressions are held against tcpdump where there are tags.
var tagExpressions = []string{
	"vlan", "vlan 7", "vlan 8", "vlan and port 25", "vlan 7 and tcp", "vlan and vlan", "vlan 7 and vlan 8 and port 25", "port 25 or vlan and port 25", "port 25 or (vlan 7 and port 25)",
	"not vlan", "not vlan and port 25", "vlan or port 25", "vlan and host 10.0.0.1 or 10.0.0.2", "vlan 7 and ip6 or arp", "(vlan and tcp) or (vlan and udp)", "vlan and not port 25",
	"not (vlan and tcp)", "vlan 7 and net 10", "vlan and portrange 25-587",
}
