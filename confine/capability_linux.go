package confine

import (
	"fmt"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
	"kernel.org/pub/linux/libs/security/libcap/psx"
)

// allThreads makes a system call on every thread of the process: rights belong
// to threads, and Go moves its goroutines between them. prctl(2) wants the
// arguments that it does not use to be 0.
func allThreads(call uintptr, a, b, c uintptr) error {
	if _, _, errno := psx.Syscall6(call, a, b, c, 0, 0, 0); errno != 0 {
		return errno
	}
	return nil
}

// capabilitySets are those of one thread, as capget(2) and capset(2) take them.
type capabilitySets [2]unix.CapUserData

func (s *capabilitySets) none() bool {
	return s[0].Permitted|s[1].Permitted|s[0].Effective|s[1].Effective|s[0].Inheritable|s[1].Inheritable == 0
}

// capabilities are those of this thread; none, where the kernel does not tell.
func capabilities() *capabilitySets {
	var sets capabilitySets
	header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	_ = unix.Capget(&header, &sets[0])
	return &sets
}

// dropBoundingSet makes that no program started could give a capability, and
// tells how many were dropped. The kernel ends the list with EINVAL.
func dropBoundingSet() (dropped int, err error) {
	for c := uintptr(0); c <= 63; c++ {
		has, err := unix.PrctlRetInt(unix.PR_CAPBSET_READ, c, 0, 0, 0)
		if err == syscall.EINVAL {
			break
		}
		if err != nil {
			return dropped, err
		}
		if has == 0 {
			continue
		}
		if err := allThreads(unix.SYS_PRCTL, unix.PR_CAPBSET_DROP, c, 0); err != nil {
			return dropped, err
		}
		dropped++
	}
	return dropped, nil
}

// dropCapabilities gives up all capabilities of all threads. Becoming a user has
// done it already where the process was root; a process that had its capabilities
// from a file has them still.
func dropCapabilities(bound int, boundErr error) (Step, error) {
	const name = "capabilities"
	// Kernels before 4.3 have no ambient set.
	if err := allThreads(unix.SYS_PRCTL, unix.PR_CAP_AMBIENT, unix.PR_CAP_AMBIENT_CLEAR_ALL, 0); err != nil && err != syscall.EINVAL {
		return step(name, err), fmt.Errorf("drop ambient capabilities: %w", err)
	}
	_ = allThreads(unix.SYS_PRCTL, unix.PR_SET_KEEPCAPS, 0, 0) // forbidden is as good as done
	header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var sets capabilitySets
	if err := allThreads(unix.SYS_CAPSET, uintptr(unsafe.Pointer(&header)), uintptr(unsafe.Pointer(&sets[0])), 0); err != nil {
		return step(name, err), fmt.Errorf("drop capabilities: %w", err)
	}
	if !capabilities().none() {
		err := fmt.Errorf("drop capabilities: some are left")
		return step(name, err), err
	}
	return step(name, nil, describeBound(bound, boundErr)), nil
}
