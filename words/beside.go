package words

import (
	"cmp"
	"strconv"
	"strings"

	"smtpscope/authtoken"
	"smtpscope/nearby"
)

// KDCAnswer is what a KDC said to a request: an error or a ticket.
func KDCAnswer(r *nearby.Request) string {
	a := r.Answer
	if a == nil {
		return "no answer seen"
	}
	source := " (" + Frames(a.Frame, 0) + ")"
	switch {
	case a.ErrorCode != 0:
		return authtoken.KerberosError(int(a.ErrorCode)) + With(" ", a.ErrorText) + With(", ", a.NTStatus) + source
	case a.Ticket == "":
		return "answered, sealed" + source
	}
	return "ticket" + If(a.Ticket != r.Service, " for "+a.Ticket) + ", " + authtoken.KerberosEtype(int(a.TicketEtype)) + source
}

// KDCAnswerDetails is what came with the answer; empty for nothing.
func KDCAnswerDetails(a *nearby.Answer) string {
	if a.ErrorCode == 0 {
		return If(a.KVNO != 0, "kvno "+strconv.Itoa(int(a.KVNO)))
	}
	return Join(", ", With("the KDC's clock ", Second(a.ServerTime)), With("with ", paData(a.PAData)))
}

// paDataNames are those of what comes with an error (RFC 4120, section 7.5.2; RFC
// 4556, section 3.1.3; RFC 6113, section 5). With an error, PW-SALT is no salt but
// KERB_EXT_ERROR ([MS-KILE] 2.2.1).
var paDataNames = map[int32]string{
	2: "ENC-TIMESTAMP", 3: "EXT-ERROR", 11: "ETYPE-INFO", 16: "PK-AS-REQ", 19: "ETYPE-INFO2", 133: "FX-COOKIE", 136: "FX-FAST", 138: "ENCRYPTED-CHALLENGE",
}

func paData(list []int32) string {
	names := make([]string, len(list))
	for i, n := range list {
		names[i] = cmp.Or(paDataNames[n], "padata "+strconv.Itoa(int(n)))
	}
	return strings.Join(names, " ")
}

// Etypes are encryption types by name.
func Etypes(list []int32) string {
	names := make([]string, len(list))
	for i, n := range list {
		names[i] = authtoken.KerberosEtype(int(n))
	}
	return strings.Join(names, " ")
}

// Unreachable is a KDC that was asked in vain.
func Unreachable(u *nearby.Unreachable) string {
	return u.KDC.String() + " by " + u.Transport + With(" in realm ", u.Realm) + ": " + fateOf(u) + ", tried " + Count(int64(u.Tries), "time") + " from " + Frames(u.Frame, 0)
}

func fateOf(u *nearby.Unreachable) string {
	switch {
	case u.ICMP != nil:
		return u.ICMP.Words() + ", says " + u.ICMP.From.String() + " (ICMP, " + Frames(u.ICMP.Frame, 0) + ")"
	case u.Taken && u.Refused:
		return "took the connection and reset it"
	case u.Taken:
		return "took the connection and did not answer"
	case u.Refused:
		return "refused"
	}
	return "no answer"
}

// LedToServer is an answer of DNS that did.
func LedToServer(n *nearby.Name) string {
	return Join(", ", n.Asked, If(n.Canonical != n.Asked, "an alias of "+n.Canonical), "led to the server's address",
		If(n.Addresses > 1, "one of "+strconv.Itoa(n.Addresses)), n.Protocol, Frames(n.Frame, 0))
}

// ServersName is the name that DNS has for the server's address.
func ServersName(n *nearby.ReverseName) string {
	return "the server's address has the name " + n.Name + ", " + Frames(n.Frame, 0)
}

// InVain is what came of a question to DNS that brought nothing.
func InVain(f *nearby.Failure) string {
	return Join(", ", cmp.Or(f.Error, "no answer"), If(f.Tries > 0, "tried "+Count(int64(f.Tries), "time")), Frames(f.Frame, 0))
}
