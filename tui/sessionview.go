package tui

import (
	"cmp"
	"strconv"
)

func (s *sessionScreen) view(width, height int) []string {
	t := s.theme
	rows := []string{t.line(width).to(1).spans(s.previewHead(s.facts)).String()}
	if s.session == nil {
		words := "Unpacking" + t.marks.ellipsis
		if s.err != nil {
			words = s.err.Error()
		}
		return append(rows, s.centred(width, height-1, []string{words})...)
	}
	v := &s.session.Verdict
	sentence := wrap([]span{{strong, cmp.Or(v.Text, string(v.State))}}, width-2, 0, 2, t.marks.ellipsis)
	for _, r := range sentence {
		rows = append(rows, t.line(width).to(1).spans(r).String())
	}
	rows = append(rows, s.tabLine(width), s.openRule(width))
	s.paneTop = len(rows)
	height -= len(rows)
	if s.tab == tabAuth && len(s.session.Auth) > 0 {
		return append(rows, s.authView(width, height)...)
	}
	return append(rows, s.paneView(width, height)...)
}

// openRule is the rule below the tabs. Of an open session it says that it is.
func (s *sessionScreen) openRule(width int) string {
	if !s.session.Open {
		return s.rule(width, "")
	}
	return s.rule(width, s.theme.marks.open+" open "+s.lasted(s.facts)+say(s.pane().atEnd(), ", following"))
}

// nothingHere says why the tab is empty. What TLS hides may have been there.
func (s *sessionScreen) nothingHere() string {
	if t := s.session.TLS; t != nil && !t.Decrypted && (s.tab == tabAuth || s.tab == tabMessages) {
		return "TLS hides what followed."
	}
	return nothing[s.tab]
}

// nothing is what a tab without items says.
var nothing = [tabs]string{
	"Nothing was said.", "No attempt to log in.", "No EHLO was answered.", "No mail was given.",
	"", "Nothing was found besides the verdict.",
}

func (s *sessionScreen) paneView(width, height int) []string {
	p := s.pane()
	if len(p.all) == 0 {
		return s.centred(width, height, []string{s.nothingHere()})
	}
	return p.view(s.theme, width, height)
}

func (s *sessionScreen) tabLine(width int) string {
	l := s.theme.line(width)
	found := len(s.session.Findings) + len(s.session.Anomalies) + len(s.session.Verdict.Causes)
	if s.session.Verdict.Hint != nil {
		found++
	}
	numbers := [tabs]int{
		tabAuth: len(s.session.Auth), tabMessages: len(s.session.Messages),
		tabFindings: found,
	}
	// By the width alone, so that tabs stand still from session to session.
	const roomForNames, roomForNumbers = 88, 72
	names := tabNames
	if width < roomForNames {
		names = shortNames
	}
	s.zones = s.zones[:0]
	for i, name := range names {
		text := strconv.Itoa(i+1) + " " + name + say(numbers[i] > 0 && width >= roomForNumbers, " ("+strconv.Itoa(numbers[i])+")")
		from := l.col
		if i == s.tab {
			l.put(tabOn, "["+text+"]")
		} else {
			l.put(quiet, " "+text+" ")
		}
		s.zones = append(s.zones, tabZone{from, l.col, i})
	}
	return l.String()
}
