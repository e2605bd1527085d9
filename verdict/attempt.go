package verdict

import (
	"cmp"
	"strings"

	"smtpscope/authtoken"
	"smtpscope/smtpparse"
)

// command names an attempt as the client did: "AUTH GSSAPI", "X-EXPS NTLM".
func (ct *Court) command(a *smtpparse.Auth) string {
	mechanism := a.Mechanism
	switch {
	case mechanism != "":
	case a.Actual == "" || strings.EqualFold(a.Actual, "none"):
		return "an AUTH of unknown mechanism"
	case sentNTLM(a): // so do AUTH NTLM and AUTH GSSAPI
		return "an AUTH that carried NTLM"
	case triedKerberos(a):
		return "an AUTH that carried Kerberos"
	default: // what it was is its name
		mechanism = ct.upper(a.Actual)
	}
	return ct.say(ct.wire(cmp.Or(a.Verb, "AUTH")), " ", ct.wire(mechanism))
}

// as returns " as USER", or nothing when the user is not known.
func (ct *Court) as(a *smtpparse.Auth) string {
	if who := ct.identity(a); who != "" {
		return ct.say(" as ", who)
	}
	return ""
}

// where says on which side of TLS the attempt was made.
func where(a *smtpparse.Auth) string {
	if a.TLS {
		return " inside TLS"
	}
	return " without TLS"
}

