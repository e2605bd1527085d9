package nearby

import (
	"slices"
	"testing"

	"golang.org/x/net/dns/dnsmessage"
)

func FuzzKDC(f *testing.F) {
	f.Add(tgsRequest("SMTPSVC", "mail.contoso.test"))
	f.Add(tgsReply("smtp", "mail.contoso.test", 18))
	f.Add(refusal(7, "SMTPSVC", "mail.contoso.test"))
	f.Add(asRequest("alice"))
	f.Add(passwordRequest())
	f.Add(passwordReply(nil, refusal(37, "kadmin", "changepw")))
	f.Fuzz(func(t *testing.T, b []byte) {
		m, ok := readKDC(b)
		if p, isPassword := readPassword(b); isPassword {
			m, ok = p, true
		}
		if !ok {
			return
		}
		if len(m.service) > 4*maxText || len(m.etypes) > maxNumbers || len(m.padata) > maxNumbers || len(m.errorText) > 3*maxText {
			t.Errorf("%+v", m)
		}
		l := NewLog()
		l.Datagram(at(1), port(1), kdc, b)
		l.Datagram(at(2), kdc, port(1), b)
		l.Datagram(at(3), port(1), kpw, b)
		l.Datagram(at(4), kpw, port(1), b)
		look(l, 1, 9)
	})
}

func FuzzDNS(f *testing.F) {
	f.Add(answer(f, "smtp.contoso.test", "smtp.contoso.test", "ex01.contoso.test", "ex01.contoso.test", "10.1.2.9"))
	f.Add(dnsReply{question: "_kerberos._udp.CONTOSO.TEST", kind: dnsmessage.TypeSRV, code: dnsmessage.RCodeNameError}.octets(f))
	f.Add(dnsReply{question: "_kerberos._udp.CONTOSO.TEST", kind: dnsmessage.TypeSRV, asks: true}.octets(f))
	f.Add(dnsReply{question: "9.2.1.10.in-addr.arpa", kind: dnsmessage.TypePTR, records: []string{"9.2.1.10.in-addr.arpa", "mx.contoso.test"}}.octets(f))
	f.Fuzz(func(t *testing.T, b []byte) {
		l := NewLog()
		l.Datagram(at(1), dns, port(1), b)
		l.Datagram(at(2), port(2), dns, b)
		a := look(l, 1, 9)
		if a != nil && (len(a.Names) > 1 || len(a.Reverse) > 1 || len(a.Failures) > 2) {
			t.Errorf("%+v", a)
		}
	})
}

func FuzzStream(f *testing.F) {
	f.Add([]byte("\x00\x00\x00\x03abc\x00\x00\x00\x01d"), 5, int64(2))
	f.Fuzz(func(t *testing.T, b []byte, split int, missing int64) {
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
		s, total := NewStream(portKerberos), 0
		count := func(m []byte) { total += len(m) }
		s.Feed(b[:split], count)
		s.Gap(missing, count)
		s.Feed(b[split:], count)
		if total > len(b) {
			t.Errorf("%d octets out of %d", total, len(b))
		}
	})
}
