package verdict

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"smtpscope/authtoken"
	"smtpscope/smtpparse"
)

// The codes of KRB-ERROR that are causes (RFC 4120, section 7.5.9).
const (
	errEtypeNoSupp  = 14 // KDC_ERR_ETYPE_NOSUPP
	errBadIntegrity = 31 // KRB_AP_ERR_BAD_INTEGRITY: what MIT says where Windows says 41
	errTktExpired   = 32 // KRB_AP_ERR_TKT_EXPIRED
	errTktNYV       = 33 // KRB_AP_ERR_TKT_NYV: not yet valid
	errNotUs        = 35 // KRB_AP_ERR_NOT_US
	errSkew         = 37 // KRB_AP_ERR_SKEW
	errModified     = 41 // KRB_AP_ERR_MODIFIED
	errBadKeyVer    = 44 // KRB_AP_ERR_BADKEYVER
	errNoKey        = 45 // KRB_AP_ERR_NOKEY
)

// kerberosErrors reads the KRB-ERROR of each attempt: the one kind of cause that
// the server itself states.
func (in *inquiry) kerberosErrors() {
	for _, a := range in.tries {
		if a.Kerberos == nil || a.Kerberos.ErrorCode == 0 || accepted(a) && !sentNTLM(a) {
			continue
		}
		if c, ok := in.kerberosErrorCause(in.session, a); ok {
			in.blame(c)
		}
	}
}

func (ct *Court) kerberosErrorCause(s *smtpparse.Session, a *smtpparse.Auth) (Cause, bool) {
	k := a.Kerberos
	c := Cause{Certainty: Seen, Frame: cmp.Or(ct.marksOf(a).krbError, a.LastFrame)}
	spn := ct.serviceName(s, a)
	answered := ct.say("The server answered the ticket", ct.ticketFor(a), " with ", ct.kerberosError(k))
	switch k.ErrorCode {
	case errModified, errBadIntegrity, errNotUs:
		c.ID = WrongAccount
		c.Text = ct.say(answered, ": it has another key than the one that the ticket was made for, as when the SPN sits on another account than the one that runs the mail server, or its password or keytab was changed")
		c.Next = ct.wrongAccountNext(s, spn)
	case errBadKeyVer, errNoKey:
		c.ID = WrongAccount
		c.Text = ct.say(answered, ": it has no key of the ticket's version, as when a keytab is older than the account's password or the SPN sits on another account")
		c.Next = ct.wrongAccountNext(s, spn)
	case errSkew:
		c.ID = ClockSkew
		c.Text = ct.say(answered, ": the clocks of client and server are too far apart", ct.clocks(a))
		c.Next = ct.say(ct.clientsClock(a), "Compare the clocks of client, server and domain controller (five minutes are allowed): w32tm /query /status and w32tm /resync on Windows, chronyc tracking elsewhere.")
	case errEtypeNoSupp:
		c.ID = Etype
		c.Text = ct.say(answered, ": it does not take the ticket's encryption type", ct.inBrackets(k.TicketEtype))
		c.Next = ct.say("Give client and server a type that both take. ", ct.keyTypesNext(s, spn))
	case errTktExpired:
		c.ID = Expired
		c.Text = ct.say(answered, ": the client used a ticket past its end")
		c.Next = "Run klist on the client to see the tickets' end times, then klist purge (kdestroy and kinit elsewhere) and try again; a service has to renew its tickets itself. If the times look right, compare the clocks: w32tm /query /status."
	case errTktNYV:
		c.ID = Expired
		c.Text = ct.say(answered, ": by the server's clock the ticket is not valid yet", ct.clocks(a))
		c.Next = "Compare the clocks of server and domain controller: w32tm /query /status; then klist purge on the client."
	default:
		return Cause{}, false
	}
	return c, true
}

