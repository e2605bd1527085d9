package tui

import (
	"net/netip"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"smtpscope/authtoken"
	"smtpscope/inspect"
	"smtpscope/nearby"
	"smtpscope/smtpparse"
	"smtpscope/tlsparse"
	"smtpscope/verdict"
)

// hostileSession says s wherever a stranger can say something.
func hostileSession(s string) *inspect.Session {
	made := madeSession(verdict.NTLM)
	made.ProxiedClient = s
	made.Greeting.Text = s
	made.Hello[0].Name = s
	made.Hello[0].AuthMechanisms = []string{s}
	made.Hello[0].Capabilities = []smtpparse.Capability{{Keyword: s, Params: []string{s, s}}}
	made.Dialogue = append(made.Dialogue,
		smtpparse.Line{From: "client", Frame: 3, Kind: smtpparse.LineCommand, Verb: s, Text: s},
		smtpparse.Line{From: "server", Frame: 4, Kind: smtpparse.LineReply, Code: 250, Text: s, More: true},
		smtpparse.Line{From: "client", Frame: 5, Kind: smtpparse.LineAuth, Text: s, Token: s},
		smtpparse.Line{From: "client", Frame: 6, Kind: smtpparse.LineProxy, Text: s})
	made.Auth = []*smtpparse.Auth{{
		Verb: "AUTH", Mechanism: s, Actual: s, Outcome: smtpparse.Accepted, ReplyCode: 235, ReplyText: s,
		NTLM: &authtoken.NTLM{User: s, Domain: s, Workstation: s, TargetSPN: s, Version: "NTLMv2"},
		Steps: []smtpparse.Step{{From: "client", Frame: 5, Kind: s, Text: s, Bytes: len(s),
			Tree:   &authtoken.Field{Name: s, Value: s, Length: len(s), Fields: []authtoken.Field{{Name: s, Value: s, Offset: -1, Length: 1 << 30}}},
			Damage: &authtoken.ParseError{Field: s, Reason: s, Offset: 1 << 30}}},
	}}
	made.Auth = append(made.Auth, &smtpparse.Auth{Mechanism: s, Actual: "ntlm", Outcome: smtpparse.Accepted,
		NTLM: &authtoken.NTLM{User: s, Domain: s, Workstation: s, TargetSPN: s, Version: s, ClientVersion: s, ServerForest: s, Flags: []string{s}}})
	made.TLS = &smtpparse.TLS{Via: "starttls", Facts: tlsparse.Facts{Version: s, SNI: s, ServerCertificates: []*tlsparse.Certificate{{Subject: s, Names: []string{s, s}, Serial: s}}}}
	made.Nearby = &nearby.Around{
		Requests: []nearby.Request{{Kind: s, Frame: 3, Service: s, Realm: s, Client: s, Transport: s, Answer: &nearby.Answer{ErrorText: s, Ticket: s}}},
		Names:    []nearby.Name{{Asked: s, Canonical: s + s}}, Reverse: []nearby.ReverseName{{Name: s}}, Failures: []nearby.Failure{{Asked: s, Type: s, Error: s}},
	}
	made.Omitted = map[string]int64{s: 1}
	made.Messages = []*smtpparse.Message{{MailFrom: s, Subject: s, Status: s, RcptTo: []smtpparse.Recipient{{Address: s}},
		Attachments: []smtpparse.Attachment{{Name: s, Type: s}}}}
	made.Verdict.Text = s
	made.Verdict.Causes = []verdict.Cause{{ID: "not-offered", Text: s, Next: s, Frame: 3}}
	made.Findings = []verdict.Finding{{ID: "ntlmv1", Severity: s, Text: s, Next: s}}
	made.Anomalies = []smtpparse.Anomaly{{Kind: "bare-lf", Text: s}}
	return made
}

