package tui

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"smtpscope/verdict"
)

// severities are in the order of their weight.
var severities = []string{"high", "medium", "low", "info"}

func newFindingsScreen(a *app) *group[finding] {
	g := &group[finding]{
		app: a, name: "Findings", none: "Nothing was found besides the verdicts.", columns: findingColumns, sorted: -1,
		same:   func(x, y finding) bool { return x.id == y.id },
		filter: func(f finding) string { return "finding=" + f.id },
	}
	g.total = func() int { return len(a.census.findingList) }
	g.row = func(i int) finding { return *a.census.findingList[i] }
	g.order = func(x, y finding) int {
		return cmp.Or(cmp.Compare(x.weight(), y.weight()), cmp.Compare(y.sessions, x.sessions), strings.Compare(x.id, y.id))
	}
	g.detail = func(f finding, width, height int) [][]span { return findingDetail(a, f, width, height) }
	return g
}

func (f finding) weight() int {
	if at := slices.Index(severities, f.severity); at >= 0 {
		return at
	}
	return len(severities)
}

var findingColumns = []column[finding]{
	{title: "severity", priority: 0, least: 8, good: 8, most: 8,
		cell:    func(f finding) (paint, string) { return severityPaint(f.severity), f.severity },
		compare: func(a, b finding) int { return cmp.Compare(a.weight(), b.weight()) }},
	{title: "finding", priority: 0, least: 30, good: 36, most: 48,
		cell:    func(f finding) (paint, string) { return plain, f.id },
		compare: func(a, b finding) int { return strings.Compare(a.id, b.id) }},
	{title: "sessions", priority: 1, least: 8, good: 8, most: 9, right: true,
		cell:    func(f finding) (paint, string) { return quiet, grouped(int64(f.sessions)) },
		compare: func(a, b finding) int { return cmp.Compare(b.sessions, a.sessions) }},
}

// roomyDetail is the height, in rows, from which the catalogue's explanation has
// room beside the sessions.
const roomyDetail = 14

// findingDetail is the finding in the words of its first session, and the
// sessions that have it.
func findingDetail(a *app, f finding, width, height int) [][]span {
	m := a.theme.marks
	var text [][]span
	if s, _ := a.read(f.rows[0]); s != nil {
		at := slices.IndexFunc(s.Findings, func(x verdict.Finding) bool { return x.ID == f.id })
		if at >= 0 {
			found := &s.Findings[at]
			text = append(text, wrap([]span{{strong, found.Text}}, width, 0, 3, m.ellipsis)...)
			if found.Next != "" {
				text = append(text, wrap([]span{{accent, "next "}, {plain, found.Next}}, width, 5, 3, m.ellipsis)...)
			}
		}
	}
	if kind := verdict.KindOf(f.id); kind != nil && height >= roomyDetail {
		text = append(text, wrap([]span{{quiet, "why  "}, {quiet, kind.Why}}, width, 5, 4, m.ellipsis)...)
		text = append(text, wrap([]span{{quiet, "see  "}, {quiet, kind.Reference}}, width, 5, 2, m.ellipsis)...)
	}
	for i, row := range f.rows {
		if len(text) == height-1 && i < int(f.sessions)-1 {
			text = append(text, []span{{quiet, m.ellipsis + " " + grouped(int64(f.sessions)-int64(i)) + " more: Enter lists them"}})
			break
		}
		if len(text) >= height {
			break
		}
		r := a.sessions.roll.snap.at(row)
		text = append(text, []span{
			{quiet, pad("#"+strconv.FormatInt(r.ID, 10), 8)}, {statePaint(stateOf(r), r.Clear), pad(m.stateWords(r), 18)},
			{plain, host(r.Client) + " " + m.arrow + " " + hostPort(r.Server)}, {quiet, with("  ", who(r))},
		})
	}
	return text[:min(len(text), height)]
}
