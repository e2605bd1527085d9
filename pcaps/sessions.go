package pcaps

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"testing"
)

// Sessions returns the sessions of all NAME.golden.json, in the order of the names:
// what real servers and clients said, as records of type S (a session of smtpparse,
// or one of inspect, which holds more).
func Sessions[S any](tb testing.TB) []*S {
	tb.Helper()
	names, err := fs.Glob(FS, "*.golden.json")
	if err != nil {
		tb.Fatal(err)
	}
	var sessions []*S
	for _, name := range names {
		text, err := FS.ReadFile(name)
		if err != nil {
			tb.Fatal(err)
		}
		for line := range bytes.Lines(text) {
			if !bytes.HasPrefix(line, []byte(`{"type":"session"`)) {
				continue
			}
			s := new(S)
			if err := json.Unmarshal(line, s); err != nil {
				tb.Fatalf("%s: %v", name, err)
			}
			sessions = append(sessions, s)
		}
	}
	if len(sessions) == 0 {
		tb.Fatal("no sessions in the golden files")
	}
	return sessions
}
