package testnet

import (
	"encoding/binary"
	"errors"
	"time"

	"golang.org/x/sys/unix"
)

// patience is how long a Witness waits, and witnessBuffer what the kernel holds for it: a
// packet of the kernel's own on an interface with a great MTU takes 128 KiB.
const (
	patience      = 30 * time.Second
	witnessBuffer = 64 << 20
)

// A Witness hears what an interface receives, and hears it last: what it has heard,
// everybody has who began to listen later. Whoever sends a frame cannot know that: the
// kernel may put its delivery off.
type Witness struct {
	n  *Namespace
	fd int
}

// Witness returns one for the interface of that name. The kernel gives a packet to those
// who listen in the order in which they came, the latest first, and to those who listen
// on all interfaces before (dev_add_pack and __netif_receive_skb_core in Linux).
func (n *Namespace) Witness(name string) *Witness {
	n.t.Helper()
	all := binary.NativeEndian.Uint16([]byte{0, unix.ETH_P_ALL}) // in the order of the network
	return &Witness{n: n, fd: n.packetSocket(name, all, func(fd int) error {
		limit := unix.NsecToTimeval(time.Second.Nanoseconds())
		return errors.Join(
			unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_RCVBUFFORCE, witnessBuffer),
			unix.SetsockoptTimeval(fd, unix.SOL_SOCKET, unix.SO_RCVTIMEO, &limit))
	})}
}

// Hear waits until so many more frames were received.
func (w *Witness) Hear(count int) {
	w.n.t.Helper()
	late := time.Now().Add(patience)
	for heard := 0; heard < count; {
		_, from, err := unix.Recvfrom(w.fd, make([]byte, 1), 0)
		switch {
		case err == nil:
			if from.(*unix.SockaddrLinklayer).Pkttype != unix.PACKET_OUTGOING {
				heard++
			}
		case err != unix.EINTR && err != unix.EAGAIN || time.Now().After(late):
			w.n.t.Fatalf("%d of %d frames were received within %v: %v", heard, count, patience, err)
		}
	}
}
