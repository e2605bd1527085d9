package main

import (
	"bytes"
	"crypto/tls"
	"encoding/binary"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"smtpscope/tlsparse"
	"smtpscope/verdict"
)

// TestNotSupported changes what both sides agreed on in a capture to what cannot be
// opened: both kinds of keys are there, and it is said that none helps.
func TestNotSupported(t *testing.T) {
	const (
		name  = "pcaps/tls12-rsa-key-exchange"
		agree = 0x009C // TLS_RSA_WITH_AES_128_GCM_SHA256, in the capture
	)
	data, err := os.ReadFile(name + ".pcap")
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name    string
		version uint16
		suite   uint16
		want    string
	}{
		{name: "SEED", version: tls.VersionTLS12, suite: 0x0096, want: "TLS_RSA_WITH_SEED_CBC_SHA in TLS 1.2 is not supported, so no key helps"},
		{name: "IDEA", version: tls.VersionTLS12, suite: 0x0007, want: "TLS_RSA_WITH_IDEA_CBC_SHA in TLS 1.2 is not supported, so no key helps"},
		{name: "SSL 3.0", version: 0x0300, suite: 0x0005, want: "TLS_RSA_WITH_RC4_128_SHA in SSL 3.0 is not supported, so no key helps"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			changed := bytes.Clone(data)
			hello := serverHello(t, changed)
			binary.BigEndian.PutUint16(hello, tt.version)
			const sessionIDLen = 2 + 32 // behind version and random
			suite := hello[sessionIDLen+1+int(hello[sessionIDLen]):]
			if got := binary.BigEndian.Uint16(suite); got != agree {
				t.Fatalf("suite %#04x was agreed on", got)
			}
			binary.BigEndian.PutUint16(suite, tt.suite)
			file := filepath.Join(t.TempDir(), "changed.pcap")
			if err := os.WriteFile(file, changed, 0o600); err != nil {
				t.Fatal(err)
			}
			args := []string{"-r", file, "--keylog", name + ".keys", "--tls-key", name + ".serverkey.pem", "--format"}
			got := sessions(t, output(t, append(args, "json")...))
			if len(got) != 1 || got[0].TLS == nil {
				t.Fatalf("%d sessions", len(got))
			}
			s := got[0]
			if s.Verdict.State != verdict.Encrypted || s.TLS.Hidden != tlsparse.HiddenUnsupported || s.TLS.Decrypted || len(s.Auth) > 0 {
				t.Errorf("%s, hidden %q, decrypted %t, %d attempts", s.Verdict.State, s.TLS.Hidden, s.TLS.Decrypted, len(s.Auth))
			}
			if !strings.Contains(s.Verdict.Text, tt.want) {
				t.Errorf("the verdict says %q", s.Verdict.Text)
			}
			text := strings.Join(strings.Fields(string(output(t, append(args, "text")...))), " ")
			for _, want := range []string{tt.want, "not decrypted: the cipher suite is not supported"} {
				if !strings.Contains(text, want) {
					t.Errorf("the text has no %q", want)
				}
			}
		})
	}
}

// serverHello finds the body of the ServerHello in a capture: from its version on.
func serverHello(t *testing.T, capture []byte) []byte {
	t.Helper()
	for i := range len(capture) - 50 {
		record := capture[i:]
		const handshake, hello = 22, 2
		if bytes.HasPrefix(record, []byte{handshake, 3, 3}) && record[5] == hello && record[6] == 0 {
			return record[9:]
		}
	}
	t.Fatal("there is no ServerHello")
	return nil
}
