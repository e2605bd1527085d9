package tlscrypt

import (
	"crypto"
	"crypto/aes"
	"crypto/cipher"
	"crypto/des"
	"crypto/tls"

	_ "crypto/md5"
	_ "crypto/sha1"
	_ "crypto/sha256"
	_ "crypto/sha512"

	"golang.org/x/crypto/chacha20poly1305"
)

// A mode is how a cipher protects a record.
type mode uint8

const (
	modeAEAD mode = iota
	modeCBC
	modeRC4
	modeNull
)

// An algorithm is what a Suite's cipher is made of.
type algorithm struct {
	cipher string
	mode   mode
	// keyLen is what the key block has for each side.
	keyLen int
	// ivLen is what TLS 1.2 takes from the key block for the nonce of an AEAD:
	// 4 where the rest is in the record, 12 where the sequence number is all
	// (RFC 7905); for CBC the length of a block.
	ivLen    int
	newAEAD  func(key []byte) (cipher.AEAD, error)
	newBlock func(key []byte) (cipher.Block, error)
}

// nonceLen is the length of the nonce of all AEADs in TLS.
const nonceLen = 12

var algorithms = [...]algorithm{
	{cipher: "AES_128_GCM", keyLen: 16, ivLen: 4, newAEAD: gcmOf(aes.NewCipher)},
	{cipher: "AES_256_GCM", keyLen: 32, ivLen: 4, newAEAD: gcmOf(aes.NewCipher)},
	{cipher: "CHACHA20_POLY1305", keyLen: 32, ivLen: nonceLen, newAEAD: chacha20poly1305.New},
	{cipher: "AES_128_CCM", keyLen: 16, ivLen: 4, newAEAD: newCCM16},
	{cipher: "AES_256_CCM", keyLen: 32, ivLen: 4, newAEAD: newCCM16},
	{cipher: "AES_128_CCM_8", keyLen: 16, ivLen: 4, newAEAD: newCCM8},
	{cipher: "AES_256_CCM_8", keyLen: 32, ivLen: 4, newAEAD: newCCM8},
	{cipher: "AES_128_CBC", mode: modeCBC, keyLen: 16, ivLen: aes.BlockSize, newBlock: aes.NewCipher},
	{cipher: "AES_256_CBC", mode: modeCBC, keyLen: 32, ivLen: aes.BlockSize, newBlock: aes.NewCipher},
	{cipher: "3DES_EDE_CBC", mode: modeCBC, keyLen: 24, ivLen: des.BlockSize, newBlock: des.NewTripleDESCipher},
	{cipher: "DES_CBC", mode: modeCBC, keyLen: 8, ivLen: des.BlockSize, newBlock: des.NewCipher},
	{cipher: "CAMELLIA_128_GCM", keyLen: 16, ivLen: 4, newAEAD: gcmOf(newCamellia)},
	{cipher: "CAMELLIA_256_GCM", keyLen: 32, ivLen: 4, newAEAD: gcmOf(newCamellia)},
	{cipher: "CAMELLIA_128_CBC", mode: modeCBC, keyLen: 16, ivLen: block128Len, newBlock: newCamellia},
	{cipher: "CAMELLIA_256_CBC", mode: modeCBC, keyLen: 32, ivLen: block128Len, newBlock: newCamellia},
	{cipher: "ARIA_128_GCM", keyLen: 16, ivLen: 4, newAEAD: gcmOf(newARIA)},
	{cipher: "ARIA_256_GCM", keyLen: 32, ivLen: 4, newAEAD: gcmOf(newARIA)},
	{cipher: "ARIA_128_CBC", mode: modeCBC, keyLen: 16, ivLen: block128Len, newBlock: newARIA},
	{cipher: "ARIA_256_CBC", mode: modeCBC, keyLen: 32, ivLen: block128Len, newBlock: newARIA},
	{cipher: "RC4_128", mode: modeRC4, keyLen: 16},
	{cipher: "NULL", mode: modeNull},
}

// algorithm returns nil if there is none for the suite.
func (s Suite) algorithm() *algorithm {
	for i := range algorithms {
		if algorithms[i].cipher == s.Cipher {
			return &algorithms[i]
		}
	}
	return nil
}

// gcmOf makes a constructor of GCM from that of a block cipher.
func gcmOf(newBlock func(key []byte) (cipher.Block, error)) func(key []byte) (cipher.AEAD, error) {
	return func(key []byte) (cipher.AEAD, error) {
		block, err := newBlock(key)
		if err != nil {
			return nil, err
		}
		return cipher.NewGCM(block)
	}
}

func newCCM16(key []byte) (cipher.AEAD, error) { return newCCM(key, 16) }
func newCCM8(key []byte) (cipher.AEAD, error)  { return newCCM(key, 8) }

// macHash is the hash of a record's MAC, 0 if there is none.
func (s Suite) macHash() crypto.Hash {
	switch s.MAC {
	case "MD5":
		return crypto.MD5
	case "SHA":
		return crypto.SHA1
	case "SHA256":
		return crypto.SHA256
	case "SHA384":
		return crypto.SHA384
	}
	return 0
}

// explicitIV tells that records in CBC mode carry their IV (RFC 4346, section 6.2.3.2).
func explicitIV(version uint16) bool { return version >= tls.VersionTLS11 }
