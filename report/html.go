package report

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"smtpscope/inspect"
	"smtpscope/inventory"
	"smtpscope/verdict"
)

// An htmlPrinter writes one page that needs nothing else: no network, no script,
// no font. Sessions are written as they come, so that memory does not grow with
// them; what is counted comes behind them, and the style sheet shows it above.
type htmlPrinter struct {
	sink
	accountant
	reports  []inventory.Report
	sessions int64
	dialogue page
}

// NewHTML gives a printer of an HTML page with a report, or all of them if it is empty.
func NewHTML(w io.Writer, r inventory.Report) Printer {
	p := &htmlPrinter{sink: sink{w: w}, accountant: newAccountant(), reports: inventory.Reports, dialogue: newPage(TextOptions{Width: dialogueWidth})}
	if r != "" {
		p.reports = []inventory.Report{r}
	}
	return p
}

func (p *htmlPrinter) shows(r inventory.Report) bool { return slices.Contains(p.reports, r) }

// counts tells that there are reports for which the sessions are counted.
func (p *htmlPrinter) counts() bool { return len(p.reports) > 1 || p.reports[0] != inventory.Sessions }

func (p *htmlPrinter) Begin(c *inspect.Capture) error {
	title := "SMTP in " + inputs(c.Inputs)
	b := fmt.Appendf(p.b, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"+
		"<meta name=\"color-scheme\" content=\"light dark\">\n"+
		"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n<meta name=\"referrer\" content=\"no-referrer\">\n"+
		"<title>%s</title>\n<style>\n%s</style>\n</head>\n<body>\n<header>\n<h1>%s</h1>\n<p>%s</p>\n",
		escape(title), htmlStyle, escape(title), escape(strings.TrimSpace(c.Tool+" "+c.Version)))
	if c.ShowSecrets {
		b = append(b, "<p class=\"alarm\">This report shows passwords and tokens: keep it to yourself.</p>\n"...)
	}
	b = append(b, "<nav><a href=\"#summary\">Summary</a>"...)
	for _, r := range []inventory.Report{inventory.Findings, inventory.NTLM, inventory.Servers, inventory.Clients, inventory.Sessions} {
		if p.shows(r) {
			b = append(b, " <a href=\"#"+string(r)+"\">"+navigation[r]+"</a>"...)
		}
	}
	b = append(b, "</nav>\n</header>\n<main>\n"...)
	if p.shows(inventory.Sessions) {
		b = append(b, "<section id=\"sessions\">\n<h2>Sessions</h2>\n"...)
	}
	return p.add(b)
}

var navigation = map[inventory.Report]string{
	inventory.Findings: "Findings", inventory.NTLM: "NTLM", inventory.Servers: "Servers", inventory.Clients: "Clients", inventory.Sessions: "Sessions",
}

// Render writes the facts that are counted, and then the session as HTML from
// behind its number on.
func (p *htmlPrinter) Render(b []byte, s *inspect.Session) []byte {
	if s.Session == nil {
		return b
	}
	if p.counts() {
		b = inventory.AppendFacts(b, s)
	}
	if !p.shows(inventory.Sessions) {
		return b
	}
	return p.session(b, s)
}

