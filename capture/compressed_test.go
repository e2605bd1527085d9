package capture

import (
	"bytes"
	"encoding/binary"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

func gzipped(t testing.TB, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func zstandard(t testing.TB, data []byte) []byte {
	t.Helper()
	w, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	return w.EncodeAll(data, nil)
}

func TestCompressed(t *testing.T) {
	packets := conversation(80, 1000)
	plain := pcapWriter{order: binary.LittleEndian}.file(packets)
	ng := ngWriter{binary.BigEndian}.file(packets)
	half := len(plain) / 2
	skippable := binary.LittleEndian.AppendUint32([]byte{0x50, 0x2a, 0x4d, 0x18}, 3)
	skippable = append(skippable, "any"...)
	tests := []struct {
		name, format string
		data         []byte
	}{
		{"gzip", "pcap, gzip", gzipped(t, plain)},
		{"gzip, pcapng", "pcapng, gzip", gzipped(t, ng)},
		{"gzip, two members", "pcap, gzip", append(gzipped(t, plain[:half]), gzipped(t, plain[half:])...)},
		{"gzip, a member for each 50 octets", "pcap, gzip", gzipMembers(t, plain, 50)},
		{"zstd", "pcap, zstd", zstandard(t, plain)},
		{"zstd, pcapng", "pcapng, zstd", zstandard(t, ng)},
		{"zstd, two frames", "pcap, zstd", append(zstandard(t, plain[:half]), zstandard(t, plain[half:])...)},
		{"zstd, a skippable frame first", "pcap, zstd", append(skippable, zstandard(t, plain)...)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			checkWays(t, tt.data, expected(tt.format, tt.data, packets))
		})
	}
}

func gzipMembers(t *testing.T, data []byte, size int) (out []byte) {
	for len(data) > 0 {
		n := min(size, len(data))
		out = append(out, gzipped(t, data[:n])...)
		data = data[n:]
	}
	return out
}

func TestCompressedDamage(t *testing.T) {
	packets := conversation(2000, 1000)
	plain := pcapWriter{order: binary.LittleEndian}.file(packets)
	whole := expected("", plain, packets)
	flip := func(b []byte, at int) []byte {
		b[at] ^= 0xff
		return b
	}
	gz, zs := gzipped(t, plain), zstandard(t, plain)
	tests := []struct {
		name   string
		data   []byte
		all    bool // the packets are all there nevertheless
		damage string
	}{
		{"gzip cut", gz[:len(gz)/2], false, "cut short in the compressed data"},
		{"gzip checksum", flip(gzipped(t, plain), len(gz)-6), true, "read error: gzip: invalid checksum"},
		{"gzip and noise", append(gzipped(t, plain), "noise, more than a header"...), true, "read error: gzip: invalid header"},
		{"zstd cut", zs[:len(zs)-10], false, "cut short in the compressed data"},
		{"zstd window too great", append([]byte{0x28, 0xb5, 0x2f, 0xfd, 0x00, 0xff}, zs[6:]...), false, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, err := OpenFiles([]string{"-"}, Options{Rules: mailRules, Stdin: bytes.NewReader(tt.data)})
			if tt.damage == "" {
				if err == nil || !strings.Contains(err.Error(), "window size exceeded") {
					t.Errorf("opened with %v", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			got := drain(t, s)
			if damage := got.Stats.Inputs[0].Damage; len(damage) == 0 || damage[0] != tt.damage {
				t.Errorf("damage %q, want %q", damage, tt.damage)
			}
			n := len(got.Packets)
			if n == 0 && tt.name != "zstd cut" || tt.all != (n == len(whole.Packets)) {
				t.Errorf("%d of %d packets", n, len(whole.Packets))
			}
			if diff := cmp.Diff(whole.Packets[:n], got.Packets); diff != "" {
				t.Errorf("packets (-want +got):\n%s", diff)
			}
		})
	}
}

// A patient readAhead fills its chunks, an impatient one hands over what there is.
func TestReadAheadChunks(t *testing.T) {
	tests := []struct {
		name    string
		patient bool
		want    []int
	}{
		{name: "patient", patient: true, want: []int{4, 4, 2}},
		{name: "impatient", patient: false, want: []int{2, 2, 2, 2, 2}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			pairs := pairReader{strings.NewReader("0123456789")}
			r := newReadAhead(pairs.open, 4, tt.patient)
			var sizes []int
			var text []byte
			p := make([]byte, 10)
			for {
				n, err := r.Read(p)
				if err != nil {
					break
				}
				sizes, text = append(sizes, n), append(text, p[:n]...)
			}
			if diff := cmp.Diff(tt.want, sizes); diff != "" || string(text) != "0123456789" {
				t.Errorf("read %q in pieces of %v, want %v", text, sizes, tt.want)
			}
			if err := iotest.TestReader(newReadAhead(pairReader{strings.NewReader("abcdefg")}.open, 3, tt.patient), []byte("abcdefg")); err != nil {
				t.Error(err)
			}
		})
	}
}

// A pairReader reads two octets at a time.
type pairReader struct{ r *strings.Reader }

func (p pairReader) open() (io.Reader, error) { return p, nil }

func (p pairReader) Read(b []byte) (int, error) { return p.r.Read(b[:min(2, len(b))]) }
