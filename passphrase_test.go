package main

import (
	"crypto/x509"
	"encoding/pem"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"smtpscope/pcaps"
)

// encryptedKey writes the server's key of a sample capture, encrypted, into a file.
func encryptedKey(t *testing.T) (name string) {
	t.Helper()
	text, err := pcaps.FS.ReadFile("tls12-rsa-key-exchange.serverkey.pem")
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode(text)
	//lint:ignore SA1019 It is the encryption that the standard library can write.
	block, err = x509.EncryptPEMBlock(zeros{}, block.Type, block.Bytes, []byte("contoso"), x509.PEMCipherAES128)
	if err != nil {
		t.Fatal(err)
	}
	name = filepath.Join(t.TempDir(), "server.pem")
	if err := os.WriteFile(name, pem.EncodeToMemory(block), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// zeros are as good as random numbers where nothing is to be kept secret.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// TestTerminalPassphrase types a passphrase that is wrong, then the right one,
// while the capture comes from standard input; it is never shown.
func TestTerminalPassphrase(t *testing.T) {
	p := newPane(t, 100, 30, `cat tls12-rsa-key-exchange.pcap | smtpscope -r - --tls-key "`+encryptedKey(t)+`" --format text | grep -c 'Kerberos: the client proved itself'`)
	p.wants(`passphrase of .*server\.pem:`)
	p.press("Contoso", "Enter")
	p.wants(`that does not open it\n.*passphrase of .*server\.pem:`)
	p.press("contoso", "Enter")
	screen := p.wants(`left with 0`)
	if strings.Contains(strings.ToLower(screen), "contoso") {
		t.Errorf("the passphrase was shown:\n%s", screen)
	}
	p.isRestored("0")
}

// TestTerminalPassphraseInterrupted gives up: the terminal shows again what is
// typed.
func TestTerminalPassphraseInterrupted(t *testing.T) {
	p := newPane(t, 100, 30, `trap : INT; smtpscope -r tls12-rsa-key-exchange.pcap --tls-key "`+encryptedKey(t)+`"; stty -a | grep -ow -e '-*echo'`)
	p.wants(`passphrase of .*server\.pem:`)
	p.press("C-c")
	p.wants(`(?m)^echo$`)
}

func TestPassphraseWithoutATerminal(t *testing.T) {
	if ask := passphrase("server.pem", strings.NewReader(""), io.Discard); ask != nil {
		t.Error("somebody is asked")
	}
}

func TestReadLine(t *testing.T) {
	long := strings.Repeat("x", maxSecret)
	for _, test := range []struct {
		text, want string
		err        bool
	}{
		{text: "contoso\nmore", want: "contoso"},
		{text: "contoso\r\n", want: "contoso"},
		{text: "\n"},
		{text: "contoso", want: "contoso"},
		{err: true},
		{text: long[1:] + "\n", want: long[1:]},
		{text: long + "\n", err: true},
	} {
		if line, err := readLine(strings.NewReader(test.text)); string(line) != test.want || (err != nil) != test.err {
			t.Errorf("%.20q: %.20q, %v", test.text, line, err)
		}
	}
}
