package bpfexpr

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"strings"
	"testing"
)

// randomExpression writes an expression of the words of the language.
func randomExpression(r *rand.Rand, depth int) string {
	pick := func(of ...string) string { return of[r.IntN(len(of))] }
	if depth > 0 {
		switch r.IntN(5) {
		case 0:
			return randomExpression(r, depth-1) + pick(" and ", " && ") + randomExpression(r, depth-1)
		case 1:
			return randomExpression(r, depth-1) + pick(" or ", " || ") + randomExpression(r, depth-1)
		case 2:
			return pick("not ", "! ") + randomExpression(r, depth-1)
		case 3:
			return "(" + randomExpression(r, depth-1) + ")"
		}
	}
	direction := pick("", "", "src ", "dst ", "src or dst ", "src and dst ")
	switch r.IntN(5) {
	case 0:
		return pick("ip", "ip6", "arp", "tcp", "udp", "sctp", "icmp", "icmp6", "rarp")
	case 1:
		list := pick("25", "587", "53", "80", "465")
		for r.IntN(2) == 0 {
			list += pick(" or ", " and ", " or not ") + pick("25", "22", "40000", "26")
		}
		return pick("", "tcp ", "udp ") + direction + "port " + list
	case 2:
		return direction + "portrange " + pick("25-587", "0-25", "500-65535", "24-26")
	case 3:
		return direction + pick("host 10.0.0.1", "host 10.0.0.2 or 192.168.7.9", "host 2001:db8::1", "net 10", "net 192.168.0.0/16", "net 2001:db8:1::/48", "net 10.0.0.0/31 or 10.0.0.2/32")
	}
	return pick("vlan", "vlan 7", "vlan 8", "ip proto 6", "proto 17", "ip6 proto 6")
}

// holds evaluates a condition on an Ethernet frame that is not cut, without any
// programme: the fields are read and compared.
func holds(c condition, frame []byte) bool {
	field := func(tags, at int) []byte {
		if at = 14 + 4*tags + at; at > len(frame)-4 {
			return make([]byte, 32)
		}
		return append(frame[at:len(frame):len(frame)], make([]byte, 32)...)
	}
	etherType := func(tags int) int { return int(binary.BigEndian.Uint16(field(tags, -2))) }
	ends := func(d direction, src, dst bool) bool {
		return map[direction]bool{source: src, destination: dst, sourceOrDestination: src || dst, sourceAndDestination: src && dst}[d]
	}
	in := func(spans []span, n uint32) bool {
		for _, s := range spans {
			if n >= s.low && n <= s.high {
				return true
			}
		}
		return false
	}
	switch c := c.(type) {
	case both:
		return holds(c.first, frame) && holds(c.second, frame)
	case either:
		return holds(c.first, frame) || holds(c.second, frame)
	case negation:
		return !holds(c.of, frame)
	case linkProtocol:
		return etherType(c.tags) == int(c.etherType)
	case ipProtocol:
		n := byte(c.number)
		four := etherType(c.tags) == 0x800 && field(c.tags, 9)[0] == n
		next := field(c.tags, 6)[0]
		six := etherType(c.tags) == 0x86dd && (next == n || next == 44 && field(c.tags, 40)[0] == n)
		return four && c.versions != version6 || six && c.versions != version4
	case hosts4:
		for _, t := range c.etherTypes {
			src, dst := 12, 16
			if t != 0x800 {
				src, dst = 14, 24
			}
			if etherType(c.tags) == int(t) {
				return ends(c.dir, in(c.ranges, be32(field(c.tags, src))), in(c.ranges, be32(field(c.tags, dst))))
			}
		}
		return false
	case net6:
		contains := func(at int) bool { return c.prefix.Contains(netip.AddrFrom16([16]byte(field(c.tags, at)))) }
		return etherType(c.tags) == 0x86dd && ends(c.dir, contains(8), contains(24))
	case ports:
		at, protocol := 40, field(c.tags, 6)[0]
		if etherType(c.tags) == 0x800 {
			at, protocol = int(field(c.tags, 0)[0]&0xf)*4, field(c.tags, 9)[0]
			if binary.BigEndian.Uint16(field(c.tags, 6))&0x1fff != 0 {
				return false
			}
		} else if etherType(c.tags) != 0x86dd {
			return false
		}
		known := false
		for _, p := range c.protocols {
			known = known || byte(p) == protocol
		}
		two := field(c.tags, at)
		return known && ends(c.dir, in(c.ranges, uint32(binary.BigEndian.Uint16(two))), in(c.ranges, uint32(binary.BigEndian.Uint16(two[2:]))))
	case tag:
		t := etherType(c.tags)
		return (t == 0x8100 || t == 0x88a8 || t == 0x9100) && (c.id < 0 || int(binary.BigEndian.Uint16(field(c.tags, 0)))&0xfff == c.id)
	}
	panic(fmt.Sprintf("%T", c))
}

