package tui

import (
	"slices"
)

// A column of a table of T. Columns give way by priority: those with the
// greatest number go first.
type column[T any] struct {
	title    string
	priority int
	// least, good and most are widths: what the column needs, what it should have
	// before a less important one is added, and what it can use at most.
	least, good, most int
	right             bool
	// clip tells that what does not fit is cut without a sign, tail that its end
	// is kept and not its beginning.
	clip, tail bool
	cell       func(T) (paint, string)
	// compare orders rows; nil for a column that orders nothing.
	compare func(a, b T) int
}

// A placed column is one that there is room for.
type placed[T any] struct {
	*column[T]
	index, width int
}

// gutter is left of each row: the cursor and the mark.
const gutter = 2

// essential is the greatest priority of the columns that narrow screens have,
// too, if only in their least widths.
const essential = 3

// place chooses the columns that fit and gives them their widths, with a blank
// between two of them. It depends on the width alone, so that columns stand
// still while rows come and go.
func place[T any](all []column[T], width int) []placed[T] {
	order := make([]int, len(all))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return all[a].priority - all[b].priority })
	room := width - gutter + 1
	var chosen []int
	widths := make(map[int]int, len(all))
	grow := func(to func(*column[T]) int) {
		for _, i := range chosen {
			if more := min(room, to(&all[i])-widths[i]); more > 0 {
				widths[i] += more
				room -= more
			}
		}
	}
	for _, i := range order {
		c := &all[i]
		if c.priority > essential {
			grow(func(c *column[T]) int { return c.good })
		}
		if c.least+1 > room {
			break
		}
		widths[i] = c.least
		room -= c.least + 1
		chosen = append(chosen, i)
	}
	grow(func(c *column[T]) int { return c.good })
	grow(func(c *column[T]) int { return c.most })
	slices.Sort(chosen)
	list := make([]placed[T], len(chosen))
	for k, i := range chosen {
		list[k] = placed[T]{&all[i], i, widths[i]}
	}
	return list
}

// tableHead is the row of titles; the sorted column has an arrow.
func tableHead[T any](t *theme, list []placed[T], width, sorted int, descending bool) string {
	l := t.line(width).to(gutter)
	for k, c := range list {
		if k > 0 {
			l.to(l.col + 1)
		}
		title, p := c.title, quiet
		if c.index == sorted {
			p = accent
			arrow := t.marks.up
			if descending {
				arrow = t.marks.down
			}
			if columns(title)+1 <= c.width {
				title += arrow
			}
		}
		l.cell(p, title, c.width, c.right)
	}
	return l.String()
}

// tableRow is one row.
func tableRow[T any](t *theme, list []placed[T], width int, row T, chosen, marked bool) string {
	l := t.line(width)
	l.chosen = chosen
	if chosen {
		l.put(accent, t.marks.cursor)
	} else {
		l.put(plain, " ")
	}
	if marked {
		l.put(accent, t.marks.marked)
	} else {
		l.put(plain, " ")
	}
	for k, c := range list {
		if k > 0 {
			l.to(l.col + 1)
		}
		p, s := c.cell(row)
		switch {
		case c.clip:
			s = fit(s, c.width)
		case c.tail && columns(s) > c.width:
			s = t.marks.ellipsis + dropColumns(s, columns(s)-c.width+1)
		}
		l.cell(p, s, c.width, c.right)
	}
	return l.String()
}

// columnAt is the index of the column that is at a position of the screen; -1
// if there is none.
func columnAt[T any](list []placed[T], x int) int {
	at := gutter
	for _, c := range list {
		if x >= at && x < at+c.width {
			return c.index
		}
		at += c.width + 1
	}
	return -1
}

// A scroller is a cursor in a list of which a window is seen.
type scroller struct {
	pos, top int
	// height is the window's, count the list's.
	height, count int
}

// resize sets the window and the list, and keeps the cursor in both.
func (s *scroller) resize(height, count int) {
	s.height, s.count = max(height, 0), count
	s.move(0)
}

// move moves the cursor by n rows.
func (s *scroller) move(n int) { s.to(s.pos + n) }

func (s *scroller) to(pos int) {
	s.pos = max(0, min(pos, s.count-1))
	if s.pos < s.top {
		s.top = s.pos
	}
	if s.height > 0 && s.pos >= s.top+s.height {
		s.top = s.pos - s.height + 1
	}
	s.top = max(0, min(s.top, s.count-s.height))
}

// roll moves the window, and the cursor only as far as it must.
func (s *scroller) roll(n int) {
	s.top = max(0, min(s.top+n, s.count-s.height))
	s.pos = max(s.top, min(s.pos, s.top+s.height-1, s.count-1))
	s.pos = max(s.pos, 0)
}

// window is the part of the list that is seen.
func (s *scroller) window() (from, to int) {
	return s.top, min(s.top+s.height, s.count)
}
