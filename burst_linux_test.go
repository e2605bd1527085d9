package main

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"smtpscope/inspect"
	"smtpscope/testnet"
)

// A program is smtpscope, or another that listens, in a process of its own.
type program struct {
	t      *testing.T
	cmd    *exec.Cmd
	stdout io.Reader
	ended  chan struct{} // standard error has ended

	mu    sync.Mutex
	words bytes.Buffer // of standard error
}

// listening starts a program in the namespace and waits until it says that it
// listens.
func listening(t *testing.T, n *testnet.Namespace, name string, args ...string) *program {
	t.Helper()
	p := &program{t: t, cmd: exec.Command(name, args...), ended: make(chan struct{})}
	stderr, err := p.cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if p.stdout, err = p.cmd.StdoutPipe(); err != nil {
		t.Fatal(err)
	}
	if n.Do(func() { err = p.cmd.Start() }); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.cmd.Process.Kill() })
	listens := make(chan struct{})
	go func() {
		defer close(p.ended)
		told := false
		for lines := bufio.NewScanner(stderr); lines.Scan(); {
			p.mu.Lock()
			fmt.Fprintln(&p.words, lines.Text())
			p.mu.Unlock()
			if !told && strings.Contains(lines.Text(), "listening on") {
				told = true
				close(listens)
			}
		}
	}()
	select {
	case <-listens:
	case <-p.ended:
		t.Fatalf("%s %v: %v\n%s", name, args, p.cmd.Wait(), p.words.String())
	case <-time.After(patience):
		t.Fatalf("%s %v never said that it listens", name, args)
	}
	return p
}

// said tells whether the program has said something on standard error.
func (p *program) said(part string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return strings.Contains(p.words.String(), part)
}

// builtProgram builds smtpscope as it is given to users: what it takes, of
// memory and of time, is not that of the tests' binary.
func builtProgram(t *testing.T) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "smtpscope")
	build := exec.Command("go", "build", "-o", name, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return name
}

// interrupt ends the program as Ctrl-C does. Who reads its standard output
// calls wait afterwards.
func (p *program) interrupt() {
	p.t.Helper()
	if err := p.cmd.Process.Signal(os.Interrupt); err != nil {
		p.t.Fatal(err)
	}
}

// awaits waits for what comes with the end of the program.
func (p *program) awaits(ended <-chan struct{}) {
	p.t.Helper()
	select {
	case <-ended:
	case <-time.After(patience):
		p.t.Fatalf("%v goes on", p.cmd.Args)
	}
}

// end waits for the end of the program, whose standard output is reaped, and returns
// what it said.
func (p *program) end(h *harvest) string {
	p.t.Helper()
	p.awaits(h.ended)
	return p.wait()
}

// wait waits for the end of the program and returns what it said.
func (p *program) wait() string {
	p.t.Helper()
	p.awaits(p.ended)
	if err := p.cmd.Wait(); err != nil {
		p.t.Errorf("%v: %v\n%s", p.cmd.Args, err, p.words.String())
	}
	return p.words.String()
}

// memory is what the program has in memory now, and the most it had, in octets
// (VmRSS and VmHWM of proc(5)).
func (p *program) memory() (now, most int64) {
	p.t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		p.t.Fatal(err)
	}
	for line := range strings.Lines(string(status)) {
		var kB int64
		if _, err := fmt.Sscanf(line, "VmRSS: %d kB", &kB); err == nil {
			now = kB << 10
		}
		if _, err := fmt.Sscanf(line, "VmHWM: %d kB", &kB); err == nil {
			most = kB << 10
		}
	}
	return now, most
}

// A harvest is what comes out of smtpscope on its standard output.
type harvest struct {
	sessions atomic.Int64
	more     chan struct{} // there were more sessions
	ended    chan struct{}
	summary  inspect.Summary // when ended is closed
}

// reap reads the records of a program until they end.
func (p *program) reap() *harvest {
	h := &harvest{more: make(chan struct{}, 1), ended: make(chan struct{})}
	go func() {
		defer close(h.ended)
		for lines := bufio.NewReaderSize(p.stdout, 1<<20); ; {
			line, err := lines.ReadBytes('\n')
			switch {
			case bytes.HasPrefix(line, []byte(`{"type":"session"`)):
				h.sessions.Add(1)
				select {
				case h.more <- struct{}{}:
				default:
				}
			case bytes.HasPrefix(line, []byte(`{"type":"summary"`)):
				if err := json.Unmarshal(line, &h.summary); err != nil {
					p.t.Error(err)
				}
			}
			if err != nil {
				return
			}
		}
	}()
	return h
}

// settle waits until there were so many sessions, or until there are no more for
// a while: those of which packets were lost do not end.
func (h *harvest) settle(sessions int) { h.await(sessions, 10*time.Second) }

