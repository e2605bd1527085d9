package report

import (
	"bytes"
	"regexp"
	"strings"
	"testing"

	"smtpscope/inventory"
	"smtpscope/smtpparse"
	"smtpscope/verdict"
)

// The page needs nothing but itself, and what was said cannot become part of it.
func TestHTML(t *testing.T) {
	const hostile = `"><script>alert(1)</script><img src=http://x/> ' onload=x`
	s := ntlmSession()
	s.Hello[0].Name = hostile
	s.Verdict.Text, s.Verdict.Decide, s.Verdict.Hint = hostile, "decided by "+hostile, &verdict.Hint{Text: "hinted by " + hostile}
	s.Verdict.Causes = []verdict.Cause{{ID: "etype", Certainty: verdict.Possible, Text: hostile, Next: hostile}}
	s.Findings = append(s.Findings, verdict.Finding{ID: "ntlmv1", Severity: "high", Text: hostile, Next: hostile})
	s.Dialogue = append(s.Dialogue, smtpparse.Line{From: "client", Kind: smtpparse.LineCommand, Text: hostile, Frame: 99})
	var out bytes.Buffer
	write(t, NewHTML(&out, ""), s, s)
	page := out.String()
	for _, tag := range regexp.MustCompile(`<[a-zA-Z!/][^>]*>`).FindAllString(page, -1) {
		name := strings.Trim(strings.Fields(strings.Trim(tag, "</>"))[0], "/")
		switch name {
		case "!DOCTYPE", "html", "head", "meta", "title", "style", "body", "header", "h1", "h2", "h3", "p", "nav", "a", "main", "section", "details", "summary",
			"span", "table", "thead", "tbody", "tr", "th", "td", "ol", "ul", "li", "b", "br", "pre", "code", "div":
		default:
			t.Errorf("tag %s", tag)
		}
		if strings.Contains(tag, "src=") || strings.Contains(tag, "http:") || strings.Contains(tag, "onload") {
			t.Errorf("tag %s", tag)
		}
	}
	for _, id := range []string{"summary", "sessions", "servers", "clients", "ntlm", "findings", "s1", "s2"} {
		if strings.Count(page, `id="`+id+`"`) != 1 {
			t.Errorf("%d elements are called %s", strings.Count(page, `id="`+id+`"`), id)
		}
	}
	for _, tag := range []string{"section", "details", "table", "tr", "td", "ul", "ol", "li", "pre", "span", "main", "div"} {
		if open, closed := len(regexp.MustCompile(`<`+tag+`[ >]`).FindAllString(page, -1)), strings.Count(page, "</"+tag+">"); open != closed {
			t.Errorf("%d <%s>, %d ends", open, tag, closed)
		}
	}
	if strings.Contains(page, hostile) || !strings.Contains(page, "&lt;a&gt;&amp;b.pcap") {
		t.Error("texts are not escaped")
	}
	for _, want := range []string{"decided by &quot;", "hinted by &quot;", "<code>etype, possible</code>"} {
		if !strings.Contains(page, want) {
			t.Errorf("%q is not in the page", want)
		}
	}
}

func TestHTMLOfOneReport(t *testing.T) {
	var out bytes.Buffer
	write(t, NewHTML(&out, inventory.Servers), ntlmSession())
	page := out.String()
	if strings.Contains(page, `id="sessions"`) || strings.Contains(page, `id="ntlm"`) || !strings.Contains(page, `id="servers"`) || strings.Contains(page, "<details") {
		t.Errorf("page:\n%s", page)
	}
}

func TestEscapeFrom(t *testing.T) {
	for _, tc := range []struct{ text, want string }{
		{"", ""},
		{"plain", "plain"},
		{"<", "&lt;"},
		{"a<b>&\"c\" 'd'", "a&lt;b&gt;&amp;&quot;c&quot; &#39;d&#39;"},
		{"tail&", "tail&amp;"},
	} {
		if got := string(escapeFrom([]byte("<"+tc.text), 1)); got != "<"+tc.want {
			t.Errorf("%q: %q", tc.text, got)
		}
	}
}
