package main

import (
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"smtpscope/capture"
	"smtpscope/filter"
	"smtpscope/inspect"
	"smtpscope/metrics"
	"smtpscope/smtpparse"
	"smtpscope/verdict"
)

// A notingViewer notes what it gets.
type notingViewer struct{ ended, open []string }

func (v *notingViewer) Render(b []byte, s *inspect.Session) []byte {
	return append(b, s.Verdict.Text...)
}

func (v *notingViewer) Write(_ int64, rendered []byte) error {
	v.ended = append(v.ended, string(rendered))
	return nil
}

func (v *notingViewer) Open(_ int64, rendered []byte) error {
	v.open = append(v.open, string(rendered))
	return nil
}

func (v *notingViewer) Flush() error { return nil }

// A viewer gets what it made of a session, whatever the sink needs to know of it
// besides; and only sessions that have ended are counted.
func TestSink(t *testing.T) {
	start := time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)
	record := func(text string, auth ...*smtpparse.Auth) *inspect.Session {
		return &inspect.Session{
			Session: &smtpparse.Session{Start: start, End: start.Add(time.Second), Auth: auth},
			Verdict: verdict.Verdict{State: verdict.Password, Text: text},
		}
	}
	accepted := &smtpparse.Auth{Verb: "AUTH", Mechanism: "PLAIN", Actual: "plain", Outcome: smtpparse.Accepted, ReplyCode: 235}
	viewer := &notingViewer{}
	s := &sink{viewer: viewer, filter: new(filter.Filter), requirement: requirement{allowed: []verdict.State{verdict.Kerberos}}}
	s.meter = metrics.New("", []uint16{25}, func() metrics.Traffic { return metrics.Traffic{} })
	for i, r := range []*inspect.Session{record("without an attempt"), record("with one", accepted)} {
		r.Open = true
		if err := s.Open(int64(i+1), s.Render(nil, r)); err != nil {
			t.Fatal(err)
		}
	}
	if s.shown != 0 || s.requirement.seen != 0 {
		t.Errorf("open sessions are counted: %d, %d judged", s.shown, s.requirement.seen)
	}
	if err := s.Session(2, s.Render(nil, record("over", accepted))); err != nil {
		t.Fatal(err)
	}
	if len(viewer.open) != 2 || viewer.open[0] != "without an attempt" || viewer.open[1] != "with one" || len(viewer.ended) != 1 || viewer.ended[0] != "over" {
		t.Errorf("the viewer got %q and %q", viewer.open, viewer.ended)
	}
	if s.shown != 1 || s.requirement.breaches != 1 {
		t.Errorf("%d sessions, %d breaches", s.shown, s.requirement.breaches)
	}
	scraped := httptest.NewRecorder()
	s.meter.Handler().ServeHTTP(scraped, httptest.NewRequest("GET", "/metrics", nil))
	if want := `smtpscope_sessions_total{port="other",state="password",tls="no"} 1`; !strings.Contains(scraped.Body.String(), want+"\n") {
		t.Errorf("there is no %s in\n%s", want, scraped.Body)
	}
}

// TestSinkTellsRecording: a recording is told of each session that has ended, chosen or
// not: else its packets are held until they have been silent for long.
func TestSinkTellsRecording(t *testing.T) {
	const name = "pcaps/ntlm-on-25-kerberos-on-587-same-server.pcapng"
	source, err := capture.OpenFiles([]string{name}, capture.Options{Rules: capture.Rules{Ports: []uint16{25, 587}}})
	if err != nil {
		t.Fatal(err)
	}
	defer source.Close()
	saved := filepath.Join(t.TempDir(), "saved.pcapng")
	recording, err := capture.Record(source, capture.RecordOptions{Name: saved, Hold: 1 << 20, KeepAll: true, Idle: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	for {
		batch, err := recording.Next()
		if err != nil {
			break
		}
		batch.Release()
	}
	chosen, err := filter.Parse("port:587")
	if err != nil {
		t.Fatal(err)
	}
	size := func() int64 {
		info, err := os.Stat(saved)
		if err != nil {
			t.Fatal(err)
		}
		return info.Size()
	}
	viewer := &notingViewer{}
	s := &sink{viewer: viewer, filter: chosen, recording: recording}
	for i, record := range sessions(t, output(t, "-r", name, "--format", "json")) {
		before := size()
		if err := s.Session(int64(i+1), s.Render(nil, record)); err != nil {
			t.Fatal(err)
		}
		if size() == before {
			t.Errorf("session %d, to port %d: its packets are held still", i+1, record.Server.Port)
		}
	}
	if s.shown != 1 || len(viewer.ended) != 1 {
		t.Errorf("%d sessions are shown, %q", s.shown, viewer.ended)
	}
	if _, err := recording.Finish(); err != nil {
		t.Error(err)
	}
}
