package nearby

import (
	"fmt"
	"net/netip"
	"slices"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"
)

var (
	client = netip.MustParseAddr("10.1.2.3")
	server = netip.MustParseAddr("10.1.2.9")
	kdc    = netip.MustParseAddrPort("10.1.2.1:88")
	dns    = netip.MustParseAddrPort("10.1.2.1:53")
)

// tlv is one DER element.
func tlv(tag byte, parts ...[]byte) []byte {
	body := slices.Concat(parts...)
	if len(body) < 0x80 {
		return append([]byte{tag, byte(len(body))}, body...)
	}
	return append([]byte{tag, 0x82, byte(len(body) >> 8), byte(len(body))}, body...)
}

func number(n byte) []byte          { return tlv(tagInteger, []byte{n}) }
func general(s string) []byte       { return tlv(0x1b, []byte(s)) }
func field(n byte, b []byte) []byte { return tlv(context|n, b) }

func principal(parts ...string) []byte {
	var names [][]byte
	for _, p := range parts {
		names = append(names, general(p))
	}
	return tlv(tagSequence, field(0, number(2)), field(1, tlv(tagSequence, names...)))
}

func tgsRequest(class, host string) []byte {
	padata := field(3, tlv(tagSequence, make([]byte, 200))) // the ticket comes before the names
	body := tlv(tagSequence, field(2, general("CONTOSO.TEST")), field(3, principal(class, host)), field(8, tlv(tagSequence, number(18), number(23))))
	return tlv(application|12, tlv(tagSequence, field(1, number(5)), field(2, number(12)), padata, field(4, body)))
}

func tgsReply(class, host string, etype byte) []byte {
	sealed := tlv(tagSequence, field(0, number(etype)), field(1, number(3)), field(2, tlv(tagOctetString, make([]byte, 50))))
	ticket := tlv(application|1, tlv(tagSequence, field(0, number(5)), field(1, general("CONTOSO.TEST")), field(2, principal(class, host)), field(3, sealed)))
	return tlv(application|13, tlv(tagSequence, field(0, number(5)), field(3, general("CONTOSO.TEST")), field(4, principal("alice")), field(5, ticket)))
}

func refusal(code byte, class, host string) []byte {
	data := tlv(tagOctetString, tlv(tagSequence, tlv(tagSequence, field(1, number(19)), field(2, tlv(tagOctetString)))))
	return tlv(application|30, tlv(tagSequence, field(4, tlv(tagTime, []byte("20261102120000Z"))), field(5, number(7)), field(6, number(code)),
		field(9, general("CONTOSO.TEST")), field(10, principal(class, host)), field(11, general("LOOKING_UP_SERVER")), field(12, data)))
}

func at(second int64) Stamp {
	return Stamp{Clock: second * 1e9, Time: second * 1e9, Frame: second}
}

func port(n uint16) netip.AddrPort { return netip.AddrPortFrom(client, n) }

func look(l *Log, start, before int64) *Around {
	return l.View(before * 1e9).Look(Where{Client: client, Server: server, Start: start * 1e9, Before: before * 1e9})
}

func TestRequestAndRefusal(t *testing.T) {
	l := NewLog()
	l.Datagram(at(10), port(5000), kdc, tgsRequest("SMTPSVC", "mail.contoso.test"))
	l.Datagram(at(11), kdc, port(5000), refusal(7, "SMTPSVC", "mail.contoso.test"))
	l.Datagram(at(12), port(5001), kdc, tgsRequest("SMTPSVC", "ex01.contoso.test"))
	l.Datagram(at(13), kdc, port(5001), tgsReply("SMTPSVC", "ex01.contoso.test", 23))
	l.Datagram(at(14), port(5002), kdc, tgsRequest("cifs", "files.contoso.test"))
	l.Datagram(at(15), kdc, port(5002), tgsReply("cifs", "files.contoso.test", 18))
	a := look(l, 20, 30)
	if len(a.Requests) != 2 || len(a.Unreachable) != 0 || !a.SawKerberos || a.SawDNS {
		t.Fatalf("%+v", a)
	}
	r := a.Requests[0]
	if r.Kind != "TGS" || r.Frame != 10 || r.Service != "SMTPSVC/mail.contoso.test" || r.Realm != "CONTOSO.TEST" || !slices.Equal(r.Etypes, []int32{18, 23}) || r.Transport != "udp" || r.KDC != kdc {
		t.Errorf("%+v", r)
	}
	if a := r.Answer; a == nil || a.Frame != 11 || a.ErrorCode != 7 || a.ErrorText != "LOOKING_UP_SERVER" || !slices.Equal(a.PAData, []int32{19}) || a.ServerTime.Nanosecond() != 7000 {
		t.Errorf("%+v", a)
	}
	if a := a.Requests[1].Answer; a == nil || a.Ticket != "SMTPSVC/ex01.contoso.test" || a.TicketEtype != 23 || a.KVNO != 3 {
		t.Errorf("%+v", a)
	}
}

