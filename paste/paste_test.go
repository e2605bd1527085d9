package paste_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"smtpscope/paste"
)

const (
	negotiate = "TlRMTVNTUAABAAAAB4IIogAAAAAAAAAAAAAAAAAAAAAKAHxPAAAADw=="
	inHex     = "4e544c4d5353500001000000078208a2000000000000000000000000000000000a007c4f0000000f"
)

func TestRead(t *testing.T) {
	for _, tc := range []struct {
		name    string
		text    string
		options paste.Options
		form    paste.Form
		kinds   string // of all steps
		from    string // of the first
		line    int64  // of the first
		meaning string // part of it
	}{
		{name: "base64", text: negotiate, form: paste.Base64, kinds: "ntlm.Negotiate", from: "client", line: 1, meaning: "first of NTLM's three"},
		{name: "without padding", text: strings.TrimRight(negotiate, "="), form: paste.Base64, kinds: "ntlm.Negotiate"},
		{name: "in the middle of blank lines", text: "\n\n  " + negotiate + "  \r\n\r\n", form: paste.Base64, kinds: "ntlm.Negotiate", line: 3},
		{name: "in quotes", text: `"` + negotiate + `"`, form: paste.Base64, kinds: "ntlm.Negotiate"},
		{name: "wrapped", text: negotiate[:20] + "\n" + negotiate[20:40] + "\n" + negotiate[40:], form: paste.Base64, kinds: "ntlm.Negotiate"},
		{name: "hex", text: inHex, form: paste.Hex, kinds: "ntlm.Negotiate"},
		{name: "hex with colons", text: "4E:54:4C:4D:53:53:50:00:01:00:00:00", form: paste.Hex, kinds: "ntlm.Negotiate"},
		{name: "hex of C", text: "0x" + inHex, form: paste.Hex, kinds: "ntlm.Negotiate"},
		{name: "xxd", text: "00000000: 4e54 4c4d 5353 5000 0100 0000 0782 08a2  NTLMSSP.........\n00000010: 0000 0000 0000 0000 0000 0000 0000 0000  ................\n00000020: 0a00 7c4f 0000 000f                      ..|O....", form: paste.HexDump, kinds: "ntlm.Negotiate"},
		{name: "hexdump -C", text: "00000000  4e 54 4c 4d 53 53 50 00  01 00 00 00 07 82 08 a2  |NTLMSSP.........|\n00000010", form: paste.HexDump, kinds: "ntlm.Negotiate"},
		{name: "Wireshark, text that looks like hex", text: "0000   4e 54 4c 4d 53 53 50 00 01 00 00 00   ab cd", form: paste.HexDump, kinds: "ntlm.Negotiate"},
		{name: "auth line", text: "AUTH NTLM " + negotiate, form: paste.Dialogue, kinds: "ntlm.Negotiate", from: "client", line: 1},
		{name: "auth line of Exchange", text: "x-exps gssapi " + negotiate, form: paste.Dialogue, kinds: "ntlm.Negotiate"},
		{name: "334 line", text: "334 VXNlcm5hbWU6", form: paste.Dialogue, kinds: "sasl.login.prompt", from: "server", meaning: "asks for in a login by LOGIN"},
		{name: "header of HTTP", text: "Authorization: Negotiate " + negotiate, form: paste.Base64, kinds: "ntlm.Negotiate"},
		{name: "mechanism named", text: "AGFsaWNlAHNlY3JldA==", options: paste.Options{Mechanism: "plain"}, form: paste.Base64, kinds: "sasl.plain.message", meaning: "everybody can read"},
		{name: "side named", text: "VXNlcm5hbWU6", options: paste.Options{Mechanism: "LOGIN", From: "server"}, form: paste.Base64, kinds: "sasl.login.prompt", from: "server"},
		{name: "the client alone", text: "AUTH LOGIN\nYWxpY2U=\nc2VjcmV0", form: paste.Dialogue, kinds: "sasl.login.username sasl.login.password", meaning: "of alice"},
		{name: "conversation", text: "220 mx ESMTP\nEHLO c\n250-mx\n250 AUTH LOGIN\nAUTH LOGIN\n334 VXNlcm5hbWU6\nYWxpY2U=\n334 UGFzc3dvcmQ6\nc2VjcmV0\n535 5.7.8 no\n", form: paste.Dialogue, kinds: "sasl.login.prompt sasl.login.username sasl.login.prompt sasl.login.password", from: "server", line: 6, meaning: "the server refused it"},
		{name: "two attempts", text: "AUTH PLAIN AGEAYg==\n535 no\nAUTH NTLM " + negotiate + "\n334 ntlm supported\n", form: paste.Dialogue, kinds: "sasl.plain.message ntlm.Negotiate text"},
		{name: "swaks", text: "<-  220 mx\n -> EHLO c\n<-  250 mx\n -> AUTH PLAIN AGFsaWNlAHNlY3JldA==\n<** 535 no\n", form: paste.Dialogue, kinds: "sasl.plain.message", line: 4, meaning: "refused"},
		{name: "curl", text: "< 220 mx\n> AUTH NTLM\n< 334 \n> " + negotiate, form: paste.Dialogue, kinds: "empty ntlm.Negotiate", line: 3},
		{name: "tshark", text: "===\nFollow: tcp,ascii\nFilter: tcp.stream eq 0\nNode 0: 10.0.0.1:40000\nNode 1: 10.0.0.2:25\n\t8\n\t220 mx\n69\nAUTH NTLM " + negotiate + "\n===\n", form: paste.Dialogue, kinds: "ntlm.Negotiate", line: 9},
		{name: "tokens, one a line", text: negotiate + "\nTlRMTVNTUAACAAAAAAAAAAAAAAAHggii\n", form: paste.Lines, kinds: "ntlm.Negotiate ntlm.Challenge", meaning: "CHALLENGE_MESSAGE"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, err := paste.Read(tc.text, tc.options)
			if err != nil {
				t.Fatal(err)
			}
			var kinds []string
			for _, a := range got.Auth {
				for _, s := range a.Steps {
					kinds = append(kinds, s.Kind)
				}
			}
			if s := strings.Join(kinds, " "); got.Form != tc.form || s != tc.kinds {
				t.Errorf("%s: %q, want %s: %q", got.Form, s, tc.form, tc.kinds)
			}
			first := got.Auth[0].Steps[0]
			if tc.from != "" && first.From != tc.from || tc.line != 0 && first.Frame != tc.line {
				t.Errorf("from %s, line %d; want %s, line %d", first.From, first.Frame, tc.from, tc.line)
			}
			if !strings.Contains(got.Meaning[0], tc.meaning) {
				t.Errorf("meaning = %q, want %q in it", got.Meaning[0], tc.meaning)
			}
		})
	}
}

