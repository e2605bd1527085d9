package nearby

import (
	"net/netip"
	"testing"
)

// TestFlood: the log stays within its bounds, and forgets clients that are gone.
func TestFlood(t *testing.T) {
	l := NewLog()
	request, name := tgsRequest("SMTPSVC", "mail.contoso.test"), make([]byte, 4000)
	name[2] = 0x80
	for i := range int64(4 * maxEntries) {
		from := netip.AddrPortFrom(netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)}), 99)
		if i%2 == 0 {
			l.Datagram(at(1), from, kdc, request)
		} else {
			l.Datagram(at(1), dns, from, name)
		}
		if i%1000 == 0 {
			l.View(1e9)
		}
	}
	for range behind + 2 {
		l.View(1e9)
	}
	if l.entries > maxEntries || l.octets > maxOctets || len(l.newest) > maxEntries+1000 || l.Dropped == 0 {
		t.Errorf("%d entries, %d octets, %d clients, %d dropped", l.entries, l.octets, len(l.newest), l.Dropped)
	}
	if v := l.View(1e9 + maxAge + 1); v.low != v.high {
		t.Error("what is too old is still there")
	}
}

// TestAheadOfTheClock: a message whose time the clock did not believe yet is not old when
// it does.
func TestAheadOfTheClock(t *testing.T) {
	const days = int64(72 * 3600e9)
	l := NewLog()
	l.Datagram(Stamp{Clock: 1e9, Time: 1e9 + days, Frame: 1}, port(1), kdc, tgsRequest("SMTPSVC", "mail.contoso.test"))
	if l.View(2e9); l.entries != 1 {
		t.Error("it is gone before its time")
	}
	if l.View(1e9 + days + maxAge); l.entries != 1 {
		t.Error("it is taken for old")
	}
	if l.View(2e9 + days + maxAge); l.entries != 0 {
		t.Error("it is still there")
	}
	l.Datagram(Stamp{Clock: 1e9, Time: 1 << 62, Frame: 1}, port(1), kdc, tgsRequest("SMTPSVC", "mail.contoso.test"))
	if l.View(2e9 + maxAge); l.entries != 0 {
		t.Error("a damaged time keeps it")
	}
}

func BenchmarkName(b *testing.B) {
	octets := answer(b, "smtp.contoso.test", "smtp.contoso.test", "10.1.2.9")
	l := NewLog()
	b.ReportAllocs()
	b.SetBytes(int64(len(octets)))
	n := 0
	for b.Loop() {
		l.Datagram(at(1), dns, port(1), octets)
		if n++; n%1000 == 0 {
			l.View(1e9)
		}
	}
}

func BenchmarkRequest(b *testing.B) {
	octets := tgsRequest("SMTPSVC", "mail.contoso.test")
	l := NewLog()
	b.ReportAllocs()
	b.SetBytes(int64(len(octets)))
	n := 0
	for b.Loop() {
		l.Datagram(at(1), port(1), kdc, octets)
		if n++; n%1000 == 0 {
			l.View(1e9)
		}
	}
}

// BenchmarkLook is for a client that asks for many names.
func BenchmarkLook(b *testing.B) {
	l := NewLog()
	octets := answer(b, "other.contoso.test", "other.contoso.test", "10.1.2.8")
	question := dnsReply{question: "other.contoso.test", asks: true}.octets(b)
	for i := range 4 * maxLooked {
		from := port(uint16(i))
		l.Datagram(at(9), from, dns, question)
		l.Datagram(at(9), dns, from, octets)
	}
	v := l.View(20e9)
	b.ReportAllocs()
	for b.Loop() {
		v.Look(Where{Client: client, Server: server, Start: 10e9, Before: 20e9})
	}
}
