package tui

import (
	"cmp"
	"slices"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"smtpscope/filter"
	"smtpscope/inspect"
)

// The tabs of a session.
const (
	tabDialogue = iota
	tabAuth
	tabCapabilities
	tabMessages
	tabConnection
	tabFindings
	tabs
)

var tabNames = [tabs]string{"Dialogue", "Auth", "Capabilities", "Messages", "TCP/TLS", "Findings"}

// shortNames are those for narrow screens.
var shortNames = [tabs]string{"Dialogue", "Auth", "Offers", "Mails", "TLS", "Findings"}

// A sessionScreen shows one session.
type sessionScreen struct {
	*app
	row   int32
	facts *filter.Facts
	// session is nil until it is unpacked.
	session *inspect.Session
	err     error
	tab     int
	panes   [tabs]*pane
	// octets says what is known of the octets of the tokens.
	octets octetState
	tokens map[stepKey][]byte
	failed string // why they could not be read

	zones   []tabZone
	paneTop int
}

func newSessionScreen(a *app, row int32) *sessionScreen {
	s := &sessionScreen{app: a, row: row, facts: a.sessions.roll.snap.at(row)}
	for i := range s.panes {
		s.panes[i] = newPane(nil)
	}
	return s
}

// loaded takes the record, which may be that of a session that has grown.
func (s *sessionScreen) loaded(session *inspect.Session, err error) {
	if before := s.session; before != nil {
		if session == nil {
			return // what was seen stays
		}
		if session.Packets < before.Packets || session.Open && !before.Open {
			return // it took longer to be unpacked than a later one
		}
	}
	isFirst := s.session == nil
	s.session, s.err = session, err
	if session == nil {
		return
	}
	for i, items := range [tabs][]item{
		s.dialogueItems(), s.authItems(), s.capabilityItems(), s.messageItems(), s.connectionItems(), s.findingItems(),
	} {
		s.panes[i].replace(items)
	}
	if isFirst && session.Open {
		s.panes[tabDialogue].toEnd()
	}
}

// renew loads the session again, which has grown or ended.
func (s *sessionScreen) renew() tea.Cmd {
	s.facts = s.sessions.roll.snap.at(s.row)
	return s.load()
}

func (s *sessionScreen) pane() *pane { return s.panes[s.tab] }

// show goes to a tab.
func (s *sessionScreen) show(tab int) tea.Cmd {
	s.tab = tab
	if tab == tabAuth {
		return s.readOctets()
	}
	return nil
}

func (s *sessionScreen) keys() []keyGroup {
	k := &s.app.keys
	one := keyGroup{"Session", []key.Binding{as(k.open, "go deeper"), k.hex, k.search, k.nextMatch, k.prevMatch, k.copy}}
	if s.tab == tabAuth {
		one.bindings = append(one.bindings, k.fold, k.unfold)
	}
	one.bindings = append(one.bindings, k.tabs, k.nextTab, k.prevTab, k.prevSession, k.nextSession)
	one.bindings = append(one.bindings, s.outputKeys()...)
	one.bindings = append(one.bindings, as(k.back, "to the list"))
	return []keyGroup{one, k.moving(), k.always()}
}

func (s *sessionScreen) hints() []key.Binding {
	k := &s.app.keys
	hints := []key.Binding{as(k.back, "back"), k.tabs}
	if it := s.pane().chosen(); it != nil {
		if it.enter != nil || it.foldable {
			hints = append(hints, as(k.open, "deeper"))
		}
		hints = append(hints, as(k.hex, "hex"))
	}
	hints = append(hints, k.search)
	if s.pane().find != "" {
		hints = append(hints, as(k.nextMatch, "next match"))
	}
	return append(append(append(hints, s.outputHints()...), as(k.nextSession, "next session")), k.copy)
}

