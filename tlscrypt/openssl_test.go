package tlscrypt

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// OpenSSL as oracle for what crypto/tls has not, on loopback.

// writePEM writes a certificate and its key into one file.
func writePEM(t *testing.T, cert tls.Certificate) string {
	t.Helper()
	key, err := x509.MarshalPKCS8PrivateKey(cert.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	text := append(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key}),
		pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert.Certificate[0]})...)
	name := filepath.Join(t.TempDir(), "server.pem")
	if err := os.WriteFile(name, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// startOpenSSL starts openssl. It ends with the test at the latest; what it
// complained of is logged when the test fails.
func startOpenSSL(t *testing.T, openssl string, args ...string) (cmd *exec.Cmd, in io.WriteCloser, out io.Reader) {
	t.Helper()
	cmd = exec.Command(openssl, args...)
	var diagnostics bytes.Buffer
	cmd.Stderr = &diagnostics
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err = cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
		if t.Failed() {
			t.Logf("openssl %s: %s", args[0], diagnostics.Bytes())
		}
	})
	return cmd, in, out
}

// opensslServer starts a server that answers each line with itself reversed, and
// returns its address.
func opensslServer(t *testing.T, openssl, pemFile string, args ...string) string {
	t.Helper()
	_, _, out := startOpenSSL(t, openssl, append([]string{"s_server", "-accept", "127.0.0.1:0", "-cert", pemFile, "-rev"}, args...)...)
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if address, ok := strings.CutPrefix(lines.Text(), "ACCEPT "); ok {
			go io.Copy(io.Discard, out)
			return address
		}
	}
	t.Fatal("s_server does not listen")
	return ""
}

// relay accepts one connection, hands it on to address and records it. The
// function returned waits for its end.
func relay(t *testing.T, address string) (listening string, wait func() *recording) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	rec, done := &recording{}, make(chan error, 1)
	go func() {
		client, err := l.Accept()
		if err != nil {
			done <- err
			return
		}
		defer client.Close()
		server, err := net.Dial("tcp", address)
		if err != nil {
			done <- err
			return
		}
		defer server.Close()
		var copying sync.WaitGroup
		copying.Go(func() {
			io.Copy(recorder{server, &rec.wire[Client]}, onlyReader{client})
			server.(*net.TCPConn).CloseWrite()
		})
		copying.Go(func() {
			io.Copy(recorder{client, &rec.wire[Server]}, onlyReader{server})
			client.(*net.TCPConn).CloseWrite()
		})
		copying.Wait()
		done <- nil
	}()
	return l.Addr().String(), func() *recording {
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		return rec
	}
}

// onlyReader hides WriteTo, which would go around the recorder.
type onlyReader struct{ io.Reader }

