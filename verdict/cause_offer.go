package verdict

import (
	"slices"

	"smtpscope/smtpparse"
)

// notOffered: the hello reply that held for the attempt was seen whole and lists
// nothing in which Kerberos could be. It is no cause when the client tried all
// the same.
func (in *inquiry) notOffered() {
	if in.firstGSSTry() != nil {
		return
	}
	o := in.offerBefore(in.session, in.last)
	if o == nil || o.kerberos(in.last.Verb) != "" {
		return
	}
	list := in.list(o, in.last.Verb)
	text := in.say("The server offers no Kerberos here: its EHLO reply ", list)
	if m := o.kerberos("X-EXPS"); m != "" {
		text = in.say("The server offers Kerberos here only as X-EXPS ", in.wire(m), ", which Exchange servers use among themselves: for clients its EHLO reply ", list)
	}
	in.blame(Cause{ID: NotOffered, Certainty: Seen, Text: text, Frame: o.hello.ReplyFrame, Next: in.notOfferedNext(in.session, in.last, o)})
}

// submissionPort is where clients log in (RFC 6409, section 3.1).
const submissionPort = 587

func (ct *Court) notOfferedNext(s *smtpparse.Session, a *smtpparse.Auth, o *offer) string {
	if ct.productOf(s) == exchange {
		return ct.notOfferedByExchange(s, a, o)
	}
	next := startTLSFirst(a, o)
	if ct.productOf(s) == postfix {
		next = ct.say(next, "Enable GSSAPI on the server: gssapi in auth_mechanisms and auth_krb5_keytab (Dovecot), or the GSSAPI plug-in and a keytab (Cyrus SASL), and see that smtpd_sasl_security_options does not exclude it.")
	} else {
		next = ct.say(next, "Enable GSSAPI on this port of the server.")
	}
	if s.Server.Port != submissionPort {
		next = ct.say(next, " The same server may offer GSSAPI on port 587 already.")
	}
	return next
}

// notOfferedByExchange: a list with NTLM proves that Integrated is on, and whether
// GSSAPI stands beside it is a switch of its own. Inside TLS the list of port 25
// is no longer in this, so STARTTLS is no advice there.
func (ct *Court) notOfferedByExchange(s *smtpparse.Session, a *smtpparse.Auth, o *offer) string {
	const setting = "et EnableAuthGSSAPI (Set-ReceiveConnector -EnableAuthGSSAPI $true)"
	integrated := ""
	if !slices.Contains(o.auth, "NTLM") {
		integrated = ", and add Integrated to AuthMechanism, since NTLM is missing too"
	}
	const look = "Get-ReceiveConnector | Format-List Name,Bindings,AuthMechanism,EnableAuthGSSAPI shows it."
	if s.Server.Port == submissionPort {
		return ct.say(startTLSFirst(a, o), "S"+setting, integrated, " on this connector: ", look)
	}
	return ct.say("Let the client use port 587 (Client Frontend) with STARTTLS, where Exchange offers GSSAPI; the connector of this port does not by default. To offer it here, ", "s"+setting, integrated, ": ", look)
}

func startTLSFirst(a *smtpparse.Auth, o *offer) string {
	if a.TLS || !o.offersTLS() {
		return ""
	}
	return "Let the client use STARTTLS first: the list inside TLS may be longer. "
}
