package tui

import (
	"strings"

	"smtpscope/filter"
	"smtpscope/verdict"
)

// counterRow is the screen's row that the counters are in.
const counterRow = 2

const (
	// besideWidth is the width of a low screen from which the preview is beside
	// the list, previewWidth its width there. On a tall one it is below, so that
	// all columns have room, unless they have it beside it.
	besideWidth, roomyWidth = 160, 240
	previewWidth            = 60
	// underHeight is how many rows the list and the preview below it must have,
	// tallHeight how many a tall screen has.
	underHeight, tallHeight = 16, 30
)

// view draws the screen but for its first two rows and the last.
func (s *sessionsScreen) view(width, height int) []string {
	rows := []string{s.counterLine(width)}
	if s.roll.query.text != "" {
		rows = append(rows, s.queryLine(width))
	}
	height -= len(rows)
	if s.roll.snap.count == 0 {
		return append(rows, s.empty(width, height)...)
	}
	top := counterRow + len(rows)
	switch {
	case s.preview && (width >= roomyWidth || width >= besideWidth && height < tallHeight):
		left := s.table(width-previewWidth-1, height, top)
		right := s.previewRows(previewWidth, height)
		for i := range left {
			left[i] += s.theme.line(1).put(quiet, s.theme.marks.wall).String() + right[i]
		}
		return append(rows, left...)
	case s.preview && height >= underHeight:
		under := min(max(height/2, 9), 16)
		rows = append(rows, s.table(width, height-under, top)...)
		rows = append(rows, s.rule(width, ""))
		return append(rows, s.previewRows(width, under-1)...)
	}
	return append(rows, s.table(width, height, top)...)
}

// empty is what stands in place of a list without sessions.
func (s *sessionsScreen) empty(width, height int) []string {
	words := []string{"Reading" + s.theme.marks.ellipsis}
	if s.progress.Live != nil {
		words = []string{"Listening" + s.theme.marks.ellipsis, "A session is shown as soon as one side speaks."}
	}
	if s.progress.Done {
		words = []string{"There is no SMTP session in " + say(s.progress.Live == nil, "this capture.") + say(s.progress.Live != nil, "what was heard."),
			"smtpscope looked at the ports that --ports names; --ports auto finds SMTP on any port."}
	}
	return s.centred(width, height, words)
}

func (s *sessionsScreen) counterLine(width int) string {
	type counter struct {
		state verdict.State
		text  string
	}
	list := []counter{{"", "All " + grouped(int64(s.roll.snap.count))}}
	chosen := 0
	for _, state := range s.present() {
		if state == s.roll.query.state {
			chosen = len(list)
		}
		list = append(list, counter{state, s.theme.marks.state(state) + " " + string(state) + " " + grouped(int64(s.census.states.of(state)))})
	}
	// The first are left out as long as the chosen one would not be seen.
	from := 0
	for end := chosen; from < end; from++ {
		used := 0
		for _, c := range list[from : chosen+1] {
			used += columns(c.text) + 2
		}
		if used+2 < width {
			break
		}
	}
	l := s.theme.line(width)
	s.counters = s.counters[:0]
	if from > 0 {
		l.put(quiet, s.theme.marks.ellipsis)
	}
	for i, c := range list[from:] {
		if l.col+columns(c.text)+2 > width {
			l.put(quiet, s.theme.marks.ellipsis)
			break
		}
		before, after, p := " ", " ", statePaint(c.state, false)
		if c.state == "" {
			p = plain
		}
		if from+i == chosen {
			before, after = "[", "]"
		}
		start := l.col
		l.put(accent, before).put(p, c.text).put(accent, after)
		s.counters = append(s.counters, zone{start, l.col, c.state})
	}
	return l.String()
}

// queryLine says what is filtered, and how much of all that leaves.
func (s *sessionsScreen) queryLine(width int) string {
	return s.theme.line(width).put(quiet, " filter ").put(accent, s.roll.query.text).
		put(quiet, "  "+s.matches()).String()
}

// matches counts what the query chooses, as far as is known.
func (s *sessionsScreen) matches() string {
	words := grouped(int64(len(s.roll.shown))) + " of " + grouped(int64(s.roll.snap.count))
	if s.roll.busy() {
		words += s.theme.marks.ellipsis
	}
	return words
}

func (s *sessionsScreen) table(width, height, top int) []string {
	list := place(columnsFor(s.roll.snap.count, s.clock, s.census.open > 0), width)
	s.columns, s.tableTop = list, top+1
	r := s.roll
	r.scroll.resize(height-1, len(r.shown))
	rows := []string{tableHead(s.theme, list, width, s.sorted, r.descending)}
	from, to := r.scroll.window()
	var above *filter.Facts
	if from > 0 {
		above = r.snap.at(r.shown[from-1])
	}
	for i := from; i < to; i++ {
		f := r.snap.at(r.shown[i])
		row := listed{Facts: f, above: above, first: s.census.first, now: s.progress.Now, clock: s.clock, marks: s.theme.marks}
		rows = append(rows, tableRow(s.theme, list, width, row, i == r.scroll.pos, s.marked[r.shown[i]]))
		above = f
	}
	if len(r.shown) == 0 && !r.busy() {
		rows = append(rows, s.theme.line(width).to(gutter).put(quiet, "No session matches. Esc undoes the filter.").String())
	}
	return s.filled(rows, width, height)
}

// rule is a line across, with words in it if there are any.
func (a *app) rule(width int, words string) string {
	l := a.theme.line(width)
	if words != "" {
		l.put(quiet, a.theme.marks.rule+" "+words+" ")
	}
	return l.put(quiet, strings.Repeat(a.theme.marks.rule, max(width-l.col, 0))).String()
}

// filled brings rows to a number.
func (a *app) filled(rows []string, width, height int) []string {
	for len(rows) < height {
		rows = append(rows, spaces(width))
	}
	return rows[:max(height, 0)]
}

// centred puts words in the middle.
func (a *app) centred(width, height int, words []string) []string {
	var rows []string
	for range max((height-len(words))/2, 0) {
		rows = append(rows, spaces(width))
	}
	for _, w := range words {
		rows = append(rows, a.theme.line(width).to((width-columns(w))/2).put(quiet, w).String())
	}
	return a.filled(rows, width, height)
}
