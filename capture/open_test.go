package capture

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
)

func TestOpenRefuses(t *testing.T) {
	at := func(offset int, magic string) string {
		return "\x00\x00\x01\x00" + strings.Repeat("\x00", offset-4) + magic
	}
	erf := func(seconds byte) string {
		return "\x00\x00\x00\x00" + string(seconds) + "\x00\x00\x50" + "\x02\x04\x00\x20\x00\x00\x00\x10" + strings.Repeat("x", 16)
	}
	tests := []struct {
		name, content, message, hint string
	}{
		{name: "HTML", content: "GET / HTTP/1.0\r\n", message: `not a capture file (begins with "GET / HT…")`},
		{name: "short text", content: "hi\n", message: `not a capture file (begins with "hi\n")`},
		{name: "terminal escape", content: "\x1b[2J\u202e\xff\xfe...", message: `not a capture file (begins with "\x1b[2J\u202e\xff…")`},
		{name: "almost pcapng", content: "\n\r\r\n\x1c\x00\x00\x00Mm<+", message: `not a capture file (begins with "\n\r\r\n\x1c\x00\x00\x00…")`},
		{name: "snoop", content: "snoop\x00\x00\x00\x00\x00\x00\x02", message: "not a pcap or pcapng file but a Solaris snoop capture", hint: hintEditcap},
		{name: "NetMon", content: "GMBU\x00\x02\x01\x00", message: "not a pcap or pcapng file but a Microsoft Network Monitor capture", hint: hintEditcap},
		{name: "ETL", content: at(72, "\x02\x00\x02\xc0\x00\x00"), message: "not a pcap or pcapng file but a Windows event trace (ETL)", hint: hintETL},
		{name: "ERF", content: erf('1') + erf('2'), message: "not a pcap or pcapng file but an Endace ERF capture", hint: hintEditcap},
		{name: "xz", content: "\xfd7zXZ\x00\x00", message: "not a pcap or pcapng file but an xz archive", hint: hintDecompress},
		{name: "PEM", content: "-----BEGIN CERTIFICATE-----\n", message: "not a pcap or pcapng file but a PEM file", hint: "a private key belongs to --tls-key"},
		{name: "key log", content: "CLIENT_RANDOM 00 11\n", message: "not a pcap or pcapng file but a TLS key log", hint: "it belongs to --keylog"},
		{name: "gzip of text", content: string(gzipped(t, []byte("some text"))), message: `gzip: not a capture file (begins with "some tex…")`},
		{name: "zstd of text", content: string(zstandard(t, []byte("some text"))), message: `zstd: not a capture file (begins with "some tex…")`},
		{name: "gzip of snoop", content: string(gzipped(t, []byte("snoop\x00\x00\x00"))), message: "gzip: not a pcap or pcapng file but a Solaris snoop capture", hint: hintEditcap},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			name := writeFiles(t, []byte(tt.content))[0]
			_, err := OpenFiles([]string{name}, Options{})
			if err == nil || err.Error() != "open "+name+": "+tt.message {
				t.Errorf("got %v, want %q", err, tt.message)
			}
			var not *NotCaptureError
			if !errors.As(err, &not) || not.Hint() != tt.hint {
				t.Errorf("got %v, want a NotCaptureError with the hint %q", err, tt.hint)
			}
			_, err = OpenFiles([]string{"-"}, Options{Stdin: iotest.HalfReader(strings.NewReader(tt.content))})
			if err == nil || !strings.HasPrefix(err.Error(), "read standard input: ") {
				t.Errorf("got %v for standard input", err)
			}
		})
	}
}

