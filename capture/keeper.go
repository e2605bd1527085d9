package capture

import (
	"cmp"
	"io"
	"math"
	"slices"
	"sync"
)

// A Keeper is a Source that keeps the packets that pass through, for who wants to
// look at them again. When there are too many, those of the connection that has been
// silent for the longest time go, and before them those of one that has more than its
// share. A part of the room is for what was said beside the connections.
type Keeper struct {
	Source
	mu   sync.Mutex
	held heldTraffic
}

// Keep begins to keep packets of a source, about so many octets of them.
func Keep(from Source, octets int64) *Keeper {
	k := &Keeper{Source: from}
	k.held.connections, k.held.beside.limit = newHeldPackets(octets-octets/8, nil), octets/8
	k.held.connections.renews = true
	return k
}

// Next implements Source.
func (k *Keeper) Next() (*Batch, error) {
	batch, err := k.Source.Next()
	if err != nil {
		return batch, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	for p := range inOrder(batch) {
		k.held.add(p)
	}
	return batch, nil
}

// Again returns a source of the packets kept of some connections, in their order, with
// others between the same ends, and all that is kept beside them. lacking counts the
// connections that are not whole any more. It may be called from any goroutine.
func (k *Keeper) Again(connections []Connection) (packets Source, lacking int) {
	k.mu.Lock()
	defer k.mu.Unlock()
	kept := &keptSource{beside: k.held.beside.all()}
	taken := make(map[flowKey]bool, len(connections))
	for i := range connections {
		c := &connections[i]
		key := keyBetween(c.Client, c.Server)
		e, known := k.held.connections.flows[key]
		if !known {
			lacking++
			continue
		}
		f := e.Value.(*heldFlow)
		if f.packets[0].Time > c.Start { // what came before is gone
			lacking++
		}
		if !taken[key] {
			taken[key] = true
			kept.packets = append(kept.packets, f.packets...)
		}
	}
	slices.SortFunc(kept.packets, func(a, b Packet) int { return cmp.Compare(a.Frame, b.Frame) })
	return kept, lacking
}

// Dismiss lets go of the packets of a connection that nobody will ask for, and of those
// that still come. It may be called from any goroutine.
func (k *Keeper) Dismiss(c Connection) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.held.connections.dismiss(c)
}

// A keptSource gives packets that were kept.
type keptSource struct{ packets, beside []Packet }

// Next implements Source: all packets come at once.
func (s *keptSource) Next() (*Batch, error) {
	last := len(s.packets) - 1
	if last < 0 {
		return nil, io.EOF
	}
	clock := s.packets[last].Clock
	batch := &Batch{Packets: s.packets, Beside: s.beside, Clock: clock, Last: s.packets[last].Frame}
	batch.Leap = Leap{From: math.MinInt64, To: clock} // perhaps in between: no silence ends a connection
	s.packets, s.beside = nil, nil
	return batch, nil
}

// Stats implements Source.
func (s *keptSource) Stats() Stats { return Stats{} }

// Close implements Source.
func (s *keptSource) Close() error { return nil }
