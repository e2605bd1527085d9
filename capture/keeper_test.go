package capture

import "testing"

// TestKeeper: what is kept of connections can be read again, and it is known what is
// not whole any more.
func TestKeeper(t *testing.T) {
	connections := connectionsOf(t, recorded)
	few, many := connections[25], connections[587]
	tests := []struct {
		name    string
		octets  int64
		ask     []Connection
		whole   bool // of the packets between the ends
		lacking int
	}{
		{name: "one", octets: 1 << 20, ask: []Connection{few}, whole: true},
		{name: "both", octets: 1 << 20, ask: []Connection{few, many}, whole: true},
		{name: "twice", octets: 1 << 20, ask: []Connection{few, few}, whole: true},
		{name: "one has more than its share", octets: 12_000, ask: []Connection{many}, lacking: 1},
		{name: "the other is still there", octets: 12_000, ask: []Connection{few}, whole: true},
		{name: "all are gone", octets: 2000, ask: []Connection{few, many}, lacking: 2},
		{name: "one that was not there", octets: 1 << 20, ask: []Connection{{Client: few.Server, Server: many.Server}}, lacking: 1},
		{name: "one that began before", octets: 1 << 20, ask: []Connection{{Client: few.Client, Server: few.Server, Start: few.Start - 1, End: few.End}}, lacking: 1, whole: true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			k := Keep(openPcap(t, recorded), test.octets)
			want := map[flowKey]int{}
			for {
				batch, err := k.Next()
				if err != nil {
					break
				}
				for i := range batch.Packets {
					var s segment
					if decode(&batch.Packets[i], &s) {
						want[s.key]++
					}
				}
				batch.Release()
			}
			if k.held.connections.octets > test.octets {
				t.Errorf("%d octets are kept", k.held.connections.octets)
			}
			again, lacking := k.Again(test.ask)
			if lacking != test.lacking {
				t.Errorf("%d are lacking, want %d", lacking, test.lacking)
			}
			got, last := map[flowKey]int{}, int64(0)
			readPackets(t, again, func(p *Packet) {
				var s segment
				if !decode(p, &s) || p.Frame <= last {
					t.Errorf("frame %d after %d", p.Frame, last)
				}
				last = p.Frame
				got[s.key]++
			})
			for _, c := range test.ask {
				key := keyBetween(c.Client, c.Server)
				if whole := got[key] == want[key] && want[key] > 0; whole != test.whole {
					t.Errorf("%d packets of %d", got[key], want[key])
				}
			}
		})
	}
}

// TestKeeperRenews: a connection between the ends of one that was given up is kept.
func TestKeeperRenews(t *testing.T) {
	ask := []Connection{connectionsOf(t, recorded)[587]}
	k := Keep(openPcap(t, recorded), 2000)
	readEach(t, k, func() {})
	if _, lacking := k.Again(ask); lacking != 1 {
		t.Error("there was room for it")
	}
	k.Source, k.held.connections.limit = openPcap(t, recorded), 1<<20
	readEach(t, k, func() {})
	if _, lacking := k.Again(ask); lacking != 0 {
		t.Error("it is not kept again")
	}
}

// readPackets reads a source to its end.
func readPackets(t *testing.T, s Source, each func(*Packet)) {
	t.Helper()
	for {
		batch, err := s.Next()
		if err != nil {
			return
		}
		for i := range batch.Packets {
			each(&batch.Packets[i])
		}
		batch.Release()
	}
}

// TestKeeperDismisses: nothing is kept of what nobody will ask for, until another
// connection begins between the same ends.
func TestKeeperDismisses(t *testing.T) {
	ask := connectionsOf(t, recorded)[587]
	k := Keep(openPcap(t, recorded), 1<<20)
	readEach(t, k, func() {})
	all := k.held.connections.octets
	early := ask
	early.End = ask.Start // it was known at the first packet
	k.Dismiss(early)
	if _, lacking := k.Again([]Connection{ask}); lacking != 1 {
		t.Error("it is still kept")
	}
	if left := k.held.connections.octets; left >= all || left <= 0 {
		t.Errorf("%d of %d octets are left", left, all)
	}
	k.Source = openPcap(t, recorded) // it begins with a SYN
	readEach(t, k, func() {})
	if _, lacking := k.Again([]Connection{ask}); lacking != 0 {
		t.Error("the next one between its ends is not kept")
	}
}

// TestLostFlowsAreBounded: those are forgotten of which nothing came for the longest time.
func TestLostFlowsAreBounded(t *testing.T) {
	var l lostFlows
	busy := flowKey{port: [2]uint16{1, 1}}
	l.note(busy, lostFlow{renews: true})
	for i := range 3 * mostLost {
		l.note(flowKey{port: [2]uint16{uint16(i), uint16(i>>16) + 2}}, lostFlow{})
		if i%1000 == 0 {
			f, known := l.find(busy)
			if !known || !f.renews {
				t.Fatalf("after %d others, what still comes is forgotten", i)
			}
			l.note(busy, f)
		}
	}
	if n := len(l.recent) + len(l.older); n > 2*mostLost {
		t.Errorf("%d are known, at most %d", n, 2*mostLost)
	}
	if _, known := l.find(flowKey{port: [2]uint16{0, 2}}); known {
		t.Error("the first is still known")
	}
	if l.forget(busy); len(l.recent)+len(l.older) == 0 {
		t.Error("all are forgotten")
	}
	if _, known := l.find(busy); known {
		t.Error("it is not forgotten")
	}
}
