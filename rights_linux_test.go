package main

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"smtpscope/pcaps"
)

// A service is the program, running: it reads packets that the test gives it.
type service struct {
	*exec.Cmd
	t     *testing.T
	stdin io.WriteCloser
	lines *bufio.Scanner // of standard error
}

// startService runs the program with its packets from a pipe.
func startService(t *testing.T, args ...string) *service {
	t.Helper()
	r := &service{Cmd: exec.Command("smtpscope", append([]string{"-r", "-"}, args...)...), t: t}
	r.Env = append(os.Environ(), "SUDO_UID=", "DOAS_USER=")
	var err error
	if r.stdin, err = r.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	stderr, err := r.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	r.lines = bufio.NewScanner(stderr)
	if err := r.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.Process.Kill() })
	return r
}

// feed gives it a capture of ours.
func (r *service) feed(name string) {
	r.t.Helper()
	data, err := pcaps.FS.ReadFile(name)
	if err == nil {
		_, err = r.stdin.Write(data)
	}
	if err != nil {
		r.t.Fatal(err)
	}
}

// says waits for a line on standard error.
func (r *service) says(part string) {
	r.t.Helper()
	late := time.AfterFunc(patience, func() { _ = r.Process.Kill() }) // it says no more then
	defer late.Stop()
	for r.lines.Scan() {
		if strings.Contains(r.lines.Text(), part) {
			return
		}
	}
	r.t.Fatalf("it never said %q", part)
}

// end ends its input and waits for it.
func (r *service) end() {
	r.t.Helper()
	r.stdin.Close()
	late := time.AfterFunc(patience, func() { _ = r.Process.Kill() })
	defer late.Stop()
	if err := r.Wait(); err != nil {
		r.t.Error(err)
	}
}

// eventually waits until what is to hold does.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !holds(); {
		if time.Now().After(deadline) {
			t.Fatalf("it never came to this: %s", what)
		}
		<-time.After(5 * time.Millisecond)
	}
}

// TestRightsOfProgram looks at the program's threads while it waits for packets.
func TestRightsOfProgram(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("this needs root: there is nothing to give up")
	}
	r := startService(t, "--user", "12345", "--verbose", "--format", "json")
	r.feed("kerberos-raw-on-587.pcap")
	r.says("rights: seccomp: done")
	want := map[string]string{
		"Uid": "12345\t12345\t12345\t12345", "Gid": "12345\t12345\t12345\t12345", "Groups": "12345",
		"CapInh": "0000000000000000", "CapPrm": "0000000000000000", "CapEff": "0000000000000000",
		"CapBnd": "0000000000000000", "CapAmb": "0000000000000000", "NoNewPrivs": "1", "Seccomp": "2",
	}
	files, _ := filepath.Glob("/proc/" + strconv.Itoa(r.Process.Pid) + "/task/*/status")
	if len(files) < 2 {
		t.Errorf("%d threads", len(files))
	}
	for _, name := range files {
		status, err := os.ReadFile(name)
		if err != nil {
			continue // the thread has ended
		}
		for line := range strings.Lines(string(status)) {
			key, value, _ := strings.Cut(line, ":")
			if wanted, looked := want[key]; looked && strings.TrimSpace(value) != wanted {
				t.Errorf("%s: %s is %q, want %q", name, key, strings.TrimSpace(value), wanted)
			}
		}
	}
	r.end()
}

