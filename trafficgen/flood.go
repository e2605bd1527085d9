package main

import "smtpscope/capture"

// answeredShare is the share of a flood's SYNs that the server finds room to
// answer.
const answeredShare = 1.0 / 16

// A flood leaves connections half open: SYNs to port 25 of one server from forged
// addresses, some of them answered to nobody.
type flood struct {
	opened int64
	number uint32
	seed   uint32
	tuple  tuple // of the last SYN
	state  flowState
}

func newFlood(w *wire) flood {
	return flood{seed: w.rng.Uint32(), state: sendSYN}
}

// step sends the flood's next packet.
func (d *flood) step(w *wire) {
	if d.state == sendSYNACK {
		d.state = sendSYN
		d.send(w, capture.FromServer, syn|ack)
		return
	}
	d.opened++
	d.tuple = tuple{
		ip:   [2][4]byte{d.forge(), {172, 16, 0, 1}},
		port: [2]uint16{uint16(1024 + w.rng.IntN(64512)), 25},
		seq:  [2]uint32{w.rng.Uint32(), w.rng.Uint32()},
	}
	d.send(w, capture.FromClient, syn)
	d.tuple.seq[capture.FromClient]++
	if w.chance(answeredShare) {
		d.state = sendSYNACK
	}
}

func (d *flood) send(w *wire, dir capture.Dir, flags byte) {
	w.endTCP(d.tuple.appendTCP(w.begin(), w, dir, flags, d.tuple.seq[dir], 0))
}

// forge returns an address that looks public, another one each time: multiplying
// by an odd number permutes all of 32 bits.
func (d *flood) forge() [4]byte {
	for {
		d.number++
		n := d.number*2654435761 ^ d.seed
		switch a := byte(n >> 24); {
		case a == 0, a == 10, a == 127, a == 172, a == 192, a >= 224:
		default:
			return [4]byte{a, byte(n >> 16), byte(n >> 8), byte(n)}
		}
	}
}
