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
		hellos []smtpparse.Hello // in frames 10, 20, ...
		want   []string          // rows, the label apart

		dialogue []smtpparse.Line
	}{
		{"none", nil, nil, nil},
		{"the login comes first", []smtpparse.Hello{ehlo(false, "SIZE 1", "STARTTLS", "X-EXPS GSSAPI", "AUTH NTLM")}, []string{"X-EXPS GSSAPI, AUTH NTLM, STARTTLS, SIZE 1"}, nil},
		{"no login", []smtpparse.Hello{ehlo(false, "SIZE 1")}, []string{"no AUTH, SIZE 1"}, nil},
		{"AUTH= is a login too", []smtpparse.Hello{ehlo(false, "AUTH= LOGIN")}, []string{"AUTH=LOGIN"}, nil},
		{"the same again says nothing", []smtpparse.Hello{ehlo(false, "SIZE 1"), ehlo(false, "SIZE 1")}, []string{"no AUTH, SIZE 1"}, nil},
		{"another one in the clear", []smtpparse.Hello{ehlo(false, "SIZE 1"), ehlo(false, "SIZE 2")}, []string{"frame 10: no AUTH, SIZE 1", "frame 20, again: no AUTH, SIZE 2"}, nil},
		{"another one after XCLIENT", []smtpparse.Hello{ehlo(false, "SIZE 1"), ehlo(false, "SIZE 2"), ehlo(false, "SIZE 3")},
			[]string{"frame 10: no AUTH, SIZE 1", "frame 20, after XCLIENT: no AUTH, SIZE 2", "frame 30, again: no AUTH, SIZE 3"},
			[]smtpparse.Line{{Verb: "XCLIENT", Frame: 15}}},
		{"more inside TLS", []smtpparse.Hello{ehlo(false, "SIZE 1", "STARTTLS"), ehlo(true, "SIZE 1", "AUTH LOGIN")},
			[]string{"in the clear  no AUTH, STARTTLS, SIZE 1", "inside TLS    more: AUTH LOGIN; gone: STARTTLS"}, nil},
		{"other mechanisms inside TLS", []smtpparse.Hello{ehlo(false, "AUTH NTLM"), ehlo(true, "AUTH GSSAPI NTLM")},
			[]string{"in the clear  AUTH NTLM", "inside TLS    more: AUTH GSSAPI NTLM; gone: AUTH NTLM"}, nil},
		{"the same inside TLS", []smtpparse.Hello{ehlo(false, "SIZE 1"), ehlo(true, "SIZE 1")}, []string{"in the clear  no AUTH, SIZE 1", "inside TLS    no AUTH, the same"}, nil},
		{"only inside TLS", []smtpparse.Hello{ehlo(true, "AUTH PLAIN")}, []string{"inside TLS    AUTH PLAIN"}, nil},
		{"refused before TLS", []smtpparse.Hello{refused, ehlo(true, "AUTH PLAIN")}, []string{"in the clear  EHLO: refused with 502", "inside TLS    AUTH PLAIN"}, nil},
		{"HELO", []smtpparse.Hello{refused, {Verb: "HELO", ReplyCode: 250, Complete: true}}, []string{"frame 10: EHLO: refused with 502", "frame 20: no AUTH: HELO brings no extensions"}, nil},
		{"not whole", []smtpparse.Hello{cut}, []string{"no AUTH, SIZE 1 (the reply is not whole: there may be more)"}, nil},
		{"no answer", []smtpparse.Hello{{Verb: "EHLO"}}, []string{"EHLO: the answer is not in the capture"}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := newPage(TextOptions{Width: 100})
			for i := range tt.hellos {
				tt.hellos[i].Frame = int64(10 * (i + 1))
			}
			p.offered(&smtpparse.Session{Hello: tt.hellos, Dialogue: tt.dialogue})
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
