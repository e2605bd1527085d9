package report

import (
	"net/netip"

	"smtpscope/nearby"
	"smtpscope/verdict"
)

func appendFrame(b []byte, frame *int64) []byte { return appendInt(b, *frame) }

func appendNumber(b []byte, n *int32) []byte { return appendInt(b, int64(*n)) }

func addrPortMember(b []byte, name string, a netip.AddrPort) []byte {
	text, _ := a.MarshalText() // it has no errors
	return stringMember(b, name, string(text))
}

func appendAddr(b []byte, a *netip.Addr) []byte { return appendString(b, a.String()) }

func appendHint(b []byte, h *verdict.Hint) []byte {
	start := len(b)
	b = stringMember(b, `,"suggests":`, h.Suggests)
	b = stringMember(b, `,"text":`, h.Text)
	b = listMember(b, `,"frames":`, h.Frames, appendFrame)
	return endObject(b, start)
}

func appendAround(b []byte, a *nearby.Around) []byte {
	start := len(b)
	b = optionalList(b, `,"requests":`, a.Requests, appendRequest)
	b = optionalList(b, `,"unreachable":`, a.Unreachable, appendUnreachable)
	b = optionalList(b, `,"names":`, a.Names, appendResolved)
	b = optionalList(b, `,"reverse_names":`, a.Reverse, appendReverse)
	b = optionalList(b, `,"failures":`, a.Failures, appendFailure)
	b = boolMember(b, `,"saw_kerberos":`, a.SawKerberos)
	b = boolMember(b, `,"saw_dns":`, a.SawDNS)
	b = appendTime(append(b, `,"since":`...), a.Since)
	return endObject(b, start)
}

func appendRequest(b []byte, r *nearby.Request) []byte {
	start := len(b)
	b = stringMember(b, `,"kind":`, r.Kind)
	b = intMember(b, `,"frame":`, r.Frame)
	b = appendTime(append(b, `,"time":`...), r.Time)
	b = optionalString(b, `,"client":`, r.Client)
	b = stringMember(b, `,"service":`, r.Service)
	b = stringMember(b, `,"realm":`, r.Realm)
	b = optionalList(b, `,"etypes":`, r.Etypes, appendNumber)
	b = addrPortMember(b, `,"kdc":`, r.KDC)
	b = stringMember(b, `,"transport":`, r.Transport)
	b = optionalObject(b, `,"answer":`, r.Answer, appendAnswer)
	return endObject(b, start)
}

func appendAnswer(b []byte, a *nearby.Answer) []byte {
	start := len(b)
	b = intMember(b, `,"frame":`, a.Frame)
	b = appendTime(append(b, `,"time":`...), a.Time)
	b = optionalInt(b, `,"error_code":`, int64(a.ErrorCode))
	b = optionalString(b, `,"error_text":`, a.ErrorText)
	b = optionalTime(b, `,"server_time":`, a.ServerTime)
	b = optionalList(b, `,"padata":`, a.PAData, appendNumber)
	b = optionalString(b, `,"nt_status":`, a.NTStatus)
	b = optionalString(b, `,"ticket":`, a.Ticket)
	b = optionalInt(b, `,"ticket_etype":`, int64(a.TicketEtype))
	b = optionalInt(b, `,"kvno":`, int64(a.KVNO))
	return endObject(b, start)
}

func appendUnreachable(b []byte, u *nearby.Unreachable) []byte {
	start := len(b)
	b = addrPortMember(b, `,"kdc":`, u.KDC)
	b = stringMember(b, `,"transport":`, u.Transport)
	b = optionalString(b, `,"realm":`, u.Realm)
	b = intMember(b, `,"frame":`, u.Frame)
	b = appendTime(append(b, `,"time":`...), u.Time)
	b = intMember(b, `,"tries":`, u.Tries)
	b = optionalBool(b, `,"taken":`, u.Taken)
	b = optionalBool(b, `,"refused":`, u.Refused)
	b = optionalObject(b, `,"icmp":`, u.ICMP, appendICMP)
	return endObject(b, start)
}

func appendICMP(b []byte, i *nearby.ICMP) []byte {
	start := len(b)
	b = intMember(b, `,"frame":`, i.Frame)
	b = stringMember(b, `,"from":`, i.From.String())
	b = stringMember(b, `,"error":`, i.Error)
	return endObject(b, start)
}

func appendResolved(b []byte, n *nearby.Name) []byte {
	start := len(b)
	b = intMember(b, `,"frame":`, n.Frame)
	b = appendTime(append(b, `,"time":`...), n.Time)
	b = stringMember(b, `,"asked":`, n.Asked)
	b = stringMember(b, `,"canonical":`, n.Canonical)
	b = intMember(b, `,"addresses":`, n.Addresses)
	b = optionalString(b, `,"protocol":`, n.Protocol)
	return endObject(b, start)
}

func appendReverse(b []byte, n *nearby.ReverseName) []byte {
	start := len(b)
	b = intMember(b, `,"frame":`, n.Frame)
	b = appendTime(append(b, `,"time":`...), n.Time)
	b = stringMember(b, `,"name":`, n.Name)
	return endObject(b, start)
}

func appendFailure(b []byte, f *nearby.Failure) []byte {
	start := len(b)
	b = intMember(b, `,"frame":`, f.Frame)
	b = appendTime(append(b, `,"time":`...), f.Time)
	b = stringMember(b, `,"asked":`, f.Asked)
	b = stringMember(b, `,"type":`, f.Type)
	b = optionalString(b, `,"error":`, f.Error)
	b = optionalInt(b, `,"tries":`, int64(f.Tries))
	b = addrPortMember(b, `,"server":`, f.Server)
	return endObject(b, start)
}

func appendAcross(b []byte, a *verdict.Statement) []byte {
	start := len(b)
	b = stringMember(b, `,"id":`, a.ID)
	b = stringMember(b, `,"server":`, a.Server.String())
	b = optionalInt(b, `,"port":`, a.Port)
	b = optionalList(b, `,"clients":`, a.Clients, appendAddr)
	b = stringMember(b, `,"text":`, a.Text)
	b = stringMember(b, `,"next":`, a.Next)
	b = listMember(b, `,"frames":`, a.Frames, appendFrame)
	return endObject(b, start)
}
