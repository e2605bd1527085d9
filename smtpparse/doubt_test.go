package smtpparse

import (
	"strings"
	"testing"
)

// smuggled is a flight with an end of data that is LF . CRLF and commands behind
// it, which ends as the client means it.
const smuggled = underway + `
C~ Subject: one\r\n\r\none\n.\r\nMAIL FROM:<evil@x>\r\nRCPT TO:<c@x>\r\nDATA\r\nSubject: two\r\n\r\ntwo\r\n.\r\n
`

var smuggledMessages = []string{"a@x>b@x=250 DATA 20 sent 250 complete", "evil@x>c@x=250 DATA 21 sent 250 complete"}

func TestSmuggling(t *testing.T) {
	subjects := func(want ...string) func(t *testing.T, s *Session) {
		return func(t *testing.T, s *Session) {
			t.Helper()
			for i, m := range s.Messages {
				if i < len(want) && m.Subject != want[i] {
					t.Errorf("message %d: subject %q, want %q", i+1, m.Subject, want[i])
				}
			}
		}
	}
	took := []string{"smuggling@10 LF . CRLF", "smuggling@11 the server took LF . CRLF as the end"}
	testConversations(t, []conversation{{
		name: "the server takes the inner end",
		script: smuggled + `
S~ 250 first\r\n250 ok\r\n250 ok\r\n354 go\r\n250 second\r\n
C: QUIT
S: 221 bye
`,
		messages:  smuggledMessages,
		anomalies: took,
		check:     subjects("one", "two"),
		dialogue: greetedLines + `C4 command MAIL FROM:<a@x>
S5 reply 250 2.1.0 ok
C6 command RCPT TO:<b@x>
S7 reply 250 2.1.5 ok
C8 command DATA
S9 reply 354 go
C10 data [23]
C10 command MAIL FROM:<evil@x>
C10 command RCPT TO:<c@x>
C10 command DATA
S11 reply 250 first
S11 reply 250 ok
S11 reply 250 ok
S11 reply 354 go
C10 data [24]
S11 reply 250 second
C12 command QUIT
S13 reply 221 bye
`,
	}, {
		name:      "the server takes the outer end",
		script:    smuggled + "S: 250 queued\nC: QUIT\nS: 221 bye\n",
		messages:  []string{"a@x>b@x=250 DATA 85 sent 250 complete"},
		anomalies: []string{"smuggling@10 LF . CRLF"},
		check:     subjects("one"),
	}, {
		name:      "the server refuses at the outer end, then hangs up",
		script:    smuggled + "S: 550 spam\nS: 421 bye\n",
		messages:  []string{"a@x>b@x=250 DATA 85 refused 550 complete"},
		anomalies: []string{"smuggling@10 LF . CRLF"},
	}, {
		name:      "a lonely refusal is no answer to what stands behind an end",
		script:    underway + `C~ one\n.\ntwo\r\nthree\r\n.\r\n` + "\nS: 250 queued\nS: 451 timeout\nC: QUIT\nS: 221 bye\n",
		messages:  []string{"a@x>b@x=250 DATA 18 sent 250 complete"},
		anomalies: []string{"smuggling@10 LF . LF", "unexpected-reply@12", "smuggling@12 the server answers what followed it"},
	}, {
		name:      "what stood behind the end were no commands",
		script:    underway + `C~ one\n.\ntwo\r\nthree\r\n.\r\n` + "\n" + `S~ 250 queued\r\n500 what\r\n500 what\r\n500 what\r\n` + "\nC: QUIT\nS: 221 bye\n",
		messages:  []string{"a@x>b@x=250 DATA 4 sent 250 complete"},
		anomalies: []string{"smuggling@10 LF . LF", "smuggling@11 the server took LF . LF as the end"},
	}, {
		name: "replies one by one, the client in between",
		script: smuggled + `
S: 250 first
S~ 250 o
S~ k\r\n
S~ 250 ok\r\n354 go\r\n
C: QUIT
S: 250 second
S: 221 bye
`,
		messages:  smuggledMessages,
		anomalies: []string{"smuggling@10 LF . CRLF", "smuggling@13 the server took LF . CRLF as the end"},
	}, {
		name: "the client says QUIT before the second reply",
		script: smuggled + `
S: 250 first
C: QUIT
S~ 250 ok\r\n250 ok\r\n354 go\r\n250 second\r\n221 bye\r\n
C.
`,
		messages:  smuggledMessages,
		anomalies: []string{"smuggling@10 LF . CRLF", "smuggling@13 the server took LF . CRLF as the end"},
		dialogue: greetedLines + `C4 command MAIL FROM:<a@x>
S5 reply 250 2.1.0 ok
C6 command RCPT TO:<b@x>
S7 reply 250 2.1.5 ok
C8 command DATA
S9 reply 354 go
C10 data [23]
C10 command MAIL FROM:<evil@x>
C10 command RCPT TO:<c@x>
C10 command DATA
S11 reply 250 first
S13 reply 250 ok
S13 reply 250 ok
S13 reply 354 go
C10 data [24]
C12 command QUIT
S13 reply 250 second
S13 reply 221 bye
C14 end
`,
	}, {
		name: "QUIT in the same flight, half a command behind it",
		script: underway + `
C~ one\n.\nMAIL FROM:<evil@x>\r\nRCPT TO:<c@x>\r\nDATA\r\ntwo\r\n.\r\nRSET\r\nQU
S~ 250 first\r\n250 ok\r\n250 ok\r\n354 go\r\n250 second\r\n250 reset\r\n
C~ IT\r\n
S: 221 bye
`,
		messages:  []string{"a@x>b@x=250 DATA 4 sent 250 complete", "evil@x>c@x=250 DATA 5 sent 250 complete"},
		anomalies: []string{"smuggling@10 LF . LF", "smuggling@11 the server took LF . LF as the end"},
		check: func(t *testing.T, s *Session) {
			text := dialogue(s)
			if want := "S11 reply 250 second\nS11 reply 250 reset\nC12 command QUIT\nS13 reply 221 bye\n"; !strings.HasSuffix(text, want) {
				t.Error(text)
			}
		},
	}, {
		name: "the next message settles it",
		script: smuggled + `
S: 250 queued
C: MAIL FROM:<next@x>
S: 250 ok
S: 250 huh
C: RSET
S: 250 ok
`,
		messages:  []string{"a@x>b@x=250 DATA 85 sent 250 complete"},
		anomalies: []string{"smuggling@10 LF . CRLF", "unexpected-reply@14"},
	}, {
		name: "the second of three ends, in one flight",
		script: underway + `
C~ one\n.\ntwo\n.\r\nMAIL FROM:<evil@x>\r\nRCPT TO:<c@x>\r\nDATA\r\nthree\r.\rfour\r\n.\r\n
S~ 250 first\r\n250 ok\r\n250 ok\r\n354 go\r\n250 second\r\n
`,
		messages: []string{"a@x>b@x=250 DATA 10 sent 250 complete", "evil@x>c@x=250 DATA 14 sent 250 complete"},
		anomalies: []string{
			"smuggling@10 LF . LF", "smuggling@10 LF . CRLF", "smuggling@10 CR . CR",
			"smuggling@11 the server took LF . CRLF as the end",
		},
	}, {
		name: "the first of two ends, while the client goes on",
		script: underway + `
C~ one\n.\nMAIL FROM:<evil@x>\r\nRCPT TO:<c@x>\r\nDATA\r\nquoted\n.\r\nmore
S~ 250 first\r\n250 ok\r\n250 ok\r\n354 go\r\n
C~ over\r\n.\r\n
S: 250 second
`,
		messages: []string{"a@x>b@x=250 DATA 4 sent 250 complete", "evil@x>c@x=250 DATA 20 sent 250 complete"},
		anomalies: []string{
			"smuggling@10 LF . LF", "smuggling@10 LF . CRLF", "smuggling@11 the server took LF . LF as the end",
		},
	}, {
		name: "refused in the middle, behind an end that the server passed over",
		script: underway + `
C~ one\n.\ntwo\r\nthree
S: 552 5.3.4 too big
C~ four\r\n.\r\n
C: QUIT
S: 221 bye
`,
		messages:  []string{"a@x>b@x=250 DATA 22 refused 552 complete"},
		anomalies: []string{"smuggling@10 LF . LF"},
	}, {
		name: "smuggled inside the smuggled",
		script: underway + `
C~ one\n.\r\nMAIL FROM:<x1>\r\nRCPT TO:<c@x>\r\nDATA\r\ntwo\n.\r\nMAIL FROM:<x2>\r\nRCPT TO:<c@x>\r\nDATA\r\nthree\r\n.\r\n
S~ 250 1st\r\n250 ok\r\n250 ok\r\n354 go\r\n250 2nd\r\n250 ok\r\n250 ok\r\n354 go\r\n250 3rd\r\n
C: QUIT
S: 221 bye
`,
		messages: []string{"a@x>b@x=250 DATA 4 sent 250 complete", "x1>c@x=250 DATA 4 sent 250 complete", "x2>c@x=250 DATA 7 sent 250 complete"},
	}, {
		name: "BDAT, AUTH and refusals smuggled",
		script: underway + `
C~ one\n.\nAUTH LOGIN\r\nYWxpY2U=\r\nc2VjcmV0\r\nNOOP\r\nMAIL FROM:<x1>\r\nRCPT TO:<c@x>\r\nBDAT 6 LAST\r\nRSET\r\nVRFY x\r\n.\r\n
S~ 250 1st\r\n334 VXNlcm5hbWU6\r\n334 UGFzc3dvcmQ6\r\n535 no\r\n250 ok\r\n250 ok\r\n250 ok\r\n250 2nd\r\n252 x\r\n500 what\r\n
C: QUIT
S: 221 bye
`,
		messages: []string{"a@x>b@x=250 DATA 4 sent 250 complete", "x1>c@x=250 BDAT 6 sent 250 complete"},
		auth:     []string{"AUTH LOGIN login rejected 535 s:sasl.login.prompt c:sasl.login.username s:sasl.login.prompt c:sasl.login.password"},
	}, {
		name: "an attachment and a subject of the message behind are not the first's",
		script: underway + `
C~ Content-Type: multipart/mixed; boundary=b\n.\r\nMAIL FROM:<evil@x>\r\nRCPT TO:<c@x>\r\nDATA\r\n
C~ Subject: two\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: x/y; name=f\r\n\r\n12345\r\n--b--\r\n.\r\n
S~ 250 first\r\n250 ok\r\n250 ok\r\n354 go\r\n250 second\r\n
`,
		check: func(t *testing.T, s *Session) {
			if len(s.Messages) != 2 || s.Messages[0].Subject != "" || len(s.Messages[0].Attachments) != 0 {
				t.Fatalf("%+v", s.Messages[0])
			}
			if m := s.Messages[1]; m.Subject != "two" || len(m.Attachments) != 1 || m.Attachments[0].Bytes != 5 {
				t.Errorf("%+v", m)
			}
		},
	}})
}

