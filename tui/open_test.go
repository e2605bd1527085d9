package tui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"smtpscope/inspect"
	"smtpscope/smtpparse"
	"smtpscope/verdict"
)

// openSession is a session made by hand that goes on, with so many lines.
func openSession(lines int) *inspect.Session {
	s := madeSession(verdict.Incomplete)
	s.Open, s.Verdict.Text = true, "In progress: no login and no mail so far"
	for i := len(s.Dialogue); i < lines; i++ {
		s.Dialogue = append(s.Dialogue, smtpparse.Line{From: "client", Time: s.Start, Frame: int64(i + 1), Kind: smtpparse.LineCommand, Verb: "NOOP", Text: fmt.Sprintf("NOOP line%d", i+1)})
	}
	s.Dialogue = s.Dialogue[:lines]
	return s
}

func (m *tester) opened(s *inspect.Session, id int64) {
	m.Helper()
	if err := m.options.Store.Open(id, m.options.Store.Render(nil, s)); err != nil {
		m.Fatal(err)
	}
	m.run(m.app.work())
}

func (m *tester) ended(s *inspect.Session, id int64) {
	m.Helper()
	addSession(m, m.options.Store, s, id)
	m.run(m.app.work())
}

// newLiveTester gives an app that listens, and has heard nothing yet.
func newLiveTester(t testing.TB, width, height int, change ...func(*Options)) *tester {
	t.Helper()
	o := Options{Sources: []string{"eth0"}, Store: newTestStore(), Theme: "dark"}
	for _, c := range change {
		c(&o)
	}
	m := &tester{TB: t, app: newApp(o)}
	m.send(tea.WindowSizeMsg{Width: width, Height: height})
	m.heard(0)
	return m
}

// heard tells the app of a number of packets that were dropped, ten seconds after
// the sessions made by hand began.
func (m *tester) heard(dropped int64) {
	m.Helper()
	m.heardAt(madeSession(verdict.None).Start.Add(10*time.Second), dropped)
}

func (m *tester) heardAt(now time.Time, dropped int64) {
	m.Helper()
	m.send(progressMsg{Packets: 120, Elapsed: 10 * time.Second, Now: now.UnixNano(), Live: &Live{
		Kept: 100, Interfaces: []Interface{{Name: "eth0", State: "up", Seen: 120, Dropped: dropped, Used: 1 << 20, Peak: 32 << 20, Buffer: 64 << 20}},
	}})
}

// newListening gives an app that has heard all samples, and listens to three
// sessions that go on: one that says hello, one that logs in, one that has.
func newListening(t testing.TB, width, height int, change ...func(*Options)) *tester {
	t.Helper()
	m := newLiveTester(t, width, height, change...)
	fill(t, m.options.Store)
	first := int64(m.options.Store.count)
	hello := openSession(2)
	hello.Client.Port = 40001
	loggingIn := openSession(2)
	loggingIn.Client.Port, loggingIn.Verdict.Text = 40002, "In progress: AUTH NTLM is under way"
	loggingIn.Auth = []*smtpparse.Auth{{Verb: "AUTH", Mechanism: "NTLM", Actual: "ntlm", Outcome: smtpparse.Incomplete, FirstFrame: 3, LastFrame: 4}}
	loggingIn.Dialogue = append(loggingIn.Dialogue,
		smtpparse.Line{From: "server", Time: loggingIn.Start.Add(time.Millisecond), Frame: 3, Kind: smtpparse.LineReply, Code: 250, Text: "AUTH NTLM"},
		smtpparse.Line{From: "client", Time: loggingIn.Start.Add(time.Second), Frame: 4, Kind: smtpparse.LineCommand, Verb: "AUTH", Text: "AUTH NTLM"})
	loggedIn := openSession(2)
	loggedIn.Client.Port, loggedIn.Verdict.State, loggedIn.Verdict.Text = 40003, verdict.NTLM, "AUTH NTLM: NTLMv2 as CONTOSO\\alice"
	begun := time.Date(2026, 11, 23, 17, 9, 40, 0, time.UTC) // behind the samples
	for i, s := range []*inspect.Session{hello, loggedIn, loggingIn} {
		later := begun.Add(time.Duration(i) * time.Second).Sub(s.Start)
		s.Start, s.End = s.Start.Add(later), s.End.Add(later)
		for k := range s.Dialogue {
			s.Dialogue[k].Time = s.Dialogue[k].Time.Add(later)
		}
		m.opened(s, first+int64(i)+1)
	}
	m.heardAt(begun.Add(10*time.Second), 52)
	return m
}

