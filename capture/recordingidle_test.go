package capture

import (
	"errors"
	"io"
	"math"
	"path/filepath"
	"testing"
	"time"
)

// A clocked source says the times at which nothing more comes.
type clocked struct {
	Source
	clocks []int64
	leap   Leap // that brings to the first of them
}

func (c *clocked) Next() (*Batch, error) {
	batch, err := c.Source.Next()
	if errors.Is(err, io.EOF) && len(c.clocks) > 0 {
		batch, err = &Batch{Clock: c.clocks[0], Leap: c.leap}, nil
		c.clocks = c.clocks[1:]
	}
	return batch, err
}

// holdsInTheEnd reads all, and tells whether anything is still held then.
func holdsInTheEnd(t *testing.T, r *Recording, want bool) {
	t.Helper()
	readEach(t, r, func() {})
	if held := len(r.held.connections.flows) > 0; held != want {
		t.Errorf("held: %v", held)
	}
	if _, err := r.Finish(); err != nil {
		t.Error(err)
	}
}

// TestRecordingIdle: what has been silent for too long is held no longer, and a clock that
// was set is no silence.
func TestRecordingIdle(t *testing.T) {
	connections := connectionsOf(t, recorded)
	end := max(connections[25].End, connections[587].End)
	after := func(times ...time.Duration) (clocks []int64) {
		for _, d := range times {
			clocks = append(clocks, end+int64(d))
		}
		return clocks
	}
	set := Leap{From: math.MinInt64, To: end + int64(time.Hour)} // as interfaces tell it
	for _, test := range []struct {
		name   string
		leap   Leap
		behind int
		clocks []int64
		held   bool
	}{
		{name: "not decided yet", behind: 2, clocks: after(61*time.Second, 62*time.Second), held: true},
		{name: "nobody has decided", behind: 2, clocks: after(61*time.Second, 62*time.Second, 62*time.Second)},
		{name: "not long", clocks: after(59 * time.Second), held: true},
		{name: "silence", clocks: after(61 * time.Second)},
		{name: "silence, time goes on", clocks: after(25*time.Second, 50*time.Second, 75*time.Second)},
		{name: "the clock is set", leap: set, clocks: after(time.Hour, time.Hour+25*time.Second, time.Hour+50*time.Second), held: true},
		{name: "silence after that", leap: set, clocks: after(time.Hour, time.Hour+25*time.Second, time.Hour+50*time.Second, time.Hour+75*time.Second)},
	} {
		t.Run(test.name, func(t *testing.T) {
			name := filepath.Join(t.TempDir(), "out.pcapng")
			r, err := Record(&clocked{openPcap(t, recorded), test.clocks, test.leap}, RecordOptions{Name: name, Hold: 1 << 20, Idle: time.Minute, Behind: test.behind})
			if err != nil {
				t.Fatal(err)
			}
			holdsInTheEnd(t, r, test.held)
		})
	}
}

// TestRecordingAhead: packets whose times the clock did not believe yet are not old when
// it does.
func TestRecordingAhead(t *testing.T) {
	const days = int64(72 * time.Hour)
	for _, test := range []struct {
		name    string
		silence time.Duration
		held    bool
	}{
		{name: "believed", silence: 59 * time.Second, held: true},
		{name: "silence after that", silence: 61 * time.Second},
	} {
		t.Run(test.name, func(t *testing.T) {
			ahead := new(keptSource)
			readPackets(t, openPcap(t, recorded), func(p *Packet) {
				own := p.copied()
				own.Time += days
				ahead.packets = append(ahead.packets, own)
			})
			end := ahead.packets[len(ahead.packets)-1].Time
			r, err := Record(&clocked{ahead, []int64{end, end + int64(test.silence)}, Leap{From: end - days, To: end}}, RecordOptions{
				Name: filepath.Join(t.TempDir(), "out.pcapng"), Hold: 1 << 20, Idle: time.Minute,
			})
			if err != nil {
				t.Fatal(err)
			}
			holdsInTheEnd(t, r, test.held)
		})
	}
}
