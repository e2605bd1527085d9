package tui

import (
	"fmt"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"smtpscope/smtpparse"
	"smtpscope/words"
)

// A ladder makes items out of the lines of a dialogue: time, frame, an arrow
// between the two sides, and what was said.
type ladder struct {
	*sessionScreen
	frameWidth int
	before     *smtpparse.Line
	items      []item
}

func (s *sessionScreen) dialogueItems() []item {
	lines := s.session.Dialogue
	if len(lines) == 0 {
		return nil
	}
	var greatest int64
	for i := range lines {
		greatest = max(greatest, lines[i].Frame)
	}
	l := &ladder{sessionScreen: s, frameWidth: max(len(strconv.FormatInt(greatest, 10)), 5)}
	for i := 0; i < len(lines); {
		run, n := smtpparse.NextRun(lines[i:])
		l.line(&lines[i], &run)
		i += n
	}
	if n := s.session.Omitted["dialogue"]; n > 0 {
		l.ours(count(n, "more line") + " not kept")
	}
	return l.items
}

// line makes an item of a run, which begins with a line of the dialogue.
func (l *ladder) line(line *smtpparse.Line, run *smtpparse.Run) {
	if l.before != nil && line.TLS != l.before.TLS {
		l.ours(say(line.TLS, "inside TLS, decrypted") + say(!line.TLS, "outside TLS"))
	}
	it := item{frame: line.Frame, lead: l.lead(line), tail: l.tail()}
	l.before = line
	switch line.Kind {
	case smtpparse.LineCommand, smtpparse.LineReply, smtpparse.LineAuth:
		l.said(&it, line)
	default:
		l.folded(&it, run)
	}
	l.items = append(l.items, it)
}

// said is a line of words. Its hex is that of the record, where secrets are
// masked; a token's is read from the capture.
func (l *ladder) said(it *item, line *smtpparse.Line) {
	text := line.Wire()
	it.copied = show(text)
	it.hex = l.textHex(lineTitle(line), text)
	if line.Token != "" {
		words := strings.TrimSuffix(text, "<token>")
		if words != "" && !strings.HasSuffix(words, " ") {
			words += " "
		}
		it.text = append(replySpans(line, words), span{token, "{" + line.Token + "}"})
		if k, found := l.stepOf(line.From, line.Frame, line.Token); found {
			it.enter, it.hex = l.goToStep(k), l.stepHex(k)
		}
		return
	}
	it.text = replySpans(line, text)
}

func lineTitle(line *smtpparse.Line) string {
	return "Frame " + strconv.FormatInt(line.Frame, 10) + ", from the " + line.From + say(line.TLS, ", decrypted")
}

// replySpans paints a reply by its code, and a command's verb.
func replySpans(line *smtpparse.Line, text string) []span {
	if line.Code != 0 && len(text) >= 3 {
		return []span{{replyPaint(line.Code), text[:3]}, {plain, text[3:]}}
	}
	if n := len(line.Verb); n > 0 && len(text) >= n && strings.EqualFold(text[:n], line.Verb) {
		return []span{{strong, text[:n]}, {plain, text[n:]}}
	}
	return []span{{plain, text}}
}

// folded is a line that stands for many octets, or for what happened.
func (l *ladder) folded(it *item, run *smtpparse.Run) {
	switch run.Kind {
	case smtpparse.LineGap:
		size := count(run.Octets, "octet")
		if run.Octets == 0 {
			size = "an unknown number of octets"
		}
		it.text = []span{{bad, "MISSING in the capture: "}, {plain, size}}
		return
	case smtpparse.LineEnd:
		it.text = []span{{quiet, run.From + " ended the connection" + say(run.Text == "RST", " (RST)")}}
		return
	case smtpparse.LineProxy:
		it.text = []span{{quiet, "PROXY header: "}, {plain, run.Text}}
		it.hex = l.textHex(lineTitle(&run.Line), run.Text)
		return
	}
	what := words.Folded(run.Kind)
	it.text = []span{{quiet, join(", ", what, say(run.Pieces > 1, count(run.Pieces, "piece")), count(run.Octets, "octet"),
		say(run.Last > run.Frame, "to frame "+strconv.FormatInt(run.Last, 10)))}}
	switch {
	case run.Missing > 0:
		it.text = append(it.text, span{bad, ", " + count(run.Missing, "octet") + say(run.Unknown, " and more") + " MISSING"})
	case run.Unknown:
		it.text = append(it.text, span{bad, ", some MISSING"})
	}
	if run.Kind == smtpparse.LineData {
		it.enter = l.goToMessage(run.Frame)
	}
	if run.Kind == smtpparse.LineSecure || !l.options.ShowSecrets && (run.Kind == smtpparse.LineUnread || l.nearLogin(run.Frame, run.Last)) {
		return // not as they were sent, or not to be seen
	}
	it.hex = l.runHex(run, what)
}

