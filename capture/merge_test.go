package capture

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
)

// mergeByTime is the merge in so many words: of the first packets of all inputs
// the earliest goes first, and of equally early ones that of the first input.
func mergeByTime(inputs ...[]wirePacket) (merged []wirePacket, from []int) {
	for {
		first := -1
		for i, in := range inputs {
			if len(in) > 0 && (first < 0 || in[0].at < inputs[first][0].at) {
				first = i
			}
		}
		if first < 0 {
			return merged, from
		}
		merged, from = append(merged, inputs[first][0]), append(from, first)
		inputs[first] = inputs[first][1:]
	}
}

func checkMerge(t *testing.T, files [][]byte, inputs [][]wirePacket) {
	t.Helper()
	merged, from := mergeByTime(slices.Clone(inputs)...)
	want := expected("", nil, merged).Packets
	for i := range want {
		want[i].Interface = uint32(from[want[i].Frame-1])
	}
	for _, size := range []int{20, 100, 1000, 0} {
		if diff := gocmp.Diff(want, readFiles(t, size, files...).Packets); diff != "" {
			t.Errorf("blocks of %d (-want +got):\n%s", size, diff)
		}
	}
}

func TestMerge(t *testing.T) {
	at := func(seconds ...int64) (list []wirePacket) {
		for i, s := range seconds {
			list = append(list, wirePacket{at: s * 1e9, data: mailFrame(uint32(i), 5)})
		}
		return list
	}
	tests := []struct {
		name   string
		inputs [][]wirePacket
	}{
		{"in turn", [][]wirePacket{at(1, 3, 5), at(2, 4, 6)}},
		{"equal times", [][]wirePacket{at(1, 2, 2, 3), at(1, 2, 3), at(2, 2, 3, 3)}},
		{"equal times, the last input first", [][]wirePacket{at(5, 7), at(5, 6), at(1, 5, 6)}},
		{"rotated", [][]wirePacket{at(1, 2, 3), at(3, 4, 5), at(6, 7)}},
		{"rotated, the newest named first", [][]wirePacket{at(6, 7), at(3, 4, 5), at(1, 2, 3)}},
		{"out of order within an input", [][]wirePacket{at(1, 5, 2, 3, 9), at(2, 4, 3, 8)}},
		{"one is empty", [][]wirePacket{at(1, 2), nil, at(0, 3)}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var files [][]byte
			for _, packets := range tt.inputs {
				files = append(files, pcapWriter{order: binary.LittleEndian}.file(packets))
			}
			checkMerge(t, files, tt.inputs)
		})
	}
}

// Inputs of different formats, byte orders, units and compressions.
func TestMergeMixed(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for round := range 20 {
		inputs := make([][]wirePacket, 4)
		number := uint32(0)
		for i := range inputs {
			at := int64(1_700_000_000_000_000_000)
			for range r.IntN(60) {
				at += r.Int64N(10) * 1000 // equal times are frequent
				if i == 1 {
					at += r.Int64N(1000) // nanoseconds
				}
				number++
				frame := mailFrame(number, r.IntN(50))
				if r.IntN(2) == 0 {
					frame = webFrame(number, r.IntN(50))
				}
				inputs[i] = append(inputs[i], wirePacket{at: at, data: frame})
				if i != 1 {
					at = at / 1000 * 1000
				}
			}
		}
		files := [][]byte{
			pcapWriter{order: binary.LittleEndian}.file(inputs[0]),
			pcapWriter{order: binary.BigEndian, magic: pcapMagicNano}.file(inputs[1]),
			zstandard(t, pcapWriter{order: binary.LittleEndian}.file(inputs[2])),
			gzipped(t, ngWriter{binary.BigEndian}.file(inputs[3])),
		}
		t.Run(fmt.Sprint(round), func(t *testing.T) { checkMerge(t, files, inputs) })
	}
}

func TestMergeStats(t *testing.T) {
	first := pcapWriter{order: binary.LittleEndian}.file(conversation(10, 1000))
	second := ngWriter{binary.LittleEndian}.file(conversation(20, 1000))
	got := readFiles(t, 0, first, second[:len(second)-1]).Stats
	for i, want := range []InputStats{
		{Format: "pcap", Packets: 10, Offset: int64(len(first)), Size: int64(len(first))},
		{Format: "pcapng", Packets: 19, Offset: int64(len(second)) - 1, Size: int64(len(second)) - 1},
	} {
		in := got.Inputs[i]
		if in.Format != want.Format || in.Packets != want.Packets || in.Offset != want.Offset || in.Size != want.Size {
			t.Errorf("input %d: %+v, want %+v", i, in, want)
		}
		if len(in.Damage) != i {
			t.Errorf("input %d: damage %q", i, in.Damage)
		}
	}
}

func TestMergeHeap(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	for range 200 {
		var h mergeHeap
		var all []*input
		for i := range 1 + r.IntN(20) {
			all = append(all, &input{order: i, head: r.Int64N(5)})
			h.push(all[i])
		}
		for len(h) > 0 {
			slices.SortFunc(all, func(a, b *input) int {
				return cmp.Or(cmp.Compare(a.head, b.head), cmp.Compare(a.order, b.order))
			})
			if h[0] != all[0] {
				t.Fatalf("%+v is in front, want %+v", h[0], all[0])
			}
			limit := h.limit()
			if len(all) == 1 && limit != noLimit || limit < h[0].head {
				t.Fatalf("limit %d of %d inputs, the first at %d", limit, len(all), h[0].head)
			}
			if len(all) > 1 {
				atLimit, after := &input{order: h[0].order, head: limit}, &input{order: h[0].order, head: limit + 1}
				if !atLimit.before(all[1]) || after.before(all[1]) {
					t.Fatalf("limit %d for %+v before %+v", limit, h[0], all[1])
				}
			}
			if r.IntN(3) == 0 {
				h.pop()
				all = all[1:]
				continue
			}
			h[0].head += r.Int64N(4)
			h.sink()
		}
	}
}
