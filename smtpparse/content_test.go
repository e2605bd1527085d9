package smtpparse

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// mailOf is a session that sends one message.
func mailOf(body string) []turn {
	head, _ := script(underway).turns()
	return append(head,
		turn{data: []byte(body + "\r\n.\r\n")},
		turn{dir: Server, data: []byte("250 ok\r\n")})
}

func lines(b []byte, n int) string {
	text := base64.StdEncoding.EncodeToString(b)
	var out strings.Builder
	for len(text) > n {
		out.WriteString(text[:n] + "\r\n")
		text = text[n:]
	}
	return out.String() + text
}

func TestHeader(t *testing.T) {
	for _, test := range []struct {
		name, header, subject, from, to, id, date string
	}{
		{name: "plain", header: "From: A <a@x>\r\nTo: b@x\r\nSubject: hi\r\nMessage-ID: <1@x>\r\nDate: Mon, 1 Jan 2024 00:00:00 +0000\r\n",
			subject: "hi", from: "A <a@x>", to: "b@x", id: "<1@x>", date: "Mon, 1 Jan 2024 00:00:00 +0000"},
		{name: "folded", header: "SUBJECT : a\r\n b\r\n\tc\r\nTo: b@x,\r\n c@x\r\n", subject: "a b\tc", to: "b@x, c@x"},
		{name: "encoded words", header: "Subject: =?utf-8?q?M=C3=A4rz?= =?utf-8?B?4pyT?=\r\nFrom: =?iso-8859-1?q?J=F6rg?= <j@x>\r\n", subject: "März✓", from: "Jörg <j@x>"},
		{name: "unknown character set stays", header: "Subject: =?x-none?q?=41?=\r\n", subject: "=?x-none?q?=41?="},
		{name: "eight bits", header: "Subject: März\r\n", subject: "März"},
		{name: "the first of several", header: "Subject: one\r\nSubject: two\r\n", subject: "one"},
		{name: "junk lines", header: "no colon\r\nSubject: s\r\n", subject: "s"},
		{name: "stuffed dots", header: "Subject: s\r\n ..dot\r\n", subject: "s ..dot"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := sameForAllSplits(t, mailOf(test.header+"\r\nSubject: body\r\n"), Options{})
			m := s.Messages[0]
			got := []string{m.Subject, m.From, m.To, m.MessageID, m.Date}
			if diff := cmp.Diff([]string{test.subject, test.from, test.to, test.id, test.date}, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAttachments(t *testing.T) {
	encoded := func(n int) string { return lines(make([]byte, n), 76) }
	multi := func(boundary, rest string) string {
		return "Content-Type: multipart/mixed; boundary=\"" + boundary + "\"\r\n\r\npreamble\r\n" + rest
	}
	part := func(header, body string) string { return "--B\r\n" + header + "\r\n\r\n" + body + "\r\n" }
	for _, test := range []struct {
		name, body string
		want       []Attachment
	}{
		{name: "none", body: multi("B", part("Content-Type: text/plain", "x")+"--B--")},
		{name: "base64 and 8bit", body: multi("B",
			part("Content-Type: text/plain", "x")+
				part("Content-Type: Application/PDF; name=\"a.pdf\"\r\nContent-Transfer-Encoding: BASE64", encoded(3000))+
				part("Content-Type: text/x; name=y\r\nContent-Disposition: attachment;\r\n filename=\"z.txt\"", "12345")+"--B--\r\nepilogue"),
			want: []Attachment{{Name: "a.pdf", Type: "application/pdf", Bytes: 3000}, {Name: "z.txt", Type: "text/x", Bytes: 5}}},
		{name: "encoded names", body: multi("B",
			part("Content-Disposition: attachment; filename*0*=utf-8''M%C3%A4; filename*1=rz.txt", "")+
				part("Content-Disposition: attachment; filename=\"=?utf-8?q?M=C3=A4rz?=.txt\"", "x")+
				part("Content-Disposition: ATTACHMENT", "xy")+"--B--"),
			want: []Attachment{{Name: "März.txt", Type: "text/plain"}, {Name: "März.txt", Type: "text/plain", Bytes: 1}, {Type: "text/plain", Bytes: 2}}},
		{name: "nested, with a boundary that begins another", body: multi("A",
			"--A\r\nContent-Type: multipart/related; boundary=AB\r\n\r\n--AB\r\nContent-Type: image/png; name=i\r\n\r\n1234\r\n--AB--\r\n--A\r\nContent-Type: x/y; name=j\r\n\r\n--AA\r\n--A--"),
			want: []Attachment{{Name: "i", Type: "image/png", Bytes: 4}, {Name: "j", Type: "x/y", Bytes: 4}}},
		{name: "a message inside", body: multi("B",
			part("Content-Type: message/rfc822; name=m.eml", "Subject: in\r\nContent-Type: multipart/mixed; boundary=C\r\n\r\n--C\r\nContent-Type: x/y; name=k\r\n\r\n12\r\n--C--")+"--B--"),
			want: []Attachment{{Name: "m.eml", Type: "message/rfc822", Bytes: 101}, {Name: "k", Type: "x/y", Bytes: 2}}},
		{name: "the message is the file", body: "Content-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n" + encoded(57*4),
			want: []Attachment{{Name: "a.pdf", Type: "application/pdf", Bytes: 57 * 4}}},
		{name: "never closed", body: multi("B", "--B\r\nContent-Type: x/y; name=a\r\n\r\n123"),
			want: []Attachment{{Name: "a", Type: "x/y", Bytes: 5}}},
		{name: "loose syntax", body: "Content-Type: multipart/mixed; boundary=a b; x=\r\n\r\n--a b\r\nContent-Type: x/y; name=f\xff(1).txt\r\n\r\n1\r\n--a b--",
			want: []Attachment{{Name: "f\xff(1).txt", Type: "x/y", Bytes: 1}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := sameForAllSplits(t, mailOf(test.body), Options{})
			if diff := cmp.Diff(test.want, s.Messages[0].Attachments); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAttachmentsBounded(t *testing.T) {
	var b strings.Builder
	b.WriteString("Content-Type: multipart/mixed; boundary=B0\r\n\r\n")
	for i := range 50 { // deeper than any limit
		fmt.Fprintf(&b, "--B%d\r\nContent-Type: multipart/mixed; boundary=B%d\r\n\r\n", i, i+1)
	}
	b.WriteString(strings.Repeat("--B1\r\nContent-Type: x/y; name=n\r\n\r\nx\r\n", 1000))
	s := sameForAllSplits(t, mailOf(b.String()), Options{})
	if n := len(s.Messages[0].Attachments); n != maxAttachment || s.Omitted["attachments"] == 0 {
		t.Errorf("%d attachments, omitted %v", n, s.Omitted)
	}
}

func TestHeaderBounded(t *testing.T) {
	s := sameForAllSplits(t, mailOf("Subject: s\r\nX: "+strings.Repeat("x", 5000)+"\r\nTo: b\r\n\r\n.."), Options{Limits: Limits{Header: 1000}})
	if m := s.Messages[0]; m.Subject != "s" || m.To != "b" {
		t.Errorf("%+v", m)
	}
}