// longFrames are whole Ethernet frames, padded so that nothing is looked for
// behind their end.
func longFrames() [][]byte {
	frames := wholeFrames(1)
	for i, f := range frames {
		frames[i] = append(f, make([]byte, 100)...)
	}
	return frames
}

// TestRandomExpressions: the programme, run by two machines, says what the fields
// say; tcpdump's programme for some of them, too.
func TestRandomExpressions(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 25))
	frames := longFrames()
	for i := range 400 {
		text := randomExpression(r, 4)
		expr := mustParse(t, text)
		program := compile(t, text, 1)
		machine := vm(t, program)
		for _, f := range frames {
			want := holds(expr.root, f)
			if got := program.Match(f); got != want {
				t.Fatalf("%s: got %v, want %v: % x", text, got, want, f)
			}
			if got := matches(t, machine, f); got != want {
				t.Fatalf("%s: the machine of x/net says %v, want %v: % x", text, got, want, f)
			}
		}
		if i%8 != 0 {
			continue
		}
		other, err := theirs(t, 1, text)
		if err != nil {
			if strings.Contains(err.Error(), "rejects all packets") {
				continue
			}
			t.Fatalf("%s: %v", text, err)
		}
		machine = vm(t, other)
		for _, f := range frames {
			if got, want := program.Match(f), matches(t, machine, f); got != want {
				t.Fatalf("%s: got %v, tcpdump's programme says %v: % x", text, got, want, f)
			}
		}
	}
}

// FuzzParse: whatever is written, the answer is an expression, which compiles
// for Ethernet, or an error at a place in the text.
func FuzzParse(f *testing.F) {
	for _, text := range append(sampleExpressions, tagExpressions...) {
		f.Add(text)
	}
	packets := wholeFrames(1)[:20]
	f.Fuzz(func(t *testing.T, text string) {
		expr, err := Parse(text)
		if err != nil {
			wrong, is := err.(*Error)
			if !is || wrong.Offset < 0 || wrong.Length < 0 || wrong.Offset+wrong.Length > len(text) || wrong.Text == "" {
				t.Fatalf("%q: %#v", text, err)
			}
			return
		}
		program, err := expr.Compile(1)
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		for _, p := range packets {
			program.Match(p)
		}
	})
}

// TestMatchAllocatesNothing: packets are matched by the million.
func TestMatchAllocatesNothing(t *testing.T) {
	program := compile(t, "port 25 or 587 and not host 10.0.0.1", 1)
	frame := wholeFrames(1)[0]
	if n := testing.AllocsPerRun(100, func() { program.Match(frame) }); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkMatch(b *testing.B) {
	expr, err := Parse("port 25 or 587 and not host 10.0.0.3")
	if err != nil {
		b.Fatal(err)
	}
	program, err := expr.Compile(1)
	if err != nil {
		b.Fatal(err)
	}
	packet := append(wholeFrames(1)[0], make([]byte, 1400)...)
	b.SetBytes(int64(len(packet)))
	b.ReportAllocs()
	for b.Loop() {
		if !program.Match(packet) {
			b.Fatal("not chosen")
		}
	}
}
