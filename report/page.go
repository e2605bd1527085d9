package report

import (
	"strconv"
	"unicode/utf8"
)

const (
	defaultWidth = 80
	minWidth     = 40
	// labelColumn and bodyColumn are where labels and what they label begin.
	labelColumn = 2
	bodyColumn  = 12
)

// A page lays out the text of one record. It knows the column it is in and
// keeps rows within the width. All text passes [Printable] here and nowhere
// else.
type page struct {
	b      []byte
	col    int
	width  int
	colour bool
	marks  marks
}

// marks are the report's own signs.
type marks struct {
	to, from string // of the dialogue: said by the client, by the server
	rule     string
	ellipsis string
	joint    string // client and server of a heading, sender and receiver
}

var (
	unicodeMarks = marks{to: "→", from: "←", rule: "─", ellipsis: "…", joint: "→"}
	asciiMarks   = marks{to: ">", from: "<", rule: "-", ellipsis: "...", joint: "->"}
)

func newPage(o TextOptions) page {
	p := page{width: o.Width, colour: o.Colour, marks: unicodeMarks}
	if p.width <= 0 {
		p.width = defaultWidth
	}
	p.width = max(p.width, minWidth)
	if o.ASCII {
		p.marks = asciiMarks
	}
	return p
}

// put appends s where the page stands, without wrapping.
func (p *page) put(s string) {
	s = Printable(s)
	p.b = append(p.b, s...)
	p.col += columns(s)
}

// sign appends one of the page's own marks, of one column.
func (p *page) sign(mark string) {
	p.b = append(p.b, mark...)
	p.col++
}

// to moves to a column, at least one space away from what is already there.
func (p *page) to(col int) {
	n := col - p.col
	if n < 1 && p.col > 0 {
		n = 1
	}
	for range n {
		p.b = append(p.b, ' ')
		p.col++
	}
}

// end ends the row.
func (p *page) end() {
	for len(p.b) > 0 && p.b[len(p.b)-1] == ' ' {
		p.b = p.b[:len(p.b)-1]
	}
	p.b = append(p.b, '\n')
	p.col = 0
}

// blank is an empty row.
func (p *page) blank() { p.b = append(p.b, '\n') }

// row begins a row with its label, "" for one that goes on.
func (p *page) row(label string) {
	p.to(labelColumn)
	p.styled(bold, label)
	p.to(bodyColumn)
}

// para is a labelled row of running text.
func (p *page) para(label, s string) {
	p.row(label)
	p.wrap(bodyColumn, s)
}

// wireRows is how many rows a line of the wire may take.
const wireRows = 4

// wireRoom is how many columns wire text may take that hangs in a column. A
// narrow page shows as much as one of the default width.
func (p *page) wireRoom(hang int) int { return wireRows * (max(p.width, defaultWidth) - hang) }

// clip cuts s, which came from the wire, to a number of columns and says how
// much is gone. The JSON records have all of it.
func (p *page) clip(s string, limit int) string {
	s = Printable(s)
	if len(s) <= limit {
		return s
	}
	n := fit(s, limit)
	if n == len(s) {
		return s
	}
	return s[:n] + p.marks.ellipsis + " (" + count(int64(utf8.RuneCountInString(s[n:])), "more character") + ")"
}

// digits is how many columns n takes.
func digits(n int64) int {
	return len(strconv.FormatInt(n, 10))
}

// cut shortens s to a number of columns.
func (p *page) cut(s string, limit int) string {
	s = Printable(s)
	if columns(s) <= limit {
		return s
	}
	return s[:fit(s, limit-columns(p.marks.ellipsis))] + p.marks.ellipsis
}
