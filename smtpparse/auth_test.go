package smtpparse

import (
	"strings"
	"testing"
)

// Tokens of [MS-SMTPNTLM] 4.1.
const (
	ntlm1 = "TlRMTVNTUAABAAAAt4II4gAAAAAAAAAAAAAAAAAAAAAFAs4OAAAADw=="
	ntlm2 = "TlRMTVNTUAACAAAAFgAWADgAAAA1goriZt7rI6Uq/ccAAAAAAAAAAGwAbABOAAAABQLODgAAAA9FAFgAQwBIAC0AQwBMAEkALQA2ADYAAgAWAEUAWABDAEgALQBDAEwASQAtADYANgABABYARQBYAEMASAAtAEMATABJAC0ANgA2AAQAFgBlAHgAYwBoAC0AYwBsAGkALQA2ADYAAwAWAGUAeABjAGgALQBjAGwAaQAtADYANgAAAAAA"
	ntlm3 = "TlRMTVNTUAADAAAAGAAYAHwAAAAYABgAlAAAABYAFgBIAAAACAAIAF4AAAAWABYAZgAAABAAEACsAAAANYKI4gUCzg4AAAAPZQB4AGMAaAAtAGMAbABpAC0ANgA2AHQAZQBzAHQARQBYAEMASAAtAEMATABJAC0ANgA2AAZKkK42dvN2AAAAAAAAAAAAAAAAAAAAABvqCZdJZ0NxuuMaNT5PPn5aZ6imuk9cPZkPUjEYNIRezkCGmTwS5G0="
)

const greeted = `
S: 220 mail.test ESMTP
C: EHLO c
S~ 250-mail.test\r\n250-PIPELINING\r\n250 AUTH NTLM GSSAPI PLAIN LOGIN\r\n
`

// greetedLines is the dialogue of greeted.
const greetedLines = `
S1 reply 220 mail.test ESMTP
C2 command EHLO c
S3 reply 250-mail.test
S3 reply 250-PIPELINING
S3 reply 250 AUTH NTLM GSSAPI PLAIN LOGIN
`

