package smtpparse

import (
	"strings"
	"testing"
)

func TestGaps(t *testing.T) {
	testConversations(t, []conversation{{
		name: "inside an EHLO reply",
		script: `
S: 220 x
C: EHLO c
S~ 250-mail.test\r\n250-SI
S! 20
S~ MIME\r\n250-AUTH NTLM\r\n250 CHUNKING\r\n
C: MAIL FROM:<a@x>
S: 250 2.1.0 ok
C: RCPT TO:<b@x>
S: 550 5.1.1 no
`,
		hello:     []string{"EHLO c 250 incomplete SI AUTH(NTLM) CHUNKING"},
		messages:  []string{"a@x>b@x=550 DATA 0 refused 550"},
		anomalies: []string{},
	}, {
		name: "the rest of an EHLO reply and what followed",
		script: `
S: 220 x
C: EHLO c
S~ 250-mail.test\r\n250-SIZE\r\n
S! 200
C! 30
S: 250 2.1.0 ok
C: RCPT TO:<b@x>
S: 250 2.1.5 ok
C: DATA
S: 354 go
C: .
S: 250 ok
`,
		hello:    []string{"EHLO c 250 incomplete SIZE"},
		messages: []string{">b@x=250 DATA 0 sent 250 complete"},
	}, {
		name: "a lost command, its reply at hand",
		script: greeted + `
C! 20
S: 250 2.1.0 ok
C: RCPT TO:<b@x>
S: 550 5.1.1 no
C: QUIT
S: 221 bye
`,
		messages:  []string{">b@x=550 DATA 0 refused 550"},
		anomalies: []string{},
	}, {
		name: "the tail of a cut command",
		script: greeted + `
C! 20
C~ ice@x> SIZE=1\r\nRCPT TO:<b@x>\r\nDATA\r\n
S~ 250 ok\r\n250 ok\r\n354 go\r\n
C~ x\r\n.\r\n
S: 250 ok
`,
		messages:  []string{">b@x=250 DATA 3 sent 250 complete"},
		anomalies: []string{},
		dialogue: `
S1 reply 220 mail.test ESMTP
C2 command EHLO c
S3 reply 250-mail.test
S3 reply 250-PIPELINING
S3 reply 250 AUTH NTLM GSSAPI PLAIN LOGIN
C4 gap [20]
C5 unread <redacted> (13 octets)
C5 command RCPT TO:<b@x>
C5 command DATA
S6 reply 250 ok
S6 reply 250 ok
S6 reply 354 go
C7 data [6]
S8 reply 250 ok
`,
	}, {
		name: "lost replies, the others dealt out from the back",
		script: greeted + `
C~ MAIL FROM:<a@x>\r\nRCPT TO:<b@x>\r\nRCPT TO:<no@x>\r\nDATA\r\n
S! 16
S~ 550 no\r\n354 go\r\n
C~ x\r\n.\r\n
S: 250 ok
`,
		messages: []string{"a@x>b@x=0,no@x=550 DATA 3 sent 250 complete"},
	}, {
		name: "in a body, which goes on",
		script: underway + `
C~ Subject: s\r\n\r\nbod
C! 100
C~ y\r\n.\r\n
S: 250 ok
C: QUIT
S: 221 bye
`,
		messages:  []string{"a@x>b@x=250 DATA 120 sent 250 missing 100"},
		anomalies: []string{},
		check: func(t *testing.T, s *Session) {
			if s.Messages[0].Subject != "s" {
				t.Errorf("%+v", s.Messages[0])
			}
		},
	}, {
		name: "over the end of a body",
		script: underway + `
C~ x\r\n
C! 40
S: 250 ok
C: MAIL FROM:<a@x>
S: 250 ok
C: RCPT TO:<c@x>
S: 550 no
`,
		messages:  []string{"a@x>b@x=250 DATA 3 sent 250", "a@x>c@x=550 DATA 0 refused 550"},
		anomalies: []string{},
	}, {
		name: "over the end of a body and the commands behind it",
		script: underway + `
C~ x\r\n
C! 40
C~ RCPT TO:<c@x>\r\nDATA\r\n
S~ 250 queued\r\n250 ok\r\n250 ok\r\n354 go\r\n
C~ y\r\n.\r\n
S: 250 ok
`,
		messages: []string{"a@x>b@x=250 DATA 3 sent 250", ">c@x=250 DATA 3 sent 250 complete"},
	}, {
		name: "a lost 354",
		script: greeted + `
C: MAIL FROM:<a@x>
S: 250 ok
C: RCPT TO:<b@x>
S: 250 ok
C: DATA
S! 37
C~ Subject: s\r\n\r\nQUIT\r\n.\r\n
S: 250 queued
C: QUIT
S: 221 bye
`,
		messages: []string{"a@x>b@x=250 DATA 20 sent 250 complete"},
	}, {
		name: "a lost DATA",
		script: greeted + `
C: MAIL FROM:<a@x>
S: 250 ok
C: RCPT TO:<b@x>
S: 250 ok
C! 6
S: 354 go
C~ QUIT\r\n.\r\n
S: 250 queued
`,
		messages:  []string{"a@x>b@x=250 DATA 6 sent 250 complete"},
		anomalies: []string{},
	}, {
		name: "inside a chunk",
		script: greeted + `
C~ MAIL FROM:<a@x>\r\nRCPT TO:<b@x>\r\nBDAT 100\r\n0123456789
C! 80
C~ 0123456789BDAT 0 LAST\r\nQUIT\r\n
S~ 250 ok\r\n250 ok\r\n250 ok\r\n250 ok\r\n221 bye\r\n
`,
		messages:  []string{"a@x>b@x=250 BDAT 100 sent 250 missing 80"},
		anomalies: []string{},
	}, {
		name: "of unknown length inside a chunk",
		script: greeted + `
C: MAIL FROM:<a@x>
S: 250 ok
C: RCPT TO:<b@x>
S: 250 ok
C~ BDAT 100 LAST\r\n0123456789
C! 0
C~ quoted\r\nRSET\r\nQUIT\r\n
S: 250 2.0.0 queued
C: MAIL FROM:<c@x>
S: 250 ok
C: RCPT TO:<d@x>
S: 550 no
`,
		check: func(t *testing.T, s *Session) {
			if len(s.Messages) != 2 || s.Messages[0].Bytes != 10 || s.Messages[0].Missing != 0 || s.Messages[0].Complete || s.Messages[1].MailFrom != "c@x" || s.Messages[1].RcptTo[0].ReplyCode != 550 {
				t.Errorf("%q", messages(s))
			}
		},
	}, {
		name: "that may hold a whole chunk",
		script: greeted + `
C: MAIL FROM:<a@x>
S: 250 ok
C: RCPT TO:<b@x>
S: 250 ok
C! 18
S: 250 9 octets
C~ BDAT 5 LAST\r\n01234
S: 250 ok
`,
		messages: []string{"a@x>b@x=250 BDAT 5 sent 250"},
	}, {
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
		name: "over the end of a body, behind a cut go-ahead",
		script: greeted + `
C: MAIL FROM:<a@x>
S: 250 ok
C: RCPT TO:<b@x>
S: 250 ok
C: DATA
S~ 354 go
S! 2
C~ line 1
C! 40
S~ 250 2.
S! 12
C~ QUIT\r\n
S~ 221 by
S! 3
`,
		messages: []string{"a@x>b@x=250 DATA 6 sent 250"},
	}, {
		name: "over the end of a body and its reply, behind a cut go-ahead",
		script: greeted + `
C: MAIL FROM:<a@x>
S: 250 ok
C: RCPT TO:<b@x>
S: 250 ok
C: DATA
S~ 354 go
S! 2
C~ line 1
C! 40
S! 18
C~ QUIT\r\n
S: 221 bye
`,
		messages: []string{"a@x>b@x=250 DATA 6 unknown 0"},
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
		check: func(t *testing.T, s *Session) {
			if a := s.Auth[0]; !a.Gap || a.Outcome != Incomplete {
				t.Errorf("%q", attempts(s))
			}
		},
	}, {
		name: "in a reply, behind its code",
		script: greeted + `
C: NOOP
S~ 250 o
S! 10
C: QUIT
S: 221 bye
`,
		anomalies: []string{},
	}, {
		name: "unknown what, then a greeting",
		script: greeted + `
C! 0
S! 0
C: EHLO d
S~ 250-x\r\n250 SIZE\r\n
C: MAIL FROM:<a@x>
S: 250 ok
C: RCPT TO:<b@x>
S: 550 no
C: QUIT
S: 221 bye
`,
		hello:    []string{"EHLO c 250 PIPELINING AUTH(NTLM GSSAPI PLAIN LOGIN)", "EHLO d 250 SIZE"},
		messages: []string{"a@x>b@x=550 DATA 0 refused 550"},
	}})
}

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
		script: script("C~ " + strings.Repeat(`MAIL FROM:<q@x>\r\n`, 5000) + "\nC~ .\\r\\nNOOP\\r\\n\nS: 250 queued\nS: 250 ok"),
		check: func(t *testing.T, s *Session) {
			if len(s.Messages) != 1 || s.Messages[0].Bytes != 5000*17 || s.Messages[0].Complete || s.Messages[0].ReplyCode != 250 {
				t.Errorf("%q", messages(s))
			}
		},
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