// wait waits until there were so many sessions.
func (h *harvest) wait(t *testing.T, sessions int) {
	t.Helper()
	if !h.await(sessions, patience) {
		t.Fatalf("%d sessions found of %d", h.sessions.Load(), sessions)
	}
}

// await waits until there were so many sessions, or no more for a time. It reports
// whether there were.
func (h *harvest) await(sessions int, quiet time.Duration) bool {
	for h.sessions.Load() < int64(sessions) {
		select {
		case <-h.more:
		case <-time.After(quiet):
			return h.sessions.Load() >= int64(sessions)
		}
	}
	return true
}

// A crowd sends recorded sessions again and again, each time from another client,
// or from another port of one of so many clients.
type crowd struct {
	people   int // 0: no bound
	send     *testnet.Sender
	sessions [][][]byte // the frames of each
	clients  []string   // the address and the port of each client
	frame    []byte
}

// newCrowd takes captures of one session of IPv4 that ends by itself.
func newCrowd(t *testing.T, send *testnet.Sender) *crowd {
	c := &crowd{send: send}
	for _, name := range captures(t) {
		all := frames(t, name)
		found := sessionsFound(t, output(t, "-r", name, "--format", "json"))
		if len(all) == 0 || len(all) > 80 || len(found) != 1 || found[0].Close != "fin" || slices.ContainsFunc(all, func(f []byte) bool { return !whole4(f) }) {
			continue
		}
		if !slices.Contains(defaultPorts, binary.BigEndian.Uint16(all[0][36:])) {
			continue // it begins in the middle, with the server
		}
		c.sessions = append(c.sessions, all)
		c.clients = append(c.clients, source4(all[0])) // it opens the connection
	}
	if len(c.sessions) < 5 {
		t.Fatalf("only %d captures are fit for it", len(c.sessions))
	}
	return c
}

// whole4 tells that a frame has the addresses and ports where they are in IPv4
// without tags, options and fragments.
func whole4(f []byte) bool {
	return f[12] == 8 && f[13] == 0 && f[14] == 0x45 && f[20]&0x3f == 0 && f[21] == 0
}

// source4 is the address and the port that a frame of IPv4 without options comes from.
func source4(frame []byte) string { return string(frame[26:30]) + string(frame[34:36]) }

// session sends the i-th session, and returns of how many packets it was.
func (c *crowd) session(i int) int {
	round := 0
	if c.people > 0 {
		i, round = i%c.people, i/c.people
	}
	frames, client := c.sessions[i%len(c.sessions)], c.clients[i%len(c.sessions)]
	for _, f := range frames {
		c.frame = append(c.frame[:0], f...)
		at, port := 26, 34
		if source4(f) != client {
			at, port = 30, 36
		}
		// Checksums are not looked at: before offload they are wrong everywhere.
		copy(c.frame[at:], []byte{100, byte(i >> 16), byte(i >> 8), byte(i)})
		binary.BigEndian.PutUint16(c.frame[port:], binary.BigEndian.Uint16(f[port:])+uint16(round))
		c.send.Send(c.frame)
	}
	return len(frames)
}

// TestLiveBurst sends packets of real sessions as fast as it can, while smtpscope
// and tcpdump listen side by side: smtpscope loses no more of them, and stays
// small.
func TestLiveBurst(t *testing.T) {
	if testing.Short() {
		t.Skip("takes some seconds")
	}
	n := testnet.New(t)
	if _, err := exec.LookPath("tcpdump"); err != nil {
		t.Skip("tcpdump is missing")
	}
	n.Veth("v0", "v1")
	c := newCrowd(t, n.Sender("v1"))
	built := builtProgram(t)
	// Either of the two may be held up while the other is not.
	once(t, func() bool { return burst(t, n, c, built) })
}

