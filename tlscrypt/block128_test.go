package tlscrypt

import (
	"bytes"
	"crypto/cipher"
	"encoding/hex"
	"math/rand/v2"
	"os/exec"
	"testing"
)

// The block ciphers that are written here, by name as OpenSSL calls them.
var blockCiphers = []struct {
	name     string
	newBlock func(key []byte) (cipher.Block, error)
	keyLen   int
}{
	{name: "camellia-128", newBlock: newCamellia, keyLen: 16},
	{name: "camellia-256", newBlock: newCamellia, keyLen: 32},
	{name: "aria-128", newBlock: newARIA, keyLen: 16},
	{name: "aria-256", newBlock: newARIA, keyLen: 32},
}

// TestBlockVectors are the examples of RFC 3713, appendix A, and RFC 5794, appendix A.
func TestBlockVectors(t *testing.T) {
	tests := []struct {
		name                       string
		newBlock                   func(key []byte) (cipher.Block, error)
		key, plaintext, ciphertext string
	}{
		{
			name: "Camellia-128", newBlock: newCamellia,
			key:       "0123456789abcdeffedcba9876543210",
			plaintext: "0123456789abcdeffedcba9876543210", ciphertext: "67673138549669730857065648eabe43",
		},
		{
			name: "Camellia-256", newBlock: newCamellia,
			key:       "0123456789abcdeffedcba987654321000112233445566778899aabbccddeeff",
			plaintext: "0123456789abcdeffedcba9876543210", ciphertext: "9acc237dff16d76c20ef7c919e3a7509",
		},
		{
			name: "ARIA-128", newBlock: newARIA,
			key:       "000102030405060708090a0b0c0d0e0f",
			plaintext: "00112233445566778899aabbccddeeff", ciphertext: "d718fbd6ab644c739da95f3be6451778",
		},
		{
			name: "ARIA-256", newBlock: newARIA,
			key:       "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
			plaintext: "00112233445566778899aabbccddeeff", ciphertext: "f92bd7c79fb72e2f2b8f80c1972d24fc",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			block, err := tt.newBlock(unhex(t, tt.key))
			if err != nil {
				t.Fatal(err)
			}
			b := unhex(t, tt.plaintext)
			block.Encrypt(b, b)
			if hex.EncodeToString(b) != tt.ciphertext {
				t.Errorf("encrypted to %x", b)
			}
			block.Decrypt(b, b)
			if hex.EncodeToString(b) != tt.plaintext {
				t.Errorf("decrypted to %x", b)
			}
		})
	}
}

// TestCamelliaGCMVectors are two examples of draft-kato-ipsec-camellia-gcm, because
// OpenSSL has no Camellia in GCM.
func TestCamelliaGCMVectors(t *testing.T) {
	const (
		half      = "feffe9928665731c6d6a8f9467308308"
		plaintext = "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39"
	)
	tests := []struct{ name, key, data, plaintext, ciphertext, tag string }{
		{
			name: "128", key: half, plaintext: plaintext + "1aafd255",
			ciphertext: "d0d94a13b632f337a0cc9955b94fa020c815f903aab12f1efaf2fe9d90f729a6cccbfa986ef2ff2c33de418d9a2529091cf18fe652c1cfde13f8260614bab815",
			tag:        "86e318012dd8329dc9dae6a170f61b24",
		},
		{
			name: "256", key: half + half, data: "feedfacedeadbeeffeedfacedeadbeefabaddad2", plaintext: plaintext,
			ciphertext: "ad142c11579dd95e41f3c1f324dabc255864d920f1b65759d8f560d4948d447758dfdcf77aa9f62581c7ff572a037f810cb1a9c4b3ca6ed638179b77",
			tag:        "4e4b178d8fe26fdc95e2e7246dd94bec",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			aead, err := gcmOf(newCamellia)(unhex(t, tt.key))
			if err != nil {
				t.Fatal(err)
			}
			got, err := aead.Open(nil, unhex(t, "cafebabefacedbaddecaf888"), unhex(t, tt.ciphertext+tt.tag), unhex(t, tt.data))
			if err != nil || hex.EncodeToString(got) != tt.plaintext {
				t.Errorf("opened to %x, %v", got, err)
			}
		})
	}
}

// TestBlocksAsOpenSSL encrypts blocks by many keys as OpenSSL does, and decrypts
// them: together they go through every octet of every table.
func TestBlocksAsOpenSSL(t *testing.T) {
	openssl, err := exec.LookPath("openssl")
	if err != nil {
		t.Skip("openssl is not installed")
	}
	random := rand.NewChaCha8([32]byte{1})
	for _, c := range blockCiphers {
		t.Run(c.name, func(t *testing.T) {
			for range 4 {
				key, plaintext := make([]byte, c.keyLen), make([]byte, 64*block128Len)
				random.Read(key)
				random.Read(plaintext)
				cmd := exec.Command(openssl, "enc", "-"+c.name+"-ecb", "-nopad", "-K", hex.EncodeToString(key))
				cmd.Stdin = bytes.NewReader(plaintext)
				want, err := cmd.Output()
				if err != nil {
					t.Fatal(err)
				}
				block, err := c.newBlock(key)
				if err != nil {
					t.Fatal(err)
				}
				encrypted, decrypted := make([]byte, len(plaintext)), make([]byte, len(plaintext))
				for i := 0; i < len(plaintext); i += block128Len {
					block.Encrypt(encrypted[i:], plaintext[i:])
					block.Decrypt(decrypted[i:], encrypted[i:])
				}
				if !bytes.Equal(encrypted, want) {
					t.Errorf("by key %x: encrypted to something else", key)
				}
				if !bytes.Equal(decrypted, plaintext) {
					t.Errorf("by key %x: decrypted to something else", key)
				}
			}
		})
	}
}

func TestBlockKeyLen(t *testing.T) {
	for _, c := range blockCiphers {
		for _, length := range []int{0, 15, 17, 24, 33} {
			if _, err := c.newBlock(make([]byte, length)); err == nil {
				t.Errorf("%s: a key of %d octets is taken", c.name, length)
			}
		}
	}
}
