package tlscrypt

import (
	"bytes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rc4"
	"crypto/sha512"
	"crypto/tls"
	"encoding/binary"
	"fmt"
	"hash"
	"testing"
)

// A sealer is the other end of an Opener: it writes the records of the client.
type sealer struct {
	version  uint16
	mode     mode
	aead     cipher.AEAD
	iv       []byte
	explicit int
	block    cipher.Block
	stream   *rc4.Cipher
	mac      func() hash.Hash
	macLast  bool
	// padding is how many octets or, in CBC mode, blocks are added to what is needed.
	padding int
}

var (
	testMaster  = [MasterSecretLen]byte{1, 2, 3}
	testRandoms = [2][RandomLen]byte{{4, 5}, {6, 7}}
)

// newSealer makes both ends.
func newSealer(t testing.TB, p Params) (*sealer, *Opener) {
	t.Helper()
	s := &sealer{version: p.Version, macLast: p.EncryptThenMAC}
	a := p.Suite.algorithm()
	// Each protection has keys of its own: what one sealed must not open as another.
	master := sha512.Sum384(fmt.Appendf(nil, "%x %x %t", p.Version, p.Suite.ID, p.EncryptThenMAC))
	if p.Version == tls.VersionTLS13 {
		secret := bytes.Repeat([]byte{9}, p.Suite.Hash().Size())
		copy(secret, master[:])
		key, err := expandLabel(p.Suite, secret, "key", a.keyLen)
		if err != nil {
			t.Fatal(err)
		}
		if s.iv, err = expandLabel(p.Suite, secret, "iv", nonceLen); err != nil {
			t.Fatal(err)
		}
		if s.aead, err = a.newAEAD(key); err != nil {
			t.Fatal(err)
		}
		return s, opener13(t, p.Suite, secret)
	}
	o, _, err := p.Openers(&master, &testRandoms[Client], &testRandoms[Server])
	if err != nil {
		t.Fatal(err)
	}
	s.mode = a.mode
	macLen := 0
	if s.mode != modeAEAD {
		macLen = p.Suite.macHash().Size()
	}
	block := make([]byte, 2*(macLen+a.keyLen+a.ivLen))
	prf(p.Version, p.Suite.Hash(), block, master[:], "key expansion", testRandoms[Server][:], testRandoms[Client][:])
	macKey, key := block[:macLen], block[2*macLen:][:a.keyLen]
	s.iv = block[2*(macLen+a.keyLen):][:a.ivLen]
	s.mac = func() hash.Hash { return hmac.New(p.Suite.macHash().New, macKey) }
	switch s.mode {
	case modeAEAD:
		s.aead, err = a.newAEAD(key)
		s.explicit = nonceLen - a.ivLen
	case modeCBC:
		s.block, err = a.newBlock(key)
	case modeRC4:
		s.stream, err = rc4.NewCipher(key)
	}
	if err != nil {
		t.Fatal(err)
	}
	return s, o
}

func (s *sealer) seal(typ ContentType, seq uint64, plaintext []byte) []byte {
	version := min(s.version, tls.VersionTLS12)
	header := []byte{byte(typ), byte(version >> 8), byte(version), 0, 0}
	if s.version == tls.VersionTLS13 {
		header[0] = byte(ApplicationData)
		inner := append(append(bytes.Clone(plaintext), byte(typ)), make([]byte, s.padding)...)
		binary.BigEndian.PutUint16(header[3:], uint16(len(inner)+s.aead.Overhead()))
		return s.aead.Seal(header, s.numbered(seq), inner, header)
	}
	numbered := binary.BigEndian.AppendUint64(nil, seq)
	data := func(length int) []byte {
		d := append(bytes.Clone(numbered), header[:3]...)
		return binary.BigEndian.AppendUint16(d, uint16(length))
	}
	sum := func(contents []byte) []byte {
		mac := s.mac()
		mac.Write(data(len(contents)))
		mac.Write(contents)
		return mac.Sum(nil)
	}
	fragment := bytes.Clone(plaintext)
	switch s.mode {
	case modeAEAD:
		nonce := append(bytes.Clone(s.iv), numbered...)
		if s.explicit == 0 {
			nonce = s.numbered(seq)
		}
		fragment = s.aead.Seal(bytes.Clone(nonce[nonceLen-s.explicit:]), nonce, fragment, data(len(plaintext)))
	case modeNull:
		fragment = append(fragment, sum(plaintext)...)
	case modeRC4:
		fragment = append(fragment, sum(plaintext)...)
		s.stream.XORKeyStream(fragment, fragment)
	case modeCBC:
		if !s.macLast {
			fragment = append(fragment, sum(plaintext)...)
		}
		size := s.block.BlockSize()
		padding := size - 1 - len(fragment)%size + s.padding*size
		fragment = append(fragment, bytes.Repeat([]byte{byte(padding)}, padding+1)...)
		if explicitIV(s.version) {
			s.iv = bytes.Repeat([]byte{byte(seq), 0xA5}, size/2)
		}
		cipher.NewCBCEncrypter(s.block, s.iv).CryptBlocks(fragment, fragment)
		next := bytes.Clone(fragment[len(fragment)-size:])
		if explicitIV(s.version) {
			fragment = append(bytes.Clone(s.iv), fragment...)
		}
		s.iv = next
		if s.macLast {
			fragment = append(fragment, sum(fragment)...)
		}
	}
	binary.BigEndian.PutUint16(header[3:], uint16(len(fragment)))
	return append(header, fragment...)
}

func (s *sealer) numbered(seq uint64) []byte {
	nonce := bytes.Clone(s.iv)
	for i := range 8 {
		nonce[nonceLen-1-i] ^= byte(seq >> (8 * i))
	}
	return nonce
}

// everyProtection is one suite for each way in which records are protected.
func everyProtection() []Params {
	var all []Params
	for _, suite := range []uint16{0x1301, 0x1302, 0x1303, 0x1304, 0x1305} {
		all = append(all, params(tls.VersionTLS13, suite))
	}
	for _, suite := range []uint16{0x009C, 0x009D, 0xCCA8, 0xC09C, 0xC09D, 0xC0A0, 0xC0A1, 0x003C, 0xC028,
		0xC07A, 0xC07B, 0x00BA, 0x00C0, 0xC077, 0xC050, 0xC051, 0xC03C, 0xC03D} {
		all = append(all, params(tls.VersionTLS12, suite))
	}
	for version := uint16(tls.VersionTLS10); version <= tls.VersionTLS12; version++ {
		for _, suite := range []uint16{0x0001, 0x0002, 0x0004, 0x0005, 0x0009, 0x000A, 0x001F, 0x002F, 0x0035, 0x0041, 0x0084} {
			all = append(all, params(version, suite))
		}
	}
	for _, p := range all {
		if p.Suite.algorithm().mode == modeCBC {
			p.EncryptThenMAC = true
			all = append(all, p)
		}
	}
	return all
}

func params(version, suite uint16) Params {
	s, _ := SuiteByID(suite)
	return Params{Version: version, Suite: s}
}

func (p Params) String() string {
	name := tls.VersionName(p.Version) + "/" + p.Suite.Name
	if p.EncryptThenMAC {
		name += "/encrypt-then-MAC"
	}
	return name
}
