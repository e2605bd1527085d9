package capture_test

import (
	"errors"
	"io"
	"slices"
	"testing"

	"golang.org/x/sys/unix"

	"smtpscope/capture"
	"smtpscope/testnet"
)

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
				want := 1
				if name == capture.AnyInterface {
					want = 2 // the assembler knows copies
				}
				packets := l.closeAfter(want)
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
	witness, send := n.Witness("v0"), n.Sender("v1")
	for _, names := range [][]string{{"v0"}, {"v1", "v0", "lo"}, {capture.AnyInterface}} {
		for round := range 20 {
			l := opened(t, n, capture.LiveOptions{}, names...)
			early := round%2 == 0 // it is read while packets come, else all of it after Close
			if early {
				l.begin()
			}
			for seq := range uint32(10) {
				send.Send(ethernet(0x0800, segment4(seq, -1, nil)...))
			}
			witness.Hear(10)
			l.source.Close()
			if !early {
				l.begin()
			}
			packets := l.close()
			want := 10
			if names[0] != "v0" {
				want = 20
			}
			if len(packets) != want {
				t.Fatalf("%v: %d of %d packets", names, len(packets), want)
			}
			// What one interface has is awaited for long enough only when there is an end of it.
			if !early && !slices.IsSortedFunc(packets, func(a, b capture.Packet) int { return int(a.Time - b.Time) }) {
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
		if packets := l.closeAfter(1); len(packets) != 1 {
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
	packets := l.closeAfter(1)
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
	l.waitEnd()
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
		packets := l.closeAfter(1)
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
