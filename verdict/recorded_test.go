package verdict

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"smtpscope/smtpparse"
)

// recorded gives the sessions of the golden files that are made of real captures.
func recorded(tb testing.TB) []*smtpparse.Session {
	tb.Helper()
	names, err := filepath.Glob("../pcaps/*.golden.json")
	if err != nil || len(names) == 0 {
		tb.Fatalf("no golden files: %v", err)
	}
	var sessions []*smtpparse.Session
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
			s := new(smtpparse.Session)
			if err := json.Unmarshal(lines.Bytes(), s); err != nil {
				tb.Fatalf("%s: %v", name, err)
			}
			sessions = append(sessions, s)
		}
	}
	return sessions
}

// BenchmarkCourt has one Court judge one recorded session after the other.
func BenchmarkCourt(b *testing.B) {
	sessions, ct := recorded(b), NewCourt()
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		ct.Judge(sessions[i], nil)
		if i++; i == len(sessions) {
			i = 0
		}
	}
}
