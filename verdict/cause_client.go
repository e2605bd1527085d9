package verdict

import (
	"slices"
	"strings"

	"smtpscope/smtpparse"
)

// localAccount: the account lives on one machine, so no domain controller makes
// tickets for it. Certain when the NTLM domain is the client's own name, or that
// of a server which is not a domain of its own name; "." only suggests it. No
// domain at all suggests nothing: many clients leave it out.
func localAccount(in *inquiry) []Cause {
	a := in.last
	n := a.NTLM
	if n == nil || !sentNTLM(a) || n.User == "" {
		return nil
	}
	c := Cause{ID: LocalAccount, Frame: authenticateFrame(a)}
	c.Next = "Log in with a domain account (DOMAIN\\user or user@domain); on the client, klist shows whether it has tickets at all."
	switch {
	case n.Domain == "":
		return nil
	case strings.EqualFold(n.Domain, n.Workstation):
		c.Text = "The account " + identity(a) + " is local to the client (the NTLM domain is the workstation's name): there is no Kerberos for local accounts"
	case strings.EqualFold(n.Domain, n.ServerName):
		c.Text = "The account " + identity(a) + " is local to the server (the NTLM domain is the server's own name): there is no Kerberos for local accounts"
	case strings.EqualFold(n.Domain, n.TargetName) && slices.Contains(n.Flags, "TARGET_TYPE_SERVER"):
		c.Text = "The account " + identity(a) + " is local to the server (its challenge names " + wire(n.TargetName) + " as a server, not a domain): there is no Kerberos for local accounts"
	case n.Domain == ".":
		c.Text = "The NTLM domain is \".\", which stands for a local account: if it is one, there is no Kerberos for it"
	default:
		return nil
	}
	return []Cause{c}
}

// targetIsIP: the name that the client meant to reach, which it tells the server
// inside its NTLMv2 response (MsvAvTargetName, [MS-NLMP] 2.2.2.1), is an address.
func targetIsIP(in *inquiry) []Cause {
	host, frame := in.target()
	if !isIP(host) {
		return nil
	}
	return []Cause{{
		ID: TargetIsIP, Frame: frame,
		Text: "The client addressed the server by its IP address (" + wire(in.last.NTLM.TargetSPN) + "): no SPN is registered for addresses, so there is no ticket to ask for",
		Next: "Configure the client with a name that has an SPN, such as " + serverName(in.session, in.last) + "; check with setspn -Q " + serviceClass(in.session) + "/" + serverName(in.session, in.last) + ".",
	}}
}

// shortName: the client addressed the server by a name without a domain.
func shortName(in *inquiry) []Cause {
	host, frame := in.target()
	if !isShort(host) {
		return nil
	}
	return []Cause{{
		ID: ShortName, Frame: frame,
		Text: "The client addressed the server by a name without a domain (" + wire(in.last.NTLM.TargetSPN) + "): that gives Kerberos only if this very SPN is registered",
		Next: "See whether it is: setspn -Q " + serviceClass(in.session) + "/" + typed(host, "NAME") + "; or configure the client with the full name, such as " + serverName(in.session, in.last) + ".",
	}}
}

// target returns the host that the client says it meant to reach.
func (in *inquiry) target() (host string, frame int64) {
	if in.last.NTLM == nil || !sentNTLM(in.last) {
		return "", 0
	}
	return spnHost(in.last.NTLM.TargetSPN), authenticateFrame(in.last)
}

// missingChannelBinding: NTLM inside TLS without a channel binding, and 535. A
// wrong password looks the same, so it is no more than a hint.
func missingChannelBinding(in *inquiry) []Cause {
	for _, a := range in.tries {
		if !a.TLS || a.NTLM == nil || a.NTLM.ChannelBinding != "absent" || a.Outcome != smtpparse.Rejected || a.ReplyCode != 535 {
			continue
		}
		return []Cause{{
			ID: EPA, Frame: authenticateFrame(a),
			Text: "The client sent no channel binding inside TLS, and the server refused it: where Extended Protection is required that alone is enough, though a wrong password looks the same",
			Next: "On Exchange look at ExtendedProtectionPolicy: Get-ReceiveConnector | Format-List Name,ExtendedProtectionPolicy; then use a client that sends channel bindings, or set the policy to Allow.",
		}}
	}
	return nil
}

