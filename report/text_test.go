package report

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"smtpscope/inspect"
	"smtpscope/smtpparse"
	"smtpscope/verdict"
)

var update = flag.Bool("update", false, "write the golden files anew")

// text is the report on sessions alone.
func text(tb testing.TB, o TextOptions, sessions ...*inspect.Session) []byte {
	tb.Helper()
	var out bytes.Buffer
	printAll(tb, NewText(&out, o), sessions...)
	return out.Bytes()
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}

func TestTextGoldens(t *testing.T) {
	for _, sample := range samples() {
		for _, width := range []int{80, 120} {
			t.Run(sample.name+"-"+strconv.Itoa(width), func(t *testing.T) {
				got := text(t, TextOptions{Width: width}, sample.session)
				checkPage(t, got, width)
				golden(t, sample.name+"-"+strconv.Itoa(width)+".golden", got)
			})
		}
	}
}

// checkPage holds what is true of every report without colours.
func checkPage(t *testing.T, page []byte, width int) {
	t.Helper()
	for row := range bytes.Lines(page) {
		row = bytes.TrimSuffix(row, []byte("\n"))
		checkSafe(t, row)
		if n := columns(string(row)); n > width {
			t.Errorf("%d columns of %d: %q", n, width, row)
		}
		if bytes.HasSuffix(row, []byte(" ")) {
			t.Errorf("ends in a space: %q", row)
		}
	}
}

// Text is a function of the records: JSON that is read back gives the same.
func TestTextOfJSONReadBack(t *testing.T) {
	for _, sample := range samples() {
		t.Run(sample.name, func(t *testing.T) {
			want := readBack(t, reference(t, sample.session))
			got := readBack(t, encoded(t, sample.session))
			if diff := cmp.Diff(string(text(t, TextOptions{}, want)), string(text(t, TextOptions{}, got))); diff != "" {
				t.Errorf("(-encoding/json +ours):\n%s", diff)
			}
			// JSON cannot hold octets that are not UTF-8.
			if sample.name == "incomplete" {
				return
			}
			if diff := cmp.Diff(string(text(t, TextOptions{}, sample.session)), string(text(t, TextOptions{}, got))); diff != "" {
				t.Errorf("(-direct +read back):\n%s", diff)
			}
		})
	}
}

func readBack(t *testing.T, b []byte) *inspect.Session {
	t.Helper()
	var s inspect.Session
	if err := json.Unmarshal(b, &s); err != nil {
		t.Fatal(err)
	}
	return &s
}

func TestWholeReport(t *testing.T) {
	capture := &inspect.Capture{Schema: inspect.SchemaVersion, Tool: "smtpscope", Version: "v1.2.3", Inputs: []string{"monday.pcapng", "tuesday.pcap.gz"}, Ports: []uint16{25, 465, 587, 2525}}
	summary := &inspect.Summary{Start: start, End: at(86400000), Packets: 1234567, Bytes: 987654321, Kept: 4321, Sessions: 3,
		States: map[verdict.State]int64{verdict.NTLM: 2, verdict.Kerberos: 1},
		Inputs: []inspect.Input{{Name: "monday.pcapng", Format: "pcapng", Links: []string{"Ethernet", "raw IP"}, Packets: 1234000},
			{Name: "tuesday.pcap.gz", Format: "pcap, gzip", Links: []string{"Linux cooked v2"}, Packets: 567, Damage: []string{"cut short in packet 567"}}},
		Connections: inspect.Connections{Opened: 9, Refused: 1, Empty: 5},
		Quality:     inspect.CaptureQuality{GapBytes: 1448, Midstream: 1, LatePackets: 2, UnknownLinks: map[string]int64{"147": 12}},
		Limits:      map[string]int64{"dialogue": 1},
		Warnings:    []string{"tuesday.pcap.gz: cut short in packet 567 (12 octets of 60 are there)"}}
	tests := []struct {
		name    string
		options TextOptions
		capture func(*inspect.Capture)
		summary *inspect.Summary
	}{
		{name: "report", summary: summary},
		{name: "report-ascii", options: TextOptions{ASCII: true}, summary: summary},
		{name: "report-secrets", capture: func(c *inspect.Capture) { c.ShowSecrets, c.AutoPorts = true, true }, summary: &inspect.Summary{Packets: 10, Kept: 3}},
		{name: "report-nothing", summary: &inspect.Summary{Packets: 10, Bytes: 1000, Inputs: []inspect.Input{{Name: "web.pcap", Format: "pcap", Links: []string{"Ethernet"}, Packets: 10}}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var out bytes.Buffer
			p := NewText(&out, tt.options)
			c := *capture
			if tt.capture != nil {
				tt.capture(&c)
			}
			if err := p.Begin(&c); err != nil {
				t.Fatal(err)
			}
			if tt.summary.Sessions > 0 {
				printAll(t, p, encryptedSession())
			}
			if err := p.End(tt.summary); err != nil {
				t.Fatal(err)
			}
			checkPage(t, out.Bytes(), 80)
			golden(t, tt.name+".golden", out.Bytes())
		})
	}
}

