package tui

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
)

func (a *app) press(m tea.KeyPressMsg) tea.Cmd {
	a.notice = span{}
	k := &a.keys
	if m.String() == "ctrl+c" {
		return tea.Quit
	}
	if a.prompt != nil {
		return a.prompt.press(m)
	}
	switch {
	case key.Matches(m, k.suspend):
		return tea.Suspend
	case a.pager != nil:
		return a.pager.press(m)
	case key.Matches(m, k.quit):
		return tea.Quit
	case key.Matches(m, k.help):
		a.pager = newHelp(a, a.front())
		return nil
	case key.Matches(m, k.info):
		a.pager = newInfo(a)
		return nil
	case key.Matches(m, k.save) && a.options.Save != nil:
		return a.ask(promptSave)
	case key.Matches(m, k.report) && a.options.Report != nil:
		return a.ask(promptReport)
	}
	if a.session == nil {
		switch {
		case key.Matches(m, k.screens):
			return a.goTo(int(m.String()[0] - '1'))
		case key.Matches(m, k.nextScreen):
			return a.goTo((a.at + 1) % len(a.home))
		case key.Matches(m, k.prevScreen):
			return a.goTo((a.at + len(a.home) - 1) % len(a.home))
		}
	}
	cmd := a.front().press(m)
	return tea.Batch(cmd, a.work())
}

// goTo shows another home screen.
func (a *app) goTo(at int) tea.Cmd {
	a.at = at
	return a.work()
}

func (a *app) click(x, y int) tea.Cmd {
	a.notice = span{}
	if a.prompt != nil || a.tooSmall() {
		return nil
	}
	if a.pager == nil && a.session == nil && y == 0 {
		for _, z := range a.tabs {
			if x >= z.from && x < z.to {
				return a.goTo(z.index)
			}
		}
		return nil
	}
	return tea.Batch(a.front().click(x, y), a.work())
}

func (a *app) wheel(b tea.MouseButton) {
	const rows = 3
	if a.prompt != nil {
		return
	}
	switch b {
	case tea.MouseWheelUp:
		a.front().wheel(-rows)
	case tea.MouseWheelDown:
		a.front().wheel(rows)
	}
}

// outputKeys are those that write files, if that is possible.
func (a *app) outputKeys() []key.Binding {
	var list []key.Binding
	if a.options.Report != nil {
		list = append(list, a.keys.report)
	}
	if a.options.Save != nil {
		list = append(list, a.keys.save)
	}
	return list
}

// outputHints are the same in the few words that the last row has room for.
func (a *app) outputHints() []key.Binding {
	var list []key.Binding
	if a.options.Save != nil {
		list = append(list, as(a.keys.save, "save"))
	}
	if a.options.Report != nil {
		list = append(list, as(a.keys.report, "report"))
	}
	return list
}

// moving says where a key moves the cursor in a list of which a window of so
// many rows is seen; nil if it is no such key.
func moving(k *keys, m tea.KeyPressMsg, height int) func(pos, count int) int {
	by := func(n int) func(int, int) int { return func(pos, _ int) int { return pos + n } }
	page := max(height-1, 1)
	switch {
	case key.Matches(m, k.up):
		return by(-1)
	case key.Matches(m, k.down):
		return by(1)
	case key.Matches(m, k.pageUp):
		return by(-page)
	case key.Matches(m, k.pageDown):
		return by(page)
	case key.Matches(m, k.halfUp):
		return by(-page / 2)
	case key.Matches(m, k.halfDown):
		return by(page / 2)
	case key.Matches(m, k.top):
		return func(int, int) int { return 0 }
	case key.Matches(m, k.bottom):
		return func(_, count int) int { return count - 1 }
	}
	return nil
}
