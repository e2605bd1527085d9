package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// captures returns the recorded captures, as paths.
func captures(t *testing.T) []string {
	t.Helper()
	var all []string
	for _, pattern := range []string{"*.pcap", "*.pcapng", "*.gz", "*.zst"} {
		names, err := filepath.Glob(filepath.Join("pcaps", pattern))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, names...)
	}
	if len(all) < 14 {
		t.Fatalf("only %d captures in pcaps", len(all))
	}
	return all
}

// scenario is a capture's name without what says how it is stored.
func scenario(name string) string {
	base, _, _ := strings.Cut(filepath.Base(name), ".")
	return base
}

var toolVersion = regexp.MustCompile(`"version":"[^"]*"`)

// TestGolden holds the whole output of each format over each recorded capture
// against the file beside it, for one shard and for several.
func TestGolden(t *testing.T) {
	for _, name := range captures(t) {
		for _, format := range []string{"text", "json"} {
			suffix := map[string]string{"text": "txt", "json": "json"}[format]
			golden := filepath.Join("pcaps", scenario(name)+".golden."+suffix)
			t.Run(scenario(name)+"/"+format, func(t *testing.T) {
				got := output(t, "-r", name, "--format", format, "--shards", "1")
				if *update {
					if err := os.WriteFile(golden, got, 0o644); err != nil {
						t.Fatal(err)
					}
				}
				want, err := os.ReadFile(golden)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(string(want), string(got)); diff != "" {
					t.Errorf("output differs from %s (-want +got):\n%s", golden, diff)
				}
				if more := output(t, "-r", name, "--format", format, "--shards", "3"); !bytes.Equal(got, more) {
					t.Errorf("three shards print something else:\n%s", cmp.Diff(string(got), string(more)))
				}
			})
		}
	}
}

// output runs the program, which has to succeed, and returns what it printed.
func output(t *testing.T, args ...string) []byte {
	t.Helper()
	var stdout, stderr bytes.Buffer
	if code := run(args, strings.NewReader(""), &stdout, &stderr); code != exitFine {
		t.Fatalf("smtpscope %v: exit %d\n%s", args, code, stderr.String())
	}
	return toolVersion.ReplaceAll(stdout.Bytes(), []byte(`"version":"(test)"`))
}
