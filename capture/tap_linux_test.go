package capture

import (
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// TestVanishedInterfacesAreForgotten: the last packets of an interface are read
// after it was told that it has vanished. Nothing stays of it but their number.
func TestVanishedInterfacesAreForgotten(t *testing.T) {
	s := &liveSource{names: map[int]string{}, notice: func(string) {}}
	all := &tap{name: AnyInterface, heard: map[int32]*heard{}}
	all.vanished.Name = "vanished"
	s.taps = append(s.taps, all)
	const containers = 1000
	begin := time.Now()
	for index := 1; index <= containers; index++ {
		e := linkEvent{index: index, name: "veth", hardware: unix.ARPHRD_ETHER, state: LinkUp}
		s.changed(e)
		h := &frameHeader{}
		h.Ifindex, h.Hatype = int32(index), unix.ARPHRD_ETHER
		if index%2 == 0 { // else nothing of it is read before
			all.hear(h, &s.tally, s.names)
		}
		e.state = LinkGone
		s.changed(e)
		all.hear(h, &s.tally, s.names)
	}
	_, live := all.snapshot()
	if got := live.Interfaces; len(got) != 1 || got[0].Packets != containers*3/2 {
		t.Errorf("%d interfaces, the first is %+v", len(got), got[0])
	}
	if all.forget(begin); len(all.heard) != containers {
		t.Error("they were forgotten before the ring has passed on their packets")
	}
	if all.forget(time.Now().Add(2 * goneFor)); len(all.heard) != 0 {
		t.Errorf("%d interfaces are remembered", len(all.heard))
	}
	if _, again := all.snapshot(); again.Interfaces[0] != live.Interfaces[0] {
		t.Errorf("%+v, before %+v", again.Interfaces, live.Interfaces)
	}
}

// TestNewInterfaceGetsItsName: packets of an interface may come before it is told
// that there is one.
func TestNewInterfaceGetsItsName(t *testing.T) {
	s := &liveSource{names: map[int]string{}, notice: func(string) {}}
	all := &tap{name: AnyInterface, heard: map[int32]*heard{}}
	s.taps = append(s.taps, all)
	h := &frameHeader{}
	h.Ifindex, h.Hatype = 7, unix.ARPHRD_ETHER
	all.hear(h, &s.tally, s.names)
	s.changed(linkEvent{index: 7, name: "veth7", hardware: unix.ARPHRD_ETHER, state: LinkUp})
	all.forget(time.Now().Add(2 * goneFor))
	if _, live := all.snapshot(); len(live.Interfaces) != 1 || live.Interfaces[0].Name != "veth7" {
		t.Errorf("%+v", live.Interfaces)
	}
}

// TestDue: of several interfaces, packets wait for those of the others, but not
// for a clock that was set back.
func TestDue(t *testing.T) {
	now := time.Unix(1_700_000_000, 0)
	tests := []struct {
		name string
		head time.Time
		read bool
	}{
		{name: "just come", head: now.Add(-time.Millisecond)},
		{name: "long enough there", head: now.Add(-ringLag), read: true},
		{name: "from before the clock was set back", head: now.Add(time.Hour), read: true},
	}
	for _, test := range tests {
		if head := test.head.UnixNano(); (head <= due(head, now)) != test.read {
			t.Errorf("%s: read %t", test.name, !test.read)
		}
	}
}

// TestBatchFull: what is beside the connections is handed over at once, too: it
// takes blocks of a ring as well.
func TestBatchFull(t *testing.T) {
	var pool batchPool
	owner := &blockPool{}
	for _, test := range []struct {
		lane lane
		kept int64
	}{{laneConnection, 1}, {laneBeside, 0}, {laneBoth, 1}} {
		b := pool.get()
		if b.full() {
			t.Error("an empty batch is full")
		}
		b.slot().lane = test.lane
		if kept := b.keep(owner.adopt(nil)); kept != test.kept || !b.full() {
			t.Errorf("lane %d: %d kept, full %t", test.lane, kept, b.full())
		}
		b.recycle()
	}
}
