package tlscrypt

import (
	"crypto/cipher"
	"math/bits"
	"slices"
)

// camellia is the block cipher Camellia (RFC 3713).
type camellia struct {
	// The subkeys in the order of their use: two that whiten, six of rounds, two
	// between, six of rounds…, two that whiten.
	encrypt, decrypt []uint64
}

// camelliaSBox is SBOX1 (RFC 3713, section 2.4.1). The others are rotations of it.
var camelliaSBox = [256]uint8{
	0x70, 0x82, 0x2c, 0xec, 0xb3, 0x27, 0xc0, 0xe5, 0xe4, 0x85, 0x57, 0x35, 0xea, 0x0c, 0xae, 0x41,
	0x23, 0xef, 0x6b, 0x93, 0x45, 0x19, 0xa5, 0x21, 0xed, 0x0e, 0x4f, 0x4e, 0x1d, 0x65, 0x92, 0xbd,
	0x86, 0xb8, 0xaf, 0x8f, 0x7c, 0xeb, 0x1f, 0xce, 0x3e, 0x30, 0xdc, 0x5f, 0x5e, 0xc5, 0x0b, 0x1a,
	0xa6, 0xe1, 0x39, 0xca, 0xd5, 0x47, 0x5d, 0x3d, 0xd9, 0x01, 0x5a, 0xd6, 0x51, 0x56, 0x6c, 0x4d,
	0x8b, 0x0d, 0x9a, 0x66, 0xfb, 0xcc, 0xb0, 0x2d, 0x74, 0x12, 0x2b, 0x20, 0xf0, 0xb1, 0x84, 0x99,
	0xdf, 0x4c, 0xcb, 0xc2, 0x34, 0x7e, 0x76, 0x05, 0x6d, 0xb7, 0xa9, 0x31, 0xd1, 0x17, 0x04, 0xd7,
	0x14, 0x58, 0x3a, 0x61, 0xde, 0x1b, 0x11, 0x1c, 0x32, 0x0f, 0x9c, 0x16, 0x53, 0x18, 0xf2, 0x22,
	0xfe, 0x44, 0xcf, 0xb2, 0xc3, 0xb5, 0x7a, 0x91, 0x24, 0x08, 0xe8, 0xa8, 0x60, 0xfc, 0x69, 0x50,
	0xaa, 0xd0, 0xa0, 0x7d, 0xa1, 0x89, 0x62, 0x97, 0x54, 0x5b, 0x1e, 0x95, 0xe0, 0xff, 0x64, 0xd2,
	0x10, 0xc4, 0x00, 0x48, 0xa3, 0xf7, 0x75, 0xdb, 0x8a, 0x03, 0xe6, 0xda, 0x09, 0x3f, 0xdd, 0x94,
	0x87, 0x5c, 0x83, 0x02, 0xcd, 0x4a, 0x90, 0x33, 0x73, 0x67, 0xf6, 0xf3, 0x9d, 0x7f, 0xbf, 0xe2,
	0x52, 0x9b, 0xd8, 0x26, 0xc8, 0x37, 0xc6, 0x3b, 0x81, 0x96, 0x6f, 0x4b, 0x13, 0xbe, 0x63, 0x2e,
	0xe9, 0x79, 0xa7, 0x8c, 0x9f, 0x6e, 0xbc, 0x8e, 0x29, 0xf5, 0xf9, 0xb6, 0x2f, 0xfd, 0xb4, 0x59,
	0x78, 0x98, 0x06, 0x6a, 0xe7, 0x46, 0x71, 0xba, 0xd4, 0x25, 0xab, 0x42, 0x88, 0xa2, 0x8d, 0xfa,
	0x72, 0x07, 0xb9, 0x55, 0xf8, 0xee, 0xac, 0x0a, 0x36, 0x49, 0x2a, 0x68, 0x3c, 0x38, 0xf1, 0xa4,
	0x40, 0x28, 0xd3, 0x7b, 0xbb, 0xc9, 0x43, 0xc1, 0x15, 0xe3, 0xad, 0xf4, 0x77, 0xc7, 0x80, 0x9e,
}

// camelliaSigma are the constants of the key schedule (RFC 3713, section 2.2).
var camelliaSigma = [6]uint64{
	0xa09e667f3bcc908b, 0xb67ae8584caa73b2, 0xc6ef372fe94f82be,
	0x54ff53a5f1d36f1c, 0x10e527fade682d1d, 0xb05688c2b3e6c1fd,
}