func (p *htmlPrinter) session(b []byte, s *inspect.Session) []byte {
	put := func(parts ...string) {
		for _, part := range parts {
			b = append(b, part...)
		}
	}
	v := &s.Verdict
	put("</span> <span class=\"v ", htmlClass(v), "\">", escape(stateWords(v)), "</span> <span class=\"ends\">", escape(address(s.Client)), " → ", escape(address(s.Server)),
		"</span> <span class=\"when\">", stamp(s.Start), "</span>")
	for _, f := range s.Findings {
		put(" <span class=\"f ", f.Severity, "\">", escape(f.ID), "</span>")
	}
	put("<p>", escape(v.Text), "</p></summary>\n<p class=\"quiet\">", escape(join(", ", elapsed(s.Start, s.End), count(s.Packets, "packet"), "Community ID "+s.CommunityID)), "</p>\n")
	for i, e := range v.Evidence {
		put(say(i == 0, "<table>\n<tr><th class=\"n\">frame</th><th>evidence</th></tr>\n"), "<tr><td class=\"n\">", say(e.Frame > 0, strconv.FormatInt(e.Frame, 10)), "</td><td>", escape(e.Text), "</td></tr>\n",
			say(i == len(v.Evidence)-1, "</table>\n"))
	}
	for i, c := range v.Causes {
		put(say(i == 0, "<h3>Why not Kerberos</h3>\n<ol>\n"), "<li>")
		b = appendHTMLAdvice(b, c.Text, string(c.ID)+say(c.Certainty != verdict.Seen, ", "+string(c.Certainty)), c.Frame, c.Next)
		put("</li>\n", say(i == len(v.Causes)-1, "</ol>\n"))
	}
	if v.Decide != "" {
		put("<p><b>to decide:</b> ", escape(v.Decide), "</p>\n")
	}
	if v.Hint != nil {
		put("<p><b>hint:</b> ", escape(v.Hint.Text), "</p>\n")
	}
	for i, f := range s.Findings {
		put(say(i == 0, "<h3>Findings</h3>\n<ul>\n"), "<li><span class=\"f ", f.Severity, "\">", f.Severity, "</span> ")
		b = appendHTMLAdvice(b, f.Text, f.ID, f.Frame, f.Next)
		put("</li>\n", say(i == len(s.Findings)-1, "</ul>\n"))
	}
	if len(s.Dialogue) > 0 {
		put("<h3>Dialogue</h3>\n<pre>")
		from := len(b)
		sheet := p.dialogue
		sheet.b = b
		sheet.dialogue(s.Session)
		b = escapeFrom(sheet.b, from)
		put("</pre>\n")
	}
	return append(b, "</details>\n"...)
}

func appendHTMLAdvice(b []byte, text, id string, frame int64, next string) []byte {
	b = append(appendHTML(b, text), " <code>"...)
	b = append(appendHTML(b, id), "</code>"...)
	if frame > 0 {
		b = append(append(append(b, " <span class=\"quiet\">"...), frames(frame, 0)...), "</span>"...)
	}
	if next != "" {
		b = appendHTML(append(b, "<br><b>next:</b> "...), next)
	}
	return b
}

func (p *htmlPrinter) Write(id int64, rendered []byte) error {
	if len(rendered) == 0 {
		return errNoSession
	}
	rest := rendered
	if p.counts() {
		rest = p.count(id, rendered)
	}
	p.sessions++
	if len(rest) == 0 {
		return p.err
	}
	number := strconv.FormatInt(id, 10)
	b := append(p.b, "<details id=\"s"+number+"\"><summary><span class=\"id\">#"+number...)
	return p.add(append(b, rest...))
}

func (p *htmlPrinter) End(s *inspect.Summary) error {
	if s == nil {
		s = &inspect.Summary{}
	}
	p.warn(s)
	b := p.b
	if p.shows(inventory.Sessions) {
		b = append(b, say(p.sessions == 0, "<p>There are none.</p>\n")+"</section>\n"...)
	}
	b = append(b, "<section id=\"summary\">\n<h2>Summary</h2>\n<p><b>"+escape(sessionCounts(s))+"</b></p>\n<p>"+
		escape(join(" ", grouped(s.Packets)+" packets read,", join(" to ", stamp(s.Start), stamp(s.End))))+"</p>\n<ul class=\"tiles\">\n"...)
	for _, state := range verdict.States {
		if n := s.States[state]; n > 0 {
			b = append(b, "<li class=\"v "+htmlClass(&verdict.Verdict{State: state})+"\"><b>"+grouped(n)+"</b> "+string(state)+"</li>\n"...)
		}
	}
	b = append(b, "</ul>\n"...)
	for i, a := range s.Across {
		b = appendHTMLAdvice(append(b, say(i == 0, "<ul>\n")+"<li>"...), a.Text, a.ID, 0, a.Next)
		b = append(b, "</li>\n"+say(i == len(s.Across)-1, "</ul>\n")...)
	}
	for _, w := range s.Warnings {
		b = append(b, "<p class=\"alarm\">"+escape(w)+"</p>\n"...)
	}
	p.b = append(b, "</section>\n"...)
	for _, r := range p.reports {
		if t := p.inventory.Table(r, s.Findings); t != nil {
			p.table(t)
		}
	}
	p.b = append(p.b, "</main>\n</body>\n</html>\n"...)
	return p.flush()
}

