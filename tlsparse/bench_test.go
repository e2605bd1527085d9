package tlsparse

import (
	"crypto/tls"
	"strings"
	"testing"
)

// BenchmarkParser reads a mail of four megabytes inside TLS, with and without keys.
func BenchmarkParser(b *testing.B) {
	text := [][2]string{{strings.Repeat("a line of a mail that is as long as they are\r\n", 1<<22/47), "250 OK\r\n"}}
	for _, c := range []struct {
		name   string
		config *tls.Config
	}{
		{"TLS 1.3", &tls.Config{}},
		{"TLS 1.2 CBC", &tls.Config{MaxVersion: tls.VersionTLS12, CipherSuites: []uint16{tls.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA}}},
	} {
		server := c.config.Clone()
		server.Certificates = []tls.Certificate{certificates()["RSA"]}
		r := record(c.config, server, text)
		if r.err != nil {
			b.Fatal(r.err)
		}
		for name, o := range map[string]Options{"keys": r.keyed(), "facts": {}} {
			b.Run(c.name+"/"+name, func(b *testing.B) {
				b.ReportAllocs()
				b.SetBytes(int64(total(r.pieces, Client) + total(r.pieces, Server)))
				o.Certificates = new(CertificateCache)
				p := NewParser(o)
				for b.Loop() {
					for i, piece := range r.pieces {
						for data := piece.data; len(data) > 0; { // as in packets
							n := min(len(data), 1460)
							p.Feed(piece.dir, Mark{Frame: int64(i)}, data[:n])
							data = data[n:]
						}
					}
					p.Close(Mark{}, true)
					p.Reset()
				}
			})
		}
	}
}

// BenchmarkHandshake is the cost of the facts of one connection.
func BenchmarkHandshake(b *testing.B) {
	r := record(&tls.Config{MaxVersion: tls.VersionTLS12}, &tls.Config{Certificates: []tls.Certificate{certificates()["RSA"]}}, talk[:1])
	if r.err != nil {
		b.Fatal(r.err)
	}
	b.ReportAllocs()
	b.SetBytes(int64(total(r.pieces, Client) + total(r.pieces, Server)))
	p := NewParser(Options{})
	for b.Loop() {
		for _, piece := range r.pieces {
			p.Feed(piece.dir, Mark{}, piece.data)
		}
		p.Close(Mark{}, true)
		p.Reset()
	}
}
