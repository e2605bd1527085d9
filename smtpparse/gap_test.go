package smtpparse

import "testing"

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
		dialogue: greetedLines + `C4 gap [20]
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
		name: "unknown what, and lines that may be a password's",
		script: greeted + `
C! 40
C: NOOP
C: s3cret
S~ 250 ok\r\n500 what\r\n
`,
		dialogue: greetedLines + `C4 gap [40]
C5 command NOOP
C6 command <redacted> (6 octets)
S7 reply 250 ok
S7 reply 500 what
`,
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
