package tui

import (
	"errors"
	"iter"
	"strings"
	"testing"

	"smtpscope/filter"
	"smtpscope/inspect"
)

// TestInventories: each list writes the inventory that it shows, and all of them
// can be had from each.
func TestInventories(t *testing.T) {
	formats := []Format{{Name: "zeek", Ext: ".log", OnlySessions: true}, {Name: "text", Ext: ".txt"}, {Name: "csv", Ext: ".csv"}}
	for _, test := range []struct {
		name string
		keys []string
		want string
		// words are on the screen before Enter.
		words []string
	}{
		{"sessions", []string{"e"}, "zeek smtpscope.log: 11", []string{"report of sessions (Shift-Tab) to: ", "[zeek]"}},
		{"servers", []string{"2", "e"}, "servers text smtpscope-servers.txt: 11", []string{"report of servers ", "all 11 sessions"}},
		{"clients", []string{"3", "e", "tab"}, "clients csv smtpscope-clients.csv: 11", []string{"report of clients ", "[csv]"}},
		{"the last format is followed by the first that fits", []string{"3", "e", "tab", "tab"}, "clients text smtpscope-clients.txt: 11", nil},
		{"findings", []string{"4", "e"}, "findings text smtpscope-findings.txt: 11", nil},
		{"the NTLM screen writes who still uses it", []string{"5", "e"}, "ntlm text smtpscope-ntlm.txt: 11", []string{"report of ntlm "}},
		{"who still uses NTLM", []string{"e", "shift+tab", "shift+tab", "shift+tab"}, "ntlm text smtpscope-ntlm.txt: 11", []string{"report of ntlm "}},
		{"those that are marked", []string{"space", "e", "shift+tab"}, "servers text smtpscope-servers.txt: 1", []string{"1 marked session"}},
		{"all lists hold all that is filtered away", []string{"/", "state:ntlm", "enter", "2", "e"}, "servers text smtpscope-servers.txt: 11", nil},
		{"a name of the user's own", []string{"2", "e", "ctrl+u", "mx.txt", "tab"}, "servers csv mx.csv: 11", nil},
		{"one session has no inventory", []string{"enter", "e", "shift+tab"}, "zeek smtpscope.log: 1", []string{"this session", "report to: "}},
	} {
		t.Run(test.name, func(t *testing.T) {
			var got string
			m := newTester(t, 80, 24, func(o *Options) {
				o.Formats, o.Reports = formats, []string{"sessions", "servers", "clients", "ntlm", "findings"}
				o.Report = func(name, report, format string, _ bool, list iter.Seq[*inspect.Session]) error {
					n := 0
					for range list {
						n++
					}
					got = join(" ", report, format, name) + ": " + grouped(int64(n))
					return nil
				}
			})
			m.press(test.keys...)
			m.wants(test.words...)
			m.press("enter")
			if got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// TestLongNotice: of an error that does not fit into a row, the end is seen, too.
func TestLongNotice(t *testing.T) {
	m := newTester(t, 80, 24, func(o *Options) {
		o.Formats = []Format{{Name: "text", Ext: ".txt"}}
		o.Report = func(string, string, string, bool, iter.Seq[*inspect.Session]) error {
			return errors.New("open smtpscope.txt: permission denied (root was given up: the folder has to be one that the user may write to)")
		}
	})
	m.press("e", "enter")
	m.wants("Not written: open smtpscope.txt: permission denied", "may write to)")
	m.press("down")
	m.lacks("Not written")
}

// TestFooterNamesOutputs: that packets can be saved is said where there is room for few
// keys, also while packets come and a filter can be undone.
func TestFooterNamesOutputs(t *testing.T) {
	for _, test := range []struct {
		name    string
		width   int
		reading bool
		keys    []string
		want    []string
	}{
		{name: "sessions", width: 80, want: []string{"w save", "? help", "q quit"}},
		{name: "sessions, wider", width: 120, want: []string{"w save", "e report", "Space mark"}},
		{name: "while it is read", width: 120, reading: true, keys: []string{"f", "/", "state:ntlm", "enter"}, want: []string{"stop following", "undo filter", "w save"}},
		{name: "servers", width: 80, keys: []string{"2"}, want: []string{"w save"}},
		{name: "a session", width: 80, keys: []string{"enter"}, want: []string{"w save"}},
		{name: "a session, wider", width: 120, keys: []string{"enter"}, want: []string{"w save", "e report", "y copy"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			m := newTester(t, test.width, 24, func(o *Options) {
				o.Save = func(string, bool, []*filter.Facts) (int64, int, error) { return 0, 0, nil }
				o.Report = func(string, string, string, bool, iter.Seq[*inspect.Session]) error { return nil }
			})
			if test.reading {
				m.send(progressMsg{})
			}
			m.press(test.keys...)
			rows := strings.Split(strings.TrimRight(m.text(), "\n"), "\n")
			foot := rows[len(rows)-1]
			for _, want := range test.want {
				if !strings.Contains(foot, want) {
					t.Errorf("no %q in the last row: %s", want, foot)
				}
			}
		})
	}
}
