package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"smtpscope/testnet"
)

// A desk is a terminal that a program runs on, and that can vanish.
type desk struct {
	t      *testing.T
	cmd    *exec.Cmd
	master *os.File

	mu     sync.Mutex
	screen bytes.Buffer // all that was written to it
}

// newTerminal makes a terminal, and returns what is behind it, and the terminal itself.
func newTerminal(t *testing.T) (master, slave *os.File) {
	t.Helper()
	// A Close does not wait for a Read then: it ends it.
	fd, err := unix.Open("/dev/ptmx", unix.O_RDWR|unix.O_NOCTTY|unix.O_CLOEXEC|unix.O_NONBLOCK, 0)
	if err != nil {
		t.Skip(err)
	}
	master = os.NewFile(uintptr(fd), "ptmx")
	t.Cleanup(func() { master.Close() })
	number, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err == nil {
		err = unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0)
	}
	if err != nil {
		t.Fatal(err)
	}
	slave, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { slave.Close() })
	_ = unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, &unix.Winsize{Row: 24, Col: 80})
	return master, slave
}

// atDesk starts a program on a terminal of its own, in the namespace. stdout is
// the terminal, too, if it is nil.
func atDesk(t *testing.T, n *testnet.Namespace, stdout *os.File, name string, args ...string) *desk {
	t.Helper()
	master, slave := newTerminal(t)
	defer slave.Close()
	d := &desk{t: t, cmd: exec.Command(name, args...), master: master}
	var err error
	d.cmd.Env = append(os.Environ(), "TERM=xterm", "SUDO_UID=", "DOAS_USER=")
	d.cmd.Stdin, d.cmd.Stdout, d.cmd.Stderr = slave, slave, slave
	if stdout != nil {
		d.cmd.Stdout = stdout
	}
	d.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if n.Do(func() { err = d.cmd.Start() }); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.cmd.Process.Kill() })
	go func() {
		piece := make([]byte, 4096)
		for {
			n, err := d.master.Read(piece)
			d.mu.Lock()
			d.screen.Write(piece[:n])
			d.mu.Unlock()
			if err != nil {
				return
			}
		}
	}()
	return d
}

func (d *desk) wants(part string) {
	d.t.Helper()
	eventually(d.t, part, func() bool {
		d.mu.Lock()
		defer d.mu.Unlock()
		return strings.Contains(d.screen.String(), part)
	})
}

// vanish takes the terminal away, as a connection by ssh that is cut does, and
// waits for the end of the program.
func (d *desk) vanish() {
	d.t.Helper()
	d.master.Close()
	late := time.AfterFunc(patience, func() { _ = d.cmd.Process.Kill() })
	defer late.Stop()
	if err := d.cmd.Wait(); err != nil {
		d.t.Errorf("%v: %v", d.cmd.Args, err)
	}
}

// TestTerminalVanishes: the program ends in order with its terminal. What it held
// of open sessions is saved.
func TestTerminalVanishes(t *testing.T) {
	keys, err := filepath.Abs(filepath.Join("pcaps", "tls13-chacha20.keys"))
	if err != nil {
		t.Fatal(err)
	}
	n := testnet.New(t)
	n.Veth("v0", "v1")
	witness, send := n.Witness("v0"), n.Sender("v1")
	packets := frames(t, filepath.Join("pcaps", "tls13-chacha20.pcap"))
	packets = packets[:len(packets)-4] // the session stays open
	tests := []struct {
		name    string
		args    []string
		screens bool
		log     bool
	}{
		{name: "report", args: []string{"--format", "json"}},
		{name: "log", log: true},
		{name: "screens", screens: true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			folder := t.TempDir()
			saved, written := filepath.Join(folder, "saved.pcapng"), filepath.Join(folder, "out.jsonl")
			args := append([]string{"-i", "v0", "-w", saved, "--keylog", keys}, test.args...)
			var stdout *os.File
			begun := "listening on"
			switch {
			case test.log:
				args = append(args, "--log", written)
			case test.screens:
				begun = "live"
			default:
				if stdout, err = os.Create(written); err != nil {
					t.Fatal(err)
				}
				defer stdout.Close()
			}
			d := atDesk(t, n, stdout, "smtpscope", args...)
			d.wants(begun)
			for _, frame := range packets {
				send.Send(frame)
				witness.Hear(1)
			}
			if test.screens {
				d.wants("open of 1 session")
			}
			d.vanish()
			if !test.screens {
				text, _ := os.ReadFile(written)
				if lines := bytes.Split(bytes.TrimSpace(text), []byte("\n")); !bytes.HasPrefix(lines[len(lines)-1], []byte(`{"type":"summary"`)) {
					t.Errorf("it ends with %s", lines[len(lines)-1])
				}
			}
			found := output(t, "-r", saved, "--format", "json")
			if want := fmt.Sprintf(`"packets":%d`, len(packets)); !bytes.Contains(found, []byte(want)) || !bytes.Contains(found, []byte(`"decrypted":true`)) {
				t.Errorf("what was saved: %s", found)
			}
		})
	}
}

