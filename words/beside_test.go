package words

import (
	"net/netip"
	"testing"
	"time"

	"smtpscope/nearby"
)

func TestKDCAnswer(t *testing.T) {
	const service = "smtp/ex01.contoso.test"
	for _, tt := range []struct {
		name          string
		answer        *nearby.Answer
		want, details string
	}{
		{name: "none", want: "no answer seen"},
		{name: "a ticket", answer: &nearby.Answer{Frame: 4, Ticket: service, TicketEtype: 18, KVNO: 2}, want: "ticket, aes256-cts-hmac-sha1-96 (frame 4)", details: "kvno 2"},
		{name: "a ticket for another", answer: &nearby.Answer{Frame: 4, Ticket: "krbtgt/FABRIKAM.TEST", TicketEtype: 23}, want: "ticket for krbtgt/FABRIKAM.TEST, arcfour-hmac (frame 4)"},
		{name: "sealed", answer: &nearby.Answer{Frame: 4}, want: "answered, sealed (frame 4)"},
		{name: "an error", answer: &nearby.Answer{Frame: 4, ErrorCode: 7, ErrorText: "UNKNOWN_SERVER"}, want: "KDC_ERR_S_PRINCIPAL_UNKNOWN(7) UNKNOWN_SERVER (frame 4)"},
		{name: "an error with all", answer: &nearby.Answer{Frame: 4, ErrorCode: 37, KVNO: 2, ServerTime: time.Unix(0, 0), PAData: []int32{19, 4711}}, want: "KRB_AP_ERR_SKEW(37) (frame 4)",
			details: "the KDC's clock 1970-01-01 00:00:00Z, with ETYPE-INFO2 padata 4711"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := nearby.Request{Service: service, Answer: tt.answer}
			if got := KDCAnswer(&r); got != tt.want {
				t.Errorf("%s, want %s", got, tt.want)
			}
			if tt.answer == nil {
				return
			}
			if got := KDCAnswerDetails(tt.answer); got != tt.details {
				t.Errorf("%s, want %s", got, tt.details)
			}
		})
	}
}

func TestBeside(t *testing.T) {
	kdc := netip.MustParseAddrPort("10.0.0.1:88")
	for got, want := range map[string]string{
		Unreachable(&nearby.Unreachable{KDC: kdc, Transport: "udp", Frame: 3, Tries: 1}):                      "10.0.0.1:88 by udp: no answer, tried 1 time from frame 3",
		Unreachable(&nearby.Unreachable{KDC: kdc, Transport: "tcp", Frame: 3, Tries: 2, Refused: true}):       "10.0.0.1:88 by tcp: refused, tried 2 times from frame 3",
		LedToServer(&nearby.Name{Frame: 1, Asked: "mail", Canonical: "mail", Addresses: 1}):                   "mail, led to the server's address, frame 1",
		LedToServer(&nearby.Name{Frame: 1, Asked: "mail", Canonical: "ex01", Addresses: 2, Protocol: "mdns"}): "mail, an alias of ex01, led to the server's address, one of 2, mdns, frame 1",
		ServersName(&nearby.ReverseName{Frame: 9, Name: "ex01"}):                                              "the server's address has the name ex01, frame 9",
		InVain(&nearby.Failure{Frame: 5, Error: "NXDOMAIN"}):                                                  "NXDOMAIN, frame 5",
		InVain(&nearby.Failure{Frame: 5, Tries: 3}):                                                           "no answer, tried 3 times, frame 5",
	} {
		if got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}
