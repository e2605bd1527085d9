package capture

import (
	"net"
	"net/netip"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/gopacket/gopacket/layers"
)

// oneSelected is a packet as a source hands it on.
func oneSelected(t *testing.T, data []byte, frame int64) *Packet {
	t.Helper()
	kept := selectAll(NewSelector(withBeside), LinkEthernet, data)
	if len(kept) != 1 {
		t.Fatalf("frame %d: %d kept", frame, len(kept))
	}
	p := kept[0]
	p.Frame, p.Time, p.Clock = frame, frame, frame
	return &p
}

// TestLongestSilentGoes: when there are too many packets, the connection goes of which
// nothing came for the longest time, though another one is older.
func TestLongestSilentGoes(t *testing.T) {
	var frame int64
	packet := func(port layers.TCPPort) *Packet {
		frame++
		return oneSelected(t, segmentOf(t, port, 25), frame)
	}
	const fits = 2 * heldShare // one of them has no more than its share with two
	h := newHeldPackets(fits*packet(50000).cost(), nil)
	for i := range fits - 1 {
		h.add(packet(layers.TCPPort(50000 + i)))
	}
	h.add(packet(50000))
	h.add(packet(51000))
	held := map[uint16]bool{}
	for key := range h.flows {
		held[max(key.port[0], key.port[1])] = true
	}
	if len(held) != fits-1 || !held[50000] || held[50001] || !held[51000] {
		t.Errorf("held: %v", held)
	}
}

func TestHeldBeside(t *testing.T) {
	client, other := net.IP{192, 0, 2, 1}, net.IP{192, 0, 2, 9}
	var frame int64
	datagram := func(src, dst net.IP, from, to layers.UDPPort) *Packet {
		frame++
		ip := ipv4Layer(layers.IPProtocolUDP)
		ip.SrcIP, ip.DstIP = src, dst
		return oneSelected(t, serialize(t, ethernetLayer(layers.EthernetTypeIPv4), ip, &layers.UDP{SrcPort: from, DstPort: to}, payload(40)), frame)
	}
	kdc, everybody := net.IP{198, 51, 100, 2}, net.IP{224, 0, 0, 251}
	all := []*Packet{
		datagram(client, kdc, 40000, 88), // 1: there will be no room for it
		datagram(client, kdc, 40001, 88),
		datagram(kdc, client, 88, 40001),
		datagram(other, kdc, 40001, 88),
		datagram(other, everybody, 5353, 5353),
		datagram(kdc, client, 88, 40002),
	}
	h := heldBeside{limit: 5 * all[0].cost()}
	for _, p := range all {
		h.add(p)
	}
	frames := func(packets []Packet) (list []int64) {
		for i := range packets {
			list = append(list, packets[i].Frame)
		}
		return list
	}
	held := func(want ...int64) {
		t.Helper()
		if diff := cmp.Diff(want, frames(h.all())); diff != "" || h.octets != int64(len(want))*all[0].cost() {
			t.Errorf("%d octets of %d packets are held, -want +got:\n%s", h.octets, len(want), diff)
		}
	}
	held(2, 3, 4, 5, 6)
	taken := h.take(netip.MustParseAddr("192.0.2.1"), func(p *Packet) bool { return p.Frame < 6 })
	if diff := cmp.Diff([]int64{2, 3, 5}, frames(taken)); diff != "" { // what was said to all, too
		t.Errorf("-want +taken:\n%s", diff)
	}
	held(4, 6)
	nothing := heldBeside{}
	if nothing.add(all[0]); len(nothing.all()) != 0 {
		t.Error("without room one is held")
	}
}
