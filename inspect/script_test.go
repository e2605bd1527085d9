package inspect

import (
	"encoding/binary"
	"io"
	"slices"
	"time"

	"smtpscope/capture"
)

// A moment is a packet between a client and port 25, or only the passing of time.
type moment struct {
	at         time.Duration
	client     uint16 // its port
	flags      byte   // 0: no packet
	fromServer bool
	text       string
	do         func() // before it
}

// A scripted source plays moments, each in a batch of its own.
type scripted struct {
	capture.Source
	selector *capture.Selector
	moments  []moment
	frame    int64
	next     map[[2]uint16]uint32 // the next sequence number, by source and destination port
}

func script(moments ...moment) *scripted {
	return &scripted{selector: capture.NewSelector(capture.Rules{Ports: []uint16{25}}), moments: moments, next: make(map[[2]uint16]uint32)}
}

func (s *scripted) Stats() capture.Stats { return capture.Stats{} }

func (s *scripted) Next() (*capture.Batch, error) {
	if len(s.moments) == 0 {
		return nil, io.EOF
	}
	m := s.moments[0]
	s.moments = s.moments[1:]
	if m.do != nil {
		m.do()
	}
	at := time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC).Add(m.at).UnixNano()
	batch := &capture.Batch{Clock: at, Last: s.frame}
	if m.flags == 0 {
		return batch, nil
	}
	s.frame++
	data := s.segment(m)
	p := capture.Packet{Data: data, Time: at, Clock: at, Frame: s.frame, WireLen: uint32(len(data)), Link: capture.LinkRaw}
	if s.selector.Select(&p) {
		batch.Packets = []capture.Packet{p}
	}
	batch.Last = s.frame
	return batch, nil
}

const (
	fin = 1
	syn = 2
	ack = 16
)

// segment is an IPv4 packet with sequence numbers as they have to be.
func (s *scripted) segment(m moment) []byte {
	source, target := []byte{10, 0, 0, 1}, []byte{10, 0, 0, 2}
	way := [2]uint16{m.client, 25}
	if m.fromServer {
		source, target = target, source
		way = [2]uint16{25, m.client}
	}
	back := [2]uint16{way[1], way[0]}
	b := []byte{0x45, 0}
	b = binary.BigEndian.AppendUint16(b, uint16(40+len(m.text)))
	b = append(b, 0, 1, 0x40, 0, 64, 6, 0, 0)
	b = slices.Concat(b, source, target)
	b = binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint16(b, way[0]), way[1])
	b = binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(b, s.next[way]), s.next[back])
	b = append(b, 0x50, m.flags, 0xff, 0xff, 0, 0, 0, 0)
	s.next[way] += uint32(len(m.text))
	if m.flags&(syn|fin) != 0 {
		s.next[way]++
	}
	return append(b, m.text...)
}

// opened is a handshake.
func opened(at time.Duration, client uint16) []moment {
	return []moment{{at: at, client: client, flags: syn}, {at: at, client: client, flags: syn | ack, fromServer: true}, {at: at, client: client, flags: ack}}
}

// closed ends a connection.
func closed(at time.Duration, client uint16) []moment {
	return []moment{{at: at, client: client, flags: fin | ack}, {at: at, client: client, flags: fin | ack, fromServer: true}, {at: at, client: client, flags: ack}}
}
