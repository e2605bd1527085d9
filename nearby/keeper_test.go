package nearby

import (
	"net/netip"
	"testing"

	"golang.org/x/net/dns/dnsmessage"
)

func TestKeeper(t *testing.T) {
	const start = 10000 // of the connection, seconds
	stranger := netip.MustParseAddrPort("10.1.2.4:6000")
	other := answer(t, "other.contoso.test", "other.contoso.test", "10.1.2.8")
	leads := answer(t, "ex01.contoso.test", "ex01.contoso.test", "10.1.2.9")
	ofKDC := dnsReply{question: "_kerberos._tcp.CONTOSO.TEST", kind: dnsmessage.TypeSRV, asks: true}.octets(t)
	reverse := func(name string) []byte {
		return dnsReply{question: name, kind: dnsmessage.TypePTR, records: []string{name, "a.contoso.test"}}.octets(t)
	}
	mdns, group := netip.MustParseAddrPort("10.1.2.9:5353"), netip.MustParseAddrPort("224.0.0.251:5353")
	for _, test := range []struct {
		name         string
		at           int64
		source, dest netip.AddrPort
		payload      []byte // nil: a segment of TCP
		want         bool
	}{
		{"Kerberos before", start - 899, port(1), kdc, tgsRequest("cifs", "a"), true},
		{"its answer", start, kdc, port(1), refusal(7, "cifs", "a"), true},
		{"Kerberos in TCP", start - 10, port(1), kdc, nil, true},
		{"its answer in TCP", start + 10, kdc, port(1), nil, true},
		{"a change of a password", start - 10, kpw, port(1), passwordReply(nil, refusal(7, "kadmin", "changepw")), true},
		{"Kerberos long before", start - 901, port(1), kdc, tgsRequest("cifs", "a"), false},
		{"Kerberos afterwards", start + 21, port(1), kdc, tgsRequest("cifs", "a"), false},
		{"Kerberos of somebody else", start, stranger, kdc, tgsRequest("smtp", "a"), false},
		{"Kerberos of somebody else, in TCP", start, kdc, stranger, nil, false},
		{"the name of the server", start - 3599, dns, port(1), leads, true},
		{"the name of the server, too old", start - 3601, dns, port(1), leads, false},
		{"the name of the server, told to somebody else", start, dns, stranger, leads, false},
		{"the name of another server", start - 60, dns, port(1), other, false},
		{"the name of another server just before", start - 4, dns, port(1), other, true},
		{"a question just before", start - 4, port(1), dns, dnsReply{question: "a.test", asks: true}.octets(t), true},
		{"a question", start - 60, port(1), dns, dnsReply{question: "a.test", asks: true}.octets(t), false},
		{"a question for KDCs", start - 60, port(1), dns, ofKDC, true},
		{"the name of the address", start - 60, dns, port(1), reverse("9.2.1.10.in-addr.arpa"), true},
		{"the name of another address", start - 60, dns, port(1), reverse("8.2.1.10.in-addr.arpa"), false},
		{"DNS in TCP", start - 3000, dns, port(1), nil, true},
		{"multicast", start - 60, mdns, group, leads, true},
		{"multicast of another server", start - 60, mdns, group, other, false},
		{"LLMNR", start - 60, netip.MustParseAddrPort("10.1.2.9:5355"), port(1), leads, true},
		{"nothing", start - 60, dns, port(1), []byte{}, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			k := NewKeeper()
			k.Add(Where{Client: client, Server: server, Start: start * 1e9, Before: (start + 20) * 1e9})
			k.Datagram((start-3500)*1e9, dns, port(9), other) // the first answer
			got := false
			if test.payload == nil {
				got = k.Segment(test.at*1e9, test.source, test.dest)
			} else {
				got = k.Datagram(test.at*1e9, test.source, test.dest, test.payload)
			}
			if got != test.want {
				t.Errorf("kept: %t", got)
			}
		})
	}
}

// TestKeeperKeepsTheFirstAnswer: it shows from when on the capture tells of DNS.
func TestKeeperKeepsTheFirstAnswer(t *testing.T) {
	k := NewKeeper()
	for _, start := range []int64{10000, 10100, 50000} { // two that touch, one for itself
		k.Add(Where{Client: client, Server: server, Start: start * 1e9, Before: (start + 20) * 1e9})
	}
	other := answer(t, "other.contoso.test", "other.contoso.test", "10.1.2.8")
	for _, test := range []struct {
		at   int64
		want bool
	}{{6000, false}, {6500, true}, {6501, false}, {9000, false}, {10101, false}, {47000, true}, {47001, false}} {
		if got := k.Datagram(test.at*1e9, dns, port(1), other); got != test.want {
			t.Errorf("at %d: %t", test.at, got)
		}
	}
}

func TestSpans(t *testing.T) {
	var s spans
	for _, span := range [][2]int64{{50, 60}, {10, 20}, {15, 30}, {30, 40}, {12, 13}} {
		s.add(span[0], span[1])
	}
	s.sort()
	for at, want := range map[int64]int{9: -1, 10: 0, 25: 0, 40: 0, 41: -1, 50: 1, 60: 1, 61: -1} {
		if got := s.holds(at); got != want {
			t.Errorf("at %d: %d, want %d (%v)", at, got, want, s)
		}
	}
	if (spans)(nil).holds(1) != -1 {
		t.Error("none holds something")
	}
}