// burst tells whether smtpscope lost no more than tcpdump.
func burst(t *testing.T, n *testnet.Namespace, c *crowd, built string) bool {
	const packets, mostMemory = 200_000, 200 << 20
	scope := listening(t, n, built, "-i", "v0", "--format", "json")
	dump := listening(t, n, "tcpdump", "-i", "v0", "-Z", "root", "-w", "/dev/null", "tcp port 24 or 25 or 465 or 587 or 2525")

	found := scope.reap()
	sent, i := 0, 0
	began := time.Now()
	for ; sent < packets; i++ {
		sent += c.session(i)
	}
	took := time.Since(began)
	found.settle(i)
	_, most := scope.memory()
	scope.interrupt()
	dump.interrupt()
	scope.end(found)
	words := dump.wait()
	dropped := regexp.MustCompile(`(\d+) packets? dropped by kernel`).FindStringSubmatch(words)
	if dropped == nil || len(found.summary.Inputs) != 1 || found.summary.Inputs[0].Live == nil {
		t.Fatalf("tcpdump said %q, smtpscope %+v", words, found.summary)
	}
	others, _ := strconv.ParseInt(dropped[1], 10, 64)
	live := found.summary.Inputs[0].Live
	t.Logf("%d packets of %d sessions in %v, %.0f a second: smtpscope lost %d and used %d MB, and %d %% of its buffer; tcpdump lost %d; %d sessions found",
		sent, i, took.Round(time.Millisecond), float64(sent)/took.Seconds(), live.Dropped, most>>20, 100*live.BufferPeak/live.Buffer, others, found.sessions.Load())
	if live.Dropped == 0 && (found.sessions.Load() != int64(i) || live.Seen != int64(sent)) {
		t.Errorf("%d of %d sessions, %d of %d packets", found.sessions.Load(), i, live.Seen, sent)
	}
	if most > mostMemory {
		t.Errorf("%d MB of memory", most>>20)
	}
	return live.Dropped <= others
}

// inUse is what the program's heap holds, garbage left out, as its metrics tell.
func (p *program) inUse(n *testnet.Namespace, address string) int64 {
	p.t.Helper()
	text := scrape(n, address)
	_, after, _ := strings.Cut(text, "\ngo_gc_heap_live_bytes ")
	number, _, _ := strings.Cut(after, "\n")
	octets, err := strconv.ParseFloat(number, 64)
	if err != nil {
		p.t.Fatalf("metrics: %v\n%s", err, text)
	}
	return int64(octets)
}

const (
	// rememberedClosed is how many connections that have ended are remembered
	// (docs/limits.md). Once that many have gone by, all tables that fill are full.
	rememberedClosed = 65_536
	// heapNoise is what batches on their way, buffers of the metrics, and the table of
	// compared clients, of which a quarter goes at once when it is full, make of difference.
	heapNoise = 4 << 20
)

// TestLiveSoak lets sessions go by, 100,000 or as many as SMTPSCOPE_SOAK says, no
// faster than they are read: once what is remembered of those that have ended has
// reached its bound, memory stays as it is. A long run holds the whole process to what
// it was, too: a short one is over before the garbage collector has found its pace. The
// long way, about an hour's traffic of a very busy server:
//
//	SMTPSCOPE_SOAK=2000000 go test . -run TestLiveSoak -v -timeout 0
func TestLiveSoak(t *testing.T) {
	if testing.Short() {
		t.Skip("takes some seconds")
	}
	const ahead, filled, least = 500, rememberedClosed + 5000, 1_000_000
	sessions := 100_000
	if long := os.Getenv("SMTPSCOPE_SOAK"); long != "" {
		var err error
		if sessions, err = strconv.Atoi(long); err != nil || sessions < 100_000 {
			t.Fatalf("SMTPSCOPE_SOAK=%s: a number of sessions, 100000 or more, is wanted", long)
		}
	}
	n := testnet.New(t)
	n.Veth("v0", "v1")
	c := newCrowd(t, n.Sender("v1"))
	c.people = sessions / 10
	const address = "127.0.0.1:9587"
	scope := listening(t, n, builtProgram(t), "-i", "v0", "--format", "json", "--metrics", address)
	found := scope.reap()
	first := max(sessions/10, filled)
	var early, most, earlyHeap, mostHeap int64
	began := time.Now()
	for i := range sessions {
		c.session(i)
		if i%ahead == 0 {
			found.wait(t, i-ahead)
		}
		if (i+1)%(sessions/20) != 0 {
			continue
		}
		found.wait(t, i+1)
		now, _ := scope.memory()
		heap := scope.inUse(n, address)
		if most, mostHeap = max(most, now), max(mostHeap, heap); i < first {
			early, earlyHeap = most, mostHeap
		}
		t.Logf("%d sessions: %d kB, %d kB of them in use", i+1, now>>10, heap>>10)
	}
	took := time.Since(began)
	scope.interrupt()
	scope.end(found)
	t.Logf("%d sessions in %v, %.0f a second: %d kB early, %d kB at most; in use %d kB and %d kB",
		sessions, took.Round(time.Millisecond), float64(sessions)/took.Seconds(), early>>10, most>>10, earlyHeap>>10, mostHeap>>10)
	if got := found.sessions.Load(); got != int64(sessions) {
		t.Errorf("%d sessions found of %d; %+v", got, sessions, found.summary.Inputs)
	}
	if mostHeap > earlyHeap+heapNoise {
		t.Errorf("the heap in use grew from %d kB to %d kB", earlyHeap>>10, mostHeap>>10)
	}
	if sessions >= least && most > early+early/32 {
		t.Errorf("memory grew from %d kB to %d kB", early>>10, most>>10)
	}
}
