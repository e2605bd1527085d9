package tlscrypt

import (
	"encoding/binary"
	"errors"
)

// What Open reports.
var (
	// ErrMAC: the tag, MAC or padding does not fit. The secret is that of
	// another connection, the sequence number is wrong, or the record is damaged.
	ErrMAC = errors.New("tag or MAC does not fit")
	// ErrMalformed: no key could open this record: its header contradicts its
	// length, it is too short or too long, or its plaintext has no content type.
	ErrMalformed = errors.New("malformed record")
	// ErrBroken: the cipher needs what came before this record (see [Chaining]),
	// and that was not seen.
	ErrBroken = errors.New("the record before is missing")
)

// An UnsupportedError says that a key would not help.
type UnsupportedError struct {
	// What is the cipher suite or version, as it is to be shown.
	What string
	// Why is the reason, in words.
	Why string
}

func (e *UnsupportedError) Error() string { return e.What + " is not supported: " + e.Why }

// Chaining says what a record needs of those before it, besides its number.
type Chaining uint8

const (
	// Independent records open alone: AEAD, CBC with an explicit IV (TLS 1.1 and
	// later), NULL.
	Independent Chaining = iota
	// LastBlock: the last block of the record before is the IV (CBC in TLS 1.0).
	// After a gap, one record is lost, and the next opens.
	LastBlock
	// Keystream: the count of all octets before says where in the keystream a
	// record is (RC4).
	Keystream
)

// An Opener opens the records that one side wrote under one set of keys: one
// epoch. It serves one goroutine. The zero Opener is closed.
//
// Sequence numbers are the caller's: they begin with 0 in each epoch, count
// records, and after a gap some may be tried, because Open changes nothing when
// it fails.
type Opener struct {
	p protection
}

// A protection is how the records of an epoch are protected.
type protection interface {
	open(dst, record []byte, seq uint64) ([]byte, ContentType, error)
	// pass takes the fragment of a record that went by.
	pass(fragment []byte)
	// skip takes that octets of fragments were not seen.
	skip(octets int64)
	chaining() Chaining
	// zero overwrites what is secret and within reach.
	zero()
}

// independent is the part of a protection whose records open alone.
type independent struct{}

func (independent) pass([]byte)        {}
func (independent) skip(int64)         {}
func (independent) chaining() Chaining { return Independent }

// Open decrypts and verifies record, one whole record with its header and
// nothing behind it, as the one with sequence number seq. It appends the
// plaintext to dst, with which record must not overlap, and returns the longer
// slice; nothing is allocated if dst has room for len(record) octets more, but for
// the scratch of the standard library's GCM where the cipher is Camellia or ARIA.
//
// The content type is that of the header, in TLS 1.3 the one inside, padding
// removed. If err is not nil, dst is returned as it was; what lies behind its
// length may have been overwritten, never with unverified plaintext that stays.
//
// When Open succeeds, a chained cipher (see [Opener.Chaining]) stands behind the
// record. When it fails, it stands where it stood: the record may be tried with
// another number, or be passed.
func (o *Opener) Open(dst, record []byte, seq uint64) ([]byte, ContentType, error) {
	if o.p == nil {
		return dst, 0, errClosed
	}
	if len(record) < HeaderLen {
		return dst, 0, ErrMalformed
	}
	length := int(binary.BigEndian.Uint16(record[3:]))
	if length != len(record)-HeaderLen || length > MaxFragment {
		return dst, 0, ErrMalformed
	}
	return o.p.open(dst, record, seq)
}

var errClosed = errors.New("the opener is closed")

// Chaining says what records of this epoch need of those before.
func (o *Opener) Chaining() Chaining {
	if o.p == nil {
		return Independent
	}
	return o.p.chaining()
}

// Pass tells a chained cipher that a record went by unopened, before the next
// that is given to Open: fragment is what follows its header. Where only the end
// of it was seen, LastBlock needs but the last 64 octets; Keystream needs it all.
func (o *Opener) Pass(fragment []byte) {
	if o.p != nil {
		o.p.pass(fragment)
	}
}

// Skip tells a chained cipher that a gap hid octets octets of fragments, headers
// not counted; less than 0 if nobody knows how many.
func (o *Opener) Skip(octets int64) {
	if o.p != nil {
		o.p.skip(octets)
	}
}

// Close forgets the keys. What this package holds itself is overwritten; the key
// schedules inside the ciphers and the standard library's modes are out of reach
// and left to the collector. Nothing can be opened afterwards.
func (o *Opener) Close() {
	if o.p != nil {
		o.p.zero()
		o.p = nil
	}
}
