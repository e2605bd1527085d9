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
			if i%3 == 0 { // every third is open first, and grows
				growing := *records[i%len(records)]
				cut := *growing.Session
				cut.Open, growing.Session = true, &cut
				for n := range 3 {
					cut.Dialogue = growing.Dialogue[:len(growing.Dialogue)*n/3]
					rendered = st.Render(rendered[:0], &growing)
					if err := st.Open(int64(i+1), rendered); err != nil {
						filled <- err
						return
					}
				}
			}
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
	if got := m.sessions.roll.snap.count; got != all || int(m.census.counted) != all || m.census.open != 0 {
		t.Errorf("%d sessions, %d counted, %d open", got, m.census.counted, m.census.open)
	}
	for row := range all {
		s, err := st.load(row)
		if err != nil {
			t.Fatal(err)
		}
		if f := m.sessions.roll.snap.at(int32(row)); s.ID != f.ID || s.Open || f.Open || s.Server.Port != f.Server.Port() {
			t.Fatalf("row %d has the record of #%d and the facts of #%d", row, s.ID, f.ID)
		}
	}
	if len(st.open)+len(st.rows) > 0 {
		t.Errorf("%d records and %d numbers of open sessions are left", len(st.open), len(st.rows))
	}
}
