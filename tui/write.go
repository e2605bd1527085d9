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

// toWrite are the sessions that the user means: the one that is open; on the list
// of sessions those that are marked, else those that are shown; on the other
// lists, which count them all, all.
func (a *app) toWrite() ([]int32, string) {
	if a.session != nil {
		return []int32{a.session.row}, "this session"
	}
	if a.at == 0 {
		return a.sessions.sessionsToWrite()
	}
	rows := make([]int32, a.sessions.roll.snap.count)
	for i := range rows {
		rows[i] = int32(i)
	}
	return rows, "all " + count(int64(len(rows)), "session")
}

// reportHere is the place, in the reports, of the one that has what is in front.
func (a *app) reportHere() int {
	if in, ok := a.front().(interface{ reportName() string }); ok {
		return max(slices.Index(a.options.Reports, in.reportName()), 0)
	}
	return 0
}

func (p *prompt) fileName() string {
	if p.kind == promptSave {
		return "smtpscope.pcapng"
	}
	inventory := ""
	if p.report > 0 {
		inventory = "-" + p.options.Reports[p.report]
	}
	return "smtpscope" + inventory + p.options.Formats[p.format].Ext
}

// nextFormat chooses another format.
func (p *prompt) nextFormat() {
	p.choose(func() { p.format = (p.format + 1) % len(p.options.Formats) })
}

// manyReports tells that there is more than one to choose from: of several
// sessions only, because that of one tells all.
func (p *prompt) manyReports() bool {
	return p.app.session == nil && len(p.options.Reports) > 1
}

// nextReport chooses another report.
func (p *prompt) nextReport() {
	if p.manyReports() {
		p.choose(func() { p.report = (p.report + 1) % len(p.options.Reports) })
	}
}

// choose makes a choice. The file's name follows it, or its ending if the user
// has named the file.
func (p *prompt) choose(change func()) {
	name, ext := p.fileName(), p.options.Formats[p.format].Ext
	change()
	for p.report > 0 && p.options.Formats[p.format].OnlySessions {
		p.format = (p.format + 1) % len(p.options.Formats)
	}
	if p.input.Value() == name {
		p.input.SetValue(p.fileName())
	} else if base, found := strings.CutSuffix(p.input.Value(), ext); found {
		p.input.SetValue(base + p.options.Formats[p.format].Ext)
	}
	p.input.CursorEnd()
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
		format, report, what := o.Formats[p.format].Name, "", "report"
		if p.report > 0 {
			report, what = o.Reports[p.report], o.Reports[p.report]
		}
		return func() tea.Msg {
			var loadErr error
			err := o.Report(name, report, format, overwrite, snap.sessions(rows, &loadErr))
			return savedMsg{what + " of " + count(int64(len(rows)), "session"), name, 0, errors.Join(err, loadErr)}
		}
	}
	return func() tea.Msg {
		facts := make([]*filter.Facts, len(rows))
		for i, row := range rows {
			facts[i] = snap.at(row)
		}
		packets, lacking, err := o.Save(name, overwrite, facts)
		return savedMsg{count(packets, "packet"), name, lacking, err}
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
	case m.lacking > 0:
		a.prompt = nil
		a.say(warn, "Written: "+m.what+" to "+m.name+"; of "+count(int64(m.lacking), "session")+" not all packets are kept any more")
	default:
		a.prompt = nil
		a.say(good, "Written: "+m.what+" to "+m.name)
	}
}
