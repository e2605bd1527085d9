package main

import (
	"encoding/binary"
	"flag"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"syscall"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"smtpscope/confine"
)

var update = flag.Bool("update", false, "write the golden files and scripts anew")

func TestMain(m *testing.M) {
	testscript.Main(inProcess{m}, map[string]func(){"smtpscope": main})
}

// inProcess are the tests of this process, which stays what it is; the program
// in processes of its own gives up its rights as ever.
type inProcess struct{ *testing.M }

// Run runs the tests.
func (p inProcess) Run() int {
	applyPlan = func(confine.Plan) ([]confine.Step, error) { return nil, nil }
	// What nohup or a script's & has this process ignore, the programs it starts would, too.
	for _, ignored := range []os.Signal{os.Interrupt, syscall.SIGHUP} {
		if signal.Ignored(ignored) {
			signal.Notify(make(chan os.Signal, 1), ignored)
		}
	}
	return p.M.Run()
}

// TestScript runs the program as a user would: one file a topic.
func TestScript(t *testing.T) {
	pcaps, err := filepath.Abs("pcaps")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("testdata", "script"),
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(e *testscript.Env) error {
			e.Setenv("PCAPS", pcaps)
			for _, name := range []string{"SUDO_UID", "SUDO_GID", "SUDO_USER", "DOAS_USER"} {
				e.Setenv(name, "")
			}
			return writeDamaged(e.WorkDir, filepath.Join(pcaps, "kerberos-raw-on-587.pcap"))
		},
		Condition: func(cond string) (bool, error) {
			return cond == "root" && os.Geteuid() == 0, nil
		},
	})
}

// writeDamaged writes what can be wrong with a whole little-endian pcap file
// into a folder: cut.pcap, header-only.pcap, unknown-link.pcap, absurd.pcap.
func writeDamaged(folder, whole string) error {
	good, err := os.ReadFile(whole)
	if err != nil {
		return err
	}
	unknown := slices.Clone(good)
	binary.LittleEndian.PutUint32(unknown[20:], 147) // LINKTYPE_USER0
	// The captured length of the second record.
	absurd := slices.Clone(good)
	second := 24 + 16 + binary.LittleEndian.Uint32(good[24+8:])
	binary.LittleEndian.PutUint32(absurd[second+8:], 0xfffffff0)
	for name, content := range map[string][]byte{
		"cut.pcap":          good[:len(good)-100],
		"header-only.pcap":  good[:24],
		"unknown-link.pcap": unknown,
		"absurd.pcap":       absurd,
	} {
		if err := os.WriteFile(filepath.Join(folder, name), content, 0o644); err != nil {
			return err
		}
	}
	return nil
}
