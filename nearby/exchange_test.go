package nearby

import (
	"fmt"
	"net/netip"
	"slices"
	"testing"
)

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

// told is a request in short: kind, frame, service, and the frame and fate of the answer.
func told(r *Request) string {
	text := fmt.Sprintf("%s %d %s@%s %s", r.Kind, r.Frame, r.Service, r.Realm, r.Transport)
	switch a := r.Answer; {
	case a == nil:
		return text + ": none"
	case a.ErrorCode != 0:
		return text + fmt.Sprintf(": %d error %d", a.Frame, a.ErrorCode)
	default:
		return text + fmt.Sprintf(": %d %s", a.Frame, a.Ticket)
	}
}

func TestRequests(t *testing.T) {
	mail := func(l *Log, second int64, from uint16) {
		l.Datagram(at(second), port(from), kdc, tgsRequest("SMTPSVC", "ex01.contoso.test"))
	}
	for _, test := range []struct {
		name string
		play func(*Log)
		want []string
	}{
		{"too big for UDP, then by TCP", func(l *Log) {
			mail(l, 1, 1)
			l.Datagram(at(2), kdc, port(1), refusal(52, "SMTPSVC", "ex01.contoso.test"))
			l.Message(at(3), port(2), kdc, tgsRequest("SMTPSVC", "ex01.contoso.test"))
			l.Message(at(4), port(2), kdc, tgsReply("SMTPSVC", "ex01.contoso.test", 18))
		}, []string{"TGS 1 SMTPSVC/ex01.contoso.test@CONTOSO.TEST udp: 2 error 52", "TGS 3 SMTPSVC/ex01.contoso.test@CONTOSO.TEST tcp: 4 SMTPSVC/ex01.contoso.test"}},
		{"an answer that is cut proves no ticket", func(l *Log) {
			mail(l, 1, 1)
			l.Datagram(at(2), kdc, port(1), tgsReply("SMTPSVC", "ex01.contoso.test", 18)[:40])
		}, nil},
		{"expired, and a new one", func(l *Log) {
			l.Datagram(at(1), kdc, port(1), refusal(32, "HTTP", "intranet"))
			l.Datagram(at(2), kdc, port(2), asReply("alice"))
			l.Datagram(at(3), kdc, port(3), tgsReply("HTTP", "intranet", 18))
		}, nil},
		{"expired", func(l *Log) {
			l.Datagram(at(1), kdc, port(2), asReply("alice"))
			l.Datagram(at(2), kdc, port(1), refusal(32, "HTTP", "intranet"))
		}, []string{"TGS 0 HTTP/intranet@CONTOSO.TEST udp: 2 error 32"}},
		{"no way to another realm, and none was needed", func(l *Log) {
			l.Datagram(at(1), port(1), kdc, tgsRequest("krbtgt", "FABRIKAM.TEST"))
			l.Datagram(at(1), kdc, port(1), refusal(7, "krbtgt", "FABRIKAM.TEST"))
			mail(l, 2, 2)
			l.Datagram(at(3), kdc, port(2), tgsReply("SMTPSVC", "ex01.contoso.test", 18))
		}, []string{"TGS 2 SMTPSVC/ex01.contoso.test@CONTOSO.TEST udp: 3 SMTPSVC/ex01.contoso.test"}},
		{"a referral", func(l *Log) {
			mail(l, 1, 1)
			l.Datagram(at(2), kdc, port(1), tgsReply("krbtgt", "FABRIKAM.TEST", 18))
		}, []string{"TGS 1 SMTPSVC/ex01.contoso.test@CONTOSO.TEST udp: 2 krbtgt/FABRIKAM.TEST"}},
		{"no way to another realm", func(l *Log) {
			l.Datagram(at(1), port(1), kdc, tgsRequest("krbtgt", "FABRIKAM.TEST"))
			l.Datagram(at(2), kdc, port(1), refusal(7, "krbtgt", "FABRIKAM.TEST"))
		}, []string{"TGS 1 krbtgt/FABRIKAM.TEST@CONTOSO.TEST udp: 2 error 7"}},
		{"preauthentication, then the password has expired", func(l *Log) {
			l.Datagram(at(1), port(1), kdc, asRequest("alice"))
			l.Datagram(at(2), kdc, port(1), refusal(25, "krbtgt", "CONTOSO.TEST"))
			l.Datagram(at(3), port(1), kdc, asRequest("alice"))
			l.Datagram(at(4), kdc, port(1), refusal(23, "krbtgt", "CONTOSO.TEST"))
		}, []string{"AS 3 krbtgt/CONTOSO.TEST@CONTOSO.TEST udp: 4 error 23"}},
		{"the password has expired, and can be changed", func(l *Log) {
			l.Datagram(at(1), port(1), kdc, asRequest("alice"))
			l.Datagram(at(2), kdc, port(1), refusal(23, "krbtgt", "CONTOSO.TEST"))
			l.Datagram(at(3), port(2), kdc, asRequestFor("alice", "kadmin", "changepw"))
			l.Datagram(at(4), kdc, port(2), asReplyFor("alice", "kadmin", "changepw"))
		}, []string{"AS 1 krbtgt/CONTOSO.TEST@CONTOSO.TEST udp: 2 error 23"}},
		{"the password has expired, and was changed", func(l *Log) {
			l.Datagram(at(1), port(1), kdc, asRequest("alice"))
			l.Datagram(at(2), kdc, port(1), refusal(23, "krbtgt", "CONTOSO.TEST"))
			l.Datagram(at(3), port(2), kdc, asRequestFor("alice", "kadmin", "changepw"))
			l.Datagram(at(4), kdc, port(2), asReplyFor("alice", "kadmin", "changepw"))
			l.Datagram(at(5), port(3), kdc, asRequest("alice"))
			l.Datagram(at(6), kdc, port(3), asReply("alice"))
		}, nil},
		{"only the refusal of a ticket for passwords", func(l *Log) { l.Datagram(at(1), kdc, port(1), refusal(24, "kadmin", "changepw")) },
			[]string{"AS 0 kadmin/changepw@CONTOSO.TEST udp: 1 error 24"}},
		{"as a mail address, and the KDC says the name in the realm", func(l *Log) {
			l.Datagram(at(1), port(1), kdc, asRequest("alice@mail.test"))
			l.Datagram(at(2), kdc, port(1), refusal(24, "krbtgt", "CONTOSO.TEST"))
			l.Datagram(at(3), kdc, port(1), tgsReply("cifs", "a", 18))
		}, nil},
		{"another spelling", func(l *Log) {
			l.Datagram(at(1), port(1), kdc, tgsRequest("krbtgt", "FABRIKAM.TEST"))
			l.Datagram(at(2), kdc, port(1), refusal(60, "krbtgt", "FABRIKAM.TEST"))
			l.Datagram(at(3), kdc, port(2), tgsReply("krbtgt", "fabrikam.test", 18))
		}, nil},
		{"a clock that is wrong: an error without names", func(l *Log) {
			mail(l, 1, 1)
			l.Datagram(at(2), kdc, port(1), failure(37, nil))
		}, []string{"TGS 1 SMTPSVC/ex01.contoso.test@CONTOSO.TEST udp: 2 error 37"}},
		{"a wrong password, then the right one", func(l *Log) {
			l.Datagram(at(1), port(1), kdc, asRequest("alice"))
			l.Datagram(at(2), kdc, port(1), refusal(24, "krbtgt", "CONTOSO.TEST"))
			l.Datagram(at(3), port(1), kdc, asRequest("alice"))
			l.Datagram(at(4), kdc, port(1), asReply("Alice"))
		}, nil},
		{"somebody else's right password", func(l *Log) {
			l.Datagram(at(1), port(1), kdc, asRequest("alice"))
			l.Datagram(at(2), kdc, port(1), refusal(24, "krbtgt", "CONTOSO.TEST"))
			l.Datagram(at(3), port(1), kdc, asRequest("bob"))
			l.Datagram(at(4), kdc, port(1), asReply("bob"))
		}, []string{"AS 1 krbtgt/CONTOSO.TEST@CONTOSO.TEST udp: 2 error 24"}},
		{"another realm's account, found there", func(l *Log) {
			l.Datagram(at(1), port(1), kdc, asRequest("alice@fabrikam.test"))
			l.Datagram(at(2), kdc, port(1), refusal(68, "krbtgt", "CONTOSO.TEST"))
			l.Datagram(at(3), port(1), kdc, asRequest("alice"))
			l.Datagram(at(4), kdc, port(1), asReply("alice"))
		}, nil},
		{"a ticket of another class for the same host", func(l *Log) {
			l.Datagram(at(1), port(1), kdc, tgsRequest("HTTP", "ex01.contoso.test"))
			l.Datagram(at(2), kdc, port(1), tgsReply("HTTP", "ex01.contoso.test", 18))
			l.Datagram(at(3), port(1), kdc, tgsRequest("HTTP", "intranet.contoso.test"))
			l.Datagram(at(4), kdc, port(1), tgsReply("HTTP", "intranet.contoso.test", 18))
			mail(l, 5, 1)
			l.Datagram(at(6), kdc, port(1), refusal(7, "SMTPSVC", "ex01.contoso.test"))
		}, []string{"TGS 1 HTTP/ex01.contoso.test@CONTOSO.TEST udp: 2 HTTP/ex01.contoso.test", "TGS 5 SMTPSVC/ex01.contoso.test@CONTOSO.TEST udp: 6 error 7"}},
		{"the answer alone, and twice", func(l *Log) {
			l.Datagram(at(1), kdc, port(1), refusal(7, "SMTPSVC", "ex01.contoso.test"))
			l.Datagram(at(2), kdc, port(1), refusal(7, "SMTPSVC", "ex01.contoso.test"))
			l.Datagram(at(3), kdc, port(2), tgsReply("smtp", "ex01.contoso.test", 18))
		}, []string{"TGS 0 SMTPSVC/ex01.contoso.test@CONTOSO.TEST udp: 1 error 7", "TGS 0 smtp/ex01.contoso.test@CONTOSO.TEST udp: 3 smtp/ex01.contoso.test"}},
		{"a request cut by the snap length", func(l *Log) {
			l.Datagram(at(1), port(1), kdc, tgsRequest("SMTPSVC", "ex01.contoso.test")[:100])
			l.Datagram(at(2), kdc, port(1), refusal(7, "SMTPSVC", "ex01.contoso.test"))
		}, []string{"TGS 1 SMTPSVC/ex01.contoso.test@CONTOSO.TEST udp: 2 error 7"}},
		{"each packet twice", func(l *Log) {
			mail(l, 1, 1)
			mail(l, 2, 1)
			l.Datagram(at(3), kdc, port(1), tgsReply("SMTPSVC", "ex01.contoso.test", 18))
			l.Datagram(at(4), kdc, port(1), tgsReply("SMTPSVC", "ex01.contoso.test", 18))
		}, []string{"TGS 1 SMTPSVC/ex01.contoso.test@CONTOSO.TEST udp: 3 SMTPSVC/ex01.contoso.test"}},
		{"a password is changed", func(l *Log) {
			l.Datagram(at(1), port(1), kpw, passwordRequest())
			l.Datagram(at(2), kpw, port(1), passwordReply(tlv(application|15, number(5)), make([]byte, 30)))
		}, []string{"kpasswd 1 kadmin/changepw@CONTOSO.TEST udp: 2 "}},
		{"a change of a password that fails", func(l *Log) {
			l.Message(at(1), port(1), kpw, passwordRequest())
			l.Message(at(2), port(1), kpw, passwordReply(nil, refusal(37, "kadmin", "changepw")))
		}, []string{"kpasswd 1 kadmin/changepw@CONTOSO.TEST tcp: 2 error 37"}},
		{"too old", func(l *Log) {
			l.Datagram(at(-900), port(1), kdc, tgsRequest("SMTPSVC", "ex01.contoso.test"))
		}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			l := NewLog()
			test.play(l)
			var got []string
			if a := look(l, 10, 20); a != nil {
				for i := range a.Requests {
					got = append(got, told(&a.Requests[i]))
				}
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("got\n%q\nwant\n%q", got, test.want)
			}
		})
	}
}

