package tlscrypt

import (
	"crypto/cipher"
	"encoding/binary"
)

// aead13 protects the records of TLS 1.3 (RFC 8446, section 5.2).
type aead13 struct {
	aead      cipher.AEAD
	iv, nonce [nonceLen]byte
}

func (p *aead13) open(dst, record []byte, seq uint64) ([]byte, ContentType, error) {
	header, fragment := record[:HeaderLen], record[HeaderLen:]
	if len(fragment) < 1+p.aead.Overhead() {
		return dst, 0, ErrMalformed
	}
	numbered(&p.nonce, &p.iv, seq)
	out, err := p.aead.Open(dst, p.nonce[:], fragment, header)
	if err != nil {
		return dst, 0, ErrMAC
	}
	for end := len(out); end > len(dst); end-- {
		if typ := out[end-1]; typ != 0 {
			return out[:end-1], ContentType(typ), nil
		}
	}
	return dst, 0, ErrMalformed
}

func (p *aead13) pass([]byte)        {}
func (p *aead13) skip(int64)         {}
func (p *aead13) chaining() Chaining { return Independent }
func (p *aead13) zero()              { clear(p.iv[:]) }

// aead12 protects records of TLS 1.2 (RFC 5246, section 6.2.3.3; RFC 5288, RFC
// 6655, RFC 7905).
type aead12 struct {
	aead      cipher.AEAD
	iv, nonce [nonceLen]byte
	// explicitLen is how much of the nonce is in the record: 8, or 0 where it is
	// made from the sequence number.
	explicitLen int
	data        [13]byte
}

func newAEAD12(aead cipher.AEAD, iv []byte) *Opener {
	p := &aead12{aead: aead, explicitLen: nonceLen - len(iv)}
	copy(p.iv[:], iv)
	return &Opener{p}
}

func (p *aead12) open(dst, record []byte, seq uint64) ([]byte, ContentType, error) {
	fragment := record[HeaderLen:]
	length := len(fragment) - p.explicitLen - p.aead.Overhead()
	if length < 0 {
		return dst, 0, ErrMalformed
	}
	if p.explicitLen > 0 {
		p.nonce = p.iv
		copy(p.nonce[nonceLen-p.explicitLen:], fragment[:p.explicitLen])
	} else {
		numbered(&p.nonce, &p.iv, seq)
	}
	pseudoHeader(&p.data, record, seq, length)
	out, err := p.aead.Open(dst, p.nonce[:], fragment[p.explicitLen:], p.data[:])
	if err != nil {
		return dst, 0, ErrMAC
	}
	return out, ContentType(record[0]), nil
}

func (p *aead12) pass([]byte)        {}
func (p *aead12) skip(int64)         {}
func (p *aead12) chaining() Chaining { return Independent }
func (p *aead12) zero()              { clear(p.iv[:]) }

// numbered makes a nonce from IV and sequence number (RFC 8446, section 5.3).
func numbered(nonce, iv *[nonceLen]byte, seq uint64) {
	*nonce = *iv
	tail := nonce[nonceLen-8:]
	binary.BigEndian.PutUint64(tail, binary.BigEndian.Uint64(tail)^seq)
}

// pseudoHeader is what TLS 1.2 and before authenticate beside the contents: the
// sequence number, and the header with the length of what is authenticated.
func pseudoHeader(data *[13]byte, record []byte, seq uint64, length int) {
	binary.BigEndian.PutUint64(data[:], seq)
	copy(data[8:11], record)
	binary.BigEndian.PutUint16(data[11:], uint16(length))
}
