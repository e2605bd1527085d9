package tui

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"smtpscope/verdict"
	"smtpscope/words"
)

// severities are in the order of their weight.
var severities = []string{"high", "medium", "low", "info"}

func newFindingsScreen(a *app) *group[finding] {
	g := &group[finding]{
		app: a, name: "Findings", none: "Nothing was found besides the verdicts.", columns: findingColumns, sorted: -1,
		same: func(x, y finding) bool {
			return x.id == y.id && (x.across == nil) == (y.across == nil) && (x.across == nil || x.across.Text == y.across.Text)
		},
		report: "findings",
	}
	g.filter = func(f finding) string {
		if f.across != nil {
			return ""
		}
		return "finding=" + f.id
	}
	g.session = func(f finding) int32 { return a.numbered(f.across.FirstSession) }
	g.total = func() int { return len(a.census.findingList) + len(a.progress.findings()) }
	g.row = func(i int) finding {
		if own := len(a.census.findingList); i >= own {
			f := &a.progress.findings()[i-own]
			return finding{id: f.ID, severity: f.Severity, sessions: int32(min(f.Sessions, 1<<30)), across: f}
		}
		return *a.census.findingList[i]
	}
	g.order = func(x, y finding) int {
		return cmp.Or(cmp.Compare(x.weight(), y.weight()), cmp.Compare(y.sessions, x.sessions), strings.Compare(x.id, y.id))
	}
	g.detail = func(f finding, width, height int) [][]span { return findingDetail(a, f, width, height) }
	return g
}

// numbered is the row of the session with a number, -1 if there is none.
func (a *app) numbered(id int64) int32 {
	snap := &a.sessions.roll.snap
	for row := range int32(snap.count) {
		if snap.at(row).ID == id {
			return row
		}
	}
	return -1
}

// title is the catalogue's for what was found.
func (f finding) title() string {
	if kind := verdict.KindOf(f.id); kind != nil {
		return kind.Title
	}
	return ""
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
	{title: "in words", priority: 2, least: 24, good: 40, most: 60,
		cell:    func(f finding) (paint, string) { return quiet, f.title() },
		compare: func(a, b finding) int { return strings.Compare(a.title(), b.title()) }},
	{title: "sessions", priority: 1, least: 8, good: 8, most: 9, right: true,
		cell:    func(f finding) (paint, string) { return quiet, grouped(int64(f.sessions)) },
		compare: func(a, b finding) int { return cmp.Compare(b.sessions, a.sessions) }},
}

// findingWords are what was found and what to do: of several sessions, else in
// the words of the first that has it.
func (a *app) findingWords(f finding) (found, next string) {
	if f.across != nil {
		return f.across.Text, f.across.Next
	}
	if len(f.rows) == 0 { // what had it has changed
		return "", ""
	}
	if s, _ := a.read(f.rows[0]); s != nil {
		if at := slices.IndexFunc(s.Findings, func(x verdict.Finding) bool { return x.ID == f.id }); at >= 0 {
			return s.Findings[at].Text, s.Findings[at].Next
		}
	}
	return "", ""
}

// findingDetail is the finding in words, what the catalogue says of it, and the
// sessions that have it.
func findingDetail(a *app, f finding, width, height int) [][]span {
	m := a.theme.marks
	found, next := a.findingWords(f)
	kind := verdict.KindOf(f.id)
	if kind == nil {
		kind = new(verdict.Kind)
	}
	var text [][]span
	row := func(p, q paint, label, words string, limit int) {
		if words != "" {
			text = append(text, wrap([]span{{p, label}, {q, words}}, width, columns(label), limit, m.ellipsis)...)
		}
	}
	row(strong, strong, "", cmp.Or(found, kind.Title), 3)
	row(accent, plain, "next ", cmp.Or(next, kind.Fix), 3)
	row(quiet, quiet, "why  ", kind.Why, 4)
	row(quiet, quiet, "see  ", kind.Reference, 2)
	if f.across != nil {
		row(quiet, quiet, "over ", count(f.across.Sessions, "session")+", the first of them #"+strconv.FormatInt(f.across.FirstSession, 10)+", "+
			words.Stamp(f.across.Start)+" to "+words.Stamp(f.across.End), 2)
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
