package tlsparse

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"io"
	"math/big"
	"net"
	"sync"
	"time"
)

// A recording is a connection of crypto/tls with itself, and its truth.
type recording struct {
	pieces []piece
	keylog bytes.Buffer
	sent   [2]bytes.Buffer // application data
	state  tls.ConnectionState
	err    error
}

// A piece is what one side wrote at once, or a hole.
type piece struct {
	dir  Dir
	data []byte
	gap  int64 // octets that are missing; -1: an unknown number
}

// A tap records what one side writes.
type tap struct {
	net.Conn
	dir Dir
	mu  *sync.Mutex
	to  *recording
}

func (t tap) Write(b []byte) (int, error) {
	t.mu.Lock()
	t.to.pieces = append(t.to.pieces, piece{dir: t.dir, data: bytes.Clone(b)})
	t.mu.Unlock()
	return t.Conn.Write(b)
}

// record runs a connection: both sides send some texts in turn.
func record(client, server *tls.Config, texts [][2]string) *recording {
	r := &recording{}
	client.KeyLogWriter, client.InsecureSkipVerify = &r.keylog, true
	client.Time = func() time.Time { return time.Unix(1800000000, 0) }
	server.Time = client.Time
	if client.ServerName == "" {
		client.ServerName = "mail.example.test"
	}
	a, b := loopback()
	var mu sync.Mutex
	clientConn := tls.Client(tap{a, Client, &mu, r}, client)
	serverConn := tls.Server(tap{b, Server, &mu, r}, server)
	done := make(chan error, 1)
	go func() {
		defer b.Close()
		err := serverConn.Handshake()
		for _, text := range texts {
			if err != nil {
				break
			}
			if _, err = io.ReadFull(serverConn, make([]byte, len(text[0]))); err == nil {
				_, err = io.WriteString(serverConn, text[1])
			}
		}
		if err == nil {
			_, _ = io.Copy(io.Discard, serverConn) // until close_notify
		}
		done <- err
	}()
	err := clientConn.Handshake()
	for _, text := range texts {
		if err != nil {
			break
		}
		if _, err = io.WriteString(clientConn, text[0]); err == nil {
			_, err = io.ReadFull(clientConn, make([]byte, len(text[1])))
		}
		r.sent[Client].WriteString(text[0])
		r.sent[Server].WriteString(text[1])
	}
	r.state = clientConn.ConnectionState()
	clientConn.Close()
	a.Close()
	r.err = err
	<-done
	return r
}

// loopback returns both ends of a connection. (net.Pipe has no buffer, and a server
// of TLS 1.3 sends tickets that nobody waits for.)
func loopback() (client, server net.Conn) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	defer l.Close()
	if client, err = net.Dial("tcp", l.Addr().String()); err != nil {
		panic(err)
	}
	if server, err = l.Accept(); err != nil {
		panic(err)
	}
	return client, server
}

// certificates of the tests, made once.
var certificates = sync.OnceValue(func() map[string]tls.Certificate {
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	ecKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	make := func(key any, public any) tls.Certificate {
		template := &x509.Certificate{
			SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "mail.example.test"},
			DNSNames:  []string{"mail.example.test", "*.wild.example.test"},
			NotBefore: time.Unix(1700000000, 0), NotAfter: time.Unix(1900000000, 0),
		}
		der, err := x509.CreateCertificate(rand.Reader, template, template, public, key)
		if err != nil {
			panic(err)
		}
		return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
	}
	return map[string]tls.Certificate{"RSA": make(rsaKey, &rsaKey.PublicKey), "ECDSA": make(ecKey, &ecKey.PublicKey)}
})
