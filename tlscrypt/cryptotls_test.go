package tlscrypt

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"io"
	"math/big"
	"net"
	"sync"
	"testing"
	"time"
)

// crypto/tls as oracle: both ends talk, what goes over the wire is recorded,
// and all of it has to open.

// selfSigned makes a certificate for a throw-away key.
func selfSigned(t testing.TB, key crypto.Signer) tls.Certificate {
	t.Helper()
	template := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{"mail.contoso.test"}, NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

var keys = sync.OnceValue(func() []crypto.Signer {
	r, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	e, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	return []crypto.Signer{r, e}
})

func certificates(t testing.TB) []tls.Certificate {
	t.Helper()
	return []tls.Certificate{selfSigned(t, keys()[0]), selfSigned(t, keys()[1])}
}

// A recorder keeps what is written to a connection.
type recorder struct {
	net.Conn
	written *[]byte
}

func (r recorder) Write(b []byte) (int, error) {
	*r.written = append(*r.written, b...)
	return r.Conn.Write(b)
}

// talk runs a connection between both ends of crypto/tls, in which the client
// says what is in said, and the server then.
func talk(t testing.TB, config *tls.Config, said [2][]byte) *recording {
	t.Helper()
	rec := &recording{}
	var keylog bytes.Buffer
	clientEnd, serverEnd := net.Pipe()
	clientConfig := config.Clone()
	clientConfig.InsecureSkipVerify, clientConfig.KeyLogWriter = true, &keylog
	client := tls.Client(recorder{clientEnd, &rec.wire[Client]}, clientConfig)
	server := tls.Server(recorder{serverEnd, &rec.wire[Server]}, config)
	done := make(chan error, 1)
	go func() {
		_, err := io.ReadFull(server, make([]byte, len(said[Client])))
		if err == nil {
			_, err = server.Write(said[Server])
		}
		done <- err
	}()
	if _, err := client.Write(said[Client]); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(client, make([]byte, len(said[Server]))); err != nil {
		t.Fatal(err)
	}
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	clientEnd.Close()
	serverEnd.Close()
	rec.keylog = keylog.String()
	return rec
}

// said is more than one record for each side.
func said() [2][]byte {
	return [2][]byte{
		bytes.Repeat([]byte("MAIL FROM:<alice@contoso.test>\r\n"), 1500),
		bytes.Repeat([]byte("250 2.1.0 Sender OK\r\n"), 2500),
	}
}

func TestCryptoTLS(t *testing.T) {
	for _, suite := range append(tls.CipherSuites(), tls.InsecureCipherSuites()...) {
		for _, version := range suite.SupportedVersions {
			t.Run(tls.VersionName(version)+"/"+suite.Name, func(t *testing.T) {
				config := &tls.Config{
					Certificates: certificates(t), CipherSuites: []uint16{suite.ID},
					MinVersion: version, MaxVersion: version,
				}
				if s, ok := SuiteByID(suite.ID); !ok || s.Name != suite.Name {
					t.Errorf("the suite is called %q here", s.Name)
				}
				said := said()
				o := talk(t, config, said).open(t)
				o.check(t, said)
				if version != tls.VersionTLS13 && (o.suite.ID != suite.ID || o.version != version) {
					t.Errorf("%s in %#x was agreed on", o.suite.Name, o.version)
				}
			})
		}
	}
}
