package main

import (
	"fmt"
	"net"
	"net/smtp"
	"net/textproto"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// A namespace is a network of a test's own.
type namespace struct{ name string }

func newNamespace(t *testing.T) namespace {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("only root makes network namespaces")
	}
	n := namespace{fmt.Sprintf("smtpscope-%d", os.Getpid())}
	for _, args := range [][]string{{"netns", "add", n.name}, {"-n", n.name, "link", "set", "lo", "up"}} {
		if out, err := exec.Command("ip", args...).CombinedOutput(); err != nil {
			t.Skipf("ip %v: %v %s", args, err, out)
		}
	}
	t.Cleanup(func() { _ = exec.Command("ip", "netns", "del", n.name).Run() })
	return n
}

// do does something in the namespace: sockets made there stay there.
func (n namespace) do(what func() error) error {
	done := make(chan error)
	go func() {
		runtime.LockOSThread() // and never unlocked: the thread ends with the goroutine
		f, err := os.Open("/run/netns/" + n.name)
		if err == nil {
			err = unix.Setns(int(f.Fd()), unix.CLONE_NEWNET)
			f.Close()
		}
		if err == nil {
			err = what()
		}
		done <- err
	}()
	return <-done
}

// serveSMTP answers clients as a mail server that takes all does.
func serveSMTP(l net.Listener) {
	for {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		go func() {
			defer conn.Close()
			c := textproto.NewConn(conn)
			c.PrintfLine("220 mx.test ESMTP")
			for {
				line, err := c.ReadLine()
				if err != nil {
					return
				}
				switch verb, _, _ := strings.Cut(line, " "); strings.ToUpper(verb) {
				case "EHLO":
					c.PrintfLine("250-mx.test\r\n250 AUTH PLAIN")
				case "AUTH":
					c.PrintfLine("235 2.7.0 welcome")
				case "QUIT":
					c.PrintfLine("221 bye")
					return
				default:
					c.PrintfLine("250 ok")
				}
			}
		}()
	}
}

// TestTerminalInterface listens on an interface: a session is on the screen
// within a second of its first packet, and what becomes of it in its row.
func TestTerminalInterface(t *testing.T) {
	n := newNamespace(t)
	var listener net.Listener
	if err := n.do(func() (err error) { listener, err = net.Listen("tcp4", "127.0.0.1:25"); return err }); err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	go serveSMTP(listener)

	p := newPane(t, 80, 24, "ip netns exec "+n.name+` "$FOLDER/smtpscope" -i lo`)
	p.wants(`live · 0 sessions · none dropped`)
	var conn net.Conn
	began := time.Now()
	if err := n.do(func() (err error) { conn, err = net.Dial("tcp4", "127.0.0.1:25"); return err }); err != nil {
		t.Fatal(err)
	}
	client, err := smtp.NewClient(conn, "127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	p.wants(`(?m)^▌ +1 .*127\.0\.0\.1:25 +▷ in progress`)
	took := time.Since(began)
	t.Logf("on the screen %v after its first packet", took.Round(time.Millisecond))
	if took > time.Second {
		t.Errorf("the session was shown after %v", took)
	}
	if err := client.Auth(smtp.PlainAuth("", "alice", "secret", "127.0.0.1")); err != nil {
		t.Fatal(err)
	}
	p.wants(`◇▷password clear`)
	p.press("Enter")
	p.wants(`▷ open \d+s, following`)
	if err := client.Quit(); err != nil {
		t.Fatal(err)
	}
	p.wants(`◀────│ 221 bye`)
	p.press("Escape")
	p.wants(`\[All 1\] ◇ password 1`)
	p.wants(`1 session · none dropped`)
	p.press("w")
	if screen := p.tmux("capture-pane", "-p"); strings.Contains(screen, "Save") || strings.Contains(screen, " w ") {
		t.Errorf("packets that are not kept cannot be saved:\n%s", screen)
	}
	p.press("q")
	p.isRestored("0")
}
