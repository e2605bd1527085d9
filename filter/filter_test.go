package filter

import (
	"errors"
	"net/netip"
	"strings"
	"testing"
	"time"

	"smtpscope/verdict"
)

// sample is a session that the tests ask about.
var sample = Facts{
	ID:       3,
	Start:    time.Date(2026, 11, 23, 17, 8, 14, 0, time.UTC).UnixNano(),
	Duration: 1500 * time.Millisecond,
	Client:   netip.MustParseAddrPort("10.1.2.3:34366"),
	Server:   netip.MustParseAddrPort("[2001:db8::9]:587"),
	Hello:    "SP01.contoso.test", ServerName: "EXCH01.contoso.test",
	State: verdict.NTLMInGSSAPI, TLS: "starttls",
	Offered: "", OfferedTLS: "GSSAPI NTLM",
	Mechanism: "GSSAPI", Actual: "ntlm", Tried: "GSSAPI NTLM", Actuals: "ntlm",
	User: `CONTOSO\Alice`, Users: `CONTOSO\Alice`, SPN: "SMTPSVC/exch.contoso.test",
	Codes: " 220 235 250 535", Causes: "not-offered target-is-ip",
	Findings: []Finding{{"ntlmv1", "high"}},
	NTLM:     []NTLMLogin{{User: "Alice", Workstation: "SP01", Version: "NTLMv1 with session security"}, {Workstation: "SP02", Version: "NTLMv2", Mechanism: "GSSAPI"}},
	Messages: 2, Octets: 2 << 20, GapBytes: 7,
	Flags: Flags{StartTLS: true, HeardTLS: true, Gaps: true, Decrypted: true},
}

const sampleText = "ehlo sp01.contoso.test\nmail from:<alice@contoso.test>\nsubject grüße (1)\n"

