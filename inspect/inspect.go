// Package inspect joins the rooms: packets become connections, connections
// become sessions, sessions get their verdict. It is the one place that knows
// about shards, limits and progress. It prints nothing.
//
//	Source ─► Batch ─┬─► shard 0: assembler ─► parser ─► verdict ─┬─► collector ─► sink
//	                 └─► shard 1: assembler ─► parser ─► verdict ─┘
//
// Every shard sees every batch and takes the connections whose hash is its
// own. The collector waits for all shards at the end of each batch and puts
// what they finished in an order that does not depend on their number.
package inspect

import (
	"errors"
	"fmt"
	"io"
	"runtime"
	"sync/atomic"
	"time"

	"smtpscope/authtoken"
	"smtpscope/capture"
	"smtpscope/nearby"
	"smtpscope/smtpparse"
	"smtpscope/tlskeys"
	"smtpscope/verdict"
)

// Options steer an Inspector.
type Options struct {
	// Rules are those that the source selects packets by.
	Rules capture.Rules
	// ShowSecrets keeps credentials readable.
	ShowSecrets bool
	// Tickets opens Kerberos tickets; nil: they stay closed.
	Tickets authtoken.TicketOpener
	// Shards is the number of goroutines that follow connections; 0 means one
	// for each processor, at most 8.
	Shards int
	// Limits bound what connections may hold, over all shards together.
	Limits capture.Limits
	// SessionLimits bound what is kept of one session.
	SessionLimits smtpparse.Limits
	// KeptBytes bounds, about, the memory for what is kept of all open sessions;
	// 0 means DefaultKeptBytes. Beyond it, sessions that grow keep facts only.
	KeptBytes int
	// OpenEvery is how often, at most, a Watcher gets the sessions that are open,
	// in wall time; 0 means never.
	OpenEvery time.Duration
	// Keys open TLS; nil means those of the capture only. The capture's Decryption
	// Secrets Blocks are added to it.
	Keys *tlskeys.Store
	// KeysGrow tells that Keys follow a file that is being written: it is read again
	// from time to time, and what it may open later waits.
	KeysGrow bool
	// Notice is told, in words for the operator, what is wrong while the inspection
	// runs: a key log that cannot be read any more. It is called from within Run; nil
	// means nobody cares.
	Notice func(text string)
	// Dismissed is told which connections turned out to be no SMTP, and are followed no
	// further. It is called from several goroutines at once; nil means nobody cares.
	Dismissed func(capture.Connection)
	// RSAKeys open TLS whose key exchange is plain RSA. With them there is one shard.
	RSAKeys []*tlskeys.RSAKey

	keysGrow func() bool
}

// DefaultKeptBytes is room for some thousand sessions of the usual size.
const DefaultKeptBytes = 128 << 20

// A Sink takes the sessions, each when it has ended, in two steps: the shards,
// side by side, have it render what it wants of a session, and one goroutine
// hands it the renderings in order. So the work on a session stays where the
// session is at hand, and its memory serves the next one.
type Sink interface {
	// Render appends to b what the sink wants to know of a session. The session's
	// number is not known yet. The record and all that it refers to, strings
	// excepted, are valid only during the call: what is kept has to be copied.
	// Render is called from several goroutines at once.
	Render(b []byte, s *Session) []byte
	// Session takes what Render made of a session, and its number. The octets
	// are valid only during the call. An error ends the inspection.
	Session(id int64, rendered []byte) error
	// Flush comes after a run of sessions, before a wait for more packets.
	Flush() error
}

// A Watcher is a Sink that wants sessions before they end, too: see
// Options.OpenEvery. Render is then called for open sessions as well, which say
// so in their field Open. Only sessions with news come, those that changed last
// before the others when they are many: each has come as it is at last when its
// connection has been silent for a few rounds.
type Watcher interface {
	Sink
	// Open takes what Render made of a session that goes on, and the number that
	// it will have when it ends. The octets are valid only during the call.
	Open(id int64, rendered []byte) error
}

// An Inspector runs one inspection.
type Inspector struct {
	source  capture.Source
	options Options
	shards  []*shard
	results resultPool

	// beside is nil unless the rules want what is beside the connections.
	beside *beside

	sessions atomic.Int64
	// begun counts the sessions that have a number.
	begun   atomic.Int64
	present present
	// shown is when open sessions were last asked for.
	shown       time.Time
	secretsSeen atomic.Bool // of the capture
	refreshed   time.Time   // when the key log was looked at
	keyTrouble  string      // what was wrong with it, if that was said
}