func TestSmugglingLMTP(t *testing.T) {
	const begun = `
S: 220 lmtp
C: LHLO c
S~ 250-lmtp\r\n250 PIPELINING\r\n
C~ MAIL FROM:<a@x>\r\nRCPT TO:<b@x>\r\nRCPT TO:<no@x>\r\nRCPT TO:<c@x>\r\nDATA\r\n
S~ 250 ok\r\n250 ok\r\n550 no\r\n250 ok\r\n354 go\r\n
C~ one\n.\r\nMAIL FROM:<evil@x>\r\nRCPT TO:<d@x>\r\nRCPT TO:<e@x>\r\nDATA\r\ntwo\r\n.\r\n
`
	testConversations(t, []conversation{{
		name:      "a reply for each recipient is no surplus",
		script:    begun + "S~ 250 saved\\r\\n250 saved\\r\\n\nC: QUIT\nS: 221 bye\n",
		messages:  []string{"a@x>b@x=250/250,no@x=550,c@x=250/250 DATA 68 sent 250 complete"},
		anomalies: []string{"smuggling@6 LF . CRLF"},
	}, {
		name:   "the inner end taken",
		script: begun + "S~ 250 saved\\r\\n452 full\\r\\n250 ok\\r\\n250 ok\\r\\n250 ok\\r\\n354 go\\r\\n250 saved\\r\\n550 no\\r\\n\nC: QUIT\nS: 221 bye\n",
		messages: []string{
			"a@x>b@x=250/250,no@x=550,c@x=250/452 DATA 4 sent 250 complete",
			"evil@x>d@x=250/250,e@x=250/550 DATA 5 sent 250 complete",
		},
		anomalies: []string{"smuggling@6 LF . CRLF", "smuggling@7 the server took LF . CRLF as the end"},
	}, {
		name: "while the client goes on",
		script: script(strings.Replace(begun, `DATA\r\ntwo\r\n.\r\n`, `DATA\r\n`, 1)) +
			"S~ 250 saved\\r\\n452 full\\r\\n250 ok\\r\\n250 ok\\r\\n250 ok\\r\\n354 go\\r\\n\nC~ two\\r\\n.\\r\\n\nS~ 250 saved\\r\\n550 no\\r\\n\n",
		messages: []string{
			"a@x>b@x=250/250,no@x=550,c@x=250/452 DATA 4 sent 250 complete",
			"evil@x>d@x=250/250,e@x=250/550 DATA 5 sent 250 complete",
		},
		anomalies: []string{"smuggling@6 LF . CRLF", "smuggling@7 the server took LF . CRLF as the end"},
	}})
}
