package nearby

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"
)

func TestNames(t *testing.T) {
	l := NewLog()
	l.Datagram(at(1), dns, port(6000), answer(t, "other.contoso.test", "other.contoso.test", "10.1.2.8"))
	l.Datagram(at(2), dns, port(6000), answer(t, "smtp.contoso.test", "smtp.contoso.test", "Ex01.contoso.test", "ex01.contoso.test", "10.1.2.8", "ex01.contoso.test", "10.1.2.9"))
	l.Datagram(at(3), dns, port(6000), answer(t, "liar.contoso.test", "ex01.contoso.test", "10.1.2.9")) // leads nowhere
	l.Datagram(at(4), netip.MustParseAddrPort("10.1.2.9:5353"), netip.MustParseAddrPort("224.0.0.251:5353"), answer(t, "ex01.local", "ex01.local", "10.1.2.9"))
	a := look(l, 10, 20)
	want := []Name{
		{Frame: 2, Asked: "smtp.contoso.test", Canonical: "ex01.contoso.test", Addresses: 2},
		{Frame: 4, Asked: "ex01.local", Canonical: "ex01.local", Addresses: 1, Protocol: "mdns"},
	}
	for i := range a.Names {
		a.Names[i].Time = time.Time{}
	}
	if !slices.Equal(a.Names, want) || !a.SawDNS {
		t.Errorf("%+v, want %+v", a.Names, want)
	}
}

func TestNamesOfIPv6(t *testing.T) {
	six := Where{Client: netip.MustParseAddr("2001:db8::3"), Server: netip.MustParseAddr("2001:db8::9"), Start: 10e9, Before: 20e9}
	l := NewLog()
	from := netip.AddrPortFrom(six.Client, 6000)
	l.Datagram(at(1), dns, from, dnsReply{question: "ex01.contoso.test", kind: dnsmessage.TypeAAAA, records: []string{"ex01.contoso.test", "2001:db8::8", "ex01.contoso.test", "2001:db8::9"}}.octets(t))
	l.Datagram(at(2), netip.MustParseAddrPort("[fe80::9]:5355"), from, dnsReply{question: "ex01", kind: dnsmessage.TypeAAAA, records: []string{"ex01", "2001:db8::9"}}.octets(t))
	l.Datagram(at(3), dns, from, dnsReply{question: "9.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.B.d.0.1.0.0.2.ip6.arpa", kind: dnsmessage.TypePTR,
		records: []string{"9.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.B.d.0.1.0.0.2.ip6.arpa", "mx.contoso.test"}}.octets(t))
	a := l.View(20e9).Look(six)
	want := []Name{
		{Frame: 2, Time: time.Unix(2, 0).UTC(), Asked: "ex01", Canonical: "ex01", Addresses: 1, Protocol: "llmnr"},
		{Frame: 1, Time: time.Unix(1, 0).UTC(), Asked: "ex01.contoso.test", Canonical: "ex01.contoso.test", Addresses: 2},
	}
	if !slices.Equal(a.Names, want) || len(a.Reverse) != 1 || a.Reverse[0].Name != "mx.contoso.test" {
		t.Errorf("%+v", a)
	}
}

func TestReverse(t *testing.T) {
	l := NewLog()
	l.Datagram(at(1), dns, port(1), dnsReply{question: "8.2.1.10.in-addr.arpa", kind: dnsmessage.TypePTR, records: []string{"8.2.1.10.in-addr.arpa", "other.contoso.test"}}.octets(t))
	l.Datagram(at(2), dns, port(1), dnsReply{question: "9.2.1.10.in-addr.arpa", kind: dnsmessage.TypePTR, records: []string{"9.2.1.10.in-addr.arpa", "EX01.contoso.test"}}.octets(t))
	l.Datagram(at(3), dns, port(1), dnsReply{question: "9.2.1.10.in-addr.arpa", kind: dnsmessage.TypePTR, // delegated by an alias (RFC 2317)
		records: []string{"9.2.1.10.in-addr.arpa", "9.0-15.2.1.10.in-addr.arpa", "9.0-15.2.1.10.in-addr.arpa", "mx.contoso.test"}}.octets(t))
	want := []ReverseName{{Frame: 3, Time: time.Unix(3, 0).UTC(), Name: "mx.contoso.test"}, {Frame: 2, Time: time.Unix(2, 0).UTC(), Name: "ex01.contoso.test"}}
	if a := look(l, 10, 20); !slices.Equal(a.Reverse, want) {
		t.Errorf("%+v, want %+v", a.Reverse, want)
	}
}