// identity returns who the client said it is: DOMAIN\user, or the SASL user with
// whom it wanted to act as. Empty when unknown.
func (ct *Court) identity(a *smtpparse.Auth) string {
	if n := a.NTLM; n != nil {
		switch {
		case n.Version == "anonymous":
			return "nobody"
		case n.User != "" && n.Domain != "":
			return ct.wire(ct.say(n.Domain, `\`, n.User))
		case n.User != "":
			return ct.wire(n.User)
		}
	}
	if u := a.SASL; u != nil {
		switch {
		case u.User != "" && u.AuthzID != "" && u.AuthzID != u.User:
			return ct.say(ct.wire(u.User), " acting for ", ct.wire(u.AuthzID))
		case u.User != "" || u.AuthzID != "":
			return ct.wire(cmp.Or(u.User, u.AuthzID))
		}
	}
	if a.Kerberos != nil && a.Kerberos.Client != "" {
		return ct.wire(a.Kerberos.Client)
	}
	return ""
}

// ticketClient names the ticket's client, as far as a key opened it.
func (ct *Court) ticketClient(a *smtpparse.Auth) string {
	if a.Kerberos == nil || a.Kerberos.Client == "" {
		return "; the client's name is encrypted in the ticket"
	}
	return ct.say(", which is that of ", ct.wire(a.Kerberos.Client))
}

// actingAs adds the authorization identity of the security layer, which is all
// that a GSSAPI client says of itself in the open (RFC 4752, section 3.1).
func (ct *Court) actingAs(a *smtpparse.Auth) string {
	if a.SASLLayer == nil || a.SASLLayer.AuthzID == "" {
		return ""
	}
	return ct.say(", it asked to act as ", ct.wire(a.SASLLayer.AuthzID))
}

func (ct *Court) ntlmVersion(a *smtpparse.Auth) string {
	if a.NTLM == nil || a.NTLM.Version == "" {
		return "NTLM of unknown version"
	}
	if a.NTLM.Version == "anonymous" {
		return "anonymous NTLM"
	}
	return ct.wire(a.NTLM.Version)
}

// ticket describes the ticket of an AP-REQ.
func (ct *Court) ticket(a *smtpparse.Auth) string {
	spn := a.Kerberos.SPN
	if spn == "" {
		return "a ticket for a service whose name could not be read"
	}
	return ct.say("a ticket for ", ct.wire(spn))
}

// kerberosError names the error of a KRB-ERROR. Its parentheses are authtoken's,
// not the wire's, so they need no quotes.
func (ct *Court) kerberosError(k *authtoken.Kerberos) string {
	if k.Error != nil && *k.Error != "" {
		return strings.Trim(ct.wire(*k.Error), `"`)
	}
	return ct.say("Kerberos error ", ct.number(int64(k.ErrorCode), 1))
}

// refusedUnnamed tells that the server refused NTLM right after the
// NEGOTIATE_MESSAGE: no account was named, so none is at fault.
func (ct *Court) refusedUnnamed(a *smtpparse.Auth) bool {
	return sentNTLM(a) && a.Outcome == smtpparse.Rejected && !a.Gap &&
		ct.marksOf(a).onlyNegotiate()
}

// fate says how an attempt that was not accepted ended.
func (ct *Court) fate(a *smtpparse.Auth) string {
	switch a.Outcome {
	case smtpparse.Cancelled:
		if !clientSentToken(a) {
			return "was cancelled by the client before it sent a token"
		}
		return "was cancelled by the client"
	}
	text := "was left unfinished"
	if a.Outcome != smtpparse.Incomplete {
		text = ct.say("was refused with ", ct.replyCode(a))
	}
	if a.SASL != nil && a.SASL.Error != "" {
		text = ct.say(text, ": the server said ", ct.wire(a.SASL.Error))
	}
	switch {
	case ct.refusedUnnamed(a):
		text = ct.say(text, " before any account was named")
	case saysWhy(a):
		text = ct.say(text, ": the server said ", ct.wire(firstSentence(a.ReplyText)))
	case a.ReplyCode == 535 && ct.proofSent(a):
		text = ct.say(text, " (", whyProofFails(a), ")")
	}
	return text
}

// saysWhy tells that the reply's code stands for several reasons and its text
// names the one: a password that is to be changed or not enough (432, 534, RFC 4954
// section 6), and 5.7.139, with which Exchange Online means as well that SMTP AUTH is
// switched off; its 432 stands for limits, too.
func saysWhy(a *smtpparse.Auth) bool {
	return (a.ReplyCode == 432 || a.ReplyCode == 534 || a.EnhancedCode == "5.7.139") && a.ReplyText != ""
}

// firstSentence returns text up to the first full stop that ends a sentence.
func firstSentence(text string) string {
	text, _, _ = strings.Cut(text, ". ")
	return text
}

// proofSent tells that the client sent all that a login takes of it, so that the
// refusal is of the account or of its proof.
func (ct *Court) proofSent(a *smtpparse.Auth) bool {
	switch stateOf(a) {
	case NTLM, NTLMInGSSAPI:
		return ct.marksOf(a).authenticate > 0 && a.NTLM != nil && a.NTLM.Version != "anonymous"
	case Password:
		return a.SASL != nil && a.SASL.Password != ""
	case Challenge:
		i := lastClientToken(a)
		return i >= 0 && (strings.HasSuffix(a.Steps[i].Kind, ".response") || strings.HasSuffix(a.Steps[i].Kind, ".client-final"))
	}
	return false
}

func whyProofFails(a *smtpparse.Auth) string {
	if sentNTLM(a) {
		return "wrong name or password, a locked or disabled account, or Extended Protection"
	}
	return "wrong name or password, or a locked or disabled account"
}

// replyCode is the final reply's code with its enhanced code, "535 5.7.8".
func (ct *Court) replyCode(a *smtpparse.Auth) string {
	if a.EnhancedCode == "" {
		return ct.number(int64(a.ReplyCode), 3)
	}
	return ct.say(ct.number(int64(a.ReplyCode), 3), " ", ct.wire(a.EnhancedCode))
}

// clientSentToken tells that the client sent any octets of a token.
func clientSentToken(a *smtpparse.Auth) bool { return lastClientToken(a) >= 0 }

// lastClientToken is the index of the last step in which the client sent a token,
// -1 if it sent none. The dummy that answers an OAuth error (RFC 7628, section
// 3.2.3) is none.
func lastClientToken(a *smtpparse.Auth) int {
	for i := len(a.Steps) - 1; i >= 0; i-- {
		st := &a.Steps[i]
		if st.From == "client" && st.Bytes > 0 && st.Kind != "cancel" && !strings.HasSuffix(st.Kind, ".dummy") {
			return i
		}
	}
	return -1
}
