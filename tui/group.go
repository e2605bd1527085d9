package tui

import (
	"cmp"
	"slices"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
)

// A group is a screen that lists what sessions have in common: servers,
// clients, findings. What is chosen is told of in words below the list; Enter
// shows its sessions.
type group[T any] struct {
	*app
	name    string // of one row, for the help
	none    string // what stands in place of an empty list
	columns []column[T]
	// total is how many rows there are, row makes one of them: a copy, which is
	// sorted while what it is of goes on changing. order is the first order.
	total func() int
	row   func(int) T
	order func(a, b T) int
	// same tells that two rows, of which one is newer, stand for the same.
	same func(a, b T) bool
	// drawn gives the row as it is drawn under the one above it; may be nil.
	drawn func(row T, above *T) T
	// filter is what chooses a row's sessions; where it is empty, session is the
	// row of one of them, or -1.
	filter  func(T) string
	session func(T) int32
	// report is the inventory that has these rows.
	report string
	detail func(row T, width, height int) [][]span

	rows       []T
	scroll     scroller
	sorted     int // a column, or -1 for the first order
	descending bool
	seen       int // the census as of which the rows are
	// turned tells that another order is wanted; building are the rows that are
	// being made, in steps; sorting tells that a command sorts them.
	turned   bool
	building [][]T
	sorting  bool

	placed   []placed[T]
	tableTop int
}

func (g *group[T]) keys() []keyGroup {
	k := &g.app.keys
	var own []key.Binding
	if len(g.rows) > 0 {
		own = []key.Binding{as(k.open, "its sessions"), k.sort, k.sortBack, k.reverse, as(k.copy, "copy the filter")}
	}
	return []keyGroup{
		{g.name, append(own, g.outputKeys()...)},
		k.moving(), {"Screens", []key.Binding{k.screens, k.nextScreen, k.prevScreen}}, k.always(),
	}
}

func (g *group[T]) hints() []key.Binding {
	k := &g.app.keys
	hints := []key.Binding{as(k.screens, "screens")}
	if len(g.rows) > 0 {
		hints = []key.Binding{as(k.open, "its sessions"), as(k.screens, "screens"), as(k.sort, "sort"), as(k.reverse, "reverse")}
	}
	return append(hints, g.outputHints()...)
}

func (g *group[T]) reportName() string { return g.report }

func (g *group[T]) press(m tea.KeyPressMsg) tea.Cmd {
	k := &g.app.keys
	if moved := moving(k, m, g.scroll.height); moved != nil {
		g.scroll.to(moved(g.scroll.pos, g.scroll.count))
		return nil
	}
	switch {
	case key.Matches(m, k.open):
		return g.open()
	case key.Matches(m, k.sort):
		g.sortBy(g.sorted + 1)
	case key.Matches(m, k.sortBack):
		g.sortBy(g.sorted - 1)
	case key.Matches(m, k.reverse):
		g.descending = !g.descending
		g.turned = true
	case key.Matches(m, k.copy):
		if len(g.rows) > 0 {
			if words := g.filter(g.rows[g.scroll.pos]); words != "" {
				return g.copy(words)
			}
			g.say(plain, "No filter chooses its sessions.")
		}
	}
	return nil
}

func (g *group[T]) open() tea.Cmd {
	if len(g.rows) == 0 {
		return nil
	}
	chosen := g.rows[g.scroll.pos]
	if words := g.filter(chosen); words != "" {
		return g.chooseText(words)
	}
	if row := g.session(chosen); row >= 0 {
		return g.openSession(row)
	}
	return nil
}

// sortBy sorts by a column; beyond the last is the order of the beginning.
func (g *group[T]) sortBy(column int) {
	n := len(g.columns) + 1
	g.sorted = (column+1+n)%n - 1
	g.descending = false
	g.turned = true
}

// groupStep is how many rows are made in one step, and sorted at once.
const groupStep = 5000

