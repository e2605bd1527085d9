package paste_test

import (
	"encoding/base64"
	"encoding/hex"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"smtpscope/authtoken"
	"smtpscope/capture"
	"smtpscope/inspect"
	"smtpscope/paste"
	"smtpscope/smtpparse"
	"smtpscope/tlskeys"
)

// A pasted attempt is what was said of it, and what it was in its session.
type pastedAttempt struct {
	name  string
	lines []string
	steps []smtpparse.Step
	mech  string
}

// attemptsOf collects the attempts of all captures, with secrets.
type attemptsOf struct {
	name string
	all  *[]pastedAttempt
}

func (c attemptsOf) Render(b []byte, s *inspect.Session) []byte {
	for _, a := range s.Auth {
		if a.Gap || a.Verb == "" || s.Quality.ConflictingOverlaps > 0 {
			continue
		}
		p := pastedAttempt{name: c.name, mech: a.Mechanism}
		for _, l := range s.Dialogue {
			if l.Frame < a.FirstFrame || l.Frame > a.LastFrame {
				continue
			}
			switch {
			case l.Kind == smtpparse.LineReply && l.Code == 334:
				p.lines = append(p.lines, "334 "+l.Text)
			case l.Kind == smtpparse.LineReply:
				p.lines = append(p.lines, "235 done")
			case l.Kind == smtpparse.LineAuth || l.Verb == "AUTH" || l.Verb == "X-EXPS":
				p.lines = append(p.lines, l.Text)
			}
		}
		for _, s := range a.Steps { // their memory serves the next session
			if s.Tree != nil {
				tree := clone(*s.Tree)
				s.Tree = &tree
			}
			p.steps = append(p.steps, s)
		}
		*c.all = append(*c.all, p)
	}
	return b
}

func clone(f authtoken.Field) authtoken.Field {
	f.Fields = slices.Clone(f.Fields)
	for i := range f.Fields {
		f.Fields[i] = clone(f.Fields[i])
	}
	return f
}

func (attemptsOf) Session(int64, []byte) error { return nil }
func (attemptsOf) Flush() error                { return nil }

func recordedAttempts(t *testing.T, pattern string) []pastedAttempt {
	t.Helper()
	names, err := filepath.Glob(pattern)
	if err != nil {
		t.Fatal(err)
	}
	var all []pastedAttempt
	rules := capture.Rules{Ports: []uint16{24, 25, 465, 587, 2525}}
	for _, name := range names {
		source, err := capture.OpenFiles([]string{name}, capture.Options{Rules: rules})
		if err != nil {
			continue // no capture
		}
		keys := tlskeys.NewStore()
		base, _, _ := strings.Cut(name, ".pcap")
		if text, err := os.ReadFile(base + ".keys"); err == nil {
			keys.Add(text)
		}
		in := inspect.New(source, inspect.Options{Rules: rules, ShowSecrets: true, Shards: 1, Limits: capture.DefaultLimits(), Keys: keys})
		if _, err := in.Run(attemptsOf{filepath.Base(name), &all}); err != nil && !strings.Contains(err.Error(), "cut short") {
			t.Errorf("%s: %v", name, err)
		}
		source.Close()
	}
	return all
}

// What is pasted gives the trees that it gave in its session: the conversation as a
// whole, and each token of GSS and NTLM alone, in base64 with and without its verb.
func TestSameTreesAsInTheSession(t *testing.T) {
	attempts := recordedAttempts(t, "../pcaps/*.pcap*")
	if len(attempts) < 30 {
		t.Fatalf("%d attempts in the captures: too few to say anything", len(attempts))
	}
	alone := 0
	for _, a := range attempts {
		got, err := paste.Read(strings.Join(a.lines, "\n"), paste.Options{ShowSecrets: true})
		if err != nil {
			t.Errorf("%s: %v", a.name, err)
			continue
		}
		var steps []smtpparse.Step
		for _, one := range got.Auth {
			steps = append(steps, one.Steps...)
		}
		compare(t, a.name+": as a whole", steps, a.steps)
		for i, step := range a.steps {
			// An ntlm.Signature alone does not tell its side.
			gss := step.Kind != "ntlm.Signature" && strings.HasPrefix(step.Kind, "ntlm.") || strings.HasPrefix(step.Kind, "spnego.") || strings.HasPrefix(step.Kind, "krb5.AP")
			if !gss || a.mech == "NTLM" && !strings.HasPrefix(step.Kind, "ntlm.") {
				continue
			}
			line, ok := lineOf(a, i)
			if !ok {
				continue
			}
			word := line[strings.LastIndex(line, " ")+1:]
			for _, text := range []string{word, line} {
				alone++
				got, err := paste.Read(text, paste.Options{ShowSecrets: true})
				if err != nil {
					t.Errorf("%s: step %d alone: %v", a.name, i+1, err)
					continue
				}
				compare(t, a.name+": alone", got.Auth[0].Steps, a.steps[i:i+1])
			}
		}
	}
	if alone < 50 {
		t.Errorf("%d tokens alone: too few to say anything", alone)
	}
}

