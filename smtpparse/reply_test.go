package smtpparse

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestReplies(t *testing.T) {
	testConversations(t, []conversation{{
		name: "a greeting of many lines, bare codes, changing codes, no codes",
		script: `
S: 220-one
S: 220-two
S: 220 three
C: HELO c
S: 250
C: HELP
S: 214-first
S: 211 second
C: EXPN list
S: 250-a
S: and b
S: 250 c
C: NOOP
S: nonsense
S: 250 ok
`,
		hello:     []string{"HELO c 250"},
		anomalies: []string{"reply-code-change@8", "bad-reply-code@11", "bad-reply-code@14"},
		check: func(t *testing.T, s *Session) {
			if s.Greeting.Lines != 3 || s.Greeting.Text != "one" || s.Protocol != "SMTP" {
				t.Errorf("%+v %q", s.Greeting, s.Protocol)
			}
		},
	}, {
		name: "an EHLO reply that never closes",
		script: `
S: 220 x
C: EHLO c
S: 250-mail.test
S: 250-SIZE
C: MAIL FROM:<a@x>
S: 250 2.1.0 ok
C: RCPT TO:<b@x>
S: 250 2.1.5 ok
`,
		hello:     []string{"EHLO c 250 incomplete SIZE"},
		messages:  []string{"a@x>b@x=250 DATA 0 cut 0"},
		anomalies: []string{"early-pipelining@5", "unclosed-reply@6"},
	}, {
		name: "the capture ends inside an EHLO reply",
		script: `
S: 220 x
C: EHLO c
S~ 250-mail.test\r\n250-SIZE\r\n250-AU
`,
		hello:     []string{"EHLO c 250 incomplete SIZE"},
		anomalies: []string{"unclosed-reply@4", "unanswered-command@2 1"},
	}, {
		name: "the client speaks first, twice",
		script: `
C: EHLO c
S: 220 x
S: 250 mail.test
`,
		hello:     []string{"EHLO c 250"},
		anomalies: []string{"early-pipelining@1"},
	}, {
		name: "no greeting at all",
		script: `
C: EHLO c
S: 250 mail.test
C: NOOP
S: 250 ok
`,
		hello:     []string{"EHLO c 250"},
		anomalies: []string{"no-greeting@2"},
	}, {
		name: "a refusing greeting, replies to nobody, a second greeting",
		script: `
S: 554 5.7.1 go away
S: 250 huh
C: NOOP
S: 250 ok
S: 250 huh
S: 220 again
S: 421 bye
`,
		anomalies: []string{"unexpected-reply@5", "second-greeting@6"},
		check: func(t *testing.T, s *Session) {
			if s.Greeting.Code != 554 {
				t.Errorf("%+v", s.Greeting)
			}
		},
	}, {
		name: "421 in place of an answer, and nothing after it",
		script: greeted + `
C: BOGUS
S~ 500 what\r\n421 4.7.0 too many errors\r\n
C: BOGUS
C: QUIT
`,
		anomalies: []string{"unanswered-command@6 1"},
	}, {
		name: "octets that no line should hold",
		script: `
S~ 220 x\n
C~ \xff\xfb\x01EHLO c\n
S~ 500 a\rb\x00\r\n
C~ EHLO c\r\n
S~ 250 x\r\n
`,
		hello:     []string{"EHLO c 250"},
		anomalies: []string{"bare-lf@1 server", "bare-lf@2 client", "binary-in-command@2", "bare-cr@3 server", "nul-byte@3 server"},
	}, {
		name: "verbs without effect",
		script: greeted + `
C~ vrfy b\r\nEXPN l\r\nHelp\r\nETRN x\r\nTURN\r\nATRN x\r\nXFORWARD NAME=x\r\nNOOP a b\r\nFOO BAR\r\n
S~ 252 b\r\n550 no\r\n214 help\r\n250 queued\r\n502 no\r\n530 no\r\n250 ok\r\n250 ok\r\n500 what\r\n
`,
		anomalies: []string{},
		check: func(t *testing.T, s *Session) {
			var verbs []string
			for _, l := range s.Dialogue {
				if l.Kind == LineCommand {
					verbs = append(verbs, l.Verb)
				}
			}
			want := []string{"EHLO", "VRFY", "EXPN", "HELP", "ETRN", "TURN", "ATRN", "XFORWARD", "NOOP", "FOO"}
			if diff := cmp.Diff(want, verbs); diff != "" {
				t.Error(diff)
			}
		},
	}})
}
