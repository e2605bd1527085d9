package main

import (
	"os"
	"path/filepath"
	"testing"

	"smtpscope/capture"
)

// A listener keeps what was said on each connection, by capture.Dir, in the order
// in which connections end.
type listener struct {
	open map[*capture.Conn]*[2][]byte
	said [][2][]byte
	// counts sums up both sides of all connections.
	counts capture.DirCount
	gaps   int
	stats  capture.AssemblyStats
}

// Chunk implements capture.Handler.
func (l *listener) Chunk(c *capture.Chunk) {
	said := l.open[c.Conn]
	switch c.Kind {
	case capture.Open:
		l.open[c.Conn] = &[2][]byte{}
	case capture.Data:
		said[c.Dir] = append(said[c.Dir], c.Data...)
	case capture.Gap:
		l.gaps++
	case capture.Close:
		delete(l.open, c.Conn)
		l.said = append(l.said, *said)
		for _, n := range c.Conn.Count {
			l.counts.Retransmitted += n.Retransmitted
			l.counts.OutOfOrder += n.OutOfOrder
			l.counts.Conflicts += n.Conflicts
		}
	}
}

// listen reads a capture up to its connections.
func listen(t *testing.T, data []byte) *listener {
	t.Helper()
	name := filepath.Join(t.TempDir(), "generated")
	if err := os.WriteFile(name, data, 0o600); err != nil {
		t.Fatal(err)
	}
	l := &listener{open: map[*capture.Conn]*[2][]byte{}}
	var err error
	if l.stats, err = assemble(name, l, smtpRules); err != nil {
		t.Fatal(err)
	}
	return l
}
