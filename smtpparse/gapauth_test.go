package smtpparse

import "testing"

func TestGapsInAuth(t *testing.T) {
	testConversations(t, []conversation{{
		name: "over an AUTH that was refused",
		script: greeted + `
C! 25
S: 535 5.7.8 no
C: QUIT
S: 221 bye
`,
		auth:      []string{"  none rejected 535 gap"},
		anomalies: []string{},
	}, {
		name: "before an AUTH that was refused",
		script: greeted + `
C! 6
C: AUTH PLAIN AGEAYg==
S: 250 ok
S: 535 5.7.8 no
C: QUIT
S: 221 bye
`,
		auth: []string{"AUTH PLAIN plain rejected 535 c:sasl.plain.message"},
	}, {
		name: "in a mechanism's name",
		script: greeted + `
C~ AUTH N
C! 5
S: 334
C: ` + ntlm1 + `
S: 235 ok
`,
		auth: []string{"AUTH  ntlm accepted 235 gap s:empty c:ntlm.Negotiate"},
	}, {
		name: "behind a mechanism's name",
		script: greeted + `
C~ AUTH GSSAPI\r
C! 1
S: 334
C: *
S: 501 no
`,
		auth: []string{"AUTH GSSAPI none cancelled 501 gap s:empty c:cancel"},
	}, {
		name: "in all lines, and an empty response",
		script: `
S: 220 mail.test ESMTP
C~ EHLO client
C! 8
S: 250 AUTH NTLM
C~ AUTH NTLM ` + script(ntlm1[:20]) + `
C! 38
S~ 334 ` + script(ntlm2[:20]) + `
S! 190
C~ \r\n
S~ 334 ` + script(ntlm2[:20]) + `
S! 190
C~ ` + script(ntlm3[:24]) + `
C! 200
S: 235 ok
`,
		auth: []string{"AUTH NTLM ntlm accepted 235 gap c:ntlm.Negotiate s:ntlm.Challenge c:empty s:ntlm.Challenge c:ntlm.Authenticate"},
	}, {
		name: "in the initial response",
		script: greeted + `
C~ AUTH NTLM ` + script(ntlm1[:30]) + `
C! 10
C~ ` + script(ntlm1[40:]) + `\r\n
S: 334 ` + ntlm2 + `
C: ` + ntlm3 + `
S: 235 ok
`,
		auth: []string{"AUTH NTLM ntlm accepted 235 gap c:ntlm.Negotiate s:ntlm.Challenge c:ntlm.Authenticate"},
	}, {
		name: "in a response, its end included",
		script: greeted + `
C: AUTH NTLM ` + ntlm1 + `
S: 334 ` + ntlm2 + `
C~ ` + script(ntlm3[:120]) + `
C! 200
S: 535 5.7.8 no
`,
		auth: []string{"AUTH NTLM ntlm rejected 535 gap c:ntlm.Negotiate s:ntlm.Challenge c:ntlm.Authenticate"},
	}, {
		name: "over a whole challenge",
		script: greeted + `
C: AUTH NTLM ` + ntlm1 + `
S! 300
C: ` + ntlm3 + `
S: 235 ok
`,
		auth: []string{"AUTH NTLM ntlm accepted 235 gap c:ntlm.Negotiate c:ntlm.Authenticate"},
	}, {
		name: "over the outcome",
		script: greeted + `
C: AUTH NTLM ` + ntlm1 + `
S: 334 ` + ntlm2 + `
C: ` + ntlm3 + `
S! 30
C: MAIL FROM:<a@x>
S: 250 ok
`,
		auth: []string{"AUTH NTLM ntlm incomplete 0 gap c:ntlm.Negotiate s:ntlm.Challenge c:ntlm.Authenticate"},
	}})
}
