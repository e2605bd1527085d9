package tui

import (
	"slices"
	"strconv"

	"smtpscope/verdict"
	"smtpscope/words"
)

// findingItems are the reasons why it was not Kerberos, what proves the verdict, what
// else was found, the oddities, and what was said beside the session.
func (s *sessionScreen) findingItems() []item {
	l := findingList{screen: s}
	l.verdict(&s.session.Verdict)
	for i, f := range s.session.Findings {
		if i == 0 {
			l.title("Findings")
		}
		l.entry(severityPaint(f.Severity), f.Severity, f.ID, f.Frame, f.Text, f.Next)
	}
	for i, a := range s.session.Anomalies {
		if i == 0 {
			l.title("Oddities")
		}
		l.entry(note, s.theme.marks.bullet, "", a.Frame, join(": ", string(a.Kind), a.Text), "")
	}
	if lacks := words.Lacks(&s.session.Quality); lacks != "" {
		l.title("What the capture lacks")
		l.entry(bad, s.theme.marks.warning, "", 0, lacks, "")
	}
	if beside := s.besideItems(); len(beside) > 0 {
		l.title("Said beside the session")
		l.items = append(l.items, beside...)
	}
	for i, t := range s.together(func(t *verdict.Statement) bool { return ofBoth(t, s.facts.Client.Addr(), s.facts.Server) }) {
		if i == 0 {
			l.title("With other sessions")
		}
		l.entry(note, s.theme.marks.bullet, t.ID, 0, statementText(t), t.Next)
	}
	return l.items
}

// A findingList is the rows of a tab that grows from above.
type findingList struct {
	screen *sessionScreen
	items  []item
}

// verdict is why it was not Kerberos, and what proves what it was.
func (l *findingList) verdict(v *verdict.Verdict) {
	bullet := l.screen.theme.marks.bullet
	for i, c := range v.Causes {
		if i == 0 {
			l.title("Why not Kerberos")
		}
		l.entry(warn, strconv.Itoa(i+1)+".", join(", ", string(c.ID), string(c.Certainty)), c.Frame, c.Text, c.Next, c.Others...)
	}
	if v.Decide != "" {
		l.items = append(l.items, item{
			lead: []span{{accent, "  decide  "}}, tail: []span{{plain, spaces(10)}},
			text: []span{{plain, v.Decide}}, copied: show(v.Decide), advice: true,
		})
	}
	if v.Hint != nil {
		l.title("Hint, which proves nothing")
		l.entry(note, bullet, with("suggests ", v.Hint.Suggests), 0, v.Hint.Text, "", v.Hint.Frames...)
	}
	for i, e := range v.Evidence {
		if i == 0 {
			l.title("Evidence" + with(" that it failed, at last with ", v.FailedMechanism))
		}
		l.entry(plain, bullet, "", e.Frame, e.Text, "")
	}
}

// title begins a part, with an empty row between it and the one before.
func (l *findingList) title(words string) {
	if len(l.items) > 0 {
		l.items = append(l.items, item{})
	}
	l.items = append(l.items, item{text: []span{{strong, words}}})
}

// entry is a sentence with its source in brackets, and what to do below it; frame 0, and
// empty words, are left out.
func (l *findingList) entry(p paint, label, id string, frame int64, text, next string, others ...int64) {
	if frame > 0 {
		others = append(slices.Clone(others), frame)
		slices.Sort(others)
	}
	source := join(", ", id, frameList(others))
	l.items = append(l.items, item{
		lead: []span{{p, "  " + pad(label, 8)}}, tail: []span{{plain, spaces(10)}},
		text: []span{{plain, text}, {quiet, with(" (", source) + say(source != "", ")")}}, frame: frame, enter: l.screen.goToFrame(frame),
	})
	if next != "" {
		l.items = append(l.items, item{
			lead: []span{{plain, spaces(10)}, {accent, "next "}}, tail: []span{{plain, spaces(15)}},
			text: []span{{plain, next}}, frame: frame, copied: show(next), advice: true,
		})
	}
}
