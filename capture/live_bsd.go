//go:build darwin || freebsd

package capture

import (
	"errors"
	"fmt"
	"runtime"
	"sync/atomic"
	"time"
	"unsafe"

	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"
)

// openLive is OpenLive by /dev/bpf.
func openLive(names []string, o LiveOptions) (Source, error) { return openDevices(names, o, openBPF) }

// A bpfDevice is a descriptor of /dev/bpf that is bound to an interface.
type bpfDevice struct {
	fd     int
	layout bpfLayout
	dlt    LinkType
	size   int
	shut   atomic.Bool
}

// maxBPFDevices is how many of /dev/bpf0, /dev/bpf1, … are tried.
const maxBPFDevices = 256

// openBPF listens on an interface (bpf(4)).
func openBPF(name string, o LiveOptions) (_ device, err error) {
	fd, err := openFreeBPF()
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			unix.Close(fd)
		}
	}()
	d := &bpfDevice{fd: fd, layout: bpfDarwin}
	if runtime.GOOS == "freebsd" {
		d.layout = bpfFreeBSD
	}
	// The kernel takes less if that is too much for it. The size has to be
	// set before there is an interface.
	length := uint32(o.Buffer)
	if err := d.control(unix.BIOCSBLEN, unsafe.Pointer(&length)); err != nil {
		return nil, fmt.Errorf("buffer: %w", err)
	}
	var request [32]byte // struct ifreq
	if len(name) >= unix.IFNAMSIZ {
		return nil, ErrNoInterface
	}
	copy(request[:], name)
	if err := d.control(unix.BIOCSETIF, unsafe.Pointer(&request)); errors.Is(err, unix.ENXIO) {
		return nil, ErrNoInterface
	} else if err != nil {
		return nil, err
	}
	if err := d.prepare(o); err != nil {
		return nil, err
	}
	return d, nil
}

// openFreeBPF opens the first device that nobody has.
func openFreeBPF() (int, error) {
	fd, err := unix.Open("/dev/bpf", unix.O_RDONLY|unix.O_CLOEXEC, 0)
	for i := 0; errors.Is(err, unix.ENOENT) && i == 0 || errors.Is(err, unix.EBUSY) && i < maxBPFDevices; i++ {
		fd, err = unix.Open(fmt.Sprintf("/dev/bpf%d", i), unix.O_RDONLY|unix.O_CLOEXEC, 0)
	}
	if errors.Is(err, unix.EACCES) || errors.Is(err, unix.EPERM) {
		return -1, ErrNoRight
	}
	if err != nil {
		return -1, fmt.Errorf("/dev/bpf: %w", err)
	}
	return fd, nil
}

// prepare sets the filter and how packets are handed over. Setting the filter
// takes out of the buffer what came before it.
func (d *bpfDevice) prepare(o LiveOptions) error {
	var length, dlt uint32
	wait := unix.NsecToTimeval(deviceWait.Nanoseconds())
	at := uint32(1)
	for _, c := range []struct {
		what    string
		request uintptr
		value   unsafe.Pointer
	}{
		{"buffer", unix.BIOCGBLEN, unsafe.Pointer(&length)},
		{"link type", unix.BIOCGDLT, unsafe.Pointer(&dlt)},
		{"immediate mode", unix.BIOCIMMEDIATE, unsafe.Pointer(&at)},
		{"time limit", unix.BIOCSRTIMEOUT, unsafe.Pointer(&wait)},
	} {
		if err := d.control(c.request, c.value); err != nil {
			return fmt.Errorf("%s: %w", c.what, err)
		}
	}
	d.size, d.dlt = int(length), LinkType(dlt)
	if filter := o.filterFor(d.dlt); filter != nil {
		if err := d.attach(filter); err != nil {
			return fmt.Errorf("filter: %w", err)
		}
	}
	if !o.Quiet {
		_ = d.control(unix.BIOCPROMISC, nil) // some interfaces cannot, and are heard all the same
	}
	return nil
}

func (d *bpfDevice) attach(filter []bpf.RawInstruction) error {
	instructions := make([]unix.BpfInsn, len(filter))
	for i, f := range filter {
		instructions[i] = unix.BpfInsn{Code: f.Op, Jt: f.Jt, Jf: f.Jf, K: f.K}
	}
	program := unix.BpfProgram{Len: uint32(len(instructions)), Insns: unsafe.SliceData(instructions)}
	err := d.control(unix.BIOCSETF, unsafe.Pointer(&program))
	runtime.KeepAlive(instructions)
	return err
}

func (d *bpfDevice) control(request uintptr, value unsafe.Pointer) error {
	if _, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(d.fd), request, uintptr(value)); errno != 0 {
		return errno
	}
	return nil
}

func (d *bpfDevice) read(buf []byte, list []devicePacket) ([]devicePacket, error) {
	n, err := unix.Read(d.fd, buf[:d.size])
	switch {
	case errors.Is(err, unix.EINTR), errors.Is(err, unix.EAGAIN):
		return list, nil
	case errors.Is(err, unix.ENETDOWN): // it may come up again
		time.Sleep(deviceWait)
		return list, nil
	case err != nil:
		return list, err
	}
	return d.layout.packets(buf[:n], list), nil
}

func (d *bpfDevice) link() LinkType { return d.dlt }
func (d *bpfDevice) room() int      { return d.size }

func (d *bpfDevice) counts() (seen, dropped int64) {
	var st unix.BpfStat
	if d.shut.Load() || d.control(unix.BIOCGSTATS, unsafe.Pointer(&st)) != nil {
		return 0, 0
	}
	return int64(st.Recv), int64(st.Drop)
}

func (d *bpfDevice) close() {
	if !d.shut.Swap(true) {
		unix.Close(d.fd)
	}
}
