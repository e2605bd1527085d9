package tlscrypt

import (
	"bytes"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"testing"
)

// The benchmarks open what crypto/tls receives in BenchmarkCryptoTLS, suite by
// suite and record size by record size, so that the two can be held side by side:
//
//	go test -run '^$' -bench 'Open|CryptoTLS' ./tlscrypt

// recordSizes are those of a command, of a piece of a mail, and the greatest.
var recordSizes = []int{64, 1400, MaxPlaintext}

// benchmarked are the suites that crypto/tls has, and CCM.
func benchmarked() []Params {
	return []Params{
		params(tls.VersionTLS13, 0x1301),
		params(tls.VersionTLS12, tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256),
		params(tls.VersionTLS12, tls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384),
		params(tls.VersionTLS12, tls.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256),
		params(tls.VersionTLS12, tls.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA),
		params(tls.VersionTLS12, tls.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256),
		params(tls.VersionTLS10, tls.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA),
		params(tls.VersionTLS12, tls.TLS_RSA_WITH_3DES_EDE_CBC_SHA),
		params(tls.VersionTLS12, tls.TLS_RSA_WITH_RC4_128_SHA),
		params(tls.VersionTLS13, 0x1304),
	}
}

// batch is how many records of a size are received in one round.
func batch(size int) int { return max(16, 1<<20/size) }

func BenchmarkOpen(b *testing.B) {
	for _, p := range benchmarked() {
		for _, size := range recordSizes {
			b.Run(fmt.Sprintf("%v/%d", p, size), func(b *testing.B) {
				s, first := newSealer(b, p)
				records := make([][]byte, batch(size))
				for i := range records {
					records[i] = s.seal(ApplicationData, uint64(i), make([]byte, size))
				}
				dst := make([]byte, 0, MaxFragment)
				b.SetBytes(int64(size * len(records)))
				b.ReportAllocs()
				for b.Loop() {
					o := first
					if o.Chaining() != Independent { // it begins again
						b.StopTimer()
						_, o = newSealer(b, p)
						b.StartTimer()
					}
					for seq, record := range records {
						if _, _, err := o.Open(dst, record, uint64(seq)); err != nil {
							b.Fatal(err)
						}
					}
				}
			})
		}
	}
}

// A heldBack connection hands over what was written to it when it is asked to,
// without another goroutine.
type heldBack struct {
	net.Conn
	hold bool
	held bytes.Buffer
}

func (c *heldBack) Write(p []byte) (int, error) {
	if c.hold {
		return c.held.Write(p)
	}
	return c.Conn.Write(p)
}

// A source is a connection whose reading side is switched to memory.
type source struct {
	net.Conn
	from io.Reader
}

func (c *source) Read(p []byte) (int, error) {
	if c.from != nil {
		return c.from.Read(p)
	}
	return c.Conn.Read(p)
}

func BenchmarkCryptoTLS(b *testing.B) {
	for _, p := range benchmarked() {
		if p.Suite.ID == 0x1304 {
			continue // crypto/tls has no CCM
		}
		for _, size := range recordSizes {
			b.Run(fmt.Sprintf("%v/%d", p, size), func(b *testing.B) {
				config := &tls.Config{
					Certificates: certificates(b), CipherSuites: []uint16{p.Suite.ID}, InsecureSkipVerify: true,
					MinVersion: p.Version, MaxVersion: p.Version, DynamicRecordSizingDisabled: true,
					SessionTicketsDisabled: true,
				}
				clientEnd, serverEnd := net.Pipe()
				receiving, sending := &source{Conn: clientEnd}, &heldBack{Conn: serverEnd}
				client, server := tls.Client(receiving, config), tls.Server(sending, config)
				done := make(chan error, 1)
				go func() { done <- server.Handshake() }()
				if err := client.Handshake(); err != nil {
					b.Fatal(err)
				}
				if err := <-done; err != nil {
					b.Fatal(err)
				}
				sending.hold, receiving.from = true, &sending.held
				message, dst := make([]byte, size), make([]byte, MaxPlaintext)
				n := batch(size)
				b.SetBytes(int64(size * n))
				b.ReportAllocs()
				for b.Loop() {
					b.StopTimer()
					for range n {
						if _, err := server.Write(message); err != nil {
							b.Fatal(err)
						}
					}
					b.StartTimer()
					for left := size * n; left > 0; {
						got, err := client.Read(dst)
						if err != nil {
							b.Fatal(err)
						}
						left -= got
					}
				}
			})
		}
	}
}
