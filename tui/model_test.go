package tui

import (
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"smtpscope/filter"
	"smtpscope/inspect"
	"smtpscope/verdict"
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

func TestFilterIsLive(t *testing.T) {
	m := newTester(t, 100, 30)
	m.press("/", "state:")
	m.wants("state: needs a value", "0.0.1 ") // all are still listed
	m.press("ntlm")
	m.wants("2 of 11")
	m.lacks("kerberos  ")
	m.press("enter")
	m.wants("filter state:ntlm  2 of 11", "undo filter")
	m.press("/", " port:587", "enter")
	m.wants("1 of 11")
	m.press("esc")
	m.wants("2 of 11")
	m.press("esc")
	m.lacks("filter state", "undo filter")
	m.press("/", "nothing at all", "esc")
	m.lacks("No session matches")
}

func TestWordsAreLookedForInWhatWasSaid(t *testing.T) {
	m := newTester(t, 100, 30)
	m.press("/", `"mail FROM:<alice"`)
	m.wants("9 of 11") // all but those whose mail is hidden, or is of another
	m.press("ctrl+u", "not said by anybody")
	m.wants("0 of 11", "No session matches")
}

func TestCounters(t *testing.T) {
	m := newTester(t, 100, 30)
	m.press("right")
	m.wants("[✓ kerberos 3]")
	m.lacks("● ntlm        ")
	m.press("right")
	m.wants("[● ntlm 2]")
	m.press("esc")
	m.wants("[All 11]")
	m.lacks("undo filter")
	m.press("left")
	m.wants("[▒ encrypted 1]")
	m.press("right")
	m.wants("[All 11]")
	m.lacks("undo filter")
}

func TestSort(t *testing.T) {
	m := newTester(t, 200, 30)
	first := func() int64 { return m.sessions.roll.snap.at(m.sessions.roll.shown[0]).ID }
	m.press("r")
	if first() != 11 {
		t.Errorf("the first is #%d, turned round", first())
	}
	m.press("r", "j")
	for range sessionColumns {
		selected := m.sessions.roll.selected
		m.press("s")
		r := m.sessions.roll
		if !slices.IsSortedFunc(r.shown, r.order) {
			t.Errorf("not in the order of %s", sessionColumns[m.sessions.sorted].title)
		}
		if r.selected != selected || r.shown[r.scroll.pos] != selected {
			t.Errorf("sorting by %s lost the selection", sessionColumns[m.sessions.sorted].title)
		}
	}
	if m.sessions.sorted != 0 {
		t.Error("did not come round to the first column")
	}
	m.press("S")
	m.wants("Sorted by lost")
}

func TestMarks(t *testing.T) {
	m := newTester(t, 100, 30)
	m.press("space", "space", "space", "up", "space")
	if len(m.sessions.marked) != 2 {
		t.Errorf("%d are marked", len(m.sessions.marked))
	}
	m.press("a")
	if len(m.sessions.marked) != 11 {
		t.Errorf("%d are marked after all were", len(m.sessions.marked))
	}
	m.press("a")
	if len(m.sessions.marked) != 0 {
		t.Errorf("%d are marked after none were", len(m.sessions.marked))
	}
}

func TestKeysMove(t *testing.T) {
	m := newTester(t, 80, 24)
	pos := func() int { return m.sessions.roll.scroll.pos }
	for _, step := range []struct {
		key  string
		want int
	}{{"j", 1}, {"down", 2}, {"k", 1}, {"up", 0}, {"up", 0}, {"G", 10}, {"j", 10}, {"g", 0}, {"pgdown", 8}, {"pgup", 0}, {"end", 10}, {"home", 0}, {"ctrl+d", 4}, {"ctrl+u", 0}} {
		m.press(step.key)
		if pos() != step.want {
			t.Errorf("%s goes to %d, want %d", step.key, pos(), step.want)
		}
	}
}

func TestMouse(t *testing.T) {
	m := newTester(t, 120, 30)
	rows := strings.Split(m.text(), "\n")
	rowOf := func(words string) (x, y int) {
		for y, row := range rows {
			if at := strings.Index(row, words); at >= 0 {
				return len([]rune(row[:at])), y
			}
		}
		t.Fatalf("no %q on the screen", words)
		return 0, 0
	}
	click := func(words string) {
		x, y := rowOf(words)
		m.send(tea.MouseClickMsg{X: x, Y: y, Button: tea.MouseLeft})
	}
	click("SCRAM-SHA-256")
	m.wants("#7  ○ challenge")
	click("SCRAM-SHA-256")
	m.wants("[1 Dialogue]")
	rows = strings.Split(m.text(), "\n")
	click("3 Capabilities")
	m.wants("[3 Capabilities]")
	m.press("esc")
	rows = strings.Split(m.text(), "\n")
	click("● ntlm 2")
	m.wants("[● ntlm 2]")
	click("2 Servers")
	m.wants("[2 Servers]")
	m.send(tea.MouseWheelMsg{Button: tea.MouseWheelDown})
	rows = strings.Split(m.text(), "\n")
	click("1 Sessions")
	m.press("esc")
	rows = strings.Split(m.text(), "\n")
	click("verdict ")
	m.wants("Sorted by verdict")
	m.send(tea.MouseWheelMsg{Button: tea.MouseWheelDown})
	m.send(tea.MouseWheelMsg{Button: tea.MouseWheelUp})
}

// TestSelectionStays: what is under the cursor stays there, on the same row,
// while sessions come before and behind it.
func TestSelectionStays(t *testing.T) {
	st := newTestStore()
	m := &tester{TB: t, app: newApp(Options{Store: st, Theme: "dark"})}
	m.send(tea.WindowSizeMsg{Width: 100, Height: 40})
	add := func(ids ...int64) {
		for _, id := range ids {
			addSession(t, st, madeSession(verdict.NTLM), id)
		}
		m.run(m.app.work())
		m.screen()
	}
	add(10, 20, 30, 40, 50)
	m.press("j", "j")
	r := m.sessions.roll
	line := r.scroll.pos - r.scroll.top
	add(5, 25, 60, 1)
	if id := r.snap.at(r.selected).ID; id != 30 || r.scroll.pos != 5 {
		t.Errorf("session %d is selected, at %d", id, r.scroll.pos)
	}
	if !slices.IsSortedFunc(r.shown, r.order) || len(r.shown) != 9 {
		t.Errorf("the list is %v", r.shown)
	}
	for id := range int64(100) {
		add(100 + id)
	}
	m.press("j", "k")
	add(2, 3, 4)
	if got := r.scroll.pos - r.scroll.top; got < line || r.snap.at(r.selected).ID != 30 {
		t.Errorf("session %d is selected, on row %d of the window", r.snap.at(r.selected).ID, got)
	}
	m.press("f")
	add(300)
	if id := r.snap.at(r.selected).ID; id != 300 {
		t.Errorf("following, session %d is selected", id)
	}
	m.press("k")
	add(301)
	if id := r.snap.at(r.selected).ID; id != 199 {
		t.Errorf("not following any more, session %d is selected", id)
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
