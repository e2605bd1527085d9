package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"math"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"golang.org/x/term"

	"smtpscope/capture"
	"smtpscope/inspect"
	"smtpscope/inventory"
	"smtpscope/report"
	"smtpscope/tui"
	"smtpscope/verdict"
)

// wantsScreens tells that the terminal UI is wanted and can be: by --format, or
// because there is a terminal to draw on and one to take keys from.
func (c *config) wantsScreens(stdin io.Reader, stdout io.Writer) bool {
	if c.format != "" {
		return c.format == "tui"
	}
	if c.report != "" {
		return false
	}
	if c.save == standardOutput || c.save != "" && !c.records() || c.log != "" || !isTerminal(stdout) || os.Getenv("TERM") == "dumb" {
		return false
	}
	return isTerminal(stdin) || hasTerminal()
}

func isTerminal(v any) bool {
	f, ok := v.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// hasTerminal tells that keys can be had though standard input is something else.
func hasTerminal() bool {
	tty, err := os.Open(controllingTerminal)
	if err != nil {
		return false
	}
	tty.Close()
	return true
}

// A reading is an inspection that goes on while the screens show what it found.
type reading struct {
	source    capture.Source
	inspector *inspect.Inspector
	notices   *notices
	began     time.Time
	// findings are those over several sessions, so far; nil where all is read before
	// anybody could look.
	findings func() (list []verdict.SummaryFinding, unlisted int64)

	mu      sync.Mutex
	soFar   soFar
	took    time.Duration
	ended   bool
	summary *inspect.Summary
	err     error
}

// screens shows the terminal UI while the source is read, and after.
func (c *config) screens(source capture.Source, out *outputs, stdout, stderr io.Writer) int {
	if !isTerminal(stdout) {
		complain(stderr, errors.New("--format tui: standard output is no terminal"))
		return exitUsage
	}
	keepMemory()
	store := tui.NewStore(func(w io.Writer) tui.Printer { return report.NewJSON(w) })
	judged := c.sink(&storeViewer{store})
	judged.recording = out.recording
	judged.filter = nil // the screens begin with it, and can undo it
	options := c.inspectOptions()
	options.Dismissed = c.dismisser(out.recording)
	if !c.repeatable() {
		// What comes as it is sent is shown as it comes; a file has been read before
		// anybody could look.
		options.OpenEvery = openEvery
	}
	if options.Shards == 0 {
		// One processor is left to the screens.
		options.Shards = min(max(runtime.GOMAXPROCS(0)-1, 1), 8)
	}
	inspector := inspect.New(source, options)
	r := &reading{source: source, inspector: inspector, notices: &c.notices, began: time.Now()}
	if options.OpenEvery > 0 {
		r.findings = judged.findings
	}
	var endMetrics func()
	judged.meter, endMetrics = c.serveMetrics(out.metrics, source, inspector, nil)
	defer endMetrics()
	over := make(chan struct{})
	go func() {
		defer close(over)
		summary, err := inspector.Run(judged)
		c.listened(summary, r.began)
		judged.summarize(summary)
		r.mu.Lock()
		r.took, r.ended, r.summary, r.err = time.Since(r.began), true, summary, err
		r.mu.Unlock()
		_ = store.Flush()
	}()

	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	c.signals.act(cancel, nil)
	err := tui.Run(ctx, stdout, c.screenOptions(store, r))
	whole := r.isOver()
	source.Close()
	<-over
	if err != nil {
		r.err = errors.Join(fmt.Errorf("terminal: %w", err), r.err)
	}
	if !whole && !c.live.wanted() && len(c.require) > 0 {
		fmt.Fprintf(stderr, "smtpscope: left before all was read: what is required was judged as far as that\n")
	}
	return c.conclude(judged, r.summary, out, r.err, stderr)
}

// openEvery is how often open sessions are shown anew, compareEvery how often it is
// looked at what sessions tell together: that goes through all that is known of them.
const (
	openEvery    = 200 * time.Millisecond
	compareEvery = 2 * time.Second
)

// soFar is what sessions told together at a time, and how many they were.
type soFar struct {
	at       time.Time
	sessions int64
	across   []verdict.Statement
	findings []verdict.SummaryFinding
}

// keepMemory takes away the limit for programs that only pass on what they read:
// with all that is kept here, the collector would run all the time.
func keepMemory() {
	if !memoryIsSet() {
		debug.SetMemoryLimit(math.MaxInt64)
	}
}

func (c *config) screenOptions(store *tui.Store, r *reading) tui.Options {
	sources := slices.Clone(c.names())
	for i, name := range sources {
		if name == "-" {
			sources[i] = "standard input"
		}
	}
	o := tui.Options{
		Sources: sources, Store: store, Progress: r.progress, Filter: c.filterText,
		Octets: c.octets, Save: c.saveSessions,
		Ports: c.rules.Ports, AutoPorts: c.rules.AnyPort, CaptureFilter: c.packetFilter, ShowSecrets: c.showSecrets, ASCII: c.ascii, NoColour: os.Getenv("NO_COLOR") != "",
		Formats: reportFormats, Reports: reportNames(),
		Report: func(name, which, format string, overwrite bool, sessions iter.Seq[*inspect.Session]) error {
			return c.writeReport(r.source, name, inventory.Report(which), format, overwrite, sessions)
		},
	}
	if c.theme != "auto" {
		o.Theme = c.theme
	}
	return o
}

func (r *reading) isOver() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.ended
}

// progress tells how far the reading has come.
func (r *reading) progress() tui.Progress {
	stats := r.source.Stats()
	p := tui.Progress{Packets: stats.Packets, Elapsed: time.Since(r.began), Now: r.inspector.Now(), Live: r.notices.live(&stats)}
	for _, in := range stats.Inputs {
		p.Read += in.Offset
		p.Size += in.Size
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.ended {
		p.Elapsed, p.Done, p.Summary, p.Err = r.took, true, r.summary, r.err
		return p
	}
	r.compare()
	p.Across, p.Findings = r.soFar.across, r.soFar.findings
	return p
}

// compare looks at what sessions tell together, if it is time to. The lock is held.
func (r *reading) compare() {
	sessions := r.inspector.Sessions()
	if r.findings == nil || sessions == r.soFar.sessions || time.Since(r.soFar.at) < compareEvery {
		return
	}
	findings, _ := r.findings()
	r.soFar = soFar{at: time.Now(), sessions: sessions, across: r.inspector.Across(), findings: findings}
}
