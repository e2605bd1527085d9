package tui

import "charm.land/bubbles/v2/key"

// keys are all keys with their help: both come from here, so that the help
// cannot say anything else than what the keys do.
type keys struct {
	up, down, pageUp, pageDown, halfUp, halfDown, top, bottom key.Binding

	open, back, nextScreen, prevScreen, screens key.Binding
	filter, state, sort, sortBack, reverse      key.Binding
	mark, markAll, clock, follow, preview       key.Binding

	tabs, nextTab, prevTab, prevSession, nextSession key.Binding
	hex, fold, unfold, search, nextMatch, prevMatch  key.Binding

	copy, save, report, info, help, suspend, quit key.Binding
}

// bind makes a binding; the last two are its help.
func bind(list []string, shown, does string) key.Binding {
	return key.NewBinding(key.WithKeys(list...), key.WithHelp(shown, does))
}

func newKeys(m *marks) keys {
	left, right, up, down := "←", "→", "↑", "↓"
	if m == &asciiMarks {
		left, right, up, down = "left", "right", "up", "down"
	}
	return keys{
		up:       bind([]string{"up", "k"}, up+" k", "up"),
		down:     bind([]string{"down", "j"}, down+" j", "down"),
		pageUp:   bind([]string{"pgup", "ctrl+b"}, "PgUp", "a page up"),
		pageDown: bind([]string{"pgdown", "ctrl+f"}, "PgDn", "a page down"),
		halfUp:   bind([]string{"ctrl+u"}, "Ctrl-U", "half a page up"),
		halfDown: bind([]string{"ctrl+d"}, "Ctrl-D", "half a page down"),
		top:      bind([]string{"home", "g"}, "Home g", "to the first"),
		bottom:   bind([]string{"end", "G"}, "End G", "to the last"),

		open:       bind([]string{"enter"}, "Enter", "open"),
		back:       bind([]string{"esc"}, "Esc", "back"),
		nextScreen: bind([]string{"tab"}, "Tab", "next screen"),
		prevScreen: bind([]string{"shift+tab"}, "Shift-Tab", "screen before"),
		screens:    bind([]string{"1", "2", "3", "4", "5"}, "1-5", "sessions, servers, clients, findings, NTLM"),

		filter:   bind([]string{"/"}, "/", "filter"),
		state:    bind([]string{"left", "h", "right", "l"}, left+" "+right, "choose a verdict"),
		sort:     bind([]string{"s", ">"}, "s", "sort by the next column"),
		sortBack: bind([]string{"S", "<"}, "S", "sort by the column before"),
		reverse:  bind([]string{"r"}, "r", "reverse the order"),
		mark:     bind([]string{"space"}, "Space", "mark"),
		markAll:  bind([]string{"a"}, "a", "mark all shown, or none"),
		clock:    bind([]string{"t"}, "t", "time: of day, since the first, since the one above"),
		follow:   bind([]string{"f"}, "f", "follow what comes"),
		preview:  bind([]string{"p"}, "p", "preview on or off"),

		tabs:        bind([]string{"1", "2", "3", "4", "5", "6"}, "1-6", "tabs"),
		nextTab:     bind([]string{"tab"}, "Tab", "next tab"),
		prevTab:     bind([]string{"shift+tab"}, "Shift-Tab", "tab before"),
		prevSession: bind([]string{"[", "K"}, "[", "session before"),
		nextSession: bind([]string{"]", "J"}, "]", "next session"),
		hex:         bind([]string{"x"}, "x", "octets in hex and text"),
		fold:        bind([]string{"left", "h"}, left, "fold"),
		unfold:      bind([]string{"right", "l"}, right, "unfold"),
		search:      bind([]string{"/"}, "/", "search"),
		nextMatch:   bind([]string{"n"}, "n", "next match"),
		prevMatch:   bind([]string{"N"}, "N", "match before"),

		copy:    bind([]string{"y"}, "y", "copy"),
		save:    bind([]string{"w"}, "w", "save packets"),
		report:  bind([]string{"e"}, "e", "write a report"),
		info:    bind([]string{"i"}, "i", "the capture: inputs, losses, warnings"),
		help:    bind([]string{"?"}, "?", "help"),
		suspend: bind([]string{"ctrl+z"}, "Ctrl-Z", "suspend"),
		quit:    bind([]string{"q", "ctrl+c"}, "q", "quit"),
	}
}

// A keyGroup is keys that belong together, with a title for the help.
type keyGroup struct {
	title    string
	bindings []key.Binding
}

func (k *keys) moving() keyGroup {
	return keyGroup{"Moving", []key.Binding{k.up, k.down, k.pageUp, k.pageDown, k.halfUp, k.halfDown, k.top, k.bottom}}
}

func (k *keys) always() keyGroup {
	return keyGroup{"Always", []key.Binding{k.help, k.info, k.suspend, k.quit}}
}

// as gives a binding with other words, for a screen where it does another thing.
func as(b key.Binding, does string) key.Binding {
	b.SetHelp(b.Help().Key, does)
	return b
}