func TestOpenFails(t *testing.T) {
	dir := t.TempDir()
	good := writeFiles(t, pcapWriter{order: binary.LittleEndian}.file(nil))[0]
	empty := writeFiles(t, nil)[0]
	tests := []struct {
		name string
		file string
		want error
		text string
	}{
		{name: "missing", file: filepath.Join(dir, "none"), want: fs.ErrNotExist},
		{name: "directory", file: dir, text: "is a directory"},
		{name: "empty", file: empty, want: ErrEmpty, text: "empty file"},
		{name: "empty gzip", file: writeFiles(t, gzipped(t, nil))[0], want: ErrEmpty, text: "gzip: empty file"},
		{name: "gzip header cut", file: writeFiles(t, gzipped(t, nil)[:5])[0], want: io.ErrUnexpectedEOF, text: "gzip: unexpected EOF"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := OpenFiles([]string{good, tt.file}, Options{})
			var pathError *fs.PathError
			if !errors.As(err, &pathError) || pathError.Op != "open" || pathError.Path != tt.file {
				t.Fatalf("got %v, want a PathError of %s", err, tt.file)
			}
			if tt.want != nil && !errors.Is(err, tt.want) {
				t.Errorf("got %v, want %v", err, tt.want)
			}
			if tt.text != "" && !strings.HasSuffix(err.Error(), ": "+tt.text) {
				t.Errorf("got %v, want %s", err, tt.text)
			}
		})
	}
}

func TestMaxPackets(t *testing.T) {
	packets := conversation(50, 1000)
	data := pcapWriter{order: binary.LittleEndian}.file(packets)
	for _, files := range [][][]byte{{data}, {data, ngWriter{binary.BigEndian}.file(packets)}} {
		for _, size := range []int{30, 0} {
			s, err := OpenFiles(writeFiles(t, files...), Options{Rules: mailRules, MaxPackets: 20, blockSize: size})
			if err != nil {
				t.Fatal(err)
			}
			if got := drain(t, s); got.Stats.Packets != 20 || len(got.Stats.Inputs[0].Damage) != 0 {
				t.Errorf("%d inputs, blocks of %d: read %+v, want 20 packets", len(files), size, got.Stats)
			}
		}
	}
}

func TestReadError(t *testing.T) {
	packets := conversation(5, 1000)
	data := pcapWriter{order: binary.LittleEndian}.file(packets)
	broken := io.MultiReader(bytes.NewReader(data), iotest.ErrReader(&fs.PathError{Op: "read", Path: "x", Err: errors.New("input/output error")}))
	got := readStream(t, broken, 0)
	if damage := got.Stats.Inputs[0].Damage; got.Stats.Packets != 5 || len(damage) != 1 || damage[0] != "read error: input/output error" {
		t.Errorf("%d packets, damage %q", got.Stats.Packets, damage)
	}
}

func TestFileThatShrinks(t *testing.T) {
	packets := conversation(5000, 1000)
	w := pcapWriter{order: binary.LittleEndian}
	name := writeFiles(t, w.file(packets))[0]
	tests := []struct {
		name string
		size int
		want string
	}{
		{name: "within a packet", size: len(w.file(packets[:3000])) + 30, want: "cut short in packet 3001 (14 of "},
		{name: "between packets", size: len(w.file(packets[:2000])), want: "cut short while being read ("},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, err := OpenFiles([]string{name}, Options{Rules: mailRules})
			if err != nil {
				t.Fatal(err)
			}
			if err := os.Truncate(name, int64(tt.size)); err != nil {
				t.Fatal(err)
			}
			if damage := drain(t, s).Stats.Inputs[0].Damage; len(damage) != 1 || !strings.HasPrefix(damage[0], tt.want) {
				t.Errorf("damage %q, want %q", damage, tt.want)
			}
		})
	}
}

func TestLinksAreBounded(t *testing.T) {
	w := ngWriter{binary.LittleEndian}
	data := w.section()
	for link := range 3 * maxLinks {
		data = append(data, w.iface(LinkType(link), 0)...)
	}
	data = append(data, w.enhanced(0, 0, wirePacket{data: []byte("x")})...)
	if got := readFiles(t, 0, data).Stats.Inputs[0].Links; len(got) != maxLinks || got[maxLinks-1] != maxLinks-1 {
		t.Errorf("%d link types", len(got))
	}
}

func TestDamageIsBounded(t *testing.T) {
	w := ngWriter{binary.LittleEndian}
	data := w.section()
	for range 3 * maxDamage {
		data = append(data, w.enhanced(0, 0, wirePacket{data: []byte("x")})...)
	}
	if got := readFiles(t, 0, data).Stats.Inputs[0]; len(got.Damage) != maxDamage || got.Packets != 3*maxDamage {
		t.Errorf("%d lines of damage for %d packets", len(got.Damage), got.Packets)
	}
}
