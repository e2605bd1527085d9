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
	s := &Sender{n: n, fd: -1}
	var err error
	n.Do(func() {
		var i *net.Interface
		if i, err = net.InterfaceByName(name); err != nil {
			return
		}
		if s.fd, err = unix.Socket(unix.AF_PACKET, unix.SOCK_RAW|unix.SOCK_CLOEXEC, 0); err == nil {
			err = unix.Bind(s.fd, &unix.SockaddrLinklayer{Ifindex: i.Index})
		}
	})
	if err != nil {
		n.t.Fatalf("send on %s: %v", name, err)
	}
	n.t.Cleanup(func() { unix.Close(s.fd) })
	return s
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
