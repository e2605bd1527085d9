package capture

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

// mailRules keep mailFrames and no webFrames.
var mailRules = Rules{Ports: []uint16{25}}

// A seen is a packet as it came out of a source, with its octets copied.
type seen struct {
	Frame, Time, Clock int64
	Data               string
	WireLen, Interface uint32
	Link               LinkType
}

// An outcome is all that a source says.
type outcome struct {
	Packets []seen
	Secrets []Secret
	Stats   Stats
}

// drain reads a source to its end and checks what holds for every source.
func drain(t testing.TB, s Source) outcome {
	t.Helper()
	var got outcome
	var last Batch
	for {
		b, err := s.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatalf("Next: %v", err)
		}
		if mayBeQuiet(s) && nothingIn(b) && b.Last == last.Last && b.Clock == last.Clock {
			b.Release()
			continue
		}
		if b.Last < last.Last || b.Last == last.Last && len(b.Secrets) == 0 {
			t.Fatalf("batch up to frame %d after one up to %d", b.Last, last.Last)
		}
		if b.Clock < last.Clock {
			t.Fatalf("the clock ran back from %d to %d", last.Clock, b.Clock)
		}
		for _, p := range b.Packets {
			if p.Frame <= last.Last || p.Frame > b.Last || p.Clock > b.Clock || p.Clock < p.Time && uint64(p.Time-p.Clock) <= uint64(maxLeap) {
				t.Fatalf("packet %+v does not fit between %+v and %+v", p, last, b)
			}
			if len(p.Data) > maxRecordLen || len(p.Data) != cap(p.Data) || uint32(len(p.Data)) > p.WireLen {
				t.Fatalf("packet %d: %d octets, capacity %d, %d on the wire", p.Frame, len(p.Data), cap(p.Data), p.WireLen)
			}
			last.Last = p.Frame
			got.Packets = append(got.Packets, seen{p.Frame, p.Time, p.Clock, string(p.Data), p.WireLen, p.Interface, p.Link})
		}
		got.Secrets = append(got.Secrets, b.Secrets...)
		last.Last, last.Clock = b.Last, b.Clock
		b.Release()
	}
	got.Stats = s.Stats()
	if got.Stats.Packets != last.Last || got.Stats.Kept != int64(len(got.Packets)) {
		t.Fatalf("counted %d packets, %d kept; want %d, %d", got.Stats.Packets, got.Stats.Kept, last.Last, len(got.Packets))
	}
	if err := s.Close(); err != nil {
		t.Fatalf("Close: %v", err)
	}
	return got
}

// mayBeQuiet tells that a source has a pipe, or what stands for one, among its inputs:
// however busy its writer is, nothing may come for a while.
func mayBeQuiet(s Source) bool {
	fs, ok := s.(*fileSource)
	return ok && slices.ContainsFunc(fs.inputs, func(in *input) bool { return !in.inlet.regular })
}

// nothingIn tells that a batch says no more than that nothing came.
func nothingIn(b *Batch) bool { return len(b.Packets)+len(b.Beside)+len(b.Secrets) == 0 }

// readStream reads one input from standard input.
func readStream(t testing.TB, r io.Reader, blockSize int) outcome {
	t.Helper()
	s, err := OpenFiles([]string{"-"}, Options{Rules: mailRules, Stdin: r, blockSize: blockSize})
	if err != nil {
		t.Fatal(err)
	}
	return drain(t, s)
}

// readFiles writes the files and reads them by their names.
func readFiles(t testing.TB, blockSize int, files ...[]byte) outcome {
	t.Helper()
	s, err := OpenFiles(writeFiles(t, files...), Options{Rules: mailRules, blockSize: blockSize})
	if err != nil {
		t.Fatal(err)
	}
	return drain(t, s)
}

