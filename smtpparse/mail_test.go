package smtpparse

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A client that has named a sender and a recipient, and one that sends the message.
const (
	addressed = greeted + `
C: MAIL FROM:<a@x>
S: 250 2.1.0 ok
C: RCPT TO:<b@x>
S: 250 2.1.5 ok
`
	underway = addressed + `
C: DATA
S: 354 go
`
)

func TestData(t *testing.T) {
	testConversations(t, []conversation{{
		name: "empty body, dots, and commands behind the dot",
		script: underway + `
C~ .\r\nMAIL FROM:<>\r\nRCPT TO:<b@x>\r\nDATA\r\n
S~ 250 ok\r\n250 ok\r\n250 ok\r\n354 go\r\n
C~ .starts\r\n..\r\n...two\r\n..\r\n.\r\n
S: 250 ok
`,
		messages:  []string{"a@x>b@x=250 DATA 0 sent 250 complete", ">b@x=250 DATA 21 sent 250 complete"},
		anomalies: []string{},
	}, {
		name: "a body that quotes a session",
		script: underway + `
C~ EHLO x\r\nMAIL FROM:<q@x>\r\nRCPT TO:<q@x>\r\nDATA\r\n..\r\nAUTH LOGIN\r\nQUIT\r\n
C~ STARTTLS\r\n.\r\n
S: 250 ok
C: QUIT
S: 221 bye
`,
		auth:      []string{},
		messages:  []string{"a@x>b@x=250 DATA 77 sent 250 complete"},
		anomalies: []string{},
	}, {
		name: "ends that are none",
		script: underway + `
C~ one\n.\ntwo\n.\r\nthree\r.\rfour\r\n.\rfive\r\n.\nsix\r.\r\nMAIL FROM:<evil@x>\r\n.\r\n
S: 250 ok
C: QUIT
S: 221 bye
`,
		messages: []string{"a@x>b@x=250 DATA 62 sent 250 complete"},
		anomalies: []string{
			"smuggling@10 LF . LF", "smuggling@10 LF . CRLF", "smuggling@10 CR . CR",
			"smuggling@10 CRLF . CR", "smuggling@10 CRLF . LF", "smuggling@10 CR . CRLF",
		},
	}, {
		name: "an end that the server believes in",
		script: underway + `
C~ one\n.\nMAIL FROM:<evil@x>\r\nRCPT TO:<c@x>\r\nDATA\r\n
S~ 250 first\r\n250 ok\r\n250 ok\r\n354 go\r\n
C~ two\r\n.\r\n
S: 250 second
`,
		messages:  []string{"a@x>b@x=250 DATA 4 sent 250 complete", "evil@x>c@x=250 DATA 5 sent 250 complete"},
		anomalies: []string{"smuggling@10 LF . LF", "smuggling@11 the server took LF . LF as the end"},
	}, {
		name: "the same with all octets before the first reply",
		script: underway + `
C~ one\n.\nMAIL FROM:<evil@x>\r\nRCPT TO:<c@x>\r\nDATA\r\ntwo\r\n.\r\n
S~ 250 first\r\n250 ok\r\n250 ok\r\n354 go\r\n250 second\r\n
`,
		messages:  []string{"a@x>b@x=250 DATA 4 sent 250 complete", "evil@x>c@x=250 DATA 5 sent 250 complete"},
		anomalies: []string{"smuggling@10 LF . LF", "smuggling@11 the server took LF . LF as the end"},
	}, {
		name: "a server that begins TLS out of nowhere",
		script: underway + `
C: x
S~ \x16\x03\x03\x00\x01x
C: y
C: .
C: NOOP
`,
		messages: []string{"a@x>b@x=250 DATA 6 unknown 0 complete"},
	}, {
		name: "cut off",
		script: underway + `
C: half
`,
		messages: []string{"a@x>b@x=250 DATA 6 cut 0"},
	}, {
		name: "refused in the middle",
		script: underway + `
C: half
S: 552 5.3.4 too big
C: other half
C: .
C: QUIT
S: 221 bye
`,
		messages:  []string{"a@x>b@x=250 DATA 18 refused 552 complete"},
		anomalies: []string{},
	}, {
		name: "refused at the end, then DATA refused",
		script: underway + `
C: x
C: .
S: 554 5.7.1 spam
C: MAIL FROM:<a@x>
S: 250 ok
C: RCPT TO:<n@x>
S: 550 no
C: DATA
S: 554 no valid recipients
C: QUIT
S: 221 bye
`,
		messages: []string{"a@x>b@x=250 DATA 3 refused 554 complete", "a@x>n@x=550 DATA 0 refused 554"},
	}, {
		name: "DATA refused, and the client sends the body all the same",
		script: greeted + `
C~ DATA\r\nSubject: x\r\n\r\nQUIT\r\n.\r\n
S~ 503 no\r\n500 what\r\n500 what\r\n221 bye\r\n
`,
		messages: []string{},
	}, {
		name: "the end of the reply is not in the capture",
		script: underway + `
C: x
C: .
`,
		messages: []string{"a@x>b@x=250 DATA 3 unknown 0 complete"},
	}, {
		name: "a nested MAIL, and a malformed DATA",
		script: greeted + `
C: mail from: <a@x>
S: 250 ok
C: rcpt to:b@x
S: 250 ok
C: MAIL FROM:<again@x>
S: 503 nested
C: DATA extra
S: 501 syntax
C: rset
S: 250 ok
C: RCPT TO:<early@x>
S: 503 need MAIL
C: BDAT 10
C~ 0123456789
S: 503 need RCPT
C: MAIL FROM:<a@x>
S: 503 MAIL after BDAT
C: EHLO again
S: 250 mail.test
C: quit
S: 221 bye
`,
		messages:  []string{},
		anomalies: []string{},
	}, {
		name: "EHLO in a transaction; parameters and odd addresses",
		script: greeted + `
C: MAIL FROM:<"a>b"@x> SIZE=12 AUTH=<> BODY=8BITMIME
S: 250 ok
C: RCPT TO:<@relay:b@x> NOTIFY=NEVER
S: 250 ok
C: EHLO c
S: 250 mail.test
`,
		messages:  []string{`"a>b"@x>@relay:b@x=250 DATA 0 aborted 0`},
		anomalies: []string{"hello-in-transaction@8"},
		check: func(t *testing.T, s *Session) {
			m := s.Messages[0]
			if diff := cmp.Diff([]string{"SIZE=12", "AUTH=<>", "BODY=8BITMIME"}, m.Params); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff([]string{"NOTIFY=NEVER"}, m.RcptTo[0].Params); diff != "" {
				t.Error(diff)
			}
		},
	}, {
		name: "LMTP: a reply for each recipient that was taken",
		script: `
S: 220 lmtp
C: LHLO c
S~ 250-lmtp\r\n250 PIPELINING\r\n
C~ MAIL FROM:<a@x>\r\nRCPT TO:<b@x>\r\nRCPT TO:<no@x>\r\nRCPT TO:<c@x>\r\nDATA\r\n
S~ 250 ok\r\n250 ok\r\n550 no\r\n250 ok\r\n354 go\r\n
C~ x\r\n.\r\nMAIL FROM:<a@x>\r\nRCPT TO:<b@x>\r\nRCPT TO:<c@x>\r\nBDAT 1 LAST\r\nxQUIT\r\n
S~ 452 full\r\n250 saved\r\n250 ok\r\n250 ok\r\n250 ok\r\n250 saved\r\n550 no\r\n221 bye\r\n
`,
		messages: []string{
			"a@x>b@x=250/452,no@x=550,c@x=250/250 DATA 3 sent 452 complete",
			"a@x>b@x=250/250,c@x=250/550 BDAT 1 sent 250 complete",
		},
		anomalies: []string{},
		check: func(t *testing.T, s *Session) {
			if s.Protocol != "LMTP" {
				t.Errorf("protocol %q", s.Protocol)
			}
		},
	}, {
		name: "PRDR: the same, and one for all",
		script: greeted + `
C~ MAIL FROM:<a@x> PRDR\r\nRCPT TO:<b@x>\r\nRCPT TO:<no@x>\r\nRCPT TO:<c@x>\r\nDATA\r\n
S~ 250 ok\r\n250 ok\r\n550 no\r\n250 ok\r\n354 go\r\n
C~ x\r\n.\r\nMAIL FROM:<a@x> SIZE=1 PRDR\r\nRCPT TO:<b@x>\r\nBDAT 1 LAST\r\nxQUIT\r\n
S~ 353 each\r\n250 yes\r\n550 not for c\r\n250 saved\r\n250 ok\r\n250 ok\r\n353 each\r\n450 later\r\n450 not saved\r\n221 bye\r\n
`,
		messages: []string{
			"a@x>b@x=250/250,no@x=550,c@x=250/550 DATA 3 sent 250 complete",
			"a@x>b@x=250/450 BDAT 1 refused 450 complete",
		},
		anomalies: []string{},
	}, {
		name: "PRDR: all recipients agree, so there is one reply",
		script: greeted + `
C~ MAIL FROM:<a@x> PRDR\r\nRCPT TO:<b@x>\r\nRCPT TO:<c@x>\r\nDATA\r\n
S~ 250 ok\r\n250 ok\r\n250 ok\r\n354 go\r\n
C~ x\r\n.\r\nQUIT\r\n
S~ 250 saved\r\n221 bye\r\n
`,
		messages:  []string{"a@x>b@x=250,c@x=250 DATA 3 sent 250 complete"},
		anomalies: []string{},
	}, {
		name: "a 353 that nobody asked for",
		script: underway + `
C~ x\r\n.\r\n
S: 353 each
S: 250 saved
`,
		messages:  []string{"a@x>b@x=250 DATA 3 sent 250 complete"},
		anomalies: []string{"unexpected-reply@11"},
	}})
}
