package capture_test

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"smtpscope/capture"
)

// smtpPorts are those of all captures of the project.
var smtpPorts = []uint16{24, 25, 465, 587, 2525, 10025}

// stream is what one side of a connection sent.
type stream struct {
	from, to netip.AddrPort
	bytes    []byte
	gap      bool
}

// collector keeps the bytes of all connections, in the order of their opening.
type collector struct {
	conns []*[2]stream
}

// Chunk implements capture.Handler.
func (c *collector) Chunk(k *capture.Chunk) {
	switch k.Kind {
	case capture.Open:
		s := &[2]stream{{from: k.Conn.Client, to: k.Conn.Server}, {from: k.Conn.Server, to: k.Conn.Client}}
		k.Conn.Owner = s
		c.conns = append(c.conns, s)
	case capture.Data:
		s := k.Conn.Owner.(*[2]stream)
		s[k.Dir].bytes = append(s[k.Dir].bytes, k.Data...)
	case capture.Gap:
		k.Conn.Owner.(*[2]stream)[k.Dir].gap = true
	}
}

func reassemble(t *testing.T, name string) *collector {
	t.Helper()
	rules := capture.Rules{Ports: smtpPorts}
	src, err := capture.OpenFiles([]string{name}, capture.Options{Rules: rules})
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	c := &collector{}
	asm := capture.NewAssembler(c, rules, capture.DefaultLimits())
	for {
		b, err := src.Next()
		if errors.Is(err, io.EOF) {
			asm.Flush(0)
			return c
		}
		if err != nil {
			t.Fatal(err)
		}
		for i := range b.Packets {
			asm.Packet(&b.Packets[i])
		}
		b.Release()
	}
}

// tsharkStreams runs "follow stream" for the first n TCP streams of a capture.
// tshark complains of a file that is cut short, and prints all the same.
func tsharkStreams(t *testing.T, tshark, name string, n int) map[string][]byte {
	t.Helper()
	args := []string{"-r", name, "-q", "-o", "tcp.reassemble_out_of_order:TRUE"}
	for i := range n {
		args = append(args, "-z", fmt.Sprintf("follow,tcp,raw,%d", i))
	}
	out, err := exec.Command(tshark, args...).Output()
	if err != nil && len(out) == 0 {
		t.Fatalf("tshark: %v", err)
	}
	streams := map[string][]byte{}
	for _, followed := range bytes.Split(out, []byte("Follow: tcp,raw"))[1:] {
		addFollowed(t, streams, followed)
	}
	return streams
}

// addFollowed reads one followed stream: two node lines, then hex, the second
// node's behind a tab.
func addFollowed(t *testing.T, streams map[string][]byte, out []byte) {
	t.Helper()
	var nodes [2]string
	for line := range bytes.Lines(out) {
		text := strings.TrimRight(string(line), "\r\n")
		if name, ok := strings.CutPrefix(text, "Node 0: "); ok {
			nodes[0] = name
		} else if name, ok := strings.CutPrefix(text, "Node 1: "); ok {
			nodes[1] = name
		} else if nodes[1] != "" && text != "" && !strings.HasPrefix(text, "=") {
			side := 0
			if text[0] == '\t' {
				side = 1
			}
			octets, err := hex.DecodeString(strings.TrimSpace(text))
			if err != nil {
				t.Fatalf("tshark printed %q: %v", text, err)
			}
			key := nodes[side] + " > " + nodes[1-side]
			streams[key] = append(streams[key], octets...)
		}
	}
}

// TestSameBytesAsTshark holds the bytes of both directions of every capture
// against those that tshark reassembles. A direction with a hole is left out:
// tshark writes words into it.
func TestSameBytesAsTshark(t *testing.T) {
	if testing.Short() {
		t.Skip("starts tshark for every capture")
	}
	tshark, err := exec.LookPath("tshark")
	if err != nil {
		t.Skip("tshark is not installed: nothing to compare with")
	}
	names, err := filepath.Glob("../pcaps/*.pcap*")
	if err != nil || len(names) == 0 {
		t.Fatalf("no captures: %v", err)
	}
	var compared atomic.Int64
	t.Run("captures", func(t *testing.T) {
		for _, name := range names {
			t.Run(filepath.Base(name), func(t *testing.T) {
				t.Parallel()
				compared.Add(compare(t, tshark, name))
			})
		}
	})
	if n := compared.Load(); n < int64(len(names)) {
		t.Errorf("only %d directions of %d captures were compared", n, len(names))
	}
}

// compare returns how many directions were held against tshark's.
func compare(t *testing.T, tshark, name string) (compared int64) {
	conns := reassemble(t, name).conns
	// Streams of other ports are counted by tshark, too.
	want := tsharkStreams(t, tshark, name, 2*len(conns)+8)
	for _, conn := range conns {
		for _, s := range conn {
			if s.gap {
				continue
			}
			key := node(s.from) + " > " + node(s.to)
			if !bytes.Equal(s.bytes, want[key]) {
				t.Errorf("%s: %d octets differ from tshark's %d", key, len(s.bytes), len(want[key]))
			}
			compared++
		}
	}
	return compared
}

// node writes an address as tshark does.
func node(a netip.AddrPort) string {
	if a.Addr().Is6() {
		return fmt.Sprintf("[%s]:%d", a.Addr(), a.Port())
	}
	return a.String()
}
