package main

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"

	"smtpscope/capture"
)

// readTemplates takes the whole sessions of all captures in a folder.
func readTemplates(folder string) ([]template, error) {
	var names []string
	for _, pattern := range []string{"*.pcap", "*.pcapng", "*.pcap.gz"} {
		found, err := filepath.Glob(filepath.Join(folder, pattern))
		if err != nil {
			return nil, err
		}
		names = append(names, found...)
	}
	slices.Sort(names)
	var all []template
	for _, name := range names {
		t, err := readSessions(name)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		all = append(all, t...)
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("no sessions in %s: -from names a folder of captures", folder)
	}
	return all, nil
}

// smtpRules are the ports of servers whose sessions are taken.
var smtpRules = capture.Rules{Ports: []uint16{24, 25, 465, 587, 2525}}

func readSessions(name string) ([]template, error) {
	r := &recorder{open: map[*capture.Conn]*template{}}
	_, err := assemble(name, r, smtpRules)
	return r.done, err
}

// assemble hands the connections of a capture to the handler, and what is beside
// them to one that records exchanges.
func assemble(name string, to capture.Handler, rules capture.Rules) (capture.AssemblyStats, error) {
	src, err := capture.OpenFiles([]string{name}, capture.Options{Rules: rules})
	if err != nil {
		return capture.AssemblyStats{}, err
	}
	defer src.Close()
	asm := capture.NewAssembler(to, rules, capture.DefaultLimits())
	for {
		b, err := src.Next()
		if errors.Is(err, io.EOF) {
			asm.Flush(0)
			return asm.Stats(), nil
		}
		if err != nil {
			return asm.Stats(), err
		}
		for i := range b.Packets {
			asm.Packet(&b.Packets[i])
		}
		for i := range b.Beside {
			to.(*exchanges).datagram(&b.Beside[i])
		}
		b.Release()
	}
}

// A recorder turns chunks into templates. Sessions that are not whole are left out.
type recorder struct {
	open map[*capture.Conn]*template
	done []template
}

// Chunk implements capture.Handler.
func (r *recorder) Chunk(c *capture.Chunk) {
	t := r.open[c.Conn]
	switch c.Kind {
	case capture.Open:
		if c.Conn.Handshake == capture.HandshakeSYNACK {
			r.open[c.Conn] = &template{port: c.Conn.Server.Port()}
		}
	case capture.Data:
		if t != nil {
			t.add(c.Dir, c.Data)
		}
	case capture.Gap:
		delete(r.open, c.Conn)
	case capture.Close:
		if t != nil && len(t.turns) > 0 {
			t.reset, t.resetBy = c.Reason == capture.ClosedByRST, c.Dir
			r.done = append(r.done, *t)
		}
		delete(r.open, c.Conn)
	}
}
