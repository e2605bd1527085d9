package capture

import (
	"errors"
	"fmt"
	"os"
	"sync"
	"time"
)

// RecordOptions say how packets are saved while they are read.
type RecordOptions struct {
	// Name is the file that is being written.
	Name string
	// Create makes the file; what was in it goes. nil means os.Create.
	Create func(name string) (*os.File, error)
	// RotateSize is the size in octets at which the file is complete, and
	// another one begins; 0 means never. The file in which that happens is longer
	// by what came in the same moment.
	RotateSize int64
	// RotateFiles is how many complete files are kept; 0 means all.
	RotateFiles int
	// Hold is how many octets of packets may be held back until Decide says
	// whether they are wanted; 0 means that all are, and none are held.
	Hold int64
	// KeepAll makes that all packets are saved, whatever is decided: they are held
	// only so that the keys of their session come before them. Wireshark opens
	// nothing by keys that come later. What there is no room for is saved at once.
	KeepAll bool
	// Idle is how long packets are held of a connection that is silent, and Behind how
	// many batches more: so many may be read before what one brings about is decided.
	Idle   time.Duration
	Behind int
	// Beside tells which packets of Batch.Beside belong to a connection, where it is
	// decided what is saved: the latest are held, up to the 32nd part of Hold. nil:
	// none do. Where all is saved, they are saved as they come.
	Beside func(Connection) func(*Packet) bool
	// Full tells that an error of a file is that of a disk without room.
	Full func(error) bool
	// Notice is told, in words for the operator, what happens to the files. It may
	// be called from any goroutine.
	Notice func(text string)
}

// RecordStats is what became of the packets of a Recording.
type RecordStats struct {
	// Saved counts packets written, Lost those for which the disk had no room, or
	// that came after another error.
	Saved, Lost int64
	// GivenUp counts the connections that were wanted and are missing, because
	// more was held than RecordOptions.Hold.
	GivenUp int64
}

// A Recording is a Source that saves, as pcapng, the packets that pass through.
//
// What is in the file is whole at any moment: it ends with a block. A complete
// file is renamed (trace.pcapng becomes trace-00001.pcapng); each begins with its
// own section and interfaces. A connection that goes on then is in both.
//
// Packets of connections that were decided upon (see Decide) come connection by
// connection, each after its keys and in one file with them, not in the order of
// their times. What Kerberos and DNS said beside them is in front of them.
type Recording struct {
	Source
	options RecordOptions

	mu   sync.Mutex
	file recordFile
	held heldTraffic
	// clocks are those of the last batches, as many as nothing may be decided of yet.
	clocks []int64
	err    error // the first that is not a full disk
}

// Record begins to save the packets of a source.
func Record(from Source, o RecordOptions) (*Recording, error) {
	if o.Create == nil {
		o.Create = os.Create
	}
	if o.Notice == nil {
		o.Notice = func(string) {}
	}
	if o.Full == nil {
		o.Full = func(error) bool { return false }
	}
	r := &Recording{Source: from, options: o}
	var save func(*Packet)
	if o.KeepAll {
		save = func(p *Packet) { r.note(r.file.packet(p)) }
	}
	r.held.connections = newHeldPackets(o.Hold, save)
	if o.Beside != nil && !o.KeepAll {
		r.held.beside.limit = o.Hold / besideShare
	}
	r.file.options = &r.options
	if err := r.file.begin(); err != nil {
		return nil, err
	}
	return r, nil
}

// Next implements Source. Whatever becomes of the file, packets go on.
func (r *Recording) Next() (*Batch, error) {
	batch, err := r.Source.Next()
	if err != nil {
		return batch, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := range batch.Secrets {
		r.note(r.file.secret(batch.Secrets[i].Type, batch.Secrets[i].Data))
	}
	for p := range inOrder(batch) {
		if r.options.Hold <= 0 || r.options.KeepAll && p.lane == laneBeside {
			r.note(r.file.packet(p))
			continue
		}
		r.held.add(p)
	}
	r.expire(batch)
	r.note(r.file.flush())
	return batch, nil
}

// expire lets go of what has been silent for too long: nobody will decide upon it.
func (r *Recording) expire(batch *Batch) {
	if r.clocks = append(r.clocks, batch.Clock); len(r.clocks) <= r.options.Behind {
		return
	}
	if before := r.clocks[0] - int64(r.options.Idle); before >= batch.Leap.To {
		r.held.connections.expire(before)
	}
	r.clocks = r.clocks[1:]
}

// Decide says of a connection that has ended whether its packets are saved.
func (r *Recording) Decide(c Connection, wanted bool) {
	if r.options.Hold <= 0 {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	packets, keys := r.held.connections.take(c, wanted)
	if !wanted && !r.options.KeepAll {
		return
	}
	if len(packets) > 0 && r.options.Beside != nil {
		beside := r.held.beside.take(c.Client.Addr(), r.options.Beside(c))
		for i := range beside {
			r.note(r.file.packet(&beside[i]))
		}
	}
	if len(packets) > 0 {
		r.note(r.file.describe(&packets[0]))
	}
	for _, k := range keys {
		r.note(r.file.secret(SecretTLSKeyLog, k))
	}
	for i := range packets {
		r.note(r.file.packet(&packets[i]))
	}
	r.note(r.file.flush())
}

// Dismiss says of a connection that nobody will decide upon it: nothing of it is held
// any more. It may be called from any goroutine.
func (r *Recording) Dismiss(c Connection) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.held.connections.dismiss(c)
}

// besideShare is the part of what may be held that is for packets beside the
// connections: each decision looks at them all.
const besideShare = 32

// Keys saves lines of an NSS key log, those of one connection, beside its
// packets: at once, or when it is decided that they are wanted.
func (r *Recording) Keys(c Connection, lines []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.options.Hold > 0 {
		r.held.connections.keys(c, lines)
		return
	}
	r.note(r.file.secret(SecretTLSKeyLog, lines))
	r.note(r.file.flush())
}

// note keeps the first error and tells it. What was written before is a whole file.
func (r *Recording) note(err error) {
	if err != nil && r.err == nil {
		r.err = err
		r.options.Notice(fmt.Sprintf("packets are not saved any more: %v", err))
		r.file.abandon()
	}
}

// Finish ends the files. Its error is the first one met; a full disk is none.
func (r *Recording) Finish() (RecordStats, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for e := r.held.connections.order.Front(); r.options.KeepAll && e != nil; e = r.held.connections.order.Front() {
		r.held.connections.undecided(e)
	}
	r.note(r.file.end())
	stats := r.file.stats
	stats.GivenUp = r.held.connections.givenUp
	return stats, r.err
}

// errTooLong is a secret that no block can hold.
var errTooLong = errors.New("key log too long for a block")
