package capture

import (
	"bytes"
	"math/rand/v2"
	"testing"
)

// TestRecent compares the ring with a plain slice of everything.
func TestRecent(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 50 {
		var rec recent
		var all []byte // of offsets from base
		base := firstOffset + r.Int64N(1<<20)
		for range 200 {
			if r.IntN(40) == 0 { // a gap
				base += int64(len(all)) + 7
				all = nil
			}
			data := make([]byte, 1+r.IntN(3000)*r.IntN(2)+r.IntN(100))
			for i := range data {
				data[i] = byte(r.Uint32())
			}
			if size := rec.wants(len(data)); size > len(rec.ring) && r.IntN(10) > 0 {
				rec.grow(make([]byte, size))
			}
			rec.add(base+int64(len(all)), data)
			all = append(all, data...)

			from := r.IntN(len(all))
			probe := bytes.Clone(all[from : from+1+r.IntN(len(all)-from)])
			kept := base+int64(from) >= rec.from && rec.to == base+int64(len(all))
			if differs, whole := rec.compare(base+int64(from), probe); differs || whole != kept {
				t.Fatalf("differs %v, whole %v, kept %v", differs, whole, kept)
			}
			wrong := r.IntN(len(probe))
			probe[wrong] ^= 1
			known := base+int64(from+wrong) >= rec.from
			if differs, _ := rec.compare(base+int64(from), probe); differs != known {
				t.Fatalf("differs %v at %d where [%d, %d) is known", differs, base+int64(from+wrong), rec.from, rec.to)
			}
		}
		if len(rec.ring) > maxRecent || rec.to-rec.from > int64(len(rec.ring)) {
			t.Fatalf("%d octets for [%d, %d)", len(rec.ring), rec.from, rec.to)
		}
	}
}
