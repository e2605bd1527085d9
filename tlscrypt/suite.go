package tlscrypt

import "crypto"

// A Suite is a cipher suite. The zero Suite is TLS_NULL_WITH_NULL_NULL.
type Suite struct {
	// ID is the number on the wire.
	ID uint16
	// Name is the registry's name, TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256; of a
	// number that is not registered 0x1234, of one reserved by RFC 8701
	// "GREASE (0x1A1A)".
	Name string
	// KeyExchange is the word in the name: RSA, DHE, ECDHE, PSK, DHE_PSK,
	// SRP_SHA, KRB5… Empty in TLS 1.3, where extensions say it.
	KeyExchange string
	// Authentication is RSA, DSS, ECDSA, PSK, anon… Empty in TLS 1.3.
	Authentication string
	// Cipher is the cipher with key length and mode: AES_128_GCM, 3DES_EDE_CBC,
	// RC4_128, NULL. Empty if unknown, and for signals like TLS_FALLBACK_SCSV.
	Cipher string
	// MAC is the hash of the record's MAC: MD5, SHA, SHA256, SHA384…; AEAD where
	// the cipher authenticates.
	MAC string
	// Export: made weak by law (40 and 56 bits).
	Export bool
}

// SuiteByID describes the cipher suite with a number. ok is false if it is not
// registered; the Suite has a Name all the same.
func SuiteByID(id uint16) (s Suite, ok bool) { return Suite{ID: id}, false }

// TLS13 tells that the suite is one of TLS 1.3.
func (s Suite) TLS13() bool { return false }

// ForwardSecret tells that keys of the server do not open what was recorded:
// the key exchange is ephemeral. TLS 1.3 counts as such.
func (s Suite) ForwardSecret() bool { return false }

// Weakness says in words why nobody should agree on this suite any more, "" if
// there is no reason: no encryption, no authentication, export keys, RC4, DES,
// 3DES, RC2, IDEA, MD5.
func (s Suite) Weakness() string { return "" }

// Hash is the hash of the PRF in TLS 1.2 and of HKDF in TLS 1.3; 0 if this
// package has none for the suite.
func (s Suite) Hash() crypto.Hash { return 0 }

// Supported returns nil if records of this suite can be opened in a version
// (tls.VersionTLS12…), and an [*UnsupportedError] if not.
func (s Suite) Supported(version uint16) error { return &UnsupportedError{What: s.Name} }
