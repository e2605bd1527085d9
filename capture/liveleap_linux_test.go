package capture

import (
	"math"
	"testing"
	"time"
)

// TestLiveLeap: batches of interfaces tell that the clock was set while nothing came.
func TestLiveLeap(t *testing.T) {
	s := &liveSource{tally: tally{selector: NewSelector(mailRules), live: true}}
	now := time.Unix(17e8, 0)
	for _, tt := range []struct {
		name string
		pass time.Duration
		want Leap
	}{
		{name: "the first"},
		{name: "time goes on", pass: liveTick},
		{name: "it is set", pass: time.Hour, want: Leap{From: math.MinInt64, To: now.Add(liveTick + time.Hour - ringLag).UnixNano()}},
		{name: "it is set back", pass: -time.Hour, want: Leap{From: math.MinInt64, To: now.Add(liveTick + time.Hour - ringLag).UnixNano()}},
	} {
		now = now.Add(tt.pass)
		s.idle(now)
		if batch := s.hand(s.batches.get()); batch.Leap != tt.want {
			t.Errorf("%s: %+v, want %+v", tt.name, batch.Leap, tt.want)
		}
	}
}
