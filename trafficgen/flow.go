package main

import "smtpscope/capture"

// flowState is named for what is sent next.
type flowState uint8

const (
	// idle: the connection is over, or has not begun.
	idle flowState = iota
	sendSYN
	sendSYNACK
	sendACK
	sendData
	sendFIN
	sendFINACK
	sendLastACK
	sendRST
	sendQuery  // of the name service, by UDP
	sendAnswer // to it
	sendDatagram
)

// A flow is one connection, or one question and answer by UDP. It is used
// again for the next one.
type flow struct {
	tuple
	state    flowState
	template *template // nil: background
	// background is what each side of a TCP connection sends in its one turn, in
	// octets, and printable says which octets.
	background [2]int
	printable  bool
	turn       int
	sent       int // octets of the present turn
	// owed counts segments since the last acknowledgement without data; latest is
	// the direction of the last of them.
	owed   int
	latest capture.Dir
}

// beginReplay begins a recorded session with a new tuple.
func (f *flow) beginReplay(w *wire, id uint64, t *template, wrap bool) {
	*f = flow{tuple: newTuple(w, id, t.port), state: sendSYN, template: t}
	if wrap {
		for dir, octets := range t.octets {
			f.seq[dir] = uint32(-1 - w.rng.IntN(octets+1))
		}
	}
}

// beginBackground begins a web, file, desktop or name service connection.
func (f *flow) beginBackground(w *wire, id uint64) {
	ports := [...]uint16{443, 443, 443, 80, 445, 3389, 8080}
	port := ports[w.rng.IntN(len(ports))]
	*f = flow{state: sendSYN, background: [2]int{200 + w.rng.IntN(1000), 500 + w.rng.IntN(200_000)}}
	if w.rng.IntN(8) == 0 {
		port, f.state = 53, sendQuery
	}
	f.printable = port == 80 || port == 8080
	f.tuple = newTuple(w, id, port)
}

// step sends the flow's next packet.
func (f *flow) step(w *wire, m *mix) {
	switch f.state {
	case sendSYN:
		f.state = sendSYNACK
		f.control(w, capture.FromClient, syn)
	case sendSYNACK:
		f.state = sendACK
		f.control(w, capture.FromServer, syn|ack)
	case sendACK:
		f.state = sendData
		f.control(w, capture.FromClient, ack)
	case sendData:
		f.data(w, m)
	case sendFIN:
		f.state = sendFINACK
		f.control(w, capture.FromClient, fin|ack)
	case sendFINACK:
		f.state = sendLastACK
		f.control(w, capture.FromServer, fin|ack)
	case sendLastACK:
		f.state = idle
		f.control(w, capture.FromClient, ack)
	case sendRST:
		f.state = idle
		f.control(w, f.template.resetBy, rst|ack)
	case sendQuery:
		f.state = sendAnswer
		f.query(w)
	case sendAnswer:
		f.state = idle
		f.answer(w)
	case sendDatagram:
		f.datagram(w)
	}
}

// data sends the next segment, or the acknowledgement of two, or of the last.
func (f *flow) data(w *wire, m *mix) {
	dir, size, more := f.speaker()
	switch {
	case !more && f.template != nil && f.template.reset:
		f.state = sendRST
		f.step(w, m)
		return
	case !more && f.owed == 0:
		f.state = sendFIN
		f.step(w, m)
		return
	case !more || f.owed == 2:
		f.owed = 0
		f.control(w, f.latest.Reverse(), ack)
		return
	}
	f.owed++
	f.latest = dir
	from, n := f.sent, min(segmentSize, size-f.sent)
	if from > 0 && f.template != nil && w.chance(m.recut) {
		from -= 1 + w.rng.IntN(min(from, 2*segmentSize))
		n = 1 + w.rng.IntN(min(segmentSize, size-from))
	}
	b := f.appendTCP(w.begin(), w, dir, psh|ack, f.seq[dir]-uint32(f.sent-from), n)
	w.endTCP(f.appendPayload(b, w, from, n))
	if fresh := from + n - f.sent; fresh > 0 {
		f.seq[dir] += uint32(fresh)
		f.advance(fresh, size)
	}
}

// speaker returns whose turn it is and how many octets the turn has in all.
func (f *flow) speaker() (dir capture.Dir, size int, more bool) {
	if f.template == nil {
		if f.turn == len(f.background) {
			return 0, 0, false
		}
		return capture.Dir(f.turn), f.background[f.turn], true
	}
	if f.turn == len(f.template.turns) {
		return 0, 0, false
	}
	t := &f.template.turns[f.turn]
	return t.dir, len(t.data), true
}

// appendPayload appends n octets of the present turn.
func (f *flow) appendPayload(b []byte, w *wire, from, n int) []byte {
	if f.template == nil {
		return w.noise(b, n, f.printable)
	}
	return append(b, f.template.turns[f.turn].data[from:from+n]...)
}

func (f *flow) advance(n, size int) {
	f.sent += n
	if f.sent == size {
		f.turn, f.sent = f.turn+1, 0
	}
}

// control sends a segment without data.
func (f *flow) control(w *wire, dir capture.Dir, flags byte) {
	w.endTCP(f.appendTCP(w.begin(), w, dir, flags, f.seq[dir], 0))
	if flags&(syn|fin) != 0 {
		f.seq[dir]++
	}
}
