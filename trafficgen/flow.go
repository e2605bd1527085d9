package main

import (
	"encoding/binary"

	"smtpscope/capture"
)

// flowState is named for what is sent next.
type flowState uint8

const (
	sendSYN flowState = iota
	sendSYNACK
	sendACK
	sendData
	sendFIN
	sendFINACK
	sendLastACK
)

// A flow is one connection, or one stream of datagrams.
type flow struct {
	state    flowState
	template *template // nil: background
	turn     int
	sent     int // octets of the present turn
	ip       [2][4]byte
	port     [2]uint16
	seq      [2]uint32
	id       [2]uint16
	rest     int // background octets still to send
	udp      bool
	// owed counts segments that the other side has not acknowledged yet.
	owed int
}

func newFlow(w *wire, port uint16) *flow {
	w.ids++
	f := &flow{}
	f.ip = [2][4]byte{{10, byte(w.ids >> 16), byte(w.ids >> 8), byte(w.ids)}, {10, 200, 0, byte(w.rng.IntN(8))}}
	f.port = [2]uint16{uint16(32768 + w.rng.IntN(28000)), port}
	f.seq = [2]uint32{w.rng.Uint32(), w.rng.Uint32()}
	f.id = [2]uint16{uint16(w.rng.Uint32()), uint16(w.rng.Uint32())}
	return f
}

func newReplay(w *wire, t template) *flow {
	f := newFlow(w, t.port)
	f.template = &t
	return f
}

// newBackground begins a web, file or name service flow.
func newBackground(w *wire) *flow {
	ports := [...]uint16{443, 443, 443, 80, 445, 3389, 8080}
	f := newFlow(w, ports[w.rng.IntN(len(ports))])
	f.rest = 500 + w.rng.IntN(200_000)
	if w.rng.IntN(8) == 0 {
		f.udp, f.port[1], f.rest = true, 53, 2
	}
	return f
}

// step sends the flow's next packet. It returns false when it was the last.
func (f *flow) step(w *wire) (bool, error) {
	if f.udp {
		f.rest--
		dir := capture.Dir(f.rest & 1)
		return f.rest > 0, w.emit(f.datagram(w, dir, w.noise[w.rng.IntN(1000):][:60+w.rng.IntN(300)]))
	}
	switch f.state {
	case sendSYN:
		f.state = sendSYNACK
		return true, f.control(w, capture.FromClient, syn)
	case sendSYNACK:
		f.state = sendACK
		return true, f.control(w, capture.FromServer, syn|ack)
	case sendACK:
		f.state = sendData
		return true, f.control(w, capture.FromClient, ack)
	case sendData:
		return true, f.data(w)
	case sendFIN:
		f.state = sendFINACK
		return true, f.control(w, capture.FromClient, fin|ack)
	case sendFINACK:
		f.state = sendLastACK
		return true, f.control(w, capture.FromServer, fin|ack)
	default:
		return false, f.control(w, capture.FromClient, ack)
	}
}

// data sends the next segment, or the acknowledgement of two.
func (f *flow) data(w *wire) error {
	dir, rest := f.next(w)
	if len(rest) == 0 {
		f.state = sendFIN
		return f.control(w, capture.FromClient, ack)
	}
	if f.owed == 2 {
		f.owed = 0
		return f.control(w, dir.Reverse(), ack)
	}
	n := min(segmentSize, len(rest))
	f.owed++
	f.advance(n)
	frame := f.segment(w, dir, psh|ack, rest[:n])
	f.seq[dir] += uint32(n)
	return w.emit(frame)
}

// next returns who speaks and what is left to say in this turn.
func (f *flow) next(w *wire) (capture.Dir, []byte) {
	if f.template == nil {
		return capture.FromServer, w.noise[w.rng.IntN(len(w.noise)-segmentSize):][:min(f.rest, segmentSize)]
	}
	if f.turn == len(f.template.turns) {
		return 0, nil
	}
	t := f.template.turns[f.turn]
	return t.dir, t.data[f.sent:]
}

func (f *flow) advance(n int) {
	if f.template == nil {
		f.rest -= n
		return
	}
	f.sent += n
	if f.sent == len(f.template.turns[f.turn].data) {
		f.turn, f.sent = f.turn+1, 0
	}
}

// control sends a segment without data.
func (f *flow) control(w *wire, dir capture.Dir, flags byte) error {
	frame := f.segment(w, dir, flags, nil)
	if flags&(syn|fin) != 0 {
		f.seq[dir]++
	}
	return w.emit(frame)
}

// segment builds Ethernet, IPv4 and TCP with a timestamp option's worth of room.
func (f *flow) segment(w *wire, dir capture.Dir, flags byte, payload []byte) []byte {
	b := f.ipHeader(w, dir, 6, 32+len(payload))
	b = binary.BigEndian.AppendUint16(b, f.port[dir])
	b = binary.BigEndian.AppendUint16(b, f.port[dir.Reverse()])
	b = binary.BigEndian.AppendUint32(b, f.seq[dir])
	acked := f.seq[dir.Reverse()]
	if flags&ack == 0 {
		acked = 0
	}
	b = binary.BigEndian.AppendUint32(b, acked)
	b = append(b, 8<<4, flags, 0xff, 0xff, 0, 0, 0, 0, 1, 1, 8, 10)
	b = binary.BigEndian.AppendUint32(b, uint32(w.micros/1000))
	b = binary.BigEndian.AppendUint32(b, uint32(w.micros/1000))
	b = append(b, payload...)
	w.scratch = b
	return b
}

func (f *flow) datagram(w *wire, dir capture.Dir, payload []byte) []byte {
	b := f.ipHeader(w, dir, 17, 8+len(payload))
	b = binary.BigEndian.AppendUint16(b, f.port[dir])
	b = binary.BigEndian.AppendUint16(b, f.port[dir.Reverse()])
	b = binary.BigEndian.AppendUint16(b, uint16(8+len(payload)))
	b = append(b, 0, 0)
	b = append(b, payload...)
	w.scratch = b
	return b
}

// ipHeader begins a frame in the scratch buffer.
func (f *flow) ipHeader(w *wire, dir capture.Dir, protocol byte, length int) []byte {
	b := append(w.scratch[:0], 2, 0, 0, 0, 0, byte(dir), 2, 0, 0, 0, 0, 1-byte(dir), 8, 0)
	f.id[dir]++
	ip := len(b)
	b = append(b, 0x45, 0)
	b = binary.BigEndian.AppendUint16(b, uint16(20+length))
	b = binary.BigEndian.AppendUint16(b, f.id[dir])
	b = append(b, 0x40, 0, 64, protocol, 0, 0)
	b = append(b, f.ip[dir][:]...)
	b = append(b, f.ip[dir.Reverse()][:]...)
	var sum uint32
	for i := ip; i < len(b); i += 2 {
		sum += uint32(binary.BigEndian.Uint16(b[i:]))
	}
	for sum>>16 != 0 {
		sum = sum&0xffff + sum>>16
	}
	binary.BigEndian.PutUint16(b[ip+10:], ^uint16(sum))
	return b
}
