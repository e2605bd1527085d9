package pcaps

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io/fs"
	"regexp"
	"strings"
	"testing"
)

// maxCaptureBytes keeps a clone small.
const maxCaptureBytes = 200 << 10

// captures returns the names of all captures in FS.
func captures(t *testing.T) []string {
	t.Helper()
	var names []string
	for _, pattern := range []string{"*.pcap", "*.pcapng", "*.pcap.gz"} {
		found, err := fs.Glob(FS, pattern)
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, found...)
	}
	if len(names) == 0 {
		t.Fatal("no captures")
	}
	return names
}

func read(t *testing.T, name string) []byte {
	t.Helper()
	data, err := FS.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// tableRow matches a line of README.md's table: file, two cells, sha256.
var tableRow = regexp.MustCompile("(?m)^\\| `([^`]+)` \\|.*\\| `([0-9a-f]{64})` \\|$")

func TestTableListsEveryCapture(t *testing.T) {
	listed := make(map[string]string)
	for _, row := range tableRow.FindAllStringSubmatch(string(read(t, "README.md")), -1) {
		listed[row[1]] = row[2]
	}
	for _, name := range captures(t) {
		sum := sha256.Sum256(read(t, name))
		if got := hex.EncodeToString(sum[:]); listed[name] != got {
			t.Errorf("%s has sha256 %s, README.md says %q", name, got, listed[name])
		}
		delete(listed, name)
	}
	for name := range listed {
		t.Errorf("README.md lists %s, which is not there", name)
	}
}

func TestCapturesAreSmall(t *testing.T) {
	for _, name := range captures(t) {
		if size := len(read(t, name)); size > maxCaptureBytes {
			t.Errorf("%s has %d bytes, more than %d", name, size, maxCaptureBytes)
		}
	}
}

func TestEveryCaptureHasItsExpectation(t *testing.T) {
	expected := make(map[string]bool)
	for _, name := range captures(t) {
		scenario, _, _ := strings.Cut(name, ".")
		if expected[scenario] {
			t.Errorf("two captures are named %s", scenario)
		}
		expected[scenario] = true
		var want struct{ State string }
		if err := json.Unmarshal(read(t, scenario+".expect.json"), &want); err != nil {
			t.Errorf("%s: %v", scenario, err)
		} else if want.State == "" {
			t.Errorf("%s: no state", scenario)
		}
	}
	files, err := fs.Glob(FS, "*.expect.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		if scenario := strings.TrimSuffix(name, ".expect.json"); !expected[scenario] {
			t.Errorf("%s belongs to no capture", name)
		}
	}
}
