package tui

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"sync"
	"sync/atomic"

	"smtpscope/filter"
	"smtpscope/inspect"
)

// A Store keeps all sessions: of each the facts that lists are made of, as they
// are, and the whole record with its text, packed. Records live on only as
// copies. A session has one row from when it is first seen, which may be while it is
// open. The store is filled as an [inspect.Watcher], while others read.
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
	logins   map[string][]filter.NTLMLogin
	packing  []byte
	rows     map[int64]int32 // of open sessions, by their numbers
	stored   int32           // records in batches

	mu      sync.Mutex
	count   int
	pages   []*factsPage
	batches []*batch
	open    map[int32]*openRecord
	// news are the latest facts of rows that have changed, for takeNews.
	news map[int32]*filter.Facts
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

// A factsPage holds the facts of rows, which are replaced as a whole and never
// changed, and where their records are: the place in the order of the batches,
// or unstored. The places are guarded by the store's lock.
type factsPage struct {
	facts  [factsPerPage]atomic.Pointer[filter.Facts]
	places [factsPerPage]int32
}

// unstored is the place of a session that is open.
const unstored = -1

// NewStore gives an empty store. newPrinter gives a printer of JSON.
func NewStore(newPrinter func(io.Writer) Printer) *Store {
	st := &Store{
		changed:  make(chan struct{}, 1),
		names:    make(map[string]string),
		findings: make(map[string][]filter.Finding),
		logins:   make(map[string][]filter.NTLMLogin),
		rows:     make(map[int64]int32),
		open:     make(map[int32]*openRecord),
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
	facts, text, err := st.take(id, rendered)
	if err != nil {
		return err
	}
	facts.Strings(st.intern)
	facts.Findings = st.internFindings(facts.Findings)
	facts.NTLM = st.internLogins(facts.NTLM)
	last := st.openBatch()
	row, wasOpen := st.rows[id]
	delete(st.rows, id)
	st.mu.Lock()
	defer st.mu.Unlock()
	last.records = append(last.records, st.printed.Bytes()...)
	last.texts = append(last.texts, text...)
	last.recordEnds = append(last.recordEnds, uint32(len(last.records)))
	last.textEnds = append(last.textEnds, uint32(len(last.texts)))
	if wasOpen {
		st.renew(row, facts)
		delete(st.open, row)
	} else {
		row = st.add(facts)
	}
	*st.place(row) = st.stored
	st.stored++
	return nil
}

// take gives the facts and the text of a rendering; its record is in printed.
func (st *Store) take(id int64, rendered []byte) (facts *filter.Facts, text []byte, err error) {
	ticket := binary.LittleEndian.Uint64(rendered)
	taken, _ := st.waiting.LoadAndDelete(ticket)
	facts = taken.(*filter.Facts)
	facts.ID = id
	text = rendered[headOctets:][:binary.LittleEndian.Uint32(rendered[8:])]
	st.printed.Reset()
	return facts, text, errors.Join(st.printer.Write(id, rendered[headOctets+len(text):]), st.printer.Flush())
}

// add gives a session a row. The lock is held.
func (st *Store) add(facts *filter.Facts) int32 {
	if st.count%factsPerPage == 0 {
		st.pages = append(st.pages, new(factsPage))
	}
	row := int32(st.count)
	st.pages[row/factsPerPage].facts[row%factsPerPage].Store(facts)
	st.count++
	return row
}

// place is where the record of a row is. The lock is held.
func (st *Store) place(row int32) *int32 {
	return &st.pages[row/factsPerPage].places[row%factsPerPage]
}

// Flush implements [inspect.Sink].
func (st *Store) Flush() error {
	select {
	case st.changed <- struct{}{}:
	default:
	}
	return nil
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

// at is session i; not to be changed. An open session has other facts after the
// next call of set.
func (s *snapshot) at(i int32) *filter.Facts {
	return s.pages[i/factsPerPage].facts[i%factsPerPage].Load()
}

// set replaces the facts of a row.
func (s *snapshot) set(row int32, facts *filter.Facts) {
	s.pages[row/factsPerPage].facts[row%factsPerPage].Store(facts)
}
