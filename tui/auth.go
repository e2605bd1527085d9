package tui

import (
	"cmp"
	"iter"
	"slices"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"smtpscope/authtoken"
	"smtpscope/smtpparse"
	"smtpscope/words"
)

// A tree makes items out of the attempts: facts, and each token field by field.
type tree struct {
	*sessionScreen
	items []item
}

func (s *sessionScreen) authItems() []item {
	t := &tree{sessionScreen: s}
	for i, a := range s.session.Auth {
		if a != nil {
			t.attempt(i, a)
		}
	}
	return t.items
}

// add appends an item of a depth.
func (t *tree) add(depth int, it item) *item {
	it.depth = depth
	it.lead = []span{{plain, spaces(2 * min(depth, 12))}}
	it.tail = it.lead
	t.items = append(t.items, it)
	return &t.items[len(t.items)-1]
}

func (t *tree) attempt(i int, a *smtpparse.Auth) {
	name := cmp.Or(join(" ", a.Verb, a.Mechanism), "an AUTH that is not in the capture")
	text := []span{{quiet, strconv.Itoa(i+1) + "  "}, {strong, name}}
	if a.Actual != "" && a.Actual != "none" && !strings.EqualFold(a.Actual, a.Mechanism) {
		text = append(text, span{plain, " " + t.theme.marks.arrow + " "}, span{warn, a.Actual})
		if a.Actual == "kerberos" || a.Actual == "iakerb" {
			text[len(text)-1].paint = good
		}
	}
	reply := words.Reply(a.ReplyCode, a.EnhancedCode, a.ReplyText)
	text = append(text, span{plain, "  "}, t.outcome(a), span{plain, with("  ", reply)},
		span{quiet, "  " + join(", ", frames(a.FirstFrame, a.LastFrame), t.since(a.Time), say(a.TLS, "inside TLS"))})
	t.add(0, item{text: text, frame: a.FirstFrame, foldable: true})
	t.facts(words.Login(a))
	for j := range a.Steps {
		t.step(i, j, &a.Steps[j])
	}
	t.facts(words.LoginDetails(a))
}

// fact is a named value below an attempt.
func (t *tree) fact(name, value string) {
	if value != "" {
		it := t.add(1, item{text: []span{{plain, value}}, name: name, copied: show(value)})
		label := pad(cut(show(name), 13, t.theme.marks.ellipsis), 14)
		it.lead, it.tail = []span{{quiet, spaces(2) + label}}, []span{{plain, spaces(2 + columns(label))}}
	}
}

func (t *tree) facts(all iter.Seq[words.Fact]) {
	for f := range all {
		t.fact(f.Name, f.Value)
	}
}

func (t *tree) step(attempt, j int, step *smtpparse.Step) {
	k := stepKey{attempt, j}
	text := []span{{quiet, join("  ", frames(step.Frame, 0), t.since(step.Time), pad(step.From, 8))}, {token, step.Kind}}
	if step.Bytes > 0 {
		text = append(text, span{quiet, "  " + count(int64(step.Bytes), "octet")})
	}
	if step.Text != "" {
		text = append(text, span{plain, "  " + step.Text})
	}
	t.add(1, item{text: text, frame: step.Frame, foldable: step.Tree != nil && len(step.Tree.Fields) > 0,
		hex: t.stepHex(k), place: &octetPlace{attempt, j, 0, 0}})
	if step.Tree != nil {
		for i := range step.Tree.Fields {
			t.field(k, step.Frame, &step.Tree.Fields[i], 2)
		}
		if len(step.Tree.Fields) == 0 && step.Tree.Value != "" {
			t.field(k, step.Frame, step.Tree, 2)
		}
	}
	if d := step.Damage; d != nil {
		t.add(2, item{text: []span{{bad, "damaged: "}, {plain, d.Error()}}, frame: step.Frame, place: &octetPlace{attempt, j, d.Offset, 1}, hex: t.stepHex(k)})
	}
}

func (t *tree) field(k stepKey, frame int64, f *authtoken.Field, depth int) {
	const deepest = 40
	text := []span{{quiet, f.Name}}
	if f.Value != "" {
		p := plain
		if strings.Contains(f.Value, authtoken.Redacted) {
			p = quiet
		}
		text = append(text, span{quiet, ": "}, span{p, f.Value})
	}
	t.add(depth, item{text: text, frame: frame, foldable: len(f.Fields) > 0, copied: show(f.Value),
		place: &octetPlace{k.attempt, k.step, f.Offset, f.Length}, hex: t.stepHex(k)})
	if depth < deepest {
		for i := range f.Fields {
			t.field(k, frame, &f.Fields[i], depth+1)
		}
	}
}