// A session is listed while it is open, grows, and ends in the row that it has.
func TestOpenSession(t *testing.T) {
	m := newLiveTester(t, 120, 40)
	m.wants("Listening")
	m.opened(openSession(1), 1)
	m.wants(`▷ in progress`)
	m.wants(`1 open of 1 session`)
	m.wants(`10s`) // it lasts until now
	m.ended(madeSession(verdict.NTLM), 2)
	m.press("down")
	m.wants(`● ntlm 1`)

	grown := openSession(2)
	grown.Verdict.State, grown.Verdict.Text = verdict.Kerberos, "Kerberos"
	m.opened(grown, 1)
	m.wants(`✓▷kerberos`)
	if row := m.sessions.roll.selected; row != 1 {
		t.Errorf("the cursor is on row %d", row)
	}
	grown.Open, grown.Close = false, "fin"
	m.ended(grown, 1)
	m.wants(`✓ kerberos`)
	if m.census.open != 0 || m.census.states.of(inProgress) != 0 || m.census.states.of(verdict.Kerberos) != 1 || len(m.sessions.roll.shown) != 2 {
		t.Errorf("%d open, %+v, %d listed", m.census.open, m.census.states, len(m.sessions.roll.shown))
	}
	if s := m.census.serverList[0]; s.sessions != 2 || s.states.of(inProgress) != 0 || s.clientCount != 1 {
		t.Errorf("the server has %+v", s)
	}
}

// A filter follows what sessions become.
func TestOpenSessionUnderFilter(t *testing.T) {
	m := newLiveTester(t, 120, 40, func(o *Options) { o.Filter = "state:ntlm" })
	m.opened(openSession(1), 1)
	if n := len(m.sessions.roll.shown); n != 0 {
		t.Fatalf("%d listed before it is NTLM", n)
	}
	grown := openSession(2)
	grown.Verdict.State = verdict.NTLM
	m.opened(grown, 1)
	m.wants(`●▷ntlm`)
	grown.Open, grown.Verdict.State = false, verdict.Failed
	m.ended(grown, 1)
	if n := len(m.sessions.roll.shown); n != 0 {
		t.Errorf("%d listed after it is NTLM no more", n)
	}
}

// A list in the order of something that changes stays in order.
func TestOpenSessionsSorted(t *testing.T) {
	m := newLiveTester(t, 160, 40)
	const n = 40
	for id := range int64(n) {
		s := openSession(1)
		s.Bytes.Client = 1000 * ((id * 7) % n)
		m.opened(s, id+1)
	}
	for i, c := range sessionColumns {
		if c.title == "octets" {
			m.run(m.sessions.sortBy(i, false))
		}
	}
	m.press("down", "down", "down")
	selected := m.sessions.roll.selected
	for id := range int64(n) {
		s := openSession(1)
		s.Bytes.Client = 1000 * ((id * 11) % n)
		if s.Open = id%2 == 0; s.Open {
			m.opened(s, id+1)
		} else {
			m.ended(s, id+1)
		}
	}
	r := m.sessions.roll
	if len(r.shown) != n || r.selected != selected || r.shown[r.scroll.pos] != selected {
		t.Errorf("%d listed, row %d selected, was %d", len(r.shown), r.selected, selected)
	}
	for i := 1; i < len(r.shown); i++ {
		if r.order(r.shown[i-1], r.shown[i]) >= 0 {
			t.Fatalf("rows %d and %d are out of order", i-1, i)
		}
	}
}

// The screen of an open session follows it at the end, and only there.
func TestOpenSessionFollowed(t *testing.T) {
	m := newLiveTester(t, 80, 24)
	m.opened(openSession(20), 1)
	m.press("enter")
	m.wants(`▷ open 10s, following`)
	m.wants(`line20`)
	m.opened(openSession(40), 1)
	m.wants(`line40`)
	m.press("up", "up")
	if screen := m.text(); strings.Contains(screen, "following") {
		t.Error("it says that it follows, away from the end")
	}
	m.opened(openSession(60), 1)
	if screen := m.text(); !strings.Contains(screen, "line38") || strings.Contains(screen, "line60") {
		t.Errorf("the window moved:\n%s", screen)
	}
	m.press("end")
	over := openSession(61)
	over.Open, over.Close, over.Verdict.Text = false, "fin", "No login and no mail in this session"
	m.ended(over, 1)
	m.wants(`line61`)
	if screen := m.text(); strings.Contains(screen, "▷") || strings.Contains(screen, "In progress") {
		t.Errorf("the session is over:\n%s", screen)
	}
}

// The head says what is lost, and what happened to an interface.
func TestLiveHead(t *testing.T) {
	m := newLiveTester(t, 120, 30)
	m.wants(`▷ live · 0 sessions · none dropped · 0 packets/s · buffer 1% · 120 packets · 100 kept`)
	m.heard(52)
	m.wants(`! 52 dropped: verdicts may suffer (i)`)
	m.press("i")
	m.wants(`interface     eth0, up, 120 packets seen, 52 dropped by the kernel, buffer 1.05 MB of 67.1 MB taken, at most 33.6 MB`)
	m.press("esc")
	m.send(progressMsg{Elapsed: time.Second, Live: &Live{
		Interfaces: []Interface{{Name: "eth0", State: "down"}}, Notices: []string{"eth0 went down"}, Noticed: 1,
	}})
	m.wants(`! eth0 is down`)
	m.wants("\n eth0 went down")
	m.press("down")
	if strings.Contains(m.text(), "went down") {
		t.Error("the notice stays behind the next key")
	}
}
