package bpfexpr

import (
	"bytes"
	"net"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"
)

func TestPortsInTheKernel(t *testing.T) {
	wire := newWire(t)
	wanted := Wanted{Ports: []uint16{25, 587}}
	sockets := map[string]*tap{
		"raw":    wire.listen(t, wire.far, unix.SOCK_RAW, wanted.Linux()),
		"cooked": wire.listen(t, wire.far, unix.SOCK_DGRAM, wanted.Linux()),
		// What goes out still has its tags where they were written.
		"going out":         wire.listen(t, wire.near, unix.SOCK_RAW, wanted.Linux()),
		"going out, cooked": wire.listen(t, wire.near, unix.SOCK_DGRAM, wanted.Linux()),
	}
	for name, socket := range sockets {
		t.Run(name, func(t *testing.T) {
			for _, tt := range portFrames {
				if got := wire.passes(t, socket, tt.frame); got != tt.want {
					t.Errorf("%s: kept %v, want %v", tt.name, got, tt.want)
				}
			}
		})
	}
}

func TestCausesInTheKernel(t *testing.T) {
	wire := newWire(t)
	tap := wire.listen(t, wire.far, unix.SOCK_RAW, Wanted{Ports: []uint16{25, 587}, Causes: true}.Linux())
	for _, tt := range causeFrames {
		if got := wire.passes(t, tap, tt.frame); got != tt.want {
			t.Errorf("%s: kept %v, want %v", tt.name, got, tt.want)
		}
	}
}

// A wire is a pair of interfaces in a network namespace of the test's own.
type wire struct {
	near, far int // interface indices
	out       int // socket that sends on near
}

// newWire needs root. The test's goroutine stays in the namespace, on a thread
// that ends with it.
func newWire(t *testing.T) *wire {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("not root: nothing can be attached to an interface")
	}
	runtime.LockOSThread()
	if err := unix.Unshare(unix.CLONE_NEWNET); err != nil {
		t.Skipf("no network namespaces here: %v", err)
	}
	for _, words := range [][]string{
		{"link", "add", "near", "type", "veth", "peer", "name", "far"},
		{"link", "set", "near", "up"},
		{"link", "set", "far", "up"},
	} {
		if out, err := exec.Command("ip", words...).CombinedOutput(); err != nil {
			t.Skipf("ip %v: %v %s", words, err, out)
		}
	}
	w := &wire{}
	for name, index := range map[string]*int{"near": &w.near, "far": &w.far} {
		i, err := net.InterfaceByName(name)
		if err != nil {
			t.Fatal(err)
		}
		*index = i.Index
	}
	var err error
	if w.out, err = unix.Socket(unix.AF_PACKET, unix.SOCK_RAW, 0); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { unix.Close(w.out) })
	w.awaitCarrier(t)
	return w
}

// awaitCarrier sends until something arrives: an interface that has come up drops what is
// sent until the kernel gets to that.
func (w *wire) awaitCarrier(t *testing.T) {
	t.Helper()
	on := w.listen(t, w.far, unix.SOCK_RAW, []bpf.RawInstruction{{Op: opReturn, K: keepAll}})
	if err := unix.SetsockoptTimeval(on.fd, unix.SOL_SOCKET, unix.SO_RCVTIMEO, &unix.Timeval{Usec: 100_000}); err != nil {
		t.Fatal(err)
	}
	probe := frame(ether(0x800), ip4(6, a4, b4), tcp(25, 587), octets([]byte("is it up")...))
	buf := make([]byte, 1<<16)
	for until := time.Now().Add(patience); time.Now().Before(until); {
		if err := unix.Sendto(w.out, probe, 0, &unix.SockaddrLinklayer{Ifindex: w.near}); err != nil {
			t.Fatal(err)
		}
		if n, _, err := unix.Recvfrom(on.fd, buf, 0); err == nil && bytes.HasSuffix(buf[:n], []byte("is it up")) {
			return
		}
	}
	t.Fatalf("nothing arrives within %v", patience)
}

// patience is how long a test waits for what has to come.
const patience = 30 * time.Second

// A tap hears what goes through a filter.
type tap struct{ fd int }