// Colours repeat what the words say: without them the report is the same.
func TestColoursAddNothing(t *testing.T) {
	sequence := regexp.MustCompile("\x1b\\[[0-9]*m")
	for _, sample := range samples() {
		coloured := text(t, TextOptions{Colour: true}, sample.session)
		if !bytes.Contains(coloured, []byte("\x1b[1m")) {
			t.Errorf("%s: no colours", sample.name)
		}
		for row := range bytes.Lines(coloured) {
			if found := sequence.FindAll(row, -1); len(found) > 0 && string(found[len(found)-1]) != string(noStyle) {
				t.Errorf("%s: a style goes on after the row: %q", sample.name, row)
			}
		}
		stripped := sequence.ReplaceAll(coloured, nil)
		if diff := cmp.Diff(string(text(t, TextOptions{}, sample.session)), string(stripped)); diff != "" {
			t.Errorf("%s (-plain +coloured):\n%s", sample.name, diff)
		}
	}
}

func TestASCIIMarks(t *testing.T) {
	for _, s := range []*inspect.Session{ntlmSession(), encryptedSession(), failedSession()} {
		for row := range bytes.Lines(text(t, TextOptions{ASCII: true}, s)) {
			if bytes.ContainsFunc(bytes.TrimSuffix(row, []byte("\n")), func(r rune) bool { return r < ' ' || r > '~' }) {
				t.Errorf("%q", row)
			}
		}
	}
}

// Sections that have nothing to say are not there.
func TestTextOfAnEmptySession(t *testing.T) {
	s := &inspect.Session{Session: &smtpparse.Session{ID: 9, Auth: []*smtpparse.Auth{nil}, Messages: []*smtpparse.Message{nil}}, Verdict: verdict.Verdict{State: verdict.None}}
	want := "#9  none  ?:0 → ?:0 " + strings.Repeat("─", 60) + "\n  Verdict   none\n  Session   0 packets\n\n"
	if diff := cmp.Diff(want, string(text(t, TextOptions{}, s))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func FuzzText(f *testing.F) {
	f.Add(uint64(1), "220 ex01.contoso.test ready", 80)
	f.Add(uint64(2), "\x1b]0;title\x07 \u202e \xff\xfe \u2028 漢字漢字漢字 e\u0301\u0301", 40)
	f.Add(uint64(3), strings.Repeat("x", 1000)+" "+strings.Repeat("漢", 1000), 132)
	f.Fuzz(func(t *testing.T, seed uint64, wire string, width int) {
		width = 40 + int(uint(width)%200)
		fill := sparse(seed, wire)
		s, sum, c := filled[inspect.Session](fill), filled[inspect.Summary](fill), filled[inspect.Capture](fill)
		var out bytes.Buffer
		p := NewText(&out, TextOptions{Width: width})
		for _, err := range []error{p.Begin(c), printOne(p, s), p.End(sum)} {
			if err != nil {
				t.Fatal(err)
			}
		}
		checkPage(t, out.Bytes(), width)

		again := readBack(t, encoded(t, s))
		if direct := readBack(t, reference(t, s)); !bytes.Equal(text(t, TextOptions{}, direct), text(t, TextOptions{}, again)) {
			t.Error("text of the JSON read back differs")
		}
	})
}
