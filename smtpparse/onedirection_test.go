package smtpparse

import (
	"strings"
	"testing"
)

func TestOneDirection(t *testing.T) {
	testConversations(t, []conversation{{
		name: "the client alone",
		script: `
C: EHLO c
C: AUTH LOGIN
C: YWxpY2U=
C: c2VjcmV0
C: MAIL FROM:<a@x>
C: RCPT TO:<b@x>
C: DATA
C~ Subject: s\r\n\r\nQUIT\r\n.\r\n
C~ MAIL FROM:<a@x>\r\nRCPT TO:<b@x>\r\nBDAT 6 LAST\r\nQUIT\r\n
C: QUIT
`,
		hello:     []string{"EHLO c 0 incomplete"},
		auth:      []string{"AUTH LOGIN login incomplete 0 c:sasl.login.username c:sasl.login.password"},
		messages:  []string{"a@x>b@x=0 DATA 20 unknown 0 complete", "a@x>b@x=0 BDAT 6 unknown 0 complete"},
		anomalies: []string{},
	}, {
		name: "the client alone, a long body",
		script: script("C: EHLO c\nC: MAIL FROM:<a@x>\nC: RCPT TO:<b@x>\nC: DATA\nC~ " + strings.Repeat(`0123456789\r\n`, 10000) +
			"\nC~ .\\r\\nMAIL FROM:<c@x>\\r\\nRCPT TO:<d@x>\\r\\nRSET\\r\\n"),
		messages:  []string{"a@x>b@x=0 DATA 120000 unknown 0 complete", "c@x>d@x=0 DATA 0 aborted 0"},
		anomalies: []string{},
	}, {
		name:   "the client alone, STARTTLS",
		script: "C: EHLO c\nC: STARTTLS\n" + clientHello,
		tls:    "starttls 2-0, 10 to and 0 fro",
	}, {
		name: "the server alone",
		script: `
S: 220 mail.test
S~ 250-mail.test\r\n250-SIZE 1\r\n250 AUTH GSSAPI NTLM\r\n
S: 334 ntlm supported
S: 334 ` + ntlm2 + `
S: 235 ok
S: 250 2.1.0 ok
S: 250 2.1.5 ok
S: 354 go
S: 250 2.0.0 queued
S: 221 bye
`,
		hello:     []string{"  250 SIZE(1) AUTH(GSSAPI NTLM)"},
		auth:      []string{"  none accepted 235 gap s:text s:ntlm.Challenge"},
		messages:  []string{"> DATA 0 sent 250"},
		anomalies: []string{},
	}, {
		name:   "the server alone, STARTTLS",
		script: "S: 220 mail.test\nS~ 250-mail.test\\r\\n250 STARTTLS\\r\\n\nS: 220 go\n" + serverHello,
		tls:    "starttls 0-0, 0 to and 7 fro",
	}})
}
