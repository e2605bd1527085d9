package main

import (
	"bytes"
	"encoding/binary"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// patience is how long tests wait for what has to come. No machine takes that long,
// however busy it is.
const patience = time.Minute

// A written text can be looked at while more of it is written.
type written struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (o *written) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.Write(p)
}

func (o *written) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.String()
}

// wants waits until the output has so many times a text.
func (o *written) wants(t *testing.T, n int, text string) {
	t.Helper()
	for deadline := time.Now().Add(patience); strings.Count(o.String(), text) < n; <-time.After(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("the output never had %q %d times:\n%s", text, n, o.String())
		}
	}
}

// packetsOf cuts a pcap file into its header and its records.
func packetsOf(t *testing.T, name string) [][]byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("pcaps", name))
	if err != nil {
		t.Fatal(err)
	}
	const header, recordHeader, length = 24, 16, 8
	var order binary.ByteOrder = binary.LittleEndian
	if b[0] == 0xa1 {
		order = binary.BigEndian
	}
	parts := [][]byte{b[:header]}
	for b = b[header:]; len(b) > 0; {
		n := recordHeader + int(order.Uint32(b[length:]))
		parts, b = append(parts, b[:n]), b[n:]
	}
	return parts
}

// A piped program reads a pipe that stays open.
type piped struct {
	pipe     io.WriteCloser
	out, err written
	code     chan int
}

func startOnPipe(t *testing.T, flags ...string) *piped {
	t.Helper()
	stdin, pipe := io.Pipe()
	r := &piped{pipe: pipe, code: make(chan int, 1)}
	go func() { r.code <- run(append([]string{"-r", "-"}, flags...), stdin, &r.out, &r.err) }()
	t.Cleanup(func() { pipe.Close() })
	return r
}

func (r *piped) write(t *testing.T, packets ...[]byte) {
	t.Helper()
	for _, p := range packets {
		if _, err := r.pipe.Write(p); err != nil {
			t.Fatal(err)
		}
	}
}

// left waits for the end of the program and returns its exit code.
func (r *piped) left(t *testing.T) int {
	t.Helper()
	select {
	case code := <-r.code:
		return code
	case <-time.After(patience):
		t.Fatalf("it goes on:\n%s", r.err.String())
		return 0
	}
}

// A session is written when it has ended, not when the pipe has.
func TestPipeHeadless(t *testing.T) {
	const of = `"type":"session"`
	r := startOnPipe(t, "--format", "json")
	packets := packetsOf(t, "kerberos-raw-on-587.pcap")
	r.write(t, packets[:1]...)
	r.out.wants(t, 1, `"type":"capture"`)
	r.write(t, packets[1:]...)
	r.out.wants(t, 1, of)
	r.pipe.Close()
	if code := r.left(t); code != exitFine || !strings.Contains(r.out.String(), `"type":"summary"`) {
		t.Errorf("left with %d: %s", code, r.err.String())
	}
}

// What ends the program while the pipe is open ends it in order: the session
// that goes on is reported as it stands, and what is required is judged.
func TestEndInOrder(t *testing.T) {
	signal := func(s os.Signal) func() error {
		return func() error {
			self, err := os.FindProcess(os.Getpid())
			if err != nil {
				return err
			}
			return self.Signal(s)
		}
	}
	// The time is over when the test says so: until then all has to be read.
	passed := make(chan func(), 1)
	afterFunc = func(d time.Duration, f func()) *time.Timer {
		if d != 400*time.Millisecond {
			t.Errorf("the duration is %v", d)
		}
		passed <- f
		return time.AfterFunc(time.Hour, f)
	}
	defer func() { afterFunc = time.AfterFunc }()
	tests := []struct {
		name    string
		signals bool
		flags   []string
		end     func() error
	}{
		{name: "SIGTERM", signals: true, end: signal(syscall.SIGTERM)},
		{name: "SIGINT", signals: true, end: signal(os.Interrupt)},
		{name: "duration", flags: []string{"--duration", "400ms"}, end: func() error {
			(<-passed)()
			return nil
		}},
		{name: "count", flags: []string{"-c", "8"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if runtime.GOOS == "windows" && test.signals {
				t.Skip("there are no such signals")
			}
			r := startOnPipe(t, append(test.flags, "--format", "json", "--require", "kerberos")...)
			r.write(t, packetsOf(t, "kerberos-raw-on-587.pcap")[:9]...)
			r.out.wants(t, 1, `"type":"capture"`)
			if test.end != nil {
				r.write(t, nil) // returns when who reads the pipe wants what is behind the ninth piece
				if err := test.end(); err != nil {
					t.Fatal(err)
				}
			}
			if code := r.left(t); code != exitInconclusive {
				t.Errorf("left with %d", code)
			}
			for _, want := range []string{`"close":"eof"`, `"state":"incomplete"`, `"type":"summary"`, `"packets":8`} {
				if !strings.Contains(r.out.String(), want) {
					t.Errorf("the output lacks %s:\n%s", want, r.out.String())
				}
			}
			if want := "1 of 1 sessions cannot be judged"; !strings.Contains(r.err.String(), want) {
				t.Errorf("stderr lacks %q: %s", want, r.err.String())
			}
		})
	}
}

// TestTerminalSlowPipe has packets come one by one, as through ssh: each is on the
// screen while its session is open.
func TestTerminalSlowPipe(t *testing.T) {
	var p *pane
	var pipe *os.File
	write := func(packets ...[]byte) {
		t.Helper()
		for _, b := range packets {
			if _, err := pipe.Write(b); err != nil {
				t.Fatal(err)
			}
		}
	}
	packets := packetsOf(t, "kerberos-raw-on-587.pcap")
	once(t, func() (quick bool) {
		p = newPane(t, 120, 40, `mkfifo "$FOLDER/pipe.new"; mv "$FOLDER/pipe.new" "$FOLDER/pipe"; smtpscope -r - <"$FOLDER/pipe"`)
		pipe = p.openPipe("pipe")
		write(packets[0])
		p.wants(`reading .*0 sessions`)
		began := time.Now()
		write(packets[1:5]...) // the handshake and the greeting
		p.wants(`1 open of 1 session.*\n(.*\n)*.*▷ in progress`)
		took := time.Since(began)
		t.Logf("on the screen after %v", took.Round(time.Millisecond))
		return took <= time.Second
	})
	p.press("Enter")
	p.wants(`▷ open \d+s`)
	rest := packets[5:]
	write(rest[:len(rest)/2]...)
	p.wants(`▶│ AUTH GSSAPI`)
	write(rest[len(rest)/2:]...)
	p.wants(`✓ kerberos`)
	p.press("Escape")
	p.wants(` 1 session .*\n\[All 1\] ✓ kerberos 1`)
	p.press("q")
	p.isRestored("0")
}