// TestLogReopened renames the log while it is written, as logrotate does. The
// program has given up root by then, and makes the file as somebody else.
func TestLogReopened(t *testing.T) {
	folder := t.TempDir()
	args := []string{"--idle", "1s", "--verbose"}
	if os.Geteuid() == 0 {
		for at := folder; at != os.TempDir(); at = filepath.Dir(at) {
			if err := os.Chmod(at, 0o755); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.Chown(folder, 12345, 12345); err != nil {
			t.Fatal(err)
		}
		args = append(args, "--user", "12345")
	}
	log := filepath.Join(folder, "log")
	r := startService(t, append(args, "--log", log)...)
	r.feed("kerberos-raw-on-587.pcap")
	has := func(name, word string) func() bool {
		return func() bool {
			text, _ := os.ReadFile(name)
			return strings.Contains(string(text), word)
		}
	}
	eventually(t, "the log begins", has(log, `"type":"capture"`))
	if err := os.Rename(log, log+".1"); err != nil {
		t.Fatal(err)
	}
	if err := r.Process.Signal(syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	eventually(t, "there is a new log", has(log, `"type":"capture"`))
	r.end()
	if !has(log, `"type":"summary"`)() || has(log+".1", `"type":"summary"`)() {
		t.Error("the summary is not where it should be")
	}
}

// TestLogDiskFull fills a small disk and makes room again.
func TestLogDiskFull(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("this needs root: a small disk has to be made")
	}
	folder := t.TempDir()
	if err := syscall.Mount("tmpfs", folder, "tmpfs", 0, "size=64k,mode=777"); err != nil {
		t.Skipf("no disk can be made: %v", err)
	}
	t.Cleanup(func() { _ = syscall.Unmount(folder, syscall.MNT_DETACH) })
	log, ballast := filepath.Join(folder, "log"), filepath.Join(folder, "ballast")
	if err := os.WriteFile(ballast, make([]byte, 40<<10), 0o600); err != nil {
		t.Fatal(err)
	}
	var stderr strings.Builder
	l := &logFile{name: log, rights: &rights{}, stderr: &stderr}
	var err error
	if l.file, err = l.open(); err != nil {
		t.Fatal(err)
	}
	record := []byte(strings.Repeat("x", 999) + "\n")
	for range 40 {
		if n, err := l.Write(record); n != len(record) || err != nil {
			t.Fatal(n, err)
		}
	}
	if got := strings.Count(stderr.String(), "the disk is full"); got != 1 {
		t.Errorf("it is said %d times that the disk is full", got)
	}
	lost := l.lost.Load()
	if lost == 0 {
		t.Fatal("nothing was lost")
	}
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Write(record); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(stderr.String(), "there is room again") {
		t.Errorf("it is not said that there is room again:\n%s", &stderr)
	}
	if err := l.close(); err != nil {
		t.Error(err)
	}
	text, _ := os.ReadFile(log)
	if want := (41 - int(lost)) * len(record); len(text) != want || len(text)%len(record) != 0 {
		t.Errorf("the log has %d octets, want %d: whole records only", len(text), want)
	}
}

// TestMetricsOfProgram asks the program, which has no rights by then, for metrics.
func TestMetricsOfProgram(t *testing.T) {
	// Of loopback an address of our own, and no port that the kernel gives to others.
	address := fmt.Sprintf("127.%d.%d.%d:9587", 1+os.Getpid()>>16, os.Getpid()>>8&255, os.Getpid()&255)
	r := startService(t, "--metrics", address, "--format", "json", "--verbose")
	r.feed("kerberos-raw-on-587.pcap")
	text := ""
	eventually(t, "the session is counted", func() bool {
		answer, err := http.Get("http://" + address + "/")
		if err != nil {
			return false
		}
		defer answer.Body.Close()
		body, _ := io.ReadAll(answer.Body)
		text = string(body)
		// One answer may be of a time when some of it is counted, and some is not.
		return strings.Contains(text, `smtpscope_auth_attempts_total{actual="kerberos",mechanism="gssapi",outcome="accepted"} 1`) &&
			strings.Contains(text, `smtpscope_sessions_total{port="587",state="kerberos",tls="no"} 1`) && strings.Contains(text, "smtpscope_sessions_open 0\n")
	})
	if !strings.Contains(text, "smtpscope_build_info{") {
		t.Errorf("there is no build in\n%s", text)
	}
	r.end()
}

func TestMetricsAddress(t *testing.T) {
	for _, test := range []struct {
		address string
		public  bool
		ok      bool
	}{
		{address: "127.0.0.1:9587", ok: true},
		{address: "[::1]:9587", ok: true},
		{address: "localhost:9587", ok: true},
		{address: ":9587"},
		{address: "0.0.0.0:9587"},
		{address: "[::]:9587"},
		{address: "mail.example.org:9587"},
		{address: "127.0.0.1"},
		{address: "0.0.0.0:9587", public: true, ok: true},
	} {
		err := (&metricsFlags{address: test.address, public: test.public}).validate()
		if (err == nil) != test.ok {
			t.Errorf("%s, public %t: %v", test.address, test.public, err)
		}
	}
}
