package inspect

import (
	"slices"
	"testing"
	"time"

	"smtpscope/capture"
)

// TestSilence: a connection on which nobody speaks is listed after a while, and is a
// session then, greeting or none; a shorter one is none.
func TestSilence(t *testing.T) {
	const second = time.Second
	passing := func(from, to time.Duration) (all []moment) {
		for at := from; at <= to; at += second / 2 {
			all = append(all, moment{at: at})
		}
		return all
	}
	const nobody = "open incomplete: In progress: nobody has spoken so far"
	tests := []struct {
		name    string
		moments []moment
		open    []string // what is shown while it is open
		end     string   // empty: no session
		empty   int64
	}{
		{
			name:    "a late greeting",
			moments: slices.Concat(opened(0, 5000), passing(0, 8*second), []moment{{at: 9 * second, client: 5000, flags: ack, fromServer: true, text: "220 mx ESMTP\r\n"}}, closed(9*second, 5000), passing(10*second, 12*second)),
			open:    []string{nobody, "open incomplete: In progress: the server has greeted"},
			end:     "fin none: No login and no mail in this session",
		},
		{
			name:    "no greeting",
			moments: slices.Concat(opened(0, 5000), passing(0, 8*second), closed(9*second, 5000), passing(10*second, 12*second)),
			open:    []string{nobody},
			end:     "fin none: No login and no mail: nothing was said on this connection",
		},
		{
			name:    "a port scan",
			moments: slices.Concat(opened(0, 5000), passing(0, 4*second), closed(4*second, 5000), passing(5*second, 12*second)),
			empty:   1,
		},
		{
			name:    "the capture ends early",
			moments: slices.Concat(opened(0, 5000), passing(0, 4*second)),
			empty:   1,
		},
		{
			name:    "from the middle",
			moments: slices.Concat([]moment{{client: 5000, flags: ack}, {client: 5000, flags: ack, fromServer: true}}, passing(0, 8*second), closed(9*second, 5000), passing(10*second, 12*second)),
		},
	}
	for _, test := range tests {
		for _, live := range []time.Duration{time.Nanosecond, 0} {
			t.Run(test.name+map[bool]string{true: ", live"}[live > 0], func(t *testing.T) {
				sink := &watchingSink{got: make(map[int64][]string)}
				summary, err := New(script(test.moments...), Options{Rules: capture.Rules{Ports: []uint16{25}}, Shards: 1, Limits: capture.DefaultLimits(), OpenEvery: live}).Run(sink)
				if err != nil {
					t.Fatal(err)
				}
				var want []string
				if test.end != "" {
					if live > 0 {
						want = slices.Clone(test.open)
					}
					want = append(want, test.end)
				}
				if got := slices.Compact(sink.got[1]); !slices.Equal(got, want) || len(sink.got) > 1 || summary.Connections.Empty != test.empty {
					t.Errorf("got %v, want %q; %d empty", sink.got, want, summary.Connections.Empty)
				}
			})
		}
	}
}

// TestSilenceInOrder: many that are silent are listed, each when it is its time, and
// none is left in the queue.
func TestSilenceInOrder(t *testing.T) {
	var moments []moment
	for i := range uint16(50) {
		moments = append(moments, opened(time.Duration(i)*100*time.Millisecond, 5000+i)...)
	}
	moments = append(moments, moment{at: 7 * time.Second})
	sink := &watchingSink{got: make(map[int64][]string)}
	in := New(script(moments...), Options{Rules: capture.Rules{Ports: []uint16{25}}, Shards: 1, Limits: capture.DefaultLimits(), OpenEvery: time.Nanosecond})
	summary, err := in.Run(sink)
	if err != nil {
		t.Fatal(err)
	}
	// Those of the last two seconds are too young, at 7 s.
	if summary.Sessions != 21 || summary.Connections.Empty != 29 || in.shards[0].quiet != (queue{}) {
		t.Errorf("%d sessions, %d empty, queue %+v", summary.Sessions, summary.Connections.Empty, in.shards[0].quiet)
	}
}
