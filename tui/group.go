package tui

import (
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
	// collect gives the rows in the order of the first sight.
	collect func() []T
	// same tells that two rows, of which one is newer, stand for the same.
	same func(a, b T) bool
	// drawn gives the row as it is drawn under the one above it; may be nil.
	drawn func(row T, above *T) T
	// filter is what chooses a row's sessions.
	filter func(T) string
	detail func(row T, width, height int) [][]span

	rows       []T
	scroll     scroller
	sorted     int // a column, or -1 for the first order
	descending bool
	seen       int // the census as of which the rows are

	placed   []placed[T]
	tableTop int
}

func (g *group[T]) keys() []keyGroup {
	k := &g.app.keys
	return []keyGroup{
		{g.name, []key.Binding{as(k.open, "its sessions"), k.sort, k.sortBack, k.reverse, k.copy}},
		k.moving(), {"Screens", []key.Binding{k.screens, k.nextScreen, k.prevScreen}}, k.always(),
	}
}

func (g *group[T]) hints() []key.Binding {
	k := &g.app.keys
	return []key.Binding{as(k.open, "its sessions"), as(k.screens, "screens"), as(k.sort, "sort"), k.reverse, k.copy}
}

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
		g.refresh()
	case key.Matches(m, k.copy):
		if len(g.rows) > 0 {
			return g.copy(g.filter(g.rows[g.scroll.pos]))
		}
	}
	return nil
}

func (g *group[T]) open() tea.Cmd {
	if len(g.rows) == 0 {
		return nil
	}
	return g.chooseText(g.filter(g.rows[g.scroll.pos]))
}

// sortBy sorts by a column; beyond the last is the order of the beginning.
func (g *group[T]) sortBy(column int) {
	n := len(g.columns) + 1
	g.sorted = (column+1+n)%n - 1
	g.descending = false
	g.refresh()
}

// refresh takes up what the census has; the cursor stays on its row.
func (g *group[T]) refresh() {
	var chosen *T
	if len(g.rows) > 0 && g.scroll.pos < len(g.rows) {
		chosen = &g.rows[g.scroll.pos]
	}
	g.rows, g.seen = g.collect(), g.census.changed
	if g.sorted >= 0 {
		compare := g.columns[g.sorted].compare
		slices.SortStableFunc(g.rows, compare)
	}
	if g.descending {
		slices.Reverse(g.rows)
	}
	g.scroll.count = len(g.rows)
	if chosen == nil {
		g.scroll.to(0)
		return
	}
	line := g.scroll.pos - g.scroll.top
	at := slices.IndexFunc(g.rows, func(row T) bool { return g.same(row, *chosen) })
	g.scroll.to(max(at, 0))
	if at >= 0 {
		g.scroll.top = max(0, at-line)
		g.scroll.move(0)
	}
}

// stale tells that the rows should be collected anew. A long list is collected
// only when much is new, for that takes time.
func (g *group[T]) stale() bool {
	const short = 2000
	news := g.census.changed - g.seen
	return news > 0 && (len(g.rows) < short || news > g.census.changed/8 || !g.stepping && g.progress.Done)
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
	if g.stale() {
		g.refresh()
	}
	if len(g.rows) == 0 {
		return g.centred(width, height, []string{g.none})
	}
	under := min(max(height/3, 5), 14)
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