func TestNTStatus(t *testing.T) {
	lockedOut := []byte{0x34, 0x02, 0, 0xC0, 0, 0, 0, 0, 1, 0, 0, 0}
	reason := func(kind byte, value []byte) []byte {
		return slices.Concat(field(1, number(kind)), field(2, tlv(tagOctetString, value)))
	}
	for _, test := range []struct {
		name   string
		data   []byte
		want   string
		padata []int32
	}{
		{"among others", tlv(tagSequence, tlv(tagSequence, reason(19, nil)), tlv(tagSequence, reason(3, lockedOut))), "STATUS_ACCOUNT_LOCKED_OUT", []int32{19, 3}},
		{"alone", tlv(tagSequence, reason(3, lockedOut)), "STATUS_ACCOUNT_LOCKED_OUT", nil},
		{"no name for it", tlv(tagSequence, reason(3, append([]byte{0xfe, 0xca, 0, 0xC0}, make([]byte, 8)...))), "0xc000cafe", nil},
		{"a salt", tlv(tagSequence, tlv(tagSequence, reason(3, []byte("CONTOSO.TESTalice")))), "", []int32{3}},
		{"of another type", tlv(tagSequence, reason(1, lockedOut)), "", nil},
		{"cut", tlv(tagSequence, reason(3, lockedOut))[:14], "", nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			l := NewLog()
			l.Datagram(at(1), port(1), kdc, asRequest("alice"))
			l.Datagram(at(2), kdc, port(1), failure(18, test.data))
			got := look(l, 5, 10).Requests[0].Answer
			if got.NTStatus != test.want || !slices.Equal(got.PAData, test.padata) {
				t.Errorf("%q, %v; want %q, %v", got.NTStatus, got.PAData, test.want, test.padata)
			}
		})
	}
}

