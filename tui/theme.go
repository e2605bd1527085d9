package tui

import (
	"image/color"
	"strings"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/colorprofile"

	"smtpscope/smtpparse"
	"smtpscope/verdict"
)

// A paint is a way to write text, named for what it says. Colour only repeats
// what words and marks say.
type paint uint8

const (
	plain  paint = iota
	quiet        // labels, times, rules
	strong       // what the eye should find first
	accent       // where the user is: tabs, keys, the prompt
	good         // Kerberos, accepted
	warn         // not Kerberos
	bad          // failed, in the clear, missing
	note         // cannot be known
	token        // decoded tokens
	found        // what a search matched
	lit          // the octets of the chosen field
	tabOn        // the chosen tab
	paints
)

// A pen is what goes before and after text.
type pen struct{ on, off string }

// A theme is all that is seen of colours and marks.
type theme struct {
	pens  [2][paints]pen // plain rows, chosen rows
	marks *marks
}

func (t *theme) pen(p paint, chosen bool) pen {
	if chosen {
		return t.pens[1][p]
	}
	return t.pens[0][p]
}

// A shade is a colour for each kind of terminal: of 16, of 256, and of all colours.
type shade struct{ ansi, indexed, full string }

// A palette is the colours of a theme.
type palette struct{ quiet, accent, good, warn, bad, note, token, chosen, found shade }

var dark = palette{
	quiet:  shade{"8", "245", "#8b93a3"},
	accent: shade{"12", "111", "#82aaff"},
	good:   shade{"10", "114", "#8fd19e"},
	warn:   shade{"11", "222", "#f2cc7d"},
	bad:    shade{"9", "210", "#ff8a8a"},
	note:   shade{"14", "116", "#7fd0d8"},
	token:  shade{"13", "183", "#cba6f7"},
	chosen: shade{"", "237", "#2c3347"},
	found:  shade{"11", "178", "#d7a92a"},
}

var light = palette{
	quiet:  shade{"8", "242", "#667085"},
	accent: shade{"4", "26", "#1d4fd7"},
	good:   shade{"2", "28", "#1a7336"},
	warn:   shade{"3", "94", "#8a5a00"},
	bad:    shade{"1", "124", "#c0242c"},
	note:   shade{"6", "30", "#0b6e80"},
	token:  shade{"5", "91", "#7434c4"},
	chosen: shade{"", "189", "#dfe8fb"},
	found:  shade{"3", "220", "#f5c542"},
}

// newTheme makes the theme of a terminal. Of the 16 colours none is sure to
// differ from the background enough to mark a row with: there, and without
// colours, the chosen row is reversed.
func newTheme(isDark, ascii bool, profile colorprofile.Profile) *theme {
	p := light
	if isDark {
		p = dark
	}
	complete := lipgloss.Complete(profile)
	colour := func(s shade) color.Color {
		return complete(lipgloss.Color(s.ansi), lipgloss.Color(s.indexed), lipgloss.Color(s.full))
	}
	style := lipgloss.NewStyle
	styles := [paints]lipgloss.Style{
		plain:  style(),
		quiet:  style().Foreground(colour(p.quiet)),
		strong: style().Bold(true),
		accent: style().Foreground(colour(p.accent)),
		good:   style().Foreground(colour(p.good)),
		warn:   style().Foreground(colour(p.warn)),
		bad:    style().Foreground(colour(p.bad)),
		note:   style().Foreground(colour(p.note)),
		token:  style().Foreground(colour(p.token)),
		found:  style().Reverse(true),
		lit:    style().Reverse(true),
		tabOn:  style().Foreground(colour(p.accent)).Bold(true).Underline(true),
	}
	if profile == colorprofile.ANSI || profile <= colorprofile.ASCII {
		// Bright black is black on some terminals; faint is at worst plain.
		styles[quiet] = style().Faint(true)
	}
	t := &theme{marks: &unicodeMarks}
	if ascii {
		t.marks = &asciiMarks
	}
	coloured := profile == colorprofile.ANSI256 || profile == colorprofile.TrueColor
	if coloured {
		styles[found] = style().Background(colour(p.found)).Foreground(lipgloss.Color("#101010"))
		styles[lit] = style().Background(colour(p.accent)).Foreground(lipgloss.Color(map[bool]string{true: "#101010", false: "#ffffff"}[isDark]))
	}
	for i, s := range styles {
		t.pens[0][i] = penOf(s)
		switch {
		case paint(i) == found || paint(i) == lit:
		case coloured:
			s = s.Background(colour(p.chosen))
		default:
			s = style().Reverse(true)
		}
		t.pens[1][i] = penOf(s)
	}
	return t
}

