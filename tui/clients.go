package tui

import (
	"cmp"
	"slices"
	"strings"

	"smtpscope/verdict"
)

// A clientRow is one client; odd says why it stands out.
type clientRow struct {
	client
	of    *client
	odd   string
	marks *marks
}

func newClientsScreen(a *app) *group[clientRow] {
	g := &group[clientRow]{
		app: a, name: "Clients", report: "clients", none: "No client was seen yet.", columns: clientColumns, sorted: -1,
		same:   func(x, y clientRow) bool { return x.of == y.of },
		filter: func(r clientRow) string { return "client:" + r.addr.String() },
	}
	g.total = func() int { return len(a.census.clientList) }
	g.row = func(i int) clientRow {
		k := a.census.clientList[i]
		return clientRow{*k, k, k.odd(), a.theme.marks}
	}
	// Those that stand out are the first: they are what this screen is for.
	g.order = func(x, y clientRow) int {
		return cmp.Or(boolCompare(y.odd != "", x.odd != ""), cmp.Compare(y.sessions, x.sessions), x.addr.Compare(y.addr))
	}
	g.detail = func(r clientRow, width, height int) [][]span { return clientDetail(a, r, width, height) }
	return g
}

func boolCompare(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

var clientColumns = []column[clientRow]{
	{title: "client", priority: 0, least: 15, good: 15, most: 26,
		cell:    func(r clientRow) (paint, string) { return plain, r.addr.String() },
		compare: func(a, b clientRow) int { return a.addr.Compare(b.addr) }},
	{title: "name", priority: 5, least: 14, good: 20, most: 28,
		cell:    func(r clientRow) (paint, string) { return quiet, strings.Join(r.names, " ") },
		compare: func(a, b clientRow) int { return slices.Compare(a.names, b.names) }},
	{title: "sessions", priority: 4, least: 8, good: 8, most: 9, right: true,
		cell:    func(r clientRow) (paint, string) { return quiet, grouped(int64(r.sessions)) },
		compare: func(a, b clientRow) int { return cmp.Compare(b.sessions, a.sessions) }},
	{title: "mostly", priority: 1, least: 16, good: 16, most: 16,
		cell: func(r clientRow) (paint, string) {
			s := r.mostly()
			return statePaint(s, false), r.marks.state(s) + " " + string(s)
		},
		compare: func(a, b clientRow) int { return cmp.Compare(statePlace[a.mostly()], statePlace[b.mostly()]) }},
	{title: "verdicts", priority: 6, least: 12, good: 20, most: 30,
		cell:    func(r clientRow) (paint, string) { return plain, r.states.short(r.marks) },
		compare: func(a, b clientRow) int { return slices.Compare(b.states[:], a.states[:]) }},
	{title: "stands out", priority: 2, least: 20, good: 36, most: 60,
		cell:    func(r clientRow) (paint, string) { return warn, r.odd },
		compare: func(a, b clientRow) int { return strings.Compare(b.odd, a.odd) }},
	{title: "as", priority: 7, least: 14, good: 24, most: 36,
		cell:    func(r clientRow) (paint, string) { return plain, strings.Join(r.users, " ") },
		compare: func(a, b clientRow) int { return slices.Compare(a.users, b.users) }},
	{title: "first (UTC)", priority: 8, least: stampWidth, good: stampWidth, most: stampWidth,
		cell:    func(r clientRow) (paint, string) { return quiet, utc(r.first).Format(shortStamp) },
		compare: func(a, b clientRow) int { return cmp.Compare(a.first, b.first) }},
	{title: "last (UTC)", priority: 9, least: stampWidth, good: stampWidth, most: stampWidth,
		cell:    func(r clientRow) (paint, string) { return quiet, utc(r.last).Format(shortStamp) },
		compare: func(a, b clientRow) int { return cmp.Compare(a.last, b.last) }},
	{title: "logins", priority: 10, least: 10, good: 16, most: 24,
		cell:    func(r clientRow) (paint, string) { return plain, strings.Join(r.mechanisms, " ") },
		compare: func(a, b clientRow) int { return slices.Compare(a.mechanisms, b.mechanisms) }},
	{title: "refused", priority: 11, least: 7, good: 7, most: 9, right: true,
		cell:    func(r clientRow) (paint, string) { return quiet, grouped(int64(r.refused)) },
		compare: func(a, b clientRow) int { return cmp.Compare(b.refused, a.refused) }},
	{title: "in TLS", priority: 12, least: 7, good: 7, most: 9, right: true,
		cell:    func(r clientRow) (paint, string) { return quiet, grouped(int64(r.inTLS)) },
		compare: func(a, b clientRow) int { return cmp.Compare(b.inTLS, a.inTLS) }},
	{title: "mails", priority: 13, least: 5, good: 5, most: 9, right: true,
		cell:    func(r clientRow) (paint, string) { return quiet, grouped(int64(r.taken)) },
		compare: func(a, b clientRow) int { return cmp.Compare(b.taken, a.taken) }},
}

// mostly is how the client logs in most often, else what else was seen of it.
func (k *client) mostly() verdict.State {
	if s, _, _ := k.states.usual(); s != "" {
		return s
	}
	most := verdict.None
	for _, s := range states {
		if k.states.of(s) > k.states.of(most) {
			most = s
		}
	}
	return most
}

func clientDetail(a *app, r clientRow, width, height int) [][]span {
	m := a.theme.marks
	text := wrap([]span{{strong, r.addr.String()}, {quiet, with("  ", fewWords(r.names, ", "))}}, width, 2, 1, m.ellipsis)
	text = append(text, r.states.rows(m, nil, width, 0)...)
	if r.odd != "" {
		text = append(text, wrap([]span{{warn, m.warning + " "}, {strong, r.odd}}, width, 2, 2, m.ellipsis)...)
	}
	if len(r.users) > 0 {
		text = append(text, wrap([]span{{quiet, "as   "}, {plain, fewWords(r.users, ", ")}}, width, 5, 2, m.ellipsis)...)
	}
	text = append(text, a.togetherText(a.together(func(s *verdict.Statement) bool { return ofClient(s, r.addr) }), width)...)
	text = append(text, seenText(r.first, r.last, width, m)...)
	text = append(text, wrap([]span{{quiet, "with "}, {plain, join(", ", strings.Join(r.mechanisms, ", "), say(r.refused > 0, count(int64(r.refused), "refused login")),
		grouped(int64(r.inTLS))+" of "+count(int64(r.sessions), "session")+" with TLS", count(int64(r.taken), "mail")+" taken")}}, width, 5, 2, m.ellipsis)...)
	servers := slices.Clone(r.servers)
	slices.SortFunc(servers, func(x, y *server) int { return x.addr.Compare(y.addr) })
	for i, s := range servers {
		row := s.clients[r.addr].states.rows(m, []span{{quiet, "on   "}, {plain, pad(hostPort(s.addr), 24)}}, width, 29)
		if left := len(servers) - i; len(text)+len(row) > height-1 && (left > 1 || len(text)+len(row) > height) {
			text = append(text, []span{{quiet, "     " + m.ellipsis + " " + grouped(int64(left)) + " more server" + say(left > 1, "s")}})
			break
		}
		text = append(text, row...)
	}
	return text[:min(len(text), height)]
}
