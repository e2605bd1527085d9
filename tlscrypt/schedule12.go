package tlscrypt

import (
	"crypto"
	"crypto/hmac"
	"crypto/tls"
	"hash"
)

// MasterSecret derives the master secret of TLS 1.0 to 1.2 from the premaster
// secret (RFC 5246, section 8.1). version is the one chosen (tls.VersionTLS12…).
// The error is an [*UnsupportedError].
func MasterSecret(version uint16, suite Suite, premaster []byte, clientRandom, serverRandom *[RandomLen]byte) (*[MasterSecretLen]byte, error) {
	return derive(version, suite, premaster, "master secret", clientRandom[:], serverRandom[:])
}

// ExtendedMasterSecret derives the master secret where the extension
// extended_master_secret was agreed on (RFC 7627, section 4). sessionHash is the
// hash, by [HandshakeHash], of all handshake messages from ClientHello to
// ClientKeyExchange. The error is an [*UnsupportedError].
func ExtendedMasterSecret(version uint16, suite Suite, premaster, sessionHash []byte) (*[MasterSecretLen]byte, error) {
	return derive(version, suite, premaster, "extended master secret", sessionHash)
}

func derive(version uint16, suite Suite, premaster []byte, label string, seed ...[]byte) (*[MasterSecretLen]byte, error) {
	if err := suite.Supported(version); err != nil {
		return nil, err
	}
	var master [MasterSecretLen]byte
	prf(version, suite.Hash(), master[:], premaster, label, seed...)
	return &master, nil
}

// HandshakeHash returns the hash of handshake messages (with their headers of
// four octets) that the session hash is: by the suite's PRF in TLS 1.2, by MD5
// and SHA-1 one after the other before (RFC 7627, section 3). nil if this
// package has no hash for the suite.
func HandshakeHash(version uint16, suite Suite, messages []byte) []byte {
	hashes := []crypto.Hash{crypto.MD5, crypto.SHA1}
	if version >= tls.VersionTLS12 {
		if hashes = []crypto.Hash{suite.Hash()}; hashes[0] == 0 {
			return nil
		}
	}
	var sum []byte
	for _, h := range hashes {
		digest := h.New()
		digest.Write(messages)
		sum = digest.Sum(sum)
	}
	return sum
}

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
// secret of the session and the randoms of this handshake (RFC 5246, section
// 6.3). The error is an [*UnsupportedError].
func (p Params) Openers(master *[MasterSecretLen]byte, clientRandom, serverRandom *[RandomLen]byte) (client, server *Opener, err error) {
	if err := p.Suite.Supported(p.Version); err != nil {
		return nil, nil, err
	}
	if p.Version >= tls.VersionTLS13 {
		return nil, nil, &UnsupportedError{What: tls.VersionName(p.Version), Why: "it has no master secret that opens records"}
	}
	a := p.Suite.algorithm()
	macLen := 0
	if a.mode != modeAEAD {
		macLen = p.Suite.macHash().Size()
	}
	block := make([]byte, 2*(macLen+a.keyLen+a.ivLen))
	defer clear(block)
	prf(p.Version, p.Suite.Hash(), block, master[:], "key expansion", serverRandom[:], clientRandom[:])
	rest := block
	next := func(n int) (client, server []byte) {
		client, server, rest = rest[:n], rest[n:2*n], rest[2*n:]
		return client, server
	}
	var c, s writeKeys
	c.mac, s.mac = next(macLen)
	c.key, s.key = next(a.keyLen)
	c.iv, s.iv = next(a.ivLen)
	if client, err = p.opener(a, c); err != nil {
		return nil, nil, err
	}
	server, err = p.opener(a, s)
	return client, server, err
}

// writeKeys are the part of a key block that one side writes with.
type writeKeys struct{ mac, key, iv []byte }

func (p Params) opener(a *algorithm, k writeKeys) (*Opener, error) {
	switch a.mode {
	case modeAEAD:
		aead, err := a.newAEAD(k.key)
		if err != nil {
			return nil, err
		}
		return newAEAD12(aead, k.iv), nil
	case modeCBC:
		block, err := a.newBlock(k.key)
		if err != nil {
			return nil, err
		}
		return newCBC(block, p, k), nil
	case modeRC4:
		return newRC4(p, k)
	default:
		return &Opener{&nullCipher{newRecordMAC(p.Suite.macHash(), k.mac)}}, nil
	}
}

// prf fills out with the pseudorandom function of a version (RFC 5246, section
// 5; RFC 2246, section 5).
func prf(version uint16, h crypto.Hash, out, secret []byte, label string, seed ...[]byte) {
	labelled := []byte(label)
	for _, s := range seed {
		labelled = append(labelled, s...)
	}
	if version >= tls.VersionTLS12 {
		expand(hmac.New(h.New, secret), out, labelled)
		return
	}
	// Both halves have the middle octet where the length is odd.
	half := (len(secret) + 1) / 2
	expand(hmac.New(crypto.MD5.New, secret[:half]), out, labelled)
	second := make([]byte, len(out))
	defer clear(second)
	expand(hmac.New(crypto.SHA1.New, secret[len(secret)-half:]), second, labelled)
	xor(out, second)
}

// expand fills out with P_hash (RFC 5246, section 5).
func expand(mac hash.Hash, out, seed []byte) {
	mac.Write(seed)
	a := mac.Sum(nil)
	var piece []byte
	for len(out) > 0 {
		mac.Reset()
		mac.Write(a)
		mac.Write(seed)
		piece = mac.Sum(piece[:0])
		out = out[copy(out, piece):]
		mac.Reset()
		mac.Write(a)
		a = mac.Sum(a[:0])
	}
	Zero(piece, a)
}
