// Package tlscrypt opens the records of recorded TLS connections when the
// secrets are there: it names cipher suites, runs the key schedules of TLS 1.3
// (RFC 8446, section 7) and of TLS 1.0 to 1.2 (RFC 5246, sections 6.3 and 8.1;
// RFC 7627), and decrypts and verifies records. It knows nothing of handshakes,
// streams or packets: who gives it a record knows whose it is, what number it
// has, and which secret belongs to it.
//
// What is opened: AES-GCM, AES-CCM, AES-CCM-8 and ChaCha20-Poly1305 in TLS 1.3
// and 1.2; Camellia-GCM and ARIA-GCM in TLS 1.2; AES, Camellia, ARIA, 3DES and
// DES in CBC mode, RC4 and NULL in TLS 1.2 and before, with MD5, SHA-1, SHA-256
// and SHA-384, MAC-then-encrypt and encrypt-then-MAC (RFC 7366). What is named
// and not opened: SSL 3.0, ciphers that hardly anybody speaks (SEED, IDEA, RC2,
// SM4, AEGIS, GOST), and export suites.
//
// Every tag, MAC and padding is verified, so a wrong secret yields [ErrMAC] and
// never wrong plaintext. Time is not kept constant: the attacker who measures a
// server does not measure the reader of a capture. No error holds key material.
package tlscrypt

// Sizes in octets.
const (
	// RandomLen is that of a hello's random.
	RandomLen = 32
	// MasterSecretLen is that of the master secret of TLS 1.2 and before.
	MasterSecretLen = 48
	// HeaderLen is that of a record's header: type, version, length.
	HeaderLen = 5
	// MaxPlaintext is what a record may hold (RFC 8446, section 5.1).
	MaxPlaintext = 1 << 14
	// MaxFragment is the greatest length in a record's header that any version
	// allows (RFC 5246, section 6.2.3).
	MaxFragment = MaxPlaintext + 2048
)

// A ContentType says what a record holds (RFC 8446, section B.1).
type ContentType uint8

// The content types of TLS.
const (
	ChangeCipherSpec ContentType = 20
	Alert            ContentType = 21
	Handshake        ContentType = 22
	ApplicationData  ContentType = 23
	Heartbeat        ContentType = 24 // RFC 6520
)

// A Side is one end of a connection: the one that wrote a record.
type Side uint8

const (
	Client Side = iota
	Server
)

// Zero overwrites secrets that are not needed any more.
func Zero(secrets ...[]byte) {
	for _, s := range secrets {
		clear(s)
	}
}
