package main

import (
	"bytes"
	"errors"
	"io"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"smtpscope/capture"
)

// TestRecordingOutlivesReport: whatever has ended the report, packets that were held
// until then are saved.
func TestRecordingOutlivesReport(t *testing.T) {
	source, err := capture.OpenFiles([]string{"pcaps/ntlm-on-25-kerberos-on-587-same-server.pcapng"}, capture.Options{Rules: capture.Rules{Ports: defaultPorts}})
	if err != nil {
		t.Fatal(err)
	}
	c := newConfig()
	c.save = filepath.Join(t.TempDir(), "saved.pcapng")
	recording, err := capture.Record(source, capture.RecordOptions{Name: c.save, Hold: 1 << 20, KeepAll: true, Idle: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	for {
		batch, err := recording.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		batch.Release()
	}
	var stderr bytes.Buffer
	code := c.conclude(c.sink(nil), nil, &outputs{recording: recording}, errors.New("nobody reads"), &stderr)
	if code != exitUsage || strings.TrimSpace(stderr.String()) != "smtpscope: nobody reads" {
		t.Errorf("exit %d: %s", code, stderr.String())
	}
	if found := bytes.Count(output(t, "-r", c.save, "--format", "json"), []byte(`{"type":"session"`)); found != 2 {
		t.Errorf("%d sessions were saved", found)
	}
}
