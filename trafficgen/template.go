package main

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"smtpscope/capture"
)

// A template is one recorded session, ready to be played again.
type template struct {
	port  uint16
	turns []turn
}

// A turn is what one side sends before the other speaks.
type turn struct {
	dir  capture.Dir
	data []byte
}

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
		return nil, fmt.Errorf("no sessions in %s", folder)
	}
	return all, nil
}

func readSessions(name string) ([]template, error) {
	rules := capture.Rules{Ports: []uint16{24, 25, 465, 587, 2525}}
	src, err := capture.OpenFiles([]string{name}, capture.Options{Rules: rules})
	if err != nil {
		return nil, err
	}
	defer src.Close()
	rec := &recorder{open: map[*capture.Conn]*template{}}
	asm := capture.NewAssembler(rec, rules, capture.DefaultLimits())
	for {
		b, err := src.Next()
		if errors.Is(err, io.EOF) {
			asm.Flush(0)
			return rec.done, nil
		}
		if err != nil {
			return nil, err
		}
		for i := range b.Packets {
			asm.Packet(&b.Packets[i])
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
			r.done = append(r.done, *t)
		}
		delete(r.open, c.Conn)
	}
}

func (t *template) add(dir capture.Dir, data []byte) {
	if n := len(t.turns); n > 0 && t.turns[n-1].dir == dir {
		t.turns[n-1].data = append(t.turns[n-1].data, data...)
		return
	}
	t.turns = append(t.turns, turn{dir, []byte(strings.Clone(string(data)))})
}
