package capture_test

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
	"smtpscope/capture"
	"smtpscope/testnet"
	"strings"
	"sync"
	"testing"
	"time"
)

// patience is how long a test waits for what has to come.
const patience = 30 * time.Second

// A listener reads a live source in a goroutine of its own.
type listener struct {
	t      *testing.T
	source capture.Source
	ended  chan struct{}

	mu      sync.Mutex
	changed *sync.Cond
	packets []capture.Packet // with Data copied
	notices []string
	ticks   int
}

func listen(t *testing.T, n *testnet.Namespace, o capture.LiveOptions, names ...string) *listener {
	t.Helper()
	l := opened(t, n, o, names...)
	l.begin()
	return l
}

// opened is a listener that does not read yet.
func opened(t *testing.T, n *testnet.Namespace, o capture.LiveOptions, names ...string) *listener {
	t.Helper()
	l := &listener{t: t, ended: make(chan struct{})}
	l.changed = sync.NewCond(&l.mu)
	o.Rules = capture.Rules{Ports: []uint16{25}}
	o.Notice = func(text string) {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.notices = append(l.notices, text)
		l.changed.Broadcast()
	}
	var err error
	n.Do(func() { l.source, err = capture.OpenLive(names, o) })
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// begin reads from now on.
func (l *listener) begin() {
	go l.read()
	l.t.Cleanup(func() { l.close() })
}

func (l *listener) read() {
	defer close(l.ended)
	for {
		began := time.Now()
		batch, err := l.source.Next()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			l.t.Error(err)
			return
		}
		if took := time.Since(began); took > patience/2 {
			l.t.Errorf("Next took %v", took)
		}
		l.mu.Lock()
		for _, p := range batch.Packets {
			p.Data = slices.Clone(p.Data)
			l.packets = append(l.packets, p)
		}
		if len(batch.Packets) == 0 {
			l.ticks++
		}
		l.changed.Broadcast()
		l.mu.Unlock()
		batch.Release()
	}
}

// wait waits until a condition holds.
func (l *listener) wait(what string, holds func() bool) {
	l.t.Helper()
	until := time.Now().Add(patience)
	late := time.AfterFunc(patience, func() { l.mu.Lock(); l.changed.Broadcast(); l.mu.Unlock() })
	defer late.Stop()
	l.mu.Lock()
	defer l.mu.Unlock()
	for !holds() {
		if !time.Now().Before(until) {
			l.t.Fatalf("%s: not within %v; %d packets, notices %q", what, patience, len(l.packets), l.notices)
		}
		l.changed.Wait()
	}
}

func (l *listener) waitNotice(text string) {
	l.t.Helper()
	l.wait("notice "+text, func() bool {
		return slices.ContainsFunc(l.notices, func(n string) bool { return strings.Contains(n, text) })
	})
}

// hear sends a frame until one more packet came. The queue of an interface whose other
// end was down may not be open again yet: once a tick.
func (l *listener) hear(from *testnet.Sender, frame []byte) {
	l.t.Helper()
	before := -1
	l.wait("a packet", func() bool {
		if before < 0 {
			before = len(l.packets)
		}
		if len(l.packets) > before {
			return true
		}
		from.Send(frame)
		return false
	})
}

// closeAfter is close when so many packets came: what was sent is on its way yet.
func (l *listener) closeAfter(count int) []capture.Packet {
	l.t.Helper()
	l.wait(fmt.Sprint(count, " packets"), func() bool { return len(l.packets) >= count })
	return l.close()
}

// close ends the source and waits until everything was read.
func (l *listener) close() []capture.Packet {
	l.t.Helper()
	l.source.Close()
	l.waitEnd()
	return l.packets
}

func (l *listener) waitEnd() {
	l.t.Helper()
	select {
	case <-l.ended:
	case <-time.After(patience):
		l.t.Fatalf("the source has not ended within %v", patience)
	}
}

// ethernet is the header of a frame to everybody.
func ethernet(etherType uint16, payload ...byte) []byte {
	frame := []byte("\xff\xff\xff\xff\xff\xff\x02\x00\x00\x00\x00\x01")
	return append(binary.BigEndian.AppendUint16(frame, etherType), payload...)
}

// tagged puts a tag into a frame.
func tagged(frame []byte, etherType, id uint16) []byte {
	tag := binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint16(nil, etherType), id)
	return slices.Insert(slices.Clone(frame), 12, tag...)
}

// segment4 is an IPv4 packet to port 25 whose length field says total, or what
// it is if total is negative.
func segment4(seq uint32, total int, payload []byte) []byte {
	if total < 0 {
		total = 40 + len(payload)
	}
	b := []byte{0x45, 0}
	b = binary.BigEndian.AppendUint16(b, uint16(total))
	b = append(b, 0, 1, 0x40, 0, 64, 6, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2)
	b = append(b, 0xc0, 1, 0, 25)
	b = binary.BigEndian.AppendUint32(b, seq)
	b = append(b, 0, 0, 0, 1, 0x50, 0x18, 0xff, 0xff, 0, 0, 0, 0)
	return append(b, payload...)
}
