package smtpparse

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"testing"
)

func TestEncodedWords(t *testing.T) {
	for _, test := range []struct{ name, sent, want string }{
		{name: "windows-1252", sent: "=?windows-1252?Q?=80_5=96?=", want: "€ 5–"},
		{name: "windows-1251", sent: "=?Windows-1251?B?z/Do4uXy?=", want: "Привет"},
		{name: "koi8-r", sent: "=?koi8-r?B?8NLJ18XU?=", want: "Привет"},
		{name: "iso-2022-jp", sent: "=?ISO-2022-JP?B?GyRCRnxLXDhsGyhC?=", want: "日本語"},
		{name: "shift_jis", sent: "=?shift_jis?B?k/qWe4zq?=", want: "日本語"},
		{name: "gb18030", sent: "=?gb18030?B?1tDOxIEwgTA=?=", want: "中文\u0080"},
		{name: "gb2312", sent: "=?gb2312?B?1tDOxA==?=", want: "中文"},
		{name: "euc-kr under its old name", sent: "=?ks_c_5601-1987?B?x9Gxub7u?=", want: "한국어"},
		{name: "a state of its own in each word", sent: "=?iso-2022-jp?B?GyRCRnw=?= =?iso-2022-jp?Q?a?=", want: "日a"},
		{name: "several sets", sent: "=?koi8-r?B?8NLJ18XU?= x =?utf-8?q?=C3=A4?= =?iso-8859-1?q?=E4?=", want: "Привет x ää"},
		{name: "a language", sent: "=?windows-1252*de?Q?M=E4rz?=", want: "März"},
		{name: "unknown set", sent: "=?x-none?Q?=E4?=", want: "=?x-none?Q?=E4?="},
		{name: "a set that only browsers replace", sent: "=?iso-2022-cn?Q?=E4?=", want: "=?iso-2022-cn?Q?=E4?="},
		{name: "no set", sent: "=??Q?=E4?=", want: "=??Q?=E4?="},
		{name: "a long name", sent: "=?" + strings.Repeat("x", 9000) + "?Q?=E4?=", want: "=?" + strings.Repeat("x", 9000) + "?Q?=E4?="},
		{name: "octets that the set does not know", sent: "=?gb18030?Q?a=FFb?=", want: "a\ufffdb"},
		{name: "raw octets stay", sent: "M\xe4rz", want: "M\xe4rz"},
		{name: "raw octets beside a word", sent: "M\xe4rz =?koi8-r?B?8NLJ18XU?=", want: "M\xe4rz Привет"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := sameForAllSplits(t, mailOf("Subject: "+test.sent+"\r\nFrom: "+test.sent+" <a@x>\r\nTo: "+test.sent+"\r\n\r\n"), Options{})
			if m := s.Messages[0]; m.Subject != test.want || m.From != test.want+" <a@x>" || m.To != test.want {
				t.Errorf("got %q, %q, %q, want %q", m.Subject, m.From, m.To, test.want)
			}
		})
	}
}

func TestFileNames(t *testing.T) {
	for _, test := range []struct{ name, header, want string }{
		{name: "encoded word", header: `Content-Disposition: attachment; filename="=?koi8-r?B?8NLJ18XU?=.txt"`, want: "Привет.txt"},
		{name: "encoded word in the type", header: `Content-Type: x/y; name="=?gb18030?B?1tDOxA==?="`, want: "中文"},
		{name: "extended", header: "Content-Disposition: attachment; filename*=windows-1252'de'M%E4rz.txt", want: "März.txt"},
		{name: "extended, UTF-8", header: "Content-Disposition: attachment; filename*=UTF-8''M%C3%A4rz.txt", want: "März.txt"},
		{name: "extended, in pieces", header: "Content-Disposition: attachment;\r\n FILENAME*1*=%96%7B%8C%EA; filename*2=\".t;xt\";\r\n filename*0*=shift_jis''%93%FA; size=3", want: "日本語.t;xt"},
		{name: "a character across two pieces", header: "Content-Disposition: attachment; filename*0*=gb18030''%D6; filename*1*=%D0", want: "中"},
		{name: "pieces without a set", header: "Content-Disposition: attachment; filename*0=\"a b\"; filename*1=c.txt", want: "a bc.txt"},
		{name: "a piece is missing", header: "Content-Disposition: attachment; filename*0*=koi8-r''%F0; filename*2*=%D2", want: "П"},
		{name: "extended goes before plain", header: "Content-Disposition: attachment; filename=x; filename*=koi8-r''%F0", want: "П"},
		{name: "an unknown set stays", header: "Content-Disposition: attachment; filename*=x-none''%E4.txt", want: "x-none''%E4.txt"},
		{name: "an unknown set beside a plain name", header: "Content-Disposition: attachment; filename=a.txt; filename*=x-none''%E4.txt", want: "a.txt"},
		{name: "broken escapes stay", header: "Content-Disposition: attachment; filename*=koi8-r''%F0%zz%", want: "П%zz%"},
		{name: "in the type", header: "Content-Type: x/y; name*=windows-1251''%CF", want: "П"},
		{name: "a quoted piece of another parameter", header: `Content-Disposition: attachment; x="; filename*=koi8-r''%F0"; filename=y`, want: "y"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := sameForAllSplits(t, mailOf(test.header+"\r\n\r\n1"), Options{})
			if m := s.Messages[0]; len(m.Attachments) != 1 || m.Attachments[0].Name != test.want {
				t.Errorf("got %+v, want %q", m.Attachments, test.want)
			}
		})
	}
}

// TestCharsetsBounded holds that no character set makes much of few octets.
func TestCharsetsBounded(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	noise := make([]byte, 10000)
	for i := range noise {
		noise[i] = byte(r.Uint32())
	}
	names := []string{"iso-2022-jp", "hz-gb-2312", "utf-16", "big5", "big5-hkscs", "gb18030", "euc-jp", "euc-kr", "shift_jis", "x-user-defined", "macintosh", "ibm866", "iso-8859-16", "ISO2022JP"}
	for _, name := range names {
		for _, octets := range [][]byte{noise, bytes.Repeat([]byte{0xff}, 10000), bytes.Repeat([]byte("\x88\x62"), 5000), bytes.Repeat([]byte{0x1b}, 10000)} {
			text, ok := fromCharset(name, octets)
			if !ok || len(text) > 4*len(octets) {
				t.Errorf("%s: decoded: %t, %d octets of %d", name, ok, len(text), len(octets))
			}
		}
	}
}

func BenchmarkEncodedWords(b *testing.B) {
	for _, name := range []string{"utf-8", "windows-1252", "iso-2022-jp", "x-none"} {
		b.Run(name, func(b *testing.B) {
			s := strings.Repeat("=?"+name+"?q?=E4?= ", 1000)
			b.ReportAllocs()
			b.SetBytes(int64(len(s)))
			for b.Loop() {
				decodeWords(s)
			}
		})
	}
}

// FuzzHeader holds that no header panics, and that what is read of it is not
// much longer than it.
func FuzzHeader(f *testing.F) {
	for _, s := range []string{
		"Subject: =?iso-2022-jp?B?GyRCRnxLXDhsGyhC?=\nTo: x\n y\n",
		"Content-Disposition: attachment; filename*0*=gb18030''%D6; filename*1*=%D0\n",
		"Content-Type: multipart/mixed; boundary=\"a b\"; name*=koi8-r''%F0\n",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		h := readHeader(b, true)
		if n := len(h.subject) + len(h.from) + len(h.to) + len(h.fileName) + len(h.boundary); n > 8*len(b) {
			t.Errorf("%d octets of %d", n, len(b))
		}
	})
}
