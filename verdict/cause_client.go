package verdict

import (
	"cmp"
	"slices"
	"strings"

	"smtpscope/smtpparse"
)

// localAccount: the account lives on one machine, so no domain controller makes
// tickets for it. Certain when the NTLM domain is the client's own name, or that
// of a server which is not a domain of its own name; "." only suggests it. No
// domain at all suggests nothing: many clients leave it out.
func (in *inquiry) localAccount() {
	a := in.last
	n := a.NTLM
	if n == nil || !sentNTLM(a) || n.User == "" {
		return
	}
	c := Cause{ID: LocalAccount, Certainty: Seen, Frame: in.authenticateFrame(a)}
	c.Next = "Log in with a domain account (DOMAIN\\user or user@domain); on the client, klist shows whether it has tickets at all."
	switch {
	case n.Domain == "":
		return
	case strings.EqualFold(n.Domain, n.Workstation):
		c.Text = in.say("The account ", in.identity(a), " is local to the client (the NTLM domain is the workstation's name): there is no Kerberos for local accounts")
	case strings.EqualFold(n.Domain, n.ServerName):
		c.Text = in.say("The account ", in.identity(a), " is local to the server (the NTLM domain is the server's own name): there is no Kerberos for local accounts")
	case strings.EqualFold(n.Domain, n.TargetName) && slices.Contains(n.Flags, "TARGET_TYPE_SERVER"):
		c.Text = in.say("The account ", in.identity(a), " is local to the server (its challenge names ", in.wire(n.TargetName), " as a server, not a domain): there is no Kerberos for local accounts")
	case n.Domain == ".":
		c.Certainty = Possible
		c.Text = "The NTLM domain is \".\", which stands for a local account: if it is one, there is no Kerberos for it"
	default:
		return
	}
	in.blame(c)
}

// targetIsIP: the name that the client meant to reach, which it tells the server
// inside its NTLMv2 response (MsvAvTargetName, [MS-NLMP] 2.2.2.1), is an address.
func (in *inquiry) targetIsIP() {
	host, frame := in.target()
	if !isIP(host) {
		return
	}
	in.blame(Cause{
		ID: TargetIsIP, Certainty: Seen, Frame: frame,
		Text: in.say("The client addressed the server by its IP address (", in.wire(in.last.NTLM.TargetSPN), "): no SPN is registered for addresses, so there is no ticket to ask for"),
		Next: in.useNameNext(),
	})
}

// shortName: the client addressed the server by a name without a domain.
func (in *inquiry) shortName() {
	host, frame := in.target()
	if !isShort(host) {
		return
	}
	in.blame(Cause{
		ID: ShortName, Certainty: Inferred, Frame: frame,
		Text: in.say("The client addressed the server by a name without a domain (", in.wire(in.last.NTLM.TargetSPN), "): that gives Kerberos only if this very SPN is registered"),
		Next: in.say("See whether it is: setspn -Q ", in.serviceClass(in.session), "/", typed(host, "NAME"), "; or configure the client with the full name, such as ", serverName(in.session, in.last), "."),
	})
}

// target returns the host that the client says it meant to reach.
func (in *inquiry) target() (host string, frame int64) {
	if in.last.NTLM == nil || !sentNTLM(in.last) {
		return "", 0
	}
	return spnHost(in.last.NTLM.TargetSPN), in.authenticateFrame(in.last)
}

// missingChannelBinding: NTLM inside TLS without a channel binding, and 535. A
// wrong password looks the same, so it is no more than a hint.
func (in *inquiry) missingChannelBinding() {
	for _, a := range in.tries {
		if !a.TLS || a.NTLM == nil || a.NTLM.ChannelBinding != "absent" || a.Outcome != smtpparse.Rejected || a.ReplyCode != 535 {
			continue
		}
		in.blame(Cause{
			ID: EPA, Certainty: Possible, Frame: in.authenticateFrame(a),
			Text: "The client sent no channel binding inside TLS, and the server refused it: where Extended Protection is required that alone is enough, though a wrong password looks the same",
			Next: "On Exchange look at ExtendedProtectionPolicy: Get-ReceiveConnector | Format-List Name,ExtendedProtectionPolicy; then use a client that sends channel bindings, or set the policy to Allow.",
		})
		return
	}
}

