package main

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"smtpscope/capture"
	"smtpscope/filter"
	"smtpscope/inspect"
	"smtpscope/tui"
)

var frameNumbers = regexp.MustCompile(`frames? [0-9]+`)

// judgements are what was said of each session, without the numbers of frames.
func judgements(sessions []*inspect.Session) (all []string) {
	for _, s := range sessions {
		v := &s.Verdict
		words := []string{string(v.State), v.Text, v.Decide}
		for _, c := range v.Causes {
			words = append(words, string(c.ID), string(c.Certainty), c.Text, c.Next)
		}
		if v.Hint != nil {
			words = append(words, v.Hint.Suggests, v.Hint.Text)
		}
		all = append(all, frameNumbers.ReplaceAllString(strings.Join(words, "\n"), "frame N"))
	}
	return all
}

// TestSavedSessionsAreJudgedAlike: the file of -w holds the Kerberos and DNS that
// the causes rest on.
func TestSavedSessionsAreJudgedAlike(t *testing.T) {
	caused := 0
	for _, name := range captures(t) {
		t.Run(scenario(name), func(t *testing.T) {
			saved := filepath.Join(t.TempDir(), "saved.pcapng")
			first := sessions(t, output(t, "-r", name, "--format", "json", "-w", saved))
			again := sessions(t, output(t, "-r", saved, "--format", "json"))
			if diff := cmp.Diff(judgements(first), judgements(again)); diff != "" {
				t.Errorf("-first +again:\n%s", diff)
			}
			for _, s := range first {
				if s.Nearby != nil && (len(s.Verdict.Causes) > 0 || s.Verdict.Hint != nil) {
					caused++
				}
			}
		})
	}
	if caused < 10 {
		t.Errorf("only %d sessions have something beside them", caused)
	}
}

// TestReportOfTheScreensComparesSessions: a report that the screens write says what the
// sessions in it tell together, as the others do.
func TestReportOfTheScreensComparesSessions(t *testing.T) {
	const name = "pcaps/cause-not-offered-but-on-587.pcap"
	all := output(t, "-r", name, "--format", "json")
	c, err := parseFlags([]string{"-r", name})
	if err != nil {
		t.Fatal(err)
	}
	source, _, err := c.reopen(nil)
	if err != nil {
		t.Fatal(err)
	}
	defer source.Close()
	written := filepath.Join(t.TempDir(), "report.jsonl")
	if err := c.writeReport(source, written, "", "json", false, slices.Values(sessions(t, all))); err != nil {
		t.Fatal(err)
	}
	report, err := os.ReadFile(written)
	if err != nil {
		t.Fatal(err)
	}
	statement := regexp.MustCompile(`"across":\[\{"id":"offered-on-another-port".*?\}\]`)
	if got, want := statement.Find(report), statement.Find(all); len(want) == 0 || !bytes.Equal(got, want) {
		t.Errorf("%s\nwant %s", got, want)
	}
}

var keptPattern = regexp.MustCompile(`"type":"summary",.*?"kept":([0-9]+)`)

// kept is how many packets a report counts on the ports.
func kept(t *testing.T, report []byte) string {
	t.Helper()
	found := keptPattern.FindSubmatch(report)
	if found == nil {
		t.Fatal("the summary does not tell")
	}
	return string(found[1])
}

// TestRecordedSessionsAreJudgedAlike: so does the file of -w that is written while
// packets come through a pipe, whether all is saved or what a filter chooses.
func TestRecordedSessionsAreJudgedAlike(t *testing.T) {
	for _, mode := range []struct {
		name  string
		flags []string
		all   bool // packets are saved, those of no session, too
	}{
		{name: "all", all: true},
		{name: "chosen", flags: []string{"--filter", "not state:none"}},
		{name: "on automatic ports", flags: []string{"--ports", "auto"}},
		{name: "behind keys", flags: []string{"--keylog", "pcaps/tls12-rsa-key-exchange.keys"}, all: true},
	} {
		t.Run(mode.name, func(t *testing.T) {
			caused := 0
			for _, name := range captures(t) {
				in, err := os.Open(name)
				if err != nil {
					t.Fatal(err)
				}
				var stdout, stderr bytes.Buffer
				saved := filepath.Join(t.TempDir(), "saved.pcapng")
				code := run(append([]string{"-r", "-", "--format", "json", "-w", saved}, mode.flags...), in, &stdout, &stderr)
				in.Close()
				if code != exitFine {
					t.Fatalf("%s: %d: %s", name, code, stderr.String())
				}
				reread := output(t, append([]string{"-r", saved, "--format", "json"}, mode.flags...)...)
				if came, are := kept(t, stdout.Bytes()), kept(t, reread); mode.all && came != are {
					t.Errorf("%s: %s packets of %s are saved", name, are, came)
				}
				first, again := sessions(t, stdout.Bytes()), sessions(t, reread)
				if diff := cmp.Diff(judgements(first), judgements(again)); diff != "" {
					t.Errorf("%s: -first +again:\n%s", name, diff)
				}
				for _, s := range first {
					if s.Nearby != nil && (len(s.Verdict.Causes) > 0 || s.Verdict.Hint != nil) {
						caused++
					}
				}
			}
			if caused < 10 {
				t.Errorf("only %d sessions have something beside them", caused)
			}
		})
	}
}

