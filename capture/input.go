package capture

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"slices"
	"sync"
	"sync/atomic"
)

// A format knows the records of one file format. It takes them off the window
// of its input.
type format interface {
	// records takes records off the window and puts those that are wanted
	// into out, until the window ends, or a packet's time is after limit.
	records(out *batch, limit int64) status
	// absurdity words what is wrong with the record at the window's front,
	// after records returned astray.
	absurdity() string
	// plausible looks for records at the front of b. It returns 0 if there are
	// some, a negative number if not, else how many octets it takes to tell;
	// never that if b is the last of the input.
	plausible(b []byte, last bool) int
	// cut words what is missing at the end of an input that ends in the middle
	// of a record.
	cut() string
}

// A status says why a format took no more records.
type status uint8

const (
	hungry  status = iota // window.need octets are needed, or the batch is to end
	limited               // the next packet is after the limit; input.head is its time
	astray                // the record at the window's front makes no sense
	another               // another file begins where a record was awaited
	ended                 // nothing more can be read
	found                 // a good record is at the window's front
	quiet                 // nothing comes for the time being
)

// A phase says what an input expects next.
type phase uint8

const (
	expectRecord phase = iota // the window begins with a record
	searchRecord              // records begin somewhere ahead, perhaps
)

// maxSkip bounds how far from an absurd record the next good one is looked for.
const maxSkip = 1 << 20

// maxLikelyLen bounds the captured length of records that are believed while
// looking for them: the greatest snap length of tcpdump and Wireshark.
const maxLikelyLen = 256 << 10

// maxDamage bounds InputStats.Damage.
const maxDamage = 16

// maxLinks bounds InputStats.Links: a hostile file may have as many as interfaces.
const maxLinks = 256

// An input is one of the files, pipes or streams that a source reads.
type input struct {
	window window
	format format
	tally  *tally
	// order is its place among the inputs of the source.
	order int
	// head is the time of the next packet, at that of the last one; packets
	// counts them.
	head, at int64
	packets  int64
	// phase says what is awaited. While the search for a good record is on,
	// lost words what made no sense, and skipped counts the octets passed.
	phase   phase
	lost    string
	skipped int

	inlet   *inlet
	counted atomic.Int64 // packets, for other goroutines

	mu    sync.Mutex
	stats InputStats
}

// read takes records until one is later than limit (limited), more octets are
// needed or the batch is to end (hungry), or the input has nothing more to give (ended).
func (in *input) read(out *batch, limit int64) status {
	for {
		if in.phase == searchRecord {
			if end := in.search(); end != found {
				return end
			}
		}
		switch end := in.format.records(out, limit); end {
		case astray:
			in.phase, in.lost, in.skipped = searchRecord, in.format.absurdity(), 1
			in.window.pos++
		case another:
			in.damaged("another file begins at offset %d", in.window.offset())
			f := newPcapFile(in)
			if f == nil {
				in.close()
				return ended
			}
			in.format = f
		default:
			return end
		}
	}
}

// more reads from the input until read can go on (found), nothing comes (quiet)
// or the input ends.
func (in *input) more() status {
	w := &in.window
	for w.lacks() {
		if w.err == nil && in.inlet.quiet() {
			return quiet
		}
		if w.read() {
			continue
		}
		// A search can go on at the end: it then takes the last octets as they are.
		if in.phase == searchRecord && len(w.unread()) > 0 {
			return found
		}
		return ended
	}
	return found
}

// search looks for the next record that makes sense. It returns found, hungry
// or ended.
func (in *input) search() status {
	w := &in.window
	for ; in.skipped <= maxSkip && w.pos < w.end; in.skipped++ {
		need := in.format.plausible(w.unread(), w.err != nil)
		if need == 0 {
			in.damaged("%s; %d bytes skipped", in.lost, in.skipped)
			in.phase = expectRecord
			return found
		}
		if need > 0 {
			w.need = need
			return hungry
		}
		w.pos++
	}
	if in.skipped <= maxSkip && w.err == nil {
		w.need = 1
		return hungry
	}
	in.finish()
	return ended
}

// finish says how the input ended, and closes it.
func (in *input) finish() {
	w := &in.window
	switch {
	case w.err == nil, w.err == io.EOF, errors.Is(w.err, fs.ErrClosed):
	case errors.Is(w.err, io.ErrUnexpectedEOF):
		in.damaged("cut short in the compressed data")
	default:
		in.damaged("read error: %s", reason(w.err))
	}
	switch read := in.inlet.offset.Load(); {
	case errors.Is(w.err, fs.ErrClosed): // by the operator
	case in.phase == searchRecord:
		in.damaged("%s; the rest is not read", in.lost)
	case len(w.unread()) > 0:
		in.damaged("%s", in.format.cut())
	case w.err == io.EOF && in.inlet.named && read < in.stats.Size:
		in.damaged("cut short while being read (%d of %d bytes)", read, in.stats.Size)
	}
	in.close()
}

// reason leaves out of an error the path, which whoever prints it knows.
func reason(err error) string {
	var pathError *fs.PathError
	if errors.As(err, &pathError) {
		err = pathError.Err
	}
	return err.Error()
}

// close ends the input. It belongs to the goroutine that reads.
func (in *input) close() {
	in.window.close()
	in.inlet.close()
}

// damaged notes what is wrong with the input.
func (in *input) damaged(format string, args ...any) {
	in.mu.Lock()
	defer in.mu.Unlock()
	if len(in.stats.Damage) < maxDamage {
		in.stats.Damage = append(in.stats.Damage, fmt.Sprintf(format, args...))
	}
}

// appeared notes the link type of an interface.
func (in *input) appeared(link LinkType) {
	in.mu.Lock()
	defer in.mu.Unlock()
	if len(in.stats.Links) < maxLinks && !slices.Contains(in.stats.Links, link) {
		in.stats.Links = append(in.stats.Links, link)
	}
}

// snapshot returns the input's statistics; from any goroutine.
func (in *input) snapshot() InputStats {
	in.mu.Lock()
	defer in.mu.Unlock()
	st := in.stats
	st.Links, st.Damage = slices.Clone(st.Links), slices.Clone(st.Damage)
	st.Offset, st.Packets = in.inlet.offset.Load(), in.counted.Load()
	return st
}

// noLimit and headOnly are limits for records: all packets, and none.
const (
	noLimit  = math.MaxInt64
	headOnly = math.MinInt64
)
