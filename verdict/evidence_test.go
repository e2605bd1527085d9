package verdict

import (
	"reflect"
	"testing"

	"smtpscope/authtoken"
	"smtpscope/smtpparse"
)

// framesOf collects every frame number that the model holds, however deep.
func framesOf(s *smtpparse.Session) map[int64]bool {
	frames := make(map[int64]bool)
	collectFrames(reflect.ValueOf(s), frames)
	return frames
}

func collectFrames(v reflect.Value, frames map[int64]bool) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			collectFrames(v.Elem(), frames)
		}
	case reflect.Slice:
		for i := range v.Len() {
			collectFrames(v.Index(i), frames)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			switch field := v.Type().Field(i); field.Name {
			case "Frame", "ReplyFrame", "FirstFrame", "LastFrame", "Last":
				frames[v.Field(i).Int()] = true
			case "Time", "Start", "End", "Client", "Server":
			default:
				collectFrames(v.Field(i), frames)
			}
		}
	}
}

func TestEvidenceSaysNothingTwice(t *testing.T) {
	ct := Court{evidence: []Evidence{{Frame: 2, Text: "B"}, {Frame: 1, Text: "B"}, {Frame: 1, Text: "A"}, {Frame: 1, Text: "B"}}}
	want := []Evidence{{Frame: 1, Text: "B; A"}, {Frame: 2, Text: "B"}}
	if got := ct.inOrder(); !reflect.DeepEqual(got, want) {
		t.Errorf("evidence = %+v, want %+v", got, want)
	}
}

