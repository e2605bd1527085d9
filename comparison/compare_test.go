package comparison

import (
	"cmp"
	"fmt"
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
	server   string // 10.0.0.9:587 if empty
	name     string // what the client calls itself
	greets   string // the server's greeting
	state    verdict.State
	findings []verdict.Finding
	causes   []verdict.CauseID
	offers   []string
}

func sideOf(list []meeting) *Side {
	side := NewSide("test")
	for i, m := range list {
		s := &inspect.Session{Session: &smtpparse.Session{Start: time.Unix(int64(i), 0)}, Findings: m.findings}
		s.Verdict.State = m.state
		server := netip.MustParseAddrPort(cmp.Or(m.server, "10.0.0.9:587"))
		s.Client.IP, s.Server = netip.MustParseAddr(m.client), smtpparse.Endpoint{IP: server.Addr(), Port: server.Port()}
		s.Hello = []smtpparse.Hello{{Verb: "EHLO", Name: m.name, AuthMechanisms: m.offers}}
		if m.offers != nil {
			s.Hello[0].ReplyCode = 250
		}
		if m.greets != "" {
			s.Greeting = &smtpparse.Greeting{Code: 220, Text: m.greets}
		}
		for _, id := range m.causes {
			s.Verdict.Causes = append(s.Verdict.Causes, verdict.Cause{ID: id})
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
		{name: "another cause", before: []meeting{{client: a, state: verdict.NTLM, causes: []verdict.CauseID{verdict.SPNUnknown}}}, after: []meeting{{client: a, state: verdict.NTLM, causes: []verdict.CauseID{verdict.WrongAccount}}}, trend: Changed, pairs: 1},
		{name: "the same causes, in another order", before: []meeting{{client: a, state: verdict.NTLM, causes: []verdict.CauseID{verdict.SPNUnknown, verdict.TargetIsIP}}}, after: []meeting{{client: a, state: verdict.NTLM, causes: []verdict.CauseID{verdict.TargetIsIP, verdict.SPNUnknown}}}, trend: Same, same: 1},
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

// A client that has another address, a service that moved and another port are
// recognised by what stayed the same, if nothing else could be meant.
func TestCompareRecognises(t *testing.T) {
	const a, b, c = "10.0.0.1", "10.0.0.2", "10.0.0.3"
	const there, elsewhere = "10.0.0.9:25", "10.0.0.8:25"
	for _, tc := range []struct {
		name          string
		before, after []meeting
		want          string // pairs: client, server, and what they were before
		only          string // pairs of the first capture alone, and of the second
	}{
		{name: "another port", before: []meeting{{client: a, server: there, state: verdict.NTLM}}, after: []meeting{{client: a, state: verdict.Kerberos}}, want: "10.0.0.1 10.0.0.9:587 invalid IP 10.0.0.9:25", only: "0 0"},
		{name: "two ports, then a third", before: []meeting{{client: a, server: there, state: verdict.NTLM}, {client: a, server: "10.0.0.9:465", state: verdict.NTLM}}, after: []meeting{{client: a, state: verdict.Kerberos}}, only: "2 1"},
		{name: "another address of the client", before: []meeting{{client: a, name: "SP01.contoso.test", state: verdict.NTLM}}, after: []meeting{{client: b, name: "sp01.contoso.test.", state: verdict.Kerberos}}, want: "10.0.0.2 10.0.0.9:587 10.0.0.1 invalid AddrPort", only: "0 0"},
		{name: "two clients of one name", before: []meeting{{client: a, name: "sp01", state: verdict.NTLM}, {client: b, name: "sp01", state: verdict.NTLM}}, after: []meeting{{client: c, name: "sp01", state: verdict.Kerberos}}, only: "2 1"},
		{name: "a name that says nothing", before: []meeting{{client: a, name: "localhost.localdomain", state: verdict.NTLM}}, after: []meeting{{client: b, name: "localhost.localdomain", state: verdict.Kerberos}}, only: "1 1"},
		{name: "an address for a name", before: []meeting{{client: a, name: "[10.0.0.1]", state: verdict.NTLM}}, after: []meeting{{client: b, name: "[10.0.0.1]", state: verdict.Kerberos}}, only: "1 1"},
		{name: "another address of the server", before: []meeting{{client: a, server: there, greets: "mx.contoso.test ESMTP", state: verdict.NTLM}}, after: []meeting{{client: a, server: elsewhere, greets: "mx.contoso.test ESMTP", state: verdict.Kerberos}}, want: "10.0.0.1 10.0.0.8:25 invalid IP 10.0.0.9:25", only: "0 0"},
		{name: "a greeting without a name", before: []meeting{{client: a, server: there, greets: "ESMTP", state: verdict.NTLM}}, after: []meeting{{client: a, server: elsewhere, greets: "ESMTP", state: verdict.Kerberos}}, only: "1 1"},
		{name: "the same addresses first", before: []meeting{{client: a, name: "sp01", state: verdict.NTLM}}, after: []meeting{{client: a, name: "sp01", state: verdict.Kerberos}, {client: b, name: "sp01", state: verdict.NTLM}}, want: "10.0.0.1 10.0.0.9:587 invalid IP invalid AddrPort", only: "0 1"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got := Compare(sideOf(tc.before), sideOf(tc.after))
			pairs := ""
			for _, p := range got.Pairs {
				pairs += fmt.Sprint(p.Client, " ", p.Server, " ", p.ClientBefore, " ", p.ServerBefore)
			}
			if only := fmt.Sprint(got.OnlyBefore, got.OnlyAfter); pairs != tc.want || only != tc.only || len(got.Vanished) != int(got.OnlyBefore) || len(got.Appeared) != int(got.OnlyAfter) {
				t.Errorf("pairs %q, only %q; want %q, %q", pairs, only, tc.want, tc.only)
			}
		})
	}
}

// What is as before and not Kerberos is named with its causes.
func TestCompareUnsolved(t *testing.T) {
	ntlm := []meeting{{client: "10.0.0.1", state: verdict.NTLM, causes: []verdict.CauseID{verdict.SPNUnknown}}, {client: "10.0.0.2", state: verdict.Kerberos}, {client: "10.0.0.3", state: verdict.Anonymous}}
	got := Compare(sideOf(ntlm), sideOf(ntlm))
	if got.Same != 3 || len(got.Unsolved) != 1 || got.Unsolved[0].Client != netip.MustParseAddr("10.0.0.1") || got.Unsolved[0].CausesAfter[0] != string(verdict.SPNUnknown) {
		t.Errorf("%+v", got)
	}
}
