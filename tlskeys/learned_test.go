package tlskeys

import (
	"encoding/binary"
	"strings"
	"testing"
)

// TestLearn: what was learned stands among the lines of its session, and counts as
// none of a key log; of very many, the latest are known.
func TestLearn(t *testing.T) {
	s := NewStore()
	defer s.Close()
	random := func(n int) *Random {
		var r Random
		binary.BigEndian.PutUint32(r[:], uint32(n))
		return &r
	}
	const many = 5 * maxLearned / 2
	for n := range many {
		s.Learn(random(n), &masterSecret{byte(n)})
	}
	for _, test := range []struct {
		n     int
		known bool
	}{{0, false}, {maxLearned - 1, false}, {many - maxLearned, true}, {many - 1, true}, {many, false}} {
		if line := string(s.AppendLines(nil, random(test.n))); strings.HasPrefix(line, "CLIENT_RANDOM 000") != test.known {
			t.Errorf("%d: %q", test.n, line)
		}
	}
	if c := s.Counts(); c != (Counts{}) || s.Has(random(many-1)) {
		t.Errorf("%+v", c)
	}
	if held := len(s.learned.young) + len(s.learned.old); held > 2*maxLearned {
		t.Errorf("%d are held", held)
	}
}
