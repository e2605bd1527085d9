package inspect

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"io"
	"math/big"
	"net"
	"net/netip"
	"sync"
	"testing"

	"smtpscope/capture"
	"smtpscope/tlskeys"
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

// TestFindingSMTPInsideTLS: TLS on a port that nobody named is opened, and is a
// session if a server greets inside.
func TestFindingSMTPInsideTLS(t *testing.T) {
	for _, test := range []struct {
		name, first, answer string
		want                convState
	}{
		{"SMTP", "220 mx ESMTP\r\n", "EHLO c.test\r\n", following},
		{"a web server", "HTTP/1.1 200 OK\r\n", "GET / HTTP/1.1\r\n", notSMTP},
	} {
		t.Run(test.name, func(t *testing.T) {
			log, pieces := recordTLS(t, test.first, test.answer)
			for _, keys := range []bool{true, false} {
				o := Options{Rules: capture.Rules{Ports: []uint16{25}, AnyPort: true}, Keys: tlskeys.NewStore(), Shards: 1}
				want := notSMTP
				if keys {
					o.Keys.Add(log)
					want = test.want
				}
				s := newShard(0, o, new(resultPool))
				v := &conversation{shard: s, conn: &capture.Conn{
					Client: netip.MustParseAddrPort("10.0.0.1:50000"), Server: netip.MustParseAddrPort("10.0.0.2:4650"),
					Initiator: capture.InitiatorSeen, Handshake: capture.HandshakeSYNACK,
				}}
				for i, p := range pieces {
					v.chunk(&capture.Chunk{Conn: v.conn, Kind: capture.Data, Dir: p.dir, Data: []byte(p.text), Frame: int64(i + 1)})
				}
				if v.state != want {
					t.Errorf("keys %v: state %d, want %d", keys, v.state, want)
				}
			}
		})
	}
}

// recordTLS runs a connection in which the server speaks first, and returns its key
// log and what was sent.
func recordTLS(t *testing.T, first, answer string) ([]byte, []said) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	a, b := net.Pipe()
	var r tlsRecording
	client := tls.Client(tapped{a, capture.FromClient, &r}, &tls.Config{InsecureSkipVerify: true, KeyLogWriter: &r.log, MaxVersion: tls.VersionTLS12})
	server := tls.Server(tapped{b, capture.FromServer, &r}, &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}})
	done := make(chan error, 1)
	go func() {
		_, err := io.WriteString(server, first)
		if err == nil {
			_, err = io.ReadFull(server, make([]byte, len(answer)))
		}
		done <- err
	}()
	if _, err := io.ReadFull(client, make([]byte, len(first))); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(client, answer); err != nil {
		t.Fatal(err)
	}
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	return r.log.Bytes(), r.pieces
}

// A tlsRecording is what both sides of a connection sent. They send in turn.
type tlsRecording struct {
	log    bytes.Buffer
	pieces []said
	mu     sync.Mutex
}

type tapped struct {
	net.Conn
	dir capture.Dir
	to  *tlsRecording
}

func (c tapped) Write(b []byte) (int, error) {
	c.to.mu.Lock()
	c.to.pieces = append(c.to.pieces, said{c.dir, string(b)})
	c.to.mu.Unlock()
	return c.Conn.Write(b)
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
			if first := s.Dialogue[0]; first.Code != 220 {
				t.Errorf("the dialogue begins with %+v", first)
			}
		})
	}
}
