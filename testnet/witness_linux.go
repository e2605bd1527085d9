package testnet

import (
	"encoding/binary"
	"net"
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
	w := &Witness{n: n, fd: -1}
	var err error
	n.Do(func() {
		var i *net.Interface
		if i, err = net.InterfaceByName(name); err != nil {
			return
		}
		if w.fd, err = unix.Socket(unix.AF_PACKET, unix.SOCK_RAW|unix.SOCK_CLOEXEC, 0); err != nil {
			return
		}
		if err = unix.SetsockoptInt(w.fd, unix.SOL_SOCKET, unix.SO_RCVBUFFORCE, witnessBuffer); err != nil {
			return
		}
		all := binary.NativeEndian.Uint16([]byte{0, unix.ETH_P_ALL}) // in the order of the network
		limit := unix.NsecToTimeval(time.Second.Nanoseconds())
		if err = unix.SetsockoptTimeval(w.fd, unix.SOL_SOCKET, unix.SO_RCVTIMEO, &limit); err == nil {
			err = unix.Bind(w.fd, &unix.SockaddrLinklayer{Protocol: all, Ifindex: i.Index})
		}
	})
	if err != nil {
		n.t.Fatalf("listen on %s: %v", name, err)
	}
	n.t.Cleanup(func() { unix.Close(w.fd) })
	return w
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
