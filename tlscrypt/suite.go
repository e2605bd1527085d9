package tlscrypt

import (
	"cmp"
	"crypto"
	"crypto/tls"
	"fmt"
	"slices"
	"strings"
	"sync"
)

// A Suite is a cipher suite. The zero Suite is TLS_NULL_WITH_NULL_NULL.
type Suite struct {
	// ID is the number on the wire.
	ID uint16
	// Name is the registry's name, TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256; of a
	// number that is not registered 0x1234, of one reserved by RFC 8701
	// "GREASE (0x1A1A)".
	Name string
	// KeyExchange is RSA, DH, DHE, ECDH, ECDHE, PSK, SRP, KRB5, ECCPWD, NULL or a
	// GOST key. Empty in TLS 1.3, where extensions say it. A server's key opens
	// what is RSA here and in Authentication.
	KeyExchange string
	// Authentication is RSA, DSS, ECDSA, PSK, SRP, anon… Empty in TLS 1.3.
	Authentication string
	// Cipher is the cipher with key length and mode: AES_128_GCM, 3DES_EDE_CBC,
	// RC4_128, NULL. Empty if unknown, and for signals like TLS_FALLBACK_SCSV.
	Cipher string
	// MAC is the hash of the record's MAC: MD5, SHA, SHA256, SHA384…; AEAD where
	// the cipher authenticates.
	MAC string
	// Export: made weak by law (40 and 56 bits).
	Export bool

	// prf is the word in the name for the hash that keys are derived with; empty
	// where the name has none.
	prf string
}

// SuiteByID describes the cipher suite with a number. ok is false if it is not
// registered; the Suite has a Name all the same.
func SuiteByID(id uint16) (s Suite, ok bool) {
	i, found := slices.BinarySearchFunc(suiteNames[:], id, func(e suiteName, id uint16) int { return cmp.Compare(e.id, id) })
	switch {
	case found:
		return suites()[i], true
	case isGREASE(id):
		return Suite{ID: id, Name: fmt.Sprintf("GREASE (0x%04X)", id)}, false
	}
	return Suite{ID: id, Name: fmt.Sprintf("0x%04X", id)}, false
}

// suites are those of suiteNames. They are read when the first is asked for, once.
var suites = sync.OnceValue(func() []Suite {
	list := make([]Suite, len(suiteNames))
	for i, e := range suiteNames {
		list[i] = parseSuite(e.id, e.name)
	}
	return list
})

// isGREASE tells that a number is one of those reserved for ever (RFC 8701,
// section 2): 0x0A0A, 0x1A1A… 0xFAFA.
func isGREASE(id uint16) bool { return id&0x0F0F == 0x0A0A && id>>8 == id&0xFF }

// parseSuite reads what a registered name says: names are built by rule.
func parseSuite(id uint16, name string) Suite {
	s := Suite{ID: id, Name: name}
	bare := strings.TrimPrefix(name, "TLS_")
	if strings.HasSuffix(bare, "_SCSV") {
		return s
	}
	exchange, protection, before13 := strings.Cut(bare, "_WITH_")
	if !before13 {
		protection = bare
	} else {
		exchange, s.Export = strings.CutSuffix(exchange, "_EXPORT")
		s.KeyExchange, s.Authentication = parseExchange(exchange)
	}
	s.Cipher, s.MAC = protection, "AEAD"
	if i := strings.LastIndexByte(protection, '_'); i >= 0 && isHash(protection[i+1:]) {
		s.Cipher, s.prf = protection[:i], protection[i+1:]
	}
	switch {
	case isHash(s.Cipher): // TLS_SHA256_SHA256: integrity only (RFC 9150)
		s.Cipher, s.MAC = "NULL", s.prf
	case !authenticates(s.Cipher):
		s.MAC = s.prf
	}
	return s
}

// parseExchange takes the words before _WITH_ apart.
func parseExchange(words string) (exchange, authentication string) {
	switch words {
	case "PSK_DHE": // the two names that the registry has the wrong way round
		return "DHE", "PSK"
	case "SRP_SHA":
		return "SRP", "SRP"
	}
	if signed, ok := strings.CutPrefix(words, "SRP_SHA_"); ok {
		return "SRP", signed
	}
	if strings.HasPrefix(words, "GOST") {
		return words, words
	}
	exchange, authentication, two := strings.Cut(words, "_")
	if !two {
		return words, words
	}
	return exchange, authentication
}

func isHash(word string) bool {
	switch word {
	case "MD5", "SHA", "SHA256", "SHA384", "SHA512", "SM3", "IMIT", "OMAC", "GOSTR3411", "NULL":
		return true
	}
	return false
}

// authenticates tells that a cipher is an AEAD.
func authenticates(cipher string) bool {
	for _, word := range [...]string{"GCM", "CCM", "POLY1305", "MGM", "AEGIS"} {
		if strings.Contains(cipher, word) {
			return true
		}
	}
	return false
}

// TLS13 tells that the suite is one of TLS 1.3.
func (s Suite) TLS13() bool { return s.KeyExchange == "" && s.Cipher != "" }

// Weakness says in words why nobody should agree on this suite any more, "" if
// there is no reason.
func (s Suite) Weakness() string {
	word, _, _ := strings.Cut(s.Cipher, "_")
	switch {
	case s.Cipher == "NULL":
		return "no encryption"
	case s.Authentication == "anon":
		return "the server is not authenticated"
	case s.Export:
		return "export keys"
	case word == "RC4" || word == "RC2" || word == "DES" || word == "DES40" || word == "3DES" || word == "IDEA":
		return word
	case s.MAC == "MD5":
		return "MD5"
	}
	return ""
}

// Hash is the hash of the PRF in TLS 1.2 and of HKDF in TLS 1.3; 0 if this
// package has none for the suite.
func (s Suite) Hash() crypto.Hash {
	switch s.prf {
	case "SHA384":
		return crypto.SHA384
	// MGM has no hash in its name, and its own by rule. Older suites have the default of RFC 5246, section 5.
	case "SHA256", "SHA", "MD5", "":
		if s.Cipher != "" && !strings.HasPrefix(s.KeyExchange, "GOST") {
			return crypto.SHA256
		}
	}
	return 0
}

// Supported returns nil if records of this suite can be opened in a version
// (tls.VersionTLS12…), and an [*UnsupportedError] if not.
func (s Suite) Supported(version uint16) error {
	a := s.algorithm()
	switch {
	case version < tls.VersionTLS10 || version > tls.VersionTLS13:
		return &UnsupportedError{What: tls.VersionName(version), Why: "this version cannot be opened"}
	case s.Export:
		return &UnsupportedError{What: s.Name, Why: "export keys"}
	case a == nil || s.Hash() == 0 || a.mode != modeAEAD && s.macHash() == 0:
		return &UnsupportedError{What: s.Name, Why: "no implementation of this cipher"}
	case s.TLS13() != (version == tls.VersionTLS13), a.mode == modeAEAD && version < tls.VersionTLS12:
		return &UnsupportedError{What: s.Name, Why: "no suite of " + tls.VersionName(version)}
	case s.TLS13() && a.mode != modeAEAD:
		return &UnsupportedError{What: s.Name, Why: "integrity only"}
	}
	return nil
}
