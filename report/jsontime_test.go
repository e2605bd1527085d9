package report

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"testing"
	"time"
)

func checkTime(t *testing.T, at time.Time) {
	t.Helper()
	want, err := json.Marshal(writable(at))
	if err != nil {
		t.Fatal(err)
	}
	if got := appendTime(nil, at); string(got) != string(want) {
		t.Fatalf("%s, want %s", got, want)
	}
}

// Every day within 110 years of 1970, days in all years that can be written,
// and what is not a date.
func TestAppendTime(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	const recent = 40_000 * secondsPerDay
	for second := int64(firstSecond); second <= lastSecond; second += secondsPerDay {
		if day := second / secondsPerDay; day%29 == 0 || -recent < second && second < recent {
			checkTime(t, time.Unix(second+r.Int64N(secondsPerDay), r.Int64N(1e9)))
		}
	}
	for _, nanoseconds := range []int64{0, 1, 10, 999, 1_000, 120_000, 100_000_000, 123_456_000, 999_999_999} {
		checkTime(t, time.Unix(1_790_000_000, nanoseconds))
	}
	for _, second := range []int64{firstSecond, firstSecond - 1, lastSecond, lastSecond + 1, math.MaxInt64 / 2, math.MinInt64 / 2} {
		checkTime(t, time.Unix(second, 5))
	}
	checkTime(t, time.Time{})
	checkTime(t, time.Unix(1_790_000_000, 0).In(time.FixedZone("east", 3600)))
}

func BenchmarkAppendTime(b *testing.B) {
	b.ReportAllocs()
	var out [64]byte
	at := time.Unix(1_790_000_000, 123_456_000).UTC()
	for b.Loop() {
		appendTime(out[:0], at)
	}
}
