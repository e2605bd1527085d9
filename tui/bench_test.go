package tui

import (
	"fmt"
	"net/netip"
	"runtime"
	"slices"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"smtpscope/filter"
	"smtpscope/inspect"
)

// million is the number of sessions that the UI has to bear.
const million = 1_000_000

// hugeStore is a store of n sessions: the samples again and again, with other
// addresses, ports, times and numbers. Their records are those of the samples.
func hugeStore(b testing.TB, n int) *Store {
	b.Helper()
	st := newTestStore()
	fill(b, st)
	snap := st.snapshot()
	base := make([]filter.Facts, snap.count)
	for i := range base {
		base[i] = *snap.at(int32(i))
	}
	first := base[0].Start
	for i := len(base); i < n; i++ {
		f := base[i%len(base)]
		f.ID = int64(i + 1)
		f.Start = first + int64(i)*int64(time.Millisecond)
		f.Client = netip.AddrPortFrom(netip.AddrFrom4([4]byte{10, byte(i >> 14), byte(i >> 6), byte(i % 50)}), uint16(1024+i%60000))
		*st.place(st.add(&f)) = int32(i)
	}
	last := st.batches[len(st.batches)-1]
	// The records of all others are not asked for by what is measured here but
	// for the preview: let them be that of the last one.
	records, texts := last.records, last.texts
	for i := len(base); i < n; i += batchSessions {
		copied := &batch{first: i}
		for k := 0; k < batchSessions; k++ {
			from := uint32(0)
			if at := (i + k) % len(base); at > 0 {
				from = last.recordEnds[at-1]
				copied.texts = append(copied.texts, texts[last.textEnds[at-1]:last.textEnds[at]]...)
			} else {
				copied.texts = append(copied.texts, texts[:last.textEnds[0]]...)
			}
			copied.records = append(copied.records, records[from:last.recordEnds[(i+k)%len(base)]]...)
			copied.recordEnds = append(copied.recordEnds, uint32(len(copied.records)))
			copied.textEnds = append(copied.textEnds, uint32(len(copied.texts)))
		}
		if i < len(base)+4*batchSessions {
			copied.records, copied.texts, copied.packed = encoder().EncodeAll(copied.records, nil), encoder().EncodeAll(copied.texts, nil), true
			st.batches = append(st.batches, copied)
			continue
		}
		model := st.batches[len(st.batches)-4]
		st.batches = append(st.batches, &batch{first: i, records: model.records, texts: model.texts, recordEnds: model.recordEnds, textEnds: model.textEnds, packed: true})
	}
	return st
}

func hugeApp(b testing.TB) *tester {
	b.Helper()
	m := &tester{TB: b, app: newApp(Options{Sources: []string{"huge.pcap"}, Store: hugeStore(b, million), Theme: "dark"})}
	m.send(tea.WindowSizeMsg{Width: 200, Height: 50})
	m.run(m.app.work())
	return m
}

// BenchmarkKey is a key press to the next frame, in a list of a million
// sessions on a screen of 200 by 50.
func BenchmarkKey(b *testing.B) {
	m := hugeApp(b)
	for _, name := range []string{"down", "pgdown", "end", "2", "3"} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			m.press("1", "home")
			var worst time.Duration
			for b.Loop() {
				begin := time.Now()
				m.app.Update(tea.KeyPressMsg(specialOrRune(name)))
				_ = m.app.View()
				worst = max(worst, time.Since(begin))
			}
			b.ReportMetric(float64(worst.Microseconds())/1000, "worst-ms")
		})
	}
}

func specialOrRune(name string) tea.Key {
	if k, special := specialKeys[name]; special {
		return k
	}
	return tea.Key{Code: rune(name[0]), Text: name}
}

