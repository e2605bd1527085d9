package verdict

import (
	"smtpscope/reuse"
	"smtpscope/smtpparse"
)

// TokenFindings gives those findings that the tokens of attempts are enough for,
// whatever went around them, the worst first. Never nil.
func TokenFindings(attempts []*smtpparse.Auth) []Finding {
	ct, s := new(Court), &smtpparse.Session{Auth: attempts}
	ct.findings = reuse.Emptied(ct.findings)
	ct.ntlmFindings(s)
	ct.ticketFindings(s)
	sortFindings(ct.findings)
	return ct.findings
}
