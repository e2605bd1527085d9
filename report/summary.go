package report

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"smtpscope/inspect"
	"smtpscope/verdict"
)

// summary closes the report: how many sessions of which state, and what should
// be known of the capture.
func (p *page) summary(s *inspect.Summary, c *inspect.Capture) {
	p.styled(bold, "Summary")
	p.to(p.col + 1)
	p.on(dim)
	for p.col < p.width {
		p.put(p.marks.rule)
	}
	p.off(dim)
	p.end()
	p.to(labelColumn)
	p.wrapStyled(bold, labelColumn, sessionCounts(s))
	if s.Sessions == 0 {
		p.hint(s, c)
	}
	p.para("Packets", grouped(s.Packets)+" read ("+count(s.Bytes, "octet")+"), "+grouped(s.Kept)+" on the ports looked at")
	if span := join(" to ", stamp(s.Start), stamp(s.End)); span != "" {
		p.para("Time", span)
	}
	if s.ListenedMS > 0 {
		p.para("Listened", (time.Duration(s.ListenedMS) * time.Millisecond).Round(100*time.Millisecond).String())
	}
	p.summaryFindings(s.Findings)
	for i, in := range s.Inputs {
		p.row(first(i, "Inputs"))
		p.input(&in)
	}
	p.across(s.Across)
	p.connections(&s.Connections)
	p.captureQuality(&s.Quality)
	for i, limit := range slices.Sorted(maps.Keys(s.Limits)) {
		p.row(first(i, "Limits"))
		p.wrap(bodyColumn, limit+" reached "+count(s.Limits[limit], "time"))
	}
	for i, warning := range s.Warnings {
		p.row(first(i, "Warnings"))
		p.wrap(bodyColumn, warning)
	}
}

// across are statements about several sessions.
func (p *page) across(list []verdict.Statement) {
	for i, a := range list {
		p.row(first(i, "Together"))
		p.advice(a.Text, a.ID, 0, a.Next)
	}
}

// summaryFindings are those that it takes several sessions to see.
func (p *page) summaryFindings(list []verdict.SummaryFinding) {
	for i, f := range list {
		p.row(first(i, "Findings"))
		p.styled(severityStyle(f.Severity), p.cut(f.Severity, len("medium")))
		p.to(bodyColumn + len("medium") + 2)
		p.advice(f.Text, f.ID+", "+count(f.Sessions, "session")+" from #"+strconv.FormatInt(f.FirstSession, 10), 0, f.Next)
	}
}

// input is a row about one input. Its name stays whole if a row can hold it.
func (p *page) input(in *inspect.Input) {
	name := Printable(in.Name) + ":"
	if columns(name) <= p.width-bodyColumn {
		name = strings.ReplaceAll(name, " ", glue)
	}
	about := join(", ", in.Format, strings.Join(in.Links, " "), count(in.Packets, "packet"))
	p.rows(plainText, bodyColumn, name+" "+Printable(join(", ", about, liveWords(in.Live))))
}

// liveWords says what the kernel could not keep, and how near that was.
func liveWords(l *inspect.Live) string {
	if l == nil || l.Buffer == 0 {
		return ""
	}
	dropped := ""
	if l.Dropped > 0 {
		dropped = grouped(l.Dropped) + " dropped by the kernel"
	}
	return join(", ", dropped, fmt.Sprintf("buffer %d %% full at most", 100*l.BufferPeak/l.Buffer))
}

// sessionCounts is the sentence that an operator wants: "3 sessions: 1
// kerberos, 2 ntlm". States that this version does not know come last.
func sessionCounts(s *inspect.Summary) string {
	states := slices.Clone(verdict.States)
	for _, state := range slices.Sorted(maps.Keys(s.States)) {
		if !slices.Contains(states, state) {
			states = append(states, state)
		}
	}
	var counts []string
	for _, state := range states {
		if n := s.States[state]; n > 0 {
			counts = append(counts, grouped(n)+" "+string(state))
		}
	}
	return join(": ", count(s.Sessions, "session"), strings.Join(counts, ", "))
}

// hint says what to try when there is nothing to report.
func (p *page) hint(s *inspect.Summary, c *inspect.Capture) {
	p.to(labelColumn)
	switch {
	case s.Packets == 0:
		p.wrap(labelColumn, "There was no packet to "+say(!c.Live, "read.")+say(c.Live, "hear."))
	case s.Kept == 0 && c.CaptureFilter != "":
		p.wrap(labelColumn, "No packet was chosen by the capture filter and a TCP packet on "+portList(c.Ports)+
			" as well. Sessions on other ports are found with --ports; behind a VLAN tag, packets are chosen by \"vlan and …\".")
	case s.Kept == 0 && !c.AutoPorts:
		p.wrap(labelColumn, "No packet was on "+portList(c.Ports)+". If SMTP runs on other ports, name them with --ports, or let --ports auto find it.")
	default:
		p.wrap(labelColumn, "Nothing that was read is an SMTP conversation.")
	}
}

func portList(ports []uint16) string {
	if len(ports) == 1 {
		return "port " + strconv.Itoa(int(ports[0]))
	}
	texts := make([]string, len(ports))
	for i, port := range ports {
		texts[i] = strconv.Itoa(int(port))
	}
	return "ports " + strings.Join(texts, ", ")
}

// connections is about TCP connections that came to nothing.
func (p *page) connections(c *inspect.Connections) {
	text := ""
	for _, fate := range []struct {
		n     int64
		words string
	}{
		{c.Refused, "refused"}, {c.Unanswered, "never answered"},
		{c.Empty, "closed without a word"}, {c.NotSMTP, "with something else than SMTP"},
	} {
		switch {
		case fate.n == 0:
		case text == "":
			text = count(fate.n, "connection") + " " + fate.words
		default:
			text += ", " + grouped(fate.n) + " " + fate.words
		}
	}
	if text != "" {
		p.para("Attempts", text+": these have no session in the report")
	}
}

// captureQuality says what the capture lacks. Damaged inputs and unknown link
// types are among the warnings.
func (p *page) captureQuality(q *inspect.CaptureQuality) {
	text := join("; ",
		say(q.NotChosen > 0, count(q.NotChosen, "packet")+" taken out by the capture filter"),
		say(q.GapBytes > 0, count(q.GapBytes, "octet")+" missing"),
		say(q.Midstream > 0, count(q.Midstream, "session")+" begun before the capture"),
		say(q.OneSided > 0, count(q.OneSided, "session")+" with one direction only"),
		say(q.TruncatedPackets > 0, count(q.TruncatedPackets, "packet")+" cut by the snap length"),
		say(q.ConflictingOverlaps > 0, count(q.ConflictingOverlaps, "packet")+" with other octets than sent before"),
		say(q.Malformed > 0, count(q.Malformed, "packet")+" malformed"),
		say(q.FragmentsLost > 0, count(q.FragmentsLost, "IP fragment")+" without the rest"),
		say(q.LatePackets > 0, count(q.LatePackets, "packet")+" that came too late"),
		say(q.ImplausiblePackets > 0, count(q.ImplausiblePackets, "packet")+" that cannot be true"))
	if text != "" {
		p.para("Capture", text)
	}
}
