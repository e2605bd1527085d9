package inspect_test

import (
	"encoding/json"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"smtpscope/capture"
	"smtpscope/inspect"
	"smtpscope/verdict"
)

// list is a sink that keeps everything.
type list struct {
	sessions []*inspect.Session
	fail     error
}

// Render implements inspect.Sink: the record as JSON is a copy.
func (l *list) Render(b []byte, s *inspect.Session) []byte {
	record, err := json.Marshal(s)
	if err != nil {
		panic(err)
	}
	return append(b, record...)
}

// Session implements inspect.Sink.
func (l *list) Session(id int64, rendered []byte) error {
	var s inspect.Session
	if err := json.Unmarshal(rendered, &s); err != nil {
		return err
	}
	s.ID = id
	l.sessions = append(l.sessions, &s)
	return l.fail
}

// Flush implements inspect.Sink.
func (l *list) Flush() error { return nil }

func run(t *testing.T, o inspect.Options, sink inspect.Sink, names ...string) (*inspect.Summary, error) {
	t.Helper()
	src, err := capture.OpenFiles(names, capture.Options{Rules: o.Rules})
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	return inspect.New(src, o).Run(sink)
}

func captures(t *testing.T) []string {
	t.Helper()
	names, err := filepath.Glob("../pcaps/*.pcap*")
	if err != nil || len(names) == 0 {
		t.Fatalf("no captures: %v", err)
	}
	return names
}

func states(l *list) []verdict.State {
	var all []verdict.State
	for _, s := range l.sessions {
		all = append(all, s.Verdict.State)
	}
	return all
}

// TestAutoPorts finds the sessions of every capture by their bytes alone. Two
// kinds cannot be found so: TLS from the first byte, and a stream that begins
// in the middle of a mail.
func TestAutoPorts(t *testing.T) {
	hidden := []string{"implicit-tls-465-ntlm.pcap", "midstream-in-data.pcap"}
	ports := inspect.Options{Rules: capture.Rules{Ports: []uint16{24, 25, 465, 587, 2525}}}
	auto := inspect.Options{Rules: capture.Rules{AnyPort: true}}
	for _, name := range captures(t) {
		if slices.Contains(hidden, filepath.Base(name)) {
			continue
		}
		var byPort, byBytes list
		for _, way := range []struct {
			o    inspect.Options
			sink *list
		}{{ports, &byPort}, {auto, &byBytes}} {
			if _, err := run(t, way.o, way.sink, name); err != nil {
				t.Fatal(err)
			}
		}
		if want, got := states(&byPort), states(&byBytes); !slices.Equal(got, want) {
			t.Errorf("%s: found %v, want %v", filepath.Base(name), got, want)
		}
	}
}

// TestMergedInputs reads many captures at once: every session is there, and the
// numbers have no holes. (Some of the other captures hold the same conversation.)
func TestMergedInputs(t *testing.T) {
	names, err := filepath.Glob("../pcaps/[kns]*.pcap")
	if err != nil {
		t.Fatal(err)
	}
	names = slices.DeleteFunc(names, func(name string) bool { return strings.Contains(name, "snaplen") })
	o := inspect.Options{Rules: capture.Rules{Ports: []uint16{24, 25, 465, 587, 2525}}}
	want := 0
	for _, name := range names {
		var one list
		if _, err := run(t, o, &one, name); err != nil {
			t.Fatal(err)
		}
		want += len(one.sessions)
	}
	var all list
	sum, err := run(t, o, &all, names...)
	if err != nil {
		t.Fatal(err)
	}
	if len(all.sessions) != want || sum.Sessions != int64(want) {
		t.Errorf("%d sessions, %d in the summary; want %d", len(all.sessions), sum.Sessions, want)
	}
	var ids []int64
	for _, s := range all.sessions {
		ids = append(ids, s.ID)
	}
	slices.Sort(ids)
	for i, id := range ids {
		if id != int64(i+1) {
			t.Fatalf("session %d of %d is numbered %d", i+1, len(ids), id)
		}
	}
}

