package capture

import (
	"bytes"
	"encoding/binary"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/gopacket/gopacket/layers"
)

// A cut is a part of a datagram's fragmentable part.
type cut struct {
	from, to int
	last     bool
}

// cuts divides total octets at the multiples of step, which is a multiple of 8.
func cuts(total, step int) []cut {
	var all []cut
	for from := 0; from < total; from += step {
		to := min(from+step, total)
		all = append(all, cut{from, to, to == total})
	}
	return all
}

// fragmentOf4 returns the part of an IPv4 packet that c says, as a packet.
func fragmentOf4(whole []byte, id uint16, c cut) []byte {
	header := int(whole[0]&0xf) * 4
	out := append(slices.Clone(whole[:header]), whole[header+c.from:header+c.to]...)
	binary.BigEndian.PutUint16(out[2:], uint16(len(out)))
	binary.BigEndian.PutUint16(out[4:], id)
	field := uint16(c.from / 8)
	if !c.last {
		field |= 0x2000
	}
	binary.BigEndian.PutUint16(out[6:], field)
	return out
}

// fragmentOf6 does the same for an IPv6 packet without extension headers.
func fragmentOf6(whole []byte, id uint32, c cut) []byte {
	out := slices.Clone(whole[:40])
	next := out[6]
	out[6] = 44
	field := uint16(c.from)
	if !c.last {
		field |= 1
	}
	out = append(out, next, 0)
	out = binary.BigEndian.AppendUint16(out, field)
	out = binary.BigEndian.AppendUint32(out, id)
	out = append(out, whole[40+c.from:40+c.to]...)
	binary.BigEndian.PutUint16(out[4:], uint16(len(out)-40))
	return out
}

// selectAll gives the packets to s and returns those that were kept.
func selectAll(s *Selector, link LinkType, packets ...[]byte) []Packet {
	var kept []Packet
	for i, data := range packets {
		p := packetOf(link, data)
		p.Frame = int64(i + 1)
		if s.Select(&p) {
			kept = append(kept, p)
		}
	}
	return kept
}

func TestFragmentsBecomeADatagram(t *testing.T) {
	whole4, whole6 := serialize(t, mail4()...), serialize(t, mail6()...)
	size := len(whole4) - 20
	parts4 := func(step int) (out [][]byte) {
		for _, c := range cuts(size, step) {
			out = append(out, fragmentOf4(whole4, 7, c))
		}
		return out
	}
	parts6 := func(step int) (out [][]byte) {
		for _, c := range cuts(size, step) {
			out = append(out, fragmentOf6(whole6, 7, c))
		}
		return out
	}
	reversed := func(packets [][]byte) [][]byte {
		slices.Reverse(packets)
		return packets
	}
	twice := func(packets [][]byte) (out [][]byte) {
		for _, p := range packets {
			out = append(out, p, p)
		}
		return out
	}
	for _, test := range []struct {
		name    string
		packets [][]byte
	}{
		{name: "IPv4, two", packets: parts4(40)},
		{name: "IPv4, tiny", packets: parts4(8)},
		{name: "IPv4, tiny, last first", packets: reversed(parts4(8))},
		{name: "IPv4, each twice", packets: twice(parts4(16))},
		{name: "IPv6, two", packets: parts6(40)},
		{name: "IPv6, tiny", packets: parts6(8)},
		{name: "IPv6, tiny, last first", packets: reversed(parts6(8))},
		{name: "IPv6, each twice", packets: twice(parts6(16))},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := NewSelector(mailRules)
			kept := selectAll(s, LinkRaw, test.packets...)
			if len(kept) != 1 {
				t.Fatalf("%d packets kept; %+v", len(kept), s.Stats())
			}
			p := kept[0]
			if p.L3 != 0 || p.Link != LinkRaw || int(p.WireLen) != len(p.Data) {
				t.Errorf("L3 %d, link %v, %d octets of %d", p.L3, p.Link, len(p.Data), p.WireLen)
			}
			checkMail(t, &p)
			stats := s.Stats()
			if stats.Fragments != int64(len(test.packets)) || stats.FragmentsLost != 0 || stats.FragmentOverlaps != 0 {
				t.Errorf("%+v", stats)
			}
			direct := packetOf(LinkRaw, whole4)
			if p.Data[0]>>4 == 6 {
				direct = packetOf(LinkRaw, whole6)
			}
			if !s.Select(&direct) || direct.Hash != p.Hash {
				t.Error("the hash differs from that of the unfragmented packet")
			}
		})
	}
}

