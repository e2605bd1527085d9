package smtpparse

import (
	"strings"
	"testing"
)

func TestProxies(t *testing.T) {
	proxiedBy := func(want string, frame int64) func(t *testing.T, s *Session) {
		return func(t *testing.T, s *Session) {
			if s.ProxiedClient != want || s.ProxiedFrame != frame {
				t.Errorf("proxied client %q of frame %d, want %q of %d", s.ProxiedClient, s.ProxiedFrame, want, frame)
			}
			if s.Greeting == nil {
				t.Error("no greeting")
			}
		}
	}
	testConversations(t, []conversation{
		{name: "v1", script: "C: PROXY TCP4 192.0.2.99 192.0.2.1 51515 25\nS: 220 x\nC: EHLO c", anomalies: []string{"unanswered-command@3 1"}, check: proxiedBy("192.0.2.99:51515", 1)},
		{name: "v1 IPv6", script: "C: PROXY TCP6 2001:db8::1 2001:db8::2 51515 25\nS: 220 x", anomalies: []string{}, check: proxiedBy("[2001:db8::1]:51515", 1)},
		{name: "v1 unknown", script: "C: PROXY UNKNOWN\nS: 220 x", anomalies: []string{}, check: proxiedBy("", 0)},
		{name: "v1 malformed", script: "C: PROXY TCP4 nowhere\nS: 220 x", anomalies: []string{"bad-proxy-header@1"}, check: proxiedBy("", 0)},
		{name: "v2", script: `
C~ \r\n\r\n\x00\r\nQUIT\n\x21\x11\x00\x0c\xc0\x00\x02\x01\xc0\x00\x02\x02\x00\x19\x00\x1aEHLO c\r\n
S: 220 x
S: 250 x
`, anomalies: []string{"early-pipelining@1"}, hello: []string{"EHLO c 250"}, check: proxiedBy("192.0.2.1:25", 1)},
		{name: "v2 local, then implicit TLS", script: `
C~ \r\n\r\n\x00\r\nQUIT\n\x20\x00\x00\x00\x16\x03\x01\x00\x01x
ST: 220 x
`, anomalies: []string{}, check: func(t *testing.T, s *Session) {
			proxiedBy("", 0)(t, s)
			if s.TLS == nil || s.TLS.Via != "implicit" {
				t.Errorf("%+v", s.TLS)
			}
		}},
		{name: "v2 malformed", script: "C~ \\r\\n\\r\\n\\x00\\r\\nQUIT\\n\\x31\\x11\\x00\\x00\nS: 220 x", anomalies: []string{"bad-proxy-header@1"}, check: proxiedBy("", 0)},
		{name: "blank lines are no header", script: "S: 220 x\nC~ \\r\\n\\r\\nNOOP\\r\\n\nS~ 500 x\\r\\n500 x\\r\\n250 x\\r\\n", anomalies: []string{"early-pipelining@2"}, check: proxiedBy("", 0)},
		{name: "XCLIENT", script: greeted + `
C: XCLIENT NAME=[UNAVAILABLE] ADDR=IPV6:2001:db8::7
S: 250 ok
C: XCLIENT PORT=4242
S: 220 again
C: EHLO c
S: 250 x
`, anomalies: []string{}, hello: []string{"EHLO c 250 PIPELINING AUTH(NTLM GSSAPI PLAIN LOGIN)", "EHLO c 250"}, check: proxiedBy("[2001:db8::7]:4242", 6)},
		{name: "XCLIENT between two logins", script: greeted + `
C: AUTH PLAIN AGEAYg==
S: 235 ok
C: XCLIENT ADDR=192.0.2.7
S: 220 again
C: EHLO c
S: 250 x
C: AUTH PLAIN AGEAYg==
S: 235 ok
`, anomalies: []string{}, check: proxiedBy("192.0.2.7", 6)},
		{name: "XPROXYFROM", script: greeted + `
C: XPROXYFROM SID=08DB5A1E0F1C2D3E IP=192.0.2.44 PORT=51544 DOMAIN=sp01.contoso.test SEQNUM=1 PERMS=1077 AUTHSRC=Anonymous
S: 250 XProxyFrom accepted
`, anomalies: []string{}, check: proxiedBy("192.0.2.44:51544", 4)},
		{name: "XPROXY, refused at first", script: greeted + `
C: XPROXY SID=08DB IP=2001:db8::9 PORT=1 DOMAIN=c CAPABILITIES=0
S: 550 no
C: XPROXY SID=08DB IP=2001:db8::7 PORT=4242 DOMAIN=c CAPABILITIES=0
S: 250 XProxy accepted but not authenticated
C: MAIL FROM:<a@x>
S: 530 5.7.57 no
`, anomalies: []string{}, check: proxiedBy("[2001:db8::7]:4242", 6)},
		{name: "XCLIENT, the address refused and the name taken", script: greeted + `
C: XCLIENT ADDR=192.0.2.7
S: 501 no
C: XCLIENT NAME=c.test
S: 220 x
`, anomalies: []string{}, check: proxiedBy("", 0)},
		{name: "XCLIENT, once more for the same", script: greeted + `
C: XCLIENT ADDR=192.0.2.7 PORT=25
S: 220 x
C: XCLIENT LOGIN=alice
S: 220 x
C: XCLIENT PORT=[UNAVAILABLE]
S: 501 no
C: XCLIENT HELO=c
S: 220 x
`, anomalies: []string{}, check: proxiedBy("192.0.2.7:25", 4)},
		{name: "XCLIENT refused", script: greeted + "C: XCLIENT ADDR=192.0.2.7\nS: 550 no", anomalies: []string{}, check: proxiedBy("", 0)},
		{name: "XCLIENT unavailable, xtext", script: greeted + "C: xclient addr=[UNAVAILABLE]\nS: 220 x\nC: XCLIENT ADDR=192.0.2.7+20\nS: 220 x", check: proxiedBy("", 0)},
	})
}

// TestXCLIENTLogin: who has logged in at a proxy is masked, that nobody has is not.
func TestXCLIENTLogin(t *testing.T) {
	for said, want := range map[string]string{
		"XCLIENT LOGIN=alice ADDR=192.0.2.7": "XCLIENT LOGIN=<redacted> ADDR=192.0.2.7",
		"XCLIENT LOGIN=[UNAVAILABLE]":        "XCLIENT LOGIN=[UNAVAILABLE]",
		"xclient login=[tempunavail] PORT=1": "xclient login=[tempunavail] PORT=1",
		"XCLIENT PASSWORD=[UNAVAILABLE]x":    "XCLIENT PASSWORD=<redacted>",
	} {
		s := script(greeted+"C: "+said+"\nS: 220 x").run(t, Options{})
		if text := dialogue(s); !strings.Contains(text, want) {
			t.Errorf("%s: %s", said, text)
		}
	}
}
