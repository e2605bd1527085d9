package capture

import (
	"encoding/binary"
	"testing"
	"time"
)

// pieceOf makes a fragment for the defragmenter alone.
func pieceOf(offset int, data string, more bool) *fragment {
	header := make([]byte, 20)
	header[0] = 0x45
	return &fragment{
		key: fragmentKey{version: 4, protocol: protocolTCP}, header: header, next: protocolTCP, nextAt: ipv4ProtocolAt,
		offset: offset, size: len(data), data: []byte(data), more: more,
	}
}

func TestOverlappingFragments(t *testing.T) {
	for _, test := range []struct {
		name     string
		pieces   []*fragment
		want     string // empty: not whole
		overlaps int64
	}{
		{
			name:   "plain copies",
			pieces: []*fragment{pieceOf(0, "aaaaaaaa", true), pieceOf(0, "aaaaaaaa", true), pieceOf(8, "b", false)},
			want:   "aaaaaaaab",
		},
		{
			name:     "other octets at the same place",
			pieces:   []*fragment{pieceOf(0, "aaaaaaaa", true), pieceOf(0, "AAAAAAAA", true), pieceOf(8, "b", false)},
			want:     "aaaaaaaab",
			overlaps: 1,
		},
		{
			name:     "across the end of another",
			pieces:   []*fragment{pieceOf(0, "aaaaaaaa", true), pieceOf(0, "AAAAAAAABBBBBBBB", true), pieceOf(16, "c", false)},
			want:     "aaaaaaaaBBBBBBBBc",
			overlaps: 1,
		},
		{
			name:     "over several and the holes between",
			pieces:   []*fragment{pieceOf(8, "bbbbbbbb", true), pieceOf(24, "dddddddd", true), pieceOf(0, "AAAAAAAABBBBBBBBCCCCCCCCDDDDDDDDEEEEEEEE", true), pieceOf(40, "f", false)},
			want:     "AAAAAAAAbbbbbbbbCCCCCCCCddddddddEEEEEEEEf",
			overlaps: 1,
		},
		{
			name:     "beyond the end",
			pieces:   []*fragment{pieceOf(8, "b", false), pieceOf(8, "BBBBBBBB", true), pieceOf(0, "aaaaaaaa", true)},
			want:     "aaaaaaaab",
			overlaps: 1,
		},
		{
			name:     "a second end",
			pieces:   []*fragment{pieceOf(8, "bbb", false), pieceOf(8, "b", false), pieceOf(0, "aaaaaaaa", true)},
			want:     "aaaaaaaabbb",
			overlaps: 1,
		},
		{
			name:     "an end before what is there",
			pieces:   []*fragment{pieceOf(16, "cccccccc", true), pieceOf(8, "b", false), pieceOf(0, "aaaaaaaa", true)},
			overlaps: 1,
		},
		{name: "a hole", pieces: []*fragment{pieceOf(0, "aaaaaaaa", true), pieceOf(16, "c", false)}},
		{name: "no end", pieces: []*fragment{pieceOf(0, "aaaaaaaa", true), pieceOf(8, "bbbbbbbb", true)}},
		{name: "no beginning", pieces: []*fragment{pieceOf(8, "b", false)}},
		{name: "not a multiple of eight", pieces: []*fragment{pieceOf(0, "aaaa", true), pieceOf(8, "b", false)}},
		{name: "longer than a datagram can be", pieces: []*fragment{pieceOf(65528, "bbbbbbbb", false)}},
	} {
		t.Run(test.name, func(t *testing.T) {
			d := newDefragmenter(defaultFragmentLimits)
			var got []byte
			for _, f := range test.pieces {
				if packet, wire, ok := d.add(f, 0); ok {
					if got != nil {
						t.Error("whole twice")
					}
					if int(wire) != len(packet) || int(binary.BigEndian.Uint16(packet[2:])) != len(packet) {
						t.Errorf("length %d, header says %d, packet has %d", wire, binary.BigEndian.Uint16(packet[2:]), len(packet))
					}
					got = packet[20:]
				}
			}
			if string(got) != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
			if d.overlaps != test.overlaps {
				t.Errorf("%d overlaps, want %d", d.overlaps, test.overlaps)
			}
			d.flush()
			if d.bytes != 0 || len(d.datagrams) != 0 {
				t.Errorf("after flush: %d octets, %d datagrams", d.bytes, len(d.datagrams))
			}
			if whole := test.want != ""; whole != (d.lost == 0) {
				t.Errorf("%d fragments lost", d.lost)
			}
		})
	}
}