func TestEvidence(t *testing.T) {
	for _, tc := range []struct {
		name   string
		script *script
		want   []Evidence
	}{
		{
			name:   "kerberos",
			script: start().ehlo(gssapi).auth(kerberos(235, negotiation("MS-KRB5", "MS-KRB5"))),
			want: []Evidence{
				{Frame: 7, Text: "AUTH GSSAPI"},
				{Frame: 8, Text: "AP-REQ: a Kerberos ticket for SMTPSVC/ex01.contoso.test"},
				{Frame: 9, Text: "the server selected MS-KRB5"},
				{Frame: 10, Text: "235"},
			},
		},
		{
			name:   "fallback",
			script: start().auth(kerberos(535, krbError(41, "KRB_AP_ERR_MODIFIED(41)"))).auth(ntlm("NTLM", 235)),
			want: []Evidence{
				{Frame: 5, Text: "AUTH GSSAPI"},
				{Frame: 6, Text: "AP-REQ: a Kerberos ticket for SMTPSVC/ex01.contoso.test"},
				{Frame: 7, Text: "KRB-ERROR: KRB_AP_ERR_MODIFIED(41)"},
				{Frame: 8, Text: "535"},
				{Frame: 9, Text: "AUTH NTLM"},
				{Frame: 10, Text: "NTLM NEGOTIATE_MESSAGE"},
				{Frame: 11, Text: "NTLM CHALLENGE_MESSAGE"},
				{Frame: 12, Text: `NTLM AUTHENTICATE_MESSAGE: NTLMv2 as CONTOSO\alice`},
				{Frame: 13, Text: "235"},
			},
		},
		{
			name:   "password",
			script: start().auth(sasl("LOGIN", "login", 235)),
			want:   []Evidence{{Frame: 5, Text: "AUTH LOGIN"}, {Frame: 6, Text: "the client's answer"}, {Frame: 7, Text: "235"}},
		},
		{
			name:   "login with its kinds",
			script: start().auth(sasl("LOGIN", "login", 235, steps("client sasl.login.username", "client sasl.login.password"))),
			want:   []Evidence{{Frame: 5, Text: "AUTH LOGIN"}, {Frame: 7, Text: "the client's password"}, {Frame: 8, Text: "235"}},
		},
		{
			name:   "scram",
			script: start().auth(sasl("SCRAM-SHA-256", "scram-sha-256", 235, steps("client sasl.scram.client-first", "server sasl.scram.server-first", "client sasl.scram.client-final", "server sasl.scram.server-final"))),
			want:   []Evidence{{Frame: 5, Text: "AUTH SCRAM-SHA-256"}, {Frame: 8, Text: "the client's SCRAM proof"}, {Frame: 10, Text: "235"}},
		},
		{
			name: "bearer token refused",
			script: start().auth(sasl("OAUTHBEARER", "oauthbearer", 535, steps("client sasl.oauthbearer.client-first", "server sasl.oauthbearer.error", "client sasl.oauthbearer.dummy"),
				func(a *smtpparse.Auth) { a.SASL.Error = "status=invalid_token" })),
			want: []Evidence{{Frame: 5, Text: "AUTH OAUTHBEARER"}, {Frame: 6, Text: "the bearer token"}, {Frame: 7, Text: "the server's error: status=invalid_token"}, {Frame: 9, Text: "535"}},
		},
		{
			name:   "ticket behind a GS2 header",
			script: start().auth(kerberos(535, steps("client gs2 > krb5.AP-REQ"), func(a *smtpparse.Auth) { a.SASL = &authtoken.SASL{ChannelBinding: "none"} })),
			want:   []Evidence{{Frame: 5, Text: "AUTH GSSAPI"}, {Frame: 6, Text: "AP-REQ: a Kerberos ticket for SMTPSVC/ex01.contoso.test"}, {Frame: 7, Text: "535"}},
		},
		{
			name:   "recipient taken, the transaction not kept",
			script: start().ehlo().say("MAIL").answer(250).say("RCPT").answer(250).say("MAIL").answer(503).quit(),
			want:   []Evidence{{Frame: 5, Text: "EHLO"}, {Frame: 7, Text: "MAIL without AUTH before it"}, {Frame: 9, Text: "RCPT, which the server took"}},
		},
		{
			name:   "ended by the server",
			script: start().ehlo().answer(421),
			want:   []Evidence{{Frame: 4, Text: "greeting"}, {Frame: 5, Text: "EHLO"}, {Frame: 7, Text: "421: the server ended it"}},
		},
		{
			name:   "ticket cut by the snap length",
			script: start().auth(kerberos(235, gapped, func(a *smtpparse.Auth) { a.Kerberos.APReq = false })),
			want:   []Evidence{{Frame: 5, Text: "AUTH GSSAPI"}, {Frame: 6, Text: "AP-REQ that could not be read to its end"}, {Frame: 7, Text: "235"}},
		},
		{
			name: "midstream in a body",
			script: resume().with(func(s *smtpparse.Session) {
				s.Dialogue = []smtpparse.Line{{From: "client", Kind: smtpparse.LineData, Frame: 27}}
				s.Messages = []*smtpparse.Message{{FirstFrame: 1, LastFrame: 27, Status: "sent"}}
			}),
			want: []Evidence{{Frame: 1, Text: "the first that was seen of the session; mail"}},
		},
		{
			name:   "anonymous",
			script: start().ehlo().mail(250, 250),
			want: []Evidence{
				{Frame: 5, Text: "EHLO"},
				{Frame: 7, Text: "MAIL without AUTH before it"},
				{Frame: 14, Text: "final reply to the mail: 250"},
			},
		},
		{
			name:   "refused MAIL",
			script: start().ehlo().say("MAIL").answer(530).quit(),
			want:   []Evidence{{Frame: 5, Text: "EHLO"}, {Frame: 7, Text: "MAIL without AUTH before it"}, {Frame: 8, Text: "refused: 530"}},
		},
		{
			name:   "encrypted",
			script: start().starttls(false, 900, 3000),
			want:   []Evidence{{Frame: 5, Text: "STARTTLS"}, {Frame: 6, Text: "the server agreed to TLS"}},
		},
		{
			name:   "implicit tls",
			script: resume().implicitTLS(900, 3000),
			want:   []Evidence{{Frame: 4, Text: "the first TLS record"}},
		},
		{
			name:   "tls whose beginning was not seen",
			script: resume().implicitTLS(900, 3000).with(func(s *smtpparse.Session) { s.TLS.Via, s.TLS.Frame = "starttls", 0 }),
			want:   []Evidence{{Frame: 4, Text: "TLS records from here on"}},
		},
		{
			name:   "gap",
			script: start().ehlo().gap("server").mail(250, 250),
			want:   []Evidence{{Frame: 7, Text: "packets are missing before this frame"}, {Frame: 8, Text: "mail"}},
		},
		{
			name:   "unfinished",
			script: start().auth(attempt("GSSAPI", "none", 0)).closed("eof"),
			want:   []Evidence{{Frame: 5, Text: "AUTH GSSAPI; the last line of the attempt"}},
		},
		{name: "nothing said", script: &script{s: &smtpparse.Session{Close: "rst"}}, want: []Evidence{}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if v, _ := Judge(tc.script.s); !reflect.DeepEqual(v.Evidence, tc.want) {
				t.Errorf("evidence = %+v, want %+v", v.Evidence, tc.want)
			}
		})
	}
}
