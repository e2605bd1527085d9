package tui

import (
	"strconv"

	"smtpscope/authtoken"
	"smtpscope/nearby"
)

// besideItems are what the client said to KDCs and name servers around the
// session. Its frames are not those of the dialogue.
func (s *sessionScreen) besideItems() []item {
	a := s.session.Nearby
	if a == nil {
		return nil
	}
	var items []item
	row := func(label, words string) {
		items = append(items, item{
			lead: []span{{quiet, pad("  "+label, 10)}}, tail: []span{{plain, spaces(10)}},
			text: []span{{plain, words}}, name: label,
		})
	}
	for i := range a.Requests {
		r := &a.Requests[i]
		row(r.Kind, join(", ", "for "+r.Service+"@"+r.Realm+" to "+host(r.KDC)+say(r.Frame > 0, " ("+frames(r.Frame, 0)+")"), kdcAnswer(r)))
	}
	for i := range a.Unreachable {
		u := &a.Unreachable[i]
		row("KDC", hostPort(u.KDC)+" by "+u.Transport+": "+say(u.Refused, "refused")+say(!u.Refused, "no answer")+", tried "+
			count(int64(u.Tries), "time")+" from "+frames(u.Frame, 0))
	}
	for i := range a.Names {
		n := &a.Names[i]
		row("DNS", join(", ", n.Asked, say(n.Canonical != n.Asked, "an alias of "+n.Canonical), "led to the server's address",
			say(n.Addresses > 1, "one of "+strconv.Itoa(n.Addresses)), n.Protocol, frames(n.Frame, 0)))
	}
	for i := range a.Reverse {
		row("DNS", "the server's address has the name "+a.Reverse[i].Name+", "+frames(a.Reverse[i].Frame, 0))
	}
	for i := range a.Failures {
		f := &a.Failures[i]
		row("DNS", f.Asked+" ("+f.Type+"): "+f.Error+say(f.Error == "", "no answer, tried "+count(int64(f.Tries), "time"))+", "+frames(f.Frame, 0))
	}
	return items
}

func kdcAnswer(r *nearby.Request) string {
	a := r.Answer
	switch {
	case a == nil:
		return "no answer seen"
	case a.ErrorCode != 0:
		return authtoken.KerberosError(int(a.ErrorCode)) + with(" ", a.ErrorText) + " (" + frames(a.Frame, 0) + ")"
	case a.Ticket == "":
		return "answered, sealed (" + frames(a.Frame, 0) + ")"
	}
	return "ticket" + say(a.Ticket != r.Service, " for "+a.Ticket) + ", " + authtoken.KerberosEtype(int(a.TicketEtype)) + " (" + frames(a.Frame, 0) + ")"
}
