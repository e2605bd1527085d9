package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// mostExposed is the exposure level that the unit may have, of 10.
const mostExposed = 2.0

// TestUnit: systemd understands the unit, it is hardened, and the program its flags.
func TestUnit(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("dist", "systemd", "smtpscope.service"))
	if err != nil {
		t.Fatal(err)
	}
	command := regexp.MustCompile(`(?m)^ExecStart=(\S+) (.*)$`).FindSubmatch(text)
	if command == nil {
		t.Fatal("there is no command")
	}
	if _, err := parseFlags(strings.Fields(string(command[2]))); err != nil {
		t.Error(err)
	}
	analyze, err := exec.LookPath("systemd-analyze")
	if err != nil {
		t.Skip("systemd-analyze is missing")
	}
	// The program itself is not installed here.
	unit := filepath.Join(t.TempDir(), "smtpscope.service")
	if err := os.WriteFile(unit, []byte(strings.ReplaceAll(string(text), string(command[1]), "/bin/true")), 0o644); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(analyze, "verify", unit).CombinedOutput(); err != nil || len(out) > 0 {
		t.Errorf("verify: %v\n%s", err, out)
	}
	out, err := exec.Command(analyze, "security", "--offline=true", unit).CombinedOutput()
	level := regexp.MustCompile(`Overall exposure level for \S+: ([0-9.]+)`).FindSubmatch(out)
	if level == nil {
		t.Skipf("security: %v\n%s", err, out)
	}
	if exposed, _ := strconv.ParseFloat(string(level[1]), 64); exposed > mostExposed {
		t.Errorf("the exposure level is %s, want no more than %v", level[1], mostExposed)
	}
}
