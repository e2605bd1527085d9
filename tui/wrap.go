package tui

import "strings"

// wrap lays spans out in rows of a width; rows after the first are indented by
// hang. It breaks at spaces, and in words that are longer than half a row. At
// most limit rows are made (0: any number); the last then ends in an ellipsis.
func wrap(list []span, width, hang, limit int, ellipsis string) [][]span {
	if row, fits := oneRow(list, width); fits {
		return [][]span{row}
	}
	hang = min(hang, width/2)
	w := wrapper{width: max(width, 1), hang: hang}
	for _, s := range list {
		w.add(s.paint, show(s.text))
		if limit > 0 && len(w.rows) > limit {
			break
		}
	}
	rows := append(w.rows, w.row)
	if limit > 0 && len(rows) > limit {
		rows = rows[:limit]
		last := rows[limit-1]
		rows[limit-1] = append(trimTo(last, width-columns(ellipsis)), span{quiet, ellipsis})
	}
	return rows
}

// oneRow gives the spans as they are shown, if they fit into one row: most do.
func oneRow(list []span, width int) ([]span, bool) {
	used := 0
	for _, s := range list {
		if len(s.text) > 4*width {
			return nil, false
		}
	}
	row := make([]span, len(list))
	for i, s := range list {
		row[i] = span{s.paint, show(s.text)}
		if used += columns(row[i].text); used > width {
			return nil, false
		}
	}
	return row, true
}

type wrapper struct {
	rows        [][]span
	row         []span
	col         int
	width, hang int
}

func (w *wrapper) add(p paint, s string) {
	for s != "" {
		// As much as fits up to a blank goes at once.
		if room := w.width - w.col; isASCII(s) && len(s) > room {
			if n := strings.LastIndexByte(s[:max(room, 0)], ' ') + 1; n > 0 {
				w.put(p, s[:n])
				s = s[n:]
				continue
			}
		} else if len(s) <= room && isASCII(s) {
			w.put(p, s)
			return
		}
		word, rest := s, ""
		if i := strings.IndexByte(s, ' '); i >= 0 {
			// The blanks stay with the word before them.
			for i < len(s) && s[i] == ' ' {
				i++
			}
			word, rest = s[:i], s[i:]
		}
		w.word(p, word)
		s = rest
	}
}

func (w *wrapper) word(p paint, word string) {
	bare := strings.TrimRight(word, " ")
	size := columns(bare)
	if w.col+size > w.width && w.col > w.start() && size <= w.width-w.hang {
		w.next()
	}
	for w.col+columns(bare) > w.width {
		room := w.width - w.col
		if room < 1 {
			w.next()
			continue
		}
		head := fit(bare, room)
		if head == "" { // a wide letter, one column left
			if w.col == w.start() {
				return // no room for it anywhere
			}
			w.next()
			continue
		}
		w.put(p, head)
		word, bare = word[len(head):], bare[len(head):]
		w.next()
	}
	w.put(p, fit(word, w.width-w.col))
}

// start is the column that the present row began in.
func (w *wrapper) start() int {
	if len(w.rows) == 0 {
		return 0
	}
	return w.hang
}

func (w *wrapper) put(p paint, s string) {
	if s == "" {
		return
	}
	w.col += columns(s)
	if n := len(w.row); n > 0 && w.row[n-1].paint == p {
		w.row[n-1].text += s
		return
	}
	w.row = append(w.row, span{p, s})
}

func (w *wrapper) next() {
	w.rows = append(w.rows, w.row)
	w.row, w.col = nil, 0
	if w.hang > 0 {
		w.put(plain, spaces(w.hang))
	}
}

// trimTo shortens a row of shown spans to a number of columns.
func trimTo(row []span, room int) []span {
	var out []span
	for _, s := range row {
		if room <= 0 {
			break
		}
		s.text = fit(s.text, room)
		room -= columns(s.text)
		out = append(out, s)
	}
	return out
}
