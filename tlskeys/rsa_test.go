package tlskeys

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"embed"
	"encoding/pem"
	"errors"
	"strings"
	"testing"
)

// The keys were made by OpenSSL for these tests and are all the same one; the
// passphrase is contoso. The names say how they are encrypted.
//
//go:embed testdata/*.pem
var pemFiles embed.FS

func pemFile(t testing.TB, names ...string) []byte {
	t.Helper()
	var all []byte
	for _, name := range names {
		text, err := pemFiles.ReadFile("testdata/" + name + ".pem")
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, text...)
	}
	return all
}

// passphrases answers with one after the other, and counts.
func passphrases(asked *int, words ...string) func(int) ([]byte, error) {
	return func(int) ([]byte, error) {
		*asked++
		if *asked > len(words) {
			return nil, errors.New("given up")
		}
		return []byte(words[*asked-1]), nil
	}
}

func TestReadRSAKeys(t *testing.T) {
	tests := []struct {
		name  string
		files []string
		words []string
		keys  int
		asked int
		err   string
	}{
		{name: "PKCS #1", files: []string{"pkcs1"}, keys: 1},
		{name: "PKCS #8", files: []string{"pkcs8"}, keys: 1},
		{name: "AES-256, SHA-256", files: []string{"pkcs8-aes256-sha256"}, words: []string{"contoso"}, keys: 1, asked: 1},
		{name: "AES-128, SHA-512", files: []string{"pkcs8-aes128-sha512"}, words: []string{"contoso"}, keys: 1, asked: 1},
		{name: "3DES, SHA-1", files: []string{"pkcs8-des3-sha1"}, words: []string{"contoso"}, keys: 1, asked: 1},
		{name: "scrypt", files: []string{"pkcs8-scrypt"}, words: []string{"contoso"}, keys: 1, asked: 1},
		{name: "PEM encryption", files: []string{"pkcs1-aes128"}, words: []string{"contoso"}, keys: 1, asked: 1},
		{name: "certificate and key", files: []string{"certificate-and-key"}, keys: 1},
		{name: "EC key beside it", files: []string{"ec", "pkcs1"}, keys: 1},
		{name: "two under one passphrase", files: []string{"pkcs8-scrypt", "pkcs1-aes128", "pkcs1"}, words: []string{"contoso"}, keys: 3, asked: 1},
		{name: "second attempt", files: []string{"pkcs8-aes256-sha256"}, words: []string{"Contoso", "contoso"}, keys: 1, asked: 2},
		{name: "wrong", files: []string{"pkcs8-aes256-sha256"}, words: []string{"a", "b", "c", "contoso"}, asked: 3, err: "the passphrase does not open the key"},
		{name: "given up", files: []string{"pkcs1-aes128"}, words: []string{"a"}, asked: 2, err: "given up"},
		{name: "EC key", files: []string{"ec"}, err: "an EC key cannot open anything: the key exchange is ephemeral"},
		{name: "EC key, PKCS #8", files: []string{"ec-pkcs8"}, err: "an EC key cannot open anything: the key exchange is ephemeral"},
		{name: "certificate alone", files: []string{"certificate"}, err: `no RSA private key but "CERTIFICATE"`},
		{name: "PBES1", files: []string{"pkcs8-pbes1"}, err: "encrypted by 1.2.840.113549.1.12.1.3, which is not supported"},
		{name: "nothing", err: "no PEM text"},
	}
	want := readKeys(t, "pkcs1")[0]
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var asked int
			keys, err := ReadRSAKeys(pemFile(t, tt.files...), passphrases(&asked, tt.words...))
			if tt.err != "" && (err == nil || !strings.Contains(err.Error(), tt.err)) || tt.err == "" && err != nil {
				t.Fatalf("error %v", err)
			}
			if len(keys) != tt.keys || asked != tt.asked {
				t.Errorf("%d keys, asked %d times", len(keys), asked)
			}
			for _, k := range keys {
				if !k.PublicKey().Equal(want.PublicKey()) {
					t.Error("another key")
				}
			}
		})
	}
	if _, err := ReadRSAKeys(pemFile(t, "pkcs1-aes128"), nil); !errors.Is(err, ErrNoPassphrase) {
		t.Errorf("nobody to ask: %v", err)
	}
}

func readKeys(t testing.TB, names ...string) []*RSAKey {
	t.Helper()
	keys, err := ReadRSAKeys(pemFile(t, names...), nil)
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

func TestPremaster(t *testing.T) {
	key := readKeys(t, "pkcs1")[0]
	other, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	secret := append([]byte{3, 3}, repeated(5, 46)...)
	tests := []struct {
		name  string
		to    *rsa.PublicKey
		plain []byte
		fits  bool
	}{
		{name: "fits", to: key.PublicKey(), plain: secret, fits: true},
		{name: "of another server", to: &other.PublicKey, plain: secret},
		{name: "short", to: key.PublicKey(), plain: secret[:47]},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			//lint:ignore SA1019 As a client does it.
			encrypted, err := rsa.EncryptPKCS1v15(rand.Reader, tt.to, tt.plain)
			if err != nil {
				t.Fatal(err)
			}
			premaster, version, err := key.Premaster(encrypted)
			if !tt.fits {
				if !errors.Is(err, ErrPremaster) || premaster != nil {
					t.Errorf("error %v", err)
				}
				return
			}
			if err != nil || version != 0x0303 || !bytes.Equal(premaster[:], tt.plain) {
				t.Errorf("version %#x, error %v", version, err)
			}
		})
	}
	if _, _, err := key.Premaster(nil); !errors.Is(err, ErrPremaster) {
		t.Errorf("nothing encrypted: %v", err)
	}
}

func TestCloseOverwritesTheKey(t *testing.T) {
	key := readKeys(t, "pkcs1")[0]
	private := key.key
	key.Close()
	for _, word := range private.D.Bits() {
		if word != 0 {
			t.Fatal("the exponent is still there")
		}
	}
}

// FuzzPEM reads damaged keys: it does not panic.
func FuzzPEM(f *testing.F) {
	for _, name := range []string{"pkcs1", "pkcs8-des3-sha1", "pkcs8-scrypt", "pkcs1-aes128", "ec"} {
		block, _ := pem.Decode(pemFile(f, name))
		f.Add(block.Type, block.Headers["DEK-Info"], block.Bytes)
	}
	f.Fuzz(func(t *testing.T, kind, dek string, der []byte) {
		block := &pem.Block{Type: kind, Bytes: der}
		if dek != "" {
			block.Headers = map[string]string{"Proc-Type": "4,ENCRYPTED", "DEK-Info": dek}
		}
		ask := func(int) ([]byte, error) { return []byte("contoso"), nil }
		if _, err := parsePBES2(der); err == nil {
			ask = nil // deriving a key takes as long as the file says
		}
		ReadRSAKeys(pem.EncodeToMemory(block), ask)
	})
}
