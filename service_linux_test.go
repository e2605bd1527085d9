package main

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"smtpscope/testnet"
)

// folderOf makes a folder that belongs to a user.
func folderOf(t *testing.T, uid int) string {
	t.Helper()
	folder := t.TempDir()
	for at := folder; at != os.TempDir(); at = filepath.Dir(at) {
		if err := os.Chmod(at, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chown(folder, uid, uid); err != nil {
		t.Fatal(err)
	}
	return folder
}

// scrape asks for metrics in the namespace; empty if nobody answers.
func scrape(n *testnet.Namespace, address string) string {
	var conn net.Conn
	var err error
	if n.Do(func() { conn, err = net.Dial("tcp4", address) }); err != nil {
		return ""
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(patience))
	fmt.Fprintf(conn, "GET /metrics HTTP/1.0\r\nHost: %s\r\n\r\n", address)
	text, _ := io.ReadAll(conn)
	return string(text)
}

// TestLiveService runs the program as a service does, without any right from the
// beginning on: its log is renamed, its interface vanishes and comes back, its
// metrics are read, and it is ended while a session goes on.
func TestLiveService(t *testing.T) {
	n := testnet.New(t)
	n.Veth("v0", "v1")
	c := newCrowd(t, n.Sender("v1"))
	folder := folderOf(t, 12345)
	log := filepath.Join(folder, "log")
	const address = "127.0.0.1:9587"
	p := listening(t, n, "smtpscope", "-i", "v0", "--user", "12345", "--verbose", "--log", log, "--metrics", address)
	if !p.said("rights: seccomp: done") {
		t.Skip("the kernel has no seccomp")
	}
	has := func(name, what string) func() bool {
		return func() bool {
			text, _ := os.ReadFile(name)
			return strings.Contains(string(text), what)
		}
	}
	eventually(t, "the log begins", has(log, `{"type":"capture"`))
	c.session(0)
	eventually(t, "a session is in the log", has(log, `{"type":"session"`))

	if err := os.Rename(log, log+".1"); err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Process.Signal(syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	eventually(t, "there is a new log", has(log, `{"type":"capture"`))

	n.IP("link", "del", "v0")
	eventually(t, "the interface is missed", func() bool { return p.said("v0 has vanished") })
	n.Veth("v0", "v1")
	eventually(t, "the interface is back", func() bool { return p.said("v0 is back") })
	c.send = n.Sender("v1")
	sent := 1
	eventually(t, "a session of the interface that came back", func() bool {
		c.session(sent) // the other end may not be open yet
		sent++
		return has(log, `{"type":"session"`)()
	})
	if p.said("cannot be") {
		t.Error(p.words.String())
	}

	for _, frame := range c.sessions[0][:5] { // and no end
		c.send.Send(frame)
	}
	text := ""
	eventually(t, "a session is open", func() bool {
		text = scrape(n, address)
		return strings.Contains(text, "smtpscope_sessions_open 1\n") && strings.Contains(text, "smtpscope_sessions_total{")
	})
	if !strings.Contains(text, "smtpscope_packets_dropped_total 0\n") {
		t.Errorf("metrics:\n%s", text)
	}
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	p.wait()
	written, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	lines := bytes.Split(bytes.TrimSpace(written), []byte("\n"))
	if last := lines[len(lines)-1]; !bytes.HasPrefix(last, []byte(`{"type":"summary"`)) {
		t.Errorf("the log ends with %s", last)
	}
	if !slices.ContainsFunc(sessionsFound(t, written), func(f found) bool { return f.Close == "open" || f.Close == "eof" }) {
		t.Errorf("the session that went on is not there:\n%s", written)
	}
}

// stopped tells that all threads of the program have stopped.
func (p *program) stopped() bool {
	p.t.Helper()
	threads, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/stat", p.cmd.Process.Pid))
	if err != nil {
		p.t.Fatal(err)
	}
	return len(threads) > 0 && !slices.ContainsFunc(threads, func(name string) bool {
		stat, err := os.ReadFile(name)
		_, after, _ := bytes.Cut(stat, []byte(") ")) // behind the name of the command
		return err == nil && !bytes.HasPrefix(after, []byte("T"))
	})
}

// TestLiveSuspended stops the program until more has come than the kernel holds for it:
// it goes on, says that something is missing, and finds what comes later.
func TestLiveSuspended(t *testing.T) {
	n := testnet.New(t)
	n.Veth("v0", "v1")
	c := newCrowd(t, n.Sender("v1"))
	log := filepath.Join(t.TempDir(), "log")
	p := listening(t, n, "smtpscope", "-i", "v0", "--log", log, "--buffer", "4M")
	signal := func(s syscall.Signal) {
		t.Helper()
		if err := p.cmd.Process.Signal(s); err != nil {
			t.Fatal(err)
		}
	}
	logged := func(session int) bool {
		text, _ := os.ReadFile(log)
		return bytes.Contains(text, fmt.Appendf(nil, `"ip":"100.%d.%d.%d"`, session>>16, session>>8&255, session&255))
	}
	c.session(0)
	eventually(t, "a session before", func() bool { return logged(0) })
	signal(syscall.SIGSTOP)
	eventually(t, "it has stopped", p.stopped)
	sent := 1
	for octets := 0; octets < 16<<20; sent++ {
		octets += 200 * c.session(sent) // about: a packet has some hundred
	}
	signal(syscall.SIGCONT)
	eventually(t, "sessions come again", func() bool {
		c.session(sent)
		sent++
		return logged(sent - 2)
	})
	signal(syscall.SIGTERM)
	if words := p.wait(); !strings.Contains(words, "the kernel dropped") {
		t.Errorf("it said %q", words)
	}
}

// TestLiveEndsByItself: after a time, or after so many packets.
func TestLiveEndsByItself(t *testing.T) {
	n := testnet.New(t)
	n.Veth("v0", "v1")
	c := newCrowd(t, n.Sender("v1"))
	for _, args := range [][]string{{"--duration", "300ms"}, {"-c", "3"}} {
		t.Run(args[0], func(t *testing.T) {
			p := listening(t, n, "smtpscope", append(args, "-i", "v0", "--format", "json")...)
			h := p.reap()
			c.session(0)
			p.end(h)
			if args[0] == "-c" && h.summary.Inputs[0].Packets != 3 {
				t.Errorf("%d packets", h.summary.Inputs[0].Packets)
			}
		})
	}
}

// TestLiveRecordingOpens saves sessions with TLS, and the keys of a log beside them,
// in files that rotate, without any right: each session can be read back from them
// without the log, by this program and by tshark.
func TestLiveRecordingOpens(t *testing.T) {
	n := testnet.New(t)
	n.Veth("v0", "v1")
	send := n.Sender("v1")
	folder := folderOf(t, 12345)
	names := []string{"tls12-cbc", "tls13-chacha20", "implicit-tls-465-ntlm"}
	var keys []byte
	for _, name := range names {
		lines, err := os.ReadFile(filepath.Join("pcaps", name+".keys"))
		if err != nil {
			t.Fatal(err)
		}
		keys = append(keys, lines...)
	}
	keylog := filepath.Join(folder, "keys")
	if err := os.WriteFile(keylog, keys, 0o644); err != nil {
		t.Fatal(err)
	}
	p := listening(t, n, "smtpscope", "-i", "v0", "--user", "12345", "--format", "json", "--keylog", keylog,
		"-w", filepath.Join(folder, "out.pcapng"), "--rotate-size", "4k", "--rotate-files", "20")
	h := p.reap()
	for i, name := range names {
		for _, frame := range frames(t, filepath.Join("pcaps", name+".pcap")) {
			send.Send(frame)
		}
		eventually(t, name+" is there", func() bool { return h.sessions.Load() > int64(i) })
	}
	p.interrupt()
	if words := p.end(h); strings.Contains(words, "out.pcapng") {
		t.Errorf("it said:\n%s", words)
	}
	files, _ := filepath.Glob(filepath.Join(folder, "out*.pcapng"))
	if len(files) < len(names) {
		t.Errorf("only %v: nothing has rotated", files)
	}
	args := []string{"--format", "json"}
	for _, file := range files {
		args = append(args, "-r", file)
	}
	opened := 0
	for line := range bytes.Lines(output(t, args...)) {
		if bytes.HasPrefix(line, []byte(`{"type":"session"`)) && bytes.Contains(line, []byte(`"decrypted":true`)) {
			opened++
		}
	}
	if opened != len(names) {
		t.Errorf("%d of %d sessions were opened from %v", opened, len(names), files)
	}
	if _, err := exec.LookPath("tshark"); err != nil {
		return
	}
	inside := make(map[string]bool) // the connections in which tshark sees commands within TLS
	for _, file := range files {
		out, err := exec.Command("tshark", "-r", file, "-Y", "tls && smtp.req.command", "-T", "fields", "-e", "ip.src", "-e", "tcp.srcport").Output()
		if err != nil {
			t.Errorf("tshark %s: %v", file, err)
		}
		for line := range strings.Lines(string(out)) {
			inside[line] = true
		}
	}
	if len(inside) < len(names) {
		t.Errorf("tshark opens only %v", inside)
	}
}