// work takes up what the census has, a step at a time. Many rows are sorted by
// the command; more tells that there is more to do.
func (g *group[T]) work() (cmd tea.Cmd, more bool) {
	if g.building == nil {
		if g.sorting || !g.turned && !g.stale() {
			return nil, false
		}
		g.turned, g.seen = false, g.census.changed
		g.building = [][]T{}
	}
	made := len(g.building) * groupStep // all pieces but the last are whole
	total := g.total()
	piece := make([]T, 0, min(groupStep, max(total-made, 0)))
	for i := made; i < min(made+groupStep, total); i++ {
		piece = append(piece, g.row(i))
	}
	g.building = append(g.building, piece)
	if made+len(piece) < total {
		return nil, true
	}
	pieces, compare, descending := g.building, g.compare(), g.descending
	g.building = nil
	sorted := func() []T {
		rows := slices.Concat(pieces...)
		slices.SortStableFunc(rows, compare)
		if descending {
			slices.Reverse(rows)
		}
		return rows
	}
	if total <= groupStep {
		g.take(sorted())
		return nil, false
	}
	g.sorting = true
	return func() tea.Msg {
		rows := sorted()
		return groupSortedMsg{func() { g.sorting = false; g.take(rows) }}
	}, false
}

// compare is the order by the chosen column, and within it the first order.
func (g *group[T]) compare() func(a, b T) int {
	if g.sorted < 0 {
		return g.order
	}
	column, order := g.columns[g.sorted].compare, g.order
	return func(a, b T) int { return cmp.Or(column(a, b), order(a, b)) }
}

// take shows other rows; the cursor stays on what it is on.
func (g *group[T]) take(rows []T) {
	at := 0
	if g.scroll.pos < len(g.rows) {
		chosen := g.rows[g.scroll.pos]
		at = max(slices.IndexFunc(rows, func(row T) bool { return g.same(row, chosen) }), 0)
	}
	line := g.scroll.pos - g.scroll.top
	g.rows, g.scroll.count = rows, len(rows)
	g.scroll.to(at)
	g.scroll.top = max(0, at-line)
	g.scroll.move(0)
}

// stale tells that there is news. Of a long list only much of it counts, because
// all of the list is made anew.
func (g *group[T]) stale() bool {
	const short = 2000
	news := g.census.changed - g.seen
	return news > 0 && (len(g.rows) < short || news > g.census.changed/8 || g.progress.Done && int(g.census.counted) >= g.sessions.roll.snap.count)
}

func (g *group[T]) click(x, y int) tea.Cmd {
	at := g.scroll.top + y - g.tableTop
	switch {
	case y == g.tableTop-1:
		if c := columnAt(g.placed, x); c >= 0 {
			g.sortBy(c)
		}
	case y < g.tableTop || y >= g.tableTop+g.scroll.height || at >= len(g.rows):
	case at == g.scroll.pos:
		return g.open()
	default:
		g.scroll.to(at)
	}
	return nil
}

func (g *group[T]) wheel(n int) { g.scroll.roll(n) }

func (g *group[T]) view(width, height int) []string {
	if len(g.rows) == 0 {
		return g.centred(width, height, []string{g.none})
	}
	under := min(max(height*9/20, 5), 17)
	table := height - under - 1
	g.placed, g.tableTop = place(g.columns, width), counterRow+1
	g.scroll.resize(table-1, len(g.rows))
	rows := []string{tableHead(g.theme, g.placed, width, g.sorted, g.descending)}
	from, to := g.scroll.window()
	for i := from; i < to; i++ {
		row := g.rows[i]
		if g.drawn != nil {
			var above *T
			if i > from {
				above = &g.rows[i-1]
			}
			row = g.drawn(row, above)
		}
		rows = append(rows, tableRow(g.theme, g.placed, width, row, i == g.scroll.pos, false))
	}
	rows = g.filled(rows, width, table)
	rows = append(rows, g.rule(width, ""))
	for _, t := range g.detail(g.rows[g.scroll.pos], width-2, under) {
		rows = append(rows, g.theme.line(width).to(1).spans(t).String())
	}
	return g.filled(rows, width, height)
}
