package tui

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"smtpscope/inspect"
	"smtpscope/nearby"
	"smtpscope/smtpparse"
	"smtpscope/verdict"
)

// newMadeTester gives an app with some made sessions, of which all is read.
func newMadeTester(t *testing.T, width, height int, summary *inspect.Summary, sessions ...*inspect.Session) *tester {
	t.Helper()
	st := newTestStore()
	for i, s := range sessions {
		addSession(t, st, s, int64(i+1))
	}
	m := &tester{TB: t, app: newApp(Options{Sources: []string{"trace.pcap"}, Store: st, Theme: "dark"})}
	m.send(tea.WindowSizeMsg{Width: width, Height: height})
	m.run(m.app.work())
	m.send(progressMsg{Done: true, Summary: summary})
	return m
}

// TestCauses: how certain a cause is, what would decide, and what was said beside
// the session are on the screens as they are in the reports.
func TestCauses(t *testing.T) {
	s := madeSession(verdict.NTLM)
	s.Verdict.Causes = []verdict.Cause{
		{ID: "kdc-unreachable", Certainty: verdict.Inferred, Text: "The KDC did not answer", Frame: 7, Next: "Look at port 88."},
		{ID: "spn-unknown", Certainty: verdict.Possible, Text: "No SPN is registered"},
	}
	s.Verdict.Decide = "Capture port 88 on the client, too."
	s.Nearby = &nearby.Around{
		Requests: []nearby.Request{
			{Kind: "AS", Frame: 2, Time: s.Start.Add(-2 * time.Second), Service: "krbtgt/CONTOSO.TEST", Realm: "CONTOSO.TEST", Client: "alice", Etypes: []int32{18, 23},
				KDC: netip.MustParseAddrPort("10.1.2.1:88"), Transport: "tcp",
				Answer: &nearby.Answer{Frame: 4, Time: s.Start.Add(-1950 * time.Millisecond), Ticket: "krbtgt/CONTOSO.TEST", TicketEtype: 18, KVNO: 2}},
			{Kind: "TGS", Frame: 5, Time: s.Start.Add(-20 * time.Millisecond), Service: "SMTPSVC/ex01.contoso.test", Realm: "CONTOSO.TEST",
				KDC: netip.MustParseAddrPort("10.1.2.1:88"), Transport: "udp", Answer: &nearby.Answer{Frame: 6, Time: s.Start, ErrorCode: 7, ErrorText: "UNKNOWN_SERVER",
					ServerTime: s.Start.Add(-time.Hour), PAData: []int32{19, 4711}}},
		},
		Unreachable: []nearby.Unreachable{{KDC: netip.MustParseAddrPort("10.1.2.2:88"), Transport: "tcp", Frame: 3, Tries: 3}},
		Names:       []nearby.Name{{Frame: 1, Asked: "mail.contoso.test", Canonical: "ex01.contoso.test", Addresses: 2}},
		SawKerberos: true,
	}
	m := newMadeTester(t, 120, 40, new(inspect.Summary), s)
	m.wants("The KDC did not answer (inferred, frame 7, the likeliest of 2)", "decide Capture port 88")
	m.press("enter", "6")
	m.wants("(kdc-unreachable, inferred, frame 7)", "(spn-unknown, possible)", "decide  Capture port 88 on the client, too.", "Said beside the session",
		"AS           -2.000  for krbtgt/CONTOSO.TEST@CONTOSO.TEST as alice to 10.1.2.1 by tcp (frame 2), takes",
		"aes256-cts-hmac-sha1-96 arcfour-hmac",
		"-1.950  ticket, aes256-cts-hmac-sha1-96 (frame 4), kvno 2",
		"TGS          -0.020  for SMTPSVC/ex01.contoso.test@CONTOSO.TEST to 10.1.2.1 by udp (frame 5)",
		"+0.000  KDC_ERR_S_PRINCIPAL_UNKNOWN(7) UNKNOWN_SERVER (frame 6), the KDC's clock 2026-11-02 08:00:01Z,",
		"with ETYPE-INFO2 padata 4711",
		"10.1.2.2:88 by tcp: no answer, tried 3 times from frame 3",
		"mail.contoso.test, an alias of ex01.contoso.test, led to the server's address, one of 2, frame 1",
		"not seen             answers of name servers to it")
	m.press("/", "dns", "enter")
	m.lacks("Not found")
}

func TestHint(t *testing.T) {
	s := madeSession(verdict.Encrypted)
	s.Verdict.Hint = &verdict.Hint{Suggests: "kerberos", Text: "A ticket came just before", Frames: []int64{4, 5}}
	m := newMadeTester(t, 100, 30, new(inspect.Summary), s)
	m.wants("hint A ticket came just before")
	s.TLS = &smtpparse.TLS{Via: "starttls"}
	m = newMadeTester(t, 100, 30, new(inspect.Summary), s)
	m.press("enter", "2")
	m.wants("TLS hides what followed.")
	m.press("esc")
	m.press("enter", "6")
	m.wants("Hint, which proves nothing", "A ticket came just before (suggests kerberos, frames 4, 5)")
}

