package report

import (
	"bytes"
	"net/netip"
	"strings"
	"testing"
	"time"

	"smtpscope/inspect"
	"smtpscope/nearby"
	"smtpscope/smtpparse"
	"smtpscope/verdict"
)

// TestTextNearby: all that was said beside a session has a row.
func TestTextNearby(t *testing.T) {
	kdc, dns := netip.MustParseAddrPort("10.1.2.1:88"), netip.MustParseAddrPort("10.1.2.1:53")
	s := &inspect.Session{Session: &smtpparse.Session{ID: 1, Start: time.Unix(0, 0).UTC()}, Verdict: verdict.Verdict{State: verdict.NTLM}}
	s.Nearby = &nearby.Around{
		Requests: []nearby.Request{
			{Kind: nearby.KindTGS, Service: "smtp/a.test", Realm: "A.TEST", KDC: kdc, Answer: &nearby.Answer{Frame: 6, ErrorCode: 7}},
			{Kind: nearby.KindPassword, Frame: 7, Service: "kadmin/changepw", Realm: "A.TEST", KDC: kdc, Answer: &nearby.Answer{Frame: 8}},
			{Kind: nearby.KindAS, Frame: 9, Service: "krbtgt/A.TEST", Realm: "A.TEST", KDC: kdc},
		},
		Names:   []nearby.Name{{Frame: 1, Asked: "a", Canonical: "a", Addresses: 1, Protocol: "llmnr"}},
		Reverse: []nearby.ReverseName{{Frame: 2, Name: "host9.test\x1b"}},
		Failures: []nearby.Failure{
			{Frame: 3, Asked: "_kerberos._tcp.a.test", Type: "SRV", Error: "NXDOMAIN", Server: dns},
			{Frame: 4, Asked: "a.test", Type: "A", Tries: 2, Server: dns},
		},
	}
	var out bytes.Buffer
	p := NewText(&out, TextOptions{Width: 120})
	if err := p.Write(1, p.Render(nil, s)); err != nil {
		t.Fatal(err)
	}
	if err := p.Flush(); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"Kerberos  TGS-REQ for smtp/a.test@A.TEST to 10.1.2.1, KDC_ERR_S_PRINCIPAL_UNKNOWN(7) (frame 6)",
		"kpasswd for kadmin/changepw@A.TEST to 10.1.2.1 (frame 7), answered, sealed (frame 8)",
		"AS-REQ for krbtgt/A.TEST@A.TEST to 10.1.2.1 (frame 9), no answer seen",
		"DNS       a, led to the server's address, llmnr, frame 1",
		`the server's address has the name host9.test\x1b, frame 2`,
		"_kerberos._tcp.a.test (SRV): NXDOMAIN, frame 3",
		"a.test (A): no answer, tried 2 times, frame 4",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("not in it: %s\n%s", want, out.String())
		}
	}
}