func newCamellia(key []byte) (cipher.Block, error) {
	if err := checkKey("camellia", key); err != nil {
		return nil, err
	}
	c := &camellia{encrypt: camelliaSubkeys(key)}
	// Decryption is encryption with the subkeys from last to first, but that the
	// whitening ones stay in their halves (RFC 3713, section 2.3.2).
	c.decrypt = slices.Clone(c.encrypt)
	slices.Reverse(c.decrypt)
	for _, pair := range [...][]uint64{c.decrypt[:2], c.decrypt[len(c.decrypt)-2:]} {
		slices.Reverse(pair)
	}
	return c, nil
}

func (c *camellia) BlockSize() int          { return block128Len }
func (c *camellia) Encrypt(dst, src []byte) { camelliaCrypt(loadBlock(src), c.encrypt).store(dst) }
func (c *camellia) Decrypt(dst, src []byte) { camelliaCrypt(loadBlock(src), c.decrypt).store(dst) }

// camelliaSubkeys is the key schedule (RFC 3713, section 2.2).
func camelliaSubkeys(key []byte) []uint64 {
	left, right := loadBlock(key), block128{}
	if len(key) == 32 {
		right = loadBlock(key[16:])
	}
	sigma := &camelliaSigma
	a := camelliaRounds(left.xor(right), sigma[:2])
	a = camelliaRounds(a.xor(left), sigma[2:4])
	var k []uint64
	add := func(from block128, rotated uint) {
		r := from.rotateLeft(rotated)
		k = append(k, r.hi, r.lo)
	}
	add(left, 0)
	if len(key) == 16 {
		add(a, 0)
		add(left, 15)
		add(a, 15)
		add(a, 30)
		add(left, 45)
		// Two halves of different rotations: the ninth subkey and the tenth.
		k = append(k, a.rotateLeft(45).hi, left.rotateLeft(60).lo)
		add(a, 60)
		add(left, 77)
		add(left, 94)
		add(a, 94)
		add(left, 111)
		add(a, 111)
		return k
	}
	b := camelliaRounds(a.xor(right), sigma[4:])
	add(b, 0)
	add(right, 15)
	add(a, 15)
	add(right, 30)
	add(b, 30)
	add(left, 45)
	add(a, 45)
	add(left, 60)
	add(right, 60)
	add(b, 60)
	add(left, 77)
	add(a, 77)
	add(right, 94)
	add(a, 94)
	add(left, 111)
	add(b, 111)
	return k
}

// camelliaCrypt is the data randomizing part (RFC 3713, section 2.3).
func camelliaCrypt(b block128, k []uint64) block128 {
	b.hi ^= k[0]
	b.lo ^= k[1]
	for k = k[2:]; ; k = k[8:] {
		b = camelliaRounds(b, k[:6])
		if len(k) == 8 {
			return block128{b.lo ^ k[6], b.hi ^ k[7]}
		}
		b.hi = camelliaFL(b.hi, k[6])
		b.lo = camelliaFLInverse(b.lo, k[7])
	}
}

// camelliaRounds runs an even number of rounds.
func camelliaRounds(b block128, k []uint64) block128 {
	for ; len(k) >= 2; k = k[2:] {
		b.lo ^= camelliaF(b.hi, k[0])
		b.hi ^= camelliaF(b.lo, k[1])
	}
	return b
}

// camelliaF is the F-function (RFC 3713, section 2.4.1). A factor says which
// octets of the result an octet goes to.
func camelliaF(in, k uint64) uint64 {
	s, x := &camelliaSBox, in^k
	return uint64(s[x>>56])*0x0101010001000001 ^
		uint64(bits.RotateLeft8(s[x>>48&0xff], 1))*0x0001010101010000 ^
		uint64(bits.RotateLeft8(s[x>>40&0xff], 7))*0x0100010100010100 ^
		uint64(s[bits.RotateLeft8(uint8(x>>32), 1)])*0x0101000100000101 ^
		uint64(bits.RotateLeft8(s[x>>24&0xff], 1))*0x0001010100010101 ^
		uint64(bits.RotateLeft8(s[x>>16&0xff], 7))*0x0100010101000101 ^
		uint64(s[bits.RotateLeft8(uint8(x>>8), 1)])*0x0101000101010001 ^
		uint64(s[x&0xff])*0x0101010001010100
}

// camelliaFL is the FL-function (RFC 3713, section 2.4.2).
func camelliaFL(in, k uint64) uint64 {
	hi, lo := uint32(in>>32), uint32(in)
	lo ^= bits.RotateLeft32(hi&uint32(k>>32), 1)
	hi ^= lo | uint32(k)
	return uint64(hi)<<32 | uint64(lo)
}

func camelliaFLInverse(in, k uint64) uint64 {
	hi, lo := uint32(in>>32), uint32(in)
	hi ^= lo | uint32(k)
	lo ^= bits.RotateLeft32(hi&uint32(k>>32), 1)
	return uint64(hi)<<32 | uint64(lo)
}
