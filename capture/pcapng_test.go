package capture

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var ngWriters = []struct {
	name string
	ngWriter
}{
	{"little-endian", ngWriter{binary.LittleEndian}},
	{"big-endian", ngWriter{binary.BigEndian}},
}

func TestPcapngPackets(t *testing.T) {
	for _, w := range ngWriters {
		t.Run(w.name, func(t *testing.T) {
			packets := conversation(60, 1000)
			data := w.file(packets)
			checkWays(t, data, expected("pcapng", data, packets))
		})
	}
}

// TestPcapngBlocks reads every block type between packets.
func TestPcapngBlocks(t *testing.T) {
	packet := func(n uint32) wirePacket { return wirePacket{at: int64(n) * 1e9, data: mailFrame(n, int(n))} }
	for _, w := range ngWriters {
		comment := w.option(1, []byte("a comment"))
		data := bytes.Join([][]byte{
			w.section(),
			w.iface(LinkEthernet, 0),
			w.enhanced(0, 1e6, packet(1), comment),
			w.block(ngNames, w.words(0)),
			w.obsolete(0, 2e6, packet(2)),
			w.block(ngStatistics, w.words(0, 0, 0)),
			w.simple(packet(3)), // has no time: 2 s
			w.block(0x77777777, []byte("unknown")),
			w.secrets(0x544c534b, "CLIENT_RANDOM 1 2\n"),
			w.iface(LinkLoop, 0),
			w.iface(LinkEthernet, 0, comment, w.option(ngTsResol, []byte{9})),
			w.enhanced(2, 4e9, packet(4)),
			w.block(ngCustom, w.words(32473)), // has a frame number
			w.enhanced(0, 5e6, packet(5)),
			w.secrets(1, ""),
		}, nil)
		t.Run(w.name, func(t *testing.T) {
			want := outcome{
				Secrets: []Secret{{Type: 0x544c534b, Data: []byte("CLIENT_RANDOM 1 2\n")}, {Type: 1, Data: []byte{}}},
				Stats: Stats{
					Packets: 6, Kept: 5, Bytes: 5*54 + 15,
					Inputs: []InputStats{{
						Format: "pcapng", Links: []LinkType{LinkEthernet, LinkLoop},
						Offset: int64(len(data)), Packets: 6,
					}},
					Selection: SelectionStats{UnknownLink: map[LinkType]int64{}},
				},
			}
			for i, at := range []int64{1e9, 2e9, 2e9, 4e9, 5e9} {
				p := packet(uint32(i + 1))
				frame, iface := int64(i+1), uint32(0)
				if i == 3 {
					iface = 2
				}
				if i == 4 {
					frame++
				}
				want.Packets = append(want.Packets, seen{frame, at, at, string(p.data), p.wireLen(), iface, LinkEthernet})
			}
			checkWays(t, data, want)
		})
	}
}

// Sections of both byte orders, each with interfaces of its own.
func TestPcapngSections(t *testing.T) {
	var data []byte
	for i, w := range []ngWriter{{binary.LittleEndian}, {binary.BigEndian}, {binary.LittleEndian}} {
		data = append(data, w.file([]wirePacket{{at: int64(i), data: mailFrame(uint32(i), 10)}})...)
	}
	for _, size := range []int{10, 100, 0} {
		got := readFiles(t, size, data)
		if len(got.Packets) != 3 {
			t.Fatalf("blocks of %d: %d packets, want 3: %q", size, len(got.Packets), got.Stats.Inputs[0].Damage)
		}
		for i, p := range got.Packets {
			if p.Interface != uint32(i) {
				t.Errorf("packet %d is of interface %d", i+1, p.Interface)
			}
		}
	}
}

func TestSimplePacketLength(t *testing.T) {
	w := ngWriter{binary.LittleEndian}
	frame := mailFrame(1, 37)
	tests := []struct {
		name string
		snap uint32
		wire int
		body []byte
		want int
	}{
		{name: "whole", snap: 0, body: frame, want: len(frame)},
		{name: "shorter than the snap length", snap: 1000, body: frame, want: len(frame)},
		{name: "cut by the snap length", snap: 61, wire: len(frame), body: frame[:61], want: 61},
		{name: "says more than the block holds", snap: 0, wire: 1000, body: frame[:60], want: 60},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			data := append(w.section(), w.iface(LinkEthernet, tt.snap)...)
			data = append(data, w.simple(wirePacket{data: tt.body, wire: tt.wire})...)
			got := readFiles(t, 0, data)
			if len(got.Packets) != 1 || len(got.Packets[0].Data) != tt.want {
				t.Fatalf("got %+v, want one packet of %d octets", got, tt.want)
			}
			if want := uint32(max(tt.wire, len(tt.body))); got.Packets[0].WireLen != want {
				t.Errorf("%d octets on the wire, want %d", got.Packets[0].WireLen, want)
			}
		})
	}
}

