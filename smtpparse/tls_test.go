package smtpparse

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

const (
	clientHello = `C~ \x16\x03\x01\x00\x05hello`
	serverHello = `S~ \x16\x03\x03\x00\x02hi`
)

func TestTLS(t *testing.T) {
	testConversations(t, []conversation{{
		name: "STARTTLS, both sides opaque",
		script: greeted + `
C: STARTTLS
S: 220 2.0.0 go
` + clientHello + `
` + serverHello + `
C~ \x17\x03\x03\x00\x03\r\nx
S! 100
S~ \x17\x03\x03\x00\x01x
`,
		anomalies: []string{},
		check: func(t *testing.T, s *Session) {
			want := &TLS{Via: "starttls", Frame: 4, ReplyFrame: 5, OctetsClient: 18, OctetsServer: 13}
			if diff := cmp.Diff(want, s.TLS); diff != "" {
				t.Error(diff)
			}
		},
		dialogue: greetedLines + `C4 command STARTTLS
S5 reply 220 2.0.0 go
C6 tls [18]
S7 tls [7]
S9 gap [100]
S10 tls [6]
`,
	}, {
		name: "what was said inside, and RFC 3207's forgetting",
		script: greeted + `
C: STARTTLS
S: 220 go
` + clientHello + `
` + serverHello + `
CT: EHLO inside
ST~ 250-mail.test\r\n250 AUTH GSSAPI\r\n
CT: AUTH PLAIN AGEAYg==
ST: 235 ok
CT: QUIT
ST: 221 bye
`,
		hello:     []string{"EHLO c 250 PIPELINING AUTH(NTLM GSSAPI PLAIN LOGIN)", "EHLO inside 250 tls AUTH(GSSAPI)"},
		auth:      []string{"AUTH PLAIN plain accepted 235 c:sasl.plain.message"},
		anomalies: []string{},
		check: func(t *testing.T, s *Session) {
			if !s.TLS.Decrypted || !s.Auth[0].TLS || s.Hello[0].TLS || !s.Dialogue[len(s.Dialogue)-1].TLS {
				t.Errorf("%+v %+v", s.TLS, s.Hello)
			}
		},
	}, {
		name: "a login before and one inside",
		script: greeted + `
C: AUTH PLAIN AGEAYg==
S: 235 ok
C: STARTTLS
S: 220 go
` + clientHello + `
` + serverHello + `
CT: EHLO inside
ST~ 250-mail.test\r\n250 AUTH PLAIN\r\n
CT: AUTH PLAIN AGEAYg==
ST: 235 ok
`,
		auth:      []string{"AUTH PLAIN plain accepted 235 c:sasl.plain.message", "AUTH PLAIN plain accepted 235 c:sasl.plain.message"},
		anomalies: []string{},
	}, {
		name: "a hole inside TLS",
		script: clientHello + `
` + serverHello + `
ST: 220 mail.test
CT: EHLO inside
ST~ 250-mail.test\r\n250-AUTH NTLM\r\n
ST! 0
ST: 250 CHUNKING
CT: MAIL FROM:<a@x>
ST: 250 2.1.0 ok
CT: RCPT TO:<b@x>
ST: 250 2.1.5 ok
`,
		hello:    []string{"EHLO inside 250 tls incomplete AUTH(NTLM) CHUNKING"},
		messages: []string{"a@x>b@x=250 DATA 0 cut 0"},
		check: func(t *testing.T, s *Session) {
			if s.TLS.Via != "implicit" || s.TLS.Frame != 1 || s.Greeting == nil {
				t.Errorf("%+v %+v", s.TLS, s.Greeting)
			}
		},
	}, {
		name: "X-ANONYMOUSTLS, and a ClientHello in SSL 2.0 framing",
		script: greeted + `
C: x-anonymoustls
S: 220 go
C~ \x80\x2e\x01\x03\x01rest
`,
		tls: "x-anonymoustls 4-5, 9 to and 0 fro",
	}, {
		name: "refused",
		script: greeted + `
C: STARTTLS
S: 454 4.7.0 not now
C: NOOP
S: 250 ok
`,
		anomalies: []string{},
		tls:       "none",
	}, {
		name: "another verb that begins alike",
		script: greeted + `
C: STARTTLSX
S: 220 go
C: NOOP
S: 250 ok
`,
		tls: "none",
	}, {
		name: "commands behind STARTTLS",
		script: greeted + `
C~ STARTTLS\r\nMAIL FROM:<evil@x>\r\n
S: 220 go
` + clientHello + `
` + serverHello + `
`,
		anomalies: []string{"command-after-starttls@4"},
		messages:  []string{},
		dialogue: greetedLines + `C4 command STARTTLS
S5 reply 220 go
C4 command MAIL FROM:<evil@x>
C6 tls [10]
S7 tls [7]
`,
	}, {
		name: "a reply behind the 220",
		script: greeted + `
C: STARTTLS
S~ 220 go\r\n250 injected\r\n
` + clientHello + `
` + serverHello + `
`,
		anomalies: []string{"reply-after-starttls@5"},
		tls:       "starttls 4-5, 10 to and 7 fro",
	}, {
		name: "plain text for good: a box that decrypts",
		script: greeted + `
C: STARTTLS
S: 220 go
C: EHLO again
S~ 250-mail.test\r\n250 AUTH LOGIN\r\n
C: MAIL FROM:<a@x>
S: 250 ok
C: RCPT TO:<b@x>
S: 250 ok
`,
		hello:     []string{"EHLO c 250 PIPELINING AUTH(NTLM GSSAPI PLAIN LOGIN)", "EHLO again 250 AUTH(LOGIN)"},
		anomalies: []string{"plaintext-after-starttls@6"},
		messages:  []string{"a@x>b@x=250 DATA 0 cut 0"},
		tls:       "none",
	}, {
		name: "the ClientHello's beginning is missing",
		script: greeted + `
C: STARTTLS
S: 220 go
C! 200
C~ \x02\x03\x8f\xff\nabc
` + serverHello + `
`,
		tls: "starttls 4-5, 8 to and 7 fro",
	}, {
		name: "a blanked STARTTLS",
		script: `
S: 220 ****
C: EHLO c
S~ 250-mail.test\r\n250-XXXXXXXA\r\n250 SIZE\r\n
`,
		anomalies: []string{"starttls-stripped@3"},
	}, {
		name:    "the middle of TLS",
		options: Options{Midstream: true},
		script: `
C~ \x17\x03\x03\x00\x03abc
S~ \x17\x03\x03\x00\x03abc
`,
		tls: "implicit 1-0, 8 to and 8 fro",
	}})
}