// lineOf is the line that carried a step: steps and lines with tokens go together,
// but for an AUTH without an initial response and the reply at the end.
func lineOf(a pastedAttempt, step int) (string, bool) {
	n := 0
	for _, l := range a.lines {
		words := append(strings.Fields(l), "")
		switch {
		case words[0] == "235", (words[0] == "AUTH" || words[0] == "X-EXPS") && len(words) < 4:
			continue
		case n == step:
			return l, true
		}
		n++
	}
	return "", false
}

func compare(t *testing.T, what string, got, want []smtpparse.Step) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: %d steps, want %d", what, len(got), len(want))
		return
	}
	for i := range got {
		if got[i].Kind != want[i].Kind || got[i].Bytes != want[i].Bytes || got[i].From != want[i].From {
			t.Errorf("%s: step %d is %s %s of %d octets, want %s %s of %d", what, i+1, got[i].From, got[i].Kind, got[i].Bytes, want[i].From, want[i].Kind, want[i].Bytes)
		}
		if diff := cmp.Diff(want[i].Tree, got[i].Tree); diff != "" {
			t.Errorf("%s: step %d (-session +pasted):\n%s", what, i+1, diff)
		}
	}
}

// Every token of every capture, cut anywhere, in base64 and in hex, gives the tree
// that its octets give: how it is written changes nothing, and nothing panics.
func TestTokensCutAnywhere(t *testing.T) {
	tokens := 0
	for _, a := range recordedAttempts(t, "../pcaps/*.pcap*") {
		for i := range a.steps {
			line, ok := lineOf(a, i)
			if !ok {
				continue
			}
			octets, err := base64.StdEncoding.DecodeString(line[strings.LastIndex(line, " ")+1:])
			if err != nil || len(octets) == 0 {
				continue // a lone "=", words
			}
			tokens++
			stride := 1 + len(octets)/24
			for n := 1; n <= len(octets); n += stride {
				cutToken(t, a.name, octets[:n])
			}
			cutToken(t, a.name, octets)
		}
	}
	if tokens < 100 {
		t.Errorf("%d tokens: too few to say anything", tokens)
	}
}

func cutToken(t *testing.T, name string, octets []byte) {
	t.Helper()
	inBase64, inHex := base64.StdEncoding.EncodeToString(octets), hex.EncodeToString(octets)
	for _, text := range []string{inBase64, strings.TrimRight(inBase64, "="), inHex} {
		if _, err := hex.DecodeString(text); err == nil && text != inHex {
			continue // that may be either
		}
		got, err := paste.Read(text, paste.Options{ShowSecrets: true})
		if err != nil {
			t.Errorf("%s: %q: %v", name, text, err)
			continue
		}
		step := &got.Auth[0].Steps[0]
		from := authtoken.Client
		if step.From == "server" {
			from = authtoken.Server
		}
		want := authtoken.NewExchange("", authtoken.Options{ShowSecrets: true}).Add(from, octets)
		if len(got.Auth) != 1 || len(got.Auth[0].Steps) != 1 || step.Bytes != len(octets) || step.Kind != want.Path || !cmp.Equal(*step.Tree, want.Tree) || !cmp.Equal(step.Damage, want.Damage) {
			t.Errorf("%s: %q: %s of %d octets, want %s of %d", name, text, step.Kind, step.Bytes, want.Path, len(octets))
		}
	}
}

// A line cut anywhere is read as far as it goes, and nothing panics.
func TestLinesCutAnywhere(t *testing.T) {
	for _, a := range recordedAttempts(t, "../pcaps/*gssapi*.pcap*") {
		for _, l := range a.lines {
			for n := range len(l) {
				if got, err := paste.Read(l[:n], paste.Options{}); err == nil && len(got.Auth) != len(got.Meaning) {
					t.Fatalf("%q: %d attempts, %d meanings", l[:n], len(got.Auth), len(got.Meaning))
				}
			}
		}
	}
}