// TestNumbers: sessions are numbered in the order in which they began, whatever the
// number of shards.
func TestNumbers(t *testing.T) {
	names, err := filepath.Glob("../pcaps/[kn]*-on-*.pcap*")
	if err != nil || len(names) < 3 {
		t.Fatalf("captures %v, %v", names, err)
	}
	for _, shards := range []int{1, 2, 7} {
		var all list
		if _, err := run(t, inspect.Options{Rules: capture.Rules{Ports: []uint16{25, 587}}, Shards: shards}, &all, names...); err != nil {
			t.Fatal(err)
		}
		slices.SortFunc(all.sessions, func(a, b *inspect.Session) int { return int(a.ID - b.ID) })
		for i, s := range all.sessions {
			if i > 0 && s.Dialogue[0].Frame <= all.sessions[i-1].Dialogue[0].Frame {
				t.Errorf("%d shards: session %d begins in frame %d, the one before in %d", shards, s.ID, s.Dialogue[0].Frame, all.sessions[i-1].Dialogue[0].Frame)
			}
		}
	}
}

func TestSinkFails(t *testing.T) {
	full := errors.New("disk full")
	o := inspect.Options{Rules: capture.Rules{Ports: []uint16{25, 587}}}
	sink := &list{fail: full}
	if _, err := run(t, o, sink, captures(t)...); !errors.Is(err, full) {
		t.Errorf("error %v, want %v", err, full)
	}
	if len(sink.sessions) != 1 {
		t.Errorf("%d sessions went to a sink that had failed", len(sink.sessions))
	}
}

// TestKeptBytes: sessions that find no room keep their verdict and little else.
func TestKeptBytes(t *testing.T) {
	o := inspect.Options{Rules: capture.Rules{Ports: []uint16{25, 587}}, Shards: 1, KeptBytes: 1}
	name := "../pcaps/kerberos-in-spnego-on-587.pcap"
	var little list
	sum, err := run(t, o, &little, name)
	if err != nil {
		t.Fatal(err)
	}
	var all list
	o.KeptBytes = 0
	if _, err := run(t, o, &all, name); err != nil {
		t.Fatal(err)
	}
	if sum.Limits["max-kept"] != 1 {
		t.Errorf("limits %v do not say that max-kept was reached", sum.Limits)
	}
	if got, want := len(little.sessions[0].Dialogue), len(all.sessions[0].Dialogue); got >= want {
		t.Errorf("%d lines were kept of %d", got, want)
	}
	if got := states(&little); !slices.Equal(got, states(&all)) {
		t.Errorf("the verdict is %v, want %v", got, states(&all))
	}
}

// A panicking sink panics at one of its steps.
type panicking struct {
	list
	render, session bool
}

// Render implements inspect.Sink.
func (p *panicking) Render(b []byte, s *inspect.Session) []byte {
	if p.render && s.Verdict.State == verdict.Kerberos {
		panic("rendering")
	}
	return p.list.Render(b, s)
}

// Session implements inspect.Sink.
func (p *panicking) Session(id int64, rendered []byte) error {
	if p.session {
		panic("printing")
	}
	return p.list.Session(id, rendered)
}

// TestPanicIsAnError: what follows connections may break, the program must not.
func TestPanicIsAnError(t *testing.T) {
	o := inspect.Options{Rules: capture.Rules{Ports: []uint16{25, 587}}, Shards: 8}
	for name, sink := range map[string]*panicking{"rendering": {render: true}, "printing": {session: true}} {
		sum, err := run(t, o, sink, captures(t)...)
		var internal *inspect.InternalError
		if !errors.As(err, &internal) || internal.Value != name || !strings.Contains(string(internal.Stack), "inspect_test.go") {
			t.Errorf("%s: error %v", name, err)
		}
		if sum == nil || sum.Packets == 0 {
			t.Errorf("%s: summary %+v", name, sum)
		}
		if sink.render && len(sink.sessions) == 0 {
			t.Errorf("%s: the other shards handed nothing out", name)
		}
	}
}
