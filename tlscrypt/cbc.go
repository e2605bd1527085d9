package tlscrypt

import (
	"crypto/cipher"
	"slices"
)

// cbc protects records by a block cipher in CBC mode and a MAC (RFC 5246,
// section 6.2.3.2; RFC 7366; RFC 2246, section 6.2.3.2).
type cbc struct {
	mode      settableIV
	blockSize int
	mac       recordMAC
	// macLast: encrypt-then-MAC.
	macLast bool
	// explicit IVs are in the record. Where they are not, iv is the last block of
	// the record before, if haveIV.
	explicit, haveIV bool
	iv               [16]byte
}

// settableIV is what every CBC decrypter of the standard library is, so that
// one serves all records; crypto/tls relies on it too.
type settableIV interface {
	cipher.BlockMode
	SetIV(iv []byte)
}

func newCBC(block cipher.Block, p Params, k writeKeys) *Opener {
	c := &cbc{
		mode:      cipher.NewCBCDecrypter(block, k.iv).(settableIV),
		blockSize: block.BlockSize(),
		mac:       newRecordMAC(p.Suite.macHash(), k.mac),
		macLast:   p.EncryptThenMAC,
		explicit:  explicitIV(p.Version),
		haveIV:    true,
	}
	copy(c.iv[:], k.iv)
	return &Opener{c}
}

func (c *cbc) open(dst, record []byte, seq uint64) ([]byte, ContentType, error) {
	fragment := record[HeaderLen:]
	encrypted, mac := fragment, []byte(nil)
	if c.macLast {
		end := len(fragment) - c.mac.len
		if end < 0 {
			return dst, 0, ErrMalformed
		}
		encrypted, mac = fragment[:end], fragment[end:]
	}
	blocks := encrypted
	if c.explicit {
		if len(encrypted) < c.blockSize {
			return dst, 0, ErrMalformed
		}
		blocks = encrypted[c.blockSize:]
	}
	if len(blocks) == 0 || len(blocks)%c.blockSize != 0 || !c.macLast && len(blocks) <= c.mac.len {
		return dst, 0, ErrMalformed
	}
	if !c.explicit && !c.haveIV {
		return dst, 0, ErrBroken
	}
	if c.macLast && !c.mac.fits(mac, record, seq, encrypted) {
		return dst, 0, ErrMAC
	}
	if c.explicit {
		c.mode.SetIV(encrypted[:c.blockSize])
	} else {
		c.mode.SetIV(c.iv[:c.blockSize])
	}
	begin := len(dst)
	dst = slices.Grow(dst, len(blocks))[:begin+len(blocks)]
	out := dst[begin:]
	c.mode.CryptBlocks(out, blocks)
	contents, ok := unpad(out)
	if ok && !c.macLast {
		end := len(contents) - c.mac.len
		ok = end >= 0 && c.mac.fits(contents[max(end, 0):], record, seq, contents[:max(end, 0)])
		contents = contents[:max(end, 0)]
	}
	if !ok {
		clear(out)
		return dst[:begin], 0, ErrMAC
	}
	c.pass(fragment)
	return dst[:begin+len(contents)], ContentType(record[0]), nil
}

// unpad removes the padding of TLS: octets that all hold their count, and one more.
func unpad(b []byte) ([]byte, bool) {
	last := b[len(b)-1]
	end := len(b) - int(last) - 1
	if end < 0 {
		return nil, false
	}
	for _, octet := range b[end:] {
		if octet != last {
			return nil, false
		}
	}
	return b[:end], true
}

func (c *cbc) pass(fragment []byte) {
	if c.explicit {
		return
	}
	end := len(fragment)
	if c.macLast {
		end -= c.mac.len
	}
	if c.haveIV = end >= c.blockSize; c.haveIV {
		copy(c.iv[:], fragment[end-c.blockSize:end])
	}
}

func (c *cbc) skip(int64) { c.haveIV = false }

func (c *cbc) chaining() Chaining {
	if c.explicit {
		return Independent
	}
	return LastBlock
}

func (c *cbc) zero() { clear(c.iv[:]) }
