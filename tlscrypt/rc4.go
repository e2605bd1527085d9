package tlscrypt

import (
	"crypto/rc4"
	"slices"
)

// rc4Stream protects records by RC4 and a MAC (RFC 5246, section 6.2.3.1).
type rc4Stream struct {
	// at stands where the next record begins in the keystream.
	at rc4.Cipher
	// tried is a copy of at, used up by a record that may not fit.
	tried rc4.Cipher
	mac   recordMAC
	// lost: nobody knows where in the keystream the next record begins.
	lost bool
}

// maxSkip bounds the keystream that is run through to get over a gap.
const maxSkip = 1 << 30

func newRC4(p Params, k writeKeys) (*Opener, error) {
	stream, err := rc4.NewCipher(k.key)
	if err != nil {
		return nil, err
	}
	return &Opener{&rc4Stream{at: *stream, mac: newRecordMAC(p.Suite.macHash(), k.mac)}}, nil
}

func (p *rc4Stream) open(dst, record []byte, seq uint64) ([]byte, ContentType, error) {
	fragment := record[HeaderLen:]
	end := len(fragment) - p.mac.len
	if end < 0 {
		return dst, 0, ErrMalformed
	}
	if p.lost {
		return dst, 0, ErrBroken
	}
	begin := len(dst)
	dst = slices.Grow(dst, len(fragment))[:begin+len(fragment)]
	out := dst[begin:]
	p.tried = p.at
	p.tried.XORKeyStream(out, fragment)
	if !p.mac.fits(out[end:], record, seq, out[:end]) {
		clear(out)
		return dst[:begin], 0, ErrMAC
	}
	p.at = p.tried
	return dst[:begin+end], ContentType(record[0]), nil
}

func (p *rc4Stream) pass(fragment []byte) { p.skip(int64(len(fragment))) }

func (p *rc4Stream) skip(octets int64) {
	if p.lost = p.lost || octets < 0 || octets > maxSkip; p.lost {
		return
	}
	var scratch [1024]byte
	for octets > 0 {
		n := min(octets, int64(len(scratch)))
		p.at.XORKeyStream(scratch[:n], scratch[:n])
		octets -= n
	}
}

func (p *rc4Stream) chaining() Chaining { return Keystream }

func (p *rc4Stream) zero() { p.at, p.tried = rc4.Cipher{}, rc4.Cipher{} }
