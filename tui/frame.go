package tui

import (
	"strings"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
)

// leastWidth and leastHeight are what the screens need.
const (
	leastWidth  = 60
	leastHeight = 15
)

func (a *app) tooSmall() bool { return a.width < leastWidth || a.height < leastHeight }

// View implements tea.Model.
func (a *app) View() tea.View {
	v := tea.NewView("")
	v.AltScreen = true
	v.MouseMode = tea.MouseModeCellMotion
	v.WindowTitle = "smtpscope " + show(sourceWords(a.options.Sources))
	if a.width == 0 || a.height == 0 {
		return v
	}
	if a.tooSmall() {
		v.SetContent(strings.Join(a.tiny(), "\n"))
		return v
	}
	var rows []string
	foot := a.foot(a.width)
	switch {
	case a.pager != nil || a.session != nil:
		rows = a.front().view(a.width, a.height-len(foot))
	default:
		rows = append(rows, a.titleLine(a.width), a.progressLine(a.width))
		rows = append(rows, a.front().view(a.width, a.height-len(rows)-len(foot))...)
	}
	rows = append(rows, foot...)
	if a.prompt != nil {
		v.Cursor = tea.NewCursor(a.prompt.cursor, a.height-promptRows)
	}
	v.SetContent(strings.Join(rows, "\n"))
	return v
}

// tiny is the screen of a terminal that is too small.
func (a *app) tiny() []string {
	var rows []string
	for _, r := range wrap([]span{{plain, "smtpscope needs 60 columns and 15 rows. Make the window larger, or press q to leave."}}, a.width, 0, a.height, "") {
		rows = append(rows, a.theme.line(a.width).spans(r).String())
	}
	return a.filled(rows, a.width, a.height)
}

// titleLine is what is read, and the screens.
func (a *app) titleLine(width int) string {
	type name struct {
		text string
		on   bool
	}
	var names []name
	total := 0
	for i, h := range a.home {
		n := name{" " + string(rune('1'+i)) + " " + h.name + " ", i == a.at}
		if n.on {
			n.text = "[" + strings.TrimSpace(n.text) + "]"
		}
		total += columns(n.text)
		names = append(names, n)
	}
	l := a.theme.line(width)
	const program = " smtpscope "
	if room := width - total - len(program); room >= 0 {
		l.put(strong, program).put(quiet, cut(show(sourceWords(a.options.Sources)), room-2, a.theme.marks.ellipsis))
	}
	l.to(width - total)
	a.tabs = a.tabs[:0]
	for i, n := range names {
		p := quiet
		if n.on {
			p = tabOn
		}
		from := l.col
		l.put(p, n.text)
		a.tabs = append(a.tabs, tabZone{from, l.col, i})
	}
	return l.String()
}

// sourceWords names what is read.
func sourceWords(names []string) string {
	switch len(names) {
	case 0:
		return ""
	case 1:
		return names[0]
	}
	return count(int64(len(names)), "capture") + ": " + strings.Join(names, ", ")
}

// progressLine says how far reading has come, and what is missing.
func (a *app) progressLine(width int) string {
	p := &a.progress
	if p.Live != nil {
		return a.liveLine(width)
	}
	l := a.theme.line(width).to(1)
	separator := " " + a.theme.marks.separator + " "
	if a.options.ShowSecrets {
		l.put(bad, "secrets shown").put(quiet, separator)
	}
	if a.sessions.follow {
		l.put(accent, "following").put(quiet, separator)
	}
	sessions := a.openWords()
	loss, lossPaint := "nothing lost", quiet
	if c := a.census; c.lacking > 0 {
		loss, lossPaint = "lost "+say(c.gapBytes > 0, size(c.gapBytes)+" in ")+say(c.gapBytes == 0, "parts of ")+count(c.lacking, "session"), bad
	}
	if p.Done {
		l.put(quiet, join(separator, "read "+size(p.Read), count(p.Packets, "packet"), sessions)+separator).put(lossPaint, loss)
		if s := p.Summary; s != nil && len(s.Warnings) > 0 {
			l.put(quiet, separator).put(warn, a.theme.marks.warning+" "+count(int64(len(s.Warnings)), "warning")).put(quiet, " (i)")
		}
		return l.String()
	}
	rate := float64(0)
	if p.Elapsed > 0 {
		rate = float64(p.Read) / p.Elapsed.Seconds()
	}
	read := size(p.Read)
	if p.Size > 0 {
		share := min(float64(p.Read)/float64(p.Size), 1)
		const cells = 16
		full := int(share * cells)
		l.put(accent, strings.Repeat(a.theme.marks.bar, full)).put(quiet, strings.Repeat(a.theme.marks.barRest, cells-full)+" ")
		read = size(p.Read) + " of " + size(p.Size)
	} else {
		l.put(accent, "reading ")
	}
	speed, remaining := say(rate > 0, size(int64(rate))+"/s"), ""
	if p.Size == 0 {
		speed = a.meter.words() // it comes as it is sent
	}
	if rate > 0 && p.Size > p.Read {
		remaining = left(time.Duration(float64(p.Size-p.Read)/rate*float64(time.Second))) + " left"
	}
	l.put(quiet, join(separator, read, speed, remaining, sessions, count(p.Packets, "packet"))+separator)
	return l.put(lossPaint, loss).String()
}

// noticeRows is how many rows a notice may take: an error says what to do at its end.
const noticeRows = 3

// foot is the last row, or those of the prompt or a notice.
func (a *app) foot(width int) []string {
	if a.prompt != nil {
		return a.prompt.view(width)
	}
	if a.notice.text != "" {
		var rows []string
		for _, row := range wrap([]span{a.notice}, width-2, 0, noticeRows, a.theme.marks.ellipsis) {
			rows = append(rows, a.theme.line(width).to(1).spans(row).String())
		}
		return rows
	}
	return []string{a.hintLine(width, a.front().hints())}
}

// hintLine names as many keys as there is room for, help and quit always.
func (a *app) hintLine(width int, hints []key.Binding) string {
	always := []key.Binding{a.keys.help, a.keys.quit}
	reserved := 0
	for _, b := range always {
		reserved += hintWidth(b)
	}
	l := a.theme.line(width).to(1)
	for _, b := range hints {
		if l.col+hintWidth(b)+reserved <= width {
			a.hint(l, b)
		}
	}
	for _, b := range always {
		a.hint(l, b)
	}
	return l.String()
}

func hintWidth(b key.Binding) int { return columns(b.Help().Key) + 1 + columns(b.Help().Desc) + 2 }

func (a *app) hint(l *liner, b key.Binding) {
	l.put(accent, b.Help().Key).put(quiet, " "+b.Help().Desc+"  ")
}
