package tui

import (
	"cmp"
	"strings"

	"smtpscope/verdict"
	"smtpscope/words"
)

// newNTLMScreen lists who still uses NTLM: what has to be gone through before it can
// be turned off.
func newNTLMScreen(a *app) *group[ntlmUse] {
	g := &group[ntlmUse]{
		app: a, name: "NTLM", report: "ntlm", none: "Nobody was seen to use NTLM.", columns: ntlmColumns, sorted: -1,
		same:    func(x, y ntlmUse) bool { return x.ntlmKey == y.ntlmKey },
		total:   func() int { return len(a.census.useList) },
		row:     func(i int) ntlmUse { return *a.census.useList[i] },
		filter:  ntlmFilter,
		session: func(u ntlmUse) int32 { return u.row },
	}
	// The busiest are the first: they are the most work, and the most risk.
	g.order = func(x, y ntlmUse) int {
		return cmp.Or(cmp.Compare(y.logins, x.logins), x.client.Compare(y.client), strings.Compare(x.account(), y.account()),
			x.server.Compare(y.server), strings.Compare(x.workstation, y.workstation), strings.Compare(x.version, y.version), strings.Compare(x.mechanism, y.mechanism))
	}
	g.detail = func(u ntlmUse, width, height int) [][]span { return ntlmDetail(a, u, width, height) }
	return g
}

// ntlmFilter chooses the sessions of a use.
func ntlmFilter(u ntlmUse) string {
	words := "client:" + u.client.String() + " server:" + host(u.server) + " port:" + portName(u.server)
	for _, term := range [...]struct{ key, value string }{
		{"user:", say(u.user != "", u.account())}, {"workstation=", u.workstation}, {"ntlm=", u.version}, {"ntlm=", u.mechanism},
	} {
		// What a filter cannot say is left out.
		if term.value != "" && !strings.Contains(term.value, `"`) {
			words += " " + term.key + quoted(term.value)
		}
	}
	return words
}

// quoted puts a value into quotes if a filter needs them.
func quoted(value string) string {
	if strings.ContainsFunc(value, func(r rune) bool { return r <= ' ' || r > '~' || r == '(' || r == ')' }) {
		return `"` + value + `"`
	}
	return value
}

// ntlmPaint: the first version is a finding of its own.
func ntlmPaint(version string) paint {
	if strings.HasPrefix(version, "NTLMv1") || version == "LM only" {
		return bad
	}
	return plain
}