// TestOpaque holds that the octets of TLS are handed on, and that who was handed
// octets that only looked like it is told so.
func TestOpaque(t *testing.T) {
	const handshake = script("C: STARTTLS\nS: 220 go\n" + clientHello + "\n" + serverHello)
	for name, talk := range map[string]script{
		"STARTTLS":                   greeted + handshake,
		"behind what only looked so": greeted + "C~ \\x16\\x03\\x01\\r\\n\nS: 500 what\n" + handshake,
	} {
		turns, err := talk.turns()
		if err != nil {
			t.Fatal(err)
		}
		for _, split := range []splitter{whole, bytewise, random(3)} {
			var got opaqueOctets
			play(turns, Options{Opaque: &got}, split)
			want := opaqueOctets{"\x16\x03\x01\x00\x05hello", "\x16\x03\x03\x00\x02hi"}
			if got != want {
				t.Errorf("%s: got %q", name, got)
			}
		}
	}
}

// opaqueOctets is what a parser took for TLS.
type opaqueOctets [2]string

func (o *opaqueOctets) Opaque(dir Dir, at Mark, data []byte) { o[dir] += string(data) }
func (o *opaqueOctets) OpaqueGap(dir Dir, at Mark, n int64)  { o[dir] += "…" }
func (o *opaqueOctets) NotOpaque()                           { *o = opaqueOctets{} }
