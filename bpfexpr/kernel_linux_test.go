package bpfexpr

import (
	"bytes"
	"net"
	"os"
	"os/exec"
	"runtime"
	"testing"
	"unsafe"

	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"
)

// portFrames are what the kernel must keep, and need not, when ports 25 and
// 587 are wanted.
var portFrames = []struct {
	name  string
	frame []byte
	want  bool
}{
	{"to the port", frame(ether(0x800), ip4(6, a4, b4), tcp(40000, 25)), true},
	{"from the port", frame(ether(0x800), ip4(6, a4, b4), tcp(25, 40000)), true},
	{"another port", frame(ether(0x800), ip4(6, a4, b4), tcp(40000, 26)), false},
	{"the port in udp", frame(ether(0x800), ip4(17, a4, b4), udp(40000, 25)), false},
	{"behind ip options", frame(ether(0x800), ip4With(6, a4, b4, 0, make([]byte, 40)), tcp(40000, 587)), true},
	{"another behind ip options", frame(ether(0x800), ip4With(6, a4, b4, 0, make([]byte, 8)), tcp(40000, 80)), false},
	{"first fragment", frame(ether(0x800), ip4With(6, a4, b4, 0x2000, nil), tcp(40000, 25)), true},
	{"first fragment of another", frame(ether(0x800), ip4With(6, a4, b4, 0x2000, nil), tcp(40000, 80)), false},
	{"later fragment", frame(ether(0x800), ip4With(6, a4, b4, 0x2002, nil), zeros(8)), true},
	{"last fragment of four octets", frame(ether(0x800), ip4With(6, a4, b4, 2, nil), zeros(4)), true},
	{"later fragment of udp, which may be a tunnel", frame(ether(0x800), ip4With(17, a4, b4, 2, nil), zeros(8)), true},
	{"later fragment of icmp", frame(ether(0x800), ip4With(1, a4, b4, 2, nil), zeros(8)), false},
	{"icmp", frame(ether(0x800), ip4(1, a4, b4), zeros(8)), false},
	{"arp", frame(ether(0x806), arp(a4, b4)), false},
	{"ipv6", frame(ether(0x86dd), ip6(6, a6, b6), tcp(25, 40000)), true},
	{"another in ipv6", frame(ether(0x86dd), ip6(6, a6, b6), tcp(26, 40000)), false},
	{"hop by hop", frame(ether(0x86dd), ip6(0, a6, b6), ext6(6, 0), tcp(40000, 25)), true},
	{"another behind hop by hop", frame(ether(0x86dd), ip6(0, a6, b6), ext6(6, 1), tcp(40000, 26)), false},
	{"four extension headers", frame(ether(0x86dd), ip6(0, a6, b6), ext6(60, 0), ext6(43, 2), ext6(60, 0), ext6(6, 1), tcp(40000, 587)), true},
	{"another behind four extension headers", frame(ether(0x86dd), ip6(0, a6, b6), ext6(60, 0), ext6(43, 2), ext6(60, 0), ext6(6, 1), tcp(40000, 80)), false},
	{"five extension headers", frame(ether(0x86dd), ip6(0, a6, b6), ext6(60, 0), ext6(43, 0), ext6(60, 0), ext6(60, 0), ext6(6, 0), tcp(1, 2)), true},
	{"authentication header", frame(ether(0x86dd), ip6(51, a6, b6), octets(6, 4), zeros(22), tcp(40000, 25)), true},
	{"another behind an authentication header", frame(ether(0x86dd), ip6(51, a6, b6), octets(6, 4), zeros(22), tcp(40000, 26)), false},
	{"authentication header in ipv4", frame(ether(0x800), ip4(51, a4, b4), octets(6, 4), zeros(22), tcp(40000, 25)), true},
	{"another behind one in ipv4", frame(ether(0x800), ip4(51, a4, b4), octets(6, 4), zeros(22), tcp(40000, 26)), false},
	{"fragment of ipv6", frame(ether(0x86dd), ip6(44, a6, b6), fragment6(6, 3, 1), zeros(8)), true},
	{"fragment behind destination options", frame(ether(0x86dd), ip6(60, a6, b6), ext6(44, 0), fragment6(6, 3, 0), zeros(2)), true},
	{"icmpv6", frame(ether(0x86dd), ip6(58, a6, b6), zeros(8)), false},
	{"icmpv6 behind hop by hop", frame(ether(0x86dd), ip6(0, a6, b6), ext6(58, 0), zeros(8)), false},
	{"tagged", frame(ether(0x8100), vlan(7, 0x800), ip4(6, a4, b4), tcp(40000, 25)), true},
	{"tagged, another", frame(ether(0x8100), vlan(7, 0x800), ip4(6, a4, b4), tcp(40000, 26)), false},
	{"tagged ipv6", frame(ether(0x8100), vlan(7, 0x86dd), ip6(6, a6, b6), tcp(40000, 587)), true},
	{"tagged twice", frame(ether(0x88a8), vlan(7, 0x8100), vlan(8, 0x800), ip4(6, a4, b4), tcp(40000, 25)), true},
	{"tagged twice, another", frame(ether(0x88a8), vlan(7, 0x8100), vlan(8, 0x800), ip4(6, a4, b4), tcp(40000, 26)), false},
	{"tagged twice, the inner one like the start of ipv4", frame(ether(0x8100), vlan(7, 0x8100), vlan(0x4508, 0x800), ip4(6, a4, b4), tcp(40000, 25)), true},
	{"tagged twice, the inner one like the start of ipv6", frame(ether(0x8100), vlan(7, 0x8100), vlan(0x6508, 0x800), ip4(6, a4, b4), tcp(40000, 25)), true},
	{"tagged four times", frame(ether(0x8100), vlan(7, 0x8100), vlan(8, 0x8100), vlan(9, 0x8100), vlan(10, 0x86dd), ip6(6, a6, b6), tcp(40000, 25)), true},
	{"tagged fragment", frame(ether(0x8100), vlan(7, 0x800), ip4With(6, a4, b4, 9, nil), zeros(4)), true},
	{"kerberos", frame(ether(0x800), ip4(17, a4, b4), udp(40000, 88)), false},
	{"gre", frame(ether(0x800), ip4(47, a4, b4), octets(0, 0, 8, 0), ip4(6, a4, b4), tcp(1, 25)), true},
	{"ip in ip", frame(ether(0x800), ip4(4, a4, b4), ip4(6, a4, b4), tcp(1, 25)), true},
	{"ipv6 in ip", frame(ether(0x800), ip4(41, a4, b4), ip6(6, a6, b6), tcp(1, 25)), true},
	{"vxlan", frame(ether(0x800), ip4(17, a4, b4), udp(40000, 4789), octets(8, 0, 0, 0, 0, 0, 1, 0), ether(0x800), ip4(6, a4, b4), tcp(1, 25)), true},
	{"mpls", frame(ether(0x8847), octets(0, 0, 0x11, 64), ip4(6, a4, b4), tcp(1, 25)), true},
	{"pppoe", frame(ether(0x8864), octets(0x11, 0, 0, 1, 0, 42, 0, 0x21), ip4(6, a4, b4), tcp(1, 25)), true},
	{"ip in llc", frame(ether(48), octets(0xaa, 0xaa, 3, 0, 0, 0, 8, 0), ip4(6, a4, b4), tcp(1, 25)), true},
	{"cut before the ports", frame(ether(0x800), ip4(6, a4, b4), zeros(2)), false},
}

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
	return w
}

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
	if err := unix.SetsockoptTimeval(fd, unix.SOL_SOCKET, unix.SO_RCVTIMEO, &unix.Timeval{Sec: 10}); err != nil {
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
		heard = true
	}
}