func TestReadNothing(t *testing.T) {
	for _, text := range []string{"", "\n", "hello world", "nothing here: to see", "0000  zz", "====", "QUIT", "220 mx ready"} {
		if got, err := paste.Read(text, paste.Options{}); !errors.Is(err, paste.ErrNoToken) {
			t.Errorf("%q: %+v, %v", text, got, err)
		}
	}
}

func TestSecretsStayMasked(t *testing.T) {
	for _, tc := range []struct{ name, text, mechanism string }{
		{name: "PLAIN", text: "AUTH PLAIN AGFsaWNlAGh1bnRlcjI="},
		{name: "PLAIN without its name", text: "AGFsaWNlAGh1bnRlcjI="},
		{name: "password alone", text: "aHVudGVyMg==", mechanism: "LOGIN"},
		{name: "LOGIN", text: "AUTH LOGIN\n334 VXNlcm5hbWU6\nYWxpY2U=\n334 UGFzc3dvcmQ6\naHVudGVyMg==\n535 no\n"},
		{name: "words", text: "aHVudGVyMg=="},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, err := paste.Read(tc.text, paste.Options{Mechanism: tc.mechanism})
			if err != nil {
				t.Fatal(err)
			}
			// The name comes first in a login by LOGIN: alone, such a token is one.
			b, err := json.Marshal(got)
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(string(b), "hunter2") && tc.mechanism != "LOGIN" {
				t.Errorf("the password is in %s", b)
			}
		})
	}
}

func FuzzRead(f *testing.F) {
	for _, s := range []string{negotiate, inHex, "AUTH NTLM " + negotiate, "334 " + negotiate, "0000  4e 54", "< 220 x\n> AUTH LOGIN\n> YQ==", "Follow: x\n\t3\n", "DATA\nx\n.\n", "STARTTLS\n220 go\nx"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := paste.Read(text, paste.Options{})
		if err != nil {
			return
		}
		if len(got.Auth) == 0 || len(got.Meaning) != len(got.Auth) {
			t.Errorf("%d attempts, %d meanings", len(got.Auth), len(got.Meaning))
		}
		for _, a := range got.Auth {
			for _, s := range a.Steps {
				if s.Frame <= 0 || s.Frame > int64(strings.Count(text, "\n"))+1 {
					t.Errorf("line %d of %d", s.Frame, strings.Count(text, "\n")+1)
				}
			}
		}
	})
}
