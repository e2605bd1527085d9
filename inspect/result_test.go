package inspect

import (
	"bytes"
	"testing"

	"smtpscope/smtpparse"
)

// sized is a sink whose renderings have as many octets as a session has packets, and
// show their number.
type sized struct{ n int }

func (s *sized) Render(b []byte, record *Session) []byte {
	s.n++
	return append(b, bytes.Repeat([]byte{byte(s.n)}, int(record.Packets))...)
}
func (s *sized) Session(int64, []byte) error { return nil }
func (s *sized) Flush() error                { return nil }

// What was rendered stays as it was, whatever is rendered behind it, and pieces come
// back for the next result.
func TestRenderingsStay(t *testing.T) {
	pool := &resultPool{}
	s := newShard(0, Options{Shards: 1, KeptBytes: DefaultKeptBytes}, pool)
	for round := range 2 {
		s.sink = &sized{}
		sizes := []int{0, 1, sessionBytes - 1, sessionBytes + 1, pieceBytes, 3 * pieceBytes, 5}
		for range 20 * mostPieces {
			sizes = append(sizes, 20<<10)
		}
		var all []rendering
		for _, n := range sizes {
			s.record = Session{Session: &smtpparse.Session{Packets: int64(n)}}
			all = append(all, s.render(nil))
		}
		for i, r := range all {
			if len(r.rendered) != sizes[i] || !bytes.Equal(r.rendered, bytes.Repeat([]byte{byte(i + 1)}, sizes[i])) {
				t.Fatalf("round %d: rendering %d of %d octets has %d, or others", round, i, sizes[i], len(r.rendered))
			}
		}
		pool.put(s.current)
		s.current = pool.get()
		if got := len(pool.pieces); got != mostPieces {
			t.Errorf("%d pieces are kept, want %d", got, mostPieces)
		}
	}
}