var ntlmColumns = []column[ntlmUse]{
	{title: "client", priority: 0, least: 15, good: 15, most: 26,
		cell:    func(u ntlmUse) (paint, string) { return plain, u.client.String() },
		compare: func(a, b ntlmUse) int { return a.client.Compare(b.client) }},
	{title: "user", priority: 0, least: 14, good: 22, most: 36,
		cell:    func(u ntlmUse) (paint, string) { return plain, cmp.Or(u.account(), "?") },
		compare: func(a, b ntlmUse) int { return strings.Compare(a.account(), b.account()) }},
	{title: "workstation", priority: 4, least: 11, good: 15, most: 20,
		cell:    func(u ntlmUse) (paint, string) { return plain, u.workstation },
		compare: func(a, b ntlmUse) int { return strings.Compare(a.workstation, b.workstation) }},
	{title: "server", priority: 1, least: 16, good: 18, most: 28, tail: true,
		cell:    func(u ntlmUse) (paint, string) { return plain, hostPort(u.server) },
		compare: func(a, b ntlmUse) int { return a.server.Compare(b.server) }},
	{title: "version", priority: 2, least: 7, good: 7, most: 28,
		cell:    func(u ntlmUse) (paint, string) { return ntlmPaint(u.version), cmp.Or(u.version, "?") },
		compare: func(a, b ntlmUse) int { return strings.Compare(a.version, b.version) }},
	{title: "mechanism", priority: 5, least: 9, good: 10, most: 12,
		cell:    func(u ntlmUse) (paint, string) { return plain, cmp.Or(u.mechanism, "?") },
		compare: func(a, b ntlmUse) int { return strings.Compare(a.mechanism, b.mechanism) }},
	{title: "logins", priority: 3, least: 6, good: 6, most: 9, right: true,
		cell:    func(u ntlmUse) (paint, string) { return plain, grouped(int64(u.logins)) },
		compare: func(a, b ntlmUse) int { return cmp.Compare(b.logins, a.logins) }},
	{title: "accepted", priority: 6, least: 8, good: 8, most: 9, right: true,
		cell:    func(u ntlmUse) (paint, string) { return quiet, grouped(int64(u.accepted)) },
		compare: func(a, b ntlmUse) int { return cmp.Compare(b.accepted, a.accepted) }},
	{title: "last (UTC)", priority: 7, least: stampWidth, good: stampWidth, most: stampWidth,
		cell:    func(u ntlmUse) (paint, string) { return quiet, utc(u.last).Format(shortStamp) },
		compare: func(a, b ntlmUse) int { return cmp.Compare(b.last, a.last) }},
	{title: "first (UTC)", priority: 8, least: stampWidth, good: stampWidth, most: stampWidth,
		cell:    func(u ntlmUse) (paint, string) { return quiet, utc(u.first).Format(shortStamp) },
		compare: func(a, b ntlmUse) int { return cmp.Compare(a.first, b.first) }},
	{title: "target SPN", priority: 9, least: 16, good: 24, most: 36,
		cell:    func(u ntlmUse) (paint, string) { return quiet, u.latest.TargetSPN },
		compare: func(a, b ntlmUse) int { return strings.Compare(a.latest.TargetSPN, b.latest.TargetSPN) }},
	{title: "sessions", priority: 10, least: 8, good: 8, most: 9, right: true,
		cell:    func(u ntlmUse) (paint, string) { return quiet, grouped(int64(u.sessions)) },
		compare: func(a, b ntlmUse) int { return cmp.Compare(b.sessions, a.sessions) }},
}

// ntlmDetail is who, how often and how, and why the last session was not Kerberos.
func ntlmDetail(a *app, u ntlmUse, width, height int) [][]span {
	m, l := a.theme.marks, &u.latest
	var text [][]span
	row := func(label, words string, limit int) {
		if words != "" {
			text = append(text, wrap([]span{{quiet, label}, {plain, words}}, width, columns(label), limit, m.ellipsis)...)
		}
	}
	text = wrap([]span{{strong, cmp.Or(u.account(), "No user was named")}, {plain, with(" from ", u.workstation) + " (" + u.client.String() + ") " + m.arrow + " " + hostPort(u.server)}}, width, 2, 2, m.ellipsis)
	row("how  ", join(", ", join(" inside ", cmp.Or(u.version, "NTLM"), say(!strings.EqualFold(u.mechanism, "ntlm"), cmp.Or(u.mechanism, "an AUTH not seen"))),
		say(u.version != "" && l.MIC, "MIC"), say(u.version != "" && !l.MIC, "no MIC"), with("channel binding ", say(l.TLS || l.ChannelBinding != "absent", l.ChannelBinding)), say(l.TLS, "inside TLS"), say(!l.TLS, "without TLS"),
		with("to ", l.TargetSPN), with("client version ", l.ClientVersion)), 2)
	row("seen ", join(", ", count(int64(u.logins), "login"), grouped(int64(u.accepted))+" accepted", "in "+count(int64(u.sessions), "session"),
		words.Second(utc(u.first))+say(u.last != u.first, " to "+words.Second(utc(u.last)))), 2)
	if s, _ := a.read(u.row); s != nil {
		f := a.sessions.roll.snap.at(u.row)
		text = append(text, wrap([]span{{quiet, "last "}, {statePaint(stateOf(f), f.Clear), m.stateWords(f)}, {plain, " #" + grouped(f.ID) + ": " + s.Verdict.Text}}, width, 5, 2, m.ellipsis)...)
		if len(s.Verdict.Causes) > 0 {
			text = append(text, a.sessions.causeText(s.Verdict.Causes, width, max(height-len(text), 2))...)
		}
	}
	text = append(text, a.togetherText(a.together(func(s *verdict.Statement) bool { return ofBoth(s, u.client, u.server) }), width)...)
	return text[:min(len(text), height)]
}
