package tlscrypt

import (
	"crypto/hkdf"
	"crypto/tls"
	"errors"
)

// ErrSecretLen: a secret is not as long as the suite's hash, so it is that of
// another connection or damaged.
var ErrSecretLen = errors.New("the secret's length does not fit the cipher suite")

// NewOpener13 makes an Opener from a traffic secret of TLS 1.3 (RFC 8446,
// section 7.3): early, handshake or application, of one side. The error is an
// [*UnsupportedError], or [ErrSecretLen].
func NewOpener13(suite Suite, trafficSecret []byte) (*Opener, error) {
	a := suite.algorithm()
	if err := checkSecret(suite, trafficSecret); err != nil {
		return nil, err
	}
	key, err := expandLabel(suite, trafficSecret, "key", a.keyLen)
	if err != nil {
		return nil, err
	}
	defer clear(key)
	iv, err := expandLabel(suite, trafficSecret, "iv", nonceLen)
	if err != nil {
		return nil, err
	}
	defer clear(iv)
	aead, err := a.newAEAD(key)
	if err != nil {
		return nil, err
	}
	o := &aead13{aead: aead}
	copy(o.iv[:], iv)
	return &Opener{o}, nil
}

// NextTrafficSecret derives the application traffic secret N+1 of a side from
// its secret N: what a KeyUpdate brings in (RFC 8446, section 7.2).
func NextTrafficSecret(suite Suite, trafficSecret []byte) ([]byte, error) {
	if err := checkSecret(suite, trafficSecret); err != nil {
		return nil, err
	}
	return expandLabel(suite, trafficSecret, "traffic upd", len(trafficSecret))
}

func checkSecret(suite Suite, secret []byte) error {
	if err := suite.Supported(tls.VersionTLS13); err != nil {
		return err
	}
	if len(secret) != suite.Hash().Size() {
		return ErrSecretLen
	}
	return nil
}

// expandLabel is HKDF-Expand-Label with an empty context (RFC 8446, section 7.1).
func expandLabel(suite Suite, secret []byte, label string, length int) ([]byte, error) {
	label = "tls13 " + label
	info := append([]byte{byte(length >> 8), byte(length), byte(len(label))}, label...)
	info = append(info, 0)
	return hkdf.Expand(suite.Hash().New, secret, string(info), length)
}
