package capture_test

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"smtpscope/capture"
	"smtpscope/testnet"
)

// patience is how long a test waits for what has to come.
const patience = 10 * time.Second

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
	late := time.AfterFunc(patience, func() { l.mu.Lock(); l.changed.Broadcast(); l.mu.Unlock() })
	defer late.Stop()
	until := time.Now().Add(patience)
	l.mu.Lock()
	defer l.mu.Unlock()
	for !holds() {
		if time.Now().After(until) {
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

// close ends the source and waits until everything was read.
func (l *listener) close() []capture.Packet {
	l.source.Close()
	<-l.ended
	return l.packets
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

func TestLiveTags(t *testing.T) {
	n := testnet.New(t)
	n.Veth("v0", "v1")
	plain := ethernet(0x0800, segment4(1, -1, []byte("EHLO a\r\n"))...)
	tests := []struct {
		name  string
		frame []byte
		vlan  uint16
	}{
		{name: "plain", frame: plain},
		{name: "802.1Q", frame: tagged(plain, 0x8100, 42), vlan: 42},
		{name: "802.1ad", frame: tagged(plain, 0x88a8, 7), vlan: 7},
		{name: "QinQ", frame: tagged(tagged(plain, 0x8100, 42), 0x88a8, 7), vlan: 7},
		{name: "priority", frame: tagged(plain, 0x8100, 5<<13), vlan: 0},
	}
	// The sender's side sees the tag within the frame, the other one beside it.
	for _, name := range []string{"v0", "v1", capture.AnyInterface} {
		for _, test := range tests {
			t.Run(name+" "+test.name, func(t *testing.T) {
				l := listen(t, n, capture.LiveOptions{}, name)
				n.Sender("v1").Send(test.frame)
				packets := l.close()
				want := 1
				if name == capture.AnyInterface {
					want = 2 // the assembler knows copies
				}
				if len(packets) != want {
					t.Fatalf("%d packets, want %d", len(packets), want)
				}
				for _, p := range packets {
					if string(p.Data) != string(test.frame) || p.VLAN != test.vlan || int(p.WireLen) != len(test.frame) || p.Link != capture.LinkEthernet {
						t.Errorf("VLAN %d, %d octets on the wire, link %v, data\n% x, want VLAN %d and\n% x", p.VLAN, p.WireLen, p.Link, p.Data, test.vlan, test.frame)
					}
				}
			})
		}
	}
}

func TestLiveCloseLosesNothing(t *testing.T) {
	n := testnet.New(t)
	n.Veth("v0", "v1")
	send := n.Sender("v1")
	for _, names := range [][]string{{"v0"}, {"v1", "v0", "lo"}, {capture.AnyInterface}} {
		for range 20 {
			l := listen(t, n, capture.LiveOptions{}, names...)
			for seq := range uint32(10) {
				send.Send(ethernet(0x0800, segment4(seq, -1, nil)...))
			}
			packets := l.close()
			want := 10
			if names[0] != "v0" {
				want = 20
			}
			if len(packets) != want {
				t.Fatalf("%v: %d of %d packets", names, len(packets), want)
			}
			if !slices.IsSortedFunc(packets, func(a, b capture.Packet) int { return int(a.Time - b.Time) }) {
				t.Errorf("%v: packets are not in the order of their times", names)
			}
			if _, err := l.source.Next(); !errors.Is(err, io.EOF) {
				t.Errorf("Next after the end: %v", err)
			}
			st := l.source.Stats()
			if st.Kept != int64(want) || len(st.Live) != len(names) || st.Live[0].Dropped != 0 || st.Live[0].Seen == 0 {
				t.Errorf("%v: stats %+v", names, st)
			}
		}
	}
}

// TestLiveLoopback: loopback shows each packet twice, as sent and as received.
func TestLiveLoopback(t *testing.T) {
	n := testnet.New(t)
	for _, name := range []string{"lo", capture.AnyInterface} {
		l := listen(t, n, capture.LiveOptions{}, name)
		n.Sender("lo").Send(ethernet(0x0800, segment4(1, -1, nil)...))
		if packets := l.close(); len(packets) != 1 {
			t.Errorf("%s: %d packets, want 1", name, len(packets))
		}
	}
}

func TestLiveSnapLen(t *testing.T) {
	n := testnet.New(t)
	n.Veth("v0", "v1")
	l := listen(t, n, capture.LiveOptions{SnapLen: 100}, "v0")
	frame := ethernet(0x0800, segment4(1, -1, make([]byte, 1000))...)
	n.Sender("v1").Send(frame)
	packets := l.close()
	if len(packets) != 1 || len(packets[0].Data) != 100 || int(packets[0].WireLen) != len(frame) {
		t.Fatalf("%+v", packets)
	}
}

func TestLiveMaxPackets(t *testing.T) {
	n := testnet.New(t)
	n.Veth("v0", "v1")
	l := listen(t, n, capture.LiveOptions{MaxPackets: 3}, "v0")
	send := n.Sender("v1")
	for seq := range uint32(10) {
		send.Send(ethernet(0x0800, segment4(seq, -1, nil)...))
	}
	<-l.ended
	if len(l.packets) != 3 || l.packets[2].Frame != 3 {
		t.Errorf("%d packets, want 3", len(l.packets))
	}
}

// TestLiveTicks: time goes on though nothing comes.
func TestLiveTicks(t *testing.T) {
	n := testnet.New(t)
	l := listen(t, n, capture.LiveOptions{}, "lo")
	l.wait("two batches without packets", func() bool { return l.ticks >= 2 })
}

func TestLiveInterfaceDownAndUp(t *testing.T) {
	n := testnet.New(t)
	n.Veth("v0", "v1")
	l := listen(t, n, capture.LiveOptions{}, "v0")
	send := n.Sender("v1")
	hear := func(seq uint32) {
		t.Helper()
		before := len(l.packets)
		l.wait("a packet", func() bool {
			if len(l.packets) > before {
				return true
			}
			// The queue of the other end may not be open again yet: once a tick.
			send.Send(ethernet(0x0800, segment4(seq, -1, nil)...))
			return false
		})
	}
	hear(1)
	n.IP("link", "set", "v0", "down")
	l.waitNotice("v0 went down")
	n.IP("link", "set", "v0", "up")
	l.waitNotice("v0 is up")
	hear(2)
	n.IP("link", "set", "v1", "down")
	l.waitNotice("v0 lost its carrier")
	n.IP("link", "del", "v0")
	l.waitNotice("v0 has vanished")
	n.Veth("v0", "v1")
	l.waitNotice("v0 is back")
	send = n.Sender("v1")
	hear(3)
	l.close()
	if st := l.source.Stats(); len(st.Inputs[0].Damage) < 4 || st.Live[0].State != capture.LinkUp {
		t.Errorf("%v, %q", st.Live[0].State, st.Inputs[0].Damage)
	}
}

// batch runs many commands of ip(8) at once.
func batch(t *testing.T, n *testnet.Namespace, commands ...string) {
	t.Helper()
	name := filepath.Join(t.TempDir(), "batch")
	if err := os.WriteFile(name, []byte(strings.Join(commands, "\n")), 0o600); err != nil {
		t.Fatal(err)
	}
	n.IP("-batch", name)
}

// TestLiveNewsAreLost: so much happens to interfaces while nobody reads that what
// is told last is lost. One that is back under another number is heard again, and one
// that has vanished is known to have.
func TestLiveNewsAreLost(t *testing.T) {
	n := testnet.New(t)
	n.Veth("v0", "v1")
	n.Veth("gone0", "gone1")
	one := opened(t, n, capture.LiveOptions{}, "v0", "gone0")
	all := opened(t, n, capture.LiveOptions{}, capture.AnyInterface)
	var news []string
	for i := range 3000 { // each tells that something has changed
		news = append(news, fmt.Sprintf("link set lo mtu %d", 65000+i%2))
	}
	batch(t, n, append(news, "link del v0", "link del gone0",
		"link add v0 type veth peer name v1", "link set v0 up", "link set v1 up")...)
	one.begin()
	all.begin()
	one.waitNotice("v0 has vanished")
	one.waitNotice("gone0 has vanished")
	one.waitNotice("v0 is back")
	n.Sender("v1").Send(ethernet(0x0800, segment4(7, -1, nil)...))
	heard := func(l *listener) {
		l.wait("a packet", func() bool {
			return slices.ContainsFunc(l.packets, func(p capture.Packet) bool { return binary.BigEndian.Uint32(p.Data[38:]) == 7 })
		})
	}
	heard(one)
	heard(all)
	all.close()
	if st := all.source.Stats().Live[0]; !slices.ContainsFunc(st.Interfaces, func(i capture.LiveInterface) bool { return i.Name == "v0" }) {
		t.Errorf("interfaces %+v", st.Interfaces)
	}
}

// TestLiveRenamed: an interface with another name is still the same.
func TestLiveRenamed(t *testing.T) {
	n := testnet.New(t)
	n.Veth("v0", "v1")
	l := listen(t, n, capture.LiveOptions{}, "v0")
	n.IP("link", "set", "v0", "down")
	n.IP("link", "set", "v0", "name", "mail0")
	n.IP("link", "set", "mail0", "up")
	l.waitNotice("v0 is called mail0 now")
	l.waitNotice("v0 is up")
	n.Sender("v1").Send(ethernet(0x0800, segment4(1, -1, nil)...))
	l.wait("a packet", func() bool { return len(l.packets) == 1 })
}

// TestLiveManyInterfaces: hundreds that come and go, as those of containers do, and
// send something in their short lives.
func TestLiveManyInterfaces(t *testing.T) {
	n := testnet.New(t)
	l := listen(t, n, capture.LiveOptions{}, capture.AnyInterface)
	const rounds, each = 6, 50
	var made, unmade []string
	for i := range each {
		made = append(made, fmt.Sprintf("link add c%d type veth peer name d%d", i, i), fmt.Sprintf("link set c%d up", i), fmt.Sprintf("link set d%d up", i))
		unmade = append(unmade, fmt.Sprintf("link del c%d", i))
	}
	for range rounds {
		batch(t, n, made...)
		n.Sender("d7").Send(ethernet(0x0800, segment4(1, -1, nil)...))
		batch(t, n, unmade...)
	}
	l.wait("both copies of each packet", func() bool { return len(l.packets) == 2*rounds })
	l.close()
	var kept int64
	for _, i := range l.source.Stats().Live[0].Interfaces {
		kept += i.Kept
	}
	if kept != 2*rounds {
		t.Errorf("%+v", l.source.Stats().Live[0].Interfaces)
	}
}

// TestLiveAnyHearsNewInterfaces: also those that came after the beginning.
func TestLiveAnyHearsNewInterfaces(t *testing.T) {
	n := testnet.New(t)
	l := listen(t, n, capture.LiveOptions{}, capture.AnyInterface)
	n.Veth("new0", "new1")
	n.Sender("new1").Send(ethernet(0x0800, segment4(1, -1, nil)...))
	l.wait("both sides", func() bool { return len(l.packets) == 2 })
	n.IP("link", "del", "new0")
	l.waitNotice("any interface new0 has vanished")
	l.close()
	st := l.source.Stats()
	if got := st.Live[0].Interfaces; len(got) != 1 || got[0].Kept != 2 {
		t.Errorf("interfaces %+v", got)
	}
}

// TestLiveTun: an interface without a link header.
func TestLiveTun(t *testing.T) {
	n := testnet.New(t)
	tun := n.Tun("tun0")
	for _, name := range []string{"tun0", capture.AnyInterface} {
		l := listen(t, n, capture.LiveOptions{}, name)
		want := segment4(1, -1, []byte("x"))
		if _, err := unix.Write(tun, want); err != nil {
			t.Fatal(err)
		}
		packets := l.close()
		if len(packets) != 1 || packets[0].Link != capture.LinkRaw || string(packets[0].Data) != string(want) {
			t.Errorf("%s: %+v", name, packets)
		}
	}
}

func TestOpenLiveRefuses(t *testing.T) {
	n := testnet.New(t)
	tests := []struct {
		names []string
		want  string
		is    error
	}{
		{names: []string{"nosuch0"}, want: "nosuch0: no such interface", is: capture.ErrNoInterface},
		{names: []string{"lo", "any"}, want: "any listens on all interfaces: it stands alone"},
		{names: []string{"lo", "lo"}, want: "lo is named twice"},
		{names: []string{""}, is: capture.ErrNoInterface},
	}
	for _, test := range tests {
		var err error
		n.Do(func() { _, err = capture.OpenLive(test.names, capture.LiveOptions{}) })
		if err == nil || test.want != "" && err.Error() != test.want || test.is != nil && !errors.Is(err, test.is) {
			t.Errorf("%q: %v, want %s", test.names, err, test.want)
		}
	}
}

// TestLiveDropsAreCounted: nobody reads, and the buffer fills.
func TestLiveDropsAreCounted(t *testing.T) {
	n := testnet.New(t)
	n.Veth("v0", "v1")
	var source capture.Source
	var err error
	n.Do(func() {
		source, err = capture.OpenLive([]string{"v0"}, capture.LiveOptions{Rules: capture.Rules{Ports: []uint16{25}}, Buffer: 1})
	})
	if err != nil {
		t.Fatal(err)
	}
	send := n.Sender("v1")
	frame := ethernet(0x0800, segment4(1, -1, make([]byte, 60000))...)
	const sent = 200 // of 60 kB: 12 MB, into 4 MiB
	for range sent {
		send.Send(frame)
	}
	source.Close()
	var read, held int64
	var batches []*capture.Batch
	for {
		batch, err := source.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		read += int64(len(batch.Packets))
		batches = append(batches, batch)
	}
	for _, b := range batches { // also after the end they are good to read
		for _, p := range b.Packets {
			held += int64(p.Data[len(p.Data)-1])
		}
		b.Release()
	}
	live := source.Stats().Live[0]
	if read == 0 || live.Dropped == 0 || live.Seen != sent || read+live.Dropped != sent || live.Freezes == 0 || live.Peak < live.Buffer/2 || held != 0 {
		t.Errorf("%d read, %+v", read, live)
	}
}

// TestLiveGiants: packets before they are cut for the wire. Beyond 64 KiB their IP
// header cannot state their length.
func TestLiveGiants(t *testing.T) {
	n := testnet.New(t)
	least := 60 << 10
	if n.TryIP("link", "set", "lo", "mtu", "65536", "gso_max_size", "250000", "gso_ipv4_max_size", "250000", "gro_max_size", "250000", "gro_ipv4_max_size", "250000") {
		least = 100 << 10
	}
	client, server := n.Dial(25)
	l := listen(t, n, capture.LiveOptions{}, "lo")
	const sent = 8 << 20
	go func() {
		_, err := client.Write(make([]byte, sent))
		client.Close()
		if err != nil {
			t.Error(err)
		}
	}()
	if got, err := io.Copy(io.Discard, server); err != nil || got != sent {
		t.Fatalf("%d octets, %v", got, err)
	}
	var greatest uint32
	var octets octetCounter
	a := capture.NewAssembler(&octets, capture.Rules{Ports: []uint16{25}}, capture.Limits{})
	for _, p := range l.close() {
		greatest = max(greatest, p.WireLen)
		a.Packet(&p)
	}
	a.Flush(time.Now().UnixNano())
	if int(greatest) < least || octets.data != sent || octets.missing != 0 {
		t.Errorf("the greatest packet has %d octets (at least %d awaited); %d octets of %d, %d missing", greatest, least, octets.data, sent, octets.missing)
	}
}

// An octetCounter counts what an assembler hands out.
type octetCounter struct{ data, missing int64 }

func (c *octetCounter) Chunk(chunk *capture.Chunk) {
	c.data += int64(len(chunk.Data))
	c.missing += chunk.Missing
}
