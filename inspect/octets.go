package inspect

import (
	"errors"
	"fmt"
	"io"

	"smtpscope/capture"
)

// A Piece is octets that one frame brought to one direction of a connection.
type Piece struct {
	// From is "client" or "server".
	From  string
	Frame int64
	Data  []byte
}

// ReadOctets reads a source until it has what was said in the frames from first
// to last of a connection, at most limit octets of it. A session's record does
// not keep the octets: who wants to see them reads the capture again.
func ReadOctets(source capture.Source, o Options, of capture.Connection, first, last int64, limit int) ([]Piece, error) {
	r := &octetReader{of: of, first: first, last: last, room: limit}
	assembler := capture.NewAssembler(r, o.Rules, o.Limits)
	clock := int64(0)
	for !r.done {
		batch, err := source.Next()
		if errors.Is(err, io.EOF) {
			assembler.Flush(clock)
			break
		}
		if err != nil {
			return nil, fmt.Errorf("read packets: %w", err)
		}
		for i := range batch.Packets {
			if p := &batch.Packets[i]; p.Time >= of.Start {
				assembler.Packet(p)
			}
		}
		clock = batch.Clock
		assembler.Advance(clock)
		batch.Release()
	}
	return r.pieces, nil
}

type octetReader struct {
	of          capture.Connection
	first, last int64
	room        int
	pieces      []Piece
	// beyond tells of each direction that it has come beyond the last frame.
	beyond [2]bool
	done   bool
}

// Chunk implements capture.Handler.
func (r *octetReader) Chunk(c *capture.Chunk) {
	conn := c.Conn
	straight := conn.Client == r.of.Client && conn.Server == r.of.Server
	turned := conn.Client == r.of.Server && conn.Server == r.of.Client
	if !straight && !turned || conn.Start < r.of.Start || conn.Start > r.of.End {
		conn.Ignore()
		return
	}
	switch {
	case c.Kind == capture.Close:
		r.done = true
	case c.Kind != capture.Data:
	case c.Frame > r.last:
		r.beyond[c.Dir] = true
		r.done = r.done || r.beyond[0] && r.beyond[1]
	case c.Frame >= r.first && r.room > 0:
		from := c.Dir
		if turned { // the client was guessed wrongly, and nobody set it right here
			from = from.Reverse()
		}
		data := append([]byte(nil), c.Data[:min(len(c.Data), r.room)]...)
		r.room -= len(data)
		r.pieces = append(r.pieces, Piece{From: from.String(), Frame: c.Frame, Data: data})
	}
}
