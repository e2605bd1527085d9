package tui

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"smtpscope/inspect"
	"smtpscope/verdict"
	"smtpscope/words"
)

// infoText is what is known of the capture as a whole.
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
	fact("ports", join(", ", portList(a.options.Ports), say(a.options.AutoPorts, "and any other by its octets")))
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
		text = append(text, severalText(p.findings(), p.across(), width, a.theme.marks)...)
		return append(text, nil, []span{{quiet, "More is known when " + say(p.Live == nil, "all is read.") + say(p.Live != nil, "listening has ended.")}})
	}
	return append(text, summaryText(p.Summary, width, a.theme.marks)...)
}

func portList(ports []uint16) (text string) {
	for _, p := range ports {
		text = join(" ", text, strconv.Itoa(int(p)))
	}
	return text
}

func summaryText(s *inspect.Summary, width int, m *marks) [][]span {
	var text [][]span
	fact := func(name, value string) {
		text = append(text, wrap([]span{{quiet, pad(name, 14)}, {plain, value}}, width, 14, 6, m.ellipsis)...)
	}
	fact("kept", join(", ", count(s.Kept, "packet")+" on those ports, of "+count(s.Packets, "packet")+" with "+count(s.Bytes, "octet"),
		with("listened for ", say(s.ListenedMS > 0, running(time.Duration(s.ListenedMS)*time.Millisecond)))))
	if !s.Start.IsZero() {
		fact("time", words.Stamp(s.Start)+" to "+words.Stamp(s.End))
	}
	c, q := &s.Connections, &s.Quality
	fact("connections", join(", ", grouped(c.Opened)+" opened", grouped(c.Refused)+" refused", grouped(c.Unanswered)+" unanswered",
		grouped(c.Empty)+" empty", grouped(c.NotSMTP)+" not SMTP"))
	for _, lack := range []struct {
		n    int64
		what string
	}{
		{q.NotChosen, "packets taken out by the capture filter"}, {q.GapBytes, "octets missing"}, {q.Midstream, "sessions that begin in the middle"}, {q.OneSided, "sessions with one direction only"},
		{q.TruncatedPackets, "packets cut short"}, {q.ConflictingOverlaps, "packets that contradict others"},
		{q.Malformed, "malformed packets"}, {q.FragmentsLost, "fragments lost"}, {q.LatePackets, "packets too late"},
		{q.AfterEnd, "packets behind an end"}, {q.Reopened, "connections that went on behind their end"}, {q.ImplausiblePackets, "implausible packets"},
	} {
		if lack.n > 0 {
			fact("lost", grouped(lack.n)+" "+lack.what)
		}
	}
	for _, link := range slices.Sorted(maps.Keys(q.UnknownLinks)) {
		fact("not decoded", grouped(q.UnknownLinks[link])+" packets of link type "+link)
	}
	text = append(text, severalText(s.Findings, s.Across, width, m)...)
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
		if l := in.Live; l != nil {
			fact("  at the end", join(", ", l.State, count(l.Seen, "packet")+" seen", grouped(l.Dropped)+" dropped by the kernel", "buffer of "+size(l.Buffer)+" full "+count(l.Freezes, "time")+", at most "+size(l.BufferPeak)+" taken"))
			for _, heard := range l.Interfaces {
				fact("  heard", join(", ", heard.Name, heard.Link, count(heard.Packets, "packet"), grouped(heard.Kept)+" kept"))
			}
		}
	}
	return text
}

// severalText is what it takes several sessions to see.
func severalText(findings []verdict.SummaryFinding, across []verdict.Statement, width int, m *marks) (text [][]span) {
	for _, f := range findings {
		text = append(text, wrap([]span{{severityPaint(f.Severity), pad(f.Severity, 14)},
			{plain, f.Text + " (" + f.ID + ", " + count(f.Sessions, "session") + " from #" + strconv.FormatInt(f.FirstSession, 10) + "). " + f.Next}}, width, 14, 6, m.ellipsis)...)
	}
	for i := range across {
		a := &across[i]
		text = append(text, wrap([]span{{note, pad("together", 14)}, {plain, join(". ", statementText(a), a.Next)}}, width, 14, 6, m.ellipsis)...)
	}
	return text
}
