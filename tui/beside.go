package tui

import (
	"smtpscope/words"
	"time"
)

// besideItems are what the client said to KDCs and name servers around the
// session, and when. Its frames are not those of the dialogue.
func (s *sessionScreen) besideItems() []item {
	a := s.session.Nearby
	if a == nil {
		return nil
	}
	var items []item
	row := func(label string, at time.Time, words string) {
		when := s.since(at)
		lead := pad("  "+label, 12) + spaces(offsetWidth-columns(when)) + when + "  "
		items = append(items, item{
			lead: []span{{quiet, lead}}, tail: []span{{plain, spaces(columns(lead))}},
			text: []span{{plain, words}}, name: label, copied: show(words),
		})
	}
	for i := range a.Requests {
		r := &a.Requests[i]
		asked := time.Time{}
		if r.Frame > 0 {
			asked = r.Time
		}
		row(r.Kind, asked, join(", ", "for "+r.Service+"@"+r.Realm+with(" as ", r.Client)+" to "+host(r.KDC)+" by "+r.Transport+
			say(r.Frame > 0, " ("+frames(r.Frame, 0)+")")+say(r.Frame == 0, " (the request was not seen)"), with("takes ", words.Etypes(r.Etypes))))
		if r.Answer == nil {
			row("", time.Time{}, words.KDCAnswer(r))
		} else {
			row("", r.Answer.Time, join(", ", words.KDCAnswer(r), words.KDCAnswerDetails(r.Answer)))
		}
	}
	for i := range a.Unreachable {
		u := &a.Unreachable[i]
		row("KDC", u.Time, words.Unreachable(u))
	}
	for i := range a.Names {
		n := &a.Names[i]
		row("DNS", n.Time, words.LedToServer(n))
	}
	for i := range a.Reverse {
		n := &a.Reverse[i]
		row("DNS", n.Time, words.ServersName(n))
	}
	for i := range a.Failures {
		f := &a.Failures[i]
		row("DNS", f.Time, f.Asked+" ("+f.Type+") from "+host(f.Server)+": "+words.InVain(f))
	}
	// What is not there may be the reason that nothing was found.
	if lacks := join(" and ", say(!a.SawKerberos, "messages of this client to a KDC"), say(!a.SawDNS, "answers of name servers to it")); lacks != "" {
		row("not seen", time.Time{}, lacks)
	}
	if !a.Since.IsZero() {
		row("read", time.Time{}, "from "+words.Second(a.Since)+" on")
	}
	return items
}