func TestUnsoundFragments(t *testing.T) {
	for _, test := range []struct {
		name  string
		piece *fragment
	}{
		{name: "empty", piece: pieceOf(0, "", true)},
		{name: "not a multiple of eight", piece: pieceOf(0, "aaaa", true)},
		{name: "beyond the greatest datagram", piece: pieceOf(65528, "aaaaaaaa", false)},
	} {
		t.Run(test.name, func(t *testing.T) {
			d := newDefragmenter(defaultFragmentLimits)
			if _, _, ok := d.add(test.piece, 0); ok || len(d.datagrams) != 0 || d.lost != 1 {
				t.Errorf("whole: %v, %d datagrams, %d lost", ok, len(d.datagrams), d.lost)
			}
		})
	}
}

func TestDatagramTooLongWithItsHeader(t *testing.T) {
	d := newDefragmenter(defaultFragmentLimits)
	step := string(make([]byte, 32760))
	for _, f := range []*fragment{pieceOf(0, step, true), pieceOf(32760, step, true), pieceOf(65520, "12345678", false)} {
		if _, _, ok := d.add(f, 0); ok {
			t.Fatal("a datagram of more than 65535 octets")
		}
	}
	if d.lost != 3 || d.bytes != 0 {
		t.Errorf("%d lost, %d octets kept", d.lost, d.bytes)
	}
}

func TestIdentificationUsedAgain(t *testing.T) {
	d := newDefragmenter(defaultFragmentLimits)
	whole := func(f *fragment) bool {
		_, _, ok := d.add(f, 0)
		return ok
	}
	if whole(pieceOf(0, "aaaaaaaa", true)) || !whole(pieceOf(8, "b", false)) {
		t.Fatal("first datagram")
	}
	if whole(pieceOf(8, "b", false)) {
		t.Error("a late copy began a datagram")
	}
	if whole(pieceOf(0, "cccccccc", true)) || !whole(pieceOf(8, "d", false)) {
		t.Error("second datagram")
	}
	d.flush()
	if d.lost != 0 {
		t.Errorf("%d lost", d.lost)
	}
}

func TestFragmentLimits(t *testing.T) {
	limits := fragmentLimits{bytes: 4000, datagrams: 4, fragments: 3, age: int64(time.Minute), settled: int64(time.Second)}
	piece := func(id uint32, offset, size int, more bool) *fragment {
		f := pieceOf(offset, string(make([]byte, size)), more)
		f.key.id = id
		return f
	}
	t.Run("datagrams", func(t *testing.T) {
		d := newDefragmenter(limits)
		for id := range uint32(10) {
			d.add(piece(id, 0, 8, true), 0)
		}
		if d.waiting.Len() != 4 || d.lost != 6 {
			t.Errorf("%d wait, %d lost", d.waiting.Len(), d.lost)
		}
		if _, _, ok := d.add(piece(9, 8, 1, false), 0); !ok {
			t.Error("the newest was dropped")
		}
	})
	t.Run("settled datagrams", func(t *testing.T) {
		d := newDefragmenter(limits)
		for id := range uint32(10) {
			d.dismiss(fragmentKey{id: id}, 0)
		}
		if d.settled.Len() != 4 || len(d.datagrams) != 4 || d.lost != 0 {
			t.Errorf("%d settled, %d known, %d lost", d.settled.Len(), len(d.datagrams), d.lost)
		}
	})
	t.Run("bytes", func(t *testing.T) {
		d := newDefragmenter(limits)
		for id := range uint32(4) {
			d.add(piece(id, 0, 1600, true), 0)
			if d.bytes > limits.bytes {
				t.Errorf("%d octets kept", d.bytes)
			}
		}
		if d.waiting.Len() != 2 || d.lost != 2 {
			t.Errorf("%d wait, %d lost", d.waiting.Len(), d.lost)
		}
	})
	t.Run("fragments", func(t *testing.T) {
		d := newDefragmenter(limits)
		for i := range 5 {
			d.add(piece(1, 8+8*i, 8, true), 0)
		}
		if d.bytes != 0 || d.lost != 5 {
			t.Errorf("%d octets kept, %d lost", d.bytes, d.lost)
		}
	})
	t.Run("age", func(t *testing.T) {
		d := newDefragmenter(limits)
		d.add(piece(1, 0, 8, true), 0)
		if _, _, ok := d.add(piece(1, 8, 1, false), int64(2*time.Minute)); ok || d.lost != 1 {
			t.Errorf("whole %v, %d lost", ok, d.lost)
		}
		d.add(piece(2, 0, 8, true), int64(2*time.Minute))
		if _, _, ok := d.add(piece(2, 8, 1, false), int64(3*time.Minute)); !ok {
			t.Error("dropped before its time")
		}
	})
	t.Run("settled age", func(t *testing.T) {
		d := newDefragmenter(limits)
		d.dismiss(fragmentKey{version: 4, protocol: protocolTCP, id: 1}, 0)
		d.add(piece(1, 8, 8, true), int64(time.Second))
		if d.bytes != 0 {
			t.Error("collected after being dismissed")
		}
		d.add(piece(1, 8, 8, true), int64(3*time.Second))
		if d.bytes == 0 {
			t.Error("dismissed for too long")
		}
	})
}
