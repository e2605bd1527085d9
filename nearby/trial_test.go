package nearby

import (
	"fmt"
	"net/netip"
	"slices"
	"testing"
)

var (
	otherKDC = netip.MustParseAddrPort("10.1.2.2:88")
	router   = netip.MustParseAddr("10.1.2.254")
)

// denied is ICMP about what went from a port to a KDC.
func denied(from netip.Addr, source netip.AddrPort, kdc netip.AddrPort, tcp bool, code uint8) Denied {
	return Denied{From: from, Client: source, Server: kdc, TCP: tcp, Code: code}
}

// outcome says in short how a KDC was asked in vain.
func outcome(u *Unreachable) string {
	switch {
	case u.ICMP != nil:
		return fmt.Sprintf("%s, says %v (ICMP, frame %d)", u.ICMP.Words(), u.ICMP.From, u.ICMP.Frame)
	case u.Taken && u.Refused:
		return "took the connection and reset it"
	case u.Taken:
		return "took the connection and did not answer"
	case u.Refused:
		return "refused"
	}
	return "no answer"
}

// in is a realm, unless it is the usual one.
func in(realm string) string {
	if realm == "" || realm == "CONTOSO.TEST" {
		return ""
	}
	return " in " + realm
}

func TestUnreachable(t *testing.T) {
	ask := tgsRequest("smtp", "a")
	answered := func(l *Log, second int64, kdc netip.AddrPort) {
		l.Datagram(at(second), port(2), kdc, tgsRequest("cifs", "a"))
		l.Datagram(at(second+1), kdc, port(2), tgsReply("cifs", "a", 18))
	}
	taken := func(l *Log) { // and asked
		l.Attempted(at(1), port(1), kdc)
		l.Answered(at(2), port(1), kdc)
		l.Message(at(3), port(1), kdc, ask)
	}
	for _, test := range []struct {
		name string
		play func(*Log)
		want []string
	}{
		{"no answer to SYN", func(l *Log) {
			l.Attempted(at(1), port(1), kdc)
			l.Attempted(at(2), port(1), kdc)
		}, []string{"10.1.2.1:88 tcp: no answer, 2 from 1"}},
		{"connected, and nothing asked", func(l *Log) { l.Attempted(at(1), port(1), kdc); l.Answered(at(2), port(1), kdc) }, nil},
		{"connected, nothing asked, and then unreachable", func(l *Log) {
			l.Attempted(at(1), port(1), kdc)
			l.Answered(at(2), port(1), kdc)
			l.Attempted(at(3), port(2), kdc)
		}, []string{"10.1.2.1:88 tcp: no answer, 1 from 3"}},
		{"refused", func(l *Log) { l.Attempted(at(1), port(1), kdc); l.Reset(at(1), port(1), kdc) }, []string{"10.1.2.1:88 tcp: refused, 1 from 1"}},
		{"refused, then taken", func(l *Log) {
			l.Attempted(at(1), port(1), kdc)
			l.Reset(at(1), port(1), kdc)
			l.Attempted(at(2), port(2), kdc)
			l.Answered(at(2), port(2), kdc)
		}, nil},
		{"takes the connection and does not answer", taken, []string{"10.1.2.1:88 tcp: took the connection and did not answer, 1 from 3"}},
		{"takes connections and does not answer", func(l *Log) {
			taken(l)
			l.Attempted(at(5), port(2), kdc)
			l.Answered(at(5), port(2), kdc)
			l.Message(at(6), port(2), kdc, ask)
		}, []string{"10.1.2.1:88 tcp: took the connection and did not answer, 2 from 3"}},
		{"takes the connection and resets it", func(l *Log) { taken(l); l.Reset(at(4), port(1), kdc) }, []string{"10.1.2.1:88 tcp: took the connection and reset it, 1 from 3"}},
		{"reset behind the answer", func(l *Log) {
			taken(l)
			l.Message(at(4), port(1), kdc, tgsReply("smtp", "a", 18))
			l.Reset(at(5), port(1), kdc)
		}, nil},
		{"its answer is missing", func(l *Log) { taken(l); l.Spoke(at(4), port(1), kdc) }, nil},
		{"another KDC answers what one has only taken", func(l *Log) { taken(l); answered(l, 5, otherKDC) }, nil},
		{"UDP in vain", func(l *Log) {
			l.Datagram(at(1), port(1), kdc, ask)
			l.Datagram(at(3), port(1), kdc, ask)
		}, []string{"10.1.2.1:88 udp: no answer, 2 from 1"}},
		{"sent a request by TCP: the packets of the KDC are elsewhere", func(l *Log) {
			l.Attempted(at(1), port(1), kdc)
			l.Message(at(2), port(1), kdc, ask)
		}, nil},
		{"too big for UDP, and TCP is closed", func(l *Log) {
			l.Datagram(at(1), port(1), kdc, ask)
			l.Datagram(at(2), kdc, port(1), refusal(52, "smtp", "a"))
			l.Attempted(at(3), port(2), kdc)
		}, []string{"10.1.2.1:88 tcp: no answer, 1 from 3"}},
		{"another KDC answers", func(l *Log) { l.Attempted(at(1), port(1), kdc); answered(l, 2, otherKDC) }, nil},
		{"another KDC answers before", func(l *Log) { answered(l, 2, otherKDC); l.Attempted(at(4), port(1), kdc) }, []string{"10.1.2.1:88 tcp: no answer, 1 from 4"}},
		{"another realm's KDC does not answer, that of the client's does", func(l *Log) {
			l.Datagram(at(1), port(1), otherKDC, tgsRequestIn("FABRIKAM.TEST", "smtp", "a"))
			l.Datagram(at(3), port(1), otherKDC, tgsRequestIn("FABRIKAM.TEST", "smtp", "a"))
			answered(l, 4, kdc)
		}, []string{"10.1.2.2:88 udp in FABRIKAM.TEST: no answer, 2 from 1"}},
		{"another realm's KDC does not answer for files", func(l *Log) {
			l.Datagram(at(1), port(1), otherKDC, tgsRequestIn("FABRIKAM.TEST", "cifs", "a"))
			l.Datagram(at(3), port(1), otherKDC, tgsRequestIn("FABRIKAM.TEST", "cifs", "a"))
			answered(l, 4, kdc)
		}, nil},
		{"another realm's KDC does not answer, and another one of that realm does", func(l *Log) {
			l.Datagram(at(1), port(1), otherKDC, tgsRequestIn("FABRIKAM.TEST", "smtp", "a"))
			l.Datagram(at(3), port(2), kdc, tgsRequestIn("Fabrikam.test", "smtp", "a"))
			l.Datagram(at(4), kdc, port(2), failure(37, nil))
		}, nil},
		{"two KDCs in vain", func(l *Log) {
			l.Attempted(at(1), port(1), kdc)
			l.Attempted(at(2), port(2), otherKDC)
			l.Reset(at(2), port(2), otherKDC)
		}, []string{"10.1.2.1:88 tcp: no answer, 1 from 1", "10.1.2.2:88 tcp: refused, 1 from 2"}},
		{"its answer is cut by the snap length", func(l *Log) {
			l.Datagram(at(1), port(1), kdc, ask[:86])
			l.Datagram(at(2), kdc, port(1), tgsReply("smtp", "a", 18)[:40])
		}, nil},
		{"the server of passwords is no KDC", func(l *Log) { l.Datagram(at(1), port(1), kpw, passwordRequest()) }, nil},
		{"just asked", func(l *Log) { l.Attempted(Stamp{Clock: 9.5e9, Time: 9.5e9, Frame: 1}, port(1), kdc) }, nil},

		{"a closed port of UDP", func(l *Log) {
			l.Datagram(at(1), port(1), kdc, ask)
			l.Denied(at(2), denied(kdc.Addr(), port(1), kdc, false, 3))
		}, []string{"10.1.2.1:88 udp: port unreachable, says 10.1.2.1 (ICMP, frame 2), 1 from 1"}},
		{"a firewall, just asked", func(l *Log) {
			l.Attempted(Stamp{Clock: 9.5e9, Time: 9.5e9, Frame: 9}, port(1), kdc)
			l.Denied(Stamp{Clock: 9.5e9, Time: 9.5e9, Frame: 10}, denied(router, port(1), kdc, true, 13))
			l.Attempted(Stamp{Clock: 9.6e9, Time: 9.6e9, Frame: 11}, port(1), kdc)
		}, []string{"10.1.2.1:88 tcp: administratively prohibited, says 10.1.2.254 (ICMP, frame 10), 2 from 9"}},
		{"what was sent is not in the capture", func(l *Log) { l.Denied(at(2), denied(router, port(1), kdc, true, 1)) },
			[]string{"10.1.2.1:88 tcp: host unreachable, says 10.1.2.254 (ICMP, frame 2), 1 from 2"}},
		{"a router is mistaken for a while", func(l *Log) {
			l.Attempted(at(1), port(1), kdc)
			l.Denied(at(1), denied(router, port(1), kdc, true, 1))
			l.Answered(at(2), port(1), kdc)
		}, nil},
		{"UDP is closed, and TCP answers", func(l *Log) {
			l.Datagram(at(1), port(1), kdc, ask)
			l.Denied(at(1), denied(kdc.Addr(), port(1), kdc, false, 3))
			l.Message(at(2), port(2), kdc, ask)
			l.Message(at(3), port(2), kdc, tgsReply("smtp", "a", 18))
		}, nil},
		{"a closed port of passwords", func(l *Log) { l.Denied(at(1), denied(router, port(1), kpw, false, 3)) }, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			l := NewLog()
			test.play(l)
			var got []string
			if a := look(l, 5, 10); a != nil {
				for _, u := range a.Unreachable {
					got = append(got, fmt.Sprintf("%v %s%s: %s, %d from %d", u.KDC, u.Transport, in(u.Realm), outcome(&u), u.Tries, u.Frame))
					if u.Time.UnixNano() != u.Frame*1e9 && u.Frame != 9 {
						t.Errorf("frame %d at %v", u.Frame, u.Time)
					}
				}
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("got\n%q\nwant\n%q", got, test.want)
			}
		})
	}
}

func TestDeniedName(t *testing.T) {
	for _, test := range []struct {
		ipv4 bool
		code uint8
		want string
	}{
		{true, 3, "port-unreachable"}, {true, 13, "administratively-prohibited"}, {true, 4, "unreachable-4"}, {true, 200, "unreachable-200"},
		{false, 0, "no-route"}, {false, 4, "port-unreachable"}, {false, 7, "unreachable-7"},
	} {
		if got := deniedName(test.ipv4, test.code); got != test.want {
			t.Errorf("code %d, IPv4 %t: %s, want %s", test.code, test.ipv4, got, test.want)
		}
	}
}