// New prepares an inspection of the source.
func New(source capture.Source, o Options) *Inspector {
	if o.Shards <= 0 {
		o.Shards = min(runtime.GOMAXPROCS(0), 8)
	}
	if o.KeptBytes <= 0 {
		o.KeptBytes = DefaultKeptBytes
	}
	if len(o.RSAKeys) > 0 {
		o.Shards = 1 // what resumes a session needs what was seen of it in another connection
	}
	if o.Notice == nil {
		o.Notice = func(string) {}
	}
	if o.Keys == nil {
		o.Keys = tlskeys.NewStore()
	}
	in := &Inspector{source: source, options: o}
	if o.Rules.Beside {
		in.beside = newBeside()
	}
	in.options.keysGrow = in.keysGrow
	for i := range o.Shards {
		in.shards = append(in.shards, newShard(i, in.options, &in.results))
	}
	return in
}

// Sessions is the number of sessions that have been handed out so far. It may
// be called from any goroutine.
func (in *Inspector) Sessions() int64 { return in.sessions.Load() }

// Open is the number of sessions that go on. It may be called from any goroutine.
func (in *Inspector) Open() int64 {
	ended := in.sessions.Load() // first: it never overtakes the other
	return in.begun.Load() - ended
}

// Across says what the sessions that have ended so far tell together, as the summary
// says it of all. It may be called from any goroutine.
func (in *Inspector) Across() []verdict.Statement {
	all := verdict.NewDocket()
	for _, s := range in.shards {
		s.tallying.Lock()
		all.Merge(s.tally.docket)
		s.tallying.Unlock()
	}
	return all.Across()
}

// Run reads the source to its end and hands each session to the sink. The
// error is the source's, the sink's or an *InternalError; the summary is valid
// in any case and tells of what was read until then.
func (in *Inspector) Run(sink Sink) (*Summary, error) {
	if _, watches := sink.(Watcher); !watches {
		in.options.OpenEvery = 0
	}
	for _, s := range in.shards {
		s.options.OpenEvery = in.options.OpenEvery
		go s.run(sink)
	}
	collected := make(chan error, 1)
	failed := make(chan struct{})
	go func() { collected <- in.collect(sink, failed) }()

	readErr := in.dispatch(failed)
	for _, s := range in.shards {
		close(s.in)
	}
	errs := []error{<-collected, readErr}
	for _, s := range in.shards {
		errs = append(errs, s.err)
	}
	return in.summary(), errors.Join(errs...)
}

// dispatch hands every batch to every shard until the source or the sink ends.
func (in *Inspector) dispatch(failed <-chan struct{}) (err error) {
	defer func() {
		if panicked := caught(recover()); panicked != nil {
			err = panicked
		}
	}()
	for {
		batch, err := in.source.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read packets: %w", err)
		}
		in.addSecrets(batch.Secrets)
		in.refreshKeys()
		in.present.moved(batch.Clock)
		w := &work{batch: batch, open: in.openDue()}
		if in.beside != nil {
			w.view = in.beside.read(batch)
		}
		w.pending.Store(int32(len(in.shards)))
		for _, s := range in.shards {
			select {
			case s.in <- w:
			case <-failed:
				// Nobody is left to take the results; the source's memory goes with it.
				return nil
			}
		}
	}
}

// openDue tells that it is time to show the open sessions. The clock is only what
// sets it off: the times in sessions are those of packets.
func (in *Inspector) openDue() bool {
	if in.options.OpenEvery == 0 {
		return false
	}
	now := time.Now()
	if now.Sub(in.shown) < in.options.OpenEvery {
		return false
	}
	in.shown = now
	return true
}

// work is a batch on its way through all shards.
type work struct {
	batch *capture.Batch
	open  bool // open sessions are to be shown
	// view is of what was said beside the connections, until the batch's end.
	view    nearby.View
	pending atomic.Int32
}

// done is called by each shard once; the last one releases the batch.
func (w *work) done() {
	if w.pending.Add(-1) == 0 {
		w.batch.Release()
	}
}