func TestMatch(t *testing.T) {
	tests := []struct {
		expression string
		want       bool
	}{
		{"", true},
		{"   ", true},
		{"alice", true},
		{"ALICE", true},
		{"GRÜSSE", false},
		{"Grüße", true},
		{"mallory", false},
		{`"mail from:<alice"`, true},
		{`"alice mail"`, false},
		{`"(1)"`, true},
		{"state:ntlm", false},
		{"state:ntlm,ntlm-in-gssapi", true},
		{"STATE:NTLM-in-gssapi", true},
		{"mech:gssapi", true},
		{"mech:ntlm", true},
		{"mech:plain", false},
		{"mech=gssapi", false}, // two were tried
		{"user:alice", true},
		{`user=contoso\alice`, true},
		{"user=alice", false},
		{`user:"CONTOSO\Alice"`, true},
		{"workstation:sp02", true},
		{"workstation=sp0", false},
		{"ntlm:v1", true},
		{"ntlm=ntlmv1", false},
		{"ntlm=ntlmv2", true},
		{"ntlm:v3", false},
		{"ntlm=gssapi", true},
		{"spn:smtpsvc/", true},
		{"client:10.0.0.0/8", true},
		{"client:10.1.2.3", true},
		{"client:10.1.2.4", false},
		{"client:10.1", true},
		{"client:sp01", true},
		{"client:10.1.2.3/8", true},
		{"server:2001:db8::/32", true},
		{"server:2001:DB8::9", true},
		{"server:exch01", true},
		{"server:10.0.0.0/8", false},
		{"port:587", true},
		{"port:25,587", true},
		{"port>587", false},
		{"port>=587", true},
		{"port<1000", true},
		{"offers:gssapi", true},
		{"tls:yes", true},
		{"tls:no", false},
		{"tls:starttls", true},
		{"tls:implicit", false},
		{"tls:decrypted", true},
		{"clear:no", true},
		{"code:535", true},
		{"code:534", false},
		{"code:5xx", true},
		{"code:4xx", false},
		{"code:4xx,235", true},
		{"cause:target", true},
		{"finding:ntlm", true},
		{"finding=ntlm", false},
		{"severity:high", true},
		{"gap:yes", true},
		{"msgs:2", true},
		{"msgs<2", false},
		{"size>1M", true},
		{"size>=2M", true},
		{"size>2M", false},
		{"size<2.5m", true},
		{"dur>1s", true},
		{"dur<1500ms", false},
		{"dur<=1500ms", true},
		{"after:17:00", true},
		{"after:17:08:14", true},
		{"before:17:08:14", false},
		{"after:2026-11-24", false},
		{"before:2026-11-23T17:09", true},
		{"not alice", false},
		{"not not alice", true},
		{"alice mallory", false},
		{"alice and not mallory", true},
		{"mallory or alice", true},
		{"mallory or alice bob", false},
		{"(mallory or alice) port:587", true},
		{"not (mallory or bob)", true},
		{"not mallory bob", false},
		{`"not" alice`, false}, // the word
		{"10.0.0.1:25", false},
		{"::1", false},
	}
	for _, tt := range tests {
		t.Run(tt.expression, func(t *testing.T) {
			f, err := Parse(tt.expression)
			if err != nil {
				t.Fatal(err)
			}
			if got := f.Match(&sample, func() []byte { return []byte(sampleText) }); got != tt.want {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

func TestErrorsPointAtThePlace(t *testing.T) {
	tests := []struct {
		expression, want string
		// marked is the expression with the place under it.
		marked string
	}{
		{`state:kerberoz`, "no such state: there are kerberos iakerb", `      ^^^^^^^^`},
		{`alice stat:ntlm`, "no such key: there are state spn server sni severity size", `      ^^^^`},
		{`port:`, "port: needs a value, such as port:587", `^^^^^`},
		{`user>alice`, "user has no order: write user:alice", `    ^`},
		{`port:5x`, "a whole number", `     ^^`},
		{`size>1T`, "a size", `     ^^`},
		{`dur>2`, "a duration", `    ^`},
		{`after:9`, "a time", `      ^`},
		{`server:10.0.0.0/33`, "no network", `       ^^^^^^^^^^^`},
		{`code:53`, "a reply code", `     ^^`},
		{`tls:maybe`, "there are yes no", `    ^^^^^`},
		{`gap:maybe`, "yes or no", `    ^^^^^`},
		{`(a or b`, "this bracket is not closed", `^`},
		{`a)`, "this bracket closes nothing", ` ^`},
		{`a or`, "something is missing at the end", `    `},
		{`not`, "something is missing at the end", `   `},
		{`or a`, `something is missing before "or"`, `^^`},
		{`()`, `something is missing before ")"`, ` ^`},
		{`user:"alice`, "this quote is not closed", `^^^^^^^^^^^`},
		{`""`, "no word between these quotes", `^^`},
		{strings.Repeat("(", 200), "too deep", strings.Repeat(" ", 100) + "^"},
	}
	for _, tt := range tests {
		t.Run(tt.expression, func(t *testing.T) {
			_, err := Parse(tt.expression)
			var e *Error
			if !errors.As(err, &e) {
				t.Fatalf("error %v", err)
			}
			if !strings.Contains(e.Text, tt.want) {
				t.Errorf("says %q, want %q", e.Text, tt.want)
			}
			if got := strings.Repeat(" ", e.Offset) + strings.Repeat("^", e.Length); got != tt.marked {
				t.Errorf("points at\n%s\n%s\nwant\n%s", tt.expression, got, tt.marked)
			}
		})
	}
}

func TestFactsComeBeforeWords(t *testing.T) {
	f, err := Parse("alice port:25")
	if err != nil {
		t.Fatal(err)
	}
	f.Match(&sample, func() []byte { t.Error("looked for a word though the port was wrong"); return nil })
	if !f.NeedsText() {
		t.Error("does not know that it needs the text")
	}
}

func TestKeysAreExplained(t *testing.T) {
	for _, k := range Keys {
		if _, err := Parse(k.Example); err != nil || !strings.HasPrefix(k.Example, k.Name) || k.Means == "" {
			t.Errorf("%s: the example %q gives %v", k.Name, k.Example, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, k := range Keys {
		f.Add(k.Example)
	}
	f.Add(`state:ntlm (a or not "b c") size>1M`)
	f.Fuzz(func(t *testing.T, expression string) {
		chosen, err := Parse(expression)
		var e *Error
		if errors.As(err, &e) {
			if e.Offset < 0 || e.Length < 0 || e.Offset+e.Length > len(expression) || e.Text == "" {
				t.Fatalf("%q: the error points at %d+%d: %s", expression, e.Offset, e.Length, e.Text)
			}
			return
		}
		if err != nil {
			t.Fatalf("%q: %T", expression, err)
		}
		text := func() []byte { return []byte(sampleText) }
		got := chosen.Match(&sample, text)
		if chosen.Empty() {
			return
		}
		opposite, err := Parse("not (" + expression + ")")
		if err != nil {
			return // too deep
		}
		if opposite.Match(&sample, text) == got {
			t.Errorf("%q and its opposite agree", expression)
		}
	})
}