// penOf takes a style apart into what it writes before and after text.
func penOf(s lipgloss.Style) pen {
	const text = "x"
	before, after, _ := strings.Cut(s.Render(text), text)
	return pen{before, after}
}

// marks are the UI's own signs. Each takes one column.
type marks struct {
	ellipsis, cursor, marked, up, down, rule, wall, bar, barRest string
	toServer, toClient                                           string // heads of arrows
	arrow, separator, folded, unfolded, bullet, warning          string
	open                                                         string // what goes on
	states                                                       map[verdict.State]string
	corner, tee                                                  string // of trees
}

var unicodeMarks = marks{
	ellipsis: "…", cursor: "▌", marked: "◆", up: "▲", down: "▼", rule: "─", wall: "│", bar: "█", barRest: "░",
	toServer: "▶", toClient: "◀", arrow: "→", separator: "·", folded: "▸", unfolded: "▾", bullet: "•", warning: "!",
	corner: "└", tee: "├", open: "▷",
	states: map[verdict.State]string{
		verdict.Kerberos: "✓", verdict.IAKERB: "✓", verdict.NTLM: "●", verdict.NTLMInGSSAPI: "◐",
		verdict.Password: "◇", verdict.Challenge: "○", verdict.OAuth: "□", verdict.Certificate: "■",
		verdict.Other: "?", verdict.Failed: "✗", verdict.Anonymous: "∅", verdict.None: "·",
		verdict.Encrypted: "▒", verdict.Incomplete: "~",
	},
}

var asciiMarks = marks{
	ellipsis: "~", cursor: ">", marked: "*", up: "^", down: "v", rule: "-", wall: "|", bar: "#", barRest: ".",
	toServer: ">", toClient: "<", arrow: ">", separator: "-", folded: "+", unfolded: "-", bullet: "*", warning: "!",
	corner: "`", tee: "|", open: ">",
	states: map[verdict.State]string{
		verdict.Kerberos: "+", verdict.IAKERB: "+", verdict.NTLM: "o", verdict.NTLMInGSSAPI: "%",
		verdict.Password: "$", verdict.Challenge: "=", verdict.OAuth: "@", verdict.Certificate: "#",
		verdict.Other: "?", verdict.Failed: "x", verdict.Anonymous: "0", verdict.None: ".",
		verdict.Encrypted: "=", verdict.Incomplete: "~",
	},
}

// state is the mark of a verdict.
func (m *marks) state(s verdict.State) string {
	if s == inProgress {
		return m.open
	}
	if mark, known := m.states[s]; known {
		return mark
	}
	return "?"
}

// statePaint: green is what an administrator wants, red what is urgent, yellow
// what is not Kerberos.
func statePaint(s verdict.State, clear bool) paint {
	switch s {
	case verdict.Kerberos, verdict.IAKERB:
		return good
	case inProgress:
		return accent
	case verdict.Failed:
		return bad
	case verdict.None, verdict.Encrypted, verdict.Incomplete:
		return note
	}
	if clear {
		return bad
	}
	return warn
}

func severityPaint(severity string) paint {
	switch severity {
	case "high":
		return bad
	case "medium":
		return warn
	case "low":
		return note
	}
	return plain
}

func replyPaint(code int) paint {
	switch code / 100 {
	case 2:
		return good
	case 3:
		return note
	case 4:
		return warn
	case 5:
		return bad
	}
	return plain
}

func outcomePaint(o smtpparse.Outcome) paint {
	switch o {
	case smtpparse.Accepted:
		return good
	case smtpparse.Rejected:
		return bad
	}
	return warn
}
