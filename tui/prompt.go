package tui

import (
	"errors"

	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"smtpscope/filter"
)

// A promptKind says what is asked for.
type promptKind int

const (
	promptFilter promptKind = iota
	promptSearch
	promptSave
	promptReport
)

var promptLabels = [...]string{"filter: ", "search: ", "save packets to: ", "report to: "}

// promptRows is how many rows the prompt takes: what is typed, and below it what
// is to say about it.
const promptRows = 2

// A prompt is the row in which the user writes.
type prompt struct {
	*app
	kind   promptKind
	input  textinput.Model
	before query // what Esc goes back to
	// problem is what is wrong with what is written.
	problem *filter.Error
	format  int // of a report
	report  int // which one; 0 is that of the sessions
	rows    []int32
	words   string // what will be written
	// overwrite tells that the user was told that the file exists.
	overwrite string
	writing   bool
	cursor    int // column of the cursor, as last drawn
}

// ask opens a prompt.
func (a *app) ask(kind promptKind) tea.Cmd {
	p := &prompt{app: a, kind: kind, input: textinput.New()}
	p.input.CharLimit = 1000
	p.input.SetVirtualCursor(false)
	switch kind {
	case promptFilter:
		p.before = a.sessions.roll.query
		p.input.SetValue(p.before.text)
	case promptSearch:
		p.input.SetValue(a.session.pane().find)
	case promptSave, promptReport:
		p.rows, p.words = a.toWrite()
		if len(p.rows) == 0 {
			a.say(warn, "There is no session to write.")
			return nil
		}
		p.input.SetValue(p.fileName())
		if kind == promptReport {
			p.choose(func() { p.report = a.reportHere() })
		}
	}
	p.input.CursorEnd()
	a.prompt = p
	return p.input.Focus()
}

func (p *prompt) press(m tea.KeyPressMsg) tea.Cmd {
	if p.writing {
		return nil
	}
	switch m.String() {
	case "esc":
		p.app.prompt = nil
		if p.kind == promptFilter {
			p.sessions.roll.ask(p.before)
		}
		return p.work()
	case "enter":
		return p.enter()
	case "tab", "shift+tab":
		if p.kind == promptReport && m.String() == "tab" {
			p.nextFormat()
		} else if p.kind == promptReport {
			p.nextReport()
		}
		return nil
	}
	return p.update(m)
}

// update hands a key or a paste to the row, and acts on what it makes of it.
func (p *prompt) update(m tea.Msg) tea.Cmd {
	old := p.input.Value()
	var cmd tea.Cmd
	p.input, cmd = p.input.Update(m)
	if p.input.Value() == old {
		return cmd
	}
	switch p.kind {
	case promptFilter:
		p.try()
		return tea.Batch(cmd, p.work())
	case promptSearch:
		p.session.pane().search(p.input.Value())
	}
	return cmd
}

// try shows at once what a filter chooses. While it is wrong, what was shown
// before is: not what a half-written word would choose.
func (p *prompt) try() {
	f, err := filter.Parse(p.input.Value())
	p.problem = nil
	if errors.As(err, &p.problem) {
		p.sessions.roll.ask(p.before)
		return
	}
	p.sessions.roll.ask(query{text: p.input.Value(), filter: f, state: p.before.state})
}

func (p *prompt) enter() tea.Cmd {
	switch p.kind {
	case promptFilter:
		if p.problem != nil {
			return nil
		}
		p.app.prompt = nil
		if p.input.Value() != p.before.text {
			p.sessions.history = append(p.sessions.history, p.before)
		}
		return p.work()
	case promptSearch:
		p.app.prompt = nil
		if pane := p.session.pane(); pane.find != "" && len(pane.matches()) == 0 {
			p.say(warn, "Not found: "+pane.find)
		}
		return nil
	}
	return p.write()
}

// label stands before what is typed.
func (p *prompt) label() string {
	if p.kind == promptReport && p.manyReports() {
		return "report of " + p.options.Reports[p.report] + " (Shift-Tab) to: "
	}
	return promptLabels[p.kind]
}

// view draws the prompt's rows.
func (p *prompt) view(width int) []string {
	l := p.theme.line(width).to(1).put(accent, p.label())
	value := []rune(p.input.Value())
	at := p.input.Position()
	before := show(string(value[:at]))
	// What is left of the window goes: the cursor has to be in it.
	room := width - l.col - 1
	skipped := 0
	for columns(before)-skipped > room {
		skipped += max(room/2, 1)
	}
	text := before + show(string(value[at:]))
	start := l.col
	p.cursor = start + columns(before) - skipped
	l.put(plain, dropColumns(text, skipped))
	return []string{l.String(), p.below(width, start-skipped)}
}

// below says what is wrong with what is written, or what it does. start is the
// column of its first letter.
func (p *prompt) below(width, start int) string {
	l := p.theme.line(width).to(1)
	if p.writing {
		return l.put(quiet, "Writing"+p.theme.marks.ellipsis).String()
	}
	if p.problem != nil {
		value := p.input.Value()
		from := start + columns(show(value[:p.problem.Offset]))
		marked := max(columns(show(value[p.problem.Offset:p.problem.Offset+p.problem.Length])), 1)
		words := " " + p.problem.Text
		l.to(max(min(from, width-1), 1))
		for range min(marked, width-l.col-min(columns(words), width/2)) {
			l.put(bad, "^")
		}
		if columns(words) > width-l.col && from > width/2 { // better before the place than cut behind it
			l = p.theme.line(width).to(1).put(bad, cut(show(p.problem.Text), from-3, p.theme.marks.ellipsis)).to(from)
			l.put(bad, "^")
			return l.String()
		}
		return l.put(bad, words).String()
	}
	if p.overwrite != "" {
		return l.put(warn, "The file exists: Enter overwrites it.").String()
	}
	switch p.kind {
	case promptFilter:
		l.put(quiet, p.sessions.matches()+"   words, state:ntlm, server:10.0.0.0/8, size>1M, not, or, ( )   Enter keeps it, Esc does not")
	case promptSearch:
		l.put(quiet, count(int64(len(p.session.pane().matches())), "match")+"   Enter, then n and N go from one to the next")
	case promptSave:
		l.put(quiet, p.words+", as pcapng")
	case promptReport:
		l.put(quiet, p.words+", as ")
		for i, f := range p.options.Formats {
			if p.report > 0 && f.OnlySessions {
				continue
			}
			if i == p.format {
				l.put(accent, "["+f.Name+"] ")
			} else {
				l.put(quiet, f.Name+" ")
			}
		}
		l.put(quiet, "(Tab)")
	}
	return l.String()
}

// dropColumns takes n columns away from the beginning of a shown text.
func dropColumns(s string, n int) string {
	return s[len(fit(s, n)):]
}
