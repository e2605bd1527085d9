package smtpparse

import (
	"encoding/json"
	"strings"
	"testing"
)

// TestEcho looks for a password in the whole record when the server quotes it,
// or the client puts it where no password belongs.
func TestEcho(t *testing.T) {
	const marker = "Hu,nt;er2 xyzzY"
	plain := b64("\x00alice\x00" + marker)
	refused := "C: AUTH PLAIN " + plain + "\nS: 535 no\n"
	for name, s := range map[string]script{
		"no mechanism":                 script(greeted + "C: AUTH " + plain + "\nS: 504 no"),
		"mechanism and token in one":   script(greeted + "C: AUTH PLAIN=" + plain + "\nS: 504 no " + marker),
		"behind STARTTLS":              script(greeted + "C~ STARTTLS\\r\\nAUTH " + script(plain) + "\\r\\n" + script(plain) + "\\r\\n\nS: 220 go\n" + clientHello),
		"in human 334 text":            script(greeted + refused + "C: AUTH LOGIN\nS: 334 you said " + marker + "\nC: *\nS: 501 no"),
		"in a prompt":                  script(greeted + refused + "C: AUTH LOGIN\nS: 334 " + b64("wrong: "+marker) + "\nC: *\nS: 501 no"),
		"in a capability":              script(greeted + refused + "C: EHLO again\nS: 250-mx\nS: 250-X-LAST " + marker + "\nS: 250 SIZE"),
		"behind the 220 of STARTTLS":   script(greeted + refused + "C: STARTTLS\nS: 220 go\nS: 500 you said " + marker),
		"in brackets":                  script(greeted + "C: AUTH PLAIN " + plain + "\nS: 535 password=(" + marker + ")!"),
		"its beginning":                script(greeted + "C: AUTH PLAIN " + plain + "\nS: 535 rejected|" + marker[:8] + "***"),
		"as in a URL":                  script(greeted + "C: AUTH PLAIN " + plain + "\nS: 535 see /login?p=Hu%2Cnt%3Ber2%20xyzzY"),
		"behind 600 octets":            script(greeted + "C: AUTH PLAIN " + b64("\x00a\x00"+strings.Repeat("Q", 600)+marker) + "\nS: 535 bad " + marker),
		"the end of a huge token":      script(greeted + "C: AUTH PLAIN " + b64("\x00a\x00"+strings.Repeat("Q", 9000)+marker) + "\nS: 535 bad " + marker),
		"without authorization name":   script(greeted + "C: AUTH PLAIN " + b64("alice\x00"+marker) + "\nS: 535 bad " + marker),
		"the last part empty":          script(greeted + "C: AUTH PLAIN " + b64("alice\x00"+marker+"\x00") + "\nS: 535 bad " + marker),
		"much later":                   script(greeted + refused + "C: AUTH PLAIN AAAA\nS: 535 no\nC: QUIT\nS: 221 bye " + marker),
		"of a token that was not seen": script("S! 10\nC! 40\nS: 535 5.7.8 bad credential " + strings.ReplaceAll(marker, " ", "_")),
		"base64 that was not seen":     script("S! 10\nC! 40\nS: 535 5.7.8 cannot use " + plain),
		"in a URL of BURL":             script(greeted + "C: BURL imap://alice:" + strings.ReplaceAll(marker, " ", "_") + "@h/x;UID=1 LAST\nS: 500 no"),
		"of a short bearer token":      script(greeted + "C: AUTH XOAUTH2 " + b64("user=alice@x\x01auth=Bearer "+marker+"\x01\x01") + "\nS: 535 bad " + marker),
		"in XCLIENT":                   script(greeted + "C: XCLIENT LOGIN=alice PASSWORD=" + strings.ReplaceAll(marker, " ", "_") + "\nS: 500 no"),
		"of another protocol":          script(greeted + "C: PASS:" + marker + "\nS: 500 no"),
		"stray, behind a NOOP":         script(greeted + "C: AUTH LOGIN\nS: 502 no\nC: NOOP\nS: 250 ok\nC: " + marker[:7] + "\nS: 500 no"),
	} {
		t.Run(name, func(t *testing.T) {
			session := s.run(t, Options{})
			record, err := json.Marshal(session)
			if err != nil {
				t.Fatal(err)
			}
			text := strings.ToLower(string(record))
			for _, secret := range []string{"hu,nt;", "er2 xyz", "er2_xyz", "%2cnt", b64(marker)[:12], plain[12:24], b64("wrong: " + marker)[12:24]} {
				if strings.Contains(text, strings.ToLower(secret)) {
					t.Errorf("%q is in the record:\n%s", secret, dialogue(session))
				}
			}
		})
	}
}

// TestNoEcho holds that what servers say of themselves is shown.
func TestNoEcho(t *testing.T) {
	for name, s := range map[string]script{
		"a short bearer":    script(greeted + "C: AUTH XOAUTH2 dXNlcj1hbGljZUB4AWF1dGg9QmVhcmVyIGZBZHN3MHprWS5xAQE=\nS: 535 5.7.8 alice@x: authentication failed"),
		"a name":            script(greeted + "C: AUTH PLAIN AGFsaWNlQHgAc2VjcmV0\nS: 535 5.7.8 alice@x: authentication failed"),
		"a long token":      script(greeted + "C: AUTH NTLM " + ntlm1 + "\nS: 334 " + ntlm2 + "\nC: " + ntlm3 + "\nS: 535 5.7.3 Authentication unsuccessful"),
		"behind a hole":     script(greeted + "S! 10\nC: RCPT TO:<b@x>\nS: 550 5.1.1 <Recipient7@x>: User unknown"),
		"after the refusal": script(greeted + "C: AUTH PLAIN AGFsaWNlQHgAc2VjcmV0\nS: 535 no\nC: MAIL FROM:<a@x>\nS: 530 5.7.0 Authentication required"),
	} {
		t.Run(name, func(t *testing.T) {
			if d := dialogue(s.run(t, Options{})); strings.Contains(d, "redacted") {
				t.Error(d)
			}
		})
	}
}