func TestOpenSSL(t *testing.T) {
	openssl, err := exec.LookPath("openssl")
	if err != nil {
		t.Skip("openssl is not installed")
	}
	tests := []struct {
		version string
		cipher  string // -ciphersuites in TLS 1.3, else -cipher
		suite   string
		ecdsa   bool
	}{
		{version: "-tls1_3", cipher: "TLS_AES_128_GCM_SHA256", suite: "TLS_AES_128_GCM_SHA256"},
		{version: "-tls1_3", cipher: "TLS_AES_256_GCM_SHA384", suite: "TLS_AES_256_GCM_SHA384"},
		{version: "-tls1_3", cipher: "TLS_CHACHA20_POLY1305_SHA256", suite: "TLS_CHACHA20_POLY1305_SHA256"},
		{version: "-tls1_3", cipher: "TLS_AES_128_CCM_SHA256", suite: "TLS_AES_128_CCM_SHA256"},
		{version: "-tls1_3", cipher: "TLS_AES_128_CCM_8_SHA256", suite: "TLS_AES_128_CCM_8_SHA256"},
		{version: "-tls1_2", cipher: "AES128-CCM", suite: "TLS_RSA_WITH_AES_128_CCM"},
		{version: "-tls1_2", cipher: "AES256-CCM8", suite: "TLS_RSA_WITH_AES_256_CCM_8"},
		{version: "-tls1_2", cipher: "DHE-RSA-AES256-CCM", suite: "TLS_DHE_RSA_WITH_AES_256_CCM"},
		{version: "-tls1_2", cipher: "ECDHE-ECDSA-AES128-CCM8", suite: "TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8", ecdsa: true},
		{version: "-tls1_2", cipher: "DHE-RSA-CHACHA20-POLY1305", suite: "TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256"},
		{version: "-tls1_2", cipher: "ECDHE-RSA-AES256-SHA384", suite: "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384"},
		{version: "-tls1_2", cipher: "AES256-SHA256", suite: "TLS_RSA_WITH_AES_256_CBC_SHA256"},
		{version: "-tls1_2", cipher: "AES128-SHA", suite: "TLS_RSA_WITH_AES_128_CBC_SHA"},
		{version: "-tls1_1", cipher: "AES128-SHA", suite: "TLS_RSA_WITH_AES_128_CBC_SHA"},
		{version: "-tls1", cipher: "AES256-SHA", suite: "TLS_RSA_WITH_AES_256_CBC_SHA"},
		{version: "-tls1_2", cipher: "CAMELLIA128-SHA", suite: "TLS_RSA_WITH_CAMELLIA_128_CBC_SHA"},
		{version: "-tls1_2", cipher: "CAMELLIA256-SHA256", suite: "TLS_RSA_WITH_CAMELLIA_256_CBC_SHA256"},
		{version: "-tls1_2", cipher: "DHE-RSA-CAMELLIA128-SHA256", suite: "TLS_DHE_RSA_WITH_CAMELLIA_128_CBC_SHA256"},
		{version: "-tls1_2", cipher: "ECDHE-RSA-CAMELLIA256-SHA384", suite: "TLS_ECDHE_RSA_WITH_CAMELLIA_256_CBC_SHA384"},
		{version: "-tls1_1", cipher: "CAMELLIA256-SHA", suite: "TLS_RSA_WITH_CAMELLIA_256_CBC_SHA"},
		{version: "-tls1", cipher: "DHE-RSA-CAMELLIA128-SHA", suite: "TLS_DHE_RSA_WITH_CAMELLIA_128_CBC_SHA"},
		{version: "-tls1_2", cipher: "ARIA128-GCM-SHA256", suite: "TLS_RSA_WITH_ARIA_128_GCM_SHA256"},
		{version: "-tls1_2", cipher: "ECDHE-ARIA256-GCM-SHA384", suite: "TLS_ECDHE_RSA_WITH_ARIA_256_GCM_SHA384"},
		{version: "-tls1_2", cipher: "ECDHE-ECDSA-ARIA128-GCM-SHA256", suite: "TLS_ECDHE_ECDSA_WITH_ARIA_128_GCM_SHA256", ecdsa: true},
		{version: "-tls1_2", cipher: "NULL-SHA256", suite: "TLS_RSA_WITH_NULL_SHA256"},
		{version: "-tls1", cipher: "NULL-MD5", suite: "TLS_RSA_WITH_NULL_MD5"},
	}
	certs := certificates(t)
	rsaFile, ecdsaFile := writePEM(t, certs[0]), writePEM(t, certs[1])
	for _, tt := range tests {
		t.Run(tt.version[1:]+"/"+tt.cipher, func(t *testing.T) {
			args := []string{tt.version, "-cipher", tt.cipher + ":@SECLEVEL=0"}
			if tt.version == "-tls1_3" {
				args = []string{tt.version, "-ciphersuites", tt.cipher}
			}
			pemFile := rsaFile
			if tt.ecdsa {
				pemFile = ecdsaFile
			}
			listening, wait := relay(t, opensslServer(t, openssl, pemFile, args...))
			keylog := filepath.Join(t.TempDir(), "keys")
			client, in, out := startOpenSSL(t, openssl, append([]string{"s_client", "-quiet", "-no_ign_eof", "-keylogfile", keylog, "-connect", listening}, args...)...)
			said := [2][]byte{[]byte("EHLO sp01.contoso.test\n"), []byte("tset.osotnoc.10ps OLHE\n")}
			in.Write(said[Client])
			if _, err := io.ReadFull(out, make([]byte, len(said[Server]))); err != nil {
				t.Errorf("s_client: %v", err)
			}
			in.Close()
			io.Copy(io.Discard, out)
			client.Wait()
			if t.Failed() {
				return
			}
			rec := wait()
			text, err := os.ReadFile(keylog)
			if err != nil {
				t.Fatal(err)
			}
			rec.keylog = string(text)
			o := rec.open(t)
			o.check(t, said)
			if o.suite.Name != tt.suite {
				t.Errorf("suite %s was agreed on", o.suite.Name)
			}
		})
	}
}