// TestSignalsAtOnce: who started the program may send a signal as soon as it says
// that it listens.
func TestSignalsAtOnce(t *testing.T) {
	n := testnet.New(t)
	for range 5 {
		p := listening(t, n, "smtpscope", "-i", "lo", "--log", filepath.Join(t.TempDir(), "log"))
		for _, signal := range []syscall.Signal{syscall.SIGHUP, syscall.SIGPIPE, syscall.SIGTERM} {
			if err := p.cmd.Process.Signal(signal); err != nil {
				t.Fatal(err)
			}
		}
		p.wait()
	}
}

// TestSignalsWhileAnOutputIsOpened: a pipe that nobody reads is waited for, and an
// interrupt ends that.
func TestSignalsWhileAnOutputIsOpened(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := unix.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(builtProgram(t), "-r", "-", "--format", "json", "-w", pipe)
	stdin, err := cmd.StdinPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	defer stdin.Close()
	packets, err := os.ReadFile("pcaps/kerberos-raw-on-587.pcap")
	if err == nil {
		_, err = stdin.Write(packets)
	}
	if err != nil {
		t.Fatal(err)
	}
	waits := func() bool {
		tasks, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/wchan", cmd.Process.Pid))
		return slices.ContainsFunc(tasks, func(task string) bool {
			where, _ := os.ReadFile(task)
			return string(where) == "wait_for_partner" || string(where) == "fifo_open"
		})
	}
	for deadline := time.Now().Add(5 * time.Second); !waits() && time.Now().Before(deadline); { // some kernels do not tell
		<-time.After(5 * time.Millisecond)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	select {
	case <-ended:
	case <-time.After(patience):
		_ = cmd.Process.Kill()
		t.Error("it waits on")
	}
}

// TestSignalsBeforeAnythingCame: Ctrl-C ends who writes to the pipe, too, and what that
// has kept back until then is read and reported; if there is none, the program just ends.
func TestSignalsBeforeAnythingCame(t *testing.T) {
	defer func() { afterFunc = time.AfterFunc }()
	patient := make(chan struct{})
	afterFunc = func(_ time.Duration, f func()) *time.Timer {
		close(patient)
		return time.AfterFunc(time.Hour, f)
	}
	r := startOnPipe(t, "--format", "json")
	r.write(t, nil) // returns when it is read from
	if err := syscall.Kill(os.Getpid(), syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	<-patient
	r.write(t, packetsOf(t, "kerberos-raw-on-587.pcap")...)
	if code := r.left(t); code != exitFine {
		t.Errorf("left with %d: %s", code, r.err.String())
	}
	for _, want := range []string{`"type":"session"`, `"state":"kerberos"`, `"type":"summary"`} {
		if !strings.Contains(r.out.String(), want) {
			t.Errorf("the output lacks %s:\n%s", want, r.out.String())
		}
	}

	cmd := exec.Command(builtProgram(t), "-r", "-")
	stdin, err := cmd.StdinPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err == nil {
		err = cmd.Process.Signal(os.Interrupt)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer stdin.Close()
	var exit *exec.ExitError
	if err := cmd.Wait(); !errors.As(err, &exit) || exit.Sys().(syscall.WaitStatus).Signal() != syscall.SIGINT {
		t.Errorf("it ended with %v", err)
	}
}

// TestSignalsOfNohup: a program that is to outlive its terminal does.
func TestSignalsOfNohup(t *testing.T) {
	n := testnet.New(t)
	p := listening(t, n, "sh", "-c", `trap "" HUP; exec smtpscope -i lo --format json`)
	h := p.reap()
	for _, signal := range []syscall.Signal{syscall.SIGHUP, syscall.SIGINT} {
		if err := p.cmd.Process.Signal(signal); err != nil {
			t.Fatal(err)
		}
	}
	p.end(h)
	if h.summary.Inputs == nil {
		t.Error("there is no summary")
	}
}

// TestSignalHangup: without a log and without a terminal, SIGHUP ends the program
// in order.
func TestSignalHangup(t *testing.T) {
	n := testnet.New(t)
	p := listening(t, n, "smtpscope", "-i", "lo", "--format", "json")
	h := p.reap()
	if err := p.cmd.Process.Signal(syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	p.end(h)
	if h.summary.Inputs == nil {
		t.Error("there is no summary")
	}
}

// TestSecondSignal: after the first interrupt the system has the next one, which ends the
// program the hard way.
func TestSecondSignal(t *testing.T) {
	mine := make(chan os.Signal, 2) // or it would end the test
	signal.Notify(mine, os.Interrupt)
	defer signal.Stop(mine)
	var s signals
	s.catch(false, io.Discard)
	ended := make(chan struct{})
	s.act(func() { close(ended) }, nil)
	for range 2 {
		if err := syscall.Kill(os.Getpid(), syscall.SIGINT); err != nil {
			t.Fatal(err)
		}
		<-mine
		<-ended
	}
	if s.release(); len(s.interrupts) != 0 {
		t.Error("the second one is caught, too")
	}
}
