package capture_test

import (
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"smtpscope/capture"
	"smtpscope/testnet"
	"strings"
	"testing"
)

func TestLiveInterfaceDownAndUp(t *testing.T) {
	n := testnet.New(t)
	n.Veth("v0", "v1")
	l := listen(t, n, capture.LiveOptions{}, "v0")
	send := n.Sender("v1")
	hear := func(seq uint32) {
		t.Helper()
		l.hear(send, ethernet(0x0800, segment4(seq, -1, nil)...))
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
	// The news of it may come after the packet.
	l.wait("an interface that is up", func() bool { return l.source.Stats().Live[0].State == capture.LinkUp })
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
	all.wait("the name of v0", func() bool { // it may be told after the packet
		return slices.ContainsFunc(all.source.Stats().Live[0].Interfaces, func(i capture.LiveInterface) bool { return i.Name == "v0" })
	})
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
	l.hear(n.Sender("v1"), ethernet(0x0800, segment4(1, -1, nil)...))
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
		witness := n.Witness("c7")
		n.Sender("d7").Send(ethernet(0x0800, segment4(1, -1, nil)...))
		witness.Hear(1)
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
	l.waitNotice("any interface new1 has vanished")
	l.close()
	st := l.source.Stats()
	if got := st.Live[0].Interfaces; len(got) != 1 || got[0].Kept != 2 {
		t.Errorf("interfaces %+v", got)
	}
}