// nearLogin tells that frames carry a part of an attempt, so that their octets
// may hold a secret.
func (s *sessionScreen) nearLogin(first, last int64) bool {
	for _, a := range s.session.Auth {
		if a != nil && a.FirstFrame <= last && a.LastFrame >= first {
			return true
		}
	}
	return false
}

// ours is a row that no line stands behind.
func (l *ladder) ours(words string) {
	l.items = append(l.items, item{lead: l.tail(), tail: l.tail(), text: []span{{note, l.theme.marks.bullet + " " + words}}})
}

// offsetWidth is the column of times, laneArrow the length of an arrow.
const (
	offsetWidth = 9
	laneArrow   = 5
)

func (l *ladder) lead(line *smtpparse.Line) []span {
	m := l.theme.marks
	when, frame := "", ""
	// What came in the same packet as the row above needs no second time.
	if l.before == nil || line.Frame != l.before.Frame || !line.Time.Equal(l.before.Time) {
		when = offset(line.Time.Sub(l.session.Start))
		frame = strconv.FormatInt(line.Frame, 10)
	}
	arrow := strings.Repeat(m.rule, laneArrow-1) + m.toServer
	p := accent
	if line.From == "server" {
		arrow, p = m.toClient+strings.Repeat(m.rule, laneArrow-1), note
	}
	return []span{
		{quiet, fmt.Sprintf("%*s  %*s  ", offsetWidth, when, l.frameWidth, frame)},
		{quiet, m.wall}, {p, arrow}, {quiet, m.wall + " "},
	}
}

func (l *ladder) tail() []span {
	m := l.theme.marks
	return []span{{quiet, spaces(offsetWidth+2+l.frameWidth+2) + m.wall + spaces(laneArrow) + m.wall + " "}}
}

// runHex reads the octets of a run from the capture and shows them: those that
// were on the wire, or what its TLS held.
func (s *sessionScreen) runHex(run *smtpparse.Run, what string) func() tea.Cmd {
	if s.options.Octets == nil {
		return nil
	}
	of := stream{run.From, run.TLS}
	request := OctetsRequest{Session: s.facts, First: run.Frame, Last: run.Last}
	return func() tea.Cmd {
		read, row := s.options.Octets, s.row
		s.say(plain, "Reading"+s.theme.marks.ellipsis)
		return func() tea.Msg {
			octets, err := read(request)
			return runReadMsg{row, of, join(", ", what, say(of.decrypted, "decrypted"), frames(request.First, request.Last)), octets, err}
		}
	}
}

// shownOctets is how much of a run is shown.
const shownOctets = 64 << 10

// runRead shows the octets of a run.
func (s *sessionScreen) runRead(m runReadMsg) {
	s.say(plain, "")
	if m.err != nil {
		s.say(bad, "The octets cannot be read: "+m.err.Error())
		return
	}
	var data []byte
	for _, o := range m.octets {
		if (stream{o.From, o.Decrypted}) == m.of {
			data = append(data, o.Data...)
		}
	}
	title := "From the " + m.of.from + ", " + m.words + ", " + count(int64(len(data)), "octet")
	if len(data) > shownOctets {
		data = data[:shownOctets]
		title += ", the first " + size(shownOctets)
	}
	d := dump{data: data}
	s.app.pager = &pager{app: s.app, title: title, text: d.all}
}
