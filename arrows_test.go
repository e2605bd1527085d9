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
	"smtpscope":           {"inspect", "report", "capture", "verdict", "smtpparse", "filter", "printable", "tui", "confine", "metrics", "paste", "inventory", "comparison", "tlskeys", "bpfexpr", "authtoken", "keytab", "words"},
	"smtpscope/capture":   {"bpfexpr"},
	"smtpscope/authtoken": {"reuse"},
	// The record of a session holds the facts of its TLS.
	"smtpscope/smtpparse": {"authtoken", "tlsparse", "reuse"},
	"smtpscope/tlsparse":  {"tlscrypt", "tlskeys"},
	"smtpscope/nearby":    {},
	"smtpscope/verdict":   {"smtpparse", "authtoken", "tlsparse", "nearby", "reuse"},
	"smtpscope/inspect":   {"capture", "smtpparse", "authtoken", "verdict", "tlsparse", "tlskeys", "nearby", "reuse"},
	// The printers print records: they know their types and nobody's work.
	"smtpscope/report": {"paste", "comparison", "inventory", "inspect", "smtpparse", "authtoken", "tlsparse", "verdict", "printable", "nearby", "words"},
	"smtpscope/tui":    {"inspect", "smtpparse", "authtoken", "tlsparse", "verdict", "printable", "filter", "nearby", "words"},
	// Sentences that reports and screens have in common.
	"smtpscope/words": {"smtpparse", "authtoken", "tlsparse", "nearby"},
	// The filter chooses records, for the printers and the screens alike.
	"smtpscope/filter": {"inspect", "smtpparse", "authtoken", "tlsparse", "verdict"},
	// Inventories count records, for the printers and for what compares captures.
	"smtpscope/inventory":  {"inspect", "smtpparse", "authtoken", "verdict"},
	"smtpscope/comparison": {"inventory", "verdict"},
	// Metrics count sessions; what else is counted, they are told.
	"smtpscope/metrics":   {"inspect", "smtpparse", "verdict"},
	"smtpscope/printable": {},
	// What is pasted is read as what is captured is.
	"smtpscope/paste": {"smtpparse", "authtoken", "verdict"},
	// Keys open tickets behind an interface of authtoken.
	"smtpscope/keytab": {"authtoken"},
	// It takes rights from the process, and knows nothing of what that is for.
	"smtpscope/confine": {},
	// The memory of sessions, whatever is in it.
	"smtpscope/reuse": {},
	// Secrets come as bytes: what finds them and what uses them do not meet.
	"smtpscope/tlscrypt":   {},
	"smtpscope/tlskeys":    {},
	"smtpscope/bpfexpr":    {},
	"smtpscope/pcaps":      {},
	"smtpscope/testnet":    {},
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
	"github.com/landlock-lsm/":     {"smtpscope/confine"},
	"github.com/elastic/":          {"smtpscope/confine"},
	"kernel.org/":                  {"smtpscope/confine"},
	"github.com/prometheus/":       {"smtpscope/metrics"},
	"smtpscope/pcaps":              {}, // tests only
	"smtpscope/testnet":            {}, // tests only
}

// pure packages are sans-I/O: they get bytes and give facts.
var pure = []string{
	"smtpscope/authtoken", "smtpscope/smtpparse", "smtpscope/tlsparse", "smtpscope/tlscrypt", "smtpscope/verdict", "smtpscope/filter", "smtpscope/printable",
	"smtpscope/paste", "smtpscope/comparison", "smtpscope/bpfexpr", "smtpscope/keytab", "smtpscope/nearby", "smtpscope/reuse", "smtpscope/words",
}

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
