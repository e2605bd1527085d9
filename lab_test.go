package main

import (
	"encoding/json"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

var lab = flag.Bool("lab", false, "listen live to the dialogues of pcaps/lab, between real servers and clients: a minute, as root, on Debian with pcaps/lab/install.sh")

// TestLab has the lab play what was recorded once more, while the program
// listens: on loopback, on the ends of a virtual wire, on a trunk with VLAN tags,
// and on any. What it says is held against what is known to have happened.
func TestLab(t *testing.T) {
	if !*lab {
		t.Skip("go test -run TestLab -lab . as root plays it")
	}
	folder, err := os.MkdirTemp("", "lab") // the servers' users have to be able to enter it
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(folder) })
	if err := os.Chmod(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(folder, "smtpscope")
	build := exec.Command("go", "build", "-o", program, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	played := exec.Command("pcaps/lab/listen.sh", program)
	played.Env = append(os.Environ(), "TMPDIR="+folder)
	// To a file: the servers inherit it, and would keep a pipe open.
	words, err := os.Create(filepath.Join(folder, "words"))
	if err != nil {
		t.Fatal(err)
	}
	defer words.Close()
	played.Stdout, played.Stderr = words, words
	if err := played.Run(); err != nil {
		said, _ := os.ReadFile(words.Name())
		t.Fatalf("listen.sh: %v\n%s", err, said)
	}
	heard, err := filepath.Glob(filepath.Join(folder, "*", "live", "*.json"))
	if err != nil || len(heard) < 40 {
		t.Fatalf("%d dialogues were heard: %v", len(heard), err)
	}
	for _, name := range heard {
		t.Run(scenario(filepath.Base(name)), func(t *testing.T) {
			text, err := os.ReadFile(filepath.Join("pcaps", scenario(filepath.Base(name))+".expect.json"))
			if err != nil {
				t.Fatal(err)
			}
			var want expectation
			if err := json.Unmarshal(text, &want); err != nil {
				t.Fatal(err)
			}
			out, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			want.check(t, sessions(t, out))
		})
	}
}
