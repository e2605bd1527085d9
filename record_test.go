package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"os"
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

// TestRecordingOfHours: what comes through a pipe may be hours at once. What a session
// brought in the first of them is held until it is decided upon.
func TestRecordingOfHours(t *testing.T) {
	var pipe bytes.Buffer
	for hour := range 4 {
		all := packetsOf(t, "kerberos-raw-on-587.pcap")
		if hour == 0 {
			pipe.Write(all[0])
		}
		const source, destination = 16 + 14 + 15, 16 + 14 + 19 // where the last octets of IP addresses are
		for _, packet := range all[1:] {
			binary.LittleEndian.PutUint32(packet, binary.LittleEndian.Uint32(packet)+3600*uint32(hour))
			for _, at := range []int{source, destination} {
				if packet[at] == 1 { // the client's, which is another one each hour
					packet[at] += byte(hour)
				}
			}
			pipe.Write(packet)
		}
	}
	saved := filepath.Join(t.TempDir(), "saved.pcapng")
	var stdout, stderr bytes.Buffer
	if code := run([]string{"-r", "-", "-w", saved, "--filter", "port:587", "--format", "json"}, &pipe, &stdout, &stderr); code != exitFine {
		t.Fatalf("exit %d: %s", code, stderr.String())
	}
	for _, report := range [][]byte{stdout.Bytes(), output(t, "-r", saved, "--format", "json")} {
		if found := bytes.Count(report, []byte(`{"type":"session"`)); found != 4 {
			t.Errorf("%d sessions:\n%s", found, report)
		}
	}
}

// TestRecordingThatFails: a file that can no longer be written is said, and the exit code
// tells it.
func TestRecordingThatFails(t *testing.T) {
	source, err := capture.OpenFiles([]string{"pcaps/kerberos-raw-on-587.pcap"}, capture.Options{Rules: capture.Rules{Ports: defaultPorts}})
	if err != nil {
		t.Fatal(err)
	}
	defer source.Close()
	for _, test := range []struct {
		name  string
		flags int // with which the file is open
		want  int
	}{
		{name: "written", flags: os.O_RDWR | os.O_CREATE, want: exitFine},
		{name: "not written", flags: os.O_RDONLY | os.O_CREATE, want: exitUsage},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := newConfig()
			c.save = filepath.Join(t.TempDir(), "saved.pcapng")
			recording, err := capture.Record(source, capture.RecordOptions{
				Name: c.save, Create: func(name string) (*os.File, error) { return os.OpenFile(name, test.flags, 0o600) },
			})
			if err != nil {
				t.Fatal(err)
			}
			var stderr bytes.Buffer
			if code := c.conclude(&sink{}, nil, &outputs{recording: recording}, nil, &stderr); code != test.want || (stderr.Len() == 0) != (code == exitFine) {
				t.Errorf("exit %d, want %d: %s", code, test.want, stderr.String())
			}
		})
	}
}
