package main

import (
	"bytes"
	"io"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

var readRecorded = sync.OnceValues(func() ([]template, error) { return readTemplates("../pcaps") })

func recorded(tb testing.TB) []template {
	tb.Helper()
	templates, err := readRecorded()
	if err != nil {
		tb.Fatal(err)
	}
	return templates
}

// begin prepares what the flags ask for, on a wire to w.
func begin(tb testing.TB, w io.Writer, flags ...string) (*traffic, *config) {
	tb.Helper()
	c, err := parseFlags(flags, io.Discard)
	if err != nil {
		tb.Fatal(err)
	}
	t, err := newTraffic(newWire(w, c.format, c.seed, c.mix.faults), c.mix, recorded(tb))
	if err != nil {
		tb.Fatal(err)
	}
	return t, c
}

// generate returns the capture that the flags ask for.
func generate(t *testing.T, flags ...string) ([]byte, tally) {
	t.Helper()
	var out bytes.Buffer
	traffic, c := begin(t, &out, flags...)
	done, err := traffic.run(c.end)
	if err != nil {
		t.Fatal(err)
	}
	if done.octets != int64(out.Len()) {
		t.Errorf("%d octets were written, the tally says %d", out.Len(), done.octets)
	}
	return out.Bytes(), done
}

// TestKinds reads captures of each kind without loss, and finds in them every
// session, octet by octet as it was recorded, or properly stretched.
func TestKinds(t *testing.T) {
	known := map[string]bool{}
	for _, t := range recorded(t) {
		known[key(streams(&t))] = true
	}
	replayed := func(t *testing.T, said [2][]byte) {
		if !known[key(said)] {
			t.Errorf("a session that nobody recorded: %.200q", said)
		}
	}
	tests := []struct {
		kind     string
		sessions int64
		flags    string
		check    func(*testing.T, [2][]byte)
		// said is what a client says in some session.
		said string
		// What the reader has to put in order.
		outOfOrder, retransmitted bool
	}{
		{kind: "mixed", sessions: 300, check: replayed, said: "AUTH GSSAPI", outOfOrder: true},
		{kind: "bulk", sessions: 16, flags: "-mail 1500K", check: checkStretched(1500 << 10), said: "BDAT 1048576"},
		{kind: "tiny", sessions: 2000, check: replayed, said: "AUTH PLAIN"},
		{kind: "disorder", sessions: 300, check: replayed, said: "AUTH NTLM", outOfOrder: true, retransmitted: true},
		{kind: "flood", sessions: 100, check: replayed, said: "AUTH GSSAPI"},
	}
	for _, test := range tests {
		t.Run(test.kind, func(t *testing.T) {
			flags := append(strings.Fields(test.flags),
				"-kind", test.kind, "-loss", "0", "-sessions", strconv.FormatInt(test.sessions, 10))
			data, done := generate(t, append(flags, "-format", "pcap")...)
			heard := listen(t, data)
			if n := int64(len(heard.said)); n != test.sessions || done.begun != n || done.whole != n {
				t.Errorf("%d sessions in the capture; %+v; want %d", n, done, test.sessions)
			}
			for _, said := range heard.said {
				test.check(t, said)
			}
			if !slices.ContainsFunc(heard.said, func(said [2][]byte) bool { return bytes.Contains(said[0], []byte(test.said)) }) {
				t.Errorf("nobody says %q", test.said)
			}
			if heard.gaps > 0 || heard.counts.Conflicts > 0 {
				t.Errorf("%d gaps, counts %+v", heard.gaps, heard.counts)
			}
			if test.outOfOrder && heard.counts.OutOfOrder == 0 || test.retransmitted && heard.counts.Retransmitted == 0 {
				t.Errorf("too orderly: %+v", heard.counts)
			}
			if n := heard.stats.Unanswered + heard.stats.Unfinished; n != done.halfOpen {
				t.Errorf("%d connections are half open, the tally says %d", n, done.halfOpen)
			}

			again, _ := generate(t, append(flags, "-format", "pcap")...)
			if !bytes.Equal(again, data) {
				t.Error("the same seed gave other octets")
			}
			other, _ := generate(t, append(flags, "-format", "pcap", "-seed", "2")...)
			if bytes.Equal(other, data) {
				t.Error("another seed gave the same octets")
			}
			ng, _ := generate(t, append(flags, "-format", "pcapng")...)
			if got := listen(t, ng); !slices.EqualFunc(got.said, heard.said, func(a, b [2][]byte) bool { return key(a) == key(b) }) ||
				got.counts != heard.counts {
				t.Error("pcapng says something else than pcap")
			}
		})
	}
}

// streams returns all that each side of a recorded session says.
func streams(t *template) (said [2][]byte) {
	for _, u := range t.turns {
		said[u.dir] = append(said[u.dir], u.data...)
	}
	return said
}

func key(said [2][]byte) string { return string(said[0]) + "\x00" + string(said[1]) }

func TestSizeCuts(t *testing.T) {
	const size = 4 << 20
	for kind := range kinds {
		for _, format := range []string{"pcap", "pcapng"} {
			_, done := generate(t, "-kind", kind, "-format", format, "-size", "4M")
			// Late packets come on top.
			if over := done.octets - size; over < 0 || over > (maxLate+1)*1600 {
				t.Errorf("%s %s has %d octets, want %d", kind, format, done.octets, size)
			}
		}
	}
}

func TestLossMakesGaps(t *testing.T) {
	data, _ := generate(t, "-kind", "disorder", "-sessions", "300")
	if heard := listen(t, data); heard.gaps == 0 {
		t.Error("no gaps")
	}
}

func TestSMTPShare(t *testing.T) {
	if _, done := generate(t, "-size", "96M"); done.smtp < 0.25 || done.smtp > 0.35 {
		t.Errorf("%.2f of the octets are SMTP, want about 0.30", done.smtp)
	}
}

// TestFloodEnds leaves as many connections half open as asked for, each with an
// address of its own.
func TestFloodEnds(t *testing.T) {
	data, done := generate(t, "-kind", "flood", "-flood", "50000")
	heard := listen(t, data)
	if n := heard.stats.Unanswered + heard.stats.Unfinished; done.halfOpen != 50000 || n != 50000 {
		t.Errorf("%d half open in the capture; %+v", n, done)
	}
	if done.begun == 0 || done.whole != done.begun || heard.stats.Unfinished == 0 {
		t.Errorf("%+v, %d SYNs were answered", done, heard.stats.Unfinished)
	}
	d := newFlood(newWire(io.Discard, pcapFormat{}, 1, faults{}))
	seen := map[[4]byte]bool{}
	for range 100_000 {
		seen[d.forge()] = true
	}
	if len(seen) != 100_000 {
		t.Errorf("%d addresses, want 100000", len(seen))
	}
}

func TestSequenceNumbersWrap(t *testing.T) {
	traffic, c := begin(t, io.Discard, "-kind", "disorder")
	for i := range traffic.templates {
		var f flow
		f.beginReplay(traffic.wire, 1, &traffic.templates[i], c.mix.wrap)
		for dir, octets := range traffic.templates[i].octets {
			if end := uint64(f.seq[dir]) + 1 + uint64(octets); end < 1<<32 {
				t.Errorf("session %d: sequence numbers of side %d end at %d", i, dir, end)
			}
		}
	}
}

// TestTuples: no tuple comes twice.
func TestTuples(t *testing.T) {
	w := newWire(io.Discard, pcapFormat{}, 1, faults{})
	type end struct {
		ip   [4]byte
		port uint16
	}
	seen := map[end]bool{}
	for id := range uint64(1 << 20) {
		tuple := newTuple(w, id, 25)
		seen[end{tuple.ip[0], tuple.port[0]}] = true
	}
	if len(seen) != 1<<20 {
		t.Errorf("%d tuples for %d connections", len(seen), 1<<20)
	}
}

func TestNoAllocationPerPacket(t *testing.T) {
	for kind := range kinds {
		if kind == "bulk" {
			continue // each of its sessions is made anew
		}
		traffic, _ := begin(t, io.Discard, "-kind", kind)
		packets := func() {
			for range 20_000 {
				traffic.packet(false)
			}
		}
		packets()
		if n := testing.AllocsPerRun(5, packets); n > 0 {
			t.Errorf("%s: %.0f allocations for 20,000 packets", kind, n)
		}
	}
}

func BenchmarkGenerate(b *testing.B) {
	for _, kind := range kindNames() {
		b.Run(kind, func(b *testing.B) {
			traffic, _ := begin(b, io.Discard, "-kind", kind)
			const size = 16 << 20
			b.ReportAllocs()
			b.SetBytes(size)
			for b.Loop() {
				for until := traffic.wire.written() + size; traffic.wire.written() < until; {
					traffic.packet(false)
				}
			}
		})
	}
}
