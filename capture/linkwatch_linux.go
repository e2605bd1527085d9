package capture

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// A linkWatch is told by the kernel what happens to interfaces (rtnetlink(7)).
type linkWatch struct {
	fd  int
	buf []byte
	seq uint32
}

// A linkEvent is what is known of an interface now.
type linkEvent struct {
	index    int
	name     string
	hardware uint16 // ARPHRD
	state    LinkState
}

// newLinkWatch begins to listen. The first events are those of a list of all
// interfaces.
func newLinkWatch() (*linkWatch, error) {
	fd, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_RAW|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, unix.NETLINK_ROUTE)
	if err != nil {
		return nil, fmt.Errorf("netlink socket: %w", err)
	}
	w := &linkWatch{fd: fd, buf: make([]byte, 64<<10)}
	err = unix.Bind(fd, &unix.SockaddrNetlink{Family: unix.AF_NETLINK, Groups: unix.RTMGRP_LINK})
	if err == nil {
		err = w.list()
	}
	if err != nil {
		w.close()
		return nil, fmt.Errorf("netlink: %w", err)
	}
	return w, nil
}

func (w *linkWatch) close() { unix.Close(w.fd) }

// list asks for all interfaces.
func (w *linkWatch) list() error {
	w.seq++
	request := make([]byte, unix.SizeofNlMsghdr+unix.SizeofIfInfomsg) // all of the latter is 0: every interface
	binary.NativeEndian.PutUint32(request, uint32(len(request)))
	binary.NativeEndian.PutUint16(request[4:], unix.RTM_GETLINK)
	binary.NativeEndian.PutUint16(request[6:], unix.NLM_F_REQUEST|unix.NLM_F_DUMP)
	binary.NativeEndian.PutUint32(request[8:], w.seq)
	return unix.Sendto(w.fd, request, 0, &unix.SockaddrNetlink{Family: unix.AF_NETLINK})
}

// read takes in what the kernel has said, and reports whether the list that was
// asked for last is complete. It does not wait.
func (w *linkWatch) read(take func(linkEvent)) (listed bool, err error) {
	for {
		n, _, err := unix.Recvfrom(w.fd, w.buf, 0)
		switch {
		case errors.Is(err, unix.EAGAIN):
			return listed, nil
		case errors.Is(err, unix.EINTR):
			continue
		case errors.Is(err, unix.ENOBUFS): // some of it was lost
			err = w.list()
			if err == nil {
				continue
			}
			fallthrough
		case err != nil:
			return listed, os.NewSyscallError("netlink", err)
		}
		messages, err := syscall.ParseNetlinkMessage(w.buf[:n])
		if err != nil {
			return listed, fmt.Errorf("netlink: %w", err)
		}
		for i := range messages {
			m := &messages[i]
			if m.Header.Type == unix.NLMSG_DONE && m.Header.Seq == w.seq {
				listed = true
			} else if e, ok := linkEventOf(m); ok {
				take(e)
			}
		}
	}
}

// linkEventOf understands a message about an interface.
func linkEventOf(m *syscall.NetlinkMessage) (e linkEvent, ok bool) {
	gone := m.Header.Type == unix.RTM_DELLINK
	// Others than AF_UNSPEC tell of ports of a bridge and the like.
	if !gone && m.Header.Type != unix.RTM_NEWLINK || len(m.Data) < unix.SizeofIfInfomsg || m.Data[0] != unix.AF_UNSPEC {
		return e, false
	}
	flags := binary.NativeEndian.Uint32(m.Data[8:])
	e.index = int(int32(binary.NativeEndian.Uint32(m.Data[4:])))
	e.hardware = binary.NativeEndian.Uint16(m.Data[2:])
	switch {
	case gone:
		e.state = LinkGone
	case flags&unix.IFF_UP == 0:
		e.state = LinkDown
	case flags&unix.IFF_LOWER_UP == 0:
		e.state = LinkNoCarrier
	}
	attributes, err := syscall.ParseNetlinkRouteAttr(m)
	if err != nil {
		return e, false
	}
	for _, a := range attributes {
		if a.Attr.Type == unix.IFLA_IFNAME {
			e.name = strings.TrimRight(string(a.Value), "\x00")
		}
	}
	return e, e.index > 0 && e.name != ""
}
