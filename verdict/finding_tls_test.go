package verdict

import (
	"slices"
	"strings"
	"testing"

	"smtpscope/smtpparse"
	"smtpscope/tlsparse"
)

// TestAlertsHaveAdvice: a failed handshake is told with its alert, its frame and what
// to do about it.
func TestAlertsHaveAdvice(t *testing.T) {
	sc := secure(func(f *tlsparse.Facts) {
		f.Outcome = tlsparse.Failed
		f.Alerts = []tlsparse.Alert{{From: "client", Frame: 12, Level: "fatal", Name: "unknown_ca"}}
	})
	_, found := Judge(sc.s)
	i := slices.IndexFunc(found, func(f Finding) bool { return f.ID == "tls-handshake-failed" })
	if i < 0 || found[i].Frame != 12 || !strings.Contains(found[i].Text, "the client sent unknown_ca") || !strings.Contains(found[i].Next, "does not trust") {
		t.Errorf("%+v", found)
	}
}

// TestWhyClosed: the sentence says which key would help.
func TestWhyClosed(t *testing.T) {
	for _, test := range []struct {
		hidden tlsparse.Hidden
		suite  string
		want   string
	}{
		{tlsparse.HiddenNoKeys, "TLS_AES_128_GCM_SHA256", "(no key was given: --keylog)"},
		{tlsparse.HiddenNoKeys, "TLS_RSA_WITH_AES_128_GCM_SHA256", "--tls-key with the server's RSA key"},
		{tlsparse.HiddenNoKey, "TLS_AES_128_GCM_SHA256", "the keys given hold none of this session"},
		{tlsparse.HiddenWrongKey, "TLS_AES_128_GCM_SHA256", "does not fit"},
		{tlsparse.HiddenUnsupported, "TLS_RSA_WITH_SEED_CBC_SHA", "SEED_CBC_SHA in TLS 1.2 is not supported"},
		{tlsparse.HiddenNoHandshake, "", "its handshake is not in the capture"},
	} {
		sc := start().starttls(false, 900, 3000).with(func(s *smtpparse.Session) {
			s.TLS.Version, s.TLS.CipherSuite, s.TLS.Outcome, s.TLS.Hidden = "TLS 1.2", test.suite, tlsparse.Done, test.hidden
		})
		if v, _ := Judge(sc.s); v.State != Encrypted || !strings.Contains(v.Text, test.want) {
			t.Errorf("%s: %s: %q", test.hidden, v.State, v.Text)
		}
	}
}