// clientChose: Kerberos was to be had, and the client used something else. Only
// what a token or a hello reply shows counts; what the client asked a KDC before
// is not in this connection.
func clientChose(in *inquiry) []Cause {
	a := in.last
	c := Cause{Next: clientChoseNext(in)}
	switch stateOf(a) {
	case NTLM, NTLMInGSSAPI:
		c.ID = ClientChose
	case Password, Challenge, OAuth:
		c.ID = ClientChoseOther
	default:
		return nil
	}
	for _, b := range in.tries {
		if triedKerberos(b) {
			return nil
		}
	}
	before := gssBefore(in.session, a)
	switch {
	case before != nil && gaveUpEmptyHanded(in.session, before):
		c.Frame = before.LastFrame
		c.Text = "The client began " + command(before) + ", gave it up without a token and used " + loginName(a) + ": it got no ticket, or could not ask for one"
	case before != nil:
		return nil
	case carriesGSS(a.Mechanism):
		return negotiateWithoutKerberos(a, c)
	default:
		o := offerBefore(in.session, a)
		if o == nil || o.kerberos(a.Verb) == "" {
			return nil
		}
		c.Frame = a.FirstFrame
		c.Text = "The server offered " + wire(o.kerberos(a.Verb)) + ", and the client used " + command(a) + "; nothing in this connection shows that it tried Kerberos first"
	}
	return []Cause{c}
}

// loginName names NTLM as what it is, other logins by their command.
func loginName(a *smtpparse.Auth) string {
	if sentNTLM(a) {
		return "NTLM"
	}
	return command(a)
}

func clientChoseNext(in *inquiry) string {
	ask := askForTicket(in.spn()) + " says whether it can get a ticket; setspn -Q " + in.spn() + " says whether the SPN exists, and once only."
	switch {
	case refusedUnnamed(in.last):
		return "The server took no NTLM at all, whoever the user: configure the client for GSSAPI (Integrated, Negotiate)."
	case sentNTLM(in.last):
		return "On the client: " + ask
	}
	return "Configure the client for GSSAPI (Integrated, Windows or single sign-on authentication) instead of a stored password or token. On the client: " + ask
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
// NTLM's all the same. Where the server chose, serverSelectedNTLM speaks.
func negotiateWithoutKerberos(a *smtpparse.Auth, c Cause) []Cause {
	c.Frame = stepWith(a, "ntlm.Negotiate")
	if c.Frame == 0 {
		c.Frame = a.FirstFrame
	}
	if a.Gap {
		return nil // the token that was missed may have offered Kerberos
	}
	if a.SPNEGO == nil {
		c.Text = "The client sent bare NTLM in " + command(a) + ": it had no ticket for this server, or its settings allow NTLM only"
		return []Cause{c}
	}
	for i, m := range a.SPNEGO.MechTypes {
		if !kerberosMech(m) {
			continue
		}
		if i == 0 {
			return nil
		}
		c.Text = "The client's " + command(a) + " preferred NTLM to Kerberos"
		return []Cause{c}
	}
	if len(a.SPNEGO.MechTypes) == 0 {
		return nil
	}
	c.Text = "The client's " + command(a) + " offered NTLM and no Kerberos: it had no ticket for this server, or its settings allow NTLM only"
	return []Cause{c}
}

// authenticateFrame is the frame of the AUTHENTICATE_MESSAGE, or else of the end.
func authenticateFrame(a *smtpparse.Auth) int64 {
	if frame := stepWith(a, "ntlm.Authenticate"); frame != 0 {
		return frame
	}
	return a.LastFrame
}
