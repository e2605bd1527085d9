package verdict

import (
	"cmp"
	"strings"

	"smtpscope/smtpparse"
)

// accepted tells that the server ended the attempt with 235 (RFC 4954, section 6).
// Both fields are asked so that no slip in one of them makes a login.
func accepted(a *smtpparse.Auth) bool {
	return a.Outcome == smtpparse.Accepted && a.ReplyCode == 235
}

// refused tells that the attempt is known to have come to nothing.
func refused(a *smtpparse.Auth) bool {
	return a.Outcome == smtpparse.Rejected || a.Outcome == smtpparse.Cancelled
}

// stateOf says what an accepted attempt was, by its tokens. It answers Other when
// the tokens do not prove what the name suggests.
func stateOf(a *smtpparse.Auth) State {
	switch actual := strings.ToLower(a.Actual); actual {
	case "kerberos":
		if ticketProven(a) {
			return Kerberos
		}
	case "iakerb":
		if ticketProven(a) {
			return IAKERB
		}
	case "ntlm":
		if carriesGSS(a.Mechanism) {
			return NTLMInGSSAPI
		}
		return NTLM
	case "plain", "login":
		return Password
	case "cram-md5", "digest-md5":
		return Challenge
	case "xoauth2", "oauthbearer":
		return OAuth
	case "external":
		return Certificate
	case "anonymous":
		return Anonymous
	default:
		if strings.HasPrefix(actual, "scram-") {
			return Challenge
		}
	}
	return Other
}

// ticketProven tells that the client sent a ticket and that nothing in the
// exchange says that something else was chosen. Without it nothing is Kerberos,
// whatever the mechanism's name.
func ticketProven(a *smtpparse.Auth) bool {
	if a.Kerberos == nil || !a.Kerberos.APReq {
		return false
	}
	return !selectedNTLM(a)
}

// selectedNTLM tells that the server's NegTokenResp chose NTLMSSP.
func selectedNTLM(a *smtpparse.Auth) bool {
	return a.SPNEGO != nil && a.SPNEGO.Selected == "NTLMSSP"
}

// undecided tells that the name of the mechanism proves nothing and no token
// that would was read.
func undecided(a *smtpparse.Auth) bool {
	switch strings.ToLower(a.Actual) {
	case "", "none", "kerberos", "iakerb":
		return !ticketProven(a)
	case "unknown":
		return a.Mechanism == ""
	}
	return false
}

// carriesGSS tells that a mechanism of this name carries GSS tokens, so that both
// Kerberos and NTLM may be inside: GSSAPI (RFC 4752, and Exchange's Negotiate),
// GSS-SPNEGO, the GS2 family (RFC 5801), and names seen for Negotiate.
func carriesGSS(mechanism string) bool {
	switch m := strings.ToUpper(mechanism); m {
	case "GSSAPI", "GSS-SPNEGO", "SPNEGO", "NEGOTIATE":
		return true
	default:
		return strings.HasPrefix(m, "GS2-")
	}
}

// kerberosMech tells that a SPNEGO mechanism, by authtoken's names, is Kerberos.
func kerberosMech(name string) bool {
	switch name {
	case "MS-KRB5", "KRB5", "KRB5-U2U", "IAKERB":
		return true
	}
	return false
}

// triedKerberos tells that the client sent a ticket or was told of Kerberos's
// failure: the attempt was Kerberos at least in part.
func triedKerberos(a *smtpparse.Auth) bool {
	switch strings.ToLower(a.Actual) {
	case "kerberos", "iakerb":
		return true
	}
	return a.Kerberos != nil && (a.Kerberos.APReq || a.Kerberos.ErrorCode != 0)
}

// wantedGSS tells that the attempt could have become Kerberos.
func wantedGSS(a *smtpparse.Auth) bool { return carriesGSS(a.Mechanism) || triedKerberos(a) }

// sentNTLM tells that the attempt's tokens are NTLM's.
func sentNTLM(a *smtpparse.Auth) bool { return strings.EqualFold(a.Actual, "ntlm") }

// reallyWas names an attempt by its tokens, or by its mechanism's name when no
// token decides.
func (ct *Court) reallyWas(a *smtpparse.Auth) string {
	if a.Actual != "" && !strings.EqualFold(a.Actual, "none") {
		return ct.wire(a.Actual)
	}
	return ct.wire(cmp.Or(a.Mechanism, "unknown"))
}
