package tui

import (
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"github.com/google/go-cmp/cmp"

	"smtpscope/capture"
	"smtpscope/inspect"
	"smtpscope/report"
)

var update = flag.Bool("update", false, "write the golden files anew")

// samples are the captures that the screens show in tests.
var samples = []string{
	"ntlm-on-25-kerberos-on-587-same-server.pcapng", "gssapi-ntlm-in-spnego.pcap", "kerberos-in-spnego-on-587.pcap",
	"plain-in-the-clear.pcap", "anonymous-relay.pcap", "starttls-opaque.pcap", "gap-in-mail.pcap", "scram-sha-256.pcapng",
	"kdc-unreachable-then-ntlm.pcap", "ntlm-wrong-password-mail-all-the-same.pcap",
}

var sampleRules = capture.Rules{Ports: []uint16{24, 25, 465, 587, 2525}}

func openSamples(t testing.TB) capture.Source {
	t.Helper()
	names := make([]string, len(samples))
	for i, name := range samples {
		names[i] = filepath.Join("..", "pcaps", name)
	}
	source, err := capture.OpenFiles(names, capture.Options{Rules: sampleRules})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { source.Close() })
	return source
}

func newTestStore() *Store {
	return NewStore(func(w io.Writer) Printer { return report.NewJSON(w) })
}

// fill reads the samples into a store.
func fill(t testing.TB, st *Store) *inspect.Summary {
	t.Helper()
	summary, err := inspect.New(openSamples(t), inspect.Options{Rules: sampleRules, Shards: 1}).Run(storeSink{st})
	if err != nil {
		t.Fatal(err)
	}
	return summary
}

type storeSink struct{ *Store }

// A tester drives an app as Bubble Tea does, but in one goroutine: commands are
// run at once. Each view is checked: it must be as large as the screen.
type tester struct {
	testing.TB
	*app
	quit bool
}

// newTester gives an app that has read all samples.
func newTester(t testing.TB, width, height int, change ...func(*Options)) *tester {
	t.Helper()
	o := Options{
		Sources: []string{"trace.pcap"}, Store: newTestStore(), Theme: "dark",
		Octets: func(r OctetsRequest) ([]Octets, error) {
			pieces, err := inspect.ReadOctets(openSamples(t), inspect.Options{Rules: sampleRules}, capture.Connection{
				Client: r.Session.Client, Server: r.Session.Server, Start: r.Session.Start, End: r.Session.Start + int64(r.Session.Duration),
			}, r.First, r.Last, 1<<20)
			octets := make([]Octets, len(pieces))
			for i, p := range pieces {
				octets[i] = Octets(p)
			}
			return octets, err
		},
	}
	for _, c := range change {
		c(&o)
	}
	summary := fill(t, o.Store)
	m := &tester{TB: t, app: newApp(o)}
	m.send(tea.WindowSizeMsg{Width: width, Height: height})
	m.run(m.app.work())
	m.send(progressMsg{Read: 123456, Size: 123456, Packets: summary.Packets, Elapsed: time.Second, Done: true, Summary: summary})
	return m
}

func (m *tester) send(msg tea.Msg) {
	m.Helper()
	_, cmd := m.app.Update(msg)
	m.run(cmd)
	m.screen()
}

// run runs a command, and what comes of it.
func (m *tester) run(cmd tea.Cmd) {
	m.Helper()
	if cmd == nil {
		return
	}
	switch msg := cmd().(type) {
	case nil:
	case tea.QuitMsg:
		m.quit = true
	case tea.BatchMsg:
		for _, c := range msg {
			m.run(c)
		}
	default:
		_, more := m.app.Update(msg)
		m.run(more)
	}
}

// press presses keys by their names; a name of several letters that is no key's
// is typed.
func (m *tester) press(keys ...string) {
	m.Helper()
	for _, k := range keys {
		if code, special := specialKeys[k]; special {
			m.send(tea.KeyPressMsg(code))
			continue
		}
		for _, r := range k {
			m.send(tea.KeyPressMsg{Code: r, Text: string(r)})
		}
	}
}

var specialKeys = map[string]tea.Key{
	"enter": {Code: tea.KeyEnter}, "esc": {Code: tea.KeyEscape}, "tab": {Code: tea.KeyTab}, "shift+tab": {Code: tea.KeyTab, Mod: tea.ModShift},
	"up": {Code: tea.KeyUp}, "down": {Code: tea.KeyDown}, "left": {Code: tea.KeyLeft}, "right": {Code: tea.KeyRight},
	"pgup": {Code: tea.KeyPgUp}, "pgdown": {Code: tea.KeyPgDown}, "home": {Code: tea.KeyHome}, "end": {Code: tea.KeyEnd},
	"space": {Code: ' ', Text: " "}, "backspace": {Code: tea.KeyBackspace},
	"ctrl+c": {Code: 'c', Mod: tea.ModCtrl}, "ctrl+u": {Code: 'u', Mod: tea.ModCtrl}, "ctrl+d": {Code: 'd', Mod: tea.ModCtrl},
}

// screen is what is seen, checked.
func (m *tester) screen() string {
	m.Helper()
	content := m.app.View().Content
	checkScreen(m, content, m.app.width, m.app.height)
	return content
}

// text is what is seen, without colours and without blanks at the ends of rows.
func (m *tester) text() string {
	m.Helper()
	rows := strings.Split(ansi.Strip(m.screen()), "\n")
	for i := range rows {
		rows[i] = strings.TrimRight(rows[i], " ")
	}
	return strings.Join(rows, "\n") + "\n"
}

func (m *tester) wants(words ...string) {
	m.Helper()
	text := m.text()
	for _, w := range words {
		if !strings.Contains(text, w) {
			m.Errorf("the screen lacks %q:\n%s", w, text)
		}
	}
}

func (m *tester) lacks(words ...string) {
	m.Helper()
	text := m.text()
	for _, w := range words {
		if strings.Contains(text, w) {
			m.Errorf("the screen has %q:\n%s", w, text)
		}
	}
}

// checkScreen holds a view against the screen: as many rows, each exactly as
// wide, by either way of counting, and nothing in it that a terminal obeys but
// colours.
func checkScreen(t testing.TB, content string, width, height int) {
	t.Helper()
	rows := strings.Split(content, "\n")
	if len(rows) != height {
		t.Fatalf("%d rows on a screen of %d:\n%s", len(rows), height, ansi.Strip(content))
	}
	for i, row := range rows {
		if a, b := ansi.StringWidth(row), ansi.StringWidthWc(row); a != width || b != width {
			t.Fatalf("row %d is %d or %d columns wide, the screen %d: %q", i, a, b, width, row)
		}
		for rest := row; rest != ""; {
			before, after, found := strings.Cut(rest, "\x1b[")
			if strings.ContainsFunc(before, func(r rune) bool { return r < ' ' || r >= 0x7f && r < 0xa0 }) {
				t.Fatalf("row %d has a control character: %q", i, row)
			}
			if !found {
				break
			}
			end := strings.IndexFunc(after, func(r rune) bool { return (r < '0' || r > '9') && r != ';' && r != ':' })
			if end < 0 || after[end] != 'm' {
				t.Fatalf("row %d has an escape that is no colour: %q", i, row)
			}
			rest = after[end+1:]
		}
	}
}

// golden holds a text against a file.
func golden(t testing.TB, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name+".golden.txt")
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("differs from %s (-want +got):\n%s", file, diff)
	}
}