// clocks sets the server's time in the KRB-ERROR beside the time of the packet, or,
// where a keytab opened the ticket, beside the client's own. Else that is not known,
// so no clock is named as the wrong one.
func (ct *Court) clocks(a *smtpparse.Auth) string {
	server, packet, ok := ct.clockTimes(a)
	if !ok {
		return ""
	}
	const layout = "2006-01-02 15:04:05Z"
	if o := a.Kerberos.Opened; o != nil && !o.ClientTime.IsZero() {
		return ct.say(" (the client's clock said ", o.ClientTime.UTC().Format(layout), ", the server's ", server.Format(layout), ", ", server.Sub(o.ClientTime).Abs().Round(time.Second).String(), " apart)")
	}
	how := "which agrees with it"
	switch offset := server.Sub(packet).Round(time.Second); {
	case offset > time.Second:
		how = ct.say(offset.String(), " behind it")
	case offset < -time.Second:
		how = ct.say(offset.Abs().String(), " ahead of it")
	}
	return ct.say(" (the server's clock said ", server.Format(layout), "; the capture's clock said ", packet.Format(layout), ", ", how, ")")
}

// clientsClock points at the client's clock when the server and the capturing
// machine agree.
func (ct *Court) clientsClock(a *smtpparse.Auth) string {
	server, packet, ok := ct.clockTimes(a)
	if !ok || server.Sub(packet).Abs() > time.Minute {
		return ""
	}
	return "Look at the client's clock first (unless the capture was made on the server, two clocks agree against it). "
}

// clockTimes are the server's time in the KRB-ERROR and the time of its packet.
func (ct *Court) clockTimes(a *smtpparse.Auth) (server, packet time.Time, ok bool) {
	frame := ct.marksOf(a).krbError
	for i := range a.Steps {
		if a.Steps[i].Frame == frame {
			packet = a.Steps[i].Time
			break
		}
	}
	server = a.Kerberos.ServerTime
	return server.UTC(), packet.UTC(), !server.IsZero() && !packet.IsZero()
}

// serverSelectedNTLM: the client put Kerberos first and sent a ticket, and the
// server's choice was NTLMSSP.
func (in *inquiry) serverSelectedNTLM() {
	for _, a := range in.tries {
		if preferredKerberos(a) && triedKerberos(a) {
			in.selectedNTLM(a)
			return
		}
	}
}

// serverPreferredNTLM: so, but without a ticket. What a KDC refused before explains
// more.
func (in *inquiry) serverPreferredNTLM() {
	for _, a := range in.tries {
		if preferredKerberos(a) {
			in.selectedNTLM(a)
			return
		}
	}
}

// preferredKerberos tells that the server's choice of NTLMSSP was not the client's.
func preferredKerberos(a *smtpparse.Auth) bool {
	return selectedNTLM(a) && len(a.SPNEGO.MechTypes) > 0 && kerberosMech(a.SPNEGO.MechTypes[0])
}

func (in *inquiry) selectedNTLM(a *smtpparse.Auth) {
	text := "The client put Kerberos first, and the server selected NTLM"
	if a.Kerberos != nil && a.Kerberos.APReq {
		text = in.say("The client sent a ticket", in.ticketFor(a), ", and the server selected NTLM instead")
	}
	in.blame(Cause{
		ID: ServerRefused, Certainty: Seen, Text: text, Frame: cmp.Or(in.marksOf(a).negTokenResp, a.LastFrame),
		Next: in.say("See whether the server can use Kerberos at all: it must be in the domain or have a keytab, and hold the key of ", in.spn(), ". ", in.wrongAccountNext(in.session, in.spn())),
	})
}

// serverRefusedGSS: the verb itself was refused. 503 tells of the order of
// commands, 530 and 538 of TLS, 501 of syntax: none of them of Kerberos.
func (in *inquiry) serverRefusedGSS() {
	for _, a := range in.tries {
		if !carriesGSS(a.Mechanism) || a.Outcome != smtpparse.Rejected || clientSentToken(a) || triedKerberos(a) || a.Gap {
			continue
		}
		switch a.ReplyCode {
		case 501, 503, 530, 538:
			continue
		}
		in.blame(Cause{
			ID: ServerRefused, Certainty: Seen, Frame: a.LastFrame,
			Text: in.say("The server refused ", in.command(a), " with ", in.replyCode(a), " before the client sent a token"),
			Next: in.refusedVerbNext(in.session),
		})
		return
	}
}

