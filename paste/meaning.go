package paste

import (
	"strings"

	"smtpscope/authtoken"
	"smtpscope/smtpparse"
)

// meaning says in one sentence what the tokens of an attempt are. It is careful to
// say "Kerberos" of a ticket that the server took, and of nothing else.
func meaning(a *smtpparse.Auth) string {
	outcome := map[smtpparse.Outcome]string{
		smtpparse.Accepted: "; the server accepted it", smtpparse.Rejected: "; the server refused it", smtpparse.Cancelled: "; the client gave it up",
	}[a.Outcome]
	k, n, s := a.Kerberos, a.NTLM, a.SPNEGO
	switch {
	case a.Mixed:
		return "Tokens of more than one mechanism: what the login was cannot be said from them"
	case has(a, "client", authtoken.KindAuthenticate) && n != nil:
		return "NTLM, not Kerberos: the client's last message (AUTHENTICATE_MESSAGE), " + n.Version + with(" as ", account(n)) + with(" from ", n.Workstation) + outcome
	case k != nil && k.Error != nil:
		return "Kerberos, and the server could not use the ticket: " + *k.Error + with(", ", k.ErrorText)
	case k != nil && k.APReq && s != nil && s.Selected == "NTLMSSP":
		return "The client sent a Kerberos ticket for " + k.SPN + ", and the server selected NTLM instead"
	case k != nil && k.APReq:
		return "A Kerberos ticket (AP-REQ)" + with(" for ", k.SPN) + with(" of realm ", k.Realm) + with(", ", k.TicketEtype) + outcome
	case k != nil && k.APRep:
		return "Kerberos: the server's answer to a ticket (AP-REP), which proves that it has the service's key"
	case has(a, "server", authtoken.KindChallenge) && n != nil:
		return "NTLM, not Kerberos: the server's CHALLENGE_MESSAGE" + with(", from ", n.ServerName) + with(" of domain ", n.ServerDomain)
	case has(a, "client", authtoken.KindNegotiate):
		return "The first of NTLM's three messages (NEGOTIATE_MESSAGE): the client means to log in by NTLM, not by Kerberos"
	case s != nil && s.NegState == "reject":
		return "The server rejects the negotiation" + with(" for ", s.Selected)
	case s != nil && s.Selected != "":
		return "The server selects " + s.Selected + outcome
	case s != nil && len(s.MechTypes) > 0:
		return "The client offers " + strings.Join(s.MechTypes, ", ") + ", without a ticket: what it will be is not decided by this token" + outcome
	case a.SASLLayer != nil:
		return "The security layer of RFC 4752, which ends a login by GSSAPI" + outcome
	case a.SASL != nil && a.SASL.Password != "":
		return "A password or token that everybody can read who sees this" + with(", of ", a.SASL.User) + outcome
	case a.SASL != nil:
		return "SASL " + strings.ToUpper(a.Actual) + with(" as ", a.SASL.User) + outcome
	case sealed(a):
		return "A message behind a Kerberos login, protected with its key: what is in it cannot be read"
	case has(a, "server", "sasl."):
		return "What the server asks for in a login by " + strings.ToUpper(strings.Split(a.Steps[0].Kind, ".")[1]) + outcome
	case has(a, "server", authtoken.KindText) && strings.HasPrefix(a.Steps[0].Text, leftOut):
		return "An AUTH of a log that leaves its tokens out, as Exchange's protocol log does: only a capture of packets shows what it was" + outcome
	case len(a.Steps) == 0:
		return "An AUTH without a token" + outcome
	}
	return "No token that smtpscope knows: if it belongs to a mechanism with messages of its own, name it (--mechanism LOGIN)" + outcome
}

// leftOut begins what Exchange logs instead of a token.
const leftOut = "<authentication "

func account(n *authtoken.NTLM) string {
	if n.Domain == "" {
		return n.User
	}
	return n.Domain + `\` + n.User
}

// has tells that a side sent a token of a kind, bare or inside another one.
func has(a *smtpparse.Auth, side string, kind authtoken.Kind) bool {
	for i := range a.Steps {
		if s := &a.Steps[i]; s.From == side && strings.Contains(s.Kind, string(kind)) {
			return true
		}
	}
	return false
}

func sealed(a *smtpparse.Auth) bool {
	for i := range a.Steps {
		switch authtoken.Kind(a.Steps[i].Kind) {
		case authtoken.KindWrap, authtoken.KindMIC, authtoken.KindWrap1964, authtoken.KindMIC1964:
			return true
		}
	}
	return false
}

func with(words, value string) string {
	if value == "" {
		return ""
	}
	return words + value
}