func TestFragmentedTunnel(t *testing.T) {
	inner := append(stack{ipv4Layer(isGRE), &layers.GRE{Protocol: v6}}, mail6()...)
	whole := serialize(t, inner...)
	ether := serialize(t, ethernetLayer(layers.EthernetTypeDot1Q), &layers.Dot1Q{VLANIdentifier: 42, Type: v4})[:18]
	var packets [][]byte
	for _, c := range cuts(len(whole)-20, 48) {
		frame := append(slices.Clone(ether), fragmentOf4(whole, 99, c)...)
		packets = append(packets, append(frame, 0, 0, 0, 0, 0, 0)) // padding
	}
	kept := selectAll(NewSelector(mailRules), LinkEthernet, packets...)
	if len(kept) != 1 {
		t.Fatalf("%d packets kept", len(kept))
	}
	p := kept[0]
	if p.L3 != 24 || p.VLAN != 42 || p.Link != LinkRaw || p.Frame != int64(len(packets)) {
		t.Errorf("L3 %d, VLAN %d, link %v, frame %d", p.L3, p.VLAN, p.Link, p.Frame)
	}
	checkMail(t, &p)
}

func TestFragmentsNotCollected(t *testing.T) {
	for _, test := range []struct {
		name   string
		layers stack
		lost   int64 // without the first fragment
		notTCP int64
	}{
		{name: "ICMP", layers: stack{ipv4Layer(1), payload(64)}, notTCP: 2},
		{name: "TCP of other ports", layers: stack{ipv4Layer(isTCP), tcpLayer(50000, 80), payload(33)}, lost: 1},
		{name: "UDP that is no tunnel", layers: stack{ipv4Layer(isUDP), udpLayer(53), payload(64)}, lost: 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			whole := serialize(t, test.layers...)
			two := cuts(len(whole)-20, 40)
			first, last := fragmentOf4(whole, 1, two[0]), fragmentOf4(whole, 1, two[1])
			s := NewSelector(mailRules)
			if selectAll(s, LinkRaw, first, last) != nil || s.frags.bytes != 0 {
				t.Fatal("collected or kept")
			}
			s.Flush()
			stats := s.Stats()
			if stats.Fragments != 2 || stats.FragmentsLost != 0 || stats.NotTCP != test.notTCP {
				t.Errorf("%+v", stats)
			}
			s = NewSelector(mailRules)
			selectAll(s, LinkRaw, last)
			s.Flush()
			if stats := s.Stats(); stats.FragmentsLost != test.lost {
				t.Errorf("last fragment alone: %+v", stats)
			}
		})
	}
}

func TestFragmentCutBySnapLength(t *testing.T) {
	whole := serialize(t, mail4()...)
	two := cuts(len(whole)-20, 48)
	first, last := fragmentOf4(whole, 1, two[0]), fragmentOf4(whole, 1, two[1])
	s := NewSelector(mailRules)
	selectAll(s, LinkRaw, first)
	p := packetOf(LinkRaw, last[:25:25])
	p.WireLen = uint32(len(last))
	if !s.Select(&p) {
		t.Fatal("not selected")
	}
	var got segment
	if !decode(&p, &got) {
		t.Fatal("not decoded")
	}
	if got.wireLen != 33 || !bytes.Equal(got.payload, payload(33)[:21]) {
		t.Errorf("payload % x of %d", got.payload, got.wireLen)
	}
}

// pieceOf makes a fragment for the defragmenter alone.
func pieceOf(offset int, data string, more bool) *fragment {
	header := make([]byte, 20)
	header[0] = 0x45
	return &fragment{
		key: fragmentKey{version: 4, protocol: protocolTCP}, header: header, next: protocolTCP, nextAt: ipv4ProtocolAt,
		offset: offset, size: len(data), data: []byte(data), more: more,
	}
}

