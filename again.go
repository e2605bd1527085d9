package main

import (
	"errors"
	"io"
	"iter"
	"os"
	"slices"

	"smtpscope/capture"
	"smtpscope/filter"
	"smtpscope/inspect"
	"smtpscope/inventory"
	"smtpscope/nearby"
	"smtpscope/tlskeys"
	"smtpscope/tui"
)

// repeatable tells that the inputs can be read a second time: records do not
// keep packets. Of an input that is missing, others will tell.
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

// reopen opens the inputs once more.
func (c *config) reopen() (capture.Source, error) {
	return capture.OpenFiles(c.inputs, capture.Options{Rules: c.rules, Open: c.openInput, MaxPackets: c.maxPackets})
}

// savePackets writes the packets of connections into a file, and the secrets of those
// whose TLS was opened, by their client randoms: so the file can be read as these
// were.
func (c *config) savePackets(name string, overwrite bool, connections []capture.Connection, randoms []tlskeys.Random) (packets int64, err error) {
	err = c.create(name, overwrite, func(w io.Writer) error {
		packets, err = c.copyPackets(w, connections, randoms)
		return err
	})
	return packets, err
}

// copyPackets reads the inputs once more and writes the packets of connections, what
// of Kerberos and DNS their verdicts rest on, and the secrets of those client randoms.
func (c *config) copyPackets(w io.Writer, connections []capture.Connection, randoms []tlskeys.Random) (int64, error) {
	source, err := c.reopen()
	if err != nil {
		return 0, err
	}
	defer source.Close()
	keylog := c.keylogOf(randoms)
	defer clear(keylog)
	return capture.SavePackets(w, source, connections, keylog, besideOf(connections))
}

// besideOf says which packets of Kerberos and DNS belong to connections.
func besideOf(connections []capture.Connection) func(*capture.Packet) bool {
	keeper := nearby.NewKeeper()
	for _, c := range connections {
		keeper.Add(nearby.Where{Client: c.Client.Addr(), Server: c.Server.Addr(), Start: c.Start, Before: c.End})
	}
	return func(p *capture.Packet) bool {
		if d, ok := p.Datagram(); ok {
			return keeper.Datagram(p.Time, d.Source, d.Destination, d.Payload)
		}
		_, source, destination := p.Signal()
		return keeper.Segment(p.Time, source, destination)
	}
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
	source, err := c.reopen()
	if err != nil {
		return nil, err
	}
	defer source.Close()
	const limit = 8 << 20
	pieces, err := inspect.ReadOctets(source, c.inspectOptions(), connectionOf(r.Session), r.First, r.Last, limit)
	octets := make([]tui.Octets, len(pieces))
	for i, p := range pieces {
		octets[i] = tui.Octets(p)
	}
	return octets, err
}

func connectionOf(f *filter.Facts) capture.Connection {
	return capture.Connection{Client: f.Client, Server: f.Server, Start: f.Start, End: f.Start + int64(f.Duration)}
}

// saveSessions writes the packets of sessions into a file.
func (c *config) saveSessions(name string, overwrite bool, sessions []*filter.Facts) (int64, error) {
	connections := make([]capture.Connection, len(sessions))
	var randoms []tlskeys.Random
	for i, f := range sessions {
		connections[i] = connectionOf(f)
		if random, ok := randomOf(f.ClientRandom); ok {
			randoms = append(randoms, random)
		}
	}
	return c.savePackets(name, overwrite, connections, randoms)
}

// reportFormats are those that the screens can write.
var reportFormats = []tui.Format{{Name: "text", Ext: ".txt"}, {Name: "json", Ext: ".jsonl"}, {Name: "markdown", Ext: ".md"}, {Name: "html", Ext: ".html"}, {Name: "csv", Ext: ".csv"}, {Name: "zeek", Ext: ".log", OnlySessions: true}}

// reportNames are the reports that the screens can write.
func reportNames() []string {
	var names []string
	for _, r := range inventory.Reports {
		names = append(names, string(r))
	}
	return names
}

// writeReport writes a report of sessions into a file.
func (c *config) writeReport(source capture.Source, name string, which inventory.Report, format string, overwrite bool, sessions iter.Seq[*inspect.Session]) error {
	return c.create(name, overwrite, func(w io.Writer) error {
		printer := newPrinter(w, format, which, c.textOptions(w))
		if err := printer.Begin(c.captureRecord(source)); err != nil {
			return err
		}
		shown := sink{viewer: printer, filter: new(filter.Filter)}
		var rendered []byte
		for s := range sessions {
			rendered = shown.Render(rendered[:0], s)
			if err := shown.Session(s.ID, rendered); err != nil {
				return err
			}
		}
		return printer.End(shown.summaryOf(source))
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
