package inspect

import (
	"net/netip"
	"testing"

	"smtpscope/capture"
)

// followed feeds a conversation on a port that nobody named.
func followed(initiator capture.Initiator, dialogue []said) *conversation {
	s := &shard{options: Options{Rules: capture.Rules{Ports: []uint16{25}, AnyPort: true}}}
	v := &conversation{shard: s, conn: &capture.Conn{
		Client:    netip.MustParseAddrPort("10.0.0.1:50000"),
		Server:    netip.MustParseAddrPort("10.0.0.2:1080"),
		Initiator: initiator,
		Handshake: capture.HandshakeSYNACK,
	}}
	for i, s := range dialogue {
		v.chunk(&capture.Chunk{Conn: v.conn, Kind: capture.Data, Dir: s.dir, Data: []byte(s.text), Frame: int64(i + 1)})
	}
	return v
}

func TestFindingSMTP(t *testing.T) {
	const (
		client = capture.FromClient
		server = capture.FromServer
	)
	tests := []struct {
		name      string
		initiator capture.Initiator
		dialogue  []said
		want      convState
		greeting  string
		hello     string
	}{
		{
			name: "the server greets", initiator: capture.InitiatorSeen,
			dialogue: []said{{server, "220 mx ESMTP\r\n"}, {client, "EHLO c.test\r\n"}},
			want:     following, greeting: "mx ESMTP", hello: "c.test",
		},
		{
			name: "behind SOCKS5", initiator: capture.InitiatorSeen,
			dialogue: []said{
				{client, "\x05\x01\x00"}, {server, "\x05\x00"},
				{client, "\x05\x01\x00\x01\x0a\x00\x00\x09\x00\x19"}, {server, "\x05\x00\x00\x01\x0a\x00\x00\x09\x00\x19"},
				{server, "220 mx ESMTP\r\n"}, {client, "EHLO c.test\r\n"},
			},
			want: following, greeting: "mx ESMTP", hello: "c.test",
		},
		{
			name: "behind HTTP CONNECT", initiator: capture.InitiatorSeen,
			dialogue: []said{
				{client, "CONNECT mx:25 HTTP/1.1\r\n"}, {client, "\r\n"},
				{server, "HTTP/1.1 200 OK\r\n\r\n220 mx ESMTP\r\n"}, {client, "EHLO c.test\r\n"},
			},
			want: following, greeting: "mx ESMTP", hello: "c.test",
		},
		{
			name: "the sides guessed wrongly", initiator: capture.InitiatorGuessed,
			dialogue: []said{{client, "220 mx ESMTP\r\n"}, {client, "EHLO c.test\r\n"}},
			want:     following, greeting: "mx ESMTP", hello: "c.test",
		},
		{
			name: "in single bytes", initiator: capture.InitiatorSeen,
			dialogue: []said{{server, "2"}, {server, "2"}, {server, "0"}, {server, " mx ESMTP\r\n"}, {client, "EHLO c.test\r\n"}},
			want:     following, greeting: "mx ESMTP", hello: "c.test",
		},
		{
			name: "a web server", initiator: capture.InitiatorSeen,
			dialogue: []said{{client, "GET / HTTP/1.1\r\n"}, {server, "HTTP/1.1 200 OK\r\n"}},
			want:     notSMTP,
		},
		{
			name: "TLS on any port", initiator: capture.InitiatorSeen,
			dialogue: []said{{client, "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"}, {server, "\x16\x03\x03\x00\x7a\x02"}},
			want:     notSMTP,
		},
		{
			name: "junk before the greeting", initiator: capture.InitiatorSeen,
			dialogue: []said{{client, "X\r\n"}, {server, "220 mx ESMTP\r\n"}, {client, "EHLO c.test\r\n"}},
			want:     following, greeting: "mx ESMTP", hello: "c.test",
		},
		{
			name: "too little to tell", initiator: capture.InitiatorSeen,
			dialogue: []said{{server, "22"}},
			want:     probing,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			v := followed(test.initiator, test.dialogue)
			if v.state != test.want {
				t.Fatalf("state %d, want %d", v.state, test.want)
			}
			if test.want != following {
				return
			}
			s := v.parser.Session()
			if s.Greeting == nil || s.Greeting.Text != test.greeting {
				t.Errorf("greeting %+v, want %q", s.Greeting, test.greeting)
			}
			if len(s.Hello) != 1 || s.Hello[0].Name != test.hello {
				t.Errorf("hello %+v, want %q", s.Hello, test.hello)
			}
		})
	}
}
