package capture

import (
	"encoding/binary"
	"errors"
	"math"
	"slices"
	"testing"
	"time"
)

// TestStep: silences are believed where a capture has them, and on interfaces when time
// goes on by itself; else their clock was set.
func TestStep(t *testing.T) {
	const now, hour = int64(17e17), int64(time.Hour)
	for _, tt := range []struct {
		name  string
		live  bool
		steps []int64
		want  Leap
	}{
		{name: "a silence in a capture", steps: []int64{hour}},
		{name: "interfaces, time goes on", live: true, steps: []int64{25e9, 50e9, 75e9}},
		{name: "interfaces, the longest step", live: true, steps: []int64{maxStep}},
		{name: "interfaces, the clock is set", live: true, steps: []int64{1e9, maxStep + 1e9 + 1}, want: Leap{From: math.MinInt64, To: now + maxStep + 1e9 + 1}},
		{name: "and goes on", live: true, steps: []int64{hour, hour + 25e9}, want: Leap{From: math.MinInt64, To: now + hour}},
		{name: "interfaces, by days", live: true, steps: slices.Repeat([]int64{72 * hour}, leapConfirmed+1), want: Leap{From: math.MinInt64, To: now + 72*hour}},
		{name: "by days, not confirmed", live: true, steps: slices.Repeat([]int64{72 * hour}, leapConfirmed)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tl := tally{live: tt.live, stop: math.MaxInt64}
			tl.tick(now)
			for _, step := range tt.steps {
				tl.tick(now + step)
			}
			if tl.leapt != tt.want || tl.live && tl.stop != math.MaxInt64 {
				t.Errorf("%+v, want %+v; stops at %d", tl.leapt, tt.want, tl.stop)
			}
		})
	}
}

// TestDevicesLeap: batches of interfaces tell that the clock was set.
func TestDevicesLeap(t *testing.T) {
	d := &scriptedDevice{lists: [][]string{{syn(25)}, {syn(25)}}, step: int64(time.Hour), err: errors.New("gone")}
	in := &deviceInput{device: d, name: "en0"}
	source := &deviceSource{notice: func(string) {}, full: make(chan delivery, 4), inputs: []*deviceInput{in}}
	source.tally = tally{selector: NewSelector(Rules{Ports: []uint16{25}}), stop: math.MaxInt64, live: true}
	source.blocks.size = d.room()
	source.readAll(in) // all of it: that nothing comes for a while would move the clock, too
	var leaps []Leap
	for range 2 {
		batch, err := source.Next()
		if err != nil {
			t.Fatal(err)
		}
		leaps = append(leaps, batch.Leap)
		batch.Release()
	}
	if want := []Leap{{}, {From: math.MinInt64, To: 1000 + int64(time.Hour)}}; !slices.Equal(leaps, want) {
		t.Errorf("%+v, want %+v", leaps, want)
	}
}

// days is a connection on each of some days, of so many packets, in one capture.
func days(count, packets int) (all []wirePacket) {
	at := int64(17e17)
	for day := range count {
		for i := range packets {
			frame := mailFrame(uint32(10*i), 10)
			binary.BigEndian.PutUint16(frame[34:], uint16(40000+day)) // the client's port
			all = append(all, wirePacket{at: at + int64(i)*int64(time.Second), data: frame})
		}
		at += 3 * maxLeap
	}
	return all
}

// TestLeapsOfDays: where a capture has several days, each connection is whole, however
// the packets come and however many days a block has.
func TestLeapsOfDays(t *testing.T) {
	const count, packets = 5, 30
	list := days(count, packets)
	for name, data := range map[string][]byte{
		"pcap":   pcapWriter{order: binary.LittleEndian}.file(list),
		"pcapng": ngWriter{order: binary.LittleEndian}.file(list),
	} {
		for _, size := range blockSizes {
			s := openMemory(t, size, data)
			got := new(transcript)
			a := NewAssembler(got, mailRules, Limits{Idle: time.Minute})
			opened, clock := 0, int64(0)
			leaps := map[Leap]bool{}
			for {
				batch, err := s.Next()
				if err != nil {
					break
				}
				if !leaps[batch.Leap] && batch.Leap.From != clock {
					t.Errorf("%s, blocks of %d: it leaps within a batch: %+v, %d before", name, size, batch.Leap, clock)
				}
				leaps[batch.Leap] = true
				a.Leapt(batch.Leap)
				for i := range batch.Packets {
					a.Packet(&batch.Packets[i])
				}
				clock = batch.Clock
				a.Advance(clock)
				batch.Release()
			}
			a.Flush(clock)
			for _, word := range got.words {
				if word == "open" {
					opened++
				}
			}
			if opened != count || len(got.conns) != count || len(leaps) != count || s.Stats().Packets != count*packets {
				t.Errorf("%s, blocks of %d: %d opened, %d closed, %d leaps, %d packets", name, size, opened, len(got.conns), len(leaps), s.Stats().Packets)
			}
		}
	}
}

// TestKeeperLeap: a connection that was open when the clock was set is one when its
// packets are read again.
func TestKeeperLeap(t *testing.T) {
	list := days(1, 30)
	for i := range list[15:] {
		list[15+i].at += int64(time.Hour)
	}
	k := Keep(openMemory(t, 0, pcapWriter{order: binary.LittleEndian}.file(list)), 1<<20)
	var ask Connection
	readPackets(t, k, func(p *Packet) {
		source, destination := p.Ends()
		ask = Connection{Client: source, Server: destination, Start: list[0].at}
	})
	again, _ := k.Again([]Connection{ask})
	got := new(transcript)
	a := NewAssembler(got, mailRules, Limits{Idle: time.Minute})
	batch, err := again.Next()
	if err != nil {
		t.Fatal(err)
	}
	a.Leapt(batch.Leap)
	for i := range batch.Packets {
		a.Packet(&batch.Packets[i])
	}
	a.Flush(batch.Clock)
	if len(batch.Packets) != len(list) || len(got.conns) != 1 {
		t.Errorf("%d packets, %d connections", len(batch.Packets), len(got.conns))
	}
}
