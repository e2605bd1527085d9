package smtpparse

import "testing"

func TestChunks(t *testing.T) {
	testConversations(t, []conversation{{
		name: "pipelined, in one segment, dots as they are",
		script: greeted + `
C~ MAIL FROM:<a@x>\r\nRCPT TO:<b@x>\r\nBDAT 18\r\nSubject: s\r\n\r\n.\r\nBBDAT 9\r\nDAT 1\r\n.\nBDAT 0 LAST\r\nQUIT\r\n
S~ 250 ok\r\n250 ok\r\n250 ok\r\n250 ok\r\n250 done\r\n221 bye\r\n
`,
		messages:  []string{"a@x>b@x=250 BDAT 27 sent 250 complete"},
		anomalies: []string{},
		check: func(t *testing.T, s *Session) {
			if m := s.Messages[0]; m.Chunks != 3 || m.Subject != "s" {
				t.Errorf("%+v", m)
			}
		},
	}, {
		name: "a refused chunk swallows its octets; reset; bad counts",
		script: greeted + `
C~ MAIL FROM:<a@x>\r\nRCPT TO:<b@x>\r\nBDAT 6\r\nQUIT\r\nNOOP\r\nRSET\r\n
S~ 250 ok\r\n250 ok\r\n552 no\r\n250 ok\r\n250 ok\r\n
C~ MAIL FROM:<a@x>\r\nRCPT TO:<b@x>\r\nBDAT 5\r\nhelloRSET\r\nBDAT -1 LAST\r\nBDAT 99999999999999999999\r\nNOOP\r\n
S~ 250 ok\r\n250 ok\r\n250 ok\r\n250 ok\r\n501 no\r\n501 no\r\n250 ok\r\n
`,
		messages:  []string{"a@x>b@x=250 BDAT 6 refused 552", "a@x>b@x=250 BDAT 5 aborted 0"},
		anomalies: []string{},
	}, {
		name: "XEXCH50",
		script: greeted + `
C~ XEXCH50 6 2\r\n
S: 354 Send binary data
C~ QUIT\r\nNOOP\r\n
S: 250 XEXCH50 success
S: 250 ok
C~ XEXCH50 4 2\r\nNOOP\r\n
S: 504 Need to authenticate
S: 250 ok
C: XEXCH50 0 2
S: 354 go
S: 250 ok
`,
		anomalies: []string{},
		messages:  []string{},
	}, {
		name: "BURL with two secrets, one in the other",
		script: greeted + `
C: BURL imap://alice:a;urlauth=b@y/INBOX;uid=1 LAST
S: 503 no
`,
		check: func(t *testing.T, s *Session) {
			want := "BURL imap://alice:<redacted>@y/INBOX;uid=1 LAST"
			if got := s.Dialogue[5].Text; got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		},
	}, {
		name: "BURL",
		script: greeted + `
C~ MAIL FROM:<a@x>\r\nRCPT TO:<b@x>\r\nBURL imap://a@y/INBOX;uid=1;urlauth=submit+a:internal:91354a473744 LAST\r\n
S~ 250 ok\r\n250 ok\r\n250 2.5.0 done\r\n
`,
		messages: []string{"a@x>b@x=250 DATA 0 sent 250"},
		check: func(t *testing.T, s *Session) {
			want := "BURL imap://a@y/INBOX;uid=1;urlauth=<redacted> LAST"
			if got := s.Dialogue[7].Text; got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		},
	}})
}
