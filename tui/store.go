package tui

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sort"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/klauspost/compress/zstd"

	"smtpscope/filter"
	"smtpscope/inspect"
	"smtpscope/smtpparse"
)

// A Store keeps all sessions: of each the facts that lists are made of, as they
// are, and the whole record with its text, packed. Records live on only as
// copies. It is filled as an [inspect.Sink], while others read.
type Store struct {
	// printer writes records as JSON into printed.
	printer Printer
	printed bytes.Buffer
	// changed has an element when sessions came since it was last received from.
	changed chan struct{}

	// waiting are the facts of sessions that were rendered and not handed over,
	// by the ticket that is in their rendering.
	waiting sync.Map
	tickets atomic.Uint64

	// These are the filling goroutine's.
	names    map[string]string
	findings map[string][]filter.Finding

	mu      sync.Mutex
	count   int
	pages   []*factsPage
	batches []*batch
}

// A Printer prints records as JSON, in two steps as an [inspect.Sink] takes them.
type Printer interface {
	Render(b []byte, s *inspect.Session) []byte
	Write(id int64, rendered []byte) error
	Flush() error
}

// factsPerPage is a power of two: pages are never moved, so that readers need
// no lock for what is in them.
const factsPerPage = 4096

type factsPage [factsPerPage]filter.Facts

// A batch of records is packed together, because neighbours are alike.
type batch struct {
	first int // the number of its first session
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
)

// NewStore gives an empty store. newPrinter gives a printer of JSON.
func NewStore(newPrinter func(io.Writer) Printer) *Store {
	st := &Store{
		changed:  make(chan struct{}, 1),
		names:    make(map[string]string),
		findings: make(map[string][]filter.Finding),
	}
	st.printer = newPrinter(&st.printed)
	return st
}

// headOctets is what stands before a rendering: the ticket, and the length of
// the text.
const headOctets = 8 + 4

// Render implements [inspect.Sink]: the text and the record, and a ticket for
// the facts, which keep nothing of the record but its strings.
func (st *Store) Render(b []byte, s *inspect.Session) []byte {
	facts := filter.FactsOf(s)
	ticket := st.tickets.Add(1)
	st.waiting.Store(ticket, &facts)
	start := len(b)
	b = binary.LittleEndian.AppendUint64(b, ticket)
	b = binary.LittleEndian.AppendUint32(b, 0)
	b = filter.Text(b, s)
	binary.LittleEndian.PutUint32(b[start+8:], uint32(len(b)-start-headOctets))
	return st.printer.Render(b, s)
}

// Session implements [inspect.Sink].
func (st *Store) Session(id int64, rendered []byte) error {
	ticket := binary.LittleEndian.Uint64(rendered)
	taken, _ := st.waiting.LoadAndDelete(ticket)
	facts := taken.(*filter.Facts)
	facts.ID = id
	facts.Strings(st.intern)
	facts.Findings = st.internFindings(facts.Findings)

	text := rendered[headOctets:][:binary.LittleEndian.Uint32(rendered[8:])]
	st.printed.Reset()
	if err := errors.Join(st.printer.Write(id, rendered[headOctets+len(text):]), st.printer.Flush()); err != nil {
		return err
	}

	last := st.openBatch()
	st.mu.Lock()
	defer st.mu.Unlock()
	last.records = append(last.records, st.printed.Bytes()...)
	last.texts = append(last.texts, text...)
	last.recordEnds = append(last.recordEnds, uint32(len(last.records)))
	last.textEnds = append(last.textEnds, uint32(len(last.texts)))
	if st.count%factsPerPage == 0 {
		st.pages = append(st.pages, new(factsPage))
	}
	st.pages[st.count/factsPerPage][st.count%factsPerPage] = *facts
	st.count++
	return nil
}

// Flush implements [inspect.Sink].
func (st *Store) Flush() error {
	select {
	case st.changed <- struct{}{}:
	default:
	}
	return nil
}

// openBatch is the batch that the next session goes into. A full one is packed.
func (st *Store) openBatch() *batch {
	if n := len(st.batches); n > 0 {
		last := st.batches[n-1]
		if len(last.recordEnds) < batchSessions && len(last.records)+len(last.texts) < batchOctets {
			return last
		}
		records := encoder().EncodeAll(last.records, nil)
		texts := encoder().EncodeAll(last.texts, nil)
		spare := batch{first: st.count, records: last.records[:0], texts: last.texts[:0]}
		st.mu.Lock()
		last.records, last.texts, last.packed = clipped(records), clipped(texts), true
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
		e, _ := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1), zstd.WithEncoderCRC(false))
		return e
	})
	decoder = sync.OnceValue(func() *zstd.Decoder {
		d, _ := zstd.NewReader(nil, zstd.WithDecoderConcurrency(2))
		return d
	})
)