// TestLookSeesNothingLater: what came after the session's end is not seen, so that
// it does not matter how far the log is ahead of whoever judges.
func TestLookSeesNothingLater(t *testing.T) {
	l := NewLog()
	l.Datagram(at(10), port(5000), kdc, tgsRequest("smtp", "a.contoso.test"))
	early := l.View(10e9)
	l.Datagram(at(20), port(5001), kdc, tgsRequest("smtp", "b.contoso.test"))
	l.View(20e9)
	w := Where{Client: client, Server: server, Start: 9e9, Before: 15e9}
	first, again := early.Look(w), look(l, 9, 15)
	if len(first.Requests) != 1 || fmt.Sprint(*first) != fmt.Sprint(*again) {
		t.Errorf("%+v, later %+v", first, again)
	}
}

func TestUnreachable(t *testing.T) {
	for _, test := range []struct {
		name string
		play func(*Log)
		want []Unreachable
	}{
		{"no answer to SYN", func(l *Log) {
			l.Attempted(at(1), port(1), kdc)
			l.Attempted(at(2), port(1), kdc)
		}, []Unreachable{{KDC: kdc, Transport: "tcp", Frame: 1, Tries: 2}}},
		{"answered", func(l *Log) { l.Attempted(at(1), port(1), kdc); l.Answered(at(2), port(1), kdc) }, nil},
		{"refused", func(l *Log) { l.Attempted(at(1), port(1), kdc); l.Reset(at(1), port(1), kdc) },
			[]Unreachable{{KDC: kdc, Transport: "tcp", Frame: 1, Tries: 1, Refused: true}}},
		{"UDP in vain", func(l *Log) {
			l.Datagram(at(1), port(1), kdc, tgsRequest("smtp", "a"))
			l.Datagram(at(3), port(1), kdc, tgsRequest("smtp", "a"))
		}, []Unreachable{{KDC: kdc, Transport: "udp", Frame: 1, Tries: 2}}},
		{"just asked", func(l *Log) { l.Attempted(Stamp{Clock: 9.5e9, Time: 9.5e9, Frame: 1}, port(1), kdc) }, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			l := NewLog()
			test.play(l)
			got := look(l, 5, 10).Unreachable
			for i := range got {
				got[i].Time = time.Time{}
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("%+v, want %+v", got, test.want)
			}
		})
	}
}

// answer is one of DNS: pairs of owner and CNAME or address.
func answer(t testing.TB, question string, records ...string) []byte {
	t.Helper()
	b := dnsmessage.NewBuilder(nil, dnsmessage.Header{Response: true})
	b.EnableCompression()
	name := func(s string) dnsmessage.Name { return dnsmessage.MustNewName(s + ".") }
	b.StartQuestions()
	b.Question(dnsmessage.Question{Name: name(question), Type: dnsmessage.TypeA, Class: dnsmessage.ClassINET})
	b.StartAnswers()
	for i := 0; i < len(records); i += 2 {
		h := dnsmessage.ResourceHeader{Name: name(records[i]), Class: dnsmessage.ClassINET}
		if ip, err := netip.ParseAddr(records[i+1]); err == nil {
			b.AResource(h, dnsmessage.AResource{A: ip.As4()})
		} else {
			b.CNAMEResource(h, dnsmessage.CNAMEResource{CNAME: name(records[i+1])})
		}
	}
	octets, err := b.Finish()
	if err != nil {
		t.Fatal(err)
	}
	return octets
}