func TestOverlappingFragments(t *testing.T) {
	for _, test := range []struct {
		name     string
		pieces   []*fragment
		want     string // empty: not whole
		overlaps int64
	}{
		{
			name:   "plain copies",
			pieces: []*fragment{pieceOf(0, "aaaaaaaa", true), pieceOf(0, "aaaaaaaa", true), pieceOf(8, "b", false)},
			want:   "aaaaaaaab",
		},
		{
			name:     "other octets at the same place",
			pieces:   []*fragment{pieceOf(0, "aaaaaaaa", true), pieceOf(0, "AAAAAAAA", true), pieceOf(8, "b", false)},
			want:     "aaaaaaaab",
			overlaps: 1,
		},
		{
			name:     "across the end of another",
			pieces:   []*fragment{pieceOf(0, "aaaaaaaa", true), pieceOf(0, "AAAAAAAABBBBBBBB", true), pieceOf(16, "c", false)},
			want:     "aaaaaaaaBBBBBBBBc",
			overlaps: 1,
		},
		{
			name:     "over several and the holes between",
			pieces:   []*fragment{pieceOf(8, "bbbbbbbb", true), pieceOf(24, "dddddddd", true), pieceOf(0, "AAAAAAAABBBBBBBBCCCCCCCCDDDDDDDDEEEEEEEE", true), pieceOf(40, "f", false)},
			want:     "AAAAAAAAbbbbbbbbCCCCCCCCddddddddEEEEEEEEf",
			overlaps: 1,
		},
		{
			name:     "beyond the end",
			pieces:   []*fragment{pieceOf(8, "b", false), pieceOf(8, "BBBBBBBB", true), pieceOf(0, "aaaaaaaa", true)},
			want:     "aaaaaaaab",
			overlaps: 1,
		},
		{
			name:     "a second end",
			pieces:   []*fragment{pieceOf(8, "bbb", false), pieceOf(8, "b", false), pieceOf(0, "aaaaaaaa", true)},
			want:     "aaaaaaaabbb",
			overlaps: 1,
		},
		{
			name:     "an end before what is there",
			pieces:   []*fragment{pieceOf(16, "cccccccc", true), pieceOf(8, "b", false), pieceOf(0, "aaaaaaaa", true)},
			overlaps: 1,
		},
		{name: "a hole", pieces: []*fragment{pieceOf(0, "aaaaaaaa", true), pieceOf(16, "c", false)}},
		{name: "no end", pieces: []*fragment{pieceOf(0, "aaaaaaaa", true), pieceOf(8, "bbbbbbbb", true)}},
		{name: "no beginning", pieces: []*fragment{pieceOf(8, "b", false)}},
		{name: "not a multiple of eight", pieces: []*fragment{pieceOf(0, "aaaa", true), pieceOf(8, "b", false)}},
		{name: "longer than a datagram can be", pieces: []*fragment{pieceOf(65528, "bbbbbbbb", false)}},
	} {
		t.Run(test.name, func(t *testing.T) {
			d := newDefragmenter(defaultFragmentLimits)
			var got []byte
			for _, f := range test.pieces {
				if packet, wire, ok := d.add(f, 0); ok {
					if got != nil {
						t.Error("whole twice")
					}
					if int(wire) != len(packet) || int(binary.BigEndian.Uint16(packet[2:])) != len(packet) {
						t.Errorf("length %d, header says %d, packet has %d", wire, binary.BigEndian.Uint16(packet[2:]), len(packet))
					}
					got = packet[20:]
				}
			}
			if string(got) != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
			if d.overlaps != test.overlaps {
				t.Errorf("%d overlaps, want %d", d.overlaps, test.overlaps)
			}
			d.flush()
			if d.bytes != 0 || len(d.datagrams) != 0 {
				t.Errorf("after flush: %d octets, %d datagrams", d.bytes, len(d.datagrams))
			}
			if whole := test.want != ""; whole != (d.lost == 0) {
				t.Errorf("%d fragments lost", d.lost)
			}
		})
	}
}

