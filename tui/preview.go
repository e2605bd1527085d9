package tui

import (
	"cmp"
	"strconv"

	"smtpscope/filter"
	"smtpscope/inspect"
	"smtpscope/verdict"
	"smtpscope/words"
)

// previewRows is the chosen session in short: what the verdict is, what proves
// it, why it was not Kerberos and what to do.
func (s *sessionsScreen) previewRows(width, height int) []string {
	if height <= 0 {
		return nil
	}
	row := s.roll.selected
	if row < 0 {
		return s.filled(nil, width, height)
	}
	f := s.roll.snap.at(row)
	session, heavy := s.read(row)
	var text [][]span
	switch {
	case heavy:
		text = [][]span{s.previewHead(f), {{quiet, "A long session: Enter opens it."}}}
	case session == nil:
		text = [][]span{s.previewHead(f), {{bad, "This session cannot be unpacked."}}}
	default:
		text = s.previewText(f, session, width-2, height)
	}
	rows := make([]string, 0, height)
	for _, t := range text {
		rows = append(rows, s.theme.line(width).to(1).spans(t).String())
	}
	return s.filled(rows, width, height)
}

func (a *app) previewHead(f *filter.Facts) []span {
	t := a.theme
	return []span{
		{strong, "#" + strconv.FormatInt(f.ID, 10) + "  "},
		{statePaint(stateOf(f), f.Clear), t.marks.stateWords(f) + say(f.Clear, " (clear)")},
		{quiet, "  " + hostPort(f.Client) + " " + t.marks.arrow + " " + hostPort(f.Server) +
			say(f.Open, "  open "+a.lasted(f)) + "  " + words.Second(utc(f.Start))},
	}
}

// roomyPreview is the height, in rows, from which there is room for what would
// decide between causes.
const roomyPreview = 10

// previewText lays out what fits: the evidence gets what the rest leaves.
func (s *sessionsScreen) previewText(f *filter.Facts, session *inspect.Session, width, height int) [][]span {
	v := &session.Verdict
	text := wrap(s.previewHead(f), width, 4, 2, s.theme.marks.ellipsis)
	text = append(text, wrap([]span{{strong, cmp.Or(v.Text, string(v.State))}}, width, 0, 3, s.theme.marks.ellipsis)...)
	room := height - len(text)

	// At least two rows of the evidence are shown, and of the advice as much as
	// the rest of the room holds.
	proof := min(len(v.Evidence), 2)
	more := s.adviceText(f, v, width)
	var why [][]span
	if len(v.Causes) > 0 {
		why = s.causeText(v.Causes, width, max(room-len(more)-proof, 2))
	}
	text = append(text, s.evidenceText(v.Evidence, width, max(room-len(why)-len(more), 1))...)
	text = append(append(text, why...), more...)
	if v.Decide != "" && height >= roomyPreview {
		text = append(text, wrap([]span{{accent, "decide "}, {plain, v.Decide}}, width, 7, 2, s.theme.marks.ellipsis)...)
	}
	for _, found := range session.Findings {
		text = append(text, wrap([]span{{severityPaint(found.Severity), pad(found.Severity, 7)}, {plain, found.Text}}, width, 7, 2, s.theme.marks.ellipsis)...)
	}
	return text[:min(len(text), height)]
}

// adviceText says what suggests how it was under TLS, which port to use, and what
// the capture lacks.
func (s *sessionsScreen) adviceText(f *filter.Facts, v *verdict.Verdict, width int) [][]span {
	var text [][]span
	if v.Hint != nil {
		text = wrap([]span{{note, "hint "}, {plain, v.Hint.Text}}, width, 5, 3, s.theme.marks.ellipsis)
	}
	if v.State != verdict.Kerberos && v.State != verdict.IAKERB {
		if advice := s.census.advice(f.Server); advice != "" {
			text = append(text, wrap([]span{{accent, "port "}, {plain, advice}}, width, 5, 2, s.theme.marks.ellipsis)...)
		}
		// A statement about one port says what the advice says.
		for _, t := range s.together(func(t *verdict.Statement) bool { return t.Port == 0 && ofBoth(t, f.Client.Addr(), f.Server) }) {
			text = append(text, wrap([]span{{warn, "also "}, {plain, statementText(t)}}, width, 5, 2, s.theme.marks.ellipsis)...)
		}
	}
	if words := lostWords(f); words != "" {
		text = append(text, wrap([]span{{bad, "lost "}, {plain, words}}, width, 5, 1, s.theme.marks.ellipsis)...)
	}
	return text
}

func (s *sessionsScreen) evidenceText(list []verdict.Evidence, width, room int) [][]span {
	var text [][]span
	for i, e := range list {
		if len(text) == room-1 && i < len(list)-1 {
			return append(text, []span{{quiet, s.theme.marks.ellipsis + " " + strconv.Itoa(len(list)-i) + " more"}})
		}
		if len(text) >= room {
			break
		}
		label := "      "
		if e.Frame > 0 {
			label = "frame " + strconv.FormatInt(e.Frame, 10)
		}
		row := wrap([]span{{quiet, label + "  "}, {plain, e.Text}}, width, columns(label)+2, 1, s.theme.marks.ellipsis)
		text = append(text, row...)
	}
	return text
}

// causeText is the likeliest cause. What is not certain says so.
func (s *sessionsScreen) causeText(list []verdict.Cause, width, limit int) [][]span {
	c := &list[0]
	source := join(", ", say(c.Certainty != verdict.Seen, string(c.Certainty)), say(c.Frame > 0, frames(c.Frame, 0)),
		say(len(list) > 1, "the likeliest of "+strconv.Itoa(len(list))))
	text := wrap([]span{{warn, "why  "}, {plain, c.Text + with(" (", source) + say(source != "", ")")}}, width, 5, max(min(limit-1, 3), 1), s.theme.marks.ellipsis)
	if c.Next != "" && limit > len(text) {
		text = append(text, wrap([]span{{accent, "next "}, {plain, c.Next}}, width, 5, limit-len(text), s.theme.marks.ellipsis)...)
	}
	return text
}
