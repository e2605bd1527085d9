package tui

import (
	"strconv"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"smtpscope/filter"
	"smtpscope/verdict"
	"smtpscope/words"
)

// sessionsScreen is the list of sessions, with the counters above it and a
// preview beside or below it.
type sessionsScreen struct {
	*app
	roll *roll
	// history are the queries before the present one: Esc goes back.
	history []query
	sorted  int // the column that the list is sorted by
	clock   clock
	follow  bool
	preview bool
	marked  map[int32]bool

	// As last drawn, for the mouse.
	columns  []placed[listed]
	tableTop int
	counters []zone
}

// A zone is where on a row something can be clicked.
type zone struct {
	from, to int
	state    verdict.State
}

func newSessionsScreen(a *app) *sessionsScreen {
	s := &sessionsScreen{app: a, preview: true, marked: make(map[int32]bool)}
	s.roll = newRoll(s.compare(0))
	return s
}

// compare makes the order of a column.
func (s *sessionsScreen) compare(column int) func(a, b *filter.Facts) int {
	by := sessionColumns[column].compare
	return func(a, b *filter.Facts) int { return by(listed{Facts: a}, listed{Facts: b}) }
}

func (s *sessionsScreen) keys() []keyGroup {
	k := &s.app.keys
	list := keyGroup{"Sessions", []key.Binding{k.open, k.filter, k.state, k.mark, k.markAll, k.sort, k.sortBack, k.reverse, k.clock}}
	if !s.progress.Done {
		list.bindings = append(list.bindings, k.follow)
	}
	list.bindings = append(list.bindings, k.preview, k.copy)
	list.bindings = append(list.bindings, s.outputKeys()...)
	if len(s.history) > 0 {
		list.bindings = append(list.bindings, as(k.back, "undo the filter"))
	}
	return []keyGroup{list, k.moving(), {"Screens", []key.Binding{k.screens, k.nextScreen, k.prevScreen}}, k.always()}
}

func (s *sessionsScreen) hints() []key.Binding {
	k := &s.app.keys
	hints := []key.Binding{k.open, k.filter}
	if !s.progress.Done {
		hints = append(hints, as(k.follow, say(s.follow, "stop following")+say(!s.follow, "follow")))
	}
	if len(s.history) > 0 {
		hints = append(hints, as(k.back, "undo filter"))
	}
	hints = append(append(hints, as(k.state, "verdict")), s.outputHints()...)
	return append(hints, as(k.screens, "screens"), as(k.sort, "sort"), k.mark)
}

func (s *sessionsScreen) press(m tea.KeyPressMsg) tea.Cmd {
	k, r := &s.app.keys, s.roll
	if moved := moving(k, m, r.scroll.height); moved != nil {
		s.follow = false
		r.to(moved(r.scroll.pos, len(r.shown)))
		return nil
	}
	switch {
	case key.Matches(m, k.open):
		return s.open()
	case key.Matches(m, k.filter):
		return s.ask(promptFilter)
	case key.Matches(m, k.back):
		s.undo()
	case key.Matches(m, k.state):
		s.nextState(m.String() == "left" || m.String() == "h")
	case key.Matches(m, k.sort):
		return s.sortBy((s.sorted+1)%len(sessionColumns), false)
	case key.Matches(m, k.sortBack):
		return s.sortBy((s.sorted+len(sessionColumns)-1)%len(sessionColumns), false)
	case key.Matches(m, k.reverse):
		return s.sortBy(s.sorted, !s.roll.descending)
	case key.Matches(m, k.mark):
		s.mark()
	case key.Matches(m, k.markAll):
		s.markAll()
	case key.Matches(m, k.clock):
		s.clock = (s.clock + 1) % clocks
		s.say(plain, "Times: "+clockTitles[s.clock])
	case key.Matches(m, k.follow) && !s.progress.Done:
		s.follow = !s.follow
	case key.Matches(m, k.preview):
		s.preview = !s.preview
	case key.Matches(m, k.copy):
		return s.copyRow()
	}
	return nil
}

func (s *sessionsScreen) open() tea.Cmd {
	if s.roll.selected < 0 {
		return nil
	}
	s.roll.moved = true // it is chosen, though the cursor was there before
	return s.openSession(s.roll.selected)
}

// choose begins with another query; the present one can be got back.
func (s *sessionsScreen) choose(q query) tea.Cmd {
	s.history = append(s.history, s.roll.query)
	s.roll.ask(q)
	return s.work()
}

func (s *sessionsScreen) undo() {
	if n := len(s.history); n > 0 {
		s.roll.ask(s.history[n-1])
		s.history = s.history[:n-1]
	}
}