// TestKeptPacketsAreOfSessions: what is no SMTP on automatic ports is not kept for the
// screens, which cannot ask for it.
func TestKeptPacketsAreOfSessions(t *testing.T) {
	const name = "pcaps/cause-clock-skew.pcap" // has Kerberos by TCP
	in, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	c, err := parseFlags([]string{"-r", "-", "--ports", "auto"})
	if err != nil {
		t.Fatal(err)
	}
	source, err := c.open(in)
	if err != nil {
		t.Fatal(err)
	}
	defer source.Close()
	source = c.keep(source, true)
	options := c.inspectOptions()
	var others []capture.Connection
	tell := c.dismisser(nil)
	options.Shards, options.Dismissed = 1, func(k capture.Connection) {
		others = append(others, k)
		tell(k)
	}
	kept := c.sink(newPrinter(io.Discard, "json", "", c.textOptions(io.Discard)))
	kept.keep = true
	if _, err := inspect.New(source, options).Run(kept); err != nil {
		t.Fatal(err)
	}
	if _, lacking := c.keeper.Again(kept.connections); lacking != 0 || len(kept.connections) == 0 {
		t.Errorf("%d of %d sessions are lacking", lacking, len(kept.connections))
	}
	if _, lacking := c.keeper.Again(others); lacking != len(others) || lacking == 0 {
		t.Errorf("%d of %d other connections are kept", len(others)-lacking, len(others))
	}
}

// TestSaveSessions: what the screens save of sessions can be opened without the key log.
func TestSaveSessions(t *testing.T) {
	const name, keylog = "pcaps/tls13-chacha20.pcap", "pcaps/tls13-chacha20.keys"
	c, err := parseFlags([]string{"-r", name, "--keylog", keylog})
	if err != nil {
		t.Fatal(err)
	}
	defer c.closeKeys()
	if err := c.openKeys(strings.NewReader(""), io.Discard); err != nil {
		t.Fatal(err)
	}
	first := sessions(t, output(t, "-r", name, "--keylog", keylog, "--format", "json"))
	facts := filter.FactsOf(first[0])
	saved := filepath.Join(t.TempDir(), "saved.pcapng")
	packets, lacking, err := c.saveSessions(saved, false, []*filter.Facts{&facts})
	if err != nil || lacking != 0 || packets == 0 {
		t.Fatalf("%d packets, %d lacking, %v", packets, lacking, err)
	}
	again := sessions(t, output(t, "-r", saved, "--format", "json"))
	if len(again) != 1 || !again[0].TLS.Decrypted {
		t.Errorf("%d sessions, or not opened", len(again))
	}
	if _, _, err := c.saveSessions(saved, false, []*filter.Facts{&facts}); !errors.Is(err, tui.ErrExists) {
		t.Errorf("a file that was there: %v", err)
	}
}

// TestNotKept: packets that were asked for too late are not there, and that is said.
func TestNotKept(t *testing.T) {
	source, err := capture.OpenFiles([]string{"pcaps/kerberos-raw-on-587.pcap"}, capture.Options{Rules: capture.Rules{Ports: defaultPorts}})
	if err != nil {
		t.Fatal(err)
	}
	defer source.Close()
	c := newConfig()
	c.keeper = capture.Keep(source, 1)
	for {
		batch, err := c.keeper.Next()
		if err != nil {
			break
		}
		batch.Release()
	}
	record := sessions(t, output(t, "-r", "pcaps/kerberos-raw-on-587.pcap", "--format", "json"))[0]
	facts := filter.FactsOf(record)
	saved := filepath.Join(t.TempDir(), "saved.pcapng")
	if _, lacking, err := c.saveSessions(saved, false, []*filter.Facts{&facts}); !errors.Is(err, errNotKept) || lacking != 1 {
		t.Errorf("%d lacking, %v", lacking, err)
	}
	if _, err := os.Stat(saved); err == nil {
		t.Error("an empty file was made")
	}
}
