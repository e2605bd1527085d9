package testnet

import (
	"errors"
	"net"
	"runtime"

	"golang.org/x/sys/unix"
)

// A Sender puts frames on an interface, as they are.
type Sender struct {
	n  *Namespace
	fd int
}

// Sender returns one for the interface of that name.
func (n *Namespace) Sender(name string) *Sender {
	n.t.Helper()
	return &Sender{n: n, fd: n.packetSocket(name, 0, func(int) error { return nil })}
}

// packetSocket opens a socket for the frames of an interface, of one protocol in the order
// of the network, 0 to receive none. set is for what has to be set before that begins.
func (n *Namespace) packetSocket(name string, protocol uint16, set func(fd int) error) int {
	n.t.Helper()
	fd := -1
	var err error
	n.Do(func() {
		var i *net.Interface
		if i, err = net.InterfaceByName(name); err != nil {
			return
		}
		if fd, err = unix.Socket(unix.AF_PACKET, unix.SOCK_RAW|unix.SOCK_CLOEXEC, 0); err != nil {
			return
		}
		if err = set(fd); err == nil {
			err = unix.Bind(fd, &unix.SockaddrLinklayer{Protocol: protocol, Ifindex: i.Index})
		}
	})
	if err != nil {
		n.t.Fatalf("frames of %s: %v", name, err)
	}
	n.t.Cleanup(func() { unix.Close(fd) })
	return fd
}

// Send puts a frame on the wire.
func (s *Sender) Send(frame []byte) {
	for {
		_, err := unix.Write(s.fd, frame)
		switch {
		case err == nil:
			return
		case errors.Is(err, unix.ENOBUFS), errors.Is(err, unix.EINTR):
			runtime.Gosched() // the queue is full
		default:
			s.n.t.Errorf("send %d octets: %v", len(frame), err)
			return
		}
	}
}
