package tui

import (
	"strconv"
	"strings"
	"time"

	"smtpscope/authtoken"
	"smtpscope/nearby"
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
			say(r.Frame > 0, " ("+frames(r.Frame, 0)+")")+say(r.Frame == 0, " (the request was not seen)"), with("takes ", etypes(r.Etypes))))
		if r.Answer == nil {
			row("", time.Time{}, "no answer seen")
		} else {
			row("", r.Answer.Time, kdcAnswer(r))
		}
	}
	for i := range a.Unreachable {
		u := &a.Unreachable[i]
		row("KDC", u.Time, hostPort(u.KDC)+" by "+u.Transport+": "+say(u.Refused, "refused")+say(!u.Refused, "no answer")+", tried "+
			count(int64(u.Tries), "time")+" from "+frames(u.Frame, 0))
	}
	for i := range a.Names {
		n := &a.Names[i]
		row("DNS", n.Time, join(", ", n.Asked, say(n.Canonical != n.Asked, "an alias of "+n.Canonical), "led to the server's address",
			say(n.Addresses > 1, "one of "+strconv.Itoa(n.Addresses)), n.Protocol, frames(n.Frame, 0)))
	}
	for i := range a.Reverse {
		n := &a.Reverse[i]
		row("DNS", n.Time, "the server's address has the name "+n.Name+", "+frames(n.Frame, 0))
	}
	for i := range a.Failures {
		f := &a.Failures[i]
		row("DNS", f.Time, join(", ", f.Asked+" ("+f.Type+") from "+host(f.Server)+": "+f.Error+say(f.Error == "", "no answer"),
			say(f.Tries > 0, "tried "+count(int64(f.Tries), "time")), frames(f.Frame, 0)))
	}
	// What is not there may be the reason that nothing was found.
	if lacks := join(" and ", say(!a.SawKerberos, "messages of this client to a KDC"), say(!a.SawDNS, "answers of name servers to it")); lacks != "" {
		row("not seen", time.Time{}, lacks)
	}
	if !a.Since.IsZero() {
		row("read", time.Time{}, "from "+a.Since.UTC().Format(stampSeconds)+" on")
	}
	return items
}

// kdcAnswer is what the KDC said: an error and what came with it, or a ticket.
func kdcAnswer(r *nearby.Request) string {
	a := r.Answer
	source := " (" + frames(a.Frame, 0) + ")"
	if a.ErrorCode != 0 {
		clock := ""
		if !a.ServerTime.IsZero() {
			clock = a.ServerTime.UTC().Format(stampSeconds)
		}
		return join(", ", authtoken.KerberosError(int(a.ErrorCode))+with(" ", a.ErrorText)+source, with("the KDC's clock ", clock), with("with ", paData(a.PAData)))
	}
	if a.Ticket == "" {
		return "answered, sealed" + source
	}
	return join(", ", "ticket"+say(a.Ticket != r.Service, " for "+a.Ticket)+with(" of ", r.Client)+", "+authtoken.KerberosEtype(int(a.TicketEtype))+source,
		say(a.KVNO != 0, "kvno "+strconv.Itoa(int(a.KVNO))))
}

func etypes(list []int32) string {
	words := make([]string, len(list))
	for i, n := range list {
		words[i] = authtoken.KerberosEtype(int(n))
	}
	return strings.Join(words, " ")
}

// paDataNames are those of what comes with an error (RFC 4120, section 7.5.2; RFC
// 4556, section 3.1.3; RFC 6113, section 5).
var paDataNames = map[int32]string{
	2: "ENC-TIMESTAMP", 3: "PW-SALT", 11: "ETYPE-INFO", 16: "PK-AS-REQ", 19: "ETYPE-INFO2", 133: "FX-COOKIE", 136: "FX-FAST", 138: "ENCRYPTED-CHALLENGE",
}

func paData(list []int32) string {
	words := make([]string, len(list))
	for i, n := range list {
		if words[i] = paDataNames[n]; words[i] == "" {
			words[i] = "padata " + strconv.Itoa(int(n))
		}
	}
	return strings.Join(words, " ")
}
