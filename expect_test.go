package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"smtpscope/inspect"
	"smtpscope/smtpparse"
	"smtpscope/verdict"
)

// An expectation is what was configured and what the client saw when a capture
// was recorded: written by hand, not by any parser.
type expectation struct {
	outcome
	// Opened is what the secrets beside the capture, or inside it, bring to light.
	Opened *struct {
		Keylog string `json:"keylog"`
		outcome
	} `json:"with_keylog"`
	TLS *struct {
		Version string `json:"version"`
	} `json:"tls"`
}

// An outcome is what happened, as far as it can be seen.
type outcome struct {
	State verdict.State `json:"state"`
	Auth  []struct {
		Mechanism string `json:"mechanism"`
		Actual    string `json:"actual"`
		ReplyCode int    `json:"reply_code"`
		SPN       string `json:"spn"`
		User      string `json:"user"`
	} `json:"auth"`
	Messages []struct {
		MailFrom     string   `json:"mail_from"`
		RcptOK       []string `json:"rcpt_ok"`
		RcptRejected []string `json:"rcpt_rejected"`
		Transfer     string   `json:"transfer"`
		ReplyCode    int      `json:"reply_code"`
		Bytes        *int64   `json:"bytes"`
	} `json:"messages"`
	// Causes and Findings must be among those reported.
	Causes   []verdict.CauseID `json:"causes"`
	Findings []string          `json:"findings"`
	// FirstCause must come first in one of the sessions, Hint be given of one.
	FirstCause verdict.CauseID `json:"first_cause"`
	Hint       string          `json:"hint"`
}

// secretsInside stands in an expectation for the file's Decryption Secrets Block.
const secretsInside = "inside the file"

// TestTruth holds what the program says of each recorded capture against what
// is known to have happened.
func TestTruth(t *testing.T) {
	for _, name := range captures(t) {
		t.Run(scenario(name), func(t *testing.T) {
			text, err := os.ReadFile(filepath.Join("pcaps", scenario(name)+".expect.json"))
			if err != nil {
				t.Fatal(err)
			}
			var want expectation
			if err := json.Unmarshal(text, &want); err != nil {
				t.Fatal(err)
			}
			args := []string{"-r", name, "--format", "json", "--ports", "24,25,465,587,2525", "--keytab", "pcaps/lab.keytab"}
			closed := &want.outcome
			if want.Opened != nil && want.Opened.Keylog == secretsInside {
				closed = &want.Opened.outcome
			}
			got := sessions(t, output(t, args...))
			closed.check(t, got)
			if want.TLS != nil && want.TLS.Version != "" && !slices.ContainsFunc(got, func(s *inspect.Session) bool {
				return s.TLS != nil && s.TLS.Version == want.TLS.Version
			}) {
				t.Errorf("no session is %s", want.TLS.Version)
			}
			if want.Opened != nil && want.Opened.Keylog != secretsInside {
				args = append(args, "--keylog", filepath.Join("pcaps", want.Opened.Keylog))
				want.Opened.check(t, sessions(t, output(t, args...)))
			}
		})
	}
}

// sessions reads the session records back.
func sessions(t *testing.T, out []byte) []*inspect.Session {
	t.Helper()
	var all []*inspect.Session
	lines := bufio.NewScanner(bytes.NewReader(out))
	lines.Buffer(nil, 64<<20)
	for lines.Scan() {
		if !bytes.HasPrefix(lines.Bytes(), []byte(`{"type":"session",`)) {
			continue
		}
		var s inspect.Session
		if err := json.Unmarshal(lines.Bytes(), &s); err != nil {
			t.Fatalf("not JSON: %v", err)
		}
		all = append(all, &s)
	}
	slices.SortFunc(all, func(a, b *inspect.Session) int { return int(a.ID - b.ID) })
	return all
}

func (want *outcome) check(t *testing.T, got []*inspect.Session) {
	t.Helper()
	if !slices.ContainsFunc(got, func(s *inspect.Session) bool { return s.Verdict.State == want.State }) {
		t.Errorf("no session is %q", want.State)
	}
	want.checkAuth(t, got)
	want.checkMessages(t, got)
	want.checkReasons(t, got)
}

