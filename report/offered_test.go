package report

import (
	"strings"
	"testing"

	"smtpscope/smtpparse"
)

func TestOffered(t *testing.T) {
	ehlo := func(tls bool, lines ...string) smtpparse.Hello {
		h := smtpparse.Hello{Verb: "EHLO", TLS: tls, ReplyCode: 250, Complete: true}
		for _, line := range lines {
			words := strings.Fields(line)
			h.Capabilities = append(h.Capabilities, capability(words[0], words[1:]...))
			if words[0] == "AUTH" {
				h.AuthMechanisms = words[1:]
			}
		}
		return h
	}
	cut := ehlo(false, "SIZE 1")
	cut.Complete = false
	refused := smtpparse.Hello{Verb: "EHLO", ReplyCode: 502, Complete: true}
	tests := []struct {
		name   string
		hellos []smtpparse.Hello
		want   []string // rows, the label apart
	}{
		{"none", nil, nil},
		{"the login comes first", []smtpparse.Hello{ehlo(false, "SIZE 1", "STARTTLS", "X-EXPS GSSAPI", "AUTH NTLM")}, []string{"X-EXPS GSSAPI, AUTH NTLM, STARTTLS, SIZE 1"}},
		{"no login", []smtpparse.Hello{ehlo(false, "SIZE 1")}, []string{"no AUTH, SIZE 1"}},
		{"AUTH= is a login too", []smtpparse.Hello{ehlo(false, "AUTH= LOGIN")}, []string{"AUTH=LOGIN"}},
		{"the same again says nothing", []smtpparse.Hello{ehlo(false, "SIZE 1"), ehlo(false, "SIZE 1")}, []string{"no AUTH, SIZE 1"}},
		{"another one in the clear", []smtpparse.Hello{ehlo(false, "SIZE 1"), ehlo(false, "SIZE 2")}, []string{"no AUTH, SIZE 1", "no AUTH, SIZE 2"}},
		{"more inside TLS", []smtpparse.Hello{ehlo(false, "SIZE 1", "STARTTLS"), ehlo(true, "SIZE 1", "AUTH LOGIN")},
			[]string{"in the clear  no AUTH, STARTTLS, SIZE 1", "inside TLS    more: AUTH LOGIN; gone: STARTTLS"}},
		{"other mechanisms inside TLS", []smtpparse.Hello{ehlo(false, "AUTH NTLM"), ehlo(true, "AUTH GSSAPI NTLM")},
			[]string{"in the clear  AUTH NTLM", "inside TLS    more: AUTH GSSAPI NTLM; gone: AUTH NTLM"}},
		{"the same inside TLS", []smtpparse.Hello{ehlo(false, "SIZE 1"), ehlo(true, "SIZE 1")}, []string{"in the clear  no AUTH, SIZE 1", "inside TLS    no AUTH, the same"}},
		{"only inside TLS", []smtpparse.Hello{ehlo(true, "AUTH PLAIN")}, []string{"inside TLS    AUTH PLAIN"}},
		{"refused before TLS", []smtpparse.Hello{refused, ehlo(true, "AUTH PLAIN")}, []string{"in the clear  EHLO: refused with 502", "inside TLS    AUTH PLAIN"}},
		{"HELO", []smtpparse.Hello{refused, {Verb: "HELO", ReplyCode: 250, Complete: true}}, []string{"EHLO: refused with 502", "no AUTH: HELO brings no extensions"}},
		{"not whole", []smtpparse.Hello{cut}, []string{"no AUTH, SIZE 1 (the reply is not whole: there may be more)"}},
		{"no answer", []smtpparse.Hello{{Verb: "EHLO"}}, []string{"EHLO: the answer is not in the capture"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := newPage(TextOptions{Width: 100})
			p.offered(tt.hellos)
			want := ""
			for i, row := range tt.want {
				want += "  " + first(i, "Offered")
				want += strings.Repeat(" ", bodyColumn-2-len(first(i, "Offered"))) + row + "\n"
			}
			if got := string(p.b); got != want {
				t.Errorf("got\n%swant\n%s", got, want)
			}
		})
	}
}
