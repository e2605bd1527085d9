package main

import (
	"encoding/binary"
	"io"
	"math/rand/v2"

	"smtpscope/capture"
)

// segmentSize is the usual payload of a full Ethernet frame with timestamps.
const segmentSize = 1448

// startTime is that of the first packet, Unix seconds.
const startTime = 1_793_000_000

// TCP flags.
const (
	fin = 1 << iota
	syn
	_
	psh
	ack
)

// A wire writes packets of many flows as one capture.
type wire struct {
	w       io.Writer
	rng     *rand.Rand
	mix     mix
	written int64
	micros  int64  // since startTime
	late    []byte // a record held back
	wait    int    // for so many more
	noise   []byte
	ids     uint32
	scratch []byte
}

func newWire(w io.Writer, rng *rand.Rand, m mix) *wire {
	noise := make([]byte, 1<<20)
	for i := 0; i < len(noise); i += 8 {
		binary.LittleEndian.PutUint64(noise[i:], rng.Uint64())
	}
	return &wire{w: w, rng: rng, mix: m, noise: noise}
}

// run writes about size octets: flows take turns until it is reached.
func (w *wire) run(templates []template, size int64) error {
	if err := w.header(); err != nil {
		return err
	}
	flows := make([]*flow, w.mix.flows)
	var smtp int64
	for w.written < size {
		i := w.rng.IntN(len(flows))
		if flows[i] == nil {
			if float64(smtp) < w.mix.smtp*float64(w.written+1) {
				flows[i] = newReplay(w, templates[w.rng.IntN(len(templates))])
			} else {
				flows[i] = newBackground(w)
			}
		}
		before := w.written
		more, err := flows[i].step(w)
		if err != nil {
			return err
		}
		if flows[i].template != nil {
			smtp += w.written - before
		}
		if !more {
			flows[i] = nil
		}
	}
	return w.flushLate()
}

func (w *wire) header() error {
	h := make([]byte, 24)
	binary.LittleEndian.PutUint32(h[0:], 0xa1b2c3d4)
	binary.LittleEndian.PutUint16(h[4:], 2)
	binary.LittleEndian.PutUint16(h[6:], 4)
	binary.LittleEndian.PutUint32(h[16:], 262144)
	binary.LittleEndian.PutUint32(h[20:], uint32(capture.LinkEthernet))
	return w.write(h)
}

func (w *wire) write(b []byte) error {
	n, err := w.w.Write(b)
	w.written += int64(n)
	return err
}

// emit writes a frame, or loses it, or holds it back for a while, or doubles it.
func (w *wire) emit(frame []byte) error {
	w.micros += int64(w.rng.IntN(8))
	record := make([]byte, 16, 16+len(frame))
	binary.LittleEndian.PutUint32(record[0:], uint32(startTime+w.micros/1_000_000))
	binary.LittleEndian.PutUint32(record[4:], uint32(w.micros%1_000_000))
	binary.LittleEndian.PutUint32(record[8:], uint32(len(frame)))
	binary.LittleEndian.PutUint32(record[12:], uint32(len(frame)))
	record = append(record, frame...)
	dice := w.rng.Float64()
	switch {
	case dice < w.mix.loss:
		return nil
	case dice < w.mix.loss+w.mix.reorder && w.late == nil:
		// Far enough to land behind later packets of its own flow.
		w.late, w.wait = record, 1+w.rng.IntN(4*w.mix.flows)
		return nil
	case dice < w.mix.loss+w.mix.reorder+w.mix.duplicate:
		if err := w.write(record); err != nil {
			return err
		}
	}
	if err := w.write(record); err != nil {
		return err
	}
	if w.wait--; w.wait > 0 {
		return nil
	}
	return w.flushLate()
}

func (w *wire) flushLate() error {
	if w.late == nil {
		return nil
	}
	record := w.late
	w.late = nil
	return w.write(record)
}