func (p *htmlPrinter) Flush() error { return p.flush() }

// table writes an inventory. Each cell carries its column's title, which narrow
// screens show instead of the heading.
func (p *htmlPrinter) table(t *inventory.Table) {
	b := append(p.b, "<section id=\""+string(t.Report)+"\">\n<h2>"+t.Title+"</h2>\n<p>"+t.About+"</p>\n"...)
	shown := shownColumns(t)
	if len(shown) == 0 {
		p.b = append(b, "<p>There are none.</p>\n</section>\n"...)
		return
	}
	b = append(b, "<div class=\"wide\"><table class=\"inventory\">\n<thead><tr>"...)
	for _, c := range shown {
		b = append(b, "<th"+say(c.number, " class=n")+">"+t.Columns[c.at].Title+"</th>"...)
	}
	p.b = append(b, "</tr></thead>\n<tbody>\n"...)
	rows := 0
	for row := range t.Rows {
		if rows++; rows > htmlRows {
			continue
		}
		b := append(p.b, "<tr>"...)
		for _, c := range shown {
			b = appendHTMLCell(b, t.Columns[c.at], row[c.at])
		}
		if p.add(append(b, "</tr>\n"...)) != nil {
			return
		}
	}
	p.b = append(p.b, "</tbody>\n</table></div>\n"...)
	if rows > htmlRows {
		p.b = append(p.b, "<p class=\"alarm\">"+count(int64(rows-htmlRows), "more row")+": --report "+string(t.Report)+" --format csv has them all</p>\n"...)
	}
	p.b = append(p.b, "</section>\n"...)
}

// htmlRows is how many rows of an inventory a page shows: more of them nobody reads
// in a browser.
const htmlRows = 2000

func appendHTMLCell(b []byte, c inventory.Column, v inventory.Value) []byte {
	value := escape(valueText(v))
	b = append(b, "<td"...)
	if class := cellClass(v, value); class != "" {
		b = append(append(b, " class="...), class...)
	}
	b = append(append(append(b, " data-title=\""...), c.Title...), "\">"...)
	if c.Name == "severity" {
		value = "<span class=\"f " + value + "\">" + value + "</span>"
	}
	return append(append(b, value...), "</td>"...)
}

// cellClass says how a cell is laid out: a number, a sentence, nothing.
func cellClass(v inventory.Value, shown string) string {
	switch {
	case shown == "":
		return "empty"
	case v.Kind == inventory.NumberValue:
		return "n"
	case len(shown) > sentenceLength:
		return "t"
	}
	return ""
}

// sentenceLength is the length, in octets, of a text that is to have some width.
const sentenceLength = 48

// htmlClass is the colour of a verdict, as the text report has it.
func htmlClass(v *verdict.Verdict) string {
	switch stateStyle(v) {
	case green:
		return "good"
	case red:
		return "bad"
	case cyan:
		return "none"
	}
	return "other"
}

// escape makes a text printable and fit for HTML.
func escape(s string) string {
	s = Printable(s)
	if !strings.ContainsAny(s, `<>&"'`) {
		return s
	}
	return string(escapeFrom([]byte(s), 0))
}

// appendHTML is escape at the end of b.
func appendHTML(b []byte, s string) []byte {
	return escapeFrom(append(b, Printable(s)...), len(b))
}

// entities stand for what HTML would obey.
var entities = [256]string{'<': "&lt;", '>': "&gt;", '&': "&amp;", '"': "&quot;", '\'': "&#39;"}

// escapeFrom makes b[from:] fit for HTML where it stands: from its end, since it
// only grows.
func escapeFrom(b []byte, from int) []byte {
	more := 0
	for _, c := range b[from:] {
		if e := entities[c]; e != "" {
			more += len(e) - 1
		}
	}
	if more == 0 {
		return b
	}
	last := len(b) - 1
	b = slices.Grow(b, more)[:len(b)+more]
	for i, at := last, len(b); i >= from && at > i+1; i-- {
		e := entities[b[i]]
		if e == "" {
			at--
			b[at] = b[i]
			continue
		}
		at -= len(e)
		copy(b[at:], e)
	}
	return b
}
