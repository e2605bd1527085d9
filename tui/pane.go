package tui

import (
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
)

// An item is one thing in a pane: a line of the dialogue, a field, a fact.
type item struct {
	// lead stands before the text of the first row, tail before that of the
	// others; both have the same width.
	lead, tail []span
	text       []span
	frame      int64 // 0 for none
	// depth is that of a tree, foldable tells that items below it can be hidden.
	depth    int
	foldable bool
	// enter goes deeper, hex shows the octets; nil if there is nothing to do.
	enter, hex func() tea.Cmd
	// advice tells that the text is what to do.
	advice bool
	// name is what stands in lead, if that is to be searched, too.
	name string
	// copied is what the copy key copies; empty for the text.
	copied string
	// place names the octets of a field.
	place *octetPlace
}

// plain is the item's text without its colours.
func (it *item) plain() string {
	var b strings.Builder
	for _, s := range it.text {
		b.WriteString(s.text)
	}
	return b.String()
}

// An item takes so many rows, and advice more: what to do must not end in an ellipsis.
// What is longer is shown by its key.
const (
	itemRows   = 6
	adviceRows = 16
)

// A pane is a list of items, one of them chosen, each of one row or several.
type pane struct {
	all    []item
	folded map[int]bool
	// items are the places in all of those that no fold hides.
	items []int
	at    int // in items
	top   int // the first row of the window

	find string
	hits []int // in items

	// The layout, for a width.
	width  int
	rows   []paneRow
	starts []int // of each item: its first row
	height int
}

// A paneRow is a row of an item: its text, behind the lead or the tail.
type paneRow struct {
	item  int
	first bool
	text  []span
}

func newPane(all []item) *pane {
	p := &pane{all: all, folded: make(map[int]bool)}
	p.unfold()
	return p
}

// replace shows other items, which as a rule are those from before and more: the
// cursor stays where it is, or at the end if it was there.
func (p *pane) replace(all []item) {
	atEnd := p.atEnd()
	p.all = all
	find, top := p.find, p.top
	p.find = "" // a search would move the cursor
	p.unfold()
	p.find, p.hits, p.top = find, p.lookFor(find), top
	if atEnd {
		p.toEnd()
	}
}

// atEnd tells that the cursor is on the last of several items.
func (p *pane) atEnd() bool { return len(p.items) > 1 && p.at == len(p.items)-1 }

// toEnd puts the cursor on the last item.
func (p *pane) toEnd() { p.to(len(p.items) - 1) }

// unfold finds out which items are seen.
func (p *pane) unfold() {
	p.items = p.items[:0]
	hidden := -1 // the depth of the fold that hides what follows
	for i := range p.all {
		depth := p.all[i].depth
		if hidden >= 0 && depth > hidden {
			continue
		}
		hidden = -1
		p.items = append(p.items, i)
		if p.folded[i] {
			hidden = depth
		}
	}
	p.at = max(0, min(p.at, len(p.items)-1))
	p.width = 0
	p.search(p.find)
}

// chosen is the item under the cursor, nil if there is none.
func (p *pane) chosen() *item {
	if len(p.items) == 0 {
		return nil
	}
	return &p.all[p.items[p.at]]
}

// fold hides what is below the chosen item, or goes to the item that it is below.
func (p *pane) fold(hide bool) {
	it := p.chosen()
	switch {
	case it == nil:
	case it.foldable && p.folded[p.items[p.at]] != hide:
		p.folded[p.items[p.at]] = hide
		p.unfold()
	case hide:
		for i := p.at - 1; i >= 0; i-- {
			if p.all[p.items[i]].depth < it.depth {
				p.to(i)
				return
			}
		}
	}
}

func (p *pane) to(at int) {
	p.at = max(0, min(at, len(p.items)-1))
	p.reveal()
}

// toFrame goes to the first item of a frame, or of the next one that there is.
func (p *pane) toFrame(frame int64) {
	for i, at := range p.items {
		if p.all[at].frame >= frame {
			p.to(i)
			return
		}
	}
}

// reveal moves the window so that the chosen item is in it.
func (p *pane) reveal() {
	if p.at >= len(p.starts) || p.height <= 0 {
		return
	}
	first, end := p.starts[p.at], len(p.rows)
	if p.at+1 < len(p.starts) {
		end = p.starts[p.at+1]
	}
	if end > p.top+p.height {
		p.top = end - p.height
	}
	if first < p.top {
		p.top = first
	}
}

func (p *pane) roll(n int) {
	p.top = max(0, min(p.top+n, len(p.rows)-p.height))
	for p.at < len(p.starts)-1 && p.starts[p.at] < p.top {
		p.at++
	}
	for p.at > 0 && p.starts[p.at] >= p.top+p.height {
		p.at--
	}
}

// press moves the cursor; it tells whether the key was one for that.
func (p *pane) press(k *keys, m tea.KeyPressMsg) bool {
	if moved := moving(k, m, p.height); moved != nil {
		p.to(moved(p.at, len(p.items)))
		return true
	}
	switch {
	case key.Matches(m, k.nextMatch):
		p.next(1)
	case key.Matches(m, k.prevMatch):
		p.next(-1)
	default:
		return false
	}
	return true
}

func (p *pane) layout(t *theme, width int) {
	if p.width == width {
		return
	}
	p.width, p.rows, p.starts = width, p.rows[:0], p.starts[:0]
	for i, at := range p.items {
		it := &p.all[at]
		p.starts = append(p.starts, len(p.rows))
		lead := 0
		for _, s := range it.lead {
			lead += columns(s.text)
		}
		limit := itemRows
		if it.advice {
			limit = adviceRows
		}
		for k, text := range wrap(it.text, max(width-lead, 10), 2, limit, t.marks.ellipsis) {
			p.rows = append(p.rows, paneRow{i, k == 0, text})
		}
	}
}

func (p *pane) view(t *theme, width, height int) []string {
	p.layout(t, width-1)
	p.height = height
	p.top = max(0, min(p.top, len(p.rows)-height))
	p.reveal()
	rows := make([]string, 0, height)
	for _, r := range p.rows[p.top:min(p.top+height, len(p.rows))] {
		l := t.line(width)
		l.chosen = r.item == p.at
		mark := " "
		if l.chosen {
			mark = t.marks.cursor
		}
		l.put(accent, mark)
		it := &p.all[p.items[r.item]]
		before := it.tail
		if r.first {
			before = it.lead
		}
		if it.name != "" {
			before = highlight(before, p.find)
		}
		rows = append(rows, l.spans(before).spans(highlight(r.text, p.find)).String())
	}
	for len(rows) < height {
		rows = append(rows, spaces(width))
	}
	return rows
}

// itemAt is the item that is drawn in a row of the window, -1 for none.
func (p *pane) itemAt(y int) int {
	if y += p.top; y < 0 || y >= len(p.rows) {
		return -1
	}
	return p.rows[y].item
}
