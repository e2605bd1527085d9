package testnet

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// A Namespace is a network namespace that goes away with its test.
type Namespace struct {
	t    testing.TB
	file *os.File
}

// New makes a namespace in which only loopback is up. IPv6 is off, so that the
// kernel says nothing of its own. It skips the test where that is not allowed.
func New(t testing.TB) *Namespace {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("network namespaces need root")
	}
	if _, err := exec.LookPath("ip"); err != nil {
		t.Skip("ip is missing (Debian package iproute2)")
	}
	n := &Namespace{t: t}
	var err error
	onThread(func() {
		if err = unix.Unshare(unix.CLONE_NEWNET); err == nil {
			n.file, err = os.Open("/proc/thread-self/ns/net")
		}
	})
	if err != nil {
		t.Skipf("network namespaces are not allowed here: %v", err)
	}
	t.Cleanup(func() { n.file.Close() })
	n.Do(func() {
		for _, which := range []string{"all", "default"} {
			_ = os.WriteFile("/proc/sys/net/ipv6/conf/"+which+"/disable_ipv6", []byte("1"), 0)
		}
	})
	n.IP("link", "set", "lo", "up")
	return n
}

// onThread runs f on a thread that ends with it: what f does to the thread
// reaches nobody else.
func onThread(f func()) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread() // and never unlock
		f()
	}()
	<-done
}

// Do runs f in the namespace. Sockets that f opens stay there, and commands that
// it starts; goroutines do not.
func (n *Namespace) Do(f func()) {
	var err error
	onThread(func() {
		if err = unix.Setns(int(n.file.Fd()), unix.CLONE_NEWNET); err == nil {
			f()
		}
	})
	if err != nil {
		n.t.Fatalf("enter the namespace: %v", err)
	}
}

// Path is a file that stands for the namespace, as nsenter(1) wants it; good for
// as long as the test runs.
func (n *Namespace) Path() string { return fmt.Sprintf("/proc/%d/fd/%d", os.Getpid(), n.file.Fd()) }

// IP runs ip(8) in the namespace.
func (n *Namespace) IP(args ...string) {
	n.t.Helper()
	if out, err := n.ip(args...); err != nil {
		n.t.Fatalf("ip %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

// TryIP is IP for what not every kernel and not every ip(8) can do. It reports
// whether this one did.
func (n *Namespace) TryIP(args ...string) bool {
	_, err := n.ip(args...)
	return err == nil
}

func (n *Namespace) ip(args ...string) (out []byte, err error) {
	n.Do(func() { out, err = exec.Command("ip", args...).CombinedOutput() })
	return out, err
}

// Dial connects over the namespace's loopback.
func (n *Namespace) Dial(port int) (client, server net.Conn) {
	n.t.Helper()
	var err error
	n.Do(func() {
		address := &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: port}
		var l *net.TCPListener
		if l, err = net.ListenTCP("tcp4", address); err != nil {
			return
		}
		defer l.Close()
		if client, err = net.DialTCP("tcp4", nil, address); err == nil {
			server, err = l.Accept()
		}
	})
	if err != nil {
		n.t.Fatal(err)
	}
	n.t.Cleanup(func() { client.Close(); server.Close() })
	return client, server
}

// Veth makes a pair of interfaces that are connected with each other, and up:
// what is sent on one is received on the other.
func (n *Namespace) Veth(a, b string) {
	n.t.Helper()
	n.IP("link", "add", a, "mtu", "65535", "type", "veth", "peer", "name", b, "mtu", "65535")
	n.IP("link", "set", a, "up")
	n.IP("link", "set", b, "up")
}
