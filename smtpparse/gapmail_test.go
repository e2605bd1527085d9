package smtpparse

import "testing"

func TestGapsInMail(t *testing.T) {
	testConversations(t, []conversation{{
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
		script: addressed + `
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
		script: addressed + `
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
		script: addressed + `
C~ BDAT 100 LAST\r\n0123456789
C! 0
C~ quoted\r\nRSET\r\nQUIT\r\n
S: 250 2.0.0 queued
C: MAIL FROM:<c@x>
S: 250 ok
C: RCPT TO:<d@x>
S: 550 no
`,
		messages: []string{"a@x>b@x=250 BDAT 10 sent 250", "c@x>d@x=550 DATA 0 refused 550"},
	}, {
		name: "that may hold a whole chunk",
		script: addressed + `
C! 18
S: 250 9 octets
C~ BDAT 5 LAST\r\n01234
S: 250 ok
`,
		messages: []string{"a@x>b@x=250 BDAT 5 sent 250"},
	}, {
		name: "over the end of a body, behind a cut go-ahead",
		script: addressed + `
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
		script: addressed + `
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
	}})
}
