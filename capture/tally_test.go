package capture

import (
	"encoding/binary"
	"math"
	"testing"
	"time"
)

func TestTick(t *testing.T) {
	const (
		now  = int64(17e17)
		sec  = int64(time.Second)
		year = 365 * 24 * int64(time.Hour)
	)
	many := func(n int, at int64) (times []int64) {
		for i := range n {
			times = append(times, at+int64(i)*sec)
		}
		return times
	}
	for _, tt := range []struct {
		name  string
		times [][]int64
		want  int64
	}{
		{name: "nothing", want: 0},
		{name: "the first, whenever that is", times: [][]int64{{math.MaxInt64}}, want: math.MaxInt64},
		{name: "before 1970", times: [][]int64{{-now, -now + year}}, want: 0},
		{name: "a day ahead", times: [][]int64{{now, now + maxLeap}}, want: now + maxLeap},
		{name: "more", times: [][]int64{{now, now + maxLeap + 1}}, want: now},
		{name: "one far ahead", times: [][]int64{many(9, now), {math.MaxInt64}, many(20, now)}, want: now + 19*sec},
		{name: "many, each elsewhere", times: [][]int64{{now}, many(1, now+year), many(1, now+2*year), many(16, now+3*year)}, want: now},
		{name: "a pause, not confirmed", times: [][]int64{{now}, many(leapConfirmed, now+year)}, want: now},
		{name: "a pause", times: [][]int64{{now}, many(leapConfirmed+1, now+year)}, want: now + year + leapConfirmed*sec},
		{name: "a pause, in disorder", times: [][]int64{{now}, {now + year + 9}, many(5, now+1), many(leapConfirmed, now+year)}, want: now + year + (leapConfirmed-1)*sec},
		{name: "backwards", times: [][]int64{{now, now - year, now - 1}}, want: now},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var tl tally
			for _, times := range tt.times {
				for _, at := range times {
					before := tl.clock
					if tl.tick(at); tl.clock < before {
						t.Fatalf("ran back from %d to %d", before, tl.clock)
					}
				}
			}
			if tl.clock != tt.want {
				t.Errorf("clock %d, want %d", tl.clock, tt.want)
			}
		})
	}
}

// TestLeap: what was heard while a leap was not believed yet was heard now, and what was
// silent before is as old as it looks.
func TestLeap(t *testing.T) {
	const day = 24 * int64(time.Hour)
	tl := tally{clock: 10}
	for range leapConfirmed + 1 {
		tl.tick(3 * day)
	}
	if want := (Leap{From: 10, To: 3 * day}); tl.leapt != want {
		t.Fatalf("%+v, want %+v", tl.leapt, want)
	}
	a := NewAssembler(nil, smtpPorts, Limits{Idle: time.Minute})
	a.Leapt(tl.leapt)
	a.Leapt(Leap{}) // of an older batch
	for _, tt := range []struct{ last, want int64 }{{9, 9}, {10, 3 * day}, {11, 3 * day}, {3*day + 1, 3*day + 1}} {
		if got := a.heard(tt.last); got != tt.want {
			t.Errorf("last heard at %d: %d, want %d", tt.last, got, tt.want)
		}
	}
}

// TestAbsurdTime: a record from the future keeps its time, and moves no clock,
// in each format.
func TestAbsurdTime(t *testing.T) {
	const at, future = int64(1e18), int64(4e18)
	packets := []wirePacket{{at: at, data: mailFrame(1, 10)}, {at: future, data: mailFrame(2, 10)}, {at: at + 1e9, data: mailFrame(3, 10)}}
	for name, data := range map[string][]byte{
		"pcap":   pcapWriter{order: binary.LittleEndian}.file(packets),
		"pcapng": ngWriter{order: binary.LittleEndian}.file(packets),
	} {
		got := readFiles(t, 0, data)
		if len(got.Packets) != 3 || got.Packets[1].Time != future || got.Packets[1].Clock != at || got.Packets[2].Clock != at+1e9 {
			t.Errorf("%s: %+v", name, got.Packets)
		}
	}
}