// clientChose: Kerberos was to be had, and the client used something else. Only
// what a token or a hello reply shows counts; what the client asked a KDC before
// is not in this connection.
func (in *inquiry) clientChose() {
	a := in.last
	var c Cause
	switch stateOf(a) {
	case NTLM, NTLMInGSSAPI:
		c.ID = ClientChose
	case Password, Challenge, OAuth:
		c.ID = ClientChoseOther
	default:
		if !carriesGSS(a.Mechanism) || !gaveUpEmptyHanded(in.session, a) {
			return
		}
		c.ID = NoTicket
	}
	for _, b := range in.tries {
		if triedKerberos(b) {
			return
		}
	}
	if in.kdcToBlame() {
		return
	}
	c.Certainty = Inferred
	before := gssBefore(in.session, a)
	switch {
	case c.ID == NoTicket:
		c.Frame = a.LastFrame
		c.Text = in.say("The client began ", in.command(a), " and gave it up without a token: it got no ticket, or could not ask for one")
	case before != nil && gaveUpEmptyHanded(in.session, before):
		c.Frame = before.LastFrame
		c.Text = in.say("The client began ", in.command(before), ", gave it up without a token and used ", in.loginName(a), ": it got no ticket, or could not ask for one")
	case before != nil:
		return
	case carriesGSS(a.Mechanism):
		c.Frame, c.Text = in.negotiateWithoutKerberos(a)
	default:
		o := in.offerBefore(in.session, a)
		if o == nil || o.kerberos(a.Verb) == "" {
			return
		}
		c.Frame = a.FirstFrame
		c.Text = in.say("The server offered ", in.wire(o.kerberos(a.Verb)), ", and the client used ", in.command(a), "; nothing in this connection shows that it tried Kerberos first")
	}
	if r := in.gotTicket(in.session, a, a.LastFrame); r != nil && c.Text != "" {
		c.Certainty, c.Others = Seen, append(framesBefore(r), r.Answer.Frame)
		c.Text = in.say(c.Text, ". It had got a ticket for ", in.wire(r.Service), " at ", in.clock(r.Time), " (frame ", in.number(r.Answer.Frame, 1), "), and did not use it")
	}
	if c.Text != "" {
		c.Next = in.clientChoseNext()
		in.blame(c)
	}
}

// loginName names NTLM as what it is, other logins by their command.
func (ct *Court) loginName(a *smtpparse.Auth) string {
	if sentNTLM(a) {
		return "NTLM"
	}
	return ct.command(a)
}

func (in *inquiry) clientChoseNext() string {
	ask := in.say(in.askForTicket(in.spn()), " says whether it can get a ticket; setspn -Q ", in.spn(), " says whether the SPN exists, and once only.")
	switch {
	case in.refusedUnnamed(in.last):
		return "The server took no NTLM at all, whoever the user: configure the client for GSSAPI (Integrated, Negotiate)."
	case sentNTLM(in.last), carriesGSS(in.last.Mechanism):
		return in.say("On the client: ", ask)
	}
	return in.say("Configure the client for GSSAPI (Integrated, Windows or single sign-on authentication) instead of a stored password or token. On the client: ", ask)
}

// gaveUpEmptyHanded tells that the client itself ended an attempt, by "*" or by
// another command, before it had sent any token.
func gaveUpEmptyHanded(s *smtpparse.Session, a *smtpparse.Auth) bool {
	if clientSentToken(a) || a.Gap {
		return false
	}
	return a.Outcome == smtpparse.Cancelled || unanswered(s, a)
}

// negotiateWithoutKerberos: the verb was right, and the client's first token was
// NTLM's all the same. Where the server chose, serverSelectedNTLM speaks, and the
// text is empty.
func (ct *Court) negotiateWithoutKerberos(a *smtpparse.Auth) (frame int64, text string) {
	frame = cmp.Or(ct.marksOf(a).negotiate, a.FirstFrame)
	if a.Gap {
		return frame, "" // the token that was missed may have offered Kerberos
	}
	if a.SPNEGO == nil {
		return frame, ct.say("The client sent bare NTLM in ", ct.command(a), ": it had no ticket for this server, or its settings allow NTLM only")
	}
	switch slices.IndexFunc(a.SPNEGO.MechTypes, kerberosMech) {
	case 0:
		return frame, ""
	case -1:
		if len(a.SPNEGO.MechTypes) == 0 {
			return frame, ""
		}
		return frame, ct.say("The client's ", ct.command(a), " offered NTLM and no Kerberos: it had no ticket for this server, or its settings allow NTLM only")
	}
	return frame, ct.say("The client's ", ct.command(a), " preferred NTLM to Kerberos")
}

// authenticateFrame is the frame of the AUTHENTICATE_MESSAGE, or else of the end.
func (ct *Court) authenticateFrame(a *smtpparse.Auth) int64 {
	return cmp.Or(ct.marksOf(a).authenticate, a.LastFrame)
}
