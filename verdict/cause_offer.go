package verdict

import (
	"slices"
	"strings"

	"smtpscope/smtpparse"
)

// notOffered: the hello reply that held for the attempt was seen whole and lists
// nothing in which Kerberos could be. It is no cause when the client tried all
// the same.
func notOffered(in *inquiry) []Cause {
	if in.firstGSSTry() != nil {
		return nil
	}
	o := offerBefore(in.session, in.last)
	if o == nil || o.kerberos(in.last.Verb) != "" {
		return nil
	}
	list := o.list(in.last.Verb)
	text := "The server offers no Kerberos here: its EHLO reply " + list
	if m := o.kerberos("X-EXPS"); m != "" {
		text = "The server offers Kerberos here only as X-EXPS " + wire(m) + ", which Exchange servers use among themselves: for clients its EHLO reply " + list
	}
	return []Cause{{ID: NotOffered, Text: text, Frame: o.hello.ReplyFrame, Next: notOfferedNext(in.session, in.last, o)}}
}

// submissionPort is where clients log in (RFC 6409, section 3.1).
const submissionPort = 587

func notOfferedNext(s *smtpparse.Session, a *smtpparse.Auth, o *offer) string {
	if productOf(s) == exchange {
		return notOfferedByExchange(s, a, o)
	}
	next := startTLSFirst(a, o)
	if productOf(s) == postfix {
		next += "Enable GSSAPI on the server: gssapi in auth_mechanisms and auth_krb5_keytab (Dovecot), or the GSSAPI plug-in and a keytab (Cyrus SASL), and see that smtpd_sasl_security_options does not exclude it."
	} else {
		next += "Enable GSSAPI on this port of the server."
	}
	if s.Server.Port != submissionPort {
		next += " The same server may offer GSSAPI on port 587 already."
	}
	return next
}

// notOfferedByExchange: a list with NTLM proves that Integrated is on, and whether
// GSSAPI stands beside it is a switch of its own. Inside TLS the list of port 25
// is no longer in this, so STARTTLS is no advice there.
func notOfferedByExchange(s *smtpparse.Session, a *smtpparse.Auth, o *offer) string {
	enable := "set EnableAuthGSSAPI (Set-ReceiveConnector -EnableAuthGSSAPI $true)"
	if !slices.Contains(o.auth, "NTLM") {
		enable += ", and add Integrated to AuthMechanism, since NTLM is missing too"
	}
	const look = "Get-ReceiveConnector | Format-List Name,Bindings,AuthMechanism,EnableAuthGSSAPI shows it."
	if s.Server.Port == submissionPort {
		return startTLSFirst(a, o) + strings.ToUpper(enable[:1]) + enable[1:] + " on this connector: " + look
	}
	return "Let the client use port 587 (Client Frontend) with STARTTLS, where Exchange offers GSSAPI; the connector of this port does not by default. To offer it here, " + enable + ": " + look
}

func startTLSFirst(a *smtpparse.Auth, o *offer) string {
	if a.TLS || !o.offersTLS() {
		return ""
	}
	return "Let the client use STARTTLS first: the list inside TLS may be longer. "
}
