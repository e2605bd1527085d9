package comparison

import (
	"net/netip"
	"testing"
	"time"

	"smtpscope/inspect"
	"smtpscope/inventory"
	"smtpscope/smtpparse"
	"smtpscope/verdict"
)

// A meeting is one session of a test.
type meeting struct {
	client   string
	state    verdict.State
	findings []verdict.Finding
	offers   []string
}

func sideOf(list []meeting) *Side {
	side := NewSide("test")
	for i, m := range list {
		s := &inspect.Session{Session: &smtpparse.Session{Start: time.Unix(int64(i), 0)}, Findings: m.findings}
		s.Verdict.State = m.state
		s.Client.IP, s.Server = netip.MustParseAddr(m.client), smtpparse.Endpoint{IP: netip.MustParseAddr("10.0.0.9"), Port: 587}
		if m.offers != nil {
			s.Hello = []smtpparse.Hello{{Verb: "EHLO", ReplyCode: 250, AuthMechanisms: m.offers}}
		}
		side.Add(int64(i+1), inventory.AppendFacts(nil, s))
	}
	return side
}

func TestCompare(t *testing.T) {
	high := []verdict.Finding{{ID: "ntlmv1", Severity: "high"}}
	low := []verdict.Finding{{ID: "no-mic", Severity: "low"}}
	const a, b = "10.0.0.1", "10.0.0.2"
	for _, tc := range []struct {
		name          string
		before, after []meeting
		trend         Trend
		pairs, same   int
		incomparable  bool
	}{
		{name: "NTLM to Kerberos", before: []meeting{{client: a, state: verdict.NTLMInGSSAPI}}, after: []meeting{{client: a, state: verdict.Kerberos}}, trend: Better, pairs: 1},
		{name: "Kerberos to NTLM", before: []meeting{{client: a, state: verdict.Kerberos}}, after: []meeting{{client: a, state: verdict.NTLM}}, trend: Worse, pairs: 1},
		{name: "Kerberos more often", before: []meeting{{client: a, state: verdict.Kerberos}, {client: a, state: verdict.NTLM}}, after: []meeting{{client: a, state: verdict.Kerberos}}, trend: Better, pairs: 1},
		{name: "as often, of more", before: []meeting{{client: a, state: verdict.NTLM}}, after: []meeting{{client: a, state: verdict.NTLM}, {client: a, state: verdict.NTLM}}, trend: Same, same: 1},
		{name: "a login repaired", before: []meeting{{client: a, state: verdict.Failed}}, after: []meeting{{client: a, state: verdict.NTLM}}, trend: Better, pairs: 1},
		{name: "a login broken", before: []meeting{{client: a, state: verdict.Password}}, after: []meeting{{client: a, state: verdict.Failed}}, trend: Worse, pairs: 1},
		{name: "TLS hides it now", before: []meeting{{client: a, state: verdict.NTLM}}, after: []meeting{{client: a, state: verdict.Encrypted}}, trend: Changed, pairs: 1},
		{name: "a finding gone", before: []meeting{{client: a, state: verdict.NTLM, findings: high}}, after: []meeting{{client: a, state: verdict.NTLM}}, trend: Better, pairs: 1},
		{name: "a finding new", before: []meeting{{client: a, state: verdict.NTLM}}, after: []meeting{{client: a, state: verdict.NTLM, findings: high}}, trend: Worse, pairs: 1},
		{name: "a small finding new", before: []meeting{{client: a, state: verdict.NTLM}}, after: []meeting{{client: a, state: verdict.NTLM, findings: low}}, trend: Changed, pairs: 1},
		{name: "one better, one worse", before: []meeting{{client: a, state: verdict.NTLM}, {client: b, state: verdict.Kerberos}}, after: []meeting{{client: a, state: verdict.Kerberos}, {client: b, state: verdict.NTLM}}, trend: Worse, pairs: 2},
		{name: "other clients", before: []meeting{{client: a, state: verdict.NTLM}}, after: []meeting{{client: b, state: verdict.Kerberos}}, trend: Same, incomparable: true},
		{name: "nothing", trend: Same, incomparable: true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got := Compare(sideOf(tc.before), sideOf(tc.after))
			if got.Trend != tc.trend || len(got.Pairs) != tc.pairs || got.Same != int64(tc.same) || got.Comparable() == tc.incomparable {
				t.Errorf("%+v, want %s, %d pairs, %d same", got, tc.trend, tc.pairs, tc.same)
			}
		})
	}
}

func TestCompareOffers(t *testing.T) {
	const a = "10.0.0.1"
	got := Compare(
		sideOf([]meeting{{client: a, state: verdict.None, offers: []string{"NTLM", "PLAIN"}}}),
		sideOf([]meeting{{client: a, state: verdict.None, offers: []string{"ntlm", "GSSAPI"}}}))
	if got.Trend != Changed || len(got.Servers) != 1 || len(got.Servers[0].New) != 1 || got.Servers[0].New[0] != "GSSAPI" || got.Servers[0].Gone[0] != "PLAIN" {
		t.Errorf("%+v", got)
	}
	unseen := Compare(
		sideOf([]meeting{{client: a, state: verdict.None, offers: []string{"NTLM"}}}),
		sideOf([]meeting{{client: a, state: verdict.None}}))
	if len(unseen.Servers) != 0 {
		t.Errorf("an offer that was not seen has changed: %+v", unseen.Servers)
	}
}
