package tui

import (
	"strconv"

	"smtpscope/authtoken"
	"smtpscope/nearby"
)

// A nearbyLine is one thing that a client said beside its session.
type nearbyLine struct {
	frame int64
	text  string
}

// nearbyLines are the requests to KDCs, those that were in vain, and the names.
func nearbyLines(a *nearby.Around) []nearbyLine {
	var lines []nearbyLine
	for i := range a.Requests {
		r := &a.Requests[i]
		lines = append(lines, nearbyLine{r.Frame, r.Kind + "-REQ for " + r.Service + "@" + r.Realm + ": " + kdcAnswer(r.Answer)})
	}
	for i := range a.Unreachable {
		u := &a.Unreachable[i]
		lines = append(lines, nearbyLine{u.Frame, "KDC " + u.KDC.String() + " by " + u.Transport + ": " +
			say(u.Refused, "refused") + say(!u.Refused, "no answer") + ", tries: " + strconv.Itoa(u.Tries)})
	}
	for i := range a.Names {
		n := &a.Names[i]
		lines = append(lines, nearbyLine{n.Frame, "DNS: " + n.Asked + say(n.Canonical != n.Asked, ", an alias of "+n.Canonical) +
			", led to the server" + say(n.Addresses > 1, ", one of "+strconv.Itoa(n.Addresses))})
	}
	return lines
}

func kdcAnswer(a *nearby.Answer) string {
	switch {
	case a == nil:
		return "no answer seen"
	case a.ErrorCode != 0:
		return authtoken.KerberosError(int(a.ErrorCode)) + " (" + frames(a.Frame, 0) + ")"
	}
	return "ticket, " + authtoken.KerberosEtype(int(a.TicketEtype)) + " (" + frames(a.Frame, 0) + ")"
}
