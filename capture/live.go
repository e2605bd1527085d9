package capture

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/bpf"
)

// AnyInterface is the name that stands for all interfaces, those that appear
// later included.
const AnyInterface = "any"

// Errors in the chain of OpenLive's error.
var (
	// ErrNoInterface: there is no interface of that name.
	ErrNoInterface = errors.New("no such interface")
	// ErrNoRight: the process may not open packet sockets (on Linux: it lacks
	// CAP_NET_RAW).
	ErrNoRight = errors.New("no right to capture packets")
	// ErrNoLive: live capture is not there for this system.
	ErrNoLive = errors.New("live capture is not supported on this system")
)

// LiveOptions say how interfaces are listened on.
type LiveOptions struct {
	// Rules say which packets are kept.
	Rules Rules
	// Filter is the programme that the kernel asks about each packet before it
	// copies it; nil lets every packet pass. It has to keep at least what the
	// Rules ask for. What it returns tells only whether a packet is kept: how
	// much of it is, SnapLen says: Rules.KernelFilter makes one. On Linux it sees packets from their link
	// header on, with an outermost VLAN tag in the ancillary data.
	Filter []bpf.RawInstruction
	// SnapLen is how many octets of each packet are kept; 0 means all.
	SnapLen int
	// Quiet leaves the interfaces as they are: not promiscuous.
	Quiet bool
	// Buffer is the memory, in octets, that the kernel may fill before it drops
	// packets, over all interfaces; 0 means DefaultLiveBuffer.
	Buffer int
	// MaxPackets ends the source after so many packets; 0 means never.
	MaxPackets int64
	// Notice is told, in words for the operator, what happens to the interfaces:
	// "eth0 went down". It is called from within Next; nil means nobody cares.
	Notice func(text string)
}

// DefaultLiveBuffer is room for half a second of a busy gigabit, within a
// process of less than 200 MB.
const DefaultLiveBuffer = 64 << 20

// liveTick is how long Next waits for packets at most.
const liveTick = 200 * time.Millisecond

// OpenLive listens on interfaces by their names. AnyInterface stands for all,
// and must then be the only name. An interface that is down is waited for; one
// that goes down or vanishes later too: that is told by LiveOptions.Notice, and
// in InputStats.Damage.
//
// Next of the source waits no longer than 200 ms; when nothing has come, it
// returns a Batch without packets whose Clock has gone on. After Close it still
// hands out the packets that had come before, and then io.EOF. The memory
// of the kernel's buffer is given back when Next has returned io.EOF and each
// Batch was released.
//
// The errors are for the operator: ErrNoInterface, ErrNoRight, ErrNoLive, or
// what the system said, after the name of the interface.
func OpenLive(names []string, o LiveOptions) (Source, error) {
	for i, name := range names {
		switch {
		case name == "":
			return nil, ErrNoInterface
		case name == AnyInterface && len(names) > 1:
			return nil, fmt.Errorf("%s listens on all interfaces: it stands alone", AnyInterface)
		case slices.Contains(names[:i], name):
			return nil, fmt.Errorf("%s is named twice", name)
		}
	}
	if o.Buffer <= 0 {
		o.Buffer = DefaultLiveBuffer
	}
	return openLive(names, o)
}

// liveError gives an error of an interface the form that errors of files have.
func liveError(name string, err error) error { return fmt.Errorf("%s: %w", name, err) }

// LiveStats is what became of the packets of one interface, or of "any". All
// counts are since the beginning.
type LiveStats struct {
	// Name is that of the interface, as it was given.
	Name string
	// State tells whether packets can come.
	State LinkState
	// Seen counts the packets that passed the kernel's filter; Dropped are those
	// of them for which there was no room.
	Seen, Dropped int64
	// Freezes counts how often the buffer was full.
	Freezes int64
	// Buffer is the size of the kernel's buffer in octets; Used how much of it was
	// waiting to be read or being looked at when that was last measured, and
	// Peak the most of it so far. The kernel fills it in blocks of Block octets,
	// and passes a block on, full or not, after some milliseconds.
	Buffer, Used, Peak, Block int64
	// Interfaces are, for "any", those of which packets came, by name.
	Interfaces []LiveInterface
}

// LiveInterface counts the packets that "any" had of one interface.
type LiveInterface struct {
	Name string
	Link LinkType
	// Packets counts all that passed the kernel's filter, Kept those that are wanted.
	Packets, Kept int64
}

// LinkState is the state of an interface.
type LinkState uint8

const (
	// LinkUp: packets can come.
	LinkUp LinkState = iota
	// LinkDown: the interface is there, but switched off.
	LinkDown
	// LinkNoCarrier: it is switched on, but nothing is connected.
	LinkNoCarrier
	// LinkGone: it has vanished, and is waited for.
	LinkGone
)

// String returns "up", "down", "no carrier" or "gone".
func (s LinkState) String() string {
	return [...]string{"up", "down", "no carrier", "gone"}[s]
}

// sortedInterfaces brings them into the order of their names.
func sortedInterfaces(list []LiveInterface) []LiveInterface {
	slices.SortFunc(list, func(a, b LiveInterface) int { return strings.Compare(a.Name, b.Name) })
	return list
}
