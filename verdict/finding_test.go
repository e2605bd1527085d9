package verdict

import (
	"slices"
	"strings"
	"testing"

	"smtpscope/smtpparse"
)

func TestFindings(t *testing.T) {
	version := func(v string) option { return func(a *smtpparse.Auth) { a.NTLM.Version = v } }
	etype := func(name string) option { return func(a *smtpparse.Auth) { a.Kerberos.TicketEtype = name } }
	absent := func(a *smtpparse.Auth) { a.NTLM.ChannelBinding = "absent" }
	oddity := func(kinds ...smtpparse.AnomalyKind) func(*smtpparse.Session) {
		return func(s *smtpparse.Session) {
			for i, k := range kinds {
				s.Anomalies = append(s.Anomalies, smtpparse.Anomaly{Kind: k, Frame: int64(4 + i)})
			}
		}
	}
	for _, tc := range []struct {
		name   string
		script *script
		want   []string
	}{
		{name: "nothing", script: start().ehlo(gssapi).auth(kerberos(235)).mail(250, 250)},
		{name: "ntlmv1", script: start().auth(ntlm("NTLM", 235, version("NTLMv1"))), want: []string{"ntlmv1"}},
		{name: "ntlmv1 with session security, refused", script: start().auth(ntlm("NTLM", 535, version("NTLMv1 with session security"))), want: []string{"ntlmv1"}},
		{name: "ntlmv1 twice", script: start().auth(ntlm("NTLM", 535, version("NTLMv1"))).auth(ntlm("NTLM", 535, version("NTLMv1"))), want: []string{"ntlmv1"}},
		{name: "ntlmv2", script: start().auth(ntlm("NTLM", 235))},
		{name: "no response seen", script: start().auth(ntlm("NTLM", 535, version("")))},
		{name: "lm", script: start().auth(ntlm("NTLM", 235, version("LM only"))), want: []string{"lm-response"}},
		{name: "anonymous ntlm", script: start().auth(ntlm("NTLM", 235, version("anonymous"))), want: []string{"anonymous-ntlm"}},
		{name: "anonymous ntlm refused", script: start().auth(ntlm("NTLM", 535, version("anonymous")))},
		{name: "no binding", script: start().starttls(true, 900, 3000).auth(ntlm("NTLM", 235, absent)), want: []string{"no-channel-binding"}},
		{name: "no binding, no tls", script: start().auth(ntlm("NTLM", 235, absent))},
		{name: "no binding, refused", script: start().starttls(true, 900, 3000).auth(ntlm("NTLM", 535, absent))},
		{name: "rc4", script: start().auth(kerberos(235, etype("rc4-hmac"))), want: []string{"rc4-ticket"}},
		{name: "rc4 by its other name", script: start().auth(kerberos(235, etype("arcfour-hmac"))), want: []string{"rc4-ticket"}},
		{name: "des", script: start().auth(kerberos(535, etype("des-cbc-md5"))), want: []string{"des-ticket"}},
		{name: "unknown etype", script: start().auth(kerberos(235, etype("etype-99")))},
		{name: "clear password", script: start().auth(sasl("PLAIN", "plain", 235)), want: []string{"clear-password"}},
		{name: "clear password, refused", script: start().auth(sasl("LOGIN", "login", 535)), want: []string{"clear-password"}},
		{name: "password not sent", script: start().auth(sasl("LOGIN", "login", 535, func(a *smtpparse.Auth) { a.SASL.Password = "" }))},
		{name: "password inside tls", script: start().starttls(true, 900, 3000).auth(sasl("PLAIN", "plain", 235))},
		{name: "challenge in the clear", script: start().auth(sasl("CRAM-MD5", "cram-md5", 235))},
		{name: "plain offered", script: start().ehlo([]string{"AUTH", "plain", "LOGIN"}).quit(), want: []string{"weak-mechanism-offered-before-tls"}},
		{name: "plain offered inside tls", script: start().ehlo([]string{"STARTTLS"}).starttls(true, 900, 3000).ehlo([]string{"AUTH", "PLAIN"}).quit()},
		{name: "stripped", script: start().with(oddity(smtpparse.STARTTLSStripped)).quit(), want: []string{"starttls-stripped"}},
		{name: "injection both ways", script: start().with(oddity(smtpparse.CommandAfterSTARTTLS, smtpparse.ReplyAfterSTARTTLS)).quit(), want: []string{"starttls-injection", "starttls-injection"}},
		{name: "plain after starttls", script: start().with(oddity(smtpparse.PlainAfterSTARTTLS)).quit(), want: []string{"plaintext-after-starttls"}},
		{name: "smuggling twice", script: start().with(oddity(smtpparse.DotEndSmuggling, smtpparse.DotEndSmuggling)).quit(), want: []string{"smuggling"}},
		{name: "bare LF alone", script: start().with(oddity(smtpparse.BareLF)).quit()},
		{name: "mail after failure", script: start().auth(ntlm("NTLM", 535)).mail(250, 250), want: []string{"mail-after-failed-auth"}},
		{name: "mail after failure and a hole", script: start().auth(ntlm("NTLM", 535)).gap("server").mail(250, 250), want: []string{"capture-lossy"}},
		{name: "mail refused after failure", script: start().auth(ntlm("NTLM", 535)).mail(550, 0)},
		{name: "mail before failure", script: start().ehlo().mail(250, 250).auth(ntlm("NTLM", 535))},
		{name: "mail after failure and success", script: start().auth(ntlm("NTLM", 535)).auth(ntlm("NTLM", 235)).mail(250, 250)},
		{name: "overlaps", script: start().quit().with(func(s *smtpparse.Session) { s.Quality.ConflictingOverlaps = 3 }), want: []string{"conflicting-overlaps"}},
		{name: "loss", script: start().gap("client").quit(), want: []string{"capture-lossy"}},
		{name: "snap length", script: start().quit().with(func(s *smtpparse.Session) { s.Quality.TruncatedPackets = 1 }), want: []string{"capture-lossy"}},
		{name: "retransmissions are no loss", script: start().quit().with(func(s *smtpparse.Session) { s.Quality.Retransmissions, s.Quality.OutOfOrder = 9, 9 })},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, found := Judge(tc.script.s)
			var got []string
			frames := framesOf(tc.script.s)
			for _, f := range found {
				got = append(got, f.ID)
				if f.Text == "" || strings.HasSuffix(f.Text, ".") || f.Next == "" || !slices.Contains([]string{"high", "medium", "low", "info"}, f.Severity) {
					t.Errorf("finding = %+v", f)
				}
				if f.Frame != 0 && !frames[f.Frame] {
					t.Errorf("%s: frame %d is not of the session", f.ID, f.Frame)
				}
			}
			if !slices.Equal(got, tc.want) {
				t.Errorf("findings = %v, want %v", got, tc.want)
			}
		})
	}
}

func TestClear(t *testing.T) {
	for _, tc := range []struct {
		name   string
		script *script
		want   bool
	}{
		{name: "accepted", script: start().auth(sasl("PLAIN", "plain", 235)), want: true},
		{name: "refused", script: start().auth(sasl("PLAIN", "plain", 535)), want: true},
		{name: "then Kerberos", script: start().auth(sasl("PLAIN", "plain", 535)).auth(kerberos(235)), want: true},
		{name: "inside tls", script: start().starttls(true, 900, 3000).auth(sasl("PLAIN", "plain", 235))},
		{name: "kerberos", script: start().auth(kerberos(235))},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if v, _ := Judge(tc.script.s); v.Clear != tc.want {
				t.Errorf("clear = %t, want %t", v.Clear, tc.want)
			}
		})
	}
}
