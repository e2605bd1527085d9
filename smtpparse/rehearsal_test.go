package smtpparse

import (
	"strings"
	"testing"
)

// TestRehearsal holds which replies may answer what octets.
func TestRehearsal(t *testing.T) {
	const mail = "MAIL FROM:<a@x>\r\nRCPT TO:<b@x>\r\nDATA\r\nx\r\n.\r\n"
	for _, test := range []struct {
		name, octets string
		codes        []int
		owed         int // replies that the message before waits for
		lmtp, cut    bool
		want         fit
	}{
		{name: "all", octets: mail, codes: []int{250, 250, 354, 250}, want: wholeFit},
		{name: "the message before first", octets: mail, owed: 1, codes: []int{250, 250, 250, 354, 250}, want: wholeFit},
		{name: "some", octets: mail, codes: []int{250}, want: partFit},
		{name: "refusals alone", octets: mail, codes: []int{550}, want: noFit},
		{name: "all refused", octets: "a\r\nb\r\n", codes: []int{500, 500}, want: wholeFit},
		{name: "too many", octets: mail, codes: []int{250, 250, 354, 250, 250}, want: noFit},
		{name: "too many for what is kept", octets: mail, codes: []int{250, 250, 354, 250, 250}, cut: true, want: partFit},
		{name: "no command granted", octets: "hello\r\n", codes: []int{250}, want: noFit},
		{name: "wrong code", octets: mail, codes: []int{354}, want: noFit},
		{name: "half a line", octets: "MAIL FROM:<a", codes: []int{250}, want: noFit},
		{name: "half a line is left", octets: "NOOP\r\nQU", codes: []int{250}, want: wholeFit},
		{name: "DATA refused", octets: mail, codes: []int{250, 550, 554, 500, 500}, want: wholeFit},
		{name: "body without end", octets: "DATA\r\nx\r\n", codes: []int{354}, want: wholeFit},
		{name: "body without end, answered", octets: "DATA\r\nx\r\n", codes: []int{354, 250}, want: noFit},
		{name: "the same false end again", octets: "DATA\r\nx\n.\nNOOP\r\n", codes: []int{354, 250, 250}, want: wholeFit},
		{name: "another false end", octets: "DATA\r\nx\r.\rNOOP\r\n", codes: []int{354, 250, 250}, want: noFit},
		{name: "a body longer than a step", octets: "DATA\r\n" + strings.Repeat("0123456789\r\n", 500) + ".\r\nNOOP\r\n", codes: []int{354, 250, 250}, want: wholeFit},
		{name: "chunk", octets: "BDAT 4\r\n\r\n\r\nNOOP\r\n", codes: []int{250, 250}, want: wholeFit},
		{name: "chunk refused", octets: "BDAT 4\r\n\r\n\r\nNOOP\r\n", codes: []int{552, 250}, want: wholeFit},
		{name: "chunk cut off", octets: "BDAT 999999999999999\r\nx", codes: []int{250}, want: wholeFit},
		{name: "responses", octets: "AUTH LOGIN\r\nQQ==\r\nQQ==\r\nNOOP\r\n", codes: []int{334, 334, 235, 250}, want: wholeFit},
		{name: "TLS", octets: "STARTTLS\r\n\x16\x03\x01", codes: []int{220}, want: wholeFit},
		{name: "LMTP", octets: "MAIL FROM:<a@x>\r\nRCPT TO:<b@x>\r\nRCPT TO:<c@x>\r\nDATA\r\nx\r\n.\r\nQUIT\r\n", lmtp: true, codes: []int{250, 250, 250, 354, 250, 450, 221}, want: wholeFit},
		{name: "nothing left", octets: "", owed: 1, codes: []int{250}, want: wholeFit},
		{name: "fewer than are owed", octets: "", owed: 2, codes: []int{250}, want: partFit},
	} {
		t.Run(test.name, func(t *testing.T) {
			var answers []answer
			for _, code := range test.codes {
				answers = append(answers, answer{code: code})
			}
			r := rehearsal{rest: []byte(test.octets), answers: answers, end: "LF . LF", lmtp: test.lmtp, cut: test.cut}
			if got := r.fit(test.owed); got != test.want {
				t.Errorf("got %d, want %d", got, test.want)
			}
		})
	}
}
