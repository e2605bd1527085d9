package tlskeys

import (
	"crypto/rsa"
	"errors"
)

// An RSAKey is the private key of a server. It opens the premaster secret where
// the key exchange is plain RSA.
type RSAKey struct{}

// ReadRSAKeys reads the RSA keys of a PEM text: PKCS#1, PKCS#8, and both
// encrypted. Certificates and parameters beside them are passed over. password
// is asked for the passphrase of the n-th encrypted key, up to the caller's
// patience: it returns an error to give up; nil where nobody can be asked.
// A text without any RSA key is an error that says what is there.
func ReadRSAKeys(text []byte, password func(n int) ([]byte, error)) ([]*RSAKey, error) {
	return nil, errors.ErrUnsupported
}

// PublicKey is the key's public half: that of the server's certificate.
func (k *RSAKey) PublicKey() *rsa.PublicKey { return nil }

// ErrPremaster: this key does not open this ClientKeyExchange.
var ErrPremaster = errors.New("the RSA key does not fit the key exchange")

// Premaster decrypts the EncryptedPreMasterSecret of a ClientKeyExchange (RFC
// 5246, section 7.4.7.1), the two octets of length before it removed. version is
// the one inside: it should be what the client offered, and is what was
// negotiated with some old clients; it is not judged here.
func (k *RSAKey) Premaster(encrypted []byte) (premaster *[48]byte, version uint16, err error) {
	return nil, 0, ErrPremaster
}

// Close overwrites the key.
func (k *RSAKey) Close() {}
