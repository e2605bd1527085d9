package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"

	"smtpscope/capture"
	"smtpscope/inspect"
	"smtpscope/testnet"
)

// frames reads the packets on the usual ports of a capture of Ethernet; nil if it
// is none.
func frames(t *testing.T, name string) (frames [][]byte) {
	t.Helper()
	source, err := capture.OpenFiles([]string{name}, capture.Options{Rules: capture.Rules{Ports: defaultPorts}})
	if err != nil {
		t.Fatal(err)
	}
	defer source.Close()
	for {
		batch, err := source.Next()
		if errors.Is(err, io.EOF) {
			return frames
		}
		if len(batch.Secrets) > 0 {
			return nil // an interface gives no keys
		}
		for _, p := range batch.Packets {
			if p.Link != capture.LinkEthernet || len(p.Data) < int(p.WireLen) {
				return nil
			}
			frames = append(frames, slices.Clone(p.Data))
		}
		batch.Release()
	}
}

// A firstWrite tells when something is written first: the program listens then.
type firstWrite struct {
	bytes.Buffer
	once  sync.Once
	began chan struct{}
}

func (w *firstWrite) Write(b []byte) (int, error) {
	w.once.Do(func() { close(w.began) })
	return w.Buffer.Write(b)
}

// A found is what must not depend on whether a session was read from a file or
// from an interface.
type found struct {
	Client, Server, Close, Verdict string
	VLAN                           uint16
	Auth, Messages, Findings       []string
}

func sessionsFound(t *testing.T, output []byte) (all []found) {
	t.Helper()
	for line := range bytes.Lines(output) {
		if !bytes.HasPrefix(line, []byte(`{"type":"session"`)) {
			continue
		}
		var s inspect.Session
		if err := json.Unmarshal(line, &s); err != nil {
			t.Fatal(err)
		}
		f := found{
			Client: fmt.Sprint(s.Client), Server: fmt.Sprint(s.Server), Close: string(s.Close),
			Verdict: string(s.Verdict.State) + ": " + s.Verdict.Text, VLAN: s.VLAN,
		}
		for _, a := range s.Auth {
			f.Auth = append(f.Auth, fmt.Sprint(a.Verb, " ", a.Mechanism, " ", a.Actual, " ", a.Outcome, " ", a.ReplyCode))
		}
		for _, m := range s.Messages {
			f.Messages = append(f.Messages, fmt.Sprint(m.MailFrom, " ", m.Bytes, " ", m.Status, " ", m.ReplyCode))
		}
		for _, finding := range s.Findings {
			f.Findings = append(f.Findings, finding.ID)
		}
		all = append(all, f)
	}
	slices.SortFunc(all, func(a, b found) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
	return all
}

// TestLiveSaysWhatFilesSay replays each recorded capture over a pair of
// interfaces: what is found is what is found in the file.
func TestLiveSaysWhatFilesSay(t *testing.T) {
	n := testnet.New(t)
	n.Veth("v0", "v1")
	witness, send := n.Witness("v0"), n.Sender("v1")
	tests := []struct {
		name, listen string
		vlan         uint16
	}{
		{name: "interface", listen: "v0"},
		{name: "tagged", listen: "v0", vlan: 42},
		{name: "any", listen: "any"}, // which has each packet twice
		{name: "any, tagged", listen: "any", vlan: 42},
	}
	replayed := 0
	for _, name := range captures(t) {
		all := frames(t, name)
		if len(all) == 0 {
			continue
		}
		replayed++
		inFile := sessionsFound(t, output(t, "-r", name, "--format", "json"))
		for _, test := range tests {
			want := slices.Clone(inFile)
			for i := range want {
				want[i].VLAN = max(test.vlan, want[i].VLAN)
			}
			t.Run(scenario(name)+"/"+test.name, func(t *testing.T) {
				stdout, stderr := &firstWrite{began: make(chan struct{})}, &bytes.Buffer{}
				code, over := 0, make(chan struct{})
				go n.Do(func() {
					defer close(over)
					code = run([]string{"-i", test.listen, "--format", "json"}, strings.NewReader(""), stdout, stderr)
				})
				select {
				case <-stdout.began:
				case <-over:
					t.Fatalf("exit %d: %s", code, stderr)
				case <-time.After(patience):
					t.Fatal("it never listens")
				}
				for _, frame := range all {
					if test.vlan != 0 {
						frame = slices.Insert(slices.Clone(frame), 12, 0x81, 0, byte(test.vlan>>8), byte(test.vlan))
					}
					send.Send(frame)
					witness.Hear(1)
				}
				if err := unix.Kill(os.Getpid(), unix.SIGINT); err != nil {
					t.Fatal(err)
				}
				select {
				case <-over:
				case <-time.After(patience):
					t.Fatal("it goes on")
				}
				if diff := cmp.Diff(want, sessionsFound(t, stdout.Bytes())); code != exitFine || diff != "" {
					t.Errorf("exit %d, stderr %q; -file +live:\n%s", code, stderr, diff)
				}
			})
		}
	}
	if replayed < 20 {
		t.Errorf("only %d captures were replayed", replayed)
	}
}

// TestLiveBridge: a machine that bridges sees each packet on both ports, on the bridge,
// and here on the other ends, too. "any" makes one session of them.
func TestLiveBridge(t *testing.T) {
	n := testnet.New(t)
	n.Veth("c0", "c1")
	n.Veth("s0", "s1")
	if !n.TryIP("link", "add", "br0", "type", "bridge") {
		t.Skip("the kernel has no bridge")
	}
	for _, port := range []string{"c0", "s0"} {
		n.IP("link", "set", port, "master", "br0")
	}
	n.IP("link", "set", "br0", "up")
	type end struct {
		*testnet.Sender
		bridge *testnet.Witness
	}
	client, server := end{n.Sender("c1"), n.Witness("c0")}, end{n.Sender("s1"), n.Witness("s0")}
	for _, name := range []string{"starttls-opaque", "ntlm-on-25-only-ntlm-offered", "mail-with-attachments"} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join("pcaps", name+".pcap")
			all := frames(t, file)
			if len(all) == 0 {
				t.Fatal("no frames")
			}
			inFile := sessionsFound(t, output(t, "-r", file, "--format", "json"))
			// Copies of a packet are known by their times, which are apart when the machine
			// is held up between them.
			once(t, func() (known bool) {
				p := listening(t, n, "smtpscope", "-i", "any", "--log", filepath.Join(t.TempDir(), "log"))
				for _, frame := range all {
					frame = slices.Clone(frame)
					from, address := client, byte(1)
					if source4(frame) != source4(all[0]) {
						from, address = server, 2
					}
					// Each end has its address, so that the bridge knows the way.
					copy(frame, []byte{2, 0, 0, 0, 0, 3 - address, 2, 0, 0, 0, 0, address})
					from.Send(frame)
					from.bridge.Hear(1)
				}
				if err := p.cmd.Process.Signal(unix.SIGTERM); err != nil {
					t.Fatal(err)
				}
				p.wait()
				log, err := os.ReadFile(p.cmd.Args[len(p.cmd.Args)-1])
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(inFile, sessionsFound(t, log)); diff != "" {
					t.Errorf("-file +bridge:\n%s", diff)
				}
				copies := regexp.MustCompile(`"duplicates":(\d+)`).FindSubmatch(log)
				t.Logf("duplicates %q", copies)
				return copies != nil && len(copies[1]) >= 2 && bytes.Contains(log, []byte(`"retransmissions":0,`))
			})
		})
	}
}
