package tui

import (
	"encoding/base64"
	"strings"
	"testing"

	"smtpscope/authtoken"
	"smtpscope/smtpparse"
)

// TestMasked: of a token no octet is shown whose value the record does not print.
func TestMasked(t *testing.T) {
	field := func(value string, offset, length int) authtoken.Field {
		return authtoken.Field{Name: "f", Value: value, Offset: offset, Length: length}
	}
	tests := []struct {
		name, kind string
		damaged    bool
		fields     []authtoken.Field
		want       string // '*' for an octet that is masked
	}{
		{"tags between fields", "spnego.NegTokenInit > krb5.AP-REQ", false, []authtoken.Field{field("5", 1, 2)}, "........"},
		{"a secret", "ntlm.Authenticate", false, []authtoken.Field{field("alice", 0, 2), field(authtoken.Redacted, 4, 3)}, "....***."},
		{"sealed octets", "krb5.AP-REQ", false, []authtoken.Field{field("378 octets", 5, 3)}, ".....***"},
		{"a secret under another field", "ntlm.Authenticate", false, []authtoken.Field{field(authtoken.Redacted, 2, 4), field("alice", 0, 8)}, "..****.."},
		{"not understood", "unknown", false, nil, "********"},
		{"text, of which a part is explained", "sasl.plain", false, []authtoken.Field{field("alice", 1, 3), field(authtoken.Redacted, 5, 3)}, "*...****"},
		{"damaged", "ntlm.Authenticate", true, []authtoken.Field{field("alice", 1, 3)}, "*...****"},
		{"fields beyond the token", "ntlm.Authenticate", false, []authtoken.Field{field(authtoken.Redacted, -5, 6), field(authtoken.Redacted, 7, 1<<30)}, "*......*"},
		{"something unknown within", "spnego.NegTokenInit > negoex", false, []authtoken.Field{field("x", 0, 1)}, ".*******"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			step := &smtpparse.Step{Kind: tt.kind, Tree: &authtoken.Field{Name: tt.kind, Length: 8, Fields: tt.fields}}
			if tt.damaged {
				step.Damage = &authtoken.ParseError{Reason: "cut"}
			}
			var got strings.Builder
			for _, hidden := range masked(step, 8) {
				got.WriteByte(map[bool]byte{true: '*', false: '.'}[hidden])
			}
			if got.String() != tt.want {
				t.Errorf("got %s, want %s", got.String(), tt.want)
			}
		})
	}
}

func TestTokensIn(t *testing.T) {
	first, second := []byte("NTLMSSP\x00one"), []byte("NTLMSSP\x00and two")
	encoded := base64.StdEncoding.EncodeToString
	wire := func(from string, frame int64, data string) Octets {
		return Octets{From: from, Frame: frame, Data: []byte(data)}
	}
	inside := Octets{From: "client", Frame: 12, Data: []byte("AUTH NTLM " + encoded(first) + "\r\n"), Decrypted: true}
	said := []Octets{
		wire("server", 1, "220 hello\r\n"),
		wire("client", 2, "AUTH NTLM "+encoded(first)[:5]), // in two packets
		wire("client", 3, encoded(first)[5:]+"\r\n"),
		wire("server", 4, "334 "+encoded(second)+"\r\n"),
		wire("client", 5, "=\r\n"),
		wire("server", 6, "334 \r\n"),
		wire("client", 12, "\x17\x03\x03 sealed\n"),
		inside,
	}
	step := func(from string, frame int64, n int) smtpparse.Step {
		return smtpparse.Step{From: from, Frame: frame, Bytes: n}
	}
	attempts := []*smtpparse.Auth{nil, {Steps: []smtpparse.Step{
		step("client", 3, len(first)), step("server", 4, len(second)), step("client", 5, 0), step("server", 6, 0), step("client", 9, 4),
	}}, {TLS: true, Steps: []smtpparse.Step{step("client", 12, len(first))}}}
	got := tokensIn(attempts, said)
	if string(got[stepKey{1, 0}]) != string(first) || string(got[stepKey{1, 1}]) != string(second) || string(got[stepKey{2, 0}]) != string(first) {
		t.Errorf("found %v", got)
	}
	if _, found := got[stepKey{1, 4}]; found || len(got) != 5 {
		t.Errorf("found %d tokens: %v", len(got), got)
	}
}
