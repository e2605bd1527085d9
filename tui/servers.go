package tui

import (
	"cmp"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"smtpscope/verdict"
	"smtpscope/words"
)

// A serverRow is one address and port; again tells that the row above it has the
// same address.
type serverRow struct {
	server
	of    *server
	again bool
	marks *marks
}

func newServersScreen(a *app) *group[serverRow] {
	g := &group[serverRow]{
		app: a, name: "Servers", report: "servers", none: "No server was seen yet.", columns: serverColumns, sorted: -1,
		same:  func(x, y serverRow) bool { return x.of == y.of },
		total: func() int { return len(a.census.serverList) },
		row: func(i int) serverRow {
			s := a.census.serverList[i]
			return serverRow{server: *s, of: s, marks: a.theme.marks}
		},
		order: func(x, y serverRow) int { return x.addr.Compare(y.addr) },
		filter: func(r serverRow) string {
			return "server:" + host(r.addr) + " port:" + portName(r.addr)
		},
	}
	g.drawn = func(r serverRow, above *serverRow) serverRow {
		r.again = above != nil && above.addr.Addr() == r.addr.Addr()
		return r
	}
	g.detail = func(r serverRow, width, height int) [][]span { return serverDetail(a, r, width, height) }
	return g
}

var serverColumns = []column[serverRow]{
	{title: "server", priority: 0, least: 15, good: 15, most: 26,
		cell: func(r serverRow) (paint, string) {
			if r.again {
				return quiet, ""
			}
			return plain, host(r.addr)
		},
		compare: func(a, b serverRow) int { return a.addr.Compare(b.addr) }},
	{title: "port", priority: 0, least: 5, good: 5, most: 5, right: true,
		cell:    func(r serverRow) (paint, string) { return plain, portName(r.addr) },
		compare: func(a, b serverRow) int { return cmp.Compare(a.addr.Port(), b.addr.Port()) }},
	{title: "offers before TLS", priority: 1, least: 17, good: 32, most: 44,
		cell:    func(r serverRow) (paint, string) { return offerCell(r.offered, r.heard, r.startTLS) },
		compare: func(a, b serverRow) int { return slices.Compare(a.offered, b.offered) }},
	{title: "inside TLS", priority: 5, least: 10, good: 20, most: 44,
		cell:    func(r serverRow) (paint, string) { return offerCell(r.offeredTLS, r.heardTLS, false) },
		compare: func(a, b serverRow) int { return slices.Compare(a.offeredTLS, b.offeredTLS) }},
	{title: "verdicts", priority: 2, least: 14, good: 24, most: 34,
		cell:    func(r serverRow) (paint, string) { return plain, r.states.short(r.marks) },
		compare: func(a, b serverRow) int { return slices.Compare(b.states[:], a.states[:]) }},
	{title: "sessions", priority: 6, least: 8, good: 8, most: 9, right: true,
		cell:    func(r serverRow) (paint, string) { return quiet, grouped(int64(r.sessions)) },
		compare: func(a, b serverRow) int { return cmp.Compare(b.sessions, a.sessions) }},
	{title: "clients", priority: 7, least: 7, good: 7, most: 9, right: true,
		cell:    func(r serverRow) (paint, string) { return quiet, strconv.Itoa(int(r.clientCount)) },
		compare: func(a, b serverRow) int { return cmp.Compare(b.clientCount, a.clientCount) }},
	{title: "name", priority: 8, least: 14, good: 20, most: 30,
		cell:    func(r serverRow) (paint, string) { return quiet, strings.Join(r.names, " ") },
		compare: func(a, b serverRow) int { return slices.Compare(a.names, b.names) }},
	{title: "TLS", priority: 9, least: 7, good: 7, most: 15,
		cell:    func(r serverRow) (paint, string) { return quiet, strings.Join(r.versions, " ") },
		compare: func(a, b serverRow) int { return slices.Compare(a.versions, b.versions) }},
	{title: "first (UTC)", priority: 10, least: stampWidth, good: stampWidth, most: stampWidth,
		cell:    func(r serverRow) (paint, string) { return quiet, utc(r.first).Format(shortStamp) },
		compare: func(a, b serverRow) int { return cmp.Compare(a.first, b.first) }},
	{title: "last (UTC)", priority: 11, least: stampWidth, good: stampWidth, most: stampWidth,
		cell:    func(r serverRow) (paint, string) { return quiet, utc(r.last).Format(shortStamp) },
		compare: func(a, b serverRow) int { return cmp.Compare(a.last, b.last) }},
}

