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

var toolVersion = regexp.MustCompile(`"tool":"smtpscope","version":"[^"]*"`)

// TestGolden holds the whole output of each format over each recorded capture
// against the file beside it, for one shard and for several.
func TestGolden(t *testing.T) {
	for _, name := range captures(t) {
		t.Run(scenario(name), func(t *testing.T) { checkGolden(t, scenario(name)+".golden", "-r", name) })
	}
}

// TestGoldenOpened does so with the secrets of the captures that have some beside
// them.
func TestGoldenOpened(t *testing.T) {
	for _, name := range captures(t) {
		keys := filepath.Join("pcaps", scenario(name)+".keys")
		if _, err := os.Stat(keys); err != nil {
			continue
		}
		t.Run(scenario(name), func(t *testing.T) {
			checkGolden(t, scenario(name)+".opened.golden", "-r", name, "--keylog", keys)
		})
	}
}

// checkGolden runs the program in each format.
func checkGolden(t *testing.T, file string, args ...string) {
	for format, suffix := range map[string]string{"text": "txt", "json": "json"} {
		golden := filepath.Join("pcaps", file+"."+suffix)
		t.Run(format, func(t *testing.T) {
			args := append(args, "--format", format, "--shards")
			got := output(t, append(args, "1")...)
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
			if more := output(t, append(args, "3")...); !bytes.Equal(got, more) {
				t.Errorf("three shards print something else:\n%s", cmp.Diff(string(got), string(more)))
			}
		})
	}
}

// TestGoldenRSAKey: the server's key opens what the key log opens.
func TestGoldenRSAKey(t *testing.T) {
	const name = "pcaps/tls12-rsa-key-exchange"
	want := output(t, "-r", name+".pcap", "--format", "json", "--keylog", name+".keys")
	if got := output(t, "-r", name+".pcap", "--format", "json", "--tls-key", name+".serverkey.pem"); !bytes.Equal(got, want) {
		t.Errorf("the key prints something else:\n%s", cmp.Diff(string(want), string(got)))
	}
}

// output runs the program, which has to succeed, and returns what it printed.
func output(t *testing.T, args ...string) []byte {
	t.Helper()
	var stdout, stderr bytes.Buffer
	if code := run(args, strings.NewReader(""), &stdout, &stderr); code != exitFine {
		t.Fatalf("smtpscope %v: exit %d\n%s", args, code, stderr.String())
	}
	return toolVersion.ReplaceAll(stdout.Bytes(), []byte(`"tool":"smtpscope","version":"(test)"`))
}