func TestFailures(t *testing.T) {
	const kdcs = "_kerberos._tcp.CONTOSO.TEST"
	ask := func(id uint16, name string, kind dnsmessage.Type) []byte {
		return dnsReply{id: id, question: name, kind: kind, asks: true}.octets(t)
	}
	reply := func(id uint16, name string, kind dnsmessage.Type, code dnsmessage.RCode, records ...string) []byte {
		return dnsReply{id: id, question: name, kind: kind, code: code, records: records}.octets(t)
	}
	other := netip.MustParseAddrPort("10.1.2.2:53")
	for _, test := range []struct {
		name string
		play func(*Log)
		want []string
	}{
		{"no KDC is known", func(l *Log) {
			l.Datagram(at(1), port(1), dns, ask(1, kdcs, dnsmessage.TypeSRV))
			l.Datagram(at(2), dns, port(1), reply(1, kdcs, dnsmessage.TypeSRV, dnsmessage.RCodeNameError))
		}, []string{"2 _kerberos._tcp.contoso.test SRV NXDOMAIN 0"}},
		{"nobody answers for the KDCs", func(l *Log) {
			l.Datagram(at(1), port(1), dns, ask(1, kdcs, dnsmessage.TypeSRV))
			l.Datagram(at(2), port(1), dns, ask(1, kdcs, dnsmessage.TypeSRV))
			l.Message(at(3), port(9), dns, ask(2, "_ldap._tcp.dc._msdcs.CONTOSO.TEST", dnsmessage.TypeSRV))
		}, []string{"3 _ldap._tcp.dc._msdcs.contoso.test SRV  1", "1 _kerberos._tcp.contoso.test SRV  2"}},
		{"the other name server answers", func(l *Log) {
			l.Datagram(at(1), port(1), dns, ask(1, kdcs, dnsmessage.TypeSRV))
			l.Datagram(at(2), port(1), other, ask(2, kdcs, dnsmessage.TypeSRV))
			l.Datagram(at(3), other, port(1), reply(2, kdcs, dnsmessage.TypeSRV, 0))
		}, nil},
		{"refused, then answered", func(l *Log) {
			l.Datagram(at(1), dns, port(1), reply(1, kdcs, dnsmessage.TypeSRV, dnsmessage.RCodeRefused))
			l.Datagram(at(2), other, port(1), reply(1, kdcs, dnsmessage.TypeSRV, 0))
		}, nil},
		{"none of the site, one of the domain", func(l *Log) {
			const site = "_kerberos._tcp.hq._sites.dc._msdcs.contoso.test"
			l.Datagram(at(1), dns, port(1), reply(1, site, dnsmessage.TypeSRV, dnsmessage.RCodeNameError))
			l.Datagram(at(2), dns, port(1), reply(2, kdcs, dnsmessage.TypeSRV, 0))
		}, nil},
		{"a name with suffixes", func(l *Log) {
			l.Datagram(at(8), dns, port(1), reply(1, "mail.branch.contoso.test", dnsmessage.TypeA, dnsmessage.RCodeNameError))
			l.Datagram(at(8), dns, port(1), reply(2, "printer.contoso.test", dnsmessage.TypeA, dnsmessage.RCodeNameError))
			l.Datagram(at(9), dns, port(1), reply(3, "mail.contoso.test", dnsmessage.TypeA, 0, "mail.contoso.test", "10.1.2.9"))
			l.Datagram(at(9), dns, port(1), reply(4, "mail.contoso.test", dnsmessage.TypeAAAA, dnsmessage.RCodeNotImplemented))
		}, []string{"8 mail.branch.contoso.test A NXDOMAIN 0"}},
		{"just before, and no name led anywhere", func(l *Log) {
			l.Datagram(at(2), dns, port(1), reply(1, "early.contoso.test", dnsmessage.TypeA, dnsmessage.RCodeServerFailure))
			l.Datagram(at(9), dns, port(1), reply(1, "mail.contoso.test", dnsmessage.TypeAAAA, dnsmessage.RCodeServerFailure))
			l.Datagram(at(9), dns, port(1), reply(1, "mail.contoso.test", dnsmessage.TypeA, 11))
			l.Datagram(at(11), dns, port(1), reply(1, "late.contoso.test", dnsmessage.TypeA, dnsmessage.RCodeServerFailure))
		}, []string{"9 mail.contoso.test A RCODE11 0", "9 mail.contoso.test AAAA SERVFAIL 0"}},
		{"just asked", func(l *Log) {
			l.Datagram(Stamp{Clock: 19.5e9, Time: 9.5e9, Frame: 1}, port(1), dns, ask(1, "mail.contoso.test", dnsmessage.TypeA))
		}, nil},
		{"questions of neighbours", func(l *Log) {
			l.Datagram(at(9), netip.MustParseAddrPort("10.1.2.3:5353"), netip.MustParseAddrPort("224.0.0.251:5353"), ask(0, "mail.local", dnsmessage.TypeA))
			l.Datagram(at(9), port(1), netip.MustParseAddrPort("224.0.0.252:5355"), ask(1, "mail", dnsmessage.TypeA))
		}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			l := NewLog()
			test.play(l)
			var got []string
			if a := look(l, 10, 20); a != nil {
				for _, f := range a.Failures {
					got = append(got, fmt.Sprintf("%d %s %s %s %d", f.Frame, f.Asked, f.Type, f.Error, f.Tries))
				}
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// TestManyNames: what a client asks for many names does not push out what it asked
// a KDC.
func TestManyNames(t *testing.T) {
	l := NewLog()
	l.Datagram(at(1), port(1), kdc, tgsRequest("smtp", "ex01.contoso.test"))
	l.Datagram(at(1), kdc, port(1), refusal(7, "smtp", "ex01.contoso.test"))
	octets := answer(t, "other.contoso.test", "other.contoso.test", "10.1.2.8")
	for range 2 * maxLooked {
		l.Datagram(at(2), dns, port(6000), octets)
	}
	if a := look(l, 10, 20); len(a.Requests) != 1 || !a.SawDNS {
		t.Errorf("%+v", a)
	}
}

// TestSinceTheLatest: names that are not looked at, because there were so many, are not
// said to be absent.
func TestSinceTheLatest(t *testing.T) {
	l := NewLog()
	l.Began(1e9)
	l.Datagram(at(100), dns, port(1), answer(t, "mail.contoso.test", "mail.contoso.test", "10.1.2.9"))
	for i := range int64(maxLooked) {
		l.Datagram(at(200+i), dns, port(1), answer(t, "other.test", "other.test", "10.9.9.9"))
	}
	if a := look(l, 1000, 1001); len(a.Names) != 0 || a.Since.Unix() != 200 {
		t.Errorf("names %+v, since %v", a.Names, a.Since)
	}
}

func TestSince(t *testing.T) {
	for _, test := range []struct {
		name               string
		began, start, want int64
	}{
		{"short before", 5000, 5010, 5000},
		{"long before", 1000, 9000, 9000 - 3600},
	} {
		t.Run(test.name, func(t *testing.T) {
			l := NewLog()
			l.Began(test.began * 1e9)
			l.Began(test.began*1e9 + 1)
			l.Datagram(at(test.start-1), dns, port(1), answer(t, "a.test", "a.test", "10.9.9.9"))
			if a := look(l, test.start, test.start+1); a.Since.Unix() != test.want {
				t.Errorf("since %v", a.Since)
			}
		})
	}
}

// TestAnswersReadAreBounded: of hundreds of answers that hold the server's address
// few are read, and the same name's once, so that it hides no other.
func TestAnswersReadAreBounded(t *testing.T) {
	where := Where{Client: port(1).Addr(), Server: netip.MustParseAddr("10.1.2.9"), Start: 10e9, Before: 20e9}
	for _, tt := range []struct {
		name  string
		alias string // what the address belongs to; empty: to the name itself
		same  bool
		read  int
		names int
	}{
		{name: "names of the server", read: maxNames, names: maxNames},
		{name: "names that do not lead there", alias: "elsewhere.contoso.test", read: maxRead},
		{name: "one name again and again", same: true, read: 1, names: 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := lookups{Where: where}
			for i := range int64(maxLooked) {
				name := fmt.Sprintf("mx%d.contoso.test", i)
				if tt.same {
					name = "mx.contoso.test"
				}
				owner := cmp.Or(tt.alias, name)
				l.take(&entry{Stamp: at(maxLooked - i), kind: entryAnswer, client: port(1), server: dns, dns: answer(t, name, owner, "10.1.2.9")})
			}
			if l.read != tt.read || len(l.names) != tt.names {
				t.Errorf("%d answers read, %d names; want %d, %d", l.read, len(l.names), tt.read, tt.names)
			}
		})
	}
}
