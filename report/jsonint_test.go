package report

import (
	"math"
	"math/rand/v2"
	"strconv"
	"testing"
)

func TestAppendInt(t *testing.T) {
	check := func(v int64) {
		t.Helper()
		if got, want := string(appendInt([]byte("x"), v)), "x"+strconv.FormatInt(v, 10); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	for power := int64(1); power <= math.MaxInt64/10; power *= 10 {
		for near := int64(-1); near <= 1; near++ {
			check(power + near)
			check(-power + near)
		}
	}
	for v := range int64(20_000) {
		check(v)
	}
	r := rand.New(rand.NewPCG(7, 8))
	for range 20_000 {
		check(r.Int64() >> r.IntN(64))
	}
	check(math.MaxInt64)
	check(math.MinInt64)
}

func BenchmarkAppendInt(b *testing.B) {
	b.ReportAllocs()
	var out [64]byte
	for b.Loop() {
		appendInt(out[:0], 1_234_567)
	}
}
