package tui

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
)

// A pager is a text to read above everything else.
type pager struct {
	*app
	title string
	// text lays out the text for a width.
	text   func(width int) [][]span
	copied string // what the copy key copies; empty for nothing
	scroll scroller
}

func (p *pager) keys() []keyGroup { return nil }

func (p *pager) hints() []key.Binding {
	k := &p.app.keys
	hints := []key.Binding{as(k.back, "back"), as(k.down, "scroll")}
	if p.copied != "" {
		hints = append(hints, k.copy)
	}
	return hints
}

func (p *pager) press(m tea.KeyPressMsg) tea.Cmd {
	k := &p.app.keys
	if moved := moving(k, m, p.scroll.height); moved != nil {
		if key.Matches(m, k.bottom) {
			p.scroll.roll(p.scroll.count)
		} else {
			p.scroll.roll(moved(p.scroll.top, p.scroll.count) - p.scroll.top)
		}
		return nil
	}
	switch {
	case key.Matches(m, k.back, k.quit, k.help, k.open, k.hex, k.info):
		p.app.pager = nil
	case key.Matches(m, k.copy) && p.copied != "":
		return p.copy(p.copied)
	}
	return nil
}

func (p *pager) click(int, int) tea.Cmd { return nil }
func (p *pager) wheel(n int)            { p.scroll.roll(n) }

func (p *pager) view(width, height int) []string {
	text := p.text(width - 2)
	p.scroll.resize(height-2, len(text))
	rows := []string{p.theme.line(width).to(1).put(strong, p.title).String(), p.rule(width, "")}
	from, to := p.scroll.window()
	for _, t := range text[from:to] {
		rows = append(rows, p.theme.line(width).to(1).spans(t).String())
	}
	return p.filled(rows, width, height)
}

// newHelp makes the help of a screen out of its keys and the filter's.
func newHelp(a *app, of screen) *pager {
	groups := of.keys()
	return &pager{app: a, title: "Help", text: func(width int) [][]span { return helpText(a, groups, width) }}
}

// newInfo says what is known of the capture as a whole.
func newInfo(a *app) *pager {
	return &pager{app: a, title: "The capture", text: func(width int) [][]span { return infoText(a, width) }}
}
