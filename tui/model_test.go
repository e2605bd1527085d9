package tui

import (
	"errors"
	"fmt"
	"iter"
	"testing"

	tea "charm.land/bubbletea/v2"

	"smtpscope/filter"
	"smtpscope/inspect"
)

// TestQuestions answers what people come with, by keys alone, from the start.
func TestQuestions(t *testing.T) {
	m := newTester(t, 80, 24)
	tests := []struct {
		question string
		keys     []string
		answer   []string
	}{
		{"is this client using Kerberos?", []string{"3"},
			[]string{"mixed: kerberos in 2 of 8"}},
		{"why not?", []string{"down"},
			[]string{"why  The server offers no Kerberos here", "next Enable GSSAPI on the server"}},
		{"which port should it use?", []string{"2", "down"},
			[]string{"127.0.0.10 offers no Kerberos on port 25", "GSSAPI on port 587 (frame 66)", "next Let clients that log in use port 587"}},
		{"who still uses NTLM?", []string{"5"},
			[]string{"▌ ", "NTLMv2"}},
	}
	for _, tt := range tests {
		t.Run(tt.question, func(t *testing.T) {
			if len(tt.keys) > 5 {
				t.Errorf("%d keys", len(tt.keys))
			}
			m := m.again(t, 80, 24)
			m.press(tt.keys...)
			for _, words := range tt.answer {
				m.wants(words)
			}
		})
	}
}

func TestWriting(t *testing.T) {
	var saved, reported string
	var sessions, lacking int
	exists := true
	m := newTester(t, 100, 30, func(o *Options) {
		o.Save = func(name string, overwrite bool, list []*filter.Facts) (int64, int, error) {
			if exists && !overwrite {
				return 0, 0, fmt.Errorf("%s: %w", name, ErrExists)
			}
			saved = name
			sessions = len(list)
			return 7, lacking, nil
		}
		o.Formats = []Format{{Name: "text", Ext: ".txt"}, {Name: "markdown", Ext: ".md"}}
		o.Report = func(name, _, format string, _ bool, list iter.Seq[*inspect.Session]) error {
			reported = format + " " + name
			sessions = 0
			for s := range list {
				if s.Session == nil {
					return errors.New("no record")
				}
				sessions++
			}
			return nil
		}
	})
	m.press("w")
	m.wants("11 sessions, as pcapng")
	m.press("enter")
	m.wants("The file exists: Enter overwrites it.")
	m.press("enter")
	m.wants("Written: 7 packets to smtpscope.pcapng")
	if saved != "smtpscope.pcapng" || sessions != 11 {
		t.Errorf("saved %d sessions to %q", sessions, saved)
	}
	exists, lacking = false, 2
	m.press("w", "enter")
	m.wants("of 2 sessions not all packets are kept any more")
	m.press("space", "space", "e")
	m.wants("2 marked sessions, as [text]")
	m.press("tab")
	m.wants("smtpscope.md", "[markdown]")
	m.press("enter")
	if reported != "markdown smtpscope.md" || sessions != 2 {
		t.Errorf("reported %d sessions as %q", sessions, reported)
	}
	m.press("enter", "w")
	m.wants("this session, as pcapng")
	m.press("esc")
	m.lacks("save packets to")
}

// TestOnlyWhatCanBeDone: a key that does nothing is not shown.
func TestOnlyWhatCanBeDone(t *testing.T) {
	m := newTester(t, 200, 60)
	m.lacks("save packets", "write a report", "follow")
	m.press("?")
	m.lacks("save packets", "write a report", "follow what comes", "undo the filter")
}

func TestQuit(t *testing.T) {
	for _, keys := range [][]string{{"q"}, {"enter", "q"}, {"ctrl+c"}, {"/", "ctrl+c"}, {"?", "ctrl+c"}} {
		m := newTester(t, 80, 24)
		m.press(keys...)
		if !m.quit {
			t.Errorf("%v does not leave", keys)
		}
	}
	m := newTester(t, 80, 24)
	m.press("?", "q", "/", "q", "esc")
	if m.quit {
		t.Error("left from the help, or from the prompt")
	}
}

// TestEverySize: nothing breaks on any size of screen, wherever one is.
func TestEverySize(t *testing.T) {
	m := newTester(t, 80, 24)
	for _, v := range views {
		n := m.again(t, 120, 40)
		n.press(v.keys...)
		for width := 58; width < 220; width += 9 {
			for _, height := range []int{1, 14, 15, 16, 20, 33, 60} {
				n.send(tea.WindowSizeMsg{Width: width, Height: height})
			}
		}
		n.send(tea.WindowSizeMsg{Width: 1, Height: 1})
	}
}

// TestHelpNamesEveryKey: the help of each screen is made of its keys, and each
// key that is named does something there or is known to the app.
func TestHelpNamesEveryKey(t *testing.T) {
	m := newTester(t, 100, 60)
	m.press("?")
	m.wants("Enter", "filter", "mark", "sort by the next column", "quit", "kerberos", "Verdicts")
	m.press("end")
	m.wants("before:2026-11-23T17:00")
}

func TestEmptyCapture(t *testing.T) {
	m := &tester{TB: t, app: newApp(Options{Store: newTestStore(), Theme: "dark"})}
	m.send(tea.WindowSizeMsg{Width: 80, Height: 24})
	m.wants("Reading")
	m.send(progressMsg{Done: true})
	m.wants("There is no SMTP session in this capture.", "--ports auto")
	for _, k := range []string{"enter", "down", "space", "a", "y", "2", "enter", "3", "y", "4", "enter", "1", "right", "/", "x", "enter", "esc", "w", "e", "f"} {
		m.press(k)
	}
}

func TestProgress(t *testing.T) {
	m := newTester(t, 120, 24)
	m.send(progressMsg{Read: 500e6, Size: 1e9, Packets: 1234567, Elapsed: 1e9})
	m.wants("████████░░░░░░░░ 500 MB of 1.00 GB · 500 MB/s · 2 s left · 11 sessions · 1,234,567 packets")
	m.send(progressMsg{Read: 500e6, Packets: 1, Elapsed: 1e9})
	m.wants("reading 500 MB")
	m.send(progressMsg{Read: 5, Done: true, Err: errors.New("read packets: disk on fire")})
	m.wants("disk on fire")
}