// BenchmarkFilter is a filter over a million sessions, from the key to the last
// step; a frame is drawn after each step. worst-ms is the longest that a key
// would have to wait.
func BenchmarkFilter(b *testing.B) {
	m := hugeApp(b)
	for _, expression := range []string{"state:ntlm", "client:10.3.0.0/16 not port:25", "user:alice or size>1M", `"auth gssapi"`, ""} {
		b.Run(fmt.Sprintf("%q", expression), func(b *testing.B) {
			f, err := filter.Parse(expression)
			if err != nil {
				b.Fatal(err)
			}
			var worst time.Duration
			for b.Loop() {
				m.sessions.roll.ask(query{text: expression, filter: f})
				for m.sessions.roll.busy() {
					begin := time.Now()
					m.app.Update(stepMsg{})
					_ = m.app.View()
					worst = max(worst, time.Since(begin))
				}
			}
			b.ReportMetric(float64(worst.Microseconds())/1000, "worst-ms")
			b.ReportMetric(float64(len(m.sessions.roll.shown)), "sessions")
		})
	}
}

// BenchmarkArrival is 2,000 sessions that come into a list of a million, as in
// a twentieth of a second of fast reading.
func BenchmarkArrival(b *testing.B) {
	m := hugeApp(b)
	r := m.sessions.roll
	for b.Loop() {
		b.StopTimer()
		r.shown = slices.Delete(r.shown, len(r.shown)-2000, len(r.shown))
		r.next = million - 2000
		b.StartTimer()
		m.app.Update(stepMsg{})
		_ = m.app.View()
	}
}

// BenchmarkSort is a sort of a million sessions; it does not run in Update.
func BenchmarkSort(b *testing.B) {
	m := hugeApp(b)
	for _, column := range []int{1, 4, 6} {
		b.Run(sessionColumns[column].title, func(b *testing.B) {
			for b.Loop() {
				cmd := m.sessions.sortBy(column, false)
				m.app.Update(cmd())
			}
		})
	}
}

// BenchmarkStore takes sessions into the store, from the record on.
func BenchmarkStore(b *testing.B) {
	b.ReportAllocs()
	records, st := sampleRecords(b), newTestStore()
	for n := 0; b.Loop(); n++ {
		storeOne(b, st, records, n)
	}
}

// sampleRecords are the records of the samples.
func sampleRecords(t testing.TB) []*inspect.Session {
	t.Helper()
	sampled := newTestStore()
	fill(t, sampled)
	records := make([]*inspect.Session, sampled.count)
	for i := range records {
		s, err := sampled.load(i)
		if err != nil {
			t.Fatal(err)
		}
		records[i] = s
	}
	return records
}

// storeOne takes the n-th session into a store: one of the records, with another
// client, another start and other frames and times.
func storeOne(t testing.TB, st *Store, records []*inspect.Session, n int) {
	t.Helper()
	s := records[n%len(records)]
	s.Client.Port, s.Client.IP = uint16(1024+n%60000), netip.AddrFrom4([4]byte{10, byte(n >> 16), byte(n >> 8), byte(n)})
	s.Start = s.Start.Add(time.Duration(n%977) * time.Millisecond)
	for i := range s.Dialogue {
		s.Dialogue[i].Frame += int64(n % 7)
		s.Dialogue[i].Time = s.Dialogue[i].Time.Add(time.Duration(n%977) * time.Microsecond)
	}
	if err := st.Session(int64(n+1), st.Render(nil, s)); err != nil {
		t.Fatal(err)
	}
}

func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// TestMemory holds what a session takes against its bound, on the samples; and
// what the store takes whatever it holds. The number of sessions is fixed: by what
// a benchmark gets through in a second, a slow machine would count the buffers
// as if they were the sessions'.
func TestMemory(t *testing.T) {
	if raceDetector {
		t.Skip("the race detector takes memory of its own")
	}
	const first, more = 1000, 5000
	records := sampleRecords(t)
	before := heap()
	st := newTestStore()
	for n := range first {
		storeOne(t, st, records, n)
	}
	begun := heap()
	for n := first; n < first+more; n++ {
		storeOne(t, st, records, n)
	}
	each := (heap() - begun) / more
	fixed := begun - before - first*each
	runtime.KeepAlive(st)
	t.Logf("a session takes %d octets, the store %d besides", each, fixed)
	if each > 3<<10 {
		t.Errorf("a session takes %d octets, more than 3 KiB", each)
	}
	if fixed > 8<<20 {
		t.Errorf("the store takes %d octets besides its sessions, more than 8 MiB", fixed)
	}
}
