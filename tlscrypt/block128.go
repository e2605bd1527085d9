package tlscrypt

import (
	"encoding/binary"
	"fmt"
)

// Why block ciphers of our own: neither the standard library nor
// golang.org/x/crypto has Camellia or ARIA, and the modules that have both are
// collections of everything, far larger than these two. They are written for few
// lines and not for speed, and look tables up by secret octets: nobody measures the
// reader of a capture. Both are held against the examples of their RFCs and against
// OpenSSL.

// A block128 is a block of a 128-bit cipher, or a key: the first octet is the
// highest of hi.
type block128 struct{ hi, lo uint64 }

const block128Len = 16

func loadBlock(b []byte) block128 {
	return block128{binary.BigEndian.Uint64(b), binary.BigEndian.Uint64(b[8:])}
}

func (b block128) store(to []byte) {
	_ = to[block128Len-1] // before anything is written
	binary.BigEndian.PutUint64(to, b.hi)
	binary.BigEndian.PutUint64(to[8:], b.lo)
}

func (b block128) xor(with block128) block128 { return block128{b.hi ^ with.hi, b.lo ^ with.lo} }

// rotateLeft rotates by 0 to 127 bits.
func (b block128) rotateLeft(bits uint) block128 {
	if bits >= 64 {
		b, bits = block128{b.lo, b.hi}, bits-64
	}
	return block128{b.hi<<bits | b.lo>>(64-bits), b.lo<<bits | b.hi>>(64-bits)}
}

// checkKey takes keys of 128 and 256 bits: TLS has no suites with 192.
func checkKey(name string, key []byte) error {
	if len(key) != 16 && len(key) != 32 {
		return fmt.Errorf("%s: a key of %d octets", name, len(key))
	}
	return nil
}