// dumpOf is a token with the octets of a field lit; nil when it is not known.
func (s *sessionScreen) dumpOf(o *octetPlace) *dump {
	data, known := s.tokens[stepKey{o.attempt, o.step}]
	if !known || len(data) == 0 {
		return nil
	}
	d := &dump{data: data, from: max(o.offset, 0), to: min(o.offset+o.length, len(data))}
	a := s.session.Auth[o.attempt]
	d.decrypted = a.TLS
	if !s.options.ShowSecrets {
		d.masked = masked(&a.Steps[o.step], len(data))
	}
	return d
}

// stepHex shows a whole token, with the chosen field lit.
func (s *sessionScreen) stepHex(k stepKey) func() tea.Cmd {
	return func() tea.Cmd {
		a := s.session.Auth[k.attempt]
		step := &a.Steps[k.step]
		place := &octetPlace{k.attempt, k.step, 0, 0}
		if it := s.pane().chosen(); it != nil && it.place != nil {
			place = it.place
		}
		s.app.pager = &pager{app: s.app,
			title: frames(step.Frame, 0) + ", from the " + step.From + ", " + step.Kind + ", " + count(int64(step.Bytes), "octet") + say(a.TLS, ", decrypted"),
			text: func(width int) [][]span {
				d := s.dumpOf(place)
				if d == nil {
					return wrap([]span{{quiet, s.noOctets(step)}}, width, 0, 0, "")
				}
				rows := d.all(width)
				if d.masked != nil && slices.Contains(d.masked, true) {
					rows = append(rows, nil, []span{{quiet, "** stands for octets that are secret or sealed; --show-secrets shows them."}})
				}
				return rows
			}}
		return s.readOctets()
	}
}

// outcome is how an attempt ended. It has not while the session goes on.
func (s *sessionScreen) outcome(a *smtpparse.Auth) span {
	if s.session.Open && a.Outcome == smtpparse.Incomplete {
		return span{accent, "in progress"}
	}
	return span{outcomePaint(a.Outcome), string(a.Outcome)}
}

// noOctets says why there are no octets to show.
func (s *sessionScreen) noOctets(step *smtpparse.Step) string {
	switch {
	case step.Bytes == 0:
		return "This token is empty."
	case s.octets == octetsFailed:
		return s.failed
	case s.octets == octetsRead && s.session.Auth != nil:
		return "The octets of this token were not found in the capture."
	}
	return "Reading the octets" + s.theme.marks.ellipsis
}

// authView is the tree, and beside or below it the octets of the token that the
// chosen field is of.
func (s *sessionScreen) authView(width, height int) []string {
	const beside = 110
	p := s.pane()
	it := p.chosen()
	if width >= beside {
		right := hexWidth(8) + 2
		if width >= beside+hexWidth(16)-hexWidth(8)+16 {
			right = hexWidth(16) + 2
		}
		rows := p.view(s.theme, width-right-1, height)
		dump := s.dumpRows(it, right, height)
		for i := range rows {
			rows[i] += s.theme.line(1).put(quiet, s.theme.marks.wall).String() + dump[i]
		}
		return rows
	}
	under := min(max(height/3, 4), 10)
	rows := p.view(s.theme, width, height-under-1)
	rows = append(rows, s.rule(width, ""))
	return append(rows, s.dumpRows(it, width, under)...)
}

func (s *sessionScreen) dumpRows(it *item, width, height int) []string {
	var text [][]span
	switch {
	case it == nil || it.place == nil:
		text = [][]span{{{quiet, "Choose a token or a field to see its octets."}}}
	default:
		if d := s.dumpOf(it.place); d != nil {
			text = append([][]span{{{quiet, d.place()}}}, d.window(width-2, height-1)...)
		} else {
			step := &s.session.Auth[it.place.attempt].Steps[it.place.step]
			text = wrap([]span{{quiet, s.noOctets(step)}}, width-2, 0, height, s.theme.marks.ellipsis)
		}
	}
	rows := make([]string, 0, height)
	for _, t := range text {
		rows = append(rows, s.theme.line(width).to(1).spans(t).String())
	}
	return s.filled(rows, width, height)
}
