package tui

import (
	"fmt"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"smtpscope/inspect"
	"smtpscope/smtpparse"
	"smtpscope/verdict"
)

// longSession has as many lines as are kept of one.
func longSession() *inspect.Session {
	s := madeSession(verdict.NTLM)
	for i := range 10_000 {
		s.Dialogue = append(s.Dialogue, smtpparse.Line{
			From: "server", Time: s.Start.Add(time.Duration(i) * time.Millisecond), Frame: int64(i + 3), Kind: smtpparse.LineReply, Code: 250,
			Text: fmt.Sprintf("2.1.5 recipient %d of the list <someone-%d@lists.contoso.test> is accepted and will be given to the next hop", i, i),
		})
	}
	return s
}

func newLongTester(t testing.TB) *tester {
	st := newTestStore()
	addSession(t, st, madeSession(verdict.Kerberos), 1)
	addSession(t, st, longSession(), 2)
	m := &tester{TB: t, app: newApp(Options{Store: st, Theme: "dark"})}
	m.send(tea.WindowSizeMsg{Width: 100, Height: 30})
	m.run(m.app.work())
	return m
}

// TestLongSession: a session that takes long to unpack does not stop the list,
// and is opened by a command.
func TestLongSession(t *testing.T) {
	m := newLongTester(t)
	m.press("down")
	m.wants("A long session: Enter opens it.")
	_, cmd := m.app.Update(tea.KeyPressMsg{Code: tea.KeyEnter})
	m.wants("Unpacking")
	m.run(cmd)
	m.wants("EHLO sp01")
	m.press("end")
	m.wants("recipient 9999 of the list")
	m.press("/", "someone-5000@", "enter")
	m.wants("recipient 5000 of the list")
}

// BenchmarkLongSession is a key press to the next frame in a session of 10,000
// lines; resize lays it out anew.
func BenchmarkLongSession(b *testing.B) {
	m := newLongTester(b)
	m.press("down", "enter")
	b.Run("key", func(b *testing.B) {
		for b.Loop() {
			m.app.Update(tea.KeyPressMsg{Code: tea.KeyDown})
			_ = m.app.View()
		}
	})
	b.Run("resize", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			m.app.Update(tea.WindowSizeMsg{Width: 100 + i%2, Height: 30})
			_ = m.app.View()
		}
	})
	b.Run("search", func(b *testing.B) {
		for b.Loop() {
			m.app.session.pane().search("someone-9")
			_ = m.app.View()
		}
	})
}
