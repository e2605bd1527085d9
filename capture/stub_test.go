package capture

import (
	"net/netip"
	"runtime"
	"testing"
)

// TestSYNFlood: a flood costs no more memory than the table of half-open
// connections may, and takes nothing from an open one.
func TestSYNFlood(t *testing.T) {
	if testing.Short() {
		t.Skip("fills the memory that a flood may take")
	}
	got := new(transcript)
	a := NewAssembler(got, Rules{}, Limits{})
	p := newScript(t, a)
	p.run(handshake)

	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	const extra = 1000
	flood := DefaultLimits().HalfOpen + extra
	for i := range flood {
		p.clock += 100
		p.frame++
		s := segment{
			frame: p.frame, time: p.clock, clock: p.clock, flags: flagSYN, seq: uint32(i),
			route: routeOf(netip.AddrPortFrom(netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)}), 999), testServer),
		}
		a.segment(&s)
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	if used := int64(after.HeapAlloc) - int64(before.HeapAlloc); used > 100<<20 {
		t.Errorf("%d MB for %d half-open connections", used>>20, flood)
	}
	p.run(`C "EHLO`)
	if s := got.String(); s != "open C:EHLO" {
		t.Error(s)
	}
	s := a.Stats()
	if s.HalfOpenLimit != extra || s.Unanswered != extra || int(s.HalfOpen) != flood-extra || s.Opened != 1 {
		t.Errorf("%+v", s)
	}
	a.Flush(p.clock)
	if s := a.Stats(); int(s.Unanswered) != flood {
		t.Errorf("%+v", s)
	}
	checkEmpty(t, a)
}

func TestHandshakesThatFail(t *testing.T) {
	for _, tt := range []struct {
		name string
		in   string
		want AssemblyStats
	}{
		{name: "unanswered", in: "C SYN\n+1s\nC SYN", want: AssemblyStats{Unanswered: 1}},
		{name: "refused", in: "C SYN\nS RST @-1 a0", want: AssemblyStats{Refused: 1}},
		{name: "refused, again and again", in: "C SYN\nS RST @-1 a0\n+500ms\nC SYN\nS RST @-1 a0", want: AssemblyStats{Refused: 1, Tail: 2}},
		{name: "a forged refusal", in: "C SYN\nS RST @-1 a5\nS SYN\nC", want: AssemblyStats{Stray: 1, Opened: 1, Silent: 1}},
		{name: "answered only", in: "C SYN\nS SYN", want: AssemblyStats{Unfinished: 1}},
		{name: "a probe", in: "C SYN\nS SYN\nC RST @0", want: AssemblyStats{Unfinished: 1}},
		{name: "a new attempt", in: "C SYN\nC isn=9 SYN\nS SYN\nC", want: AssemblyStats{Unanswered: 1, Opened: 1, Silent: 1}},
		{name: "a late answer", in: "C SYN\n+3m\nS SYN\nC", want: AssemblyStats{Unanswered: 1, Opened: 1, Silent: 1}},
		{name: "packets of nothing known", in: "C a5\nS FIN\nC RST", want: AssemblyStats{Stray: 3}},
		{name: "a keep-alive of nothing known", in: "C \"\x00\nS", want: AssemblyStats{Stray: 2}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := NewAssembler(new(transcript), Rules{}, Limits{})
			p := newScript(t, a)
			p.run(tt.in)
			a.Flush(p.clock)
			got := a.Stats()
			got.Segments = 0
			if got != tt.want {
				t.Errorf("got  %+v\nwant %+v", got, tt.want)
			}
			checkEmpty(t, a)
		})
	}
}