func TestNames(t *testing.T) {
	l := NewLog()
	l.Datagram(at(1), dns, port(6000), answer(t, "other.contoso.test", "other.contoso.test", "10.1.2.8"))
	l.Datagram(at(2), dns, port(6000), answer(t, "smtp.contoso.test", "smtp.contoso.test", "Ex01.contoso.test", "ex01.contoso.test", "10.1.2.8", "ex01.contoso.test", "10.1.2.9"))
	l.Datagram(at(3), dns, port(6000), answer(t, "liar.contoso.test", "ex01.contoso.test", "10.1.2.9")) // leads nowhere
	l.Datagram(at(4), netip.MustParseAddrPort("10.1.2.9:5353"), netip.MustParseAddrPort("224.0.0.251:5353"), answer(t, "ex01.local", "ex01.local", "10.1.2.9"))
	a := look(l, 10, 20)
	want := []Name{
		{Frame: 2, Asked: "smtp.contoso.test", Canonical: "ex01.contoso.test", Addresses: 2},
		{Frame: 4, Asked: "ex01.local", Canonical: "ex01.local", Addresses: 1},
	}
	for i := range a.Names {
		a.Names[i].Time = time.Time{}
	}
	if !slices.Equal(a.Names, want) || !a.SawDNS {
		t.Errorf("%+v, want %+v", a.Names, want)
	}
}

func TestStream(t *testing.T) {
	whole := []byte("\x00\x00\x00\x03abc\x00\x00\x00\x01d")
	for split := range whole {
		s := NewStream(portKerberos)
		var got []string
		take := func(b []byte) { got = append(got, string(b)) }
		s.Feed(whole[:split], take)
		s.Feed(whole[split:], take)
		if !slices.Equal(got, []string{"abc", "d"}) {
			t.Errorf("split at %d: %q", split, got)
		}
	}
	s := NewStream(portKerberos)
	s.Feed([]byte("\xff\xff\xff\xffabcdef"), func([]byte) { t.Error("a message of an absurd length") })
	s.Feed(make([]byte, 1<<20), func([]byte) { t.Error("a message after an absurd length") })
	if s.held != nil {
		t.Errorf("%d octets are held", len(s.held))
	}
}

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

func FuzzKDC(f *testing.F) {
	f.Add(tgsRequest("SMTPSVC", "mail.contoso.test"))
	f.Add(tgsReply("smtp", "mail.contoso.test", 18))
	f.Add(refusal(7, "SMTPSVC", "mail.contoso.test"))
	f.Fuzz(func(t *testing.T, b []byte) {
		m, ok := readKDC(b)
		if !ok {
			return
		}
		if len(m.service) > 4*maxText || len(m.etypes) > maxNumbers || len(m.padata) > maxNumbers || len(m.errorText) > 3*maxText {
			t.Errorf("%+v", m)
		}
		l := NewLog()
		l.Datagram(at(1), port(1), kdc, b)
		l.Datagram(at(2), kdc, port(1), b)
		look(l, 1, 9)
	})
}

func FuzzDNS(f *testing.F) {
	f.Add(answer(f, "smtp.contoso.test", "smtp.contoso.test", "ex01.contoso.test", "ex01.contoso.test", "10.1.2.9"))
	f.Fuzz(func(t *testing.T, b []byte) {
		l := NewLog()
		l.Datagram(at(1), dns, port(1), b)
		if a := look(l, 1, 9); a != nil && len(a.Names) > 1 {
			t.Errorf("%+v", a.Names)
		}
	})
}

func FuzzStream(f *testing.F) {
	f.Add([]byte("\x00\x00\x00\x03abc\x00\x00\x00\x01d"), 5)
	f.Fuzz(func(t *testing.T, b []byte, split int) {
		read := func(parts ...[]byte) (got []string) {
			s := NewStream(portKerberos)
			for _, p := range parts {
				s.Feed(p, func(m []byte) { got = append(got, string(m)) })
			}
			return got
		}
		split = min(max(split, 0), len(b))
		if whole, parts := read(b), read(b[:split], b[split:]); !slices.Equal(whole, parts) {
			t.Errorf("whole %q, in parts %q", whole, parts)
		}
	})
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
