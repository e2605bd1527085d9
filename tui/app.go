package tui

import (
	"slices"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"smtpscope/inspect"
)

// An app is the one tea.Model: it holds what all screens share, and hands keys
// to the screen that is in front.
type app struct {
	options Options
	theme   *theme
	keys    keys
	isDark  bool
	profile colorprofile.Profile

	width, height int
	progress      Progress
	meter         meter
	noticed       int // notices of the interfaces that were shown
	census        *census
	// stepping tells that a stepMsg is under way.
	stepping bool
	records  unpacked

	sessions *sessionsScreen
	home     []homeScreen
	at       int // the one of home that is in front
	// Above those, if not nil: one session, and above that a text to read.
	session *sessionScreen
	pager   *pager
	// prompt takes the keys while it is open.
	prompt *prompt
	notice span
	tabs   []tabZone // as last drawn, for the mouse
}

// A screen is what is drawn between the head and the foot.
type screen interface {
	keys() []keyGroup
	// hints are the keys named in the last row, the important first.
	hints() []key.Binding
	press(tea.KeyPressMsg) tea.Cmd
	click(x, y int) tea.Cmd
	wheel(n int)
	view(width, height int) []string
}

// A homeScreen is a list of one kind of things.
type homeScreen struct {
	name   string
	screen screen
}

// A tabZone is where a screen's or a tab's name stands.
type tabZone struct{ from, to, index int }

func newApp(o Options) *app {
	a := &app{options: o, isDark: o.Theme != "light", profile: colorprofile.TrueColor, census: newCensus()}
	if o.NoColour {
		a.profile = colorprofile.ASCII
	}
	a.restyle()
	a.keys = newKeys(a.theme.marks)
	a.sessions = newSessionsScreen(a)
	a.home = []homeScreen{
		{"Sessions", a.sessions},
		{"Servers", newServersScreen(a)},
		{"Clients", newClientsScreen(a)},
		{"Findings", newFindingsScreen(a)},
		{"NTLM", newNTLMScreen(a)},
	}
	a.sessions.start(o.Filter)
	return a
}

func (a *app) restyle() { a.theme = newTheme(a.isDark, a.options.ASCII, a.profile) }

// Init implements tea.Model.
func (a *app) Init() tea.Cmd {
	cmds := []tea.Cmd{a.awaitSessions(0), a.readProgress(0)}
	if a.options.Theme == "" {
		cmds = append(cmds, tea.RequestBackgroundColor)
	}
	return tea.Batch(cmds...)
}

const (
	// sessionsInterval is how often new sessions are taken up at most, but the
	// first ones, up to manySessions, after firstInterval; progressInterval is how
	// often the progress is looked at.
	sessionsInterval = 50 * time.Millisecond
	firstInterval    = 10 * time.Millisecond
	manySessions     = 1000
	progressInterval = 200 * time.Millisecond
)

// awaitSessions waits until the store has more sessions.
func (a *app) awaitSessions(pause time.Duration) tea.Cmd {
	changed := a.options.Store.changed
	return func() tea.Msg {
		time.Sleep(pause)
		<-changed
		return sessionsCameMsg{}
	}
}

func (a *app) readProgress(pause time.Duration) tea.Cmd {
	read := a.options.Progress
	if read == nil {
		return nil
	}
	return tea.Tick(pause, func(time.Time) tea.Msg { return progressMsg(read()) })
}

