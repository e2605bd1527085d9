package tui

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"smtpscope/verdict"
)

// together are the statements about several sessions that are about something, as far
// as they are known.
func (a *app) together(about func(*verdict.Statement) bool) (list []*verdict.Statement) {
	all := a.progress.across()
	for i := range all {
		if about(&all[i]) {
			list = append(list, &all[i])
		}
	}
	return list
}

// ofServer tells that a statement is about a server's port, or about all of them.
func ofServer(s *verdict.Statement, at netip.AddrPort) bool {
	return s.Server == at.Addr() && (s.Port == 0 || s.Port == at.Port())
}

// ofClient tells that a statement names a client among those that stand out.
func ofClient(s *verdict.Statement, client netip.Addr) bool {
	return slices.Contains(s.Clients, client)
}

// ofBoth tells that what a statement says of a server's port is said of a client
// there, too.
func ofBoth(s *verdict.Statement, client netip.Addr, at netip.AddrPort) bool {
	return ofServer(s, at) && (len(s.Clients) == 0 || ofClient(s, client))
}

// statementText is a statement with the frames that it rests on, where it does not
// name them itself.
func statementText(s *verdict.Statement) string {
	if len(s.Frames) == 0 || strings.Contains(s.Text, "frame ") {
		return s.Text
	}
	return s.Text + " (" + frameList(s.Frames) + ")"
}

// frameList names frames, the first of many.
func frameList(list []int64) string {
	const most = 6
	switch len(list) {
	case 0:
		return ""
	case 1:
		return frames(list[0], 0)
	}
	words := make([]string, min(len(list), most))
	for i := range words {
		words[i] = strconv.FormatInt(list[i], 10)
	}
	return "frames " + strings.Join(words, ", ") + say(len(list) > most, " and others")
}

// togetherText lays out statements: what they say, and what to do.
func (a *app) togetherText(list []*verdict.Statement, width int) (text [][]span) {
	m := a.theme.marks
	for _, s := range list {
		label := span{warn, "also "}
		if s.Port != 0 {
			label = span{accent, "port "}
		}
		text = append(text, wrap([]span{label, {strong, statementText(s)}}, width, 5, 3, m.ellipsis)...)
		if s.Next != "" {
			text = append(text, wrap([]span{{accent, "next "}, {plain, s.Next}}, width, 5, 3, m.ellipsis)...)
		}
	}
	return text
}
