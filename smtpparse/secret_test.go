package smtpparse

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestSASLName(t *testing.T) {
	for word, want := range map[string]bool{
		"PLAIN": true, "login": true, "GSS-SPNEGO": true, "Scram-Sha-256": true, "scram-sha-256-PLUS": true, "OAuthBearer": true, "XOAuth2": true,
		"X_NEW": true, "aBcDeF": true, // too short to be a credential
		"": false, "PLAIN=": false, "AGEAYg==": false, "SCRAM-SHA3-512-PLUSPLUS": false,
		"YWxpY2VQYXNz": false, "Kerberos5Negotiate": false, "TWFya2VyLVBhc3N3": false, "c3dvcmQxMjM0": false,
	} {
		if got := saslName([]byte(word)); got != want {
			t.Errorf("saslName(%q) = %v", word, got)
		}
	}
}

// TestSecretsStayInside feeds a password in every way that a client might send
// it and looks for it in the whole record.
func TestSecretsStayInside(t *testing.T) {
	const marker = "Marker-Passw0rd"
	for name, s := range map[string]script{
		"PLAIN":                 script(greeted + "C: AUTH PLAIN " + b64("\x00alice\x00"+marker) + "\nS: 235 ok"),
		"PLAIN, welcomed":       script(greeted + "C: AUTH PLAIN " + b64("\x00alice\x00"+marker) + "\nS: 235 welcome, " + marker),
		"PLAIN after 334":       script(greeted + "C: AUTH PLAIN\nS: 334 \nC: " + b64("\x00alice\x00"+marker) + "\nS: 535 bad " + marker),
		"LOGIN":                 script(greeted + "C: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\nC: YWxpY2U=\nS: 334 UGFzc3dvcmQ6\nC: " + b64(marker) + "\nS: 535 " + b64(marker)),
		"LOGIN, echo decoded":   script(greeted + "C: AUTH LOGIN YWxpY2U=\nS: 334 UGFzc3dvcmQ6\nC: " + b64(marker) + "\nS: 535 I do not like '" + marker + "'"),
		"LOGIN, not encoded":    script(greeted + "C: AUTH LOGIN YWxpY2U=\nS: 334 UGFzc3dvcmQ6\nC: " + marker + "\nS: 535 no"),
		"XOAUTH2":               script(greeted + "C: AUTH XOAUTH2 " + b64("user=a\x01auth=Bearer "+marker+"\x01\x01") + "\nS: 535 no"),
		"XOAUTH2 cut":           script(greeted + "C~ AUTH XOAUTH2 " + script(b64("user=a\x01auth=Bearer " + marker + "\x01\x01")[:40]) + "\nC! 10\nS: 535 no"),
		"behind a refusal":      script(greeted + "C: AUTH LOGIN\nS: 530 no\nC: YWxpY2U=\nS: 500 what\nC: " + marker + "\nS: 500 what is " + marker),
		"out of nowhere":        script(greeted + "C: " + b64(marker) + "\nS: 500 5.5.2 unrecognised \"" + b64(marker) + "\""),
		"out of nowhere, plain": script(greeted + "C: " + marker + "\nS: 500 5.5.2 unrecognised command " + strings.ToUpper(marker)),
		"for a mechanism":       script(greeted + "C: AUTH " + b64(marker)[:18] + "\nS: 504 no " + b64(marker)[:18]),
		"another protocol":      script(greeted + "C: PASS " + marker + "\nS: 500 what"),
		"pipelined":             script(greeted + "C~ AUTH LOGIN\\r\\nYWxpY2U=\\r\\n" + script(b64(marker)) + "\\r\\n\nS~ 504 no\\r\\n500 no\\r\\n500 no\\r\\n"),
		"never answered":        script(greeted + "C~ AUTH LOGIN\\r\\nYWxpY2U=\\r\\n" + script(b64(marker)) + "\\r\\n"),
		"behind a hole":         script(greeted + "C! 10\nC: " + marker + "\nS: 500 " + marker + "\nC: " + b64(marker)),
		"without its end":       script(greeted + "C~ " + marker),
		"behind STARTTLS":       script(greeted + "C~ STARTTLS\\r\\nAUTH PLAIN " + script(b64("\x00a\x00"+marker)) + "\\r\\n\nS: 220 go\n" + clientHello),
		"one direction":         script("C: AUTH LOGIN\nC: YWxpY2U=\nC: " + b64(marker) + "\nC: QUIT"),
	} {
		t.Run(name, func(t *testing.T) {
			for _, mid := range []bool{false, true} {
				session := s.run(t, Options{Midstream: mid})
				record, err := json.Marshal(session)
				if err != nil {
					t.Fatal(err)
				}
				text := strings.ToLower(string(record))
				for _, secret := range []string{marker, b64(marker), strings.TrimRight(b64(marker), "=")[:16], b64("\x00alice\x00" + marker)[12:], b64(marker)[:18]} {
					if strings.Contains(text, strings.ToLower(secret)) {
						t.Errorf("midstream %v: %q is in the record:\n%s", mid, secret, dialogue(session))
					}
				}
			}
		})
	}
}

func TestShowSecrets(t *testing.T) {
	s := script(greeted+"C: AUTH PLAIN AGEAYg==\nS: 535 no\nC: c2VjcmV0c2VjcmV0\nS: 500 what").run(t, Options{ShowSecrets: true})
	if text := dialogue(s); !strings.Contains(text, "AUTH PLAIN AGEAYg==") || !strings.Contains(text, "c2VjcmV0c2VjcmV0") {
		t.Error(text)
	}
	if s.Auth[0].SASL.Password != "b" {
		t.Errorf("%+v", s.Auth[0].SASL)
	}
}
