package tui

import (
	"fmt"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"smtpscope/smtpparse"
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
		n, missing := run(lines[i:])
		l.line(&lines[i], lines[i:i+n], missing)
		i += n
	}
	if n := s.session.Omitted["dialogue"]; n > 0 {
		l.ours(count(n, "more line") + " not kept")
	}
	return l.items
}

// run is how many lines from the first on are octets of one kind with holes
// between them, and how many octets are missing in those: shown as one line when
// there are two holes or more.
func run(lines []smtpparse.Line) (n int, missing int64) {
	first := &lines[0]
	switch first.Kind {
	case smtpparse.LineData, smtpparse.LineTLS, smtpparse.LineUnread, smtpparse.LineSecure:
	default:
		return 1, 0
	}
	holes := 0
	for n = 1; n < len(lines); n++ {
		l := &lines[n]
		if l.From != first.From || l.TLS != first.TLS || l.Kind != first.Kind && l.Kind != smtpparse.LineGap {
			break
		}
		if l.Kind == smtpparse.LineGap {
			holes++
			missing += l.Octets
		}
	}
	if holes < 2 {
		return 1, 0
	}
	return n, missing
}

// line makes an item of a line, or of several as one.
func (l *ladder) line(line *smtpparse.Line, lines []smtpparse.Line, missing int64) {
	if l.before != nil && line.TLS != l.before.TLS {
		l.ours(say(line.TLS, "inside TLS, decrypted") + say(!line.TLS, "outside TLS"))
	}
	it := item{frame: line.Frame, lead: l.lead(line), tail: l.tail()}
	l.before = line
	switch line.Kind {
	case smtpparse.LineCommand, smtpparse.LineReply, smtpparse.LineAuth:
		l.said(&it, line)
	default:
		l.folded(&it, line, lines, missing)
	}
	l.items = append(l.items, it)
}

// said is a line of words. Its hex is that of the record, where secrets are
// masked; a token's is read from the capture.
func (l *ladder) said(it *item, line *smtpparse.Line) {
	text := wireText(line)
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
	return "Frame " + strconv.FormatInt(line.Frame, 10) + ", from the " + line.From
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
func (l *ladder) folded(it *item, line *smtpparse.Line, lines []smtpparse.Line, missing int64) {
	octets, last := int64(0), line.Frame
	for i := range lines {
		if lines[i].Kind == line.Kind {
			octets += lines[i].Octets
		}
		last = max(last, lines[i].Frame, lines[i].Last)
	}
	words := foldedWords[line.Kind]
	switch line.Kind {
	case smtpparse.LineGap:
		size := count(octets, "octet")
		if octets == 0 {
			size = "an unknown number of octets"
		}
		it.text = []span{{bad, "MISSING in the capture: "}, {plain, size}}
		return
	case smtpparse.LineEnd:
		it.text = []span{{quiet, line.From + " ended the connection" + say(line.Text == "RST", " (RST)")}}
		return
	case smtpparse.LineProxy:
		it.text = []span{{quiet, "PROXY header: "}, {plain, line.Text}}
		it.hex = l.textHex(lineTitle(line), line.Text)
		return
	}
	it.text = []span{{quiet, join(", ", words, count(octets, "octet"), say(last > line.Frame, "to frame "+strconv.FormatInt(last, 10)))}}
	if len(lines) > 1 {
		it.text = append(it.text, span{bad, ", " + say(missing > 0, count(missing, "octet")) + say(missing == 0, "some") + " MISSING"})
	}
	if line.Kind == smtpparse.LineData {
		it.enter = l.goToMessage(line.Frame)
	}
	if line.Kind == smtpparse.LineSecure || line.TLS || !l.options.ShowSecrets && (line.Kind == smtpparse.LineUnread || l.nearLogin(line.Frame, last)) {
		return // not as they were sent, or not to be seen
	}
	it.hex = l.lineHex(line.From, line.Frame, last, words)
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

var foldedWords = map[smtpparse.LineKind]string{
	smtpparse.LineData:   "message",
	smtpparse.LineTLS:    "TLS",
	smtpparse.LineUnread: "not understood",
	smtpparse.LineSecure: "inside the SASL security layer",
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

// wireText is a line as it was said.
func wireText(line *smtpparse.Line) string {
	if line.Code == 0 {
		return line.Text
	}
	separator := " "
	if line.More {
		separator = "-"
	}
	return strings.TrimSuffix(fmt.Sprintf("%03d%s%s", line.Code, separator, line.Text), " ")
}

// lineHex reads the octets of a run from the capture and shows them.
func (s *sessionScreen) lineHex(from string, first, last int64, words string) func() tea.Cmd {
	if s.options.Octets == nil {
		return nil
	}
	return func() tea.Cmd {
		read, request := s.options.Octets, OctetsRequest{Session: s.facts, First: first, Last: last}
		s.say(plain, "Reading"+s.theme.marks.ellipsis)
		row := s.row
		return func() tea.Msg {
			octets, err := read(request)
			return runReadMsg{row, from, words, frames(first, last), octets, err}
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
		if o.From == m.from {
			data = append(data, o.Data...)
		}
	}
	title := "From the " + m.from + ", " + m.words + ", " + m.frames + ", " + count(int64(len(data)), "octet")
	if len(data) > shownOctets {
		data = data[:shownOctets]
		title += ", the first " + size(shownOctets)
	}
	d := dump{data: data}
	s.app.pager = &pager{app: s.app, title: title, text: d.all}
}
