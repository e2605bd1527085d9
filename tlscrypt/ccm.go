package tlscrypt

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/subtle"
	"encoding/binary"
	"errors"
)

// Why CCM of our own: neither the standard library nor golang.org/x/crypto has
// it, and it is a mode and no cipher: a few lines over crypto/aes, held against a
// vector of NIST SP 800-38C and against connections of OpenSSL.

// ccm is AES in CCM mode (RFC 3610) with nonces of 12 octets, hence L = 3. It
// serves one goroutine: its scratch is in it, so that nothing is allocated.
type ccm struct {
	block                 cipher.Block
	tagLen                int
	mac, counter, stream0 [aes.BlockSize]byte
	stream                [aes.BlockSize]byte
}

// ccmLengthLen is L of RFC 3610: the octets that count the plaintext.
const ccmLengthLen = 15 - nonceLen

func newCCM(key []byte, tagLen int) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return &ccm{block: block, tagLen: tagLen}, nil
}

func (c *ccm) NonceSize() int { return nonceLen }
func (c *ccm) Overhead() int  { return c.tagLen }

var errCCM = errors.New("ccm: message authentication failed")

// Seal is there because cipher.AEAD wants it. The tests use it.
func (c *ccm) Seal(dst, nonce, plaintext, data []byte) []byte {
	c.begin(nonce, data, len(plaintext))
	for in := plaintext; len(in) > 0; {
		n := min(len(in), aes.BlockSize)
		c.authenticate(in[:n])
		in = in[n:]
	}
	for in := plaintext; len(in) > 0; {
		n := min(len(in), aes.BlockSize)
		c.next()
		dst = append(dst, in[:n]...)
		xor(dst[len(dst)-n:], c.stream[:n])
		in = in[n:]
	}
	xor(c.mac[:], c.stream0[:])
	return append(dst, c.mac[:c.tagLen]...)
}

func (c *ccm) Open(dst, nonce, ciphertext, data []byte) ([]byte, error) {
	if len(ciphertext) < c.tagLen || len(ciphertext)-c.tagLen >= 1<<(8*ccmLengthLen) {
		return nil, errCCM
	}
	in, tag := ciphertext[:len(ciphertext)-c.tagLen], ciphertext[len(ciphertext)-c.tagLen:]
	c.begin(nonce, data, len(in))
	begin := len(dst)
	dst = append(dst, in...)
	for out := dst[begin:]; len(out) > 0; {
		n := min(len(out), aes.BlockSize)
		c.next()
		xor(out[:n], c.stream[:n])
		c.authenticate(out[:n])
		out = out[n:]
	}
	xor(c.mac[:], c.stream0[:])
	if subtle.ConstantTimeCompare(c.mac[:c.tagLen], tag) != 1 {
		clear(dst[begin:])
		return nil, errCCM
	}
	return dst, nil
}

// begin authenticates the length of the plaintext and the data beside it, and
// stands before the first block of the keystream (RFC 3610, sections 2.2, 2.3).
func (c *ccm) begin(nonce, data []byte, length int) {
	const hasData, counterFlags = 1 << 6, ccmLengthLen - 1
	c.mac = [aes.BlockSize]byte{counterFlags | byte(c.tagLen-2)/2<<3}
	if len(data) > 0 {
		c.mac[0] |= hasData
	}
	copy(c.mac[1:], nonce)
	c.mac[13], c.mac[14], c.mac[15] = byte(length>>16), byte(length>>8), byte(length)
	c.block.Encrypt(c.mac[:], c.mac[:])
	if len(data) > 0 { // of less than 2^16-2^8 octets, as all of TLS is
		c.stream = [aes.BlockSize]byte{}
		binary.BigEndian.PutUint16(c.stream[:], uint16(len(data)))
		n := copy(c.stream[2:], data)
		c.authenticate(c.stream[:])
		for data = data[n:]; len(data) > 0; data = data[n:] {
			n = min(len(data), aes.BlockSize)
			c.authenticate(data[:n])
		}
	}
	c.counter = [aes.BlockSize]byte{counterFlags}
	copy(c.counter[1:], nonce)
	c.block.Encrypt(c.stream0[:], c.counter[:])
}

// authenticate takes up to one block into the MAC, filled up with zeros.
func (c *ccm) authenticate(part []byte) {
	xor(c.mac[:len(part)], part)
	c.block.Encrypt(c.mac[:], c.mac[:])
}

// next makes the next block of the keystream.
func (c *ccm) next() {
	binary.BigEndian.PutUint32(c.counter[12:], binary.BigEndian.Uint32(c.counter[12:])+1)
	c.block.Encrypt(c.stream[:], c.counter[:])
}

func xor(dst, with []byte) { subtle.XORBytes(dst, dst, with) }