func (want *outcome) checkReasons(t *testing.T, got []*inspect.Session) {
	t.Helper()
	var causes, first []verdict.CauseID
	var hints []string
	var findings []string
	for _, s := range got {
		if h := s.Verdict.Hint; h != nil {
			hints = append(hints, h.Suggests)
		}
		for i, c := range s.Verdict.Causes {
			if i == 0 {
				first = append(first, c.ID)
			}
			causes = append(causes, c.ID)
		}
		for _, f := range s.Findings {
			findings = append(findings, f.ID)
		}
	}
	if want.FirstCause != "" && !slices.Contains(first, want.FirstCause) {
		t.Errorf("the first causes are %v, want %s", first, want.FirstCause)
	}
	if want.Hint != "" && !slices.Contains(hints, want.Hint) {
		t.Errorf("the hints are %v, want %s", hints, want.Hint)
	}
	for _, id := range want.Causes {
		if !slices.Contains(causes, id) {
			t.Errorf("cause %s is not among %v", id, causes)
		}
	}
	for _, id := range want.Findings {
		if !slices.Contains(findings, id) {
			t.Errorf("finding %s is not among %v", id, findings)
		}
	}
}

func (want *outcome) checkAuth(t *testing.T, got []*inspect.Session) {
	t.Helper()
	n := 0
	for _, s := range got {
		for _, a := range s.Auth {
			if n == len(want.Auth) {
				t.Fatalf("more than %d attempts: %s %s", n, a.Verb, a.Mechanism)
			}
			w := want.Auth[n]
			n++
			if !strings.EqualFold(a.Mechanism, w.Mechanism) || a.Actual != w.Actual || a.ReplyCode != w.ReplyCode {
				t.Errorf("attempt %d: %s is %s, %d; want %s is %s, %d", n, a.Mechanism, a.Actual, a.ReplyCode, w.Mechanism, w.Actual, w.ReplyCode)
			}
			if w.SPN != "" && (a.Kerberos == nil || a.Kerberos.SPN != w.SPN) {
				t.Errorf("attempt %d: %+v, want SPN %s", n, a.Kerberos, w.SPN)
			}
			if w.SPN != "" && a.Kerberos != nil && a.Kerberos.Client != w.User {
				t.Errorf("attempt %d: client %q, want %q (%+v)", n, a.Kerberos.Client, w.User, a.Kerberos.Opened)
			}
			if user := userOf(a); w.User != "" && w.SPN == "" && !strings.EqualFold(user, w.User) {
				t.Errorf("attempt %d: user %q, want %q", n, user, w.User)
			}
		}
	}
	if n < len(want.Auth) {
		t.Errorf("%d attempts, want %d", n, len(want.Auth))
	}
}

func (want *outcome) checkMessages(t *testing.T, got []*inspect.Session) {
	t.Helper()
	n := 0
	for _, s := range got {
		for _, m := range s.Messages {
			if n == len(want.Messages) {
				t.Fatalf("more than %d messages: from %s", n, m.MailFrom)
			}
			w := want.Messages[n]
			n++
			var ok, rejected []string
			for _, r := range m.RcptTo {
				if r.ReplyCode >= 400 {
					rejected = append(rejected, r.Address)
				} else if r.ReplyCode != 0 {
					ok = append(ok, r.Address)
				}
			}
			if m.MailFrom != w.MailFrom || m.Transfer != w.Transfer || m.ReplyCode != w.ReplyCode {
				t.Errorf("message %d: %s by %s: %d; want %s by %s: %d", n, m.MailFrom, m.Transfer, m.ReplyCode, w.MailFrom, w.Transfer, w.ReplyCode)
			}
			if !slices.Equal(ok, w.RcptOK) || !slices.Equal(rejected, w.RcptRejected) {
				t.Errorf("message %d: recipients %q, refused %q; want %q, %q", n, ok, rejected, w.RcptOK, w.RcptRejected)
			}
			if w.Bytes != nil && m.Bytes != *w.Bytes {
				t.Errorf("message %d: %d octets, want %d", n, m.Bytes, *w.Bytes)
			}
		}
	}
	if n < len(want.Messages) {
		t.Errorf("%d messages, want %d", n, len(want.Messages))
	}
}

// userOf is the name that the client gave, whatever the mechanism.
func userOf(a *smtpparse.Auth) string {
	switch {
	case a.NTLM != nil:
		return a.NTLM.User
	case a.SASL != nil:
		return a.SASL.User
	}
	return ""
}