func TestDatagramTooLongWithItsHeader(t *testing.T) {
	d := newDefragmenter(defaultFragmentLimits)
	step := string(make([]byte, 32760))
	for _, f := range []*fragment{pieceOf(0, step, true), pieceOf(32760, step, true), pieceOf(65520, "12345678", false)} {
		if _, _, ok := d.add(f, 0); ok {
			t.Fatal("a datagram of more than 65535 octets")
		}
	}
	if d.lost != 3 || d.bytes != 0 {
		t.Errorf("%d lost, %d octets kept", d.lost, d.bytes)
	}
}

func TestIdentificationUsedAgain(t *testing.T) {
	d := newDefragmenter(defaultFragmentLimits)
	whole := func(f *fragment) bool {
		_, _, ok := d.add(f, 0)
		return ok
	}
	if whole(pieceOf(0, "aaaaaaaa", true)) || !whole(pieceOf(8, "b", false)) {
		t.Fatal("first datagram")
	}
	if whole(pieceOf(8, "b", false)) {
		t.Error("a late copy began a datagram")
	}
	if whole(pieceOf(0, "cccccccc", true)) || !whole(pieceOf(8, "d", false)) {
		t.Error("second datagram")
	}
	d.flush()
	if d.lost != 0 {
		t.Errorf("%d lost", d.lost)
	}
}

func TestFragmentLimits(t *testing.T) {
	limits := fragmentLimits{bytes: 4000, datagrams: 4, fragments: 3, age: int64(time.Minute), settled: int64(time.Second)}
	piece := func(id uint32, offset, size int, more bool) *fragment {
		f := pieceOf(offset, string(make([]byte, size)), more)
		f.key.id = id
		return f
	}
	t.Run("datagrams", func(t *testing.T) {
		d := newDefragmenter(limits)
		for id := range uint32(10) {
			d.add(piece(id, 0, 8, true), 0)
		}
		if d.waiting.Len() != 4 || d.lost != 6 {
			t.Errorf("%d wait, %d lost", d.waiting.Len(), d.lost)
		}
		if _, _, ok := d.add(piece(9, 8, 1, false), 0); !ok {
			t.Error("the newest was dropped")
		}
	})
	t.Run("settled datagrams", func(t *testing.T) {
		d := newDefragmenter(limits)
		for id := range uint32(10) {
			d.dismiss(fragmentKey{id: id}, 0)
		}
		if d.settled.Len() != 4 || len(d.datagrams) != 4 || d.lost != 0 {
			t.Errorf("%d settled, %d known, %d lost", d.settled.Len(), len(d.datagrams), d.lost)
		}
	})
	t.Run("bytes", func(t *testing.T) {
		d := newDefragmenter(limits)
		for id := range uint32(4) {
			d.add(piece(id, 0, 1600, true), 0)
			if d.bytes > limits.bytes {
				t.Errorf("%d octets kept", d.bytes)
			}
		}
		if d.waiting.Len() != 2 || d.lost != 2 {
			t.Errorf("%d wait, %d lost", d.waiting.Len(), d.lost)
		}
	})
	t.Run("fragments", func(t *testing.T) {
		d := newDefragmenter(limits)
		for i := range 5 {
			d.add(piece(1, 8+8*i, 8, true), 0)
		}
		if d.bytes != 0 || d.lost != 5 {
			t.Errorf("%d octets kept, %d lost", d.bytes, d.lost)
		}
	})
	t.Run("age", func(t *testing.T) {
		d := newDefragmenter(limits)
		d.add(piece(1, 0, 8, true), 0)
		if _, _, ok := d.add(piece(1, 8, 1, false), int64(2*time.Minute)); ok || d.lost != 1 {
			t.Errorf("whole %v, %d lost", ok, d.lost)
		}
		d.add(piece(2, 0, 8, true), int64(2*time.Minute))
		if _, _, ok := d.add(piece(2, 8, 1, false), int64(3*time.Minute)); !ok {
			t.Error("dropped before its time")
		}
	})
	t.Run("settled age", func(t *testing.T) {
		d := newDefragmenter(limits)
		d.dismiss(fragmentKey{version: 4, protocol: protocolTCP, id: 1}, 0)
		d.add(piece(1, 8, 8, true), int64(time.Second))
		if d.bytes != 0 {
			t.Error("collected after being dismissed")
		}
		d.add(piece(1, 8, 8, true), int64(3*time.Second))
		if d.bytes == 0 {
			t.Error("dismissed for too long")
		}
	})
}

