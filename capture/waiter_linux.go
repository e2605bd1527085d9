package capture

import (
	"errors"
	"fmt"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// A waiter waits for packets, for news of interfaces, and to be woken.
//
// Rings are watched edge-triggered: poll(2) would report a ring as readable for
// as long as its last block is being looked at by somebody.
type waiter struct {
	source *liveSource
	epoll  int

	mu   sync.Mutex // for bell
	bell int        // an eventfd, 0 when there is none
}

// What an event is about, beside the taps by their place.
const (
	eventBell  = -1
	eventLinks = -2
)

func (w *waiter) open(s *liveSource) (err error) {
	w.source = s
	if w.epoll, err = unix.EpollCreate1(unix.EPOLL_CLOEXEC); err != nil {
		return fmt.Errorf("epoll: %w", err)
	}
	if w.bell, err = unix.Eventfd(0, unix.EFD_CLOEXEC|unix.EFD_NONBLOCK); err != nil {
		return fmt.Errorf("eventfd: %w", err)
	}
	err = errors.Join(w.add(w.bell, eventBell, 0), w.add(s.watch.fd, eventLinks, 0))
	for i, t := range s.taps {
		err = errors.Join(err, w.add(t.ring.fd, int32(i), unix.EPOLLET))
	}
	return err
}

func (w *waiter) add(fd int, what int32, how uint32) error {
	err := unix.EpollCtl(w.epoll, unix.EPOLL_CTL_ADD, fd, &unix.EpollEvent{Events: unix.EPOLLIN | how, Fd: what})
	if err != nil {
		return fmt.Errorf("epoll: %w", err)
	}
	return nil
}

// wait returns when something has happened, or after that time. What happened
// to interfaces is taken care of.
func (w *waiter) wait(most time.Duration) {
	var events [8]unix.EpollEvent
	ms := max(0, (most+time.Millisecond-1)/time.Millisecond)
	n, err := unix.EpollWait(w.epoll, events[:], int(ms))
	if err != nil {
		return // a signal: there is no harm in looking again
	}
	for _, e := range events[:max(n, 0)] {
		switch e.Fd {
		case eventBell:
			var count [8]byte
			_, _ = unix.Read(w.bell, count[:])
		case eventLinks:
			w.source.followLinks()
		default:
			if e.Events&unix.EPOLLERR != 0 {
				// That the interface went down: netlink tells it, with more words.
				_, _ = unix.GetsockoptInt(w.source.taps[e.Fd].ring.fd, unix.SOL_SOCKET, unix.SO_ERROR)
			}
		}
	}
}

// wake ends a wait, from any goroutine.
func (w *waiter) wake() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.bell > 0 {
		_, _ = unix.Write(w.bell, []byte{1, 0, 0, 0, 0, 0, 0, 1})
	}
}

func (w *waiter) close() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, fd := range []*int{&w.bell, &w.epoll} {
		if *fd > 0 {
			unix.Close(*fd)
			*fd = 0
		}
	}
}
