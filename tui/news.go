package tui

import (
	"slices"
	"sort"
	"time"

	tea "charm.land/bubbletea/v2"

	"smtpscope/filter"
	"smtpscope/verdict"
)

// inProgress is listed and counted in place of the verdict of a session that goes
// on, until its verdict is more than that it cannot be told yet.
const inProgress verdict.State = "in progress"

// stateOf is what is listed of a session's verdict.
func stateOf(f *filter.Facts) verdict.State {
	if f.Open && f.State == verdict.Incomplete {
		return inProgress
	}
	return f.State
}

// stateWords are the verdict with its mark. A second mark tells that the session
// goes on.
func (m *marks) stateWords(f *filter.Facts) string {
	state := stateOf(f)
	between := " "
	if f.Open && state != inProgress {
		between = m.open
	}
	return m.state(state) + between + string(state)
}

// lasted is how long a session has been open.
func (a *app) lasted(f *filter.Facts) string {
	return running(max(f.Duration, time.Duration(a.progress.Now-f.Start)))
}

// renew takes up what has changed of sessions that were open. It waits while rows
// are sorted elsewhere, by the facts that they have.
func (a *app) renew() tea.Cmd {
	r := a.sessions.roll
	if r.sorting != 0 {
		return nil
	}
	news := a.options.Store.takeNews()
	if len(news) == 0 {
		return nil
	}
	r.snap = a.options.Store.snapshot()
	for row, now := range news {
		if row < a.census.counted {
			a.census.replace(row, r.snap.at(row), now)
		}
	}
	r.renew(news)
	if a.session == nil || news[a.session.row] == nil {
		return nil
	}
	return a.session.renew()
}

// renew replaces facts. Rows that match no more, or stand elsewhere now, leave
// their places; the cursor goes with its row.
func (r *roll) renew(news map[int32]*filter.Facts) {
	var gone []int // places in shown
	var fresh []int32
	for row, now := range news {
		if row >= r.next {
			continue // not looked at yet
		}
		at := sort.Search(len(r.shown), func(i int) bool { return r.order(r.shown[i], row) >= 0 })
		listed, matches := at < len(r.shown) && r.shown[at] == row, r.matches(row, now)
		if listed && matches && r.compare(r.snap.at(row), now) == 0 {
			continue
		}
		if listed {
			gone = append(gone, at)
		}
		if matches {
			fresh = append(fresh, row)
		}
	}
	for row, now := range news {
		r.snap.set(row, now)
	}
	if len(gone)+len(fresh) == 0 {
		return
	}
	slices.Sort(gone)
	r.shown = without(r.shown, gone)
	r.list(fresh)
}

// without takes elements out of a list by their places, which are in order.
func without(list []int32, places []int) []int32 {
	if len(places) == 0 {
		return list
	}
	to := places[0]
	for i, at := range places {
		end := len(list)
		if i+1 < len(places) {
			end = places[i+1]
		}
		to += copy(list[to:], list[at+1:end])
	}
	return list[:to]
}
