package tui

import (
	"encoding/json"
	"fmt"
	"sort"
	"sync"

	"github.com/klauspost/compress/zstd"

	"smtpscope/inspect"
	"smtpscope/smtpparse"
)

// A batch of records is packed together, because neighbours are alike.
type batch struct {
	first int // the place of its first session
	// records and texts are packed when the batch is full. The ends are those of
	// each session, before packing.
	records, texts       []byte
	recordEnds, textEnds []uint32
	packed               bool
}

const (
	// batchSessions and batchOctets are how large a batch may grow: unpacking it
	// must take no more than a few milliseconds.
	batchSessions = 64
	batchOctets   = 512 << 10
	// packWindow is how far back the encoder looks, which twice that memory is set
	// aside for: as far as a batch goes.
	packWindow = 1 << 20
)

// openBatch is the batch that the next session goes into. A full one is packed.
func (st *Store) openBatch() *batch {
	if n := len(st.batches); n > 0 {
		last := st.batches[n-1]
		if len(last.recordEnds) < batchSessions && len(last.records)+len(last.texts) < batchOctets {
			return last
		}
		records, texts := st.pack(last.records), st.pack(last.texts)
		spare := batch{first: int(st.stored), records: last.records[:0], texts: last.texts[:0]}
		st.mu.Lock()
		last.records, last.texts, last.packed = records, texts, true
		st.mu.Unlock()
		if cap(spare.records) > 2*batchOctets {
			spare.records = nil
		}
		return st.addBatch(&spare)
	}
	return st.addBatch(&batch{})
}

func (st *Store) addBatch(b *batch) *batch {
	b.recordEnds, b.textEnds = make([]uint32, 0, batchSessions), make([]uint32, 0, batchSessions)
	st.mu.Lock()
	st.batches = append(st.batches, b)
	st.mu.Unlock()
	return b
}

// encoder and decoder are safe for use by several goroutines. Their options are
// constants: making them cannot fail.
var (
	encoder = sync.OnceValue(func() *zstd.Encoder {
		e, _ := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1), zstd.WithEncoderCRC(false), zstd.WithWindowSize(packWindow))
		return e
	})
	decoder = sync.OnceValue(func() *zstd.Decoder {
		d, _ := zstd.NewReader(nil, zstd.WithDecoderConcurrency(2))
		return d
	})
)

// pack packs octets, in no more memory than that takes.
func (st *Store) pack(b []byte) []byte {
	st.packing = encoder().EncodeAll(b, st.packing[:0])
	return append(make([]byte, 0, len(st.packing)), st.packing...)
}

// unpacked is a batch as it was before it was packed.
type unpacked struct {
	first  int
	octets []byte
	ends   []uint32
	texts  bool
	buffer []byte // for the next one
	loaded bool
}

// of gives the part of the session in a place.
func (u *unpacked) of(place int) []byte {
	at := place - u.first
	from := uint32(0)
	if at > 0 {
		from = u.ends[at-1]
	}
	return u.octets[from:u.ends[at]]
}

// holds tells that the session in a place is in it.
func (u *unpacked) holds(place int) bool {
	return u.loaded && place >= u.first && place < u.first+len(u.ends)
}

// unpack gives a row's record, or its text, by the help of u, which keeps the
// batch that it is in. It is valid until the next call.
func (st *Store) unpack(u *unpacked, row int) ([]byte, error) {
	st.mu.Lock()
	place := int(*st.place(int32(row)))
	if place == unstored {
		r := st.open[int32(row)]
		st.mu.Unlock()
		u.loaded = false
		packed := r.record
		if u.texts {
			packed = r.text
		}
		return u.decode(packed)
	}
	if u.holds(place) {
		st.mu.Unlock()
		return u.of(place), nil
	}
	b := st.batches[st.batchOf(place)]
	octets, ends, packed := b.records, b.recordEnds, b.packed
	if u.texts {
		octets, ends = b.texts, b.textEnds
	}
	u.first, u.ends, u.loaded = b.first, ends, true
	if !packed { // still growing: a copy, because its memory will be used again
		u.buffer = append(u.buffer[:0], octets...)
		u.octets, u.ends = u.buffer, append([]uint32(nil), ends...)
		st.mu.Unlock()
		return u.of(place), nil
	}
	st.mu.Unlock()
	var err error
	if u.octets, err = u.decode(octets); err != nil {
		u.loaded = false
		return nil, err
	}
	return u.of(place), nil
}

// decode unpacks into the buffer.
func (u *unpacked) decode(packed []byte) (octets []byte, err error) {
	if u.buffer, err = decoder().DecodeAll(packed, u.buffer[:0]); err != nil {
		return nil, fmt.Errorf("unpack session: %w", err)
	}
	return u.buffer, nil
}

// heavyOctets is the size from which a batch takes too long to be unpacked
// between two frames.
const heavyOctets = 2 * batchOctets

// heavy tells that a row's record is in such a batch, or as large itself.
func (st *Store) heavy(row int) bool {
	st.mu.Lock()
	defer st.mu.Unlock()
	place := int(*st.place(int32(row)))
	if place == unstored {
		return st.open[int32(row)].octets > heavyOctets
	}
	b := st.batches[st.batchOf(place)]
	return b.recordEnds[len(b.recordEnds)-1] > heavyOctets
}

func (st *Store) batchOf(place int) int {
	return sort.Search(len(st.batches), func(k int) bool { return st.batches[k].first > place }) - 1
}

// record is a session as it was.
func record(packed []byte) (*inspect.Session, error) {
	s := &inspect.Session{Session: new(smtpparse.Session)}
	if err := json.Unmarshal(packed, s); err != nil {
		return nil, fmt.Errorf("unpack session: %w", err)
	}
	return s, nil
}

// load gives the session of a row. It may be called from any goroutine.
func (st *Store) load(row int) (*inspect.Session, error) {
	var u unpacked
	packed, err := st.unpack(&u, row)
	if err != nil {
		return nil, err
	}
	return record(packed)
}
