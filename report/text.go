package report

import (
	"io"
	"strings"

	"smtpscope/inspect"
)

// TextOptions says how the text report looks.
type TextOptions struct {
	// Width is the number of columns that rows keep to; 0 means 80, less than 40
	// is taken as 40.
	Width int
	// Colour adds ANSI colours; without it there is no ESC in the report.
	Colour bool
	// ASCII keeps the report's own marks (arrows, rules, ellipses) to ASCII.
	// Letters that were said on the wire stay as they are.
	ASCII bool
}

type textPrinter struct {
	sink
	page                    // for what is printed once
	empty   page            // what the page of each session is at first
	capture inspect.Capture // for the hint of an empty report
}

// NewText gives a printer of text for people: for each session a heading that
// begins with '#', the verdict, what proves it and what to do, and then the
// session itself, the short before the long.
func NewText(w io.Writer, o TextOptions) Printer {
	return &textPrinter{sink: sink{w: w}, page: newPage(o), empty: newPage(o)}
}

func (p *textPrinter) Begin(c *inspect.Capture) error {
	p.capture = *c
	p.page.b = p.sink.b
	p.banner(c)
	return p.add(p.page.b)
}

// Render lays out the session but for its heading, which depends on the width of
// the number: the heading's parts go first, as appendHeading writes them.
func (p *textPrinter) Render(b []byte, s *inspect.Session) []byte {
	if s.Session == nil {
		return b
	}
	sheet := p.empty
	sheet.b = appendHeading(b, s)
	sheet.session(s)
	return sheet.b
}

func (p *textPrinter) Write(id int64, rendered []byte) error {
	if len(rendered) == 0 {
		return errNoSession
	}
	p.page.b = p.sink.b
	rest := p.heading(id, rendered)
	return p.add(append(p.page.b, rest...))
}

func (p *textPrinter) End(s *inspect.Summary) error {
	p.page.b = p.sink.b
	p.summary(s, &p.capture)
	if err := p.add(p.page.b); err != nil {
		return err
	}
	return p.flush()
}

func (p *textPrinter) Flush() error { return p.flush() }

// banner says what is read. It is one sentence: the answer is below.
func (p *page) banner(c *inspect.Capture) {
	ports := "on any port"
	if !c.AutoPorts {
		ports = "on " + portList(c.Ports)
	}
	p.wrap(labelColumn, strings.TrimSpace(c.Tool+" "+c.Version)+": SMTP "+ports+" "+where(c)+say(c.CaptureFilter != "", ", of packets with "+c.CaptureFilter))
	if c.ShowSecrets {
		p.wrap(labelColumn, "This report shows passwords and tokens (--show-secrets): keep it to yourself.")
	}
	p.blank()
}

// where says what is read, or listened on.
func where(c *inspect.Capture) string {
	switch {
	case !c.Live:
		return "in " + inputs(c.Inputs)
	case len(c.Inputs) == 1 && c.Inputs[0] == "any":
		return "on any interface"
	case len(c.Inputs) == 1:
		return "on interface " + c.Inputs[0]
	}
	return "on interfaces " + inputs(c.Inputs)
}

// inputs names the first few inputs and counts the others.
func inputs(names []string) string {
	const few = 3
	if more := len(names) - few; more > 1 {
		return strings.Join(names[:few], ", ") + " and " + grouped(int64(more)) + " more"
	}
	return strings.Join(names, ", ")
}

// session prints one session below its heading: first what an administrator acts
// upon, then what was said.
func (p *page) session(s *inspect.Session) {
	p.verdict(&s.Verdict)
	if s.Nearby != nil {
		p.nearby(s.Nearby)
	}
	p.findings(s.Findings)
	p.quality(s.Session)
	p.connection(s.Session)
	p.tls(s.TLS)
	p.offered(s.Session)
	p.logins(s.Auth)
	p.mails(s.Session)
	p.anomalies(s.Anomalies)
	p.dialogue(s.Session)
	p.tokens(s.Auth)
	p.blank()
}
