package tlscrypt

import (
	"crypto"
	"crypto/hmac"
	"hash"
)

// A recordMAC is the MAC of the records of TLS 1.2 and before (RFC 5246, section
// 6.2.3.1). Its scratch is in it, so that nothing is allocated.
type recordMAC struct {
	mac  hash.Hash
	len  int
	data [13]byte
	sum  [64]byte
}

func newRecordMAC(h crypto.Hash, key []byte) recordMAC {
	return recordMAC{mac: hmac.New(h.New, key), len: h.Size()}
}

// fits tells that want is the MAC of contents in record.
func (m *recordMAC) fits(want, record []byte, seq uint64, contents []byte) bool {
	pseudoHeader(&m.data, record, seq, len(contents))
	m.mac.Reset()
	m.mac.Write(m.data[:])
	m.mac.Write(contents)
	return hmac.Equal(m.mac.Sum(m.sum[:0]), want)
}

// nullCipher protects nothing but the integrity (RFC 5246, section 6.2.3.1 with
// the suites of RFC 4785 and others).
type nullCipher struct{ mac recordMAC }

func (p *nullCipher) open(dst, record []byte, seq uint64) ([]byte, ContentType, error) {
	fragment := record[HeaderLen:]
	end := len(fragment) - p.mac.len
	if end < 0 {
		return dst, 0, ErrMalformed
	}
	if !p.mac.fits(fragment[end:], record, seq, fragment[:end]) {
		return dst, 0, ErrMAC
	}
	return append(dst, fragment[:end]...), ContentType(record[0]), nil
}

func (p *nullCipher) pass([]byte)        {}
func (p *nullCipher) skip(int64)         {}
func (p *nullCipher) chaining() Chaining { return Independent }
func (p *nullCipher) zero()              {}