// present are the verdicts that there are, in their order.
func (s *sessionsScreen) present() []verdict.State {
	var list []verdict.State
	for _, state := range states {
		if s.census.states.of(state) > 0 {
			list = append(list, state)
		}
	}
	return list
}

// nextState goes along the counters. It replaces a choice made before, so that
// one Esc undoes all of it.
func (s *sessionsScreen) nextState(back bool) {
	list := append([]verdict.State{""}, s.present()...)
	at := 0
	for i, state := range list {
		if state == s.roll.query.state {
			at = i
		}
	}
	step := 1
	if back {
		step = len(list) - 1
	}
	s.chooseState(list[(at+step)%len(list)])
}

func (s *sessionsScreen) chooseState(state verdict.State) {
	q := s.roll.query
	if q.state == "" {
		s.history = append(s.history, q)
	}
	q.state = state
	if n := len(s.history); state == "" && n > 0 && s.history[n-1].state == "" && s.history[n-1].text == q.text {
		s.history = s.history[:n-1]
	}
	s.roll.ask(q)
}

func (s *sessionsScreen) sortBy(column int, descending bool) tea.Cmd {
	s.sorted = column
	s.say(plain, "Sorted by "+sessionColumns[column].title+say(descending, ", the greatest first"))
	return s.roll.sortBy(s.compare(column), descending)
}

func (s *sessionsScreen) mark() {
	row := s.roll.selected
	if row < 0 {
		return
	}
	if s.marked[row] {
		delete(s.marked, row)
	} else {
		s.marked[row] = true
	}
	s.roll.move(1)
}

// markAll marks what is shown, or takes all marks away if that is marked.
func (s *sessionsScreen) markAll() {
	all := true
	for _, row := range s.roll.shown {
		if !s.marked[row] {
			all = false
			break
		}
	}
	if all {
		clear(s.marked)
		return
	}
	for _, row := range s.roll.shown {
		s.marked[row] = true
	}
	s.say(plain, count(int64(len(s.marked)), "session")+" marked")
}

func (s *sessionsScreen) copyRow() tea.Cmd {
	if s.roll.selected < 0 {
		return nil
	}
	f := s.roll.snap.at(s.roll.selected)
	text := join("  ", "#"+strconv.FormatInt(f.ID, 10), string(stateOf(f)), hostPort(f.Client)+" -> "+hostPort(f.Server),
		words.Stamp(utc(f.Start)), login(f, "->"), who(f))
	return s.copy(text)
}

// sessionsToWrite are those that are marked, else those that are shown.
func (s *sessionsScreen) sessionsToWrite() ([]int32, string) {
	if len(s.marked) == 0 {
		words := count(int64(len(s.roll.shown)), "session")
		if !s.roll.query.empty() {
			words = "the " + words + " shown"
		}
		return append([]int32(nil), s.roll.shown...), words
	}
	rows := make([]int32, 0, len(s.marked))
	for row := range s.marked {
		rows = append(rows, row)
	}
	return rows, count(int64(len(rows)), "marked session")
}

func (s *sessionsScreen) click(x, y int) tea.Cmd {
	if y == counterRow {
		for _, z := range s.counters {
			if x >= z.from && x < z.to {
				s.chooseState(z.state)
				return s.work()
			}
		}
		return nil
	}
	if y == s.tableTop-1 {
		if c := columnAt(s.columns, x); c >= 0 {
			return s.sortBy(c, c == s.sorted && !s.roll.descending)
		}
		return nil
	}
	at := s.roll.scroll.top + y - s.tableTop
	if y < s.tableTop || y >= s.tableTop+s.roll.scroll.height || at >= len(s.roll.shown) {
		return nil
	}
	if s.roll.shown[at] == s.roll.selected {
		return s.open()
	}
	s.follow = false
	s.roll.to(at)
	return nil
}

func (s *sessionsScreen) wheel(n int) {
	s.follow = false
	s.roll.wheel(n)
}

// start begins with the filter of the command line, which is known to be right.
func (s *sessionsScreen) start(text string) {
	if f, err := filter.Parse(text); err == nil && !f.Empty() {
		s.history = append(s.history, query{})
		s.roll.ask(query{text: text, filter: f})
	}
}

// chooseText shows the sessions that a filter chooses.
func (a *app) chooseText(text string) tea.Cmd {
	f, err := filter.Parse(text)
	if err != nil {
		a.say(bad, err.Error())
		return nil
	}
	a.at = 0
	return a.sessions.choose(query{text: text, filter: f})
}
