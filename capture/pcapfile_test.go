package capture

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestPcapVariants(t *testing.T) {
	tests := []struct {
		name   string
		writer pcapWriter
		unit   int64 // of the times, nanoseconds
	}{
		{name: "microseconds little-endian", writer: pcapWriter{order: binary.LittleEndian}, unit: 1000},
		{name: "microseconds big-endian", writer: pcapWriter{order: binary.BigEndian}, unit: 1000},
		{name: "nanoseconds little-endian", writer: pcapWriter{order: binary.LittleEndian, magic: pcapMagicNano}, unit: 1},
		{name: "nanoseconds big-endian", writer: pcapWriter{order: binary.BigEndian, magic: pcapMagicNano}, unit: 1},
		{name: "modified little-endian", writer: pcapWriter{order: binary.LittleEndian, magic: pcapMagicModified}, unit: 1000},
		{name: "modified big-endian", writer: pcapWriter{order: binary.BigEndian, magic: pcapMagicModified}, unit: 1000},
		{name: "frame check sequence announced", writer: pcapWriter{order: binary.LittleEndian, linkType: 0x30000001}, unit: 1000},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			packets := conversation(60, tt.unit)
			data := tt.writer.file(packets)
			checkWays(t, data, expected("pcap", data, packets))
		})
	}
}

func TestPcapEmptyCapture(t *testing.T) {
	data := pcapWriter{order: binary.LittleEndian}.file(nil)
	checkWays(t, data, expected("pcap", data, nil))
}

// Every prefix of a file yields the packets that are whole in it.
func TestPcapCutAnywhere(t *testing.T) {
	w := pcapWriter{order: binary.LittleEndian}
	packets := conversation(4, 1000)
	data := w.header()
	ends := []int{len(data)}
	for _, p := range packets {
		data = w.record(data, p)
		ends = append(ends, len(data))
	}
	for n := 4; n < len(data); n++ {
		got := readStream(t, bytes.NewReader(data[:n]), 50)
		whole := 0
		for whole+1 < len(ends) && ends[whole+1] <= n {
			whole++
		}
		damage := got.Stats.Inputs[0].Damage
		if n == ends[whole] {
			damage = append(damage, "none")
		}
		if got.Stats.Packets != int64(whole) || len(damage) != 1 {
			t.Errorf("%d octets: %d packets, damage %q; want %d", n, got.Stats.Packets, damage, whole)
		}
	}
}

func TestPcapDamage(t *testing.T) {
	w := pcapWriter{order: binary.LittleEndian}
	packets := conversation(10, 1000)
	good := func(from, to int) []byte {
		var b []byte
		for _, p := range packets[from:to] {
			b = w.record(b, p)
		}
		return b
	}
	absurd := w.words(nil, 1_700_000_000, 0, math.MaxUint32, math.MaxUint32)
	implausible := fmt.Sprint("implausible length 4294967295 of packet 6 at offset ", len(w.header())+len(good(0, 5)), "; ")
	tests := []struct {
		name    string
		data    []byte
		packets int64
		damage  []string
	}{
		{
			name:    "cut in the file header",
			data:    w.header()[:10],
			packets: 0,
			damage:  []string{"cut short in the file header (10 of 24 bytes)"},
		},
		{
			name:    "cut in a record header",
			data:    append(append(w.header(), good(0, 5)...), good(5, 6)[:9]...),
			packets: 5,
			damage:  []string{"cut short in packet 6 (9 of 16 bytes of its header)"},
		},
		{
			name:    "cut in a packet",
			data:    append(append(w.header(), good(0, 1)...), w.record(nil, wirePacket{at: 1, data: mailFrame(1, 46)})[:16+40]...),
			packets: 1,
			damage:  []string{"cut short in packet 2 (40 of 100 bytes)"},
		},
		{
			name:    "absurd length, records follow",
			data:    bytes.Join([][]byte{w.header(), good(0, 5), absurd, []byte("some noise"), good(5, 10)}, nil),
			packets: 10,
			damage:  []string{implausible + "26 bytes skipped"},
		},
		{
			name:    "absurd length, the last record follows",
			data:    bytes.Join([][]byte{w.header(), good(0, 5), absurd, good(5, 6)}, nil),
			packets: 6,
			damage:  []string{implausible + "16 bytes skipped"},
		},
		{
			name:    "absurd length, nothing follows",
			data:    bytes.Join([][]byte{w.header(), good(0, 5), absurd}, nil),
			packets: 5,
			damage:  []string{implausible + "the rest is not read"},
		},
		{
			name:    "absurd length, zeros as far as the search goes",
			data:    bytes.Join([][]byte{w.header(), good(0, 5), absurd, make([]byte, maxSkip), good(5, 10)}, nil),
			packets: 5,
			damage:  []string{implausible + "the rest is not read"},
		},
		{
			name:    "absurd at once",
			data:    bytes.Join([][]byte{w.header(), absurd, good(0, 10)}, nil),
			packets: 10,
			damage:  []string{"implausible length 4294967295 of packet 1 at offset 24; 16 bytes skipped"},
		},
		{
			name:    "two files in one",
			data:    bytes.Join([][]byte{w.header(), good(0, 5), w.header(), good(5, 10)}, nil),
			packets: 10,
			damage:  []string{fmt.Sprint("another file begins at offset ", len(w.header())+len(good(0, 5)))},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, size := range []int{40, 333, 0} {
				got := readFiles(t, size, tt.data)
				if got.Stats.Packets != tt.packets {
					t.Errorf("blocks of %d: %d packets, want %d", size, got.Stats.Packets, tt.packets)
				}
				if diff := cmp.Diff(tt.damage, got.Stats.Inputs[0].Damage); diff != "" {
					t.Errorf("blocks of %d: damage (-want +got):\n%s", size, diff)
				}
			}
		})
	}
}

