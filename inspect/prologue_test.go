package inspect

import (
	"fmt"
	"testing"

	"smtpscope/capture"
)

// said is what one side of a connection sent.
type said struct {
	dir  capture.Dir
	text string
}

func TestPrologue(t *testing.T) {
	const (
		client = capture.FromClient
		server = capture.FromServer
	)
	tests := []struct {
		name     string
		dialogue []said
		want     prologueResult
		rest     [2]string // of the client, of the server
	}{
		{
			name:     "none: the server speaks first",
			dialogue: []said{{server, "220 mx ESMTP\r\n"}},
			want:     prologueOver, rest: [2]string{"", "220 mx ESMTP\r\n"},
		},
		{
			name:     "none: a client's verb",
			dialogue: []said{{client, "EHLO c\r\n"}},
			want:     prologueOver, rest: [2]string{"EHLO c\r\n", ""},
		},
		{
			name: "SOCKS5 to a host name",
			dialogue: []said{
				{client, "\x05\x01\x00"}, {server, "\x05\x00"},
				{client, "\x05\x01\x00\x03\x02mx\x00\x19"}, {server, "\x05\x00\x00\x01\x0a\x00\x00\x01\x00\x19220 mx\r\n"},
			},
			want: prologueOver, rest: [2]string{"", "220 mx\r\n"},
		},
		{
			name: "SOCKS5 with a password, to an IPv6 address",
			dialogue: []said{
				{client, "\x05\x02\x00\x02"}, {server, "\x05\x02"},
				{client, "\x01\x01u\x02pw"}, {server, "\x01\x00"},
				{client, "\x05\x01\x00\x04" + "0123456789abcdef" + "\x02\x4b"}, {server, "\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00"},
			},
			want: prologueOver,
		},
		{
			name:     "SOCKS4a",
			dialogue: []said{{client, "\x04\x01\x00\x19\x00\x00\x00\x01user\x00mx.test\x00"}, {server, "\x00\x5a\x00\x00\x00\x00\x00\x00220"}},
			want:     prologueOver, rest: [2]string{"", "220"},
		},
		{
			name: "HTTP CONNECT",
			dialogue: []said{
				{client, "CONNECT mx:587 HTTP/1.1\r\nHost: mx:587\r\n\r\n"},
				{server, "HTTP/1.1 200 Connection established\r\n\r\n220 mx\r\n"},
			},
			want: prologueOver, rest: [2]string{"", "220 mx\r\n"},
		},
		{
			name:     "a proxy that does not speak SOCKS5",
			dialogue: []said{{client, "\x05\x01\x00"}, {server, "HTTP/1.1 400 Bad Request\r\n"}},
			want:     prologueOver, rest: [2]string{"", "HTTP/1.1 400 Bad Request\r\n"},
		},
		{
			name:     "an address type that does not exist",
			dialogue: []said{{client, "\x05\x01\x00"}, {server, "\x05\x00"}, {client, "\x05\x01\x00\x09xxxxxxxx"}},
			want:     prologueOver, rest: [2]string{"\x05\x01\x00\x09xxxxxxxx", ""},
		},
		{
			name:     "not over yet",
			dialogue: []said{{client, "\x05\x01\x00"}, {server, "\x05"}},
			want:     prologueMore, rest: [2]string{"", "\x05"},
		},
	}
	for _, test := range tests {
		for _, step := range []int{1000, 1, 3} {
			t.Run(fmt.Sprintf("%s in steps of %d", test.name, step), func(t *testing.T) {
				result, rest := play(test.dialogue, step)
				if result != test.want || rest != test.rest {
					t.Errorf("%d, rest %q; want %d, %q", result, rest, test.want, test.rest)
				}
			})
		}
	}
}

// play feeds a dialogue in pieces of at most step octets.
func play(dialogue []said, step int) (prologueResult, [2]string) {
	var p prologue
	var held [2][]byte
	var result prologueResult
	for _, s := range dialogue {
		for text := s.text; text != ""; {
			n := min(step, len(text))
			held[s.dir] = append(held[s.dir], text[:n]...)
			text = text[n:]
			result = p.skip(s.dir, &held)
		}
	}
	return result, [2]string{string(held[0]), string(held[1])}
}
