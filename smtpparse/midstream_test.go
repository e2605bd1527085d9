package smtpparse

import (
	"strings"
	"testing"
)

func TestMidstream(t *testing.T) {
	mid := Options{Midstream: true}
	testConversations(t, []conversation{{
		name: "from EHLO on", options: mid,
		script: `
C: EHLO c
S~ 250-x\r\n250 AUTH NTLM\r\n
C: MAIL FROM:<a@x>
S: 250 ok
C: RCPT TO:<b@x>
S: 550 no
C: QUIT
S: 221 bye
`,
		hello:     []string{"EHLO c 250 AUTH(NTLM)"},
		messages:  []string{"a@x>b@x=550 DATA 0 refused 550"},
		anomalies: []string{},
	}, {
		name: "from the greeting on", options: mid,
		script:    "S: 220 mail.test ESMTP\nC: EHLO c\nS: 250 x",
		hello:     []string{"EHLO c 250"},
		anomalies: []string{},
		check: func(t *testing.T, s *Session) {
			if s.Greeting == nil {
				t.Error("no greeting")
			}
		},
	}, {
		name: "inside a body that quotes a session", options: mid,
		script: `
C~ f a line\r\nEHLO c\r\nMAIL FROM:<q@x>\r\nRCPT TO:<q@x>\r\nDATA\r\n..\r\n
C~ QUIT\r\n.\r\n
S: 250 queued
C: QUIT
S: 221 bye
`,
		hello:     []string{},
		messages:  []string{"> DATA 65 sent 250"},
		anomalies: []string{},
		check: func(t *testing.T, s *Session) {
			if text := dialogue(s); strings.Contains(text, "q@x") {
				t.Error(text)
			}
		},
	}, {
		name: "inside a body with commands behind it", options: mid,
		script: `
C~ f a line\r\n.\r\nMAIL FROM:<a@x>\r\nRCPT TO:<b@x>\r\nDATA\r\n
S~ 250 queued\r\n250 ok\r\n550 no\r\n554 no\r\n
C: QUIT
S: 221 bye
`,
		messages:  []string{"> DATA 10 sent 250", "a@x>b@x=550 DATA 0 refused 554"},
		anomalies: []string{},
	}, {
		name: "inside a long body", options: mid,
		script:   script("C~ " + strings.Repeat(`MAIL FROM:<q@x>\r\n`, 5000) + "\nC~ .\\r\\nNOOP\\r\\n\nS: 250 queued\nS: 250 ok"),
		messages: []string{"> DATA 85000 sent 250"},
	}, {
		name: "in the middle of AUTH", options: mid,
		script: "C: " + ntlm1 + "\nS: 334 " + ntlm2 + "\nC: " + ntlm3 + "\nS: 235 ok\nC: QUIT\nS: 221 bye",
		auth:   []string{"  ntlm accepted 235 gap c:ntlm.Negotiate s:ntlm.Challenge c:ntlm.Authenticate"},
	}, {
		name: "at a challenge", options: mid,
		script:    "S: 334 " + ntlm2 + "\nC: " + ntlm3 + "\nS: 535 no\n",
		auth:      []string{"  ntlm rejected 535 gap s:ntlm.Challenge c:ntlm.Authenticate"},
		anomalies: []string{},
	}, {
		name: "at the outcome", options: mid,
		script: "S: 235 ok\nC: QUIT\nS: 221 bye\n",
		auth:   []string{"  none accepted 235 gap"},
	}, {
		name: "at a refusal", options: mid,
		script: "S: 535 5.7.8 no\nC: QUIT\nS: 221 bye\n",
		auth:   []string{"  none rejected 535 gap"},
	}, {
		name: "at a refusal that names the user", options: mid,
		script: "S: 535 5.7.8 login of user alice failed, try again later\n",
		auth:   []string{"  none rejected 535 gap"},
		dialogue: `
S1 reply 535 5.7.8 login of user <redacted> failed, try again later
`,
	}, {
		name: "at RCPT, then a go-ahead", options: mid,
		script: `
C: RCPT TO:<b@x>
S: 250 2.1.5 ok
C: DATA
S: 354 go
C~ x\r\n.\r\n
S: 250 ok
`,
		messages:  []string{">b@x=250 DATA 3 sent 250 complete"},
		anomalies: []string{},
	}})
}
