package verdict

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestWire(t *testing.T) {
	for _, tc := range []struct{ text, want string }{
		{text: `CONTOSO\alice`, want: `CONTOSO\alice`},
		{text: "Jörg", want: "Jörg"},
		{text: "", want: `""`},
		{text: "svc sp", want: `"svc sp"`},
		{text: "alice; Kerberos", want: `"alice; Kerberos"`},
		{text: "a\x1b[31m", want: `"a\x1b[31m"`},
		{text: "a\xff", want: `"a\xff"`},
		{text: "a\r\nb", want: `"a\r\nb"`},
		{text: "a\u202eb", want: `"a\u202eb"`},
		{text: `a"b`, want: `"a\"b"`},
		{text: strings.Repeat("x", 500), want: strings.Repeat("x", maxQuoted) + "…"},
	} {
		if got := new(Court).wire(tc.text); got != tc.want {
			t.Errorf("wire(%q) = %s, want %s", tc.text, got, tc.want)
		}
	}
}

func TestTyped(t *testing.T) {
	for _, tc := range []struct{ text, want string }{
		{text: "SMTPSVC/ex01.contoso.test:25@CONTOSO.TEST", want: "SMTPSVC/ex01.contoso.test:25@CONTOSO.TEST"},
		{text: "", want: "X"},
		{text: "-rf", want: "X"},
		{text: "a;b", want: "X"},
		{text: "a b", want: "X"},
		{text: "$(a)", want: "X"},
		{text: "ä", want: "X"},
		{text: strings.Repeat("a", 256), want: "X"},
	} {
		if got := typed(tc.text, "X"); got != tc.want {
			t.Errorf("typed(%q) = %s, want %s", tc.text, got, tc.want)
		}
	}
}

func TestSPNHost(t *testing.T) {
	for _, tc := range []struct {
		spn, host string
		ip, short bool
	}{
		{spn: "SMTPSVC/ex01.contoso.test", host: "ex01.contoso.test"},
		{spn: "smtp/ex01.contoso.test:25/contoso.test@CONTOSO.TEST", host: "ex01.contoso.test"},
		{spn: "SMTPSVC/EX01", host: "EX01", short: true},
		{spn: "SMTPSVC/EX01.", host: "EX01.", short: true},
		{spn: "SMTPSVC/EX01:25", host: "EX01", short: true},
		{spn: "SMTPSVC/10.0.0.5", host: "10.0.0.5", ip: true},
		{spn: "SMTPSVC/10.0.0.5:587", host: "10.0.0.5", ip: true},
		{spn: "SMTPSVC/fe80::1%eth0", host: "fe80::1%eth0", ip: true},
		{spn: "SMTPSVC/[fd00::5]:25", host: "fd00::5", ip: true},
		{spn: "SMTPSVC/10.0.0.5.contoso.test", host: "10.0.0.5.contoso.test"},
		{spn: "SMTPSVC/", host: ""},
		{spn: "ex01", host: ""},
		{spn: "", host: ""},
	} {
		host := spnHost(tc.spn)
		if host != tc.host || isIP(host) != tc.ip || isShort(host) != tc.short {
			t.Errorf("%q: host %q, ip %t, short %t; want %q, %t, %t", tc.spn, host, isIP(host), isShort(host), tc.host, tc.ip, tc.short)
		}
	}
}

func FuzzWire(f *testing.F) {
	for _, seed := range []string{"", "alice", "a\x1b[0m", "\xff\xfe", "\u202e\u2066", strings.Repeat("é", 300)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got := new(Court).wire(text)
		if !utf8.ValidString(got) || len(got) > 12*maxQuoted+8 {
			t.Fatalf("wire(%q) = %q", text, got)
		}
		for _, r := range got {
			if !unicode.IsPrint(r) {
				t.Fatalf("wire(%q) = %q: %U does not print", text, got, r)
			}
		}
		if typed(text, "PLACEHOLDER") != "PLACEHOLDER" && strings.ContainsAny(text, " \t\r\n;|&$`'\"<>(){}*?!#~\\") {
			t.Fatalf("typed lets %q through", text)
		}
	})
}
