package tlskeys

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/des"
	"crypto/pbkdf2"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/asn1"
	"errors"
	"fmt"
	"hash"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
	"golang.org/x/crypto/scrypt"
)

// Why PBES2 here: the library for it (youmark/pkcs8) panics on a damaged file,
// leaves the decrypted key in memory, and knows two of the hashes that OpenSSL
// writes. Everything that is cryptography is the standard library's.

// A pbes2 is an EncryptedPrivateKeyInfo (RFC 5958, section 3) by PBES2 (RFC
// 8018, section 6.2).
type pbes2 struct {
	derive    func(passphrase []byte, length int) ([]byte, error)
	keyLen    int
	newCipher func(key []byte) (cipher.Block, error)
	iv        []byte
	encrypted []byte
}

var (
	oidPBES2  = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 5, 13}
	oidPBKDF2 = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 5, 12}
	oidScrypt = asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 11591, 4, 11} // RFC 7914
)

// pbkdf2Hashes are the pseudorandom functions of RFC 8018, section B.1; the
// first is the default.
var pbkdf2Hashes = []struct {
	oid asn1.ObjectIdentifier
	new func() hash.Hash
}{
	{asn1.ObjectIdentifier{1, 2, 840, 113549, 2, 7}, sha1.New},
	{asn1.ObjectIdentifier{1, 2, 840, 113549, 2, 8}, sha256.New224},
	{asn1.ObjectIdentifier{1, 2, 840, 113549, 2, 9}, sha256.New},
	{asn1.ObjectIdentifier{1, 2, 840, 113549, 2, 10}, sha512.New384},
	{asn1.ObjectIdentifier{1, 2, 840, 113549, 2, 11}, sha512.New},
}

// pbes2Ciphers are the encryption schemes of RFC 8018, section B.2, that are
// still written.
var pbes2Ciphers = []struct {
	oid    asn1.ObjectIdentifier
	keyLen int
	new    func([]byte) (cipher.Block, error)
}{
	{asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 1, 2}, 16, aes.NewCipher},
	{asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 1, 22}, 24, aes.NewCipher},
	{asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 1, 42}, 32, aes.NewCipher},
	{asn1.ObjectIdentifier{1, 2, 840, 113549, 3, 7}, 24, des.NewTripleDESCipher},
}

// Bounds of what a file may ask for: a passphrase is to be tried in seconds.
const (
	maxIterations   = 100_000_000
	maxScryptMemory = 1 << 30
)

var errPBES2 = errors.New("the encrypted private key is damaged")

// parsePBES2 reads everything but the key itself.
func parsePBES2(der []byte) (*pbes2, error) {
	in := cryptobyte.String(der)
	var info, algorithm, params, kdf, scheme, iv, encrypted cryptobyte.String
	var by, kdfBy, schemeBy asn1.ObjectIdentifier
	if !in.ReadASN1(&info, cbasn1.SEQUENCE) || !info.ReadASN1(&algorithm, cbasn1.SEQUENCE) ||
		!info.ReadASN1(&encrypted, cbasn1.OCTET_STRING) || !algorithm.ReadASN1ObjectIdentifier(&by) {
		return nil, errPBES2
	}
	if !by.Equal(oidPBES2) {
		return nil, fmt.Errorf("encrypted by %v, which is not supported: openssl pkcs8 -topk8 -v2 aes256 makes it readable", by)
	}
	if !algorithm.ReadASN1(&params, cbasn1.SEQUENCE) || !params.ReadASN1(&kdf, cbasn1.SEQUENCE) ||
		!params.ReadASN1(&scheme, cbasn1.SEQUENCE) || !kdf.ReadASN1ObjectIdentifier(&kdfBy) ||
		!scheme.ReadASN1ObjectIdentifier(&schemeBy) || !scheme.ReadASN1(&iv, cbasn1.OCTET_STRING) {
		return nil, errPBES2
	}
	p := &pbes2{iv: bytes.Clone(iv), encrypted: bytes.Clone(encrypted)}
	for _, c := range pbes2Ciphers {
		if c.oid.Equal(schemeBy) {
			p.keyLen, p.newCipher = c.keyLen, c.new
		}
	}
	if p.newCipher == nil {
		return nil, fmt.Errorf("encrypted by cipher %v, which is not supported", schemeBy)
	}
	var err error
	switch {
	case kdfBy.Equal(oidPBKDF2):
		p.derive, err = parsePBKDF2(kdf)
	case kdfBy.Equal(oidScrypt):
		p.derive, err = parseScrypt(kdf)
	default:
		err = fmt.Errorf("encrypted by a key from %v, which is not supported", kdfBy)
	}
	return p, err
}