// openMemory opens captures in memory as regular files are opened: without
// goroutines beside.
func openMemory(t testing.TB, blockSize int, files ...[]byte) Source {
	t.Helper()
	s := newFileSource(Options{Rules: mailRules, blockSize: blockSize}, len(files))
	for i, data := range files {
		in := &input{tally: &s.tally, order: i, inlet: &inlet{reader: bytes.NewReader(data), regular: true}}
		in.window = newWindow(in.inlet, &s.blocks, make([]byte, min(headSize, s.blocks.size)), 0)
		if err := in.identify(); err != nil {
			t.Fatal(err)
		}
		s.add(in)
	}
	return s
}

func writeFiles(t testing.TB, files ...[]byte) (names []string) {
	t.Helper()
	dir := t.TempDir()
	for i, data := range files {
		name := filepath.Join(dir, fmt.Sprint("trace", i))
		if err := os.WriteFile(name, data, 0o600); err != nil {
			t.Fatal(err)
		}
		names = append(names, name)
	}
	return names
}

// blockSizes put the end of a block everywhere: within headers, at the ends of
// records, and far behind.
var blockSizes = []int{1, 7, 16, 33, 100, 255, 1000, 4096, 0}

// checkWays reads data in every way that octets can come and wants the same
// each time. Names, sizes and offsets are those of the way and not compared.
func checkWays(t *testing.T, data []byte, want outcome) {
	t.Helper()
	neutral := func(o outcome) outcome {
		for i := range o.Stats.Inputs {
			o.Stats.Inputs[i].Name, o.Stats.Inputs[i].Size = "", 0
		}
		return o
	}
	want = neutral(want)
	check := func(way string, got outcome) {
		t.Helper()
		if diff := cmp.Diff(want, neutral(got)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", way, diff)
		}
	}
	for _, size := range blockSizes {
		check(fmt.Sprint("file, blocks of ", size), readFiles(t, size, data))
	}
	r := rand.New(rand.NewPCG(3, 4))
	for range 20 {
		size := 1 + r.IntN(2000)
		check(fmt.Sprint("file, blocks of ", size), readFiles(t, size, data))
	}
	check("stream", readStream(t, bytes.NewReader(data), 0))
	check("octet by octet", readStream(t, iotest.OneByteReader(bytes.NewReader(data)), 0))
	check("octet by octet into small blocks", readStream(t, iotest.OneByteReader(bytes.NewReader(data)), 64))
	check("the end with the last octets", readStream(t, iotest.DataErrReader(bytes.NewReader(data)), 0))
	check("pipe", readStream(t, pipeOf(t, data, 13), 100))
}

// pipeOf returns a pipe of the system into which data is written bit by bit.
func pipeOf(t *testing.T, data []byte, piece int) *os.File {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	go func() {
		defer w.Close()
		for len(data) > 0 {
			n := min(piece, len(data))
			if _, err := w.Write(data[:n]); err != nil {
				return
			}
			data = data[n:]
		}
	}()
	return r
}

// expected is what comes of packets of one input with one Ethernet interface.
func expected(format string, data []byte, packets []wirePacket) outcome {
	var o outcome
	in := InputStats{Format: format, Links: []LinkType{LinkEthernet}, Offset: int64(len(data))}
	var clock int64
	for i, p := range packets {
		clock = max(clock, p.at)
		o.Stats.Bytes += int64(len(p.data))
		if binary.BigEndian.Uint16(p.data[36:]) != 25 {
			o.Stats.Selection.Unwanted++
			continue
		}
		o.Packets = append(o.Packets, seen{
			Frame: int64(i + 1), Time: p.at, Clock: clock, Data: string(p.data),
			WireLen: p.wireLen(), Link: LinkEthernet,
		})
	}
	in.Packets = int64(len(packets))
	o.Stats.Packets, o.Stats.Kept = in.Packets, int64(len(o.Packets))
	o.Stats.Inputs = []InputStats{in}
	o.Stats.Selection.UnknownLink = map[LinkType]int64{}
	return o
}
