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
	challenge = "TlRMTVNTUAACAAAAAAAAAAAAAAAHggiiAAAAAAAAAAAAAAAAAAAAAAAAAAA="
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
		{name: "swaks with words about itself", text: "=== Trying mx:25...\n=== Connected to mx.\n<-  220 mx ESMTP\n -> EHLO c\n<-  250-mx\n<-  250 AUTH NTLM\n -> AUTH NTLM\n<-  334 \n -> " + negotiate + "\n<-  334 " + challenge + "\n -> *\n<** 501 5.7.0 cancelled\n*** No authentication type succeeded\n", form: paste.Dialogue, kinds: "empty ntlm.Negotiate ntlm.Challenge cancel", line: 8, meaning: "CHALLENGE_MESSAGE"},
		{name: "RFC", text: "S: 220 mx\nC: AUTH NTLM\nS: 334\nC: " + negotiate + "\nS: 535 no", form: paste.Dialogue, kinds: "empty ntlm.Negotiate", meaning: "first of NTLM's three"},
		{name: "an empty response behind a mark", text: "C: AUTH EXTERNAL\nS: 334\nC:\nS: 235 ok", form: paste.Dialogue, kinds: "empty empty"},
		{name: "MailKit with times", text: "2026-11-26T03:00:01Z C: AUTH NTLM " + negotiate + "\n2026-11-26T03:00:01Z S: 334 " + challenge, form: paste.Dialogue, kinds: "ntlm.Negotiate ntlm.Challenge"},
		{name: "PHPMailer", text: "2026-11-26 03:00:01 CLIENT -> SERVER: AUTH LOGIN\n2026-11-26 03:00:01 SERVER -> CLIENT: 334 VXNlcm5hbWU6\n2026-11-26 03:00:01 CLIENT -> SERVER: YWxpY2U=\n2026-11-26 03:00:01 SERVER -> CLIENT: 535 no", form: paste.Dialogue, kinds: "sasl.login.prompt sasl.login.username", meaning: "refused"},
		{name: "smtplib", text: "send: 'AUTH NTLM " + negotiate + "\\r\\n'\nreply: b'334 " + challenge + "\\r\\n'\nreply: retcode (334); Msg: b'" + challenge + "'\nsend: '*\\r\\n'\nreply: b'501 no\\r\\n'", form: paste.Dialogue, kinds: "ntlm.Negotiate ntlm.Challenge cancel", line: 1},
		{name: "log of Postfix's smtpd", text: "Nov 26 03:00:01 mx postfix/submission/smtpd[77]: connect from sp01[10.0.0.1]\nNov 26 03:00:01 mx postfix/submission/smtpd[77]: > sp01[10.0.0.1]: 220 mx ESMTP Postfix\nNov 26 03:00:01 mx postfix/submission/smtpd[77]: < sp01[10.0.0.1]: AUTH NTLM " + negotiate + "\nNov 26 03:00:01 mx postfix/submission/smtpd[77]: xsasl_dovecot_server_first: sasl_method NTLM\nNov 26 03:00:01 mx postfix/submission/smtpd[77]: > sp01[10.0.0.1]: 334 " + challenge, form: paste.Dialogue, kinds: "ntlm.Negotiate ntlm.Challenge", line: 3},
		{name: "log of Postfix's smtp", text: "Nov 26 03:00:01 a postfix/smtp[78]: < mx.contoso.test[10.0.0.9]:25: 250 AUTH NTLM\nNov 26 03:00:01 a postfix/smtp[78]: > mx.contoso.test[10.0.0.9]:25: AUTH NTLM " + negotiate + "\nNov 26 03:00:01 a postfix/smtp[78]: < mx.contoso.test[10.0.0.9]:25: 334 " + challenge, form: paste.Dialogue, kinds: "ntlm.Negotiate ntlm.Challenge", line: 2},
		{name: "log of Exchange", text: "#Fields: date-time,connector-id,session-id,sequence-number,local-endpoint,remote-endpoint,event,data,context\n2026-11-26T03:00:01.000Z,EX01\\Client Frontend EX01,08DB,3,10.0.0.9:587,10.0.0.1:4000,>,\"250  ex01 Hello [10.0.0.1], SIZE 37748736 AUTH GSSAPI NTLM\",\n2026-11-26T03:00:01.000Z,EX01\\Client Frontend EX01,08DB,4,10.0.0.9:587,10.0.0.1:4000,<,AUTH GSSAPI,\n2026-11-26T03:00:01.000Z,EX01\\Client Frontend EX01,08DB,5,10.0.0.9:587,10.0.0.1:4000,>,334 <authentication response>,\n2026-11-26T03:00:01.000Z,EX01\\Client Frontend EX01,08DB,6,10.0.0.9:587,10.0.0.1:4000,*,CONTOSO\\alice,authenticated\n2026-11-26T03:00:01.000Z,EX01\\Client Frontend EX01,08DB,7,10.0.0.9:587,10.0.0.1:4000,>,235 2.7.0 Authentication successful,", form: paste.Dialogue, kinds: "text", line: 4, meaning: "leaves its tokens out"},
		{name: "openssl s_client", text: "CONNECTED(00000003)\ndepth=0 CN = mx\n---\nCertificate chain\n 0 s:CN = mx\n-----BEGIN CERTIFICATE-----\nMIIBszCCAVmgAwIBAgIUfakeFAKEfakeFAKEfakeFAKEfakeFAKEfakeFAKEfake\nMIIB\n-----END CERTIFICATE-----\nVerify return code: 0 (ok)\n---\n250 SMTPUTF8\nEHLO c\n250-mx\n250 AUTH NTLM\nAUTH NTLM\n334 \n" + negotiate + "\n334 " + challenge + "\nclosed\nread:errno=0\n", form: paste.Dialogue, kinds: "empty ntlm.Negotiate ntlm.Challenge", line: 17},
		{name: "quoted mail", text: "> 220 mx ESMTP\n> AUTH NTLM " + negotiate + "\n> 334 " + challenge + "\n>\n> *\n> 501 no", form: paste.Dialogue, kinds: "ntlm.Negotiate ntlm.Challenge cancel", line: 2},
		{name: "quoted mail with marks", text: "> C: AUTH NTLM " + negotiate + "\n> S: 334 " + challenge, form: paste.Dialogue, kinds: "ntlm.Negotiate ntlm.Challenge"},
		{name: "a response and the reply to it", text: negotiate + "\n334 " + challenge, form: paste.Dialogue, kinds: "ntlm.Negotiate ntlm.Challenge", line: 1},
		{name: "trailing CR and literal line ends", text: "AUTH NTLM " + negotiate + "\\r\\n\r\n334 " + challenge + "\r\n", form: paste.Dialogue, kinds: "ntlm.Negotiate ntlm.Challenge"},
		{name: "old Macintosh", text: "AUTH NTLM\r334 \r" + negotiate + "\r", form: paste.Dialogue, kinds: "empty ntlm.Negotiate", line: 2},
		{name: "wrapped by a terminal", text: "AUTH NTLM " + negotiate[:30] + "\n" + negotiate[30:] + "\n334 " + challenge[:21] + "\n  " + challenge[21:] + "\n", form: paste.Dialogue, kinds: "ntlm.Negotiate ntlm.Challenge"},
		{name: "wrapped at whole octets", text: "C: AUTH NTLM " + negotiate[:32] + "\n" + negotiate[32:] + "\nS: 334 " + challenge, form: paste.Dialogue, kinds: "ntlm.Negotiate ntlm.Challenge"},
		{name: "wrapped into lines of any length", text: negotiate[:20] + "\n" + negotiate[20:23] + "\n" + negotiate[23:], form: paste.Base64, kinds: "ntlm.Negotiate"},
		{name: "a response is no rest of a challenge", text: "AUTH SCRAM-SHA-1 biwsbj11c2VyLHI9ZnlrbytkMmxiYkZnT05SdjlxeGRhd0w=\n334 cj1meWtvK2QybGJiRmdPTlJ2OXF4ZGF3TDNyZmNOSFlKWTFadnZXVnM3aixzPVFTWENSK1E2c2VrOGJmOTIsaT00MDk2\nYz1iaXdzLHI9ZnlrbytkMmxiYkZnT05SdjlxeGRhd0wzcmZjTkhZSlkxWnZ2V1ZzN2oscD1B\n535 no", form: paste.Dialogue, kinds: "sasl.scram.client-first sasl.scram.server-first sasl.scram.client-final"},
		{name: "among words", text: "the token is: auth=\"" + negotiate + "\",\nthanks", form: paste.Base64, kinds: "ntlm.Negotiate", line: 1},
		{name: "hex with spaces over uneven lines", text: "4e 54 4c 4d 53 53 50 00\n01 00 00 00 07 82\n08 a2", form: paste.Hex, kinds: "ntlm.Negotiate"},
		{name: "an array of C", text: "{ 0x4e, 0x54, 0x4c, 0x4d, 0x53, 0x53, 0x50, 0x00,\n  0x01, 0x00, 0x00, 0x00 };", form: paste.Hex, kinds: "ntlm.Negotiate"},
		{name: "escapes", text: `"\x4e\x54\x4c\x4d\x53\x53\x50\x00\x01\x00\x00\x00"`, form: paste.Hex, kinds: "ntlm.Negotiate"},
		{name: "PowerShell", text: "           Path: token.bin\n\n           00 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F\n\n00000000   4E 54 4C 4D 53 53 50 00 01 00 00 00 07 82 08 A2  NTLMSSP.........\n00000010   00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00  ................", form: paste.HexDump, kinds: "ntlm.Negotiate"},
		{name: "hexdump with an asterisk", text: "00000000  4e 54 4c 4d 53 53 50 00  01 00 00 00 07 82 08 a2  |NTLMSSP.........|\n00000010  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  |................|\n*\n00000030", form: paste.HexDump, kinds: "ntlm.Negotiate"},
		{name: "hex dump of a followed stream", text: "    00000000  41 55 54 48 20 50 4c 41  49 4e 0d 0a              AUTH PLA IN..\n00000000  33 33 34 20 0d 0a                                  334 ..\n    0000000C  41 47 45 41 59 67 3d 3d  0d 0a                    AGEAYg== ..\n00000006  35 33 35 20 6e 6f 0d 0a                            535 no..", form: paste.Dialogue, kinds: "empty sasl.plain.message", line: 2, meaning: "refused"},
		{name: "hex dump of words", text: "00000000  6e 2c 2c 6e 3d 75 2c 72  3d 78                    |n,,n=u,r=x|", options: paste.Options{Mechanism: "SCRAM-SHA-1"}, form: paste.HexDump, kinds: "sasl.scram.client-first"},
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
	for _, s := range []string{negotiate, inHex, "AUTH NTLM " + negotiate, "334 " + negotiate, "0000  4e 54", "< 220 x\n> AUTH LOGIN\n> YQ==", "Follow: x\n\t3\n", "DATA\nx\n.\n", "STARTTLS\n220 go\nx", "00000000  4e 54\n*\n00000010", "> C: AUTH X\n> S: 334", "send: 'AUTH X\\r\\n'", "\r", "*\n0000"} {
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
				if s.Frame <= 0 || s.Frame > int64(strings.Count(text, "\n")+strings.Count(text, "\r"))+1 {
					t.Errorf("line %d of %q", s.Frame, text)
				}
			}
		}
	})
}
