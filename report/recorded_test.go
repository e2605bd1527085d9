package report

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"testing"

	"smtpscope/inspect"
)

// recorded gives the sessions of the golden files that are made of real captures.
func recorded(tb testing.TB) []*inspect.Session {
	tb.Helper()
	names, err := filepath.Glob("../pcaps/*.golden.json")
	if err != nil || len(names) == 0 {
		tb.Fatalf("no golden files: %v", err)
	}
	var sessions []*inspect.Session
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			tb.Fatal(err)
		}
		lines := bufio.NewScanner(bytes.NewReader(text))
		lines.Buffer(nil, 1<<20)
		for lines.Scan() {
			if !bytes.HasPrefix(lines.Bytes(), []byte(`{"type":"session"`)) {
				continue
			}
			s := new(inspect.Session)
			if err := json.Unmarshal(lines.Bytes(), s); err != nil {
				tb.Fatalf("%s: %v", name, err)
			}
			sessions = append(sessions, s)
		}
	}
	return sessions
}

// BenchmarkJSONRecorded and BenchmarkTextRecorded take one recorded session
// after the other.
func BenchmarkJSONRecorded(b *testing.B) { benchmarkRecorded(b, NewJSON(io.Discard)) }

func BenchmarkTextRecorded(b *testing.B) { benchmarkRecorded(b, NewText(io.Discard, TextOptions{})) }

func benchmarkRecorded(b *testing.B, p Printer) {
	sessions := recorded(b)
	var octets int
	for _, s := range sessions {
		octets += len(p.Render(nil, s))
	}
	b.SetBytes(int64(octets / len(sessions)))
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		if err := printOne(p, sessions[i]); err != nil {
			b.Fatal(err)
		}
		if i++; i == len(sessions) {
			i = 0
		}
	}
}