func TestAuth(t *testing.T) {
	testConversations(t, []conversation{{
		name: "a hash before the token, a token in the outcome",
		script: greeted + `
C: X-EXPS EXCHANGEAUTH SHA256 ` + ntlm1 + `
S: 235 ` + ntlm2 + `
`,
		auth:      []string{"X-EXPS EXCHANGEAUTH ntlm accepted 235 c:exchangeauth > ntlm.Negotiate"},
		anomalies: []string{},
		dialogue: greetedLines + `C4 command X-EXPS EXCHANGEAUTH SHA256 <token> {exchangeauth > ntlm.Negotiate}
S5 reply 235 <token>
`,
	}, {
		name: "NTLM after human text",
		script: greeted + `
C: AUTH NTLM
S: 334 ntlm supported
C: ` + ntlm1 + `
S: 334 ` + ntlm2 + `
C: ` + ntlm3 + `
S: 235 2.7.0 Authentication successful
`,
		auth:      []string{"AUTH NTLM ntlm accepted 235 s:text c:ntlm.Negotiate s:ntlm.Challenge c:ntlm.Authenticate"},
		anomalies: []string{},
		dialogue: greetedLines + `C4 command AUTH NTLM
S5 reply 334 ntlm supported {text}
C6 auth <token> {ntlm.Negotiate}
S7 reply 334 <token> {ntlm.Challenge}
C8 auth <token> {ntlm.Authenticate}
S9 reply 235 2.7.0 Authentication successful
`,
		check: func(t *testing.T, s *Session) {
			a := s.Auth[0]
			if a.NTLM == nil || a.NTLM.User != "test" || a.EnhancedCode != "2.7.0" || a.ReplyText != "Authentication successful" {
				t.Errorf("%+v, NTLM %+v", a, a.NTLM)
			}
			if a.FirstFrame != 4 || a.LastFrame != 9 || a.InitialResponse || a.Steps[0].Text != "ntlm supported" || a.Steps[1].Tree == nil {
				t.Errorf("%+v", a)
			}
		},
	}, {
		name: "initial response, verb and mechanism in lower case, X-EXPS",
		script: greeted + `
C: x-exps ntlm ` + ntlm1 + `
S: 334 ` + ntlm2 + `
C: ` + ntlm3 + `
S: 535 5.7.3 Authentication unsuccessful
`,
		auth: []string{"X-EXPS NTLM ntlm rejected 535 c:ntlm.Negotiate s:ntlm.Challenge c:ntlm.Authenticate"},
		check: func(t *testing.T, s *Session) {
			if !s.Auth[0].InitialResponse {
				t.Error("the initial response was not noted")
			}
			if got := s.Dialogue[5].Text; got != "X-EXPS NTLM <token>" {
				t.Errorf("dialogue %q", got)
			}
		},
	}, {
		name: "words that would decode are no token after a bare GSS verb",
		script: greeted + `
C: AUTH GSSAPI
S: 334 GSSAPIok
C: *
S: 501 5.5.4 cancelled
`,
		auth:      []string{"AUTH GSSAPI none cancelled 501 s:text c:cancel"},
		anomalies: []string{},
	}, {
		name: "a server that begins with its own token",
		script: greeted + `
C: AUTH GSSAPI
S: 334 ` + ntlm2 + `
C: *
S: 501 no
`,
		auth: []string{"AUTH GSSAPI none cancelled 501 s:ntlm.Challenge c:cancel"},
	}, {
		name: "empty initial response and empty challenge",
		script: greeted + `
C: AUTH EXTERNAL =
S: 334
C:
S: 504 5.5.4 no
C: AUTH PLAIN
S: 334 
C: =
S: 535 5.7.8 no
`,
		auth: []string{"AUTH EXTERNAL external rejected 504 c:empty s:empty c:empty", "AUTH PLAIN plain rejected 535 s:empty c:empty"},
	}, {
		name: "refused at once, before TLS and for its name",
		script: greeted + `
C: AUTH PLAIN
S: 530 5.7.0 Must issue a STARTTLS command first
C: AUTH NOSUCH
S: 504 5.5.4 unknown
C: AUTH PLAIN AGEAYg==
S: 538 5.7.11 Encryption required
C: AUTH
S: 501 syntax
`,
		auth: []string{"AUTH PLAIN plain rejected 530", "AUTH NOSUCH unknown rejected 504", "AUTH PLAIN plain rejected 538 c:sasl.plain.message", "AUTH  none rejected 501"},
	}, {
		name: "a second one after success",
		script: greeted + `
C: AUTH PLAIN AGEAYg==
S: 235 ok
C: AUTH PLAIN AGEAYg==
S: 503 5.5.1 already
`,
		auth:      []string{"AUTH PLAIN plain accepted 235 c:sasl.plain.message", "AUTH PLAIN plain rejected 503 c:sasl.plain.message"},
		anomalies: []string{"auth-after-success@6"},
	}, {
		name: "pipelined with what follows",
		script: greeted + `
C~ AUTH PLAIN AGEAYg==\r\nMAIL FROM:<a@x>\r\nQUIT\r\n
S~ 235 ok\r\n250 ok\r\n221 bye\r\n
`,
		auth:      []string{"AUTH PLAIN plain accepted 235 c:sasl.plain.message"},
		anomalies: []string{},
	}, {
		name: "responses sent before the challenges",
		script: greeted + `
C~ AUTH LOGIN\r\nYWxpY2U=\r\nc2VjcmV0\r\nNOOP\r\n
S~ 334 VXNlcm5hbWU6\r\n334 UGFzc3dvcmQ6\r\n535 no\r\n250 ok\r\n
`,
		auth: []string{"AUTH LOGIN login rejected 535 s:sasl.login.prompt c:sasl.login.username s:sasl.login.prompt c:sasl.login.password"},
	}, {
		name: "refused, yet the client goes on sending",
		script: greeted + `
C~ AUTH LOGIN\r\nYWxpY2U=\r\ns3cr3t!\r\nNOOP\r\n
S~ 504 no\r\n500 what: YWxpY2U=\r\n500 what\r\n250 ok\r\n
`,
		auth: []string{"AUTH LOGIN login rejected 504"},
		dialogue: greetedLines + `C4 command AUTH LOGIN
S5 reply 504 no
C4 command <redacted> (8 octets)
C4 command <redacted> (7 octets)
C4 command NOOP
S5 reply 500 <redacted> (14 octets)
S5 reply 500 what
S5 reply 250 ok
`,
	}, {
		name: "base64 with noise, without padding, not at all",
		script: greeted + `
C: AUTH LOGIN
S: 334 VXNlcm5hbWU6
C: YWxp Y2U
S: 334 UGFzc3dvcmQ6
C: %%%
S: 501 5.5.2 Cannot decode
C: AUTH CRAM-MD5
S: 334 PDEyMy40NTZAbWFpbC50ZXN0Pg
C: *
S: 501 cancelled
`,
		anomalies: []string{"bad-base64@6 client", "bad-base64@8 client", "bad-base64@11 server"},
		check: func(t *testing.T, s *Session) {
			if s.Auth[0].SASL == nil || s.Auth[0].SASL.User != "alice" {
				t.Errorf("%+v", s.Auth[0].SASL)
			}
		},
	}, {
		name: "human text in place of a LOGIN challenge",
		script: greeted + `
C: AUTH LOGIN
S: 334 Please say your name
C: YWxpY2U=
S: 421 4.3.2 going down
`,
		auth:      []string{"AUTH LOGIN login rejected 421 s:text c:sasl.login.username"},
		anomalies: []string{},
	}, {
		name: "abandoned for another command",
		script: greeted + `
C: AUTH LOGIN
S: 334 VXNlcm5hbWU6
C: QUIT
S: 221 bye
`,
		auth: []string{"AUTH LOGIN login incomplete 0 s:sasl.login.prompt"},
	}, {
		name: "421 instead of waiting for the response",
		script: greeted + `
C: AUTH LOGIN
S: 334 VXNlcm5hbWU6
S: 421 4.4.2 timeout
`,
		auth: []string{"AUTH LOGIN login rejected 421 s:sasl.login.prompt"},
	}, {
		name: "a command of seven letters, which no base64 has",
		script: greeted + `
C: AUTH LOGIN
S: 334 VXNlcm5hbWU6
C: XEXCH50
S: 500 what
`,
		auth: []string{"AUTH LOGIN login incomplete 0 s:sasl.login.prompt"},
	}, {
		name: "a password that begins like NOOP",
		script: greeted + `
C: AUTH LOGIN
S: 334 VXNlcm5hbWU6
C: YWxpY2U=
S: 334 UGFzc3dvcmQ6
C: NOOP s3cret
S: 535 no
`,
		auth: []string{"AUTH LOGIN login rejected 535 s:sasl.login.prompt c:sasl.login.username s:sasl.login.prompt c:sasl.login.password"},
		dialogue: greetedLines + `C4 command AUTH LOGIN
S5 reply 334 <token> {sasl.login.prompt}
C6 auth <token> {sasl.login.username}
S7 reply 334 <token> {sasl.login.prompt}
C8 auth <token> {sasl.login.password}
S9 reply 535 no
`,
	}, {
		name: "an initial response without octets",
		script: greeted + `
C: AUTH PLAIN =
S: 334
C: AGEAYg==
S: 235 ok
`,
		auth:      []string{"AUTH PLAIN plain accepted 235 c:empty s:empty c:sasl.plain.message"},
		anomalies: []string{},
	}, {
		name: "EXCHANGEAUTH without a hash, its token begins like one",
		script: greeted + `
C: X-EXPS EXCHANGEAUTH SHAxMjM0NTY3ODkw
S: 535 no
`,
		auth: []string{"X-EXPS EXCHANGEAUTH exchangeauth rejected 535 c:exchangeauth"},
		dialogue: greetedLines + `C4 command X-EXPS EXCHANGEAUTH <token> {exchangeauth}
S5 reply 535 no
`,
	}, {
		name: "a later challenge of GSSAPI, which is no token that it begins with",
		script: greeted + `
C: AUTH GSSAPI ` + ntlm1 + `
S: 334 BQQF/wAMAAwAAAAAAAAAAQ==
C: *
S: 501 no
`,
		auth: []string{"AUTH GSSAPI ntlm cancelled 501 c:ntlm.Negotiate s:krb5.Wrap c:cancel"},
	}, {
		name: "words that are base64 by chance",
		script: greeted + `
C: AUTH GSSAPI
S: 334 oQBhbGxvd2Vk
C: *
S: 501 no
`,
		auth: []string{"AUTH GSSAPI none cancelled 501 s:text c:cancel"},
	}, {
		name:   "the capture ends in the middle",
		script: greeted + "C: AUTH NTLM " + ntlm1 + "\nS: 334 " + ntlm2,
		auth:   []string{"AUTH NTLM ntlm incomplete 0 c:ntlm.Negotiate s:ntlm.Challenge"},
	}})
}

func TestAuthLongLine(t *testing.T) {
	s := script(greeted+"C: AUTH PLAIN "+strings.Repeat("QUJD", 400)+"\nS: 500 5.5.6 too long").run(t, Options{Limits: Limits{Line: 1000}})
	if got := anomalies(s); len(got) != 1 || got[0] != "long-line@4 client" {
		t.Errorf("anomalies %q", got)
	}
	if s.Auth[0].Steps[0].Bytes > 750 || s.Auth[0].Outcome != Rejected {
		t.Errorf("%+v", s.Auth[0])
	}
}
