package capture

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"testing"
)

// FuzzDefrag compares the defragmenter with an array of octets that can be
// written once. Three octets make a fragment: its offset and its size in units
// of eight, and the value that it is filled with, whose lowest bit is M.
func FuzzDefrag(f *testing.F) {
	f.Add([]byte{0, 1, 1, 1, 1, 2})
	f.Add([]byte{1, 1, 2, 0, 1, 1})
	f.Add([]byte{0, 3, 1, 1, 5, 3, 9, 1, 5, 5, 4, 8})
	r := rand.New(rand.NewPCG(1, 2))
	for range 20 {
		script := make([]byte, 60)
		for i := range script {
			script[i] = byte(r.UintN(6))
		}
		f.Add(script)
	}
	f.Fuzz(func(t *testing.T, script []byte) {
		limits := defaultFragmentLimits
		limits.fragments = 1000
		d := newDefragmenter(limits)
		model := newOctetModel()
		for len(script) >= 3 && model.fragments < limits.fragments {
			offset, size, fill := int(script[0])*8, int(script[1]%32)*8, script[2]
			script = script[3:]
			more := fill&1 == 1
			if !more {
				size -= int(fill>>1) % 8
			}
			if size <= 0 {
				continue
			}
			packet, _, ok := d.add(pieceOf(offset, string(bytes.Repeat([]byte{fill}, size)), more), 0)
			want := model.add(offset, size, fill, more)
			if ok != (want != nil) {
				t.Fatalf("whole: %v, want %v", ok, want != nil)
			}
			if !ok {
				continue
			}
			if !bytes.Equal(packet[20:], want) {
				t.Fatalf("got % x\nwant % x", packet[20:], want)
			}
			d.flush()
			model = newOctetModel()
		}
		checkBooks(t, &d)
		d.flush()
		if d.bytes != 0 || d.lost != int64(model.fragments) {
			t.Fatalf("%d octets, %d lost of %d", d.bytes, d.lost, model.fragments)
		}
	})
}

// An octetModel is one datagram, kept in the simplest way.
type octetModel struct {
	octets           [256*8 + 32*8]byte
	there            [256*8 + 32*8]bool
	total, fragments int
}

func newOctetModel() *octetModel { return &octetModel{total: -1} }

// add returns the datagram if it is whole.
func (m *octetModel) add(offset, size int, fill byte, more bool) []byte {
	m.fragments++
	end := offset + size
	if m.total >= 0 && (end > m.total || !more && end != m.total) {
		return nil
	}
	if !more {
		if slices.Contains(m.there[end:], true) {
			return nil
		}
		m.total = end
	}
	for i := offset; i < end; i++ {
		if !m.there[i] {
			m.octets[i], m.there[i] = fill, true
		}
	}
	if m.total < 0 || slices.Contains(m.there[:m.total], false) {
		return nil
	}
	return m.octets[:m.total]
}

// checkBooks checks that d's sums are those of its datagrams.
func checkBooks(t *testing.T, d *defragmenter) {
	t.Helper()
	held := 0
	for key, g := range d.datagrams {
		if g.key != key {
			t.Errorf("datagram %v is filed under %v", g.key, key)
		}
		held += g.bytes
		at := 0
		for _, p := range g.pieces {
			if p.offset < at || p.size <= 0 || len(p.data) > p.size {
				t.Errorf("piece %d+%d (%d captured) after %d", p.offset, p.size, len(p.data), at)
			}
			at = p.end()
		}
	}
	if held != d.bytes || len(d.datagrams) != d.waiting.Len()+d.settled.Len() {
		t.Errorf("%d octets, books say %d; %d datagrams, %d wait, %d settled", held, d.bytes, len(d.datagrams), d.waiting.Len(), d.settled.Len())
	}
}