// listen attaches the programme to a socket on one of the ends.
func (w *wire) listen(t *testing.T, iface, kind int, program []bpf.RawInstruction) *tap {
	t.Helper()
	fd, err := unix.Socket(unix.AF_PACKET, kind, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { unix.Close(fd) })
	attach(t, fd, program)
	every := uint16(unix.ETH_P_ALL<<8 | unix.ETH_P_ALL>>8)
	if err := unix.Bind(fd, &unix.SockaddrLinklayer{Protocol: every, Ifindex: iface}); err != nil {
		t.Fatal(err)
	}
	if err := unix.SetsockoptTimeval(fd, unix.SOL_SOCKET, unix.SO_RCVTIMEO, &unix.Timeval{Sec: int64(patience / time.Second)}); err != nil {
		t.Fatal(err)
	}
	return &tap{fd}
}

func attach(t *testing.T, fd int, program []bpf.RawInstruction) {
	t.Helper()
	filters := make([]unix.SockFilter, len(program))
	for i, p := range program {
		filters[i] = unix.SockFilter{Code: p.Op, Jt: p.Jt, Jf: p.Jf, K: p.K}
	}
	fprog := unix.SockFprog{Len: uint16(len(filters)), Filter: unsafe.SliceData(filters)}
	if err := unix.SetsockoptSockFprog(fd, unix.SOL_SOCKET, unix.SO_ATTACH_FILTER, &fprog); err != nil {
		t.Fatalf("%d instructions: %v", len(program), err)
	}
}

// marker goes through every filter that the tests attach.
var marker = frame(ether(0x800), ip4(6, a4, b4), tcp(25, 587), octets([]byte("that was all")...))

// passes sends a frame and tells whether the tap hears it before a marker
// that is sent behind it.
func (w *wire) passes(t *testing.T, on *tap, frame []byte) bool {
	t.Helper()
	for _, b := range [][]byte{frame, marker} {
		if err := unix.Sendto(w.out, b, 0, &unix.SockaddrLinklayer{Ifindex: w.near}); err != nil {
			t.Fatal(err)
		}
	}
	heard := false
	for buf := make([]byte, 1<<16); ; {
		n, _, err := unix.Recvfrom(on.fd, buf, 0)
		if err != nil {
			t.Fatalf("nothing arrived: %v", err)
		}
		if bytes.HasSuffix(buf[:n], []byte("that was all")) {
			return heard
		}
		// The namespace has packets of its own, of IPv6 above all.
		heard = heard || bytes.HasSuffix(frame, buf[max(n-20, 0):n])
	}
}

// TestExpressionInTheKernel: the kernel keeps what the expression chooses once
// tags are back in the packet, and as little else as it can know.
func TestExpressionInTheKernel(t *testing.T) {
	wire := newWire(t)
	var frames [][]byte
	for _, tt := range portFrames {
		frames = append(frames, tt.frame)
	}
	// No subtests: their threads would be in another namespace.
	for _, expression := range []string{
		"host 10.0.0.1", "not host 10.0.0.1", "tcp port 25 or 26", "not port 26", "vlan and port 25", "not vlan", "port 25 or vlan 7 and tcp",
		"not (vlan and tcp)", "src net 10.0.0.0/31", "ip6", "not ip6", "src host 2001:db8::1 and not udp", "not (port 25 and host 10.0.0.2) or arp", "net 2001:db8::/32 and port 587",
	} {
		expr := mustParse(t, expression)
		program := compile(t, expression, 1)
		g := make(graph)
		all := assemble(expr.inKernel(g, g.give(keepAll), g.give(0)))
		// The marker has to come through as well.
		tap := wire.listen(t, wire.far, unix.SOCK_RAW, append(passMarker(), all...))
		for i, f := range frames {
			chosen, kept := program.Match(f), wire.passes(t, tap, f)
			if chosen && !kept {
				t.Errorf("%s: %s is chosen, and the kernel does not keep it", expression, portFrames[i].name)
			}
			if untagged := f[12] != 0x81 && f[12] != 0x88; kept && !chosen && untagged && !strings.Contains(expression, "vlan") {
				t.Errorf("%s: %s is kept for nothing", expression, portFrames[i].name)
			}
		}
	}
}

// passMarker keeps packets of the marker's length, and lets others go on.
func passMarker() []bpf.RawInstruction {
	return []bpf.RawInstruction{
		{Op: 0x80}, // A = length
		{Op: opEqual, Jf: 1, K: uint32(len(marker))},
		{Op: opReturn, K: keepAll},
	}
}