func TestPcapAbsurdTimes(t *testing.T) {
	w := pcapWriter{order: binary.LittleEndian}
	data := w.header()
	frame := mailFrame(1, 0)
	for _, at := range [][2]uint32{{math.MaxUint32, math.MaxUint32}, {0, 0}, {1, 1_500_000}} {
		data = w.words(data, at[0], at[1], uint32(len(frame)), uint32(len(frame)))
		data = append(data, frame...)
	}
	got := readFiles(t, 0, data)
	most := math.MaxUint32*int64(1e9) + math.MaxUint32*1000
	want := []int64{most, 0, 2_500_000_000}
	for i, p := range got.Packets {
		if p.Time != want[i] || p.Clock != most {
			t.Errorf("packet %d at %d, clock %d; want %d, %d", p.Frame, p.Time, p.Clock, want[i], most)
		}
	}
	if len(got.Packets) != len(want) {
		t.Errorf("%d packets, want %d", len(got.Packets), len(want))
	}
}

// Records greater than a block make it grow; what they claim does not.
func TestGiantRecord(t *testing.T) {
	w := pcapWriter{order: binary.LittleEndian}
	giant := wirePacket{at: 1e9, data: append(mailFrame(2, 0), make([]byte, maxRecordLen-54)...)}
	packets := []wirePacket{{at: 1e9, data: mailFrame(1, 10)}, giant, {at: 2e9, data: mailFrame(3, 10)}}
	data := w.file(packets)
	if diff := cmp.Diff(expected("pcap", data, packets).Packets, readFiles(t, 0, data).Packets); diff != "" {
		t.Error("the giant packet or its neighbours differ")
	}
	liar := append(w.header(), w.words(nil, 1, 0, maxRecordLen, maxRecordLen)...)
	liar = append(liar, make([]byte, 1000)...)
	s, err := OpenFiles(writeFiles(t, liar), Options{Rules: mailRules})
	if err != nil {
		t.Fatal(err)
	}
	drain(t, s)
	in := s.(*fileSource).inputs[0]
	if free := s.(*fileSource).blocks.free; len(free) > 1 || len(in.window.block.buf) > 0 {
		t.Errorf("a claim without octets took %d blocks", len(free))
	}
	if want := []string{"cut short in packet 1 (1000 of 16777216 bytes)"}; !cmp.Equal(want, in.stats.Damage) {
		t.Errorf("damage %q, want %q", in.stats.Damage, want)
	}
}

// The search for a good record needs more and more of the input for each of
// many candidates; it must not move what it has for each of them.
func TestSearchIsLinear(t *testing.T) {
	const word = 0x30304 // as seconds, fraction and lengths: a plausible header
	w := pcapWriter{order: binary.LittleEndian}
	data := w.record(w.header(), wirePacket{at: word * 1e9, data: mailFrame(1, 0)})
	data = w.words(data, 0, 0, math.MaxUint32, 0)
	for range 300_000 / 4 {
		data = w.words(data, word)
	}
	data = append(data, make([]byte, maxSkip)...)
	s := openMemory(t, 1000, data)
	from := s.(*fileSource).inputs[0].inlet
	reader := &readCounter{r: from.reader}
	from.reader = reader
	if got := drain(t, s); got.Stats.Packets != 1 {
		t.Errorf("%d packets, want 1", got.Stats.Packets)
	}
	if most := 2 * len(data) / 1000; reader.reads > most {
		t.Errorf("%d reads, want at most %d", reader.reads, most)
	}
}

type readCounter struct {
	r     io.Reader
	reads int
}

func (c *readCounter) Read(p []byte) (int, error) {
	c.reads++
	return c.r.Read(p)
}
