package report

import (
	"bytes"
	"regexp"
	"strings"
	"testing"

	"smtpscope/inspect"
	"smtpscope/verdict"
)

func markdownOf(t *testing.T, sessions ...*inspect.Session) string {
	t.Helper()
	var b bytes.Buffer
	p := NewMarkdown(&b)
	if err := p.Begin(&inspect.Capture{Inputs: []string{"trace_1.pcap"}}); err != nil {
		t.Fatal(err)
	}
	sum := &inspect.Summary{States: map[verdict.State]int64{}}
	for i, s := range sessions {
		if err := p.Write(int64(i+1), p.Render(nil, s)); err != nil {
			t.Fatal(err)
		}
		sum.Sessions++
		sum.States[s.Verdict.State]++
	}
	if err := p.End(sum); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestMarkdown(t *testing.T) {
	got := markdownOf(t, kerberosSession(), ntlmSession())
	for _, want := range []string{
		"# SMTP sessions in trace\\_1.pcap\n", "\n## #1 kerberos: ", "\n## #2 ntlm-in-gssapi: ", "\n| frame | evidence |\n|---:|---|\n",
		"\nWhy not Kerberos:\n\n1. ", "\n````text\n", "\n## Summary\n\n2 sessions\n", "| kerberos | 1 |\n| ntlm-in-gssapi | 1 |\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("lacks %q:\n%s", want, got)
		}
	}
	if fences := strings.Count(got, "\n````"); fences != 4 {
		t.Errorf("%d fences of two dialogues", fences)
	}
}

// TestMarkdownOfStrangers: what was said on the wire is text, and ends no table,
// no code and no line.
func TestMarkdownOfStrangers(t *testing.T) {
	s := kerberosSession()
	const evil = "`|\n````\n# owned <script>alert(1)</script> ![x](http://evil.test) *b* \x1b[2J"
	s.Verdict.Text, s.Verdict.FailedMechanism = evil, evil
	s.Verdict.Evidence = []verdict.Evidence{{Frame: 1, Text: evil}}
	s.Verdict.Causes = []verdict.Cause{{ID: "etype", Text: evil, Next: evil}}
	s.Findings = []verdict.Finding{{ID: "x", Severity: "high", Text: evil, Next: evil}}
	s.Dialogue[0].Text = evil
	s.Dialogue[1].Text = "````"
	got := markdownOf(t, s)
	outside := ""
	for i, part := range strings.Split(got, "\n````") {
		if i%2 == 0 {
			outside += part
		}
	}
	// What is escaped is text.
	outside = regexp.MustCompile(`\\.`).ReplaceAllString(outside, "")
	for _, never := range []string{"<script", "![", "](", "\n# owned", "\x1b", "*b"} {
		if strings.Contains(outside, never) {
			t.Errorf("%q came through:\n%s", never, outside)
		}
	}
	if fences := strings.Count(got, "\n````"); fences != 2 {
		t.Errorf("%d fences of one dialogue", fences)
	}
}
