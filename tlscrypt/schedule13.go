package tlscrypt

import "errors"

// NewOpener13 makes an Opener from a traffic secret of TLS 1.3 (RFC 8446,
// section 7.3): early, handshake or application, of one side. The error is an
// [*UnsupportedError], or [ErrSecretLen].
func NewOpener13(suite Suite, trafficSecret []byte) (*Opener, error) {
	return nil, errors.ErrUnsupported
}

// NextTrafficSecret derives the application traffic secret N+1 of a side from
// its secret N: what a KeyUpdate brings in (RFC 8446, section 7.2).
func NextTrafficSecret(suite Suite, trafficSecret []byte) ([]byte, error) {
	return nil, errors.ErrUnsupported
}

// ErrSecretLen: a secret is not as long as the suite's hash, so it is that of
// another connection or damaged.
var ErrSecretLen = errors.New("the secret's length does not fit the cipher suite")
