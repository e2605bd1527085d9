package capture

import (
	"bytes"
	"math/rand/v2"
	"testing"
	"unsafe"

	"github.com/gopacket/gopacket/layers"
)

// fuzzLinks are the link types that FuzzSelect chooses from.
var fuzzLinks = []LinkType{
	LinkEthernet, LinkSLL, LinkSLL2, LinkNull, LinkLoop, LinkRaw, LinkIPv4, LinkIPv6,
	LinkPPP, linkPPPoE, linkCiscoHDLC, LinkIEEE80211, LinkRadiotap, 147,
}

// FuzzSelect gives a Selector any octets. What it keeps must be decodable, lie
// within the packet and be wanted; what it does not keep must be unchanged; and
// the peek must never decide otherwise than the walk.
func FuzzSelect(f *testing.F) {
	for _, e := range encapsulations() {
		for i, link := range fuzzLinks {
			if link == e.link {
				f.Add(uint8(i), serialize(f, e.layers...), uint32(0))
			}
		}
	}
	whole := serialize(f, mail4()...)
	for _, c := range cuts(len(whole)-20, 40) {
		f.Add(uint8(5), fragmentOf4(whole, 1, c), uint32(1))
	}
	f.Add(uint8(0), about(f, 3, 3, serialize(f, datagramLayers(40000, 88, 40)...)), uint32(0))
	f.Add(uint8(0), about6(f, 1, 4, serialize(f, ipv6Layer(layers.IPProtocolUDP), &layers.UDP{SrcPort: 40000, DstPort: 88}, payload(40))), uint32(0))
	f.Fuzz(func(t *testing.T, which uint8, data []byte, more uint32) {
		p := packetOf(fuzzLinks[int(which)%len(fuzzLinks)], data)
		p.WireLen += more
		before, octetsBefore := p, bytes.Clone(data)
		s := NewSelector(smtpPorts)
		kept := s.Select(&p)
		if !bytes.Equal(data, octetsBefore) {
			t.Fatal("the octets were written to")
		}
		walked := before
		byWalk := NewSelector(smtpPorts)
		if found := byWalk.walk.run(byWalk, &walked); (found == wanted) != kept {
			t.Fatalf("kept: %v, but the walk says %d", kept, found)
		}
		if walked.L3 != p.L3 || walked.VLAN != p.VLAN || walked.Hash != p.Hash || walked.WireLen != p.WireLen || walked.Link != p.Link {
			t.Fatalf("peek %+v\nwalk %+v", p, walked)
		}
		// With what is beside, all that is kept tells what it is.
		if b := before; NewSelector(withBeside).Select(&b) {
			if source, destination := b.Ends(); !source.Addr().IsValid() || !destination.Addr().IsValid() {
				t.Fatalf("from %v to %v: %+v", source, destination, b)
			}
		}
		stats := s.Stats()
		refused := stats.Unwanted + stats.NotTCP + stats.Malformed + stats.UnknownLink[p.Link]
		if kept && refused != 0 || !kept && refused+stats.Fragments < 1 {
			t.Fatalf("kept: %v; %+v", kept, stats)
		}
		checkBooks(t, &s.frags)
		if kept {
			checkKept(t, &p)
		} else if p.L3 != before.L3 || p.Hash != before.Hash || p.VLAN != before.VLAN || unsafe.SliceData(p.Data) != unsafe.SliceData(before.Data) {
			t.Fatalf("not kept, but changed: %+v", p)
		}
	})
}

// checkKept checks what must hold of any packet that a Selector kept.
func checkKept(t *testing.T, p *Packet) {
	t.Helper()
	var got segment
	if !decode(p, &got) {
		t.Fatal("kept but not decoded")
	}
	if got.wireLen < len(got.payload) {
		t.Fatalf("payload of %d octets, %d on the wire", len(got.payload), got.wireLen)
	}
	if len(got.payload) > 0 && !within(got.payload, p.Data) {
		t.Fatal("the payload is not within the packet")
	}
	wants := NewSelector(smtpPorts).wants
	if !wants(uint32(got.src().Port())<<16 | uint32(got.dst().Port())) {
		t.Fatalf("kept, but nobody wants %v → %v", got.src(), got.dst())
	}
}

// within reports whether inner is a part of outer's memory.
func within(inner, outer []byte) bool {
	from := uintptr(unsafe.Pointer(unsafe.SliceData(inner)))
	start := uintptr(unsafe.Pointer(unsafe.SliceData(outer)))
	return from >= start && from+uintptr(len(inner)) <= start+uintptr(len(outer))
}

// FuzzWalkAgreesWithGopacket changes one octet of a generated packet. Whatever
// it is: if the packet is kept and gopacket finds a segment, it is the same
// segment. They may differ on where it ends, if the headers do.
func FuzzWalkAgreesWithGopacket(f *testing.F) {
	for seed := range uint64(50) {
		f.Add(seed, uint16(seed*7), uint8(seed))
	}
	f.Fuzz(func(t *testing.T, seed uint64, at uint16, change uint8) {
		_, link, data := generate(t, rand.New(rand.NewPCG(seed, 1)))
		data[int(at)%len(data)] ^= change
		p := packetOf(link, data)
		if !NewSelector(smtpPorts).Select(&p) {
			return
		}
		checkKept(t, &p)
		var got segment
		decode(&p, &got)
		theirs, ok := gopacketSegment(link, data)
		size := min(len(got.payload), len(theirs.payload))
		got.payload, theirs.payload = got.payload[:size], theirs.payload[:size]
		got.wireLen, theirs.wireLen = size, size
		if ok && !sameSegment(&got, &theirs) {
			t.Fatalf("gopacket found %+v\nthe walk %+v\n% x", theirs, got, data)
		}
	})
}
