package main

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// arrows says which of our packages each package may import: the structure of
// the program, written down. A new arrow is a decision, made here first.
var arrows = map[string][]string{
	"smtpscope":           {"inspect", "report", "capture", "verdict", "smtpparse", "filter", "printable", "tui", "authtoken", "keytab"},
	"smtpscope/capture":   {},
	"smtpscope/authtoken": {},
	"smtpscope/smtpparse": {"authtoken"},
	"smtpscope/nearby":    {},
	"smtpscope/verdict":   {"smtpparse", "authtoken", "nearby"},
	"smtpscope/inspect":   {"capture", "smtpparse", "authtoken", "verdict", "nearby"},
	// The printers print records: they know their types and nobody's work.
	"smtpscope/report": {"inspect", "smtpparse", "authtoken", "verdict", "printable", "nearby"},
	"smtpscope/tui":    {"inspect", "smtpparse", "authtoken", "verdict", "printable", "filter", "nearby"},
	// The filter chooses records, for the printers and the screens alike.
	"smtpscope/filter":    {"inspect", "smtpparse", "authtoken", "verdict"},
	"smtpscope/printable": {},
	// Keys open tickets behind an interface of authtoken.
	"smtpscope/keytab":     {"authtoken"},
	"smtpscope/pcaps":      {},
	"smtpscope/trafficgen": {"capture"},
	// The library alone, for comparison.
	"smtpscope/trafficgen/decompress": {},
}

// only says which of our packages may import what others must not.
var only = map[string][]string{
	"github.com/gopacket/gopacket": {"smtpscope/capture"},
	"charm.land/":                  {"smtpscope/tui"},
	"github.com/charmbracelet/":    {"smtpscope/tui"},
	"github.com/jcmturner/":        {"smtpscope/keytab"},
	"smtpscope/pcaps":              {}, // tests only
}

// pure packages are sans-I/O: they get bytes and give facts.
var pure = []string{"smtpscope/authtoken", "smtpscope/smtpparse", "smtpscope/verdict", "smtpscope/filter", "smtpscope/printable", "smtpscope/keytab", "smtpscope/nearby"}

type listedPackage struct {
	ImportPath string
	Imports    []string
}

func listPackages(t *testing.T) []listedPackage {
	t.Helper()
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports", "./...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var pkgs []listedPackage
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p listedPackage
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return pkgs
		} else if err != nil {
			t.Fatal(err)
		}
		pkgs = append(pkgs, p)
	}
}

func TestArrows(t *testing.T) {
	for _, p := range listPackages(t) {
		allowed, known := arrows[p.ImportPath]
		if !known {
			t.Errorf("%s is not in the table of arrows: say what it may import", p.ImportPath)
			continue
		}
		for _, imp := range p.Imports {
			if name, ours := strings.CutPrefix(imp, "smtpscope/"); ours && !slices.Contains(allowed, name) {
				t.Errorf("%s imports %s: not an allowed arrow", p.ImportPath, imp)
			}
			for prefix, owners := range only {
				if strings.HasPrefix(imp, prefix) && !slices.Contains(owners, p.ImportPath) {
					t.Errorf("%s imports %s: only %v may", p.ImportPath, imp, owners)
				}
			}
			if slices.Contains(pure, p.ImportPath) && slices.Contains([]string{"os", "net", "io/fs", "log", "os/exec"}, imp) {
				t.Errorf("%s imports %s: it does no I/O", p.ImportPath, imp)
			}
		}
	}
}
