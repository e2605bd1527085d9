package main

import (
	"encoding/binary"
	"io"
	"math/rand/v2"
	"slices"
)

// flushSize is how much is written at once.
const flushSize = 1 << 20

// A wire writes packets as one capture, in place in its buffer, and does to them
// what the faults say. Errors of the writer stay in err.
type wire struct {
	to     io.Writer
	format format
	faults faults
	source *rand.PCG
	rng    *rand.Rand

	buf     []byte
	start   int   // of the record begun, in buf
	flushed int64 // octets before buf
	micros  int64 // of now, since startTime
	sent    int64 // packets, the lost ones included
	octets  int64 // of those, without what the format puts around them
	packets int64 // written
	late    late
	err     error
}

func newWire(to io.Writer, f format, seed uint64, faults faults) *wire {
	w := &wire{to: to, format: f, faults: faults, source: rand.NewPCG(seed, 0), late: newLate()}
	w.rng = rand.New(w.source)
	w.buf = f.header(make([]byte, 0, flushSize+flushSize/4))
	return w
}

// written is the number of octets of the capture so far.
func (w *wire) written() int64 { return w.flushed + int64(len(w.buf)) }

// begin begins a packet: the caller appends it to what it gets, and gives that
// to end.
func (w *wire) begin() []byte {
	w.start = len(w.buf)
	return w.format.begin(w.buf)
}

// endTCP ends a packet that is a TCP segment, whose checksum it fills in.
func (w *wire) endTCP(b []byte) {
	checksumTCP(b[w.start+w.format.before():])
	w.end(b)
}

// end lets time pass and the packet meet its fate.
func (w *wire) end(b []byte) {
	w.sent++
	w.micros += int64(w.rng.IntN(8))
	w.buf = b
	packet := b[w.start+w.format.before():]
	w.octets += int64(len(packet))
	fate := w.rng.Float64() - w.faults.loss
	if fate < 0 {
		w.buf = b[:w.start]
		w.endTurn()
		return
	}
	if fate -= w.faults.reorder; fate < 0 && w.late.hold(packet, w.whenLate()) {
		w.buf = b[:w.start]
		w.endTurn()
		return
	}
	w.finish()
	if fate >= 0 && fate < w.faults.duplicate {
		w.duplicate(packet)
	}
	w.endTurn()
}

// whenLate says when a late packet comes: far enough to land behind later ones
// of its own connection.
func (w *wire) whenLate() int64 { return w.sent + 1 + int64(w.rng.IntN(max(w.faults.late, 1))) }

// duplicate writes a packet that was just written once more, at once or later.
func (w *wire) duplicate(packet []byte) {
	if w.rng.Uint32()&1 == 0 || !w.late.hold(packet, w.whenLate()) {
		w.write(packet)
	}
}

// write writes a packet that was built earlier.
func (w *wire) write(packet []byte) {
	w.buf = append(w.begin(), packet...)
	w.finish()
}

func (w *wire) finish() {
	w.packets++
	w.buf = w.format.finish(w.buf, w.start, w.micros)
}

// endTurn writes late packets whose time has come, and the buffer when it is full.
func (w *wire) endTurn() {
	for w.late.due <= w.sent && len(w.late.packets) > 0 {
		w.write(w.late.take())
	}
	if len(w.buf) >= flushSize {
		w.flush()
	}
}

// close writes what is still held. The wire cannot be used afterwards.
func (w *wire) close() error {
	for len(w.late.packets) > 0 {
		w.write(w.late.take())
	}
	w.flush()
	return w.err
}

func (w *wire) flush() {
	if w.err == nil {
		_, w.err = w.to.Write(w.buf)
	}
	w.flushed += int64(len(w.buf))
	w.buf = w.buf[:0]
}

// noise appends n random octets; printable ones if so wanted.
func (w *wire) noise(b []byte, n int, printable bool) []byte {
	mask, base := ^uint64(0), uint64(0)
	if printable {
		mask, base = 0x3f3f3f3f3f3f3f3f, 0x2020202020202020
	}
	from := len(b)
	b = slices.Grow(b, n+8)[:from+n+8]
	for i := from; i < from+n; i += 8 {
		binary.LittleEndian.PutUint64(b[i:], w.source.Uint64()&mask+base)
	}
	return b[:from+n]
}

// chance is true for a share of the calls.
func (w *wire) chance(share float64) bool { return share > 0 && w.rng.Float64() < share }
