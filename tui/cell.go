package tui

import (
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"

	"smtpscope/printable"
)

// show gives s fit for a cell: printable, and of a width on which all terminals
// agree, whatever stands beside it. Where they do not (emoji of several code
// points, flags, letters that merge with their neighbours), code points are
// written as escapes.
func show(s string) string {
	s = printable.Text(s)
	if isASCII(s) {
		return s
	}
	var b strings.Builder
	for rest := s; rest != ""; {
		cluster, _ := ansi.FirstGraphemeCluster(rest, ansi.GraphemeWidth)
		if cluster == "" {
			break
		}
		rest = rest[len(cluster):]
		if steady(cluster) {
			b.WriteString(cluster)
			continue
		}
		for i, r := range cluster {
			if one := string(r); i == 0 && steady(one) {
				b.WriteString(one)
			} else {
				b.WriteString(escape(r))
			}
		}
	}
	return b.String()
}

// steady tells that a cluster has one width, and does not merge with a blank
// before it or behind it.
func steady(cluster string) bool {
	if isASCII(cluster) {
		return true
	}
	before, _ := ansi.FirstGraphemeCluster(" "+cluster, ansi.GraphemeWidth)
	behind, width := ansi.FirstGraphemeCluster(cluster+" ", ansi.GraphemeWidth)
	return before == " " && behind == cluster && width == ansi.StringWidthWc(cluster)
}

func escape(r rune) string {
	const digits = "0123456789abcdef"
	out, n := []byte(`\u`), 4
	if r > 0xffff {
		out, n = []byte(`\U`), 8
	}
	for shift := 4 * (n - 1); shift >= 0; shift -= 4 {
		out = append(out, digits[r>>shift&15])
	}
	return string(out)
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// columns is how many columns the shown text s takes.
func columns(s string) int {
	if isASCII(s) {
		return len(s)
	}
	return ansi.StringWidth(s)
}

// cut gives at most room columns of the shown text s, with the tail at its end
// if some of it is gone.
func cut(s string, room int, tail string) string {
	if room <= 0 {
		return ""
	}
	if len(s) <= room || columns(s) <= room {
		return s
	}
	tailColumns := columns(tail)
	if room <= tailColumns {
		return fit(s, room)
	}
	return fit(s, room-tailColumns) + tail
}

// fit gives the longest beginning of the shown text s that takes at most room columns.
func fit(s string, room int) string {
	if isASCII(s) {
		return s[:min(len(s), max(room, 0))]
	}
	used, n := 0, 0
	for n < len(s) {
		cluster, width := ansi.FirstGraphemeCluster(s[n:], ansi.GraphemeWidth)
		if cluster == "" || used+width > room {
			break
		}
		used += width
		n += len(cluster)
	}
	return s[:n]
}

// A span is text in one style.
type span struct {
	paint paint
	text  string
}

// A liner writes one line of the screen, exactly as wide as it. All text passes
// through show here.
type liner struct {
	theme *theme
	b     strings.Builder
	col   int
	width int
	// chosen lines are those under the cursor.
	chosen bool
}

func (t *theme) line(width int) *liner { return &liner{theme: t, width: width} }

// put appends text; what there is no room for is cut.
func (l *liner) put(p paint, s string) *liner {
	l.write(p, cut(show(s), l.width-l.col, l.theme.marks.ellipsis))
	return l
}

// spans appends several.
func (l *liner) spans(list []span) *liner {
	for _, s := range list {
		l.put(s.paint, s.text)
	}
	return l
}

// cell appends text in a cell of so many columns.
func (l *liner) cell(p paint, s string, width int, right bool) *liner {
	width = min(width, l.width-l.col)
	if width <= 0 {
		return l
	}
	s = cut(show(s), width, l.theme.marks.ellipsis)
	pad := width - columns(s)
	if right {
		l.write(plain, spaces(pad))
		l.write(p, s)
		return l
	}
	l.write(p, s)
	l.write(plain, spaces(pad))
	return l
}

// to fills with blanks up to a column.
func (l *liner) to(col int) *liner {
	l.write(plain, spaces(min(col, l.width)-l.col))
	return l
}

// write appends shown text that fits.
func (l *liner) write(p paint, s string) {
	if s == "" {
		return
	}
	pen := l.theme.pen(p, l.chosen)
	l.b.WriteString(pen.on)
	l.b.WriteString(s)
	l.b.WriteString(pen.off)
	l.col += columns(s)
}

// String ends the line.
func (l *liner) String() string {
	l.to(l.width)
	return l.b.String()
}

const blanks = "                                                                                                                                                                                                        "

func spaces(n int) string {
	switch {
	case n <= 0:
		return ""
	case n <= len(blanks):
		return blanks[:n]
	}
	return strings.Repeat(" ", n)
}
