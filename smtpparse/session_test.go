package smtpparse

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A conversation is a script and what must be seen in it; what is nil is not
// looked at, an empty slice must be empty.
type conversation struct {
	name      string
	script    script
	options   Options
	hello     []string
	auth      []string
	messages  []string
	anomalies []string
	tls       string // as tlsPart prints it
	dialogue  string
	check     func(t *testing.T, s *Session)
}

func testConversations(t *testing.T, tests []conversation) {
	t.Helper()
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := test.script.run(t, test.options)
			compare := func(what string, want, got []string) {
				if want != nil && !(len(want) == 0 && len(got) == 0) {
					if diff := cmp.Diff(want, got); diff != "" {
						t.Errorf("%s (-want +got)\n%s", what, diff)
					}
				}
			}
			compare("hello", test.hello, hellos(s))
			compare("auth", test.auth, attempts(s))
			compare("messages", test.messages, messages(s))
			compare("anomalies", test.anomalies, anomalies(s))
			if got := tlsPart(s); test.tls != "" && got != test.tls {
				t.Errorf("TLS %q, want %q", got, test.tls)
			}
			if test.dialogue != "" {
				if diff := cmp.Diff(test.dialogue, "\n"+dialogue(s)); diff != "" {
					t.Errorf("dialogue (-want +got)\n%s", diff)
				}
			}
			if test.check != nil {
				test.check(t, s)
			}
			if t.Failed() {
				t.Logf("dialogue:\n%s", dialogue(s))
			}
		})
	}
}

func TestMailOfOneRecipient(t *testing.T) {
	testConversations(t, []conversation{{
		name: "lockstep",
		script: `
S: 220 mail.test ESMTP
C: EHLO client.test
S: 250-mail.test
S: 250-SIZE 1000
S: 250-AUTH PLAIN login
S: 250-AUTH=LOGIN
S: 250-X-EXPS GSSAPI NTLM
S: 250 PIPELINING
C: MAIL FROM:<a@x.test> SIZE=10
S: 250 2.1.0 Ok
C: RCPT TO:<b@x.test>
S: 250 2.1.5 Ok
C: DATA
S: 354 go
C: Subject: hi
C:
C: ..dot
C: .
S: 250 2.0.0 queued
C: QUIT
S: 221 2.0.0 Bye
`,
		hello:     []string{"EHLO client.test 250 SIZE(1000) AUTH(PLAIN login) AUTH=(LOGIN) X-EXPS(GSSAPI NTLM) PIPELINING"},
		auth:      []string{},
		messages:  []string{"a@x.test>b@x.test=250 DATA 21 sent 250 complete"},
		anomalies: []string{},
		dialogue: `
S1 reply 220 mail.test ESMTP
C2 command EHLO client.test
S3 reply 250-mail.test
S4 reply 250-SIZE 1000
S5 reply 250-AUTH PLAIN login
S6 reply 250-AUTH=LOGIN
S7 reply 250-X-EXPS GSSAPI NTLM
S8 reply 250 PIPELINING
C9 command MAIL FROM:<a@x.test> SIZE=10
S10 reply 250 2.1.0 Ok
C11 command RCPT TO:<b@x.test>
S12 reply 250 2.1.5 Ok
C13 command DATA
S14 reply 354 go
C15 data [25]
S19 reply 250 2.0.0 queued
C20 command QUIT
S21 reply 221 2.0.0 Bye
`,
		check: func(t *testing.T, s *Session) {
			if diff := cmp.Diff([]string{"PLAIN", "login", "GSSAPI", "NTLM"}, s.Hello[0].AuthMechanisms); diff != "" {
				t.Error(diff)
			}
			m := s.Messages[0]
			if m.Subject != "hi" || m.EnhancedCode != "2.0.0" || m.ReplyText != "queued" || m.FirstFrame != 9 || m.LastFrame != 19 {
				t.Errorf("message %+v", m)
			}
			if s.Protocol != "ESMTP" || s.Greeting == nil || s.Greeting.Text != "mail.test ESMTP" {
				t.Errorf("protocol %q, greeting %+v", s.Protocol, s.Greeting)
			}
		},
	}, {
		name: "pipelined, refused recipients, second mail reset",
		script: `
S: 220 mail.test
C: EHLO c
S~ 250-mail.test\r\n250 PIPELINING\r\n
C~ MAIL FROM:<a@x>\r\nRCPT TO:<b@x>\r\nRCPT TO:<u1@x>\r\nRCPT TO:<c@x>\r\nDATA\r\n
S~ 250 2.1.0 Ok\r\n250 2.1.5 Ok\r\n550 5.1.1 no\r\n250 2.1.5 Ok\r\n354 End\r\n
C~ X: y\r\n\r\nbody\r\n.\r\nMAIL FROM:<a@x>\r\nRCPT TO:<d@x>\r\nRSET\r\nNOOP\r\nQUIT\r\n
S~ 250 queued\r\n250 2.1.0 Ok\r\n250 2.1.5 Ok\r\n250 Ok\r\n250 Ok\r\n221 Bye\r\n
`,
		messages:  []string{"a@x>b@x=250,u1@x=550,c@x=250 DATA 14 sent 250 complete", "a@x>d@x=250 DATA 0 aborted 0"},
		anomalies: []string{},
	}, {
		name: "the same in one packet without waiting for 354",
		script: `
S: 220 mail.test
C: EHLO c
S~ 250-mail.test\r\n250 PIPELINING\r\n
C~ MAIL FROM:<a@x>\r\nRCPT TO:<b@x>\r\nDATA\r\nX: y\r\n\r\nbody\r\n.\r\nQUIT\r\n
S~ 250 2.1.0 Ok\r\n250 2.1.5 Ok\r\n354 End\r\n250 queued\r\n221 Bye\r\n
`,
		messages:  []string{"a@x>b@x=250 DATA 14 sent 250 complete"},
		anomalies: []string{"data-without-354@4"},
	}})
}