func TestPcapngTimes(t *testing.T) {
	const most = math.MaxInt64/int64(1e9) - 1
	tests := []struct {
		name   string
		resol  uint8
		offset int64
		ticks  uint64
		want   int64
	}{
		{name: "microseconds", resol: 6, ticks: 1_700_000_000_123_456, want: 1_700_000_000_123_456_000},
		{name: "nanoseconds", resol: 9, ticks: 1_700_000_000_123_456_789, want: 1_700_000_000_123_456_789},
		{name: "seconds", resol: 0, ticks: 1_700_000_000, want: 1_700_000_000_000_000_000},
		{name: "picoseconds", resol: 12, ticks: 1_234_567_890_123, want: 1_234_567_890},
		{name: "10^-19", resol: 19, ticks: 12_345_678_901_234_567_890, want: 1_234_567_890},
		{name: "10^-20", resol: 20, ticks: math.MaxUint64, want: 0},
		{name: "10^-127", resol: 127, ticks: math.MaxUint64, want: 0},
		{name: "2^-0", resol: 0x80, ticks: 1_700_000_000, want: 1_700_000_000_000_000_000},
		{name: "2^-10", resol: 0x8a, ticks: 1_700_000_000<<10 | 1, want: 1_700_000_000_000_976_562},
		{name: "2^-32", resol: 0xa0, ticks: 1_700_000_000<<32 | 1<<31, want: 1_700_000_000_500_000_000},
		{name: "2^-63", resol: 0xbf, ticks: 1<<63 | 1<<62, want: 1_500_000_000},
		{name: "2^-64", resol: 0xc0, ticks: 1 << 63, want: 500_000_000},
		{name: "2^-65", resol: 0xc1, ticks: 1 << 63, want: 250_000_000},
		{name: "2^-127", resol: 0xff, ticks: math.MaxUint64, want: 0},
		{name: "offset", resol: 6, offset: 1_700_000_000, ticks: 5, want: 1_700_000_000_000_005_000},
		{name: "negative offset", resol: 9, offset: -10, ticks: 3_000_000_000, want: -7_000_000_000},
		{name: "offset, picoseconds", resol: 12, offset: 2, ticks: 1_000_000_000_000, want: 3_000_000_000},
		{name: "microseconds beyond", resol: 6, ticks: math.MaxUint64, want: most * 1e9},
		{name: "seconds beyond", resol: 0, ticks: math.MaxUint64, want: most * 1e9},
		{name: "everything beyond", resol: 0x80, offset: math.MaxInt64, ticks: math.MaxUint64, want: most * 1e9},
		{name: "offset before time", resol: 6, offset: math.MinInt64, ticks: 0, want: -most * 1e9},
		{name: "just beyond the fast way", resol: 9, ticks: math.MaxInt64 / 2, want: math.MaxInt64 / 2},
		{name: "just within the fast way", resol: 9, ticks: math.MaxInt64/2 - 1, want: math.MaxInt64/2 - 1},
	}
	for _, tt := range tests {
		for _, w := range ngWriters {
			t.Run(tt.name+" "+w.name, func(t *testing.T) {
				offset := w.order.AppendUint64(nil, uint64(tt.offset))
				data := append(w.section(), w.iface(LinkEthernet, 0,
					w.option(ngTsResol, []byte{tt.resol}), w.option(ngTsOffset, offset))...)
				data = append(data, w.enhanced(0, tt.ticks, wirePacket{data: mailFrame(1, 0)})...)
				got := readFiles(t, 0, data)
				if len(got.Packets) != 1 {
					t.Fatalf("%d packets, want 1", len(got.Packets))
				}
				// Saturated times keep the fraction of their second.
				if d := got.Packets[0].Time - tt.want; d != 0 && (tt.want < most*1e9 || d > 1e9) {
					t.Errorf("%d ticks are %d, want %d", tt.ticks, got.Packets[0].Time, tt.want)
				}
			})
		}
	}
}

