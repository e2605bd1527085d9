package tui

import (
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"smtpscope/verdict"
)

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