func offerCell(offered []string, heard, startTLS bool) (paint, string) {
	if !heard {
		return quiet, "not seen"
	}
	words, p := strings.Join(byStrength(offered), " "), warn
	switch {
	case words == "":
		words, p = "no AUTH", quiet
	case listKerberos(offered):
		p = good
	}
	return p, join(say(len(offered) > 0, " ")+say(len(offered) == 0, ", "), words, say(startTLS, "STARTTLS"))
}

// byStrength puts the mechanisms first that a client with a ticket looks for.
func byStrength(offered []string) []string {
	rank := func(m string) int {
		switch m = strings.ToUpper(m); {
		case strings.HasPrefix(m, "GS"):
			return 0
		case m == "NTLM":
			return 1
		}
		return 2
	}
	offered = slices.Clone(offered)
	slices.SortStableFunc(offered, func(a, b string) int { return rank(a) - rank(b) })
	return offered
}

// short is the verdicts with their marks and numbers.
func (c *stateCount) short(m *marks) string {
	var parts []string
	for _, s := range states {
		if n := c.of(s); n > 0 {
			parts = append(parts, m.state(s)+" "+strconv.Itoa(int(n)))
		}
	}
	return strings.Join(parts, "  ")
}

// words is the same in words.
func (c *stateCount) words(m *marks) []span {
	var list []span
	for _, s := range states {
		if n := c.of(s); n > 0 {
			list = append(list, span{statePaint(s, false), m.state(s) + " " + string(s)}, span{plain, " " + grouped(int64(n)) + "   "})
		}
	}
	return list
}

// rows is the same in rows, behind some words: no verdict is torn apart.
func (c *stateCount) rows(m *marks, lead []span, width, indent int) [][]span {
	rows, row := [][]span(nil), lead
	used := 0
	for _, s := range lead {
		used += columns(s.text)
	}
	list := c.words(m)
	for i := 0; i < len(list); i += 2 { // the verdict, its number
		if n := columns(list[i].text) + columns(strings.TrimRight(list[i+1].text, " ")); used+n > width && used > indent {
			rows, row, used = append(rows, row), []span{{plain, spaces(indent)}}, indent
		}
		row, used = append(row, list[i], list[i+1]), used+columns(list[i].text)+columns(list[i+1].text)
	}
	return append(rows, row)
}

// serverDetail compares the ports of one server, and says what its sessions tell
// together.
func serverDetail(a *app, r serverRow, width, height int) [][]span {
	m := a.theme.marks
	text := r.states.rows(m, []span{{strong, hostPort(r.addr)}, {quiet, with("  ", fewWords(r.names, ", ")) + "   "}}, width, 2)
	together := a.together(func(s *verdict.Statement) bool { return ofServer(s, r.addr) })
	told := slices.ContainsFunc(together, func(s *verdict.Statement) bool { return s.Port != 0 }) // where Kerberos is offered
	if advice := a.census.advice(r.addr); advice != "" && !told {
		text = append(text, wrap([]span{{accent, "port "}, {strong, advice}}, width, 5, 3, m.ellipsis)...)
	} else if r.offersKerberos() && !told {
		text = append(text, wrap([]span{{good, "port "}, {plain, "This port offers GSSAPI: a client that has a ticket can use Kerberos here."}}, width, 5, 2, m.ellipsis)...)
	}
	text = append(text, a.togetherText(together, width)...)
	text = append(text, a.portsText(r.addr.Addr(), width)...)
	text = append(text, seenText(r.first, r.last, width, m)...)
	return text[:min(len(text), height)]
}

// portsText is what each port of an address offers.
func (a *app) portsText(of netip.Addr, width int) (text [][]span) {
	ports := slices.Clone(a.census.ports[of])
	slices.SortFunc(ports, func(x, y *server) int { return x.addr.Compare(y.addr) })
	for _, s := range ports {
		p, words := offerCell(s.offered, s.heard, s.startTLS)
		row := []span{{quiet, pad("  port "+portName(s.addr), 14)}, {p, words}}
		if s.heardTLS {
			q, inside := offerCell(s.offeredTLS, true, false)
			row = append(row, span{quiet, "; inside TLS "}, span{q, inside})
		}
		if len(s.versions) > 0 {
			row = append(row, span{quiet, "; " + fewWords(s.versions, ", ")})
		}
		text = append(text, wrap(row, width, 14, 2, a.theme.marks.ellipsis)...)
	}
	return text
}

// seenText is when the first and the last session began.
func seenText(first, last int64, width int, m *marks) [][]span {
	return wrap([]span{{quiet, "seen "}, {plain, words.Stamp(utc(first)) +
		say(last != first, " to "+words.Stamp(utc(last))+" ("+took(time.Duration(last-first))+")")}}, width, 5, 1, m.ellipsis)
}
