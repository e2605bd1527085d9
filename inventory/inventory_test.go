package inventory

import (
	"fmt"
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"smtpscope/authtoken"
	"smtpscope/inspect"
	"smtpscope/smtpparse"
	"smtpscope/verdict"
)

// visit is a session in which a client logs in by NTLM.
func visit(client byte, user string, accepted bool) *inspect.Session {
	s := &inspect.Session{Session: &smtpparse.Session{Start: time.Date(2026, 11, 2, 9, 0, int(client), 0, time.UTC)}}
	s.Client.IP = netip.AddrFrom4([4]byte{10, 0, 0, client})
	s.Server = smtpparse.Endpoint{IP: netip.MustParseAddr("2001:db8::9"), Port: 587}
	s.Greeting = &smtpparse.Greeting{Code: 220, Text: "mx.contoso.test ESMTP"}
	s.Hello = []smtpparse.Hello{
		{Name: "sp01", ReplyCode: 250, AuthMechanisms: []string{"ntlm"}, Capabilities: []smtpparse.Capability{{Keyword: "STARTTLS"}}},
		{Name: "sp01", ReplyCode: 250, TLS: true},
	}
	s.TLS = &smtpparse.TLS{Via: "starttls"}
	s.TLS.Version = "TLS 1.2"
	a := &smtpparse.Auth{Mechanism: "GSSAPI", Actual: "ntlm", Outcome: smtpparse.Rejected, TLS: true}
	if s.Verdict.State = verdict.Failed; accepted {
		a.Outcome, s.Verdict.State = smtpparse.Accepted, verdict.NTLMInGSSAPI
	}
	a.NTLM = &authtoken.NTLM{User: user, Domain: "CONTOSO", Workstation: "SP01", Version: "NTLMv2", MIC: true, ChannelBinding: "absent", TargetSPN: "SMTPSVC/mx"}
	s.Auth = []*smtpparse.Auth{a}
	s.Findings = []verdict.Finding{{ID: "no-mic", Severity: "low", Text: "x"}, {ID: "no-mic", Severity: "low", Text: "y"}}
	s.Verdict.Causes = []verdict.Cause{{ID: verdict.SPNUnknown}, {ID: verdict.TargetIsIP}}
	s.Messages = []*smtpparse.Message{{Status: "sent"}, {Status: "refused"}}
	return s
}

func TestFactsAreRead(t *testing.T) {
	var d Decoder
	b := AppendFacts(nil, visit(1, "alice", true))
	for range 2 { // the second time in memory that was used
		f, rest := d.Facts(7, append(slices.Clone(b), "rest"...))
		want := Facts{
			ID: 7, Client: netip.MustParseAddr("10.0.0.1"), Server: netip.MustParseAddrPort("[2001:db8::9]:587"), Start: time.Date(2026, 11, 2, 9, 0, 1, 0, time.UTC).UnixNano(),
			ClientName: "sp01", ServerName: "mx.contoso.test", State: verdict.NTLMInGSSAPI, Via: "starttls", TLSVersion: "TLS 1.2",
			Clear: []string{"STARTTLS", "NTLM"}, TLS: []string{}, ClearSeen: true, TLSSeen: true,
			Logins: []Login{{Mechanism: "GSSAPI", Actual: "ntlm", Accepted: true, Account: `CONTOSO\alice`, User: "alice", Domain: "CONTOSO", Workstation: "SP01",
				Version: "NTLMv2", SPN: "SMTPSVC/mx", Binding: "absent", MIC: true, TLS: true}},
			Findings: []FoundFact{{"no-mic", "low", "x"}, {"no-mic", "low", "y"}}, Causes: []string{"spn-unknown", "target-is-ip"}, Messages: 1,
		}
		want.serverText = "[2001:db8::9]:587"
		if len(f.TLS) == 0 {
			f.TLS = []string{}
		}
		if diff := cmp.Diff(want, *f, cmp.AllowUnexported(Facts{}), cmp.Comparer(func(a, b netip.Addr) bool { return a == b }), cmp.Comparer(func(a, b netip.AddrPort) bool { return a == b })); diff != "" || string(rest) != "rest" {
			t.Errorf("rest %q, facts (-want +got):\n%s", rest, diff)
		}
	}
}

