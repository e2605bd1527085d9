package capture

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// A linkWatch is told by the kernel what happens to interfaces (rtnetlink(7)).
// What is told is lost when too much of it waits: then the list of all interfaces
// says how things are.
type linkWatch struct {
	fd    int
	buf   []byte
	seq   uint32
	asked time.Time // for the list last
	state listState
	// listed is what the list has said so far.
	listed []linkEvent
}

// A listState says what is awaited of the list of all interfaces.
type listState uint8

const (
	expectNews   listState = iota // the list is known: what changes is told
	expectList                    // it was asked for
	expectWorse                   // the same, and something was lost meanwhile: the next one counts
	expectToList                  // it has to be asked for, when what waits was read
)

// listAgain is the least time between two lists. It bounds the work while
// interfaces come faster than they are told of.
const listAgain = measureEvery

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
	w.state, w.asked, w.listed = expectList, time.Now(), w.listed[:0]
	request := make([]byte, unix.SizeofNlMsghdr+unix.SizeofIfInfomsg) // all of the latter is 0: every interface
	binary.NativeEndian.PutUint32(request, uint32(len(request)))
	binary.NativeEndian.PutUint16(request[4:], unix.RTM_GETLINK)
	binary.NativeEndian.PutUint16(request[6:], unix.NLM_F_REQUEST|unix.NLM_F_DUMP)
	binary.NativeEndian.PutUint32(request[8:], w.seq)
	return unix.Sendto(w.fd, request, 0, &unix.SockaddrNetlink{Family: unix.AF_NETLINK})
}

// read takes in what the kernel has said. It does not wait. list is that of all
// interfaces when one that was asked for is complete, else nil; it is good until
// the next call. After an error the list is asked for again.
func (w *linkWatch) read(take func(linkEvent)) (list []linkEvent, err error) {
	for {
		n, _, err := unix.Recvfrom(w.fd, w.buf, 0)
		switch {
		case errors.Is(err, unix.EAGAIN):
			if w.state != expectToList || time.Since(w.asked) < listAgain {
				return list, nil
			}
			if err = w.list(); err == nil {
				continue
			}
			w.state = expectToList
			return list, os.NewSyscallError("netlink", err)
		case errors.Is(err, unix.EINTR):
			continue
		case errors.Is(err, unix.ENOBUFS): // some of it was lost
			w.lost()
			continue
		case err != nil:
			w.lost()
			return list, os.NewSyscallError("netlink", err)
		}
		complete, err := w.understand(w.buf[:n], take)
		if err != nil {
			w.state = expectToList
			return list, fmt.Errorf("netlink: %w", err)
		}
		if complete { // what comes behind it is newer: it is read when the list was looked at
			return w.listed, nil
		}
	}
}

// lost takes note that something was not told. The list is not asked for while one
// is under way, and not before all that waits was read: the kernel refuses the one,
// and has no room for the answer of the other.
func (w *linkWatch) lost() {
	if w.state == expectList || w.state == expectWorse {
		w.state = expectWorse
	} else {
		w.state = expectToList
	}
}

// understand takes in messages, and reports whether they complete the list.
func (w *linkWatch) understand(data []byte, take func(linkEvent)) (complete bool, err error) {
	messages, err := syscall.ParseNetlinkMessage(data)
	if err != nil {
		return false, err
	}
	for i := range messages {
		m := &messages[i]
		answers := m.Header.Seq == w.seq && (w.state == expectList || w.state == expectWorse)
		if answers && m.Header.Flags&unix.NLM_F_DUMP_INTR != 0 { // interfaces changed while it was made
			w.state = expectWorse
		}
		switch m.Header.Type {
		case unix.NLMSG_ERROR, unix.NLMSG_DONE:
			if !answers {
				continue
			}
			if errno := errorOf(m); errno != 0 {
				return false, fmt.Errorf("list of interfaces: %w", errno)
			}
			if w.state == expectWorse {
				w.state = expectToList
				continue
			}
			w.state, complete = expectNews, true
		default:
			e, ok := linkEventOf(m)
			if !ok {
				continue
			}
			w.amend(e)
			take(e)
		}
	}
	return complete, nil
}

// amend puts what is told of an interface into the list that is under way: part of it,
// or news that came in between.
func (w *linkWatch) amend(e linkEvent) {
	switch {
	case w.state == expectNews || w.state == expectToList:
	case e.state == LinkGone:
		w.listed = slices.DeleteFunc(w.listed, func(l linkEvent) bool { return l.index == e.index })
	default:
		w.listed = append(w.listed, e)
	}
}

// errorOf is the error that a message ends a request with, 0 for none.
func errorOf(m *syscall.NetlinkMessage) unix.Errno {
	if len(m.Data) < 4 {
		return 0
	}
	return unix.Errno(-int32(binary.NativeEndian.Uint32(m.Data)))
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
