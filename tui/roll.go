package tui

import (
	"cmp"
	"slices"
	"sort"

	tea "charm.land/bubbletea/v2"

	"smtpscope/filter"
	"smtpscope/verdict"
)

// A query says which sessions are listed.
type query struct {
	text   string // the filter as written
	filter *filter.Filter
	// state is the one verdict to be listed; empty for all.
	state verdict.State
}

func (q *query) empty() bool { return q.filter.Empty() && q.state == "" }

// A roll is the list of the sessions that a query chooses, in an order. Its rows
// are the numbers that sessions have in the store. New sessions, and all
// sessions under a new query, are gone through in steps, so that no key waits.
type roll struct {
	snap  snapshot
	query query
	// shown are the rows that match; next is the first that was not looked at.
	shown []int32
	next  int32
	// compare orders sessions; descending turns it.
	compare    func(a, b *filter.Facts) int
	descending bool
	// sorting is the number of the sort that is under way elsewhere, 0 if none is:
	// until it is done no row is added.
	sorting, sorts int

	// selected is the row under the cursor, -1 if there is none. It is kept while
	// it is not shown yet, because the steps may still come to it.
	selected int32
	// moved tells that the user has moved the cursor: before that it is on the
	// first row, whatever comes.
	moved  bool
	scroll scroller
	texts  unpacked
}

// stepCost is how much is done in one step; a session costs 1, or textCost when
// its text has to be unpacked and looked through.
const (
	stepCost = 20000
	textCost = 20
)

func newRoll(compare func(a, b *filter.Facts) int) *roll {
	return &roll{compare: compare, selected: -1, texts: unpacked{texts: true}}
}

// busy tells that there is more to do.
func (r *roll) busy() bool { return r.sorting == 0 && int(r.next) < r.snap.count }

// ask begins with another query.
func (r *roll) ask(q query) {
	r.query = q
	r.restart()
}

func (r *roll) restart() {
	r.shown, r.next, r.sorting = nil, 0, 0
	r.place()
}

// step looks at some of the sessions that were not looked at.
func (r *roll) step() {
	if !r.busy() {
		return
	}
	cost := 1
	if r.query.filter.NeedsText() {
		cost = textCost
	}
	var fresh []int32
	for budget := stepCost; budget > 0 && int(r.next) < r.snap.count; budget -= cost {
		if r.matches(r.next, r.snap.at(r.next)) {
			fresh = append(fresh, r.next)
		}
		r.next++
	}
	r.list(fresh)
}

// list puts rows into the list. The window stays where it is, seen from the cursor.
func (r *roll) list(fresh []int32) {
	slices.SortFunc(fresh, r.order)
	line := r.scroll.pos - r.scroll.top
	r.shown = merge(r.shown, fresh, r.order)
	r.place()
	if r.moved && r.selected >= 0 {
		r.scroll.top = max(0, r.scroll.pos-line)
		r.scroll.move(0)
	}
}

// matches tells that the query chooses a row that has these facts.
func (r *roll) matches(row int32, facts *filter.Facts) bool {
	if r.query.state != "" && stateOf(facts) != r.query.state {
		return false
	}
	return r.query.filter.Match(facts, func() []byte {
		text, _ := r.snap.store.unpack(&r.texts, int(row))
		return text
	})
}

// order compares two rows.
func (r *roll) order(a, b int32) int {
	c := r.compare(r.snap.at(a), r.snap.at(b))
	if r.descending {
		c = -c
	}
	return cmp.Or(c, cmp.Compare(a, b))
}

// place puts the cursor where the selected row is, or would be.
func (r *roll) place() {
	r.scroll.count = len(r.shown)
	if !r.moved {
		r.scroll.to(0)
		r.pick()
		return
	}
	if r.selected >= 0 && int(r.selected) < r.snap.count {
		at := sort.Search(len(r.shown), func(i int) bool { return r.order(r.shown[i], r.selected) >= 0 })
		r.scroll.to(at)
		if r.busy() || at < len(r.shown) && r.shown[at] == r.selected {
			return
		}
	}
	r.scroll.move(0)
	r.pick()
}

// pick makes the row under the cursor the selected one.
func (r *roll) pick() {
	if len(r.shown) == 0 {
		if !r.busy() {
			r.selected = -1
		}
		return
	}
	r.selected = r.shown[r.scroll.pos]
}

// move moves the cursor.
func (r *roll) move(n int) { r.to(r.scroll.pos + n) }

func (r *roll) to(pos int) {
	r.moved = true
	r.scroll.to(pos)
	r.pick()
}

// wheel moves the window.
func (r *roll) wheel(n int) {
	r.moved = true
	r.scroll.roll(n)
	r.pick()
}

// sortBy orders the list anew. A long one is sorted by the command returned.
func (r *roll) sortBy(compare func(a, b *filter.Facts) int, descending bool) tea.Cmd {
	const short = 20000
	r.compare, r.descending = compare, descending
	r.sorts++
	if len(r.shown) <= short {
		r.sorting = 0
		slices.SortFunc(r.shown, r.order)
		r.place()
		return nil
	}
	r.sorting = r.sorts
	rows, other := slices.Clone(r.shown), roll{snap: r.snap, compare: compare, descending: descending}
	generation := r.sorts
	return func() tea.Msg {
		slices.SortFunc(rows, other.order)
		return sortedMsg{generation, rows}
	}
}

func (r *roll) sorted(m sortedMsg) {
	if m.generation != r.sorting {
		return
	}
	r.sorting = 0
	r.shown = m.rows
	r.place()
}

// merge puts fresh rows into a list; both are in order.
func merge(list, fresh []int32, order func(a, b int32) int) []int32 {
	end := len(list)
	list = append(list, fresh...)
	for k := len(fresh) - 1; k >= 0; k-- {
		at := end
		if end > 0 && order(list[end-1], fresh[k]) > 0 {
			at = sort.Search(end, func(i int) bool { return order(list[i], fresh[k]) > 0 })
		}
		copy(list[at+k+1:], list[at:end])
		list[at+k] = fresh[k]
		end = at
	}
	return list
}