func TestPcapngDamage(t *testing.T) {
	for _, w := range ngWriters {
		packets := conversation(10, 1000)
		good := func(from, to int) []byte {
			var b []byte
			for _, p := range packets[from:to] {
				b = append(b, w.enhanced(0, uint64(p.at/1000), p)...)
			}
			return b
		}
		start := append(w.section(), w.iface(LinkEthernet, 0)...)
		before := append(bytes.Clone(start), good(0, 5)...)
		at := fmt.Sprintf("at offset %d", len(before))
		block := w.enhanced(0, 1, packets[0])
		alter := func(offset int, value uint32) []byte {
			b := bytes.Clone(block)
			w.order.PutUint32(b[(len(b)+offset)%len(b):], value)
			return b
		}
		size := uint32(len(block))
		tests := []struct {
			name    string
			middle  []byte
			after   []byte
			packets int64
			damage  string
		}{
			{"cut in a packet", block[:40], nil, 5,
				fmt.Sprintf("cut short in packet 6 (40 of %d bytes of its block)", size)},
			{"cut in a block's header", block[:11], nil, 5,
				"cut short after packet 5 (11 of 12 bytes of a block's header)"},
			{"cut in another block", w.section()[:20], nil, 5,
				fmt.Sprintf("cut short after packet 5, in a block of type 0xa0d0d0a (20 of %d bytes)", len(w.section()))},
			{"length not a multiple of four", alter(4, size+1), good(5, 10), 10,
				fmt.Sprintf("implausible block length %d of packet 6 %s; %d bytes skipped", size+1, at, size)},
			{"length too great", alter(4, 1<<31), good(5, 10), 10,
				fmt.Sprintf("implausible block length %d of packet 6 %s; %d bytes skipped", 1<<31, at, size)},
			{"length too small", alter(4, 8), good(5, 10), 10,
				fmt.Sprintf("implausible block length 8 of packet 6 %s; %d bytes skipped", at, size)},
			{"lengths disagree", alter(-4, size+4), good(5, 10), 10,
				fmt.Sprintf("block lengths %d and %d disagree of packet 6 %s; %d bytes skipped", size, size+4, at, size)},
			{"lengths disagree, a section follows", alter(-4, 0), start, 5,
				fmt.Sprintf("block lengths %d and 0 disagree of packet 6 %s; %d bytes skipped", size, at, size)},
			{"noise to the end", bytes.Repeat([]byte("noise!!!"), 100), nil, 5, "; the rest is not read"},
			{"too much noise", make([]byte, maxSkip+1), good(5, 10), 5, "; the rest is not read"},
			{"packet of an unknown interface", w.enhanced(1, 1, packets[0]), good(5, 10), 11,
				fmt.Sprintf("packet 6 %s names an interface that is not described", at)},
			{"packet greater than its block", alter(20, size), good(5, 10), 11,
				fmt.Sprintf("packet 6 %s claims %d bytes in a block of %d", at, size, size)},
			{"packet block without a packet", w.block(ngEnhanced, w.words(0, 0, 0)), good(5, 10), 11,
				fmt.Sprintf("packet 6 %s has a block of only 24 bytes", at)},
			{"section of another byte order magic", w.block(ngSection, w.words(7, 7, 7, 7)), good(5, 10), 10,
				"unknown byte order of the section"},
			{"section of another version", w.block(ngSection, w.words(ngByteOrderMagic, 0x00070007, 0, 0)), nil, 5,
				fmt.Sprintf("section %s has unknown version 7.7", at)},
			{"secrets greater than their block", w.block(ngSecrets, w.words(1, 5, 0)), nil, 5,
				fmt.Sprintf("decryption secrets %s exceed their block", at)},
			{"interface without a description", w.block(ngInterface, w.words(1)), nil, 5,
				fmt.Sprintf("interface description %s has only 16 bytes", at)},
		}
		for _, tt := range tests {
			t.Run(tt.name+" "+w.name, func(t *testing.T) {
				for _, size := range []int{40, 333, 0} {
					got := readFiles(t, size, bytes.Join([][]byte{before, tt.middle, tt.after}, nil))
					if got.Stats.Packets != tt.packets {
						t.Errorf("blocks of %d: %d packets, want %d", size, got.Stats.Packets, tt.packets)
					}
					damage := got.Stats.Inputs[0].Damage
					if len(damage) != 1 || !bytes.Contains([]byte(damage[0]), []byte(tt.damage)) {
						t.Errorf("blocks of %d: damage %q, want %q", size, damage, tt.damage)
					}
				}
			})
		}
	}
}

// Interfaces cost memory: their number is bounded.
func TestPcapngManyInterfaces(t *testing.T) {
	w := ngWriter{binary.LittleEndian}
	data := w.section()
	for range maxInterfaces + 2 {
		data = append(data, w.iface(LinkEthernet, 0)...)
	}
	data = append(data, w.enhanced(maxInterfaces-1, 1, wirePacket{data: mailFrame(1, 0)})...)
	data = append(data, w.enhanced(maxInterfaces, 1, wirePacket{data: mailFrame(2, 0)})...)
	got := readFiles(t, 0, data)
	if got.Stats.Packets != 2 || got.Stats.Kept != 1 || len(got.Stats.Inputs[0].Links) != 1 {
		t.Errorf("read %+v, want one packet of two, and one link type", got.Stats)
	}
	if diff := cmp.Diff(3, len(got.Stats.Inputs[0].Damage)); diff != "" {
		t.Errorf("damage %q", got.Stats.Inputs[0].Damage)
	}
}