// count makes an inventory of sessions in an order.
func count(keys int, sessions ...*inspect.Session) *Inventory {
	v := New(keys)
	var d Decoder
	for i, s := range sessions {
		f, _ := d.Facts(int64(i+1), AppendFacts(nil, s))
		v.Add(f)
	}
	return v
}

func tables(v *Inventory) (out []string) {
	for _, r := range Reports {
		if t := v.Table(r, nil); t != nil {
			for row := range t.Rows {
				out = append(out, fmt.Sprint(t.Kind, row))
			}
		}
	}
	return out
}

func TestCounts(t *testing.T) {
	v := count(0, visit(1, "alice", true), visit(1, "alice", false), visit(2, "bob", true))
	u := v.ntlm[ntlmKey{netip.MustParseAddr("10.0.0.1"), netip.MustParseAddrPort("[2001:db8::9]:587"), "alice", "CONTOSO", "SP01", "NTLMv2", "GSSAPI"}]
	if u == nil || u.Logins != 2 || u.Accepted != 1 || u.Sessions != 2 || u.FirstSession != 1 {
		t.Errorf("alice: %+v", u)
	}
	if s := v.servers[netip.MustParseAddrPort("[2001:db8::9]:587")]; s.Sessions != 3 || len(s.clients) != 2 || !slices.Equal(s.Clear, []string{"NTLM", "STARTTLS"}) || !s.TLSSeen || len(s.TLS) != 0 {
		t.Errorf("server: %+v", s)
	}
	if c := v.clients[netip.MustParseAddr("10.0.0.1")]; c.Refused != 1 || c.InTLS != 2 || c.Messages != 2 || !slices.Equal(c.Users, []string{`CONTOSO\alice`}) || !slices.Equal(c.verdicts(), []string{"1 ntlm-in-gssapi", "1 failed"}) {
		t.Errorf("client: %+v", c)
	}
	for _, f := range v.findings {
		if f.Client == netip.MustParseAddr("10.0.0.1") && f.Sessions != 2 {
			t.Errorf("a finding that a session has twice counts it twice: %+v", f)
		}
	}
}

// The rows depend on the sessions and not on their order, but for what tells of the
// first of them.
func TestOrderDoesNotMatter(t *testing.T) {
	a, b, c := visit(1, "alice", true), visit(2, "bob", false), visit(3, "carol", true)
	for i := range a.Findings { // the text is that of the first session
		a.Findings[i].Text, b.Findings[i].Text, c.Findings[i].Text = "x", "x", "x"
	}
	one, other := count(0, a, b, c), count(0, c, a, b)
	for _, v := range []*Inventory{one, other} {
		for _, f := range v.findings {
			f.FirstSession = 0
		}
	}
	if diff := cmp.Diff(tables(one), tables(other)); diff != "" {
		t.Error(diff)
	}
}

func TestInventoryIsBounded(t *testing.T) {
	v := count(2, visit(1, "alice", true), visit(2, "alice", true), visit(3, "alice", true), visit(3, "alice", true))
	if len(v.clients) != 2 || len(v.ntlm) != 2 || v.Dropped == 0 {
		t.Errorf("%d clients, %d NTLM, %d dropped", len(v.clients), len(v.ntlm), v.Dropped)
	}
	var set []string
	for i := range 100 {
		set = New(0).addNames(set, fmt.Sprintf("user%02d", i))
	}
	if len(set) != namesKept+1 || set[namesKept] != setOverflow {
		t.Errorf("a list of %d names ends with %q", len(set), set[len(set)-1])
	}
}

// Names that strangers choose take no more memory than there is for them.
func TestTextIsBounded(t *testing.T) {
	v := New(0)
	f := &Facts{Client: netip.MustParseAddr("10.0.0.1"), Server: netip.MustParseAddrPort("10.0.0.9:25"), ClientName: "sp01"}
	v.Add(f)
	v.text = TextKept
	f.ClientName = "sp02"
	v.Add(f) // a row that is known, a name that is not
	if c := v.clients[f.Client]; c.Sessions != 1 || !slices.Equal(c.Names, []string{"sp01", setOverflow}) {
		t.Errorf("%+v", c)
	}
	f.Client = netip.MustParseAddr("10.0.0.2")
	v.Add(f)
	if len(v.clients) != 1 || v.Dropped != 1 {
		t.Errorf("%d clients, %d dropped", len(v.clients), v.Dropped)
	}
}