// clipped gives b without room that it does not need.
func clipped(b []byte) []byte { return append(make([]byte, 0, len(b)), b...) }

// intern makes equal strings share their memory, and none with the record.
func (st *Store) intern(s *string) {
	if *s == "" {
		return
	}
	have, known := st.names[*s]
	if !known {
		have = strings.Clone(*s)
		st.names[have] = have
	}
	*s = have
}

func (st *Store) internFindings(list []filter.Finding) []filter.Finding {
	if len(list) == 0 {
		return nil
	}
	var key strings.Builder
	for i := range list {
		key.WriteString(list[i].ID)
		key.WriteByte(' ')
		key.WriteString(list[i].Severity)
		key.WriteByte('\n')
	}
	have, known := st.findings[key.String()]
	if !known {
		have = make([]filter.Finding, len(list))
		for i, f := range list {
			st.intern(&f.ID)
			st.intern(&f.Severity)
			have[i] = f
		}
		st.findings[key.String()] = have
	}
	return have
}

// A snapshot is what a store held at some time; it stays valid.
type snapshot struct {
	store *Store
	count int
	pages []*factsPage
}

func (st *Store) snapshot() snapshot {
	st.mu.Lock()
	defer st.mu.Unlock()
	return snapshot{store: st, count: st.count, pages: st.pages}
}

// at is session i; not to be changed.
func (s *snapshot) at(i int32) *filter.Facts {
	return &s.pages[i/factsPerPage][i%factsPerPage]
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

// of gives the part of session i.
func (u *unpacked) of(i int) []byte {
	at := i - u.first
	from := uint32(0)
	if at > 0 {
		from = u.ends[at-1]
	}
	return u.octets[from:u.ends[at]]
}

// holds tells that session i is in it.
func (u *unpacked) holds(i int) bool {
	return u.loaded && i >= u.first && i < u.first+len(u.ends)
}

// unpack fills u with the batch of session i: its records, or its texts.
func (st *Store) unpack(u *unpacked, i int) error {
	if u.holds(i) {
		return nil
	}
	st.mu.Lock()
	b := st.batches[st.batchOf(i)]
	octets, ends, packed := b.records, b.recordEnds, b.packed
	if u.texts {
		octets, ends = b.texts, b.textEnds
	}
	u.first, u.ends, u.loaded = b.first, ends, true
	if !packed { // still growing: a copy, because its memory will be used again
		u.buffer = append(u.buffer[:0], octets...)
		u.octets, u.ends = u.buffer, append([]uint32(nil), ends...)
		st.mu.Unlock()
		return nil
	}
	st.mu.Unlock()
	var err error
	u.buffer, err = decoder().DecodeAll(octets, u.buffer[:0])
	u.octets = u.buffer
	if err != nil {
		u.loaded = false
		return fmt.Errorf("unpack session: %w", err)
	}
	return nil
}

// heavyOctets is the size from which a batch takes too long to be unpacked
// between two frames.
const heavyOctets = 2 * batchOctets

// heavy tells that session i is in such a batch.
func (st *Store) heavy(i int) bool {
	st.mu.Lock()
	defer st.mu.Unlock()
	b := st.batches[st.batchOf(i)]
	return b.recordEnds[len(b.recordEnds)-1] > heavyOctets
}

func (st *Store) batchOf(i int) int {
	return sort.Search(len(st.batches), func(k int) bool { return st.batches[k].first > i }) - 1
}

// record is a session as it was.
func record(packed []byte) (*inspect.Session, error) {
	s := &inspect.Session{Session: new(smtpparse.Session)}
	if err := json.Unmarshal(packed, s); err != nil {
		return nil, fmt.Errorf("unpack session: %w", err)
	}
	return s, nil
}

// load gives session i. It may be called from any goroutine.
func (st *Store) load(i int) (*inspect.Session, error) {
	var u unpacked
	if err := st.unpack(&u, i); err != nil {
		return nil, err
	}
	return record(u.of(i))
}
