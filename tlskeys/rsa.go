package tlskeys

import (
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
)

// An RSAKey is the private key of a server. It opens the premaster secret where
// the key exchange is plain RSA. It is safe for use by many goroutines, but not
// beside Close.
type RSAKey struct{ key *rsa.PrivateKey }

var (
	// ErrPremaster: this key does not open this ClientKeyExchange.
	ErrPremaster = errors.New("the RSA key does not fit the key exchange")
	// ErrPassphrase: the key is encrypted, and the passphrase was wrong each time.
	ErrPassphrase = errors.New("the passphrase does not open the key")
	// ErrNoPassphrase: the key is encrypted, and nobody can be asked.
	ErrNoPassphrase = errors.New("the key is encrypted and there is nobody to ask for its passphrase")
)

// ReadRSAKeys reads the RSA keys of a PEM text: PKCS#1 and PKCS#8, plain and
// encrypted (PBES2, and the PEM encryption of RFC 1421). What is beside them is
// passed over: certificates, parameters.
//
// password is asked for a passphrase, attempt counting from 0 for each key that
// the passphrase before did not open; its error ends the reading. nil where
// nobody can be asked. The passphrases are overwritten.
//
// A text without any RSA key is an error that says what is there.
func ReadRSAKeys(text []byte, password func(attempt int) ([]byte, error)) ([]*RSAKey, error) {
	var (
		keys    []*RSAKey
		others  string // what else there is
		unlocks = unlocker{ask: password}
	)
	defer unlocks.forget()
	for {
		var block *pem.Block
		if block, text = pem.Decode(text); block == nil {
			break
		}
		key, err := unlocks.parse(block)
		clear(block.Bytes)
		switch key := key.(type) {
		case *rsa.PrivateKey:
			keys = append(keys, &RSAKey{key})
		case *ecdsa.PrivateKey, ed25519.PrivateKey, *ecdh.PrivateKey:
			others = "an EC key cannot open anything: the key exchange is ephemeral"
		default:
			if err != nil {
				closeAll(keys)
				return nil, err
			}
			if others == "" {
				others = fmt.Sprintf("no RSA private key but %q", block.Type)
			}
		}
	}
	switch {
	case len(keys) > 0:
		return keys, nil
	case others != "":
		return nil, errors.New(others)
	}
	return nil, errors.New("no PEM text")
}

// parsePrivate parses the DER of a private key. Errors of the parsers are not
// handed on: some quote what they read.
func parsePrivate(kind string, der []byte) (any, error) {
	if key, err := x509.ParsePKCS8PrivateKey(der); err == nil {
		return key, nil
	}
	if key, err := x509.ParsePKCS1PrivateKey(der); err == nil {
		return key, nil
	}
	if key, err := x509.ParseECPrivateKey(der); err == nil {
		return key, nil
	}
	return nil, fmt.Errorf("the %s is damaged or of a kind that is not known", kind)
}

// PublicKey is the key's public half: that of the server's certificate.
func (k *RSAKey) PublicKey() *rsa.PublicKey { return &k.key.PublicKey }

// Premaster decrypts the EncryptedPreMasterSecret of a ClientKeyExchange (RFC
// 5246, section 7.4.7.1), the two octets of length before it removed. version is
// the one inside: it should be what the client offered, and is what was
// negotiated with some old clients; it is not judged here.
//
// Servers have to hide from the sender that the padding is wrong. Here it means
// that this is the key of another server, and is said.
func (k *RSAKey) Premaster(encrypted []byte) (premaster *[48]byte, version uint16, err error) {
	//lint:ignore SA1019 It is what TLS up to 1.2 uses; there is nobody to be told of the padding.
	plain, err := rsa.DecryptPKCS1v15(nil, k.key, encrypted)
	if err != nil || len(plain) != len(premaster) {
		clear(plain)
		return nil, 0, ErrPremaster
	}
	premaster = (*[48]byte)(plain)
	return premaster, uint16(plain[0])<<8 | uint16(plain[1]), nil
}

// Close overwrites the key, as far as the standard library lets reach it.
func (k *RSAKey) Close() {
	numbers := append([]*big.Int{k.key.D, k.key.Precomputed.Dp, k.key.Precomputed.Dq, k.key.Precomputed.Qinv}, k.key.Primes...)
	for _, n := range numbers {
		if n != nil {
			clear(n.Bits())
		}
	}
}

func closeAll(keys []*RSAKey) {
	for _, k := range keys {
		k.Close()
	}
}
