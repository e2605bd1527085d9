package tui

import (
	"fmt"
	"testing"

	tea "charm.land/bubbletea/v2"
)

// sizes are the screens of the golden files.
var sizes = []struct{ width, height int }{{60, 15}, {80, 24}, {120, 40}, {200, 50}}

// views are the screens and the keys to them.
var views = []struct {
	name string
	keys []string
}{
	{"sessions", nil},
	{"sessions-filtered", []string{"/", "port:587 not alice", "enter", "space", "t"}},
	{"sessions-by-verdict", []string{"right", "right"}},
	{"filter-error", []string{"/", "port:587 state:kerberoz"}},
	{"servers", []string{"2", "down", "down"}},
	{"clients", []string{"3"}},
	{"findings", []string{"4"}},
	{"ntlm", []string{"5"}},
	{"dialogue", []string{"down", "enter"}},
	{"auth", []string{"/", "state:ntlm-in-gssapi", "enter", "enter", "2", "/", "mechTypes", "enter"}},
	{"capabilities", []string{"enter", "3"}},
	{"messages", []string{"enter", "4"}},
	{"tls", []string{"/", "tls:yes", "enter", "enter", "5"}},
	{"findings-of-session", []string{"enter", "6"}},
	{"help", []string{"?"}},
	{"capture", []string{"i"}},
}

func TestGolden(t *testing.T) {
	m := newTester(t, 80, 24)
	for _, v := range views {
		for _, size := range sizes {
			name := fmt.Sprintf("%s-%d", v.name, size.width)
			t.Run(name, func(t *testing.T) {
				m := m.again(t, size.width, size.height)
				m.press(v.keys...)
				golden(t, name, m.text())
			})
		}
	}
}

// TestGoldenBeside: on a wide, low screen the preview is beside the list.
func TestGoldenBeside(t *testing.T) {
	m := newTester(t, 200, 24)
	m.press("down")
	golden(t, "sessions-beside", m.text())
}

// TestGoldenStyled holds the colours, and the ASCII marks, of some screens.
func TestGoldenStyled(t *testing.T) {
	m := newTester(t, 80, 24)
	dark := m.again(t, 80, 24)
	golden(t, "styled-dark", dark.screen()+"\n")
	light := m.again(t, 80, 24, func(o *Options) { o.Theme = "light" })
	light.press("enter")
	golden(t, "styled-light", light.screen()+"\n")
	plain := m.again(t, 80, 24, func(o *Options) { o.NoColour, o.ASCII = true, true })
	golden(t, "styled-no-colour", plain.screen()+"\n")
	plain.press("enter")
	golden(t, "ascii", plain.text())
}

// TestGoldenLive holds the screens of interfaces that are listened on.
func TestGoldenLive(t *testing.T) {
	for _, size := range sizes {
		m := newListening(t, size.width, size.height)
		golden(t, fmt.Sprintf("live-%d", size.width), m.text())
		m.press("end", "enter")
		golden(t, fmt.Sprintf("live-session-%d", size.width), m.text())
	}
	m := newListening(t, 80, 24, func(o *Options) { o.NoColour, o.ASCII = true, true })
	golden(t, "live-ascii", m.text())
	m.press("i")
	golden(t, "live-interfaces", m.text())
}

// again gives an app of another size over the same store.
func (m *tester) again(t testing.TB, width, height int, change ...func(*Options)) *tester {
	t.Helper()
	o := m.app.options
	for _, c := range change {
		c(&o)
	}
	n := &tester{TB: t, app: newApp(o)}
	n.send(tea.WindowSizeMsg{Width: width, Height: height})
	n.run(n.app.work())
	n.send(progressMsg(m.app.progress))
	return n
}