func (s *sessionScreen) press(m tea.KeyPressMsg) tea.Cmd {
	k, p := &s.app.keys, s.pane()
	if p.press(k, m) {
		return nil
	}
	switch {
	case key.Matches(m, k.back):
		s.app.session = nil
	case key.Matches(m, k.tabs):
		return s.show(int(m.String()[0] - '1'))
	case key.Matches(m, k.nextTab):
		return s.show((s.tab + 1) % tabs)
	case key.Matches(m, k.prevTab):
		return s.show((s.tab + tabs - 1) % tabs)
	case key.Matches(m, k.fold):
		p.fold(true)
	case key.Matches(m, k.unfold):
		p.fold(false)
	case key.Matches(m, k.search):
		return s.ask(promptSearch)
	case key.Matches(m, k.nextSession):
		return s.neighbour(1)
	case key.Matches(m, k.prevSession):
		return s.neighbour(-1)
	case key.Matches(m, k.open):
		return s.deeper()
	case key.Matches(m, k.hex):
		if it := p.chosen(); it != nil {
			return s.hex(it)
		}
	case key.Matches(m, k.copy):
		if it := p.chosen(); it != nil {
			return s.copy(cmp.Or(it.copied, show(it.plain())))
		}
	}
	return nil
}

// hex shows the octets of an item. What is in our own words has none: it is shown in
// full, because its rows may have ended in an ellipsis.
func (s *sessionScreen) hex(it *item) tea.Cmd {
	switch {
	case it.hex != nil:
		return it.hex()
	case it.plain() != "":
		text := it.plain()
		s.app.pager = &pager{app: s.app, title: "In full", copied: cmp.Or(it.copied, show(text)), text: func(width int) [][]span {
			return wrap([]span{{plain, text}}, width, 0, 0, "")
		}}
	}
	return nil
}

// deeper does what Enter does with the chosen item.
func (s *sessionScreen) deeper() tea.Cmd {
	p := s.pane()
	it := p.chosen()
	switch {
	case it == nil:
	case it.enter != nil:
		return it.enter()
	case it.foldable:
		p.fold(!p.folded[p.items[p.at]])
	case it.hex != nil:
		return it.hex()
	}
	return nil
}

// neighbour opens the session before or after this one in the list.
func (s *sessionScreen) neighbour(step int) tea.Cmd {
	r := s.sessions.roll
	before := r.scroll.pos
	r.move(step)
	if r.scroll.pos == before || r.selected < 0 {
		s.say(plain, "There is none.")
		return nil
	}
	return s.openSession(r.selected)
}

func (s *sessionScreen) click(x, y int) tea.Cmd {
	if y == s.paneTop-2 {
		for _, z := range s.zones {
			if x >= z.from && x < z.to {
				return s.show(z.index)
			}
		}
		return nil
	}
	p := s.pane()
	at := p.itemAt(y - s.paneTop)
	if y < s.paneTop || at < 0 {
		return nil
	}
	if at == p.at {
		return s.deeper()
	}
	p.to(at)
	return nil
}

func (s *sessionScreen) wheel(n int) { s.pane().roll(n) }

// goToFrame shows a frame in the dialogue.
func (s *sessionScreen) goToFrame(frame int64) func() tea.Cmd {
	if frame <= 0 {
		return nil
	}
	return func() tea.Cmd {
		s.tab = tabDialogue
		s.pane().toFrame(frame)
		return nil
	}
}

// since is a time since the session began; empty for none.
func (s *sessionScreen) since(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return offset(at.Sub(s.session.Start))
}

// textHex shows text in hex.
func (s *sessionScreen) textHex(title, text string) func() tea.Cmd {
	return func() tea.Cmd {
		d := dump{data: []byte(text)}
		s.app.pager = &pager{app: s.app, title: title, copied: show(text), text: func(width int) [][]span {
			rows := wrap([]span{{plain, text}}, width, 0, 0, "")
			return append(append(rows, nil), d.all(width)...)
		}}
		return nil
	}
}

// goToStep shows a token's tree.
func (s *sessionScreen) goToStep(k stepKey) func() tea.Cmd {
	return func() tea.Cmd {
		cmd := s.show(tabAuth)
		p := s.pane()
		at := slices.IndexFunc(p.items, func(i int) bool {
			o := p.all[i].place
			return o != nil && o.attempt == k.attempt && o.step == k.step
		})
		if at >= 0 {
			p.to(at)
		}
		return cmd
	}
}
