package tui

import (
	"errors"
	"iter"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"smtpscope/filter"
	"smtpscope/inspect"
)

// toWrite are the sessions that the user means: the one that is open, else
// those that are marked, else those that are shown.
func (a *app) toWrite() ([]int32, string) {
	if a.session != nil {
		return []int32{a.session.row}, "this session"
	}
	return a.sessions.sessionsToWrite()
}

func (p *prompt) fileName() string {
	if p.kind == promptSave {
		return "smtpscope.pcapng"
	}
	return "smtpscope" + p.options.Formats[p.format].Ext
}

// nextFormat chooses another format, and the file name's ending with it.
func (p *prompt) nextFormat() {
	old := p.options.Formats[p.format].Ext
	p.format = (p.format + 1) % len(p.options.Formats)
	if base, found := strings.CutSuffix(p.input.Value(), old); found {
		p.input.SetValue(base + p.options.Formats[p.format].Ext)
		p.input.CursorEnd()
	}
}

// write begins the writing; a savedMsg tells how it went.
func (p *prompt) write() tea.Cmd {
	name := strings.TrimSpace(p.input.Value())
	if name == "" {
		return nil
	}
	slices.Sort(p.rows)
	overwrite := p.overwrite == name
	snap, rows, o := p.sessions.roll.snap, p.rows, p.options
	p.writing = true
	if p.kind == promptReport {
		format := o.Formats[p.format].Name
		return func() tea.Msg {
			var loadErr error
			err := o.Report(name, format, overwrite, snap.sessions(rows, &loadErr))
			return savedMsg{"report of " + count(int64(len(rows)), "session"), name, errors.Join(err, loadErr)}
		}
	}
	return func() tea.Msg {
		facts := make([]*filter.Facts, len(rows))
		for i, row := range rows {
			facts[i] = snap.at(row)
		}
		packets, err := o.Save(name, overwrite, facts)
		return savedMsg{count(packets, "packet"), name, err}
	}
}

// sessions goes through the records of rows.
func (s *snapshot) sessions(rows []int32, err *error) iter.Seq[*inspect.Session] {
	return func(yield func(*inspect.Session) bool) {
		var u unpacked
		for _, row := range rows {
			var packed []byte
			if packed, *err = s.store.unpack(&u, int(row)); *err != nil {
				return
			}
			var r *inspect.Session
			if r, *err = record(packed); *err != nil || !yield(r) {
				return
			}
		}
	}
}

// saved says how the writing went. If the file exists, the prompt stays and the
// next Enter overwrites it.
func (a *app) saved(m savedMsg) {
	p := a.prompt
	switch {
	case errors.Is(m.err, ErrExists) && p != nil:
		p.overwrite, p.writing = m.name, false
	case m.err != nil:
		a.prompt = nil
		a.say(bad, "Not written: "+m.err.Error())
	default:
		a.prompt = nil
		a.say(good, "Written: "+m.what+" to "+m.name)
	}
}