func TestSamePrincipal(t *testing.T) {
	for _, test := range []struct {
		a, b string
		want bool
	}{
		{"alice@CONTOSO.TEST", "Alice@contoso.test", true},
		{"alice@mail.test@CONTOSO.TEST", "alice@CONTOSO.TEST", true},
		{"alice@CONTOSO.TEST", "alice@FABRIKAM.TEST", false},
		{"alice@mail.test@CONTOSO.TEST", "bob@CONTOSO.TEST", false},
		{"", "alice@CONTOSO.TEST", false},
	} {
		if got := SamePrincipal(test.a, test.b); got != test.want {
			t.Errorf("%q and %q: %t", test.a, test.b, got)
		}
	}
}

// TestCutMessages cuts a request, and the answers to it, at every octet, as snap lengths
// do: what is told then must be what is there, or nothing.
func TestCutMessages(t *testing.T) {
	const service = "SMTPSVC/ex01.contoso.test"
	request := tgsRequest("SMTPSVC", "ex01.contoso.test")
	told := func(request, answer []byte) []Request {
		l := NewLog()
		l.Datagram(at(1), port(1), kdc, request)
		l.Datagram(at(2), kdc, port(1), answer)
		if a := look(l, 5, 10); a != nil {
			return a.Requests
		}
		return nil
	}
	for _, test := range []struct {
		name   string
		answer []byte
		want   string // the errors and tickets that may be told
	}{
		{"an error", refusal(7, "SMTPSVC", "ex01.contoso.test"), "7 "},
		{"a ticket", tgsReply("SMTPSVC", "ex01.contoso.test", 18), "0 " + service},
		{"a referral", tgsReply("krbtgt", "FABRIKAM.TEST", 18), "0 krbtgt/FABRIKAM.TEST"},
	} {
		t.Run(test.name, func(t *testing.T) {
			for n := range len(test.answer) {
				for _, r := range told(request, test.answer[:n]) {
					if r.Answer == nil {
						continue // it was not known for one
					}
					if got := fmt.Sprint(r.Answer.ErrorCode, " ", r.Answer.Ticket); r.Service != service || got != test.want || r.Realm != "CONTOSO.TEST" {
						t.Errorf("%d octets: %+v, %s", n, r, got)
					}
				}
			}
			for n := range len(request) {
				for _, r := range told(request[:n], test.answer) {
					if r.Service != service && r.Service != "krbtgt/FABRIKAM.TEST" || r.Realm != "CONTOSO.TEST" {
						t.Errorf("%d octets of the request: %+v", n, r)
					}
				}
			}
		})
	}
}

// TestExchangesAreBounded: what each message is held against does not grow with how
// many there are.
func TestExchangesAreBounded(t *testing.T) {
	var x exchanges
	ask := func(i int64, to netip.AddrPort) {
		m, ok := readKDC(tgsRequest("smtp", fmt.Sprintf("mx%d.contoso.test", i)))
		if !ok {
			t.Fatal("no request")
		}
		x.take(&entry{Stamp: at(i), kind: entryMessageUDP, client: port(uint16(i)), server: to, message: m})
	}
	for i := range int64(maxLooked) {
		ask(i, netip.AddrPortFrom(netip.AddrFrom4([4]byte{10, 9, byte(i >> 8), byte(i)}), 88))
	}
	if len(x.open) != maxOpen || len(x.vain) != maxTrials || len(x.all) != maxLooked {
		t.Errorf("%d open of %d requests, %d KDCs", len(x.open), len(x.all), len(x.vain))
	}
}
