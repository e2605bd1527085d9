package main

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"slices"

	"smtpscope/capture"
	"smtpscope/filter"
	"smtpscope/inspect"
	"smtpscope/inventory"
	"smtpscope/tlskeys"
	"smtpscope/tui"
	"smtpscope/verdict"
)

// repeatable tells that the inputs can be read a second time: records have no
// packets. Of an input that is missing, others will tell.
func (c *config) repeatable() bool {
	if c.live.wanted() {
		return false
	}
	for _, name := range c.inputs {
		if info, err := os.Stat(name); name == "-" || err == nil && !info.Mode().IsRegular() {
			return false
		}
	}
	return true
}

// keptPackets is how much is kept of packets that cannot be read a second time, in
// octets, while the screens may ask for them.
const keptPackets = 64 << 20

// errNotKept is what is said when packets were asked for too late.
var errNotKept = fmt.Errorf("the packets are not kept any more: of those that do not come from a file, the latest %d MB are (-w saves all)", keptPackets>>20)

// keep makes a source keep what the screens may ask for, if it cannot be read a
// second time.
func (c *config) keep(source capture.Source, screens bool) capture.Source {
	if !screens || c.repeatable() {
		return source
	}
	c.keeper = capture.Keep(source, keptPackets)
	return c.keeper
}

// dismisser tells those who hold packets which connections are no SMTP; nil if nobody
// does. Without it, what else is spoken on automatic ports takes the room of sessions.
func (c *config) dismisser(recording *capture.Recording) func(capture.Connection) {
	if c.keeper == nil && recording == nil {
		return nil
	}
	return func(k capture.Connection) {
		if c.keeper != nil {
			c.keeper.Dismiss(k)
		}
		if recording != nil {
			recording.Dismiss(k)
		}
	}
}

// reopen gives the packets of connections once more: it opens the inputs, or takes
// what was kept. lacking counts the connections that are not whole there.
func (c *config) reopen(connections []capture.Connection) (source capture.Source, lacking int, err error) {
	if c.keeper != nil {
		source, lacking = c.keeper.Again(connections)
		if lacking == len(connections) {
			return nil, lacking, errNotKept
		}
		return source, lacking, nil
	}
	source, err = capture.OpenFiles(c.inputs, capture.Options{Rules: c.rules, Open: c.openInput, MaxPackets: c.maxPackets})
	return source, 0, err
}

// copyPackets writes the packets of connections, what of Kerberos and DNS their
// verdicts rest on, and the secrets of those client randoms: so the file can be read
// as these were.
func (c *config) copyPackets(w io.Writer, source capture.Source, connections []capture.Connection, randoms []tlskeys.Random) (int64, error) {
	keylog := c.keylogOf(randoms)
	defer clear(keylog)
	return capture.SavePackets(w, source, connections, keylog, inspect.BesideOf(connections))
}

// create writes a file. It refuses to write over an input, and over another
// file unless that is wanted.
func (c *config) create(name string, overwrite bool, write func(io.Writer) error) error {
	flags := os.O_WRONLY | os.O_CREATE | os.O_EXCL
	if overwrite {
		flags = os.O_WRONLY | os.O_CREATE | os.O_TRUNC
	}
	f, err := c.openFile(name, flags)
	if err != nil {
		return err
	}
	return errors.Join(write(f), f.Close())
}

// octets reads what was said in a part of a session.
func (c *config) octets(r tui.OctetsRequest) ([]tui.Octets, error) {
	connection := connectionOf(r.Session)
	source, _, err := c.reopen([]capture.Connection{connection})
	if err != nil {
		return nil, err
	}
	defer source.Close()
	const limit = 8 << 20
	pieces, err := inspect.ReadOctets(source, c.inspectOptions(), connection, r.First, r.Last, limit)
	octets := make([]tui.Octets, len(pieces))
	for i, p := range pieces {
		octets[i] = tui.Octets(p)
	}
	return octets, err
}

func connectionOf(f *filter.Facts) capture.Connection {
	return capture.Connection{Client: f.Client, Server: f.Server, Start: f.Start, End: f.Start + int64(f.Duration)}
}

// saveSessions writes the packets of sessions into a file, and what opens their TLS.
func (c *config) saveSessions(name string, overwrite bool, sessions []*filter.Facts) (packets int64, lacking int, err error) {
	connections := make([]capture.Connection, len(sessions))
	var randoms []tlskeys.Random
	for i, f := range sessions {
		connections[i] = connectionOf(f)
		if random, ok := randomOf(f.ClientRandom); ok {
			randoms = append(randoms, random)
		}
	}
	source, lacking, err := c.reopen(connections)
	if err != nil {
		return 0, lacking, err
	}
	defer source.Close()
	err = c.create(name, overwrite, func(w io.Writer) error {
		packets, err = c.copyPackets(w, source, connections, randoms)
		return err
	})
	return packets, lacking, err
}

// reportFormats are those that the screens can write.
var reportFormats = []tui.Format{{Name: "text", Ext: ".txt"}, {Name: "json", Ext: ".jsonl"}, {Name: "markdown", Ext: ".md"}, {Name: "html", Ext: ".html"}, {Name: "csv", Ext: ".csv"}, {Name: "zeek", Ext: ".log", OnlySessions: true}}

// writeReport writes a report of sessions into a file.
func (c *config) writeReport(source capture.Source, name string, which inventory.Report, format string, overwrite bool, sessions iter.Seq[*inspect.Session]) error {
	return c.create(name, overwrite, func(w io.Writer) error {
		printer := newPrinter(w, format, which, c.textOptions(w))
		if err := printer.Begin(c.captureRecord(source)); err != nil {
			return err
		}
		shown := sink{viewer: printer, filter: new(filter.Filter)}
		docket := verdict.NewDocket()
		var rendered []byte
		for s := range sessions {
			docket.Add(s.Session, &s.Verdict)
			rendered = shown.Render(rendered[:0], s)
			if err := shown.Session(s.ID, rendered); err != nil {
				return err
			}
		}
		sum := shown.summaryOf(source)
		sum.Across = docket.Across()
		return printer.End(sum)
	})
}

// summaryOf tells of sessions that were written apart from the others.
func (s *sink) summaryOf(source capture.Source) *inspect.Summary {
	stats := source.Stats()
	sum := &inspect.Summary{Packets: stats.Packets, Bytes: stats.Bytes, Kept: stats.Kept, Warnings: []string{}}
	for _, in := range stats.Inputs {
		sum.Inputs = append(sum.Inputs, inspect.Input{Name: in.Name, Format: in.Format, Packets: in.Packets, Damage: slices.Clone(in.Damage), Links: []string{}})
	}
	s.fill(sum)
	s.addAcross(sum)
	return sum
}
