package smtpparse

import "testing"

const loginBehind = `
C: AUTH PLAIN AGEAYg==
S: 235 ok
`

// TestTLSLookalike holds that octets which look like TLS hide nothing when the
// server answers them in plain text.
func TestTLSLookalike(t *testing.T) {
	accepted := []string{"AUTH PLAIN plain accepted 235 c:sasl.plain.message"}
	testConversations(t, []conversation{{
		name:      "a handshake record's first octets",
		script:    greeted + "C~ \\x16\\x03\\x01\\r\\n\nS: 500 what" + loginBehind,
		auth:      accepted,
		anomalies: []string{"tls-lookalike@5", "binary-in-command@4"},
		tls:       "none",
	}, {
		name:   "commands pipelined behind it",
		script: greeted + "C~ \\x15\\x03\\x01\\r\\nNOOP\\r\\nAUTH PLAIN AGEAYg==\\r\\n\nS~ 500 what\\r\\n250 ok\\r\\n235 ok\\r\\n",
		auth:   accepted,
		tls:    "none",
	}, {
		name:   "while replies are owed",
		script: greeted + "C~ NOOP\\r\\nNOOP\\r\\n\\x16\\x03\\x01\\r\\n\nC: AUTH PLAIN AGEAYg==\nS~ 250 ok\\r\\n250 ok\\r\\n\nS: 500 what\nS: 235 ok",
		auth:   accepted,
		tls:    "none",
	}, {
		name:   "a farewell that answers nothing",
		script: greeted + "C~ \\x16\\x03\\x01\\r\\n\nS: 421 too slow",
		tls:    "starttls 0-0, 5 to and 0 fro",
	}, {
		name:   "in place of a response",
		script: greeted + "C: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\nC~ \\x17\\x03\\x03\\r\\n\nS: 501 no" + loginBehind,
		auth:   []string{"AUTH LOGIN login rejected 501 s:sasl.login.prompt c:empty", accepted[0]},
		tls:    "none",
	}, {
		name:   "behind a refused STARTTLS",
		script: greeted + "C~ STARTTLS\\r\\n\\x16\\x03\\x01\\r\\n\nS~ 454 no\\r\\n500 what\\r\\n" + loginBehind,
		auth:   accepted,
		tls:    "none",
	}, {
		name:   "behind an accepted STARTTLS: a box that decrypts",
		script: greeted + "C: STARTTLS\nS: 220 go\nC~ \\x16\\x03\\x01\\r\\n\nS: 500 what" + loginBehind,
		auth:   accepted,
		tls:    "none",
	}, {
		name:   "a whole ClientHello to such a box",
		script: greeted + "C: STARTTLS\nS: 220 go\nC~ \\x16\\x03\\x01\\x00\\x06\\x01\\x00\\x00\\x02\\x03\\n\nS: 500 what" + loginBehind,
		auth:   []string{"AUTH PLAIN plain accepted 235 doubtful c:sasl.plain.message"},
		tls:    "none",
	}, {
		name:   "before the greeting, in SSL 2.0 framing",
		script: "C~ \\x80\\x2e\\x01\\x03\\x00 x\\r\\n\nS~ 220 mx\\r\\n500 what\\r\\n\nC: EHLO c\nS: 250 mx" + loginBehind,
		auth:   accepted,
		tls:    "none",
	}, {
		name:     "in the middle of a mail",
		script:   greeted + "C: MAIL FROM:<a@x>\nS: 250 ok\nC~ \\x16\\x03\\x01\\r\\n\nS: 500 what\nC: RCPT TO:<b@x>\nS: 250 ok\nC: DATA\nS: 354 go\nC~ x\\r\\n.\\r\\n\nS: 250 ok",
		messages: []string{"a@x>b@x=250 DATA 3 sent 250 complete"},
		tls:      "none",
	}, {
		name:   "more than is kept",
		script: greeted + "C~ \\x16\\x03\\x01\\r\\n\nC! 70000\nS: 500 what" + loginBehind,
		auth:   accepted,
		tls:    "none",
	}, {
		name:   "the server's words look so, and the client did not ask for it",
		script: greeted + "C: HELP\nS~ \\x16\\x03\\x01 hello\\r\\n250 x\\r\\n" + loginBehind,
		auth:   accepted,
		tls:    "none",
	}, {
		name:      "a ClientHello before the 220 is one",
		script:    greeted + "C~ STARTTLS\\r\\n\\x16\\x03\\x01\\x00\\x05hello\nS: 220 go\n" + serverHello,
		anomalies: []string{},
		tls:       "starttls 4-5, 10 to and 7 fro",
	}, {
		name:      "never answered",
		script:    greeted + "C~ \\x16\\x03\\x01\\x00\\x05hello",
		anomalies: []string{},
		tls:       "starttls 0-0, 10 to and 0 fro",
	}})
}

// TestChunkNotTaken holds that BDAT hides nothing from a server that knows no chunks.
func TestChunkNotTaken(t *testing.T) {
	accepted := []string{"AUTH PLAIN plain accepted 235 c:sasl.plain.message"}
	testConversations(t, []conversation{{
		name:      "commands that it counts",
		script:    greeted + "C: BDAT 100000\nS: 502 unknown" + loginBehind,
		auth:      accepted,
		anomalies: []string{"chunk-of-commands@7"},
		dialogue: greetedLines + `C4 command BDAT 100000
S5 reply 502 unknown
C6 command AUTH PLAIN <token> {sasl.plain.message}
S7 reply 235 ok
`,
	}, {
		name:   "just as many octets as the command has",
		script: greeted + "C: BDAT 25\nS: 502 unknown" + loginBehind,
		auth:   accepted,
	}, {
		name: "a mail without a login",
		script: greeted + `
C: BDAT 99999999
S: 503 not advertised
C: MAIL FROM:<a@x>
S: 250 ok
C: RCPT TO:<b@x>
S: 250 ok
C: DATA
S: 354 go
C~ x\r\n.\r\n
S: 250 ok
`,
		messages: []string{"a@x>b@x=250 DATA 3 sent 250 complete"},
	}, {
		name: "within a transaction",
		script: addressed + `
C: BDAT 9999 LAST
S: 503 no
C: DATA
S: 354 go
C~ x\r\n.\r\n
S: 250 ok
`,
		messages: []string{"a@x>b@x=250 DATA 3 sent 250 complete"},
	}, {
		name:   "behind a bare LF, which the server takes for no line end",
		script: greeted + "C~ NOOP x\\nBDAT 99999\\r\\n\nS: 250 ok" + loginBehind,
		auth:   []string{"AUTH PLAIN plain accepted 235 doubtful c:sasl.plain.message"},
	}, {
		name:      "octets swallowed though BDAT was refused",
		script:    greeted + "C: BDAT 10\nC~ AUTH PLAI\nC: RSET\nS: 503 no\nS: 250 ok",
		auth:      []string{},
		anomalies: []string{},
	}})
}