type deriver = func(passphrase []byte, length int) ([]byte, error)

// parsePBKDF2 reads PBKDF2-params (RFC 8018, section A.2).
func parsePBKDF2(kdf cryptobyte.String) (deriver, error) {
	var params, salt, prf cryptobyte.String
	var iterations int
	if !kdf.ReadASN1(&params, cbasn1.SEQUENCE) || !params.ReadASN1(&salt, cbasn1.OCTET_STRING) ||
		!params.ReadASN1Integer(&iterations) || !params.SkipOptionalASN1(cbasn1.INTEGER) ||
		iterations < 1 || iterations > maxIterations {
		return nil, errPBES2
	}
	newHash := pbkdf2Hashes[0].new
	if !params.Empty() {
		var by asn1.ObjectIdentifier
		if !params.ReadASN1(&prf, cbasn1.SEQUENCE) || !prf.ReadASN1ObjectIdentifier(&by) {
			return nil, errPBES2
		}
		newHash = nil
		for _, h := range pbkdf2Hashes {
			if h.oid.Equal(by) {
				newHash = h.new
			}
		}
		if newHash == nil {
			return nil, fmt.Errorf("encrypted by a key from PBKDF2 with %v, which is not supported", by)
		}
	}
	return func(passphrase []byte, length int) ([]byte, error) {
		return pbkdf2.Key(newHash, string(passphrase), salt, iterations, length)
	}, nil
}

// parseScrypt reads scrypt-params (RFC 7914, section 7).
func parseScrypt(kdf cryptobyte.String) (deriver, error) {
	var params, salt cryptobyte.String
	var n, r, p int
	if !kdf.ReadASN1(&params, cbasn1.SEQUENCE) || !params.ReadASN1(&salt, cbasn1.OCTET_STRING) ||
		!params.ReadASN1Integer(&n) || !params.ReadASN1Integer(&r) || !params.ReadASN1Integer(&p) ||
		n < 1 || r < 1 || p < 1 || n > maxScryptMemory/128 || r > maxScryptMemory/128/n || p > 64 {
		return nil, errPBES2
	}
	return func(passphrase []byte, length int) ([]byte, error) {
		return scrypt.Key(passphrase, salt, n, r, p, length)
	}, nil
}

// decrypt returns the DER of the private key, ErrPassphrase if the padding does
// not fit.
func (p *pbes2) decrypt(passphrase []byte) ([]byte, error) {
	key, err := p.derive(passphrase, p.keyLen)
	if err != nil {
		return nil, err
	}
	defer clear(key)
	block, err := p.newCipher(key)
	if err != nil {
		return nil, err
	}
	size := block.BlockSize()
	if len(p.iv) != size || len(p.encrypted) == 0 || len(p.encrypted)%size != 0 {
		return nil, errPBES2
	}
	der := make([]byte, len(p.encrypted))
	cipher.NewCBCDecrypter(block, p.iv).CryptBlocks(der, p.encrypted)
	padding := int(der[len(der)-1])
	if padding == 0 || padding > size || !bytes.Equal(der[len(der)-padding:], bytes.Repeat([]byte{byte(padding)}, padding)) {
		clear(der)
		return nil, ErrPassphrase
	}
	return der[:len(der)-padding], nil
}