// TestAcrossSessions: what it takes several sessions to see is among the findings.
func TestAcrossSessions(t *testing.T) {
	at := time.Date(2026, 11, 2, 9, 0, 1, 0, time.UTC)
	summary := &inspect.Summary{
		Findings: []verdict.SummaryFinding{
			{ID: "password-guessing", Severity: "high", Text: "10.1.2.3 had 30 logins refused", Next: "Block it.", Sessions: 2, FirstSession: 2, Start: at, End: at.Add(time.Minute)},
			{ID: "password-guessing", Severity: "high", Text: "10.1.2.4 had 40 logins refused", Sessions: 1, FirstSession: 99, Start: at, End: at},
		},
		Across: []verdict.Statement{
			{ID: "others-use-kerberos", Server: netip.MustParseAddr("10.1.2.9"), Clients: []netip.Addr{netip.MustParseAddr("10.1.2.3")}, Frames: []int64{2, 7},
				Text: "All others use Kerberos", Next: "Look at this client."},
			{ID: "offered-on-another-port", Server: netip.MustParseAddr("10.1.2.9"), Port: 25, Text: "Port 25 is not seen here (frame 9)"},
			{ID: "kerberos-with-others", Server: netip.MustParseAddr("10.1.2.9"), Clients: []netip.Addr{netip.MustParseAddr("10.1.2.4")}, Text: "Another client"},
		},
	}
	m := newMadeTester(t, 100, 30, summary, madeSession(verdict.Failed), madeSession(verdict.Failed))
	m.press("4")
	m.wants("password-guessing", "10.1.2.3 had 30 logins refused", "next Block it.", "see  ", "over 2 sessions, the first of them #2")
	m.press("y")
	m.wants("No filter chooses its sessions.")
	m.press("enter")
	m.wants("#2  ", "1 Dialogue")
	m.press("esc", "down")
	m.wants("10.1.2.4 had 40 logins refused")
	m.press("enter") // a session that is not shown
	m.wants("password-guessing")
	m.press("i")
	m.wants("together", "All others use Kerberos (frames 2, 7). Look at this client.")
	m.press("esc", "1")
	m.wants("also All others use Kerberos (frames 2, 7)")
	m.lacks("Another client")
	m.press("2")
	m.wants("also All others use Kerberos (frames 2, 7)", "next Look at this client.", "also Another client")
	m.lacks("Port 25")
	m.press("3")
	m.wants("also All others use Kerberos (frames 2, 7)", "next Look at this client.")
	m.lacks("Port 25", "Another client")
	m.press("1", "enter", "6")
	m.wants("With other sessions", "All others use Kerberos (frames 2, 7) (others-use-kerberos)")
}

// TestAcrossMeanwhile: while sessions come, what they have told so far is shown.
func TestAcrossMeanwhile(t *testing.T) {
	m := newMadeTester(t, 100, 30, new(inspect.Summary), madeSession(verdict.NTLM))
	m = &tester{TB: t, app: newApp(m.app.options)}
	m.send(tea.WindowSizeMsg{Width: 100, Height: 30})
	m.run(m.app.work())
	m.press("2")
	m.lacks("also ")
	m.send(progressMsg{Across: []verdict.Statement{{Server: netip.MustParseAddr("10.1.2.9"), Text: "So far all use NTLM (frame 3)"}}})
	m.wants("also So far all use NTLM (frame 3)")
	m.press("i")
	m.wants("together      So far all use NTLM (frame 3)")
	m.press("esc")
	m.press("4")
	m.lacks("password-guessing")
	m.send(progressMsg{Findings: []verdict.SummaryFinding{{ID: "password-guessing", Severity: "high", Text: "10.1.2.3 had 30 logins refused", Sessions: 2}}})
	m.wants("10.1.2.3 had 30 logins refused")
}

// TestFindingGone: a finding of an open session that has none any more.
func TestFindingGone(t *testing.T) {
	st := newTestStore()
	s := madeSession(verdict.NTLM)
	s.Open = true
	s.Findings = []verdict.Finding{{ID: "starttls-not-used", Severity: "low", Text: "TLS was not used"}}
	m := &tester{TB: t, app: newApp(Options{Store: st, Theme: "dark"})}
	m.send(tea.WindowSizeMsg{Width: 100, Height: 30})
	if err := st.Open(1, st.Render(nil, s)); err != nil {
		t.Fatal(err)
	}
	m.send(stepMsg{})
	m.press("4")
	m.wants("starttls-not-used", "TLS was not used")
	s.Open, s.Findings = false, nil
	addSession(t, st, s, 1)
	m.send(stepMsg{})
	if text := m.text(); strings.Contains(text, "starttls-not-used") {
		t.Errorf("a finding that no session has is listed:\n%s", text)
	}
}