// ticketRefused: 535 or 454 for a ticket, and no word why. Where the server answered the
// ticket with anything of Kerberos (AP-REP, a security layer), it could read it,
// and the key is right.
func (in *inquiry) ticketRefused() {
	for _, a := range in.tries {
		k := a.Kerberos
		if k == nil || !k.APReq || k.APRep || k.ErrorCode != 0 || a.SASLLayer != nil || selectedNTLM(a) {
			continue
		}
		rejected := a.SPNEGO != nil && a.SPNEGO.NegState == "reject"
		if accepted(a) || a.ReplyCode != 535 && a.ReplyCode != 454 && !rejected {
			continue
		}
		wrong := in.refusedTicket(a)
		if a.Mechanism == "" || strings.EqualFold(a.Mechanism, "GSSAPI") || serverSentToken(a) {
			in.blame(wrong)
			return
		}
		// It may not be able to run the mechanism: nothing is known of its key.
		in.blame(in.mechanismNotRun(a))
		if wrong.Certainty == Inferred {
			wrong.Certainty = Possible
			wrong.Text = in.say("The server refused the ticket", in.ticketFor(a), " without saying why; if it can run ", in.wire(a.Mechanism), ", its key may not be the one that the ticket was made for (SPN on another account, old keytab)")
		}
		in.blame(wrong)
		return
	}
}

// refusedTicket puts into words that a ticket was refused, with what a keytab says of it.
func (in *inquiry) refusedTicket(a *smtpparse.Auth) Cause {
	c := Cause{ID: WrongAccount, Certainty: Inferred, Frame: a.LastFrame, Next: in.wrongAccountNext(in.session, in.serviceName(in.session, a))}
	refused := in.say("The server refused the ticket", in.ticketFor(a))
	switch o := a.Kerberos.Opened; {
	case o != nil && o.Fault == authtoken.FaultWrongKey:
		c.Certainty = Seen
		c.Text = in.say(refused, ", and the keytab given does not open it: its key for this service, of the ticket's version and type, is another one than the KDC's")
	case o != nil && o.Client != "":
		// If it is the keytab in use, the key is right.
		c.Certainty = Possible
		c.Text = in.say(refused, " without saying why, though the keytab given opens it: either it uses another keytab, or ", in.wire(o.Client), " may not log in")
	case a.ReplyCode == 454:
		// Exchange says so of each failure of Kerberos that it does not take for the client's.
		c.Certainty = Possible
		c.Text = in.say(refused, " with 454, a temporary failure, without saying why: its key may not be the one that the ticket was made for (SPN on another account, old keytab), its clock may be off, or it may not reach its domain controller")
		c.Next = in.say("See that the server's clock is right and that it reaches a domain controller. ", c.Next)
	default:
		c.Text = in.say(refused, " without saying why; most often its key is not the one that the ticket was made for (SPN on another account, old keytab), less often the account may not log in")
	}
	if n := in.addresses(); n > 1 {
		c.Text = in.say(c.Text, "; the server's name leads to ", in.number(int64(n), 1), " addresses, and each machine behind them needs the same key")
	}
	return c
}

// mechanismNotRun: a server may list a mechanism of the GSS family whose back end
// does not run, and refuses all that is sent in it.
func (in *inquiry) mechanismNotRun(a *smtpparse.Auth) Cause {
	next := "Look at the server's log for this attempt."
	if o := in.offerBefore(in.session, a); o != nil && slices.Contains(o.auth, "GSSAPI") {
		next = "Let the client try AUTH GSSAPI, which the server offers as well; look at the server's log for this attempt."
	}
	return Cause{
		ID: ServerRefused, Certainty: Possible, Frame: a.LastFrame,
		Text: in.say("The server refused ", in.command(a), " without sending a token: it may not be able to run this mechanism at all, whatever the ticket (Dovecot's GSS-SPNEGO, for one, needs winbind)"),
		Next: next,
	}
}

func serverSentToken(a *smtpparse.Auth) bool {
	for i := range a.Steps {
		if st := &a.Steps[i]; st.From == "server" && st.Bytes > 0 && st.Kind != "text" {
			return true
		}
	}
	return false
}

func (ct *Court) inBrackets(etype string) string {
	if etype == "" {
		return ""
	}
	return ct.say(" (", ct.wire(etype), ")")
}
