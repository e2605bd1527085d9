package smtpparse

import (
	"strings"
	"testing"
)

// TestWhoseReply holds that a server's yes is never lost, and given to an
// attempt beyond doubt only where no other can have it.
func TestWhoseReply(t *testing.T) {
	const krb = "AUTH GSSAPI YIGA" // begins like a token
	testConversations(t, []conversation{{
		name:      "a 235 that nothing asked for",
		script:    greeted + "C: NOOP\nS: 250 ok\nS: 235 ok\nC: QUIT\nS: 221 bye",
		auth:      []string{"  none accepted 235"},
		anomalies: []string{"unexpected-reply@6"},
	}, {
		name:      "a verb that only the server knows for AUTH",
		script:    greeted + "C: AUTHX NTLM " + ntlm1 + "\nS: 334 " + ntlm2 + "\nC: " + ntlm3 + "\nS: 235 ok\nC: QUIT\nS: 221 bye",
		auth:      []string{"  ntlm accepted 235 s:ntlm.Challenge c:ntlm.Authenticate"},
		anomalies: []string{"unexpected-reply@5"},
	}, {
		name:      "white space before AUTH",
		script:    greeted + "C~ \\vAUTH NTLM " + ntlm1 + "\\r\\n\nS: 334 " + ntlm2 + "\nC: " + ntlm3 + "\nS: 235 ok",
		auth:      []string{"AUTH NTLM ntlm accepted 235 c:ntlm.Negotiate s:ntlm.Challenge c:ntlm.Authenticate"},
		anomalies: []string{"leading-space@4"},
	}, {
		name:      "a password that is a verb",
		script:    greeted + "C: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\nC: YWxpY2U=\nS: 334 UGFzc3dvcmQ6\nC: RSET\nS: 235 ok\nC: MAIL FROM:<a@x>\nS: 250 ok",
		auth:      []string{"AUTH LOGIN login accepted 235 s:sasl.login.prompt c:sasl.login.username s:sasl.login.prompt c:sasl.login.password"},
		anomalies: []string{},
	}, {
		name:      "a verb in place of a password",
		script:    greeted + "C: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\nC: RSET\nS: 250 ok\nC: NOOP\nS: 250 ok",
		auth:      []string{"AUTH LOGIN login incomplete 0 s:sasl.login.prompt"},
		anomalies: []string{},
		dialogue: greetedLines + `C4 command AUTH LOGIN
S5 reply 334 <token> {sasl.login.prompt}
C6 command RSET
S7 reply 250 ok
C8 command NOOP
S9 reply 250 ok
`,
	}, {
		name:     "DATA in place of a password",
		script:   addressed + "C: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\nC: DATA\nS: 354 go\nC~ x\\r\\n.\\r\\n\nS: 250 ok",
		messages: []string{"a@x>b@x=250 DATA 3 sent 250 complete"},
	}, {
		name:   "AUTH in a line that the server does not see begin",
		script: greeted + "C~ NOOP x\\n" + krb + "\\r\\n\nS: 250 ok\nC: AUTH PLAIN AGEAYg==\nS: 235 ok\nC: NOOP\nS: 250 ok",
		auth:   []string{"AUTH GSSAPI none accepted 235 doubtful c:unknown", "AUTH PLAIN plain incomplete 250 c:sasl.plain.message"},
	}, {
		name:   "the same, refused",
		script: greeted + "C~ FOO x\\n" + krb + "\\r\\n\nS: 500 bad\nC: AUTH PLAIN AGEAYg==\nS: 235 ok",
		auth:   []string{"AUTH GSSAPI none accepted 235 doubtful c:unknown", "AUTH PLAIN plain incomplete 0 c:sasl.plain.message"},
	}, {
		name:   "the same, with NTLM behind",
		script: greeted + "C~ NOOP x\\n" + krb + "\\r\\n\nS: 250 ok\nC: AUTH NTLM " + ntlm1 + "\nS: 334 " + ntlm2 + "\nC: " + ntlm3 + "\nS: 235 ok",
		auth:   []string{"AUTH GSSAPI none incomplete 0 c:unknown s:ntlm.Challenge", "AUTH NTLM ntlm accepted 235 doubtful c:ntlm.Negotiate"},
	}, {
		name:   "two in one flight, both answered",
		script: greeted + "C~ AUTH PLAIN AGEAYw==\\r\\nAUTH PLAIN AGEAYg==\\r\\n\nS~ 535 no\\r\\n235 ok\\r\\n",
		auth:   []string{"AUTH PLAIN plain rejected 535 c:sasl.plain.message", "AUTH PLAIN plain accepted 235 c:sasl.plain.message"},
	}, {
		name:   "a refusal, then another",
		script: greeted + "C: AUTH GSSAPI\nS: 334 \nC: *\nS: 501 no\nC: AUTH PLAIN AGEAYg==\nS: 235 ok",
		auth:   []string{"AUTH GSSAPI none cancelled 501 s:empty c:cancel", "AUTH PLAIN plain accepted 235 c:sasl.plain.message"},
	}, {
		name:   "given up before TLS began",
		script: greeted + "C: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\nC: STARTTLS\nS: 220 go\n" + clientHello + "\n" + serverHello + "\nCT: AUTH PLAIN AGEAYg==\nST: 235 ok",
		auth:   []string{"AUTH LOGIN login incomplete 0 s:sasl.login.prompt", "AUTH PLAIN plain accepted 235 c:sasl.plain.message"},
	}, {
		name:   "answered by what decides nothing",
		script: greeted + "C: AUTH PLAIN AGEAYw==\nS: 250 what\nC: AUTH PLAIN AGEAYg==\nS: 235 ok",
		auth:   []string{"AUTH PLAIN plain incomplete 250 c:sasl.plain.message", "AUTH PLAIN plain accepted 235 c:sasl.plain.message"},
	}, {
		name:   "behind commands that were not answered",
		script: greeted + "C~ FOO\\nXX\\nAUTH PLAIN AGEAYg==\\r\\n\nS: 500 what\nS: 235 ok",
		auth:   []string{"AUTH PLAIN plain accepted 235 doubtful c:sasl.plain.message"},
	}})
}

// TestLostPart holds that a name is not read where it may be a password.
func TestLostPart(t *testing.T) {
	s := script(greeted+"C: AUTH LOGIN\nS! 18\nC: c2VjcmV0d29yZA==\nS: 535 no").run(t, Options{})
	for _, a := range s.Auth {
		if a.SASL != nil && strings.Contains(a.SASL.User, "secret") {
			t.Errorf("user %q", a.SASL.User)
		}
	}
}
