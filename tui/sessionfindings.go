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
	var items []item
	title := func(words string) {
		if len(items) > 0 {
			items = append(items, item{})
		}
		items = append(items, item{text: []span{{strong, words}}})
	}
	entry := func(p paint, label, id string, frame int64, text, next string, others ...int64) {
		if frame > 0 {
			others = append(slices.Clone(others), frame)
			slices.Sort(others)
		}
		source := join(", ", id, frameList(others))
		items = append(items, item{
			lead: []span{{p, "  " + pad(label, 8)}}, tail: []span{{plain, spaces(10)}},
			text: []span{{plain, text}, {quiet, with(" (", source) + say(source != "", ")")}}, frame: frame, enter: s.goToFrame(frame),
		})
		if next != "" {
			items = append(items, item{
				lead: []span{{plain, spaces(10)}, {accent, "next "}}, tail: []span{{plain, spaces(15)}},
				text: []span{{plain, next}}, frame: frame, copied: show(next), advice: true,
			})
		}
	}
	v := &s.session.Verdict
	for i, c := range v.Causes {
		if i == 0 {
			title("Why not Kerberos")
		}
		entry(warn, strconv.Itoa(i+1)+".", join(", ", string(c.ID), string(c.Certainty)), c.Frame, c.Text, c.Next, c.Others...)
	}
	if v.Decide != "" {
		items = append(items, item{
			lead: []span{{accent, "  decide  "}}, tail: []span{{plain, spaces(10)}},
			text: []span{{plain, v.Decide}}, copied: show(v.Decide), advice: true,
		})
	}
	if v.Hint != nil {
		title("Hint, which proves nothing")
		entry(note, s.theme.marks.bullet, with("suggests ", v.Hint.Suggests), 0, v.Hint.Text, "", v.Hint.Frames...)
	}
	for i, e := range v.Evidence {
		if i == 0 {
			title("Evidence" + with(" that it failed, at last with ", v.FailedMechanism))
		}
		entry(plain, s.theme.marks.bullet, "", e.Frame, e.Text, "")
	}
	for i, f := range s.session.Findings {
		if i == 0 {
			title("Findings")
		}
		entry(severityPaint(f.Severity), f.Severity, f.ID, f.Frame, f.Text, f.Next)
	}
	for i, a := range s.session.Anomalies {
		if i == 0 {
			title("Oddities")
		}
		entry(note, s.theme.marks.bullet, "", a.Frame, join(": ", string(a.Kind), a.Text), "")
	}
	if lacks := words.Lacks(&s.session.Quality); lacks != "" {
		title("What the capture lacks")
		entry(bad, s.theme.marks.warning, "", 0, lacks, "")
	}
	if beside := s.besideItems(); len(beside) > 0 {
		title("Said beside the session")
		items = append(items, beside...)
	}
	for i, t := range s.together(func(t *verdict.Statement) bool { return ofBoth(t, s.facts.Client.Addr(), s.facts.Server) }) {
		if i == 0 {
			title("With other sessions")
		}
		entry(note, s.theme.marks.bullet, t.ID, 0, statementText(t), t.Next)
	}
	return items
}
