package smtpparse

// A verb is a command that this parser knows by name; noVerb is any other.
type verb uint8

const (
	noVerb verb = iota
	verbHELO
	verbEHLO
	verbLHLO
	verbMAIL
	verbRCPT
	verbDATA
	verbBDAT
	verbBURL
	verbRSET
	verbNOOP
	verbQUIT
	verbAUTH
	verbXEXPS
	verbSTARTTLS
	verbXANONYMOUSTLS
	verbXCLIENT
	verbXPROXY // XPROXY and XPROXYFROM: Exchange's front end names the client
	verbXEXCH50
	verbOther // known, and without effect on the state: VRFY, HELP, ETRN, …

	// What is not a command but is answered like one, or stands in the queue.
	pendingGreeting // the server's first reply
	pendingDataEnd  // the end of a message
	pendingBlobEnd  // the end of XEXCH50's octets
	pendingUnknown  // a hole: commands or replies are missing from here on
)

// longestVerb is the length of "X-ANONYMOUSTLS" and "XSESSIONPARAMS".
const longestVerb = 14

// lookupVerb finds a command by its whole name in any case: STARTTLSX is not
// STARTTLS. name is the name in upper case, empty when it is not known.
func lookupVerb(word []byte) (v verb, name string) {
	if len(word) < 3 || len(word) > longestVerb {
		return noVerb, ""
	}
	var up [longestVerb]byte
	for i, c := range word {
		if 'a' <= c && c <= 'z' {
			c -= 'a' - 'A'
		}
		up[i] = c
	}
	switch string(up[:len(word)]) {
	case "HELO":
		return verbHELO, "HELO"
	case "EHLO":
		return verbEHLO, "EHLO"
	case "LHLO": // RFC 2033
		return verbLHLO, "LHLO"
	case "MAIL":
		return verbMAIL, "MAIL"
	case "RCPT":
		return verbRCPT, "RCPT"
	case "DATA":
		return verbDATA, "DATA"
	case "BDAT": // RFC 3030
		return verbBDAT, "BDAT"
	case "BURL": // RFC 4468
		return verbBURL, "BURL"
	case "RSET":
		return verbRSET, "RSET"
	case "NOOP":
		return verbNOOP, "NOOP"
	case "QUIT":
		return verbQUIT, "QUIT"
	case "AUTH":
		return verbAUTH, "AUTH"
	case "X-EXPS":
		return verbXEXPS, "X-EXPS"
	case "STARTTLS":
		return verbSTARTTLS, "STARTTLS"
	case "X-ANONYMOUSTLS":
		return verbXANONYMOUSTLS, "X-ANONYMOUSTLS"
	case "XCLIENT":
		return verbXCLIENT, "XCLIENT"
	case "XPROXY":
		return verbXPROXY, "XPROXY"
	case "XPROXYFROM":
		return verbXPROXY, "XPROXYFROM"
	case "XEXCH50":
		return verbXEXCH50, "XEXCH50"
	}
	if s := otherVerb(string(up[:len(word)])); s != "" {
		return verbOther, s
	}
	return noVerb, ""
}

// otherVerbs need no state of their own.
var otherVerbs = map[string]string{}

func init() {
	for _, s := range []string{
		"VRFY", "EXPN", "HELP", "ETRN", "TURN", "ATRN", "XFORWARD", // RFC 5321, 1985, 2645, Postfix
		"SEND", "SOML", "SAML", // RFC 821
		"X-LINK2STATE", "XSHADOW", "XSHADOWREQUEST", "XQDISCARD", "XPROXYTO", "XSESSIONPARAMS", "XRDST", // Exchange
		"XSTART", "XADR", "XLOOP", "ONEX", "VERB", // others seen in the wild
	} {
		otherVerbs[s] = s
	}
}

func otherVerb(s string) string { return otherVerbs[s] }

// gated tells that what the client sends after the command can only be read
// once the server has answered it.
func (v verb) gated() bool {
	switch v {
	case verbDATA, verbAUTH, verbXEXPS, verbSTARTTLS, verbXANONYMOUSTLS, verbXEXCH50:
		return true
	}
	return false
}

// mayAnswer tells whether a reply code makes sense as the answer to v.
func (v verb) mayAnswer(code int) bool {
	if code >= 400 {
		return true // 421 and refusals answer anything
	}
	switch v {
	case pendingUnknown:
		return true
	case pendingGreeting:
		return code == 220
	case verbSTARTTLS, verbXANONYMOUSTLS:
		return code == 220
	case verbXCLIENT:
		return code == 220 || code == 250
	case verbAUTH, verbXEXPS:
		return code == 334 || code == 235
	case verbDATA, verbXEXCH50:
		return code == 354
	case verbQUIT:
		return code/100 == 2 && code != 220 && code != 235
	}
	return code/100 == 2 && code != 220 && code != 221 && code != 235
}

// onlyFor tells that the code answers few commands, so that it shows where in
// the queue the conversation is.
func onlyFor(code int) bool {
	switch code {
	case 220, 221, 235, 334, 354:
		return true
	}
	return false
}

// refusesAuth tells that nothing but AUTH is refused so (RFC 4954, section 6).
func refusesAuth(code int) bool { return code == 534 || code == 535 || code == 538 }
