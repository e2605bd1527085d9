package report

import (
	"cmp"
	"io"
	"strconv"
	"strings"

	"smtpscope/inspect"
	"smtpscope/verdict"
)

// A markdownPrinter writes CommonMark with tables, for tickets and wikis: of
// each session the answer, its proof and what to do, and the dialogue as text.
type markdownPrinter struct {
	sink
	dialogue page // what the page of each dialogue is at first
}

// dialogueWidth is the width of dialogues: what most viewers show without a
// scroll bar.
const dialogueWidth = 100

// NewMarkdown gives a printer of Markdown.
func NewMarkdown(w io.Writer) Printer {
	return &markdownPrinter{sink: sink{w: w}, dialogue: newPage(TextOptions{Width: dialogueWidth})}
}

func (p *markdownPrinter) Begin(c *inspect.Capture) error {
	b := append(p.b, "# SMTP sessions "+markdown(where(c))+"\n"...)
	if c.ShowSecrets {
		b = append(b, "\nThis report shows passwords and tokens: keep it to yourself.\n"...)
	}
	return p.add(b)
}

// Render lays out a session from behind its number on.
func (p *markdownPrinter) Render(b []byte, s *inspect.Session) []byte {
	if s.Session == nil {
		return b
	}
	put := func(parts ...string) {
		for _, part := range parts {
			b = append(b, part...)
		}
	}
	v := &s.Verdict
	put(" ", markdown(stateWords(v)), ": ", address(s.Client), " → ", address(s.Server), "\n\n",
		"**", markdown(cmp.Or(v.Text, string(v.State))), "**\n\n",
		stamp(s.Start), with(", ", elapsed(s.Start, s.End)), ", ", count(s.Packets, "packet"), with(", Community ID ", markdown(s.CommunityID)), "\n")
	if len(v.Evidence) > 0 {
		put("\n| frame | evidence |\n|---:|---|\n")
		for _, e := range v.Evidence {
			put("| ", say(e.Frame > 0, strconv.FormatInt(e.Frame, 10)), " | ", markdown(e.Text), " |\n")
		}
	}
	if len(v.Causes) > 0 {
		put("\nWhy not Kerberos:\n\n")
		for i, c := range v.Causes {
			put(strconv.Itoa(i+1), ". ", markdownAdvice(c.Text, string(c.ID)+say(c.Certainty != verdict.Seen, ", "+string(c.Certainty)), c.Frame, c.Next), "\n")
		}
		if v.Decide != "" {
			put("\nTo decide: ", markdown(v.Decide), "\n")
		}
	}
	if v.Hint != nil {
		put("\nHint: ", markdown(v.Hint.Text), "\n")
	}
	if len(s.Findings) > 0 {
		put("\nFindings:\n\n")
		for _, f := range s.Findings {
			put("- ", f.Severity, ": ", markdownAdvice(f.Text, f.ID, f.Frame, f.Next), "\n")
		}
	}
	return p.fenced(b, s)
}

// fenced appends the dialogue. Its rows are indented further than a fence may
// be, so that nothing that was said can end it.
func (p *markdownPrinter) fenced(b []byte, s *inspect.Session) []byte {
	if len(s.Dialogue) == 0 {
		return b
	}
	sheet := p.dialogue
	sheet.b = append(b, "\n````text"...)
	sheet.dialogue(s.Session)
	return append(sheet.b, "````\n"...)
}

func (p *markdownPrinter) Write(id int64, rendered []byte) error {
	if len(rendered) == 0 {
		return errNoSession
	}
	b := append(p.b, "\n## #"...)
	return p.add(append(strconv.AppendInt(b, id, 10), rendered...))
}

func (p *markdownPrinter) End(s *inspect.Summary) error {
	b := append(p.b, "\n## Summary\n\n"+count(s.Sessions, "session")+"\n"...)
	for i, a := range s.Across {
		b = append(b, say(i == 0, "\n")+"- "+markdownAdvice(a.Text, a.ID, 0, a.Next)+"\n"...)
	}
	if s.Sessions > 0 {
		b = append(b, "\n| verdict | sessions |\n|---|---:|\n"...)
	}
	for _, state := range verdict.States {
		if n := s.States[state]; n > 0 {
			b = append(b, "| "+string(state)+" | "+grouped(n)+" |\n"...)
		}
	}
	for i, f := range s.Findings {
		b = append(b, say(i == 0, "\nFindings over several sessions:\n\n")+"- "+f.Severity+": "+
			markdownAdvice(f.Text, f.ID+", "+count(f.Sessions, "session")+" from #"+strconv.FormatInt(f.FirstSession, 10), 0, f.Next)+"\n"...)
	}
	for i, warning := range s.Warnings {
		b = append(b, say(i == 0, "\n")+"- warning: "+markdown(warning)+"\n"...)
	}
	if err := p.add(b); err != nil {
		return err
	}
	return p.flush()
}

func (p *markdownPrinter) Flush() error { return p.flush() }

func markdownAdvice(text, id string, frame int64, next string) string {
	return markdown(text) + " (" + join(", ", "`"+id+"`", say(frame > 0, frames(frame, 0))) + ")" + with("  \n   Next: ", markdown(next))
}

// markdownMarks is what Markdown or HTML would obey.
const markdownMarks = "\\`*_{}[]<>#|~!&"

// markdown gives s as text on one line.
func markdown(s string) string {
	s = Printable(s)
	if !strings.ContainsAny(s, markdownMarks) {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if strings.ContainsRune(markdownMarks, r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}
