package capture

import (
	"fmt"
	"slices"
	"time"

	"golang.org/x/sys/unix"
)

// A tap listens on one interface, or on all.
type tap struct {
	ring *ring
	// name is the one that was given, called what the interface has now.
	name, called string
	// index is the interface's number in the system: 0 for "any", negative while
	// there is no such interface.
	index int
	quiet bool
	// iface is the interface's number among those of the source, link says how its
	// packets begin. "any" has those of each interface in heard, by index; the
	// last one is at hand. What vanished is counted in vanished.
	iface    uint32
	link     LinkType
	heard    map[int32]*heard
	last     *heard
	vanished LiveInterface

	packets int64
	links   []LinkType
	damage  []string
	stats   LiveStats
}

// A heard is an interface that "any" heard of.
type heard struct {
	LiveInterface
	index int32
	iface uint32
	state LinkState
	// gone is when it was known that there is no such interface (any more); zero
	// while there is one. What it sent before may still be in the ring.
	gone time.Time
}

// goneFor is how long an interface that has vanished is remembered. Until then
// the ring has passed on its packets.
const goneFor = time.Second

func (t *tap) any() bool { return t.name == AnyInterface }

// attend listens on the interface that an event tells of.
func (t *tap) attend(e linkEvent, tally *tally) error {
	if err := t.ring.bind(e.index); err != nil {
		return err
	}
	t.index, t.called, t.stats.State = e.index, e.name, e.state
	if !t.any() {
		t.iface, t.link = tally.nextInterface(), linkOfHardware(e.hardware)
		t.appeared(t.link)
		if !t.quiet && e.hardware != unix.ARPHRD_LOOPBACK {
			if err := t.ring.promiscuous(e.index); err != nil {
				t.note("cannot be made promiscuous (%v)", err)
			}
		}
	}
	return nil
}

func (t *tap) appeared(link LinkType) {
	if !slices.Contains(t.links, link) {
		t.links = append(t.links, link)
	}
}

// note keeps what an operator should know of the interface.
func (t *tap) note(format string, args ...any) string {
	text := fmt.Sprintf(format, args...)
	if len(t.damage) < maxDamage {
		t.damage = append(t.damage, text+" at "+time.Now().UTC().Format("2006-01-02 15:04:05Z"))
	}
	return t.name + " " + text
}

// read takes packets off the block that is being read, until it ends or a packet
// is after limit. This is the loop over all packets that the kernel lets pass.
func (t *tap) read(out *batch, tally *tally, names map[int]string, limit int64) {
	selector := tally.selector
	r := t.ring
	for tally.frame < tally.stop {
		h := r.frame()
		at := h.time()
		if at > limit {
			return
		}
		if h.Pkttype == unix.PACKET_OUTGOING && h.Hatype == unix.ARPHRD_LOOPBACK {
			if !r.advance() {
				return
			}
			continue // it comes again, as received
		}
		iface, link := t.iface, t.link
		if t.heard != nil {
			t.hear(h, tally, names)
			iface, link = t.last.iface, t.last.Link
		}
		data, wire, ip := h.packet(link)
		tally.tick(at)
		tally.frame++
		tally.octets += int64(len(data))
		t.packets++
		switch {
		case !ip:
			selector.stats.NotTCP++
		case !selector.dismisses(link, data):
			p := out.slot()
			p.Data = data
			p.Time, p.Clock, p.Frame = at, tally.clock, tally.frame
			p.WireLen = max(wire, uint32(len(data)))
			p.Interface, p.Link = iface, link
			if selector.Select(p) {
				kept := out.keep(&r.cur.block)
				tally.kept += kept
				if t.heard != nil && kept > 0 {
					t.last.Kept++
				}
			}
		}
		if !r.advance() {
			return
		}
	}
}

// hear finds the interface of a packet that came by "any", and counts it.
func (t *tap) hear(h *frameHeader, tally *tally, names map[int]string) {
	if t.last == nil || t.last.index != h.Ifindex {
		t.last = t.heard[h.Ifindex]
		if t.last == nil {
			t.last = &heard{index: h.Ifindex, iface: tally.nextInterface(), LiveInterface: LiveInterface{Name: names[int(h.Ifindex)], Link: linkOfHardware(h.Hatype)}}
			if t.last.Name == "" { // it has vanished already, or is so new that nothing was told of it
				t.last.Name = fmt.Sprintf("interface %d", h.Ifindex)
				t.last.gone = time.Now()
			}
			t.heard[h.Ifindex] = t.last
			t.appeared(t.last.Link)
		}
	}
	t.last.Packets++
}

// forget lets interfaces go that had vanished some time before news of them were read
// last: until then, one that is new may only lack its name. A machine full of
// containers makes new ones every minute.
func (t *tap) forget(told time.Time) {
	for index, h := range t.heard {
		if h.gone.IsZero() || told.Sub(h.gone) < goneFor {
			continue
		}
		t.vanished.add(h)
		delete(t.heard, index)
		if t.last == h {
			t.last = nil
		}
	}
}

// add counts the packets of an interface among those of others.
func (i *LiveInterface) add(h *heard) {
	i.Packets += h.Packets
	i.Kept += h.Kept
}

// measure asks the kernel how it fares.
func (t *tap) measure() {
	// Reading the counters sets them to 0.
	if st, err := unix.GetsockoptTpacketStatsV3(t.ring.fd, unix.SOL_PACKET, unix.PACKET_STATISTICS); err == nil {
		t.stats.Seen += int64(st.Packets)
		t.stats.Dropped += int64(st.Drops)
		t.stats.Freezes += int64(st.Freeze_q_cnt)
	}
	t.stats.Used = int64(t.ring.used()) * ringBlockSize
	t.stats.Peak = max(t.stats.Peak, t.stats.Used)
}

// snapshot returns what others may keep.
func (t *tap) snapshot() (InputStats, LiveStats) {
	live, vanished := t.stats, t.vanished
	for _, h := range t.heard {
		if h.gone.IsZero() {
			live.Interfaces = append(live.Interfaces, h.LiveInterface)
		} else {
			vanished.add(h)
		}
	}
	sortedInterfaces(live.Interfaces)
	if vanished.Packets > 0 {
		live.Interfaces = append(live.Interfaces, vanished)
	}
	return InputStats{
		Name: t.name, Format: "live", Packets: t.packets,
		Links: slices.Clone(t.links), Damage: slices.Clone(t.damage),
	}, live
}
