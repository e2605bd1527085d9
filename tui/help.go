package tui

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"smtpscope/filter"
	"smtpscope/inspect"
	"smtpscope/verdict"
)

func helpText(a *app, groups []keyGroup, width int) [][]span {
	var text [][]span
	for _, g := range groups {
		text = append(text, []span{{strong, g.title}})
		for _, b := range g.bindings {
			if b.Enabled() {
				text = append(text, []span{{accent, pad("  "+b.Help().Key, 14)}, {plain, b.Help().Desc}})
			}
		}
		text = append(text, nil)
	}
	text = append(text, []span{{strong, "Verdicts"}})
	for _, s := range states {
		text = append(text, []span{{statePaint(s, false), pad("  "+a.theme.marks.state(s)+" "+string(s), 22)}, {plain, stateMeaning[s]}})
	}
	text = append(text, wrap([]span{{plain, "  A second " + a.theme.marks.open + " behind the sign of a verdict: the session goes on, and that is its verdict so far."}}, width, 2, 0, "")...)
	text = append(text, nil, []span{{strong, "Filters"}})
	text = append(text, wrap([]span{{plain, "  Words match anywhere in a session; \"two words\" in quotes. Terms side by side must all hold; or, not and brackets do what they say."}}, width, 2, 0, "")...)
	for _, k := range filter.Keys {
		text = append(text, []span{{accent, pad("  "+k.Example, 28)}, {plain, k.Means}})
	}
	return text
}

// pad brings s to a width, with a blank at its end at least.
func pad(s string, width int) string { return s + spaces(max(width-columns(s), 1)) }

var stateMeaning = map[verdict.State]string{
	inProgress:           "the session goes on, and nothing is decided yet",
	verdict.Kerberos:     "a Kerberos ticket (AP-REQ), raw or in SPNEGO, and 235",
	verdict.IAKERB:       "the same through IAKERB",
	verdict.NTLM:         "AUTH NTLM or X-EXPS NTLM, and 235",
	verdict.NTLMInGSSAPI: "the verb said GSSAPI, the token was NTLM, and 235",
	verdict.Password:     "PLAIN or LOGIN, and 235; (clear) without TLS",
	verdict.Challenge:    "CRAM-MD5, DIGEST-MD5, SCRAM, and 235",
	verdict.OAuth:        "XOAUTH2, OAUTHBEARER, and 235",
	verdict.Certificate:  "EXTERNAL, and 235",
	verdict.Other:        "another mechanism, and 235",
	verdict.Failed:       "attempts were made, none accepted",
	verdict.Anonymous:    "mail was given with no login",
	verdict.None:         "no login, no mail",
	verdict.Encrypted:    "TLS hides what followed",
	verdict.Incomplete:   "the capture lacks what would decide it",
}

func infoText(a *app, width int) [][]span {
	var text [][]span
	fact := func(name, value string) {
		if value != "" {
			text = append(text, wrap([]span{{quiet, pad(name, 14)}, {plain, value}}, width, 14, 6, a.theme.marks.ellipsis)...)
		}
	}
	p := &a.progress
	if p.Summary == nil || len(p.Summary.Inputs) == 0 { // else they are listed below
		fact("inputs", strings.Join(a.options.Sources, ", "))
	}
	fact("read", say(p.Live == nil, size(p.Read))+say(p.Size > 0 && !p.Done, " of "+size(p.Size)))
	fact("packets", grouped(p.Packets))
	fact("capture filter", a.options.CaptureFilter)
	if p.Live != nil {
		a.liveText(fact)
	}
	fact("sessions", grouped(int64(a.sessions.roll.snap.count)))
	fact("secrets", say(a.options.ShowSecrets, "shown (--show-secrets): keep this screen to yourself")+say(!a.options.ShowSecrets, "masked"))
	if p.Err != nil {
		fact("error", p.Err.Error())
	}
	if p.Summary == nil {
		return append(text, nil, []span{{quiet, "More is known when " + say(p.Live == nil, "all is read.") + say(p.Live != nil, "listening has ended.")}})
	}
	return append(text, summaryText(p.Summary, width, a.theme.marks)...)
}

func summaryText(s *inspect.Summary, width int, m *marks) [][]span {
	var text [][]span
	fact := func(name, value string) {
		text = append(text, wrap([]span{{quiet, pad(name, 14)}, {plain, value}}, width, 14, 6, m.ellipsis)...)
	}
	c, q := &s.Connections, &s.Quality
	fact("connections", join(", ", grouped(c.Opened)+" opened", grouped(c.Refused)+" refused", grouped(c.Unanswered)+" unanswered",
		grouped(c.Empty)+" empty", grouped(c.NotSMTP)+" not SMTP"))
	for _, lack := range []struct {
		n    int64
		what string
	}{
		{q.NotChosen, "packets taken out by the capture filter"}, {q.GapBytes, "octets missing"}, {q.Midstream, "sessions begin in the middle"}, {q.OneSided, "sessions with one direction only"},
		{q.TruncatedPackets, "packets cut short"}, {q.ConflictingOverlaps, "packets that contradict others"},
		{q.Malformed, "malformed packets"}, {q.FragmentsLost, "fragments lost"}, {q.LatePackets, "packets too late"},
		{q.AfterEnd, "packets behind an end"}, {q.ImplausiblePackets, "implausible packets"},
	} {
		if lack.n > 0 {
			fact("lost", grouped(lack.n)+" "+lack.what)
		}
	}
	for _, f := range s.Findings {
		text = append(text, wrap([]span{{severityPaint(f.Severity), pad(f.Severity, 14)},
			{plain, f.Text + " (" + f.ID + ", " + count(f.Sessions, "session") + " from #" + strconv.FormatInt(f.FirstSession, 10) + "). " + f.Next}}, width, 14, 6, m.ellipsis)...)
	}
	for i := range s.Across {
		a := &s.Across[i]
		text = append(text, wrap([]span{{note, pad("together", 14)}, {plain, join(". ", statementText(a), a.Next)}}, width, 14, 6, m.ellipsis)...)
	}
	for _, name := range slices.Sorted(maps.Keys(s.Limits)) {
		fact("limit", name+" reached "+grouped(s.Limits[name])+" times")
	}
	for _, w := range s.Warnings {
		text = append(text, wrap([]span{{warn, pad(m.warning+" warning", 14)}, {plain, w}}, width, 14, 0, "")...)
	}
	// There may be many.
	for _, in := range s.Inputs {
		fact("input", join(", ", in.Name, in.Format, strings.Join(in.Links, " "), count(in.Packets, "packet")))
		for _, d := range in.Damage {
			fact("  damage", d)
		}
	}
	return text
}
