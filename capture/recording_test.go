package capture

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"smtpscope/pcaps"
)

// openPcap opens a capture of ours.
func openPcap(t *testing.T, name string) Source {
	t.Helper()
	data, err := pcaps.FS.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	s, err := OpenFiles([]string{"-"}, Options{Rules: Rules{Ports: []uint16{25, 587}}, Stdin: bytes.NewReader(data)})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// countPackets reads a file as a user would, and fails on any damage.
func countPackets(t *testing.T, name string) (packets, secrets int64) {
	t.Helper()
	s, err := OpenFiles([]string{name}, Options{Rules: Rules{Ports: []uint16{25, 587}}})
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	for {
		batch, err := s.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		secrets += int64(len(batch.Secrets))
		batch.Release()
	}
	stats := s.Stats()
	if len(stats.Inputs[0].Damage) > 0 {
		t.Errorf("%s: %v", name, stats.Inputs[0].Damage)
	}
	return stats.Packets, secrets
}

// readEach reads a source to its end, and tells of each batch in which something came.
func readEach(t *testing.T, s Source, each func()) {
	t.Helper()
	for {
		batch, err := s.Next()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		if !nothingIn(batch) {
			each()
		}
		batch.Release()
	}
}

// repeated is a source that yields a capture again and again.
type repeated struct {
	Source
	t     *testing.T
	name  string
	again int
}

func (r *repeated) Next() (*Batch, error) {
	batch, err := r.Source.Next()
	if errors.Is(err, io.EOF) && r.again > 0 {
		r.again--
		r.Source = openPcap(r.t, r.name)
		return r.Source.Next()
	}
	return batch, err
}

const recorded = "ntlm-on-25-kerberos-on-587-same-server.pcapng"

// TestRecordingWhole: the file is whole after each batch, for us and for tshark.
func TestRecordingWhole(t *testing.T) {
	name := filepath.Join(t.TempDir(), "out.pcapng")
	r, err := Record(&repeated{openPcap(t, recorded), t, recorded, 20}, RecordOptions{Name: name})
	if err != nil {
		t.Fatal(err)
	}
	r.Keys(Connection{}, []byte("CLIENT_RANDOM 00 11\n"))
	readEach(t, r, func() { countPackets(t, name) })
	stats, err := r.Finish()
	if err != nil {
		t.Fatal(err)
	}
	packets, secrets := countPackets(t, name)
	if kept := r.Stats().Kept * 21; packets != stats.Saved || packets != kept || secrets != 1 {
		t.Errorf("%d packets, %d secrets; saved %d, kept %d", packets, secrets, stats.Saved, kept)
	}
	tshark, err := exec.LookPath("tshark")
	if err != nil {
		t.Skip("tshark is missing")
	}
	out, err := exec.Command(tshark, "-r", name, "-T", "fields", "-e", "frame.number").CombinedOutput()
	if got := int64(strings.Count(string(out), "\n")); err != nil || got < packets {
		t.Errorf("tshark sees %d packets, %v: %.200s", got, err, out)
	}
}

// TestRecordingRotates: complete files are numbered, few are kept, those of
// earlier runs count, and each can be read alone.
func TestRecordingRotates(t *testing.T) {
	folder := t.TempDir()
	name := filepath.Join(folder, "out.pcapng")
	for _, old := range []string{"out.pcapng", "out-00007.pcapng", "out-00009.pcapng", "out-x.pcapng", "out-9.pcapng"} {
		if err := os.WriteFile(filepath.Join(folder, old), []byte("old"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	r, err := Record(&repeated{openPcap(t, recorded), t, recorded, 9}, RecordOptions{Name: name, RotateSize: 1, RotateFiles: 3})
	if err != nil {
		t.Fatal(err)
	}
	if old, _ := os.ReadFile(filepath.Join(folder, "out-00010.pcapng")); string(old) != "old" {
		t.Error("what an earlier run left was not completed")
	}
	batches := 0
	readEach(t, r, func() { batches++ })
	if _, err := r.Finish(); err != nil {
		t.Fatal(err)
	}
	var names []string
	entries, _ := os.ReadDir(folder)
	for _, e := range entries {
		names = append(names, e.Name())
	}
	last := 10 + batches
	want := fmt.Sprintf("[out-%05d.pcapng out-%05d.pcapng out-%05d.pcapng out-9.pcapng out-x.pcapng out.pcapng]", last-2, last-1, last)
	if got := fmt.Sprint(names); got != want {
		t.Errorf("%s, want %s", got, want)
	}
	for n := last - 2; n <= last; n++ {
		if packets, _ := countPackets(t, filepath.Join(folder, fmt.Sprintf("out-%05d.pcapng", n))); packets == 0 {
			t.Errorf("file %d is empty", n)
		}
	}
	countPackets(t, name)
}

// connectionsOf finds the connections of a sample by their server's port.
func connectionsOf(t *testing.T, name string) map[uint16]Connection {
	t.Helper()
	all := map[uint16]Connection{}
	s := openPcap(t, name)
	for {
		batch, err := s.Next()
		if err != nil {
			return all
		}
		for i := range batch.Packets {
			p := &batch.Packets[i]
			var seg segment
			if !decode(p, &seg) {
				continue
			}
			src, dst := seg.src(), seg.dst()
			if src.Port() < dst.Port() {
				src, dst = dst, src
			}
			c, known := all[dst.Port()]
			if !known {
				c = Connection{Client: src, Server: dst, Start: p.Time}
			}
			c.End = p.Time
			all[dst.Port()] = c
		}
		batch.Release()
	}
}

// TestRecordingDecides: what is held is saved when it is wanted, and only then;
// what is too much is given up and counted.
func TestRecordingDecides(t *testing.T) {
	connections := connectionsOf(t, recorded)
	if len(connections) < 2 {
		t.Fatalf("%v", connections)
	}
	for _, test := range []struct {
		name    string
		hold    int64
		wanted  uint16
		givenUp int64
	}{
		{name: "one of them", hold: 1 << 20, wanted: 587},
		{name: "none", hold: 1 << 20, wanted: 1},
		{name: "too much", hold: 2000, wanted: 587, givenUp: 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			name := filepath.Join(t.TempDir(), "out.pcapng")
			r, err := Record(openPcap(t, recorded), RecordOptions{Name: name, Hold: test.hold, Idle: time.Hour})
			if err != nil {
				t.Fatal(err)
			}
			readEach(t, r, func() {})
			if r.held.connections.octets > test.hold {
				t.Errorf("%d octets are held", r.held.connections.octets)
			}
			for port, c := range connections {
				r.Keys(c, []byte("CLIENT_RANDOM 00 11\n"))
				r.Decide(c, port == test.wanted)
			}
			if r.held.connections.octets != 0 || len(r.held.connections.flows) != 0 {
				t.Errorf("%d octets of %d flows are still held", r.held.connections.octets, len(r.held.connections.flows))
			}
			stats, err := r.Finish()
			if err != nil || stats.GivenUp != test.givenUp {
				t.Errorf("%+v, %v", stats, err)
			}
			packets, _ := countPackets(t, name)
			if some := packets > 0; some != (test.wanted == 587 && test.givenUp == 0) || packets != stats.Saved {
				t.Errorf("%d packets, saved %d", packets, stats.Saved)
			}
		})
	}
}

// TestRecordingDismisses: what is no session takes no room from those that are.
func TestRecordingDismisses(t *testing.T) {
	connections := connectionsOf(t, recorded)
	r, err := Record(openPcap(t, recorded), RecordOptions{Name: filepath.Join(t.TempDir(), "out.pcapng"), Hold: 1 << 20, Idle: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	readEach(t, r, func() {})
	r.Dismiss(connections[587])
	if got := len(r.held.connections.flows); got != len(connections)-1 {
		t.Errorf("%d connections are held, want %d", got, len(connections)-1)
	}
	r.Decide(connections[25], true)
	if stats, err := r.Finish(); err != nil || stats.GivenUp != 0 || stats.Saved == 0 || r.held.connections.octets != 0 {
		t.Errorf("%+v, %v; %d octets are held", stats, err, r.held.connections.octets)
	}
}

// TestRecordingOneLink: secrets that come first bring no interface of another kind than
// the packets have.
func TestRecordingOneLink(t *testing.T) {
	rules := Rules{Ports: []uint16{587}}
	selector, raw := NewSelector(rules), &keptSource{}
	readPackets(t, openPcap(t, recorded), func(p *Packet) {
		ip := Packet{Data: bytes.Clone(p.Data[14:]), Time: p.Time, Clock: p.Clock, Frame: p.Frame, Link: LinkRaw}
		if selector.Select(&ip) {
			raw.packets = append(raw.packets, ip)
		}
	})
	want := int64(len(raw.packets))
	name := filepath.Join(t.TempDir(), "out.pcapng")
	r, err := Record(raw, RecordOptions{Name: name, Hold: 1 << 20, KeepAll: true, Idle: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	readEach(t, r, func() {})
	c := connectionsOf(t, recorded)[587]
	r.Keys(c, []byte("CLIENT_RANDOM 00 11\n"))
	r.Decide(c, true)
	if _, err := r.Finish(); err != nil {
		t.Fatal(err)
	}
	s, err := OpenFiles([]string{name}, Options{Rules: rules})
	if err != nil {
		t.Fatal(err)
	}
	readEach(t, s, func() {})
	if st := s.Stats(); st.Packets != want || want == 0 || !slices.Equal(st.Inputs[0].Links, []LinkType{LinkRaw}) {
		t.Errorf("%d packets of %d, links %v", st.Packets, want, st.Inputs[0].Links)
	}
}

// TestRecordingDiskFull: a full disk costs packets; what is written stays whole.
func TestRecordingDiskFull(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("this needs root: a small disk has to be made")
	}
	folder := mount(t, "size=64k")
	name, ballast := filepath.Join(folder, "out.pcapng"), filepath.Join(folder, "ballast")
	if err := os.WriteFile(ballast, make([]byte, 44<<10), 0o600); err != nil {
		t.Fatal(err)
	}
	var notices []string
	r, err := Record(&repeated{openPcap(t, recorded), t, recorded, 40}, RecordOptions{
		Name: name, Full: func(err error) bool { return errors.Is(err, syscall.ENOSPC) },
		Notice: func(text string) { notices = append(notices, text) },
	})
	if err != nil {
		t.Fatal(err)
	}
	readEach(t, r, func() {
		countPackets(t, name)
		if len(notices) == 1 {
			_ = os.Remove(ballast)
		}
	})
	stats, err := r.Finish()
	if came := r.Stats().Kept * 41; err != nil || stats.Lost == 0 || stats.Saved == 0 || stats.Saved+stats.Lost != came {
		t.Errorf("%+v of %d packets, %v", stats, came, err)
	}
	if packets, _ := countPackets(t, name); packets != stats.Saved {
		t.Errorf("%d packets, saved %d", packets, stats.Saved)
	}
	if len(notices) < 2 || !strings.Contains(notices[0], "the disk is full") || !strings.Contains(notices[1], "there is room again") {
		t.Errorf("%q", notices)
	}
}

// TestRecordingBroken: after an error that is not that of a full disk nothing more is
// saved: that is said once, what was written is a whole file, and packets go on.
func TestRecordingBroken(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("this needs root: a small disk has to be made")
	}
	name := filepath.Join(mount(t, "size=64k"), "out.pcapng")
	var notices []string
	r, err := Record(&repeated{openPcap(t, recorded), t, recorded, 40}, RecordOptions{
		Name: name, Notice: func(text string) { notices = append(notices, text) }, // Full knows no error
	})
	if err != nil {
		t.Fatal(err)
	}
	readEach(t, r, func() { countPackets(t, name) })
	stats, err := r.Finish()
	packets, _ := countPackets(t, name)
	if kept := 41 * r.Stats().Kept; !errors.Is(err, syscall.ENOSPC) || stats.Saved == 0 || packets != stats.Saved || stats.Saved+stats.Lost != kept {
		t.Errorf("%d packets in the file, %d kept, %+v, %v", packets, kept, stats, err)
	}
	if len(notices) != 1 || !strings.HasPrefix(notices[0], "packets are not saved any more: ") {
		t.Errorf("%q", notices)
	}
}

// TestRecordingKeepsAll: packets that wait for keys are saved in any case: when
// there is no room for them, when nobody decides, when they are not wanted.
func TestRecordingKeepsAll(t *testing.T) {
	connections := connectionsOf(t, recorded)
	tests := []struct {
		name   string
		hold   int64
		idle   time.Duration
		decide func(*Recording, Connection)
	}{
		{name: "nobody decides", hold: 1 << 20, idle: time.Hour},
		{name: "silent for too long", hold: 1 << 20},
		{name: "no room", hold: 1, idle: time.Hour},
		{name: "not wanted", hold: 1 << 20, idle: time.Hour, decide: func(r *Recording, c Connection) { r.Decide(c, false) }},
		{name: "no room, and keys", hold: 1000, idle: time.Hour, decide: func(r *Recording, c Connection) {
			r.Keys(c, []byte("CLIENT_RANDOM 00 00\n"))
			r.Decide(c, true)
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			name := filepath.Join(t.TempDir(), "out.pcapng")
			r, err := Record(openPcap(t, recorded), RecordOptions{Name: name, Hold: test.hold, KeepAll: true, Idle: test.idle})
			if err != nil {
				t.Fatal(err)
			}
			readEach(t, r, func() {})
			for _, c := range connections {
				if test.decide != nil {
					test.decide(r, c)
				}
			}
			stats, err := r.Finish()
			packets, _ := countPackets(t, name)
			if want := r.Stats().Kept; err != nil || packets != want || stats.Saved != want || stats.GivenUp != 0 || want == 0 {
				t.Errorf("%d packets of %d, %+v, %v", packets, want, stats, err)
			}
		})
	}
}
