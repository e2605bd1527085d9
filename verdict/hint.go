package verdict

import (
	"cmp"
	"time"

	"smtpscope/authtoken"
	"smtpscope/nearby"
	"smtpscope/smtpparse"
)

// hint says what the client asked a KDC for just before, or in, a session that TLS
// hides.
func (ct *Court) hint(s *smtpparse.Session) *Hint {
	near := ct.surroundings()
	if near == nil {
		return nil
	}
	for i := len(near.Requests) - 1; i >= 0; i-- {
		r := &near.Requests[i]
		if !nearby.IsMail(r.Service) || !r.Granted() && !r.Refused() || s.Start.Sub(r.Time) > time.Minute {
			continue
		}
		if c := ct.isAbout(s, nil, r); c == "" || c == Possible {
			continue
		}
		h := &Hint{Frames: append(framesBefore(r), r.Answer.Frame)}
		when := ct.say(" at ", ct.clock(r.Time), " (frame ", ct.number(cmp.Or(r.Frame, r.Answer.Frame), 1), ")")
		if r.Granted() {
			h.Suggests = "kerberos"
			h.Text = ct.say("The client got a ticket for ", ct.wire(cmp.Or(r.Answer.Ticket, r.Service)), " (", authtoken.KerberosEtype(int(r.Answer.TicketEtype)), ")", when, ": this suggests Kerberos inside TLS, and does not prove it")
		} else {
			h.Suggests = "not-kerberos"
			h.Text = ct.say("The client asked the KDC for ", ct.wire(r.Service), when, " and was told ", authtoken.KerberosError(int(r.Answer.ErrorCode)), ": this suggests that it did not use Kerberos inside TLS, and does not prove it")
		}
		return h
	}
	return nil
}

// clock writes a time of day.
func (ct *Court) clock(t time.Time) string { return t.UTC().Format("15:04:05.000") }

// decide says what would decide between causes.
func (ct *Court) decide(causes []Cause) string {
	if len(causes) == 0 || causes[0].Certainty == Seen && causes[0].ID != ClientChose {
		return ""
	}
	near := ct.surroundings()
	first := &causes[0]
	switch first.ID {
	case WrongAccount:
		return "The server's keytab would decide: smtpscope -r FILE --keytab KEYTAB says whether its key opens the ticket; so does the server's log."
	case ServerRefused:
		return "The server's log would decide: it says whether the mechanism could not be run or the ticket was refused."
	case EPA:
		return "The server's log would decide: it tells a wrong password from a missing channel binding (Windows: event 4625, status 0xC000035B)."
	case TargetIsIP:
		return "The client's configuration would decide: which name or address of the server stands there; so would a capture that begins before it asks DNS, after ipconfig /flushdns there."
	case KDCUnreachable:
		return "The client would decide: nltest /dsgetdc:DOMAIN (Windows) or kinit (MIT) there says whether a KDC answers."
	}
	switch {
	case near == nil || !near.SawKerberos:
		return "The client's Kerberos would decide, which is not in this capture: capture on the client, tcpdump -i any -w trace.pcap port 25 or port 587 or port 88 or port 53, after klist purge there."
	case first.ID == ClientChose || first.ID == ClientChoseOther || first.ID == NoTicket:
		return "The client's ticket cache would decide: klist there shows whether it has a ticket for this server already, since it asked for none in this capture."
	case len(first.Others) > 0 && len(near.Names) == 0:
		return "DNS would decide, which does not tell in this capture whether what was asked for is this server: capture port 53 on the client too, after ipconfig /flushdns there."
	}
	return ""
}
