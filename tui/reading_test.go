package tui

import (
	"testing"

	tea "charm.land/bubbletea/v2"

	"smtpscope/inspect"
)

// TestWhileReading uses the screens while another goroutine fills the store, so
// that the race detector sees both.
func TestWhileReading(t *testing.T) {
	source := newTestStore()
	fill(t, source)
	var records []*inspect.Session
	for i := range source.count {
		s, err := source.load(i)
		if err != nil {
			t.Fatal(err)
		}
		records = append(records, s)
	}
	st := newTestStore()
	m := &tester{TB: t, app: newApp(Options{Store: st, Theme: "dark"})}
	m.send(tea.WindowSizeMsg{Width: 120, Height: 40})
	const all = 1500
	filled := make(chan error)
	go func() {
		var rendered []byte
		for i := range all {
			rendered = st.Render(rendered[:0], records[i%len(records)])
			if err := st.Session(int64(i+1), rendered); err != nil {
				filled <- err
				return
			}
			_ = st.Flush()
		}
		close(filled)
	}()
	keys := []string{"down", "enter", "2", "esc", "2", "3", "4", "1", "/", "alice", "enter", "end", "s", "esc", "space", "right", "esc"}
	for i, reading := 0, true; reading; i++ {
		select {
		case err := <-filled:
			if err != nil {
				t.Fatal(err)
			}
			reading = false
		default:
			m.run(m.app.work())
			m.press(keys[i%len(keys)])
		}
	}
	m.run(m.app.work())
	if got := m.sessions.roll.snap.count; got != all || int(m.census.counted) != all {
		t.Errorf("%d sessions, %d counted", got, m.census.counted)
	}
}