// Update implements tea.Model.
func (a *app) Update(m tea.Msg) (tea.Model, tea.Cmd) {
	switch m := m.(type) {
	case tea.WindowSizeMsg:
		a.width, a.height = m.Width, m.Height
	case tea.BackgroundColorMsg:
		if a.options.Theme == "" {
			a.isDark = m.IsDark()
			a.restyle()
		}
	case tea.ColorProfileMsg:
		a.profile = m.Profile
		a.restyle()
	case tea.KeyPressMsg:
		return a, a.press(m)
	case tea.PasteMsg:
		if a.prompt != nil {
			return a, a.prompt.update(m)
		}
	case tea.MouseClickMsg:
		if m.Button == tea.MouseLeft {
			return a, a.click(m.X, m.Y)
		}
	case tea.MouseWheelMsg:
		a.wheel(m.Button)
	case sessionsCameMsg:
		work := a.work()
		pause := sessionsInterval
		if a.sessions.roll.snap.count < manySessions {
			pause = firstInterval
		}
		return a, tea.Batch(a.awaitSessions(pause), work)
	case stepMsg:
		a.stepping = false
		return a, a.work()
	case progressMsg:
		return a, a.progressed(Progress(m))
	case sortedMsg:
		a.sessions.roll.sorted(m)
		return a, a.work()
	case groupSortedMsg:
		m.take()
		return a, a.work()
	case sessionLoadedMsg:
		if a.session != nil && a.session.row == m.row {
			a.session.loaded(m.session, m.err)
			return a, a.session.show(a.session.tab)
		}
	case octetsReadMsg:
		if a.session != nil && a.session.row == m.row {
			a.session.octetsRead(m)
		}
	case runReadMsg:
		if a.session != nil && a.session.row == m.row {
			a.session.runRead(m)
		}
	case savedMsg:
		a.saved(m)
	}
	return a, nil
}

func (a *app) progressed(p Progress) tea.Cmd {
	a.meter.read(p.Elapsed, p.Packets)
	if p.Live != nil && p.Live.Noticed > a.noticed {
		a.noticed = p.Live.Noticed
		a.say(warn, p.Live.Notices[len(p.Live.Notices)-1])
	}
	before := a.progress.findings()
	a.progress = p
	var work tea.Cmd
	if !slices.Equal(p.findings(), before) {
		a.census.changed++
		work = a.work()
	}
	if p.Done {
		a.sessions.follow = false
		if p.Err != nil {
			a.say(bad, p.Err.Error())
		}
		return a.work()
	}
	return tea.Batch(work, a.readProgress(progressInterval))
}

// work takes up new sessions and goes on with what is done in steps. The command
// comes back for more.
func (a *app) work() tea.Cmd {
	renewed := a.renew()
	r := a.sessions.roll
	r.snap = a.options.Store.snapshot()
	a.census.step(&r.snap)
	r.step()
	if a.sessions.follow {
		r.to(len(r.shown) - 1)
	}
	more := r.busy() || int(a.census.counted) < r.snap.count
	var cmd tea.Cmd
	if w, ok := a.home[a.at].screen.(interface{ work() (tea.Cmd, bool) }); ok {
		var unfinished bool
		cmd, unfinished = w.work()
		more = more || unfinished
	}
	cmd = tea.Batch(renewed, cmd)
	if a.stepping || !more {
		return cmd
	}
	a.stepping = true
	return tea.Batch(cmd, func() tea.Msg { return stepMsg{} })
}

// front is the screen that is seen.
func (a *app) front() screen {
	switch {
	case a.pager != nil:
		return a.pager
	case a.session != nil:
		return a.session
	}
	return a.home[a.at].screen
}

// say puts a sentence into the last row until the next key.
func (a *app) say(p paint, words string) { a.notice = span{p, words} }

// copy puts text into the clipboard of the user's terminal (OSC 52), which works
// through ssh.
func (a *app) copy(text string) tea.Cmd {
	a.say(good, "Copied: "+text)
	return tea.SetClipboard(text)
}

// read gives a session's record; heavy tells of one that must be loaded by a
// command.
func (a *app) read(row int32) (s *inspect.Session, heavy bool) {
	store := a.options.Store
	if store.heavy(int(row)) {
		return nil, true
	}
	packed, err := store.unpack(&a.records, int(row))
	if err != nil {
		return nil, false
	}
	if s, err = record(packed); err != nil {
		return nil, false
	}
	return s, false
}

// openSession shows one session, in the tab that another one was shown in.
func (a *app) openSession(row int32) tea.Cmd {
	tab := 0
	if a.session != nil {
		tab = a.session.tab
	}
	a.session = newSessionScreen(a, row)
	a.session.tab = tab
	return a.session.load()
}

// load gives the screen its record; a large one is unpacked by the command.
func (s *sessionScreen) load() tea.Cmd {
	session, heavy := s.app.read(s.row)
	if heavy {
		store, row := s.options.Store, s.row
		return func() tea.Msg {
			session, err := store.load(int(row))
			return sessionLoadedMsg{row, session, err}
		}
	}
	s.loaded(session, nil)
	return s.show(s.tab)
}
