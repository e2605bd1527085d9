package tlscrypt

import "errors"

// MasterSecret derives the master secret of TLS 1.0 to 1.2 from the premaster
// secret (RFC 5246, section 8.1). version is the one chosen (tls.VersionTLS12…).
func MasterSecret(version uint16, suite Suite, premaster []byte, clientRandom, serverRandom *[RandomLen]byte) (*[MasterSecretLen]byte, error) {
	return nil, errors.ErrUnsupported
}

// ExtendedMasterSecret derives the master secret where the extension
// extended_master_secret was agreed (RFC 7627, section 4). sessionHash is the
// hash, by [HandshakeHash], of all handshake messages from ClientHello to
// ClientKeyExchange.
func ExtendedMasterSecret(version uint16, suite Suite, premaster, sessionHash []byte) (*[MasterSecretLen]byte, error) {
	return nil, errors.ErrUnsupported
}

// HandshakeHash returns the hash of handshake messages (with their headers of
// four octets) that the session hash is: of the suite's PRF in TLS 1.2, MD5 and
// SHA-1 side by side before (RFC 7627, section 3).
func HandshakeHash(version uint16, suite Suite, messages []byte) []byte { return nil }

// Params are what both sides agreed on in TLS 1.2 and before.
type Params struct {
	// Version is the version chosen: tls.VersionTLS10 to tls.VersionTLS12.
	Version uint16
	Suite   Suite
	// EncryptThenMAC: the extension encrypt_then_mac was in both hellos (RFC
	// 7366). It changes nothing where the cipher is not in CBC mode.
	EncryptThenMAC bool
}

// Openers makes the openers for what client and server write, from the master
// secret of the session and the randoms of this handshake. The error is an
// [*UnsupportedError].
func (p Params) Openers(master *[MasterSecretLen]byte, clientRandom, serverRandom *[RandomLen]byte) (client, server *Opener, err error) {
	return nil, nil, errors.ErrUnsupported
}
