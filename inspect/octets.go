package inspect

import (
	"errors"
	"fmt"
	"io"

	"smtpscope/capture"
	"smtpscope/tlsparse"
)

// A Piece is octets that one frame brought to one direction of a connection.
type Piece struct {
	// From is "client" or "server".
	From  string
	Frame int64
	Data  []byte
	// Decrypted tells that they are what a TLS record held that ended in the frame;
	// the records themselves are pieces, too.
	Decrypted bool
}

// ReadOctets reads a source until it has what was said in the frames from first
// to last of a connection, at most limit octets of it, and as many of what its TLS
// held where the options have the keys. A session's record does not keep the
// octets: who wants to see them reads the capture again.
func ReadOctets(source capture.Source, o Options, of capture.Connection, first, last int64, limit int) ([]Piece, error) {
	r := &octetReader{of: of, first: first, last: last, room: limit, plainRoom: limit}
	// The connection is followed as a session is, because where its TLS begins is
	// said in its SMTP.
	o.Shards = 1
	r.shard = newShard(0, o, new(resultPool))
	r.shard.tunnel.tap = r.plaintext
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
		assembler.Leapt(batch.Leap)
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
	// room is for what was on the wire, plainRoom for what was in its TLS.
	room, plainRoom int
	pieces          []Piece
	shard           *shard
	conversation    *conversation
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
	switch c.Kind {
	case capture.Open:
		r.conversation = r.shard.newConversation(c)
	case capture.Close:
		if r.conversation != nil {
			r.conversation.closeTLS(c)
		}
		r.done = true
	default:
		r.conversation.chunk(c)
		r.wire(c)
	}
}

// wire takes what was on the wire. The conversation has set it right by now if the
// client was guessed wrongly.
func (r *octetReader) wire(c *capture.Chunk) {
	if c.Kind != capture.Data {
		return
	}
	if c.Frame > r.last {
		r.beyond[c.Dir] = true
		r.done = r.done || r.beyond[0] && r.beyond[1]
	}
	r.add(&r.room, Piece{From: c.Dir.String(), Frame: c.Frame}, c.Data)
}

// plaintext takes what was in a TLS record.
func (r *octetReader) plaintext(dir tlsparse.Dir, at tlsparse.Mark, data []byte) {
	r.add(&r.plainRoom, Piece{From: dir.String(), Frame: at.Frame, Decrypted: true}, data)
}

// add keeps a piece that is of the wanted frames, as far as there is room.
func (r *octetReader) add(room *int, p Piece, data []byte) {
	if p.Frame < r.first || p.Frame > r.last || *room == 0 {
		return
	}
	p.Data = append([]byte(nil), data[:min(len(data), *room)]...)
	*room -= len(p.Data)
	r.pieces = append(r.pieces, p)
}