// FuzzDefrag compares the defragmenter with an array of octets that can be
// written once. Three octets make a fragment: its offset and its size in units
// of eight, and the value that it is filled with, whose lowest bit is M.
func FuzzDefrag(f *testing.F) {
	f.Add([]byte{0, 1, 1, 1, 1, 2})
	f.Add([]byte{1, 1, 2, 0, 1, 1})
	f.Add([]byte{0, 3, 1, 1, 5, 3, 9, 1, 5, 5, 4, 8})
	r := rand.New(rand.NewPCG(1, 2))
	for range 20 {
		script := make([]byte, 60)
		for i := range script {
			script[i] = byte(r.UintN(6))
		}
		f.Add(script)
	}
	f.Fuzz(func(t *testing.T, script []byte) {
		limits := defaultFragmentLimits
		limits.fragments = 1000
		d := newDefragmenter(limits)
		model := newOctetModel()
		for len(script) >= 3 && model.fragments < limits.fragments {
			offset, size, fill := int(script[0])*8, int(script[1]%32)*8, script[2]
			script = script[3:]
			more := fill&1 == 1
			if !more {
				size -= int(fill>>1) % 8
			}
			if size <= 0 {
				continue
			}
			packet, _, ok := d.add(pieceOf(offset, string(bytes.Repeat([]byte{fill}, size)), more), 0)
			want := model.add(offset, size, fill, more)
			if ok != (want != nil) {
				t.Fatalf("whole: %v, want %v", ok, want != nil)
			}
			if !ok {
				continue
			}
			if !bytes.Equal(packet[20:], want) {
				t.Fatalf("got % x\nwant % x", packet[20:], want)
			}
			d.flush()
			model = newOctetModel()
		}
		checkBooks(t, &d)
		d.flush()
		if d.bytes != 0 || d.lost != int64(model.fragments) {
			t.Fatalf("%d octets, %d lost of %d", d.bytes, d.lost, model.fragments)
		}
	})
}

// An octetModel is one datagram, kept in the simplest way.
type octetModel struct {
	octets           [256*8 + 32*8]byte
	there            [256*8 + 32*8]bool
	total, fragments int
}

func newOctetModel() *octetModel { return &octetModel{total: -1} }

// add returns the datagram if it is whole.
func (m *octetModel) add(offset, size int, fill byte, more bool) []byte {
	m.fragments++
	end := offset + size
	if m.total >= 0 && (end > m.total || !more && end != m.total) {
		return nil
	}
	if !more {
		if slices.Contains(m.there[end:], true) {
			return nil
		}
		m.total = end
	}
	for i := offset; i < end; i++ {
		if !m.there[i] {
			m.octets[i], m.there[i] = fill, true
		}
	}
	if m.total < 0 || slices.Contains(m.there[:m.total], false) {
		return nil
	}
	return m.octets[:m.total]
}

// checkBooks checks that d's sums are those of its datagrams.
func checkBooks(t *testing.T, d *defragmenter) {
	t.Helper()
	held := 0
	for key, g := range d.datagrams {
		if g.key != key {
			t.Errorf("datagram %v is filed under %v", g.key, key)
		}
		held += g.bytes
		at := 0
		for _, p := range g.pieces {
			if p.offset < at || p.size <= 0 || len(p.data) > p.size {
				t.Errorf("piece %d+%d (%d captured) after %d", p.offset, p.size, len(p.data), at)
			}
			at = p.end()
		}
	}
	if held != d.bytes || len(d.datagrams) != d.waiting.Len()+d.settled.Len() {
		t.Errorf("%d octets, books say %d; %d datagrams, %d wait, %d settled", held, d.bytes, len(d.datagrams), d.waiting.Len(), d.settled.Len())
	}
}
