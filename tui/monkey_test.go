package tui

import (
	"iter"
	"math/rand/v2"
	"testing"

	tea "charm.land/bubbletea/v2"

	"smtpscope/filter"
	"smtpscope/inspect"
	"smtpscope/verdict"
)

// TestMonkey presses keys, clicks, resizes and lets sessions come, in no order
// that makes sense. Nothing may panic, and each screen must be whole.
func TestMonkey(t *testing.T) {
	keys := []string{
		"up", "down", "left", "right", "pgup", "pgdown", "home", "end", "enter", "enter", "esc", "tab", "shift+tab", "space", "backspace",
		"1", "2", "3", "4", "5", "6", "/", "s", "S", "r", "a", "t", "f", "p", "n", "N", "x", "[", "]", "y", "w", "e", "i", "?", "g", "G", "ctrl+u", "ctrl+d",
		"port:25", "state:ntlm", "not (", "alice", `"`, "漢",
	}
	for seed := range uint64(4) {
		random := rand.New(rand.NewPCG(seed, 0))
		m := newTester(t, 100, 30, func(o *Options) {
			o.Save = func(string, bool, []*filter.Facts) (int64, int, error) { return 0, 0, ErrExists }
			o.Formats = []Format{{Name: "text", Ext: ".txt"}, {Name: "json", Ext: ".jsonl"}}
			o.Report = func(_, _, _ string, _ bool, list iter.Seq[*inspect.Session]) error {
				list(func(*inspect.Session) bool { return true })
				return nil
			}
		})
		var trace []string
		for id := int64(100); len(trace) < 400; {
			what := keys[random.IntN(len(keys))]
			trace = append(trace, what)
			m.press(what)
			switch random.IntN(12) {
			case 0:
				m.send(tea.WindowSizeMsg{Width: 50 + random.IntN(200), Height: 10 + random.IntN(50)})
			case 1:
				m.send(tea.MouseClickMsg{X: random.IntN(m.width), Y: random.IntN(m.height), Button: tea.MouseLeft})
			case 2:
				m.send(tea.MouseWheelMsg{Button: []tea.MouseButton{tea.MouseWheelUp, tea.MouseWheelDown}[random.IntN(2)]})
			case 3:
				id++
				addSession(t, m.options.Store, madeSession(verdict.States[random.IntN(len(verdict.States))]), random.Int64N(id))
				m.run(m.app.work())
			case 4:
				id++
				m.opened(openSession(1+random.IntN(40)), id)
				m.opened(openSession(1+random.IntN(80)), 101+random.Int64N(id-100))
			}
			if t.Failed() {
				t.Fatalf("after %q", trace)
			}
			if m.quit {
				t.Fatalf("left after %q", trace)
			}
		}
	}
}