// hostile are strings that break screens.
var hostile = []string{
	"plain", "\x1b[2J\x1b]0;owned\x07", "\u202egpj.exe", "漢字かな交じり文", "e\u0301\u0301\u0301\u0301\u0301\u0301",
	"👨\u200d👩\u200d👧\u200d👦 🇩🇪 ☁\ufe0f 👍🏽", "العربية עברית", "\r\n\t\x00\x7f\x9b", "\xff\xfe\xc3(", "กำ", "각", "क्षि",
	"🏽 alone", "a\u0300\u0301 ﷽ 𒐫", "\u115f\u3164\uffa0", "1\ufe0f\u20e3", "🏴\U000e0067\U000e007f", "\u0600\u0661", "ᄀᄀᄀ각ᆨᆨ",
}

// FuzzShow: what is shown has one width, however terminals count, alone and
// beside other text, cut or whole.
func FuzzShow(f *testing.F) {
	for _, s := range hostile {
		f.Add(s, 5)
	}
	f.Fuzz(func(t *testing.T, s string, room int) {
		room = min(max(room, 0), 300)
		for _, text := range []string{show(s), cut(show(s), room, "…"), fit(show(s), room), show(s) + " " + show(s)} {
			if a, b := ansi.StringWidth(text), ansi.StringWidthWc(text); a != b {
				t.Fatalf("%q is %d or %d columns wide", text, a, b)
			}
			if show(text) != text {
				t.Fatalf("%q is shown as %q", text, show(text))
			}
		}
		if n := columns(cut(show(s), room, "…")); n > room {
			t.Fatalf("%d columns in %d", n, room)
		}
	})
}

// FuzzRows: whatever is said on the wire, each row of each screen is exactly as
// wide as the screen, and holds nothing that a terminal obeys.
func FuzzRows(f *testing.F) {
	for _, s := range hostile {
		f.Add(s, uint8(20))
	}
	f.Fuzz(func(t *testing.T, s string, w uint8) {
		st := newTestStore()
		addSession(t, st, hostileSession(s), 1)
		addSession(t, st, hostileSession(s+s), 2)
		m := &tester{TB: t, app: newApp(Options{Sources: []string{s}, Store: st, Theme: "dark",
			Octets: func(OctetsRequest) ([]Octets, error) {
				return []Octets{{From: "client", Frame: 5, Data: []byte(s + "\r\n")}}, nil
			}})}
		m.send(tea.WindowSizeMsg{Width: leastWidth + int(w), Height: 20})
		m.run(m.app.work())
		client, server := netip.MustParseAddr("10.1.2.3"), netip.MustParseAddr("10.1.2.9")
		m.send(progressMsg{
			Across:   []verdict.Statement{{ID: s, Server: server, Clients: []netip.Addr{client}, Text: s, Next: s}},
			Findings: []verdict.SummaryFinding{{ID: s, Severity: s, Text: s, Next: s}},
		})
		for _, keys := range [][]string{{}, {"2"}, {"3"}, {"4"}, {"5"}, {"1", "enter"}, {"2"}, {"down", "x"}, {"esc", "3"}, {"4"}, {"5"}, {"6"}, {"esc", "i"}, {"esc"}} {
			m.press(keys...)
		}
		m.press("/")
		m.send(tea.PasteMsg{Content: s})
		m.press("esc", "enter", "/")
		m.send(tea.PasteMsg{Content: s})
		m.press("enter")
	})
}

// FuzzWrap: no row is wider than it may be, and nothing is lost.
func FuzzWrap(f *testing.F) {
	f.Add("one two three", 7, 2)
	f.Add("漢字 漢字漢字", 3, 1)
	f.Add("aaaaaaaaaaaaaaaaaaaa b", 4, 9)
	f.Fuzz(func(t *testing.T, s string, width, hang int) {
		if width < 2 || width > 500 || hang < 0 {
			return
		}
		for _, row := range wrap([]span{{plain, s}, {bad, s}}, width, hang, 0, "…") {
			used := 0
			for _, part := range row {
				used += columns(part.text)
			}
			if used > width {
				t.Fatalf("%d columns in a row of %d", used, width)
			}
		}
		if rows := wrap([]span{{plain, s}}, width, hang, 3, "…"); len(rows) > 3 {
			t.Fatalf("%d rows, at most 3 are wanted", len(rows))
		}
	})
}
