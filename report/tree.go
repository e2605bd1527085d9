package report

import (
	"strconv"

	"smtpscope/authtoken"
	"smtpscope/smtpparse"
)

const (
	treeColumn = 4
	treeIndent = 2
	// treeDepth bounds the fields in fields that are shown: honest tokens have
	// less than half of it.
	treeDepth = 40
)

// tokens prints the tokens of each attempt, field by field.
func (p *page) tokens(attempts []*smtpparse.Auth) {
	for i, a := range attempts {
		if a == nil || len(a.Steps) == 0 {
			continue
		}
		p.blank()
		p.row("Tokens" + say(len(attempts) > 1, " of login "+strconv.Itoa(i+1)))
		p.end()
		width := 0
		for _, s := range a.Steps {
			width = max(width, digits(s.Frame))
		}
		for j := range a.Steps {
			p.step(&a.Steps[j], width)
		}
	}
}

func (p *page) step(s *smtpparse.Step, width int) {
	p.to(treeColumn)
	p.frame(s.Frame, width)
	p.stepKind(s)
}

// stepKind says what a token is, and below that its fields.
func (p *page) stepKind(s *smtpparse.Step) {
	p.put(p.cut(s.From, len("server")))
	p.to(p.col + 2)
	p.wrapStyled(cyan, p.col, join(", ", s.Kind, say(s.Bytes > 0, count(int64(s.Bytes), "octet")), s.Text))
	if s.Tree != nil {
		p.root(s.Tree)
	}
	if s.Damage != nil {
		p.to(treeColumn + treeIndent)
		p.styled(red, "damaged:")
		p.put(" ")
		p.wrap(p.col, s.Damage.Error())
	}
}

// root prints a tree. Its root is named after the kind, which the row above
// says already.
func (p *page) root(f *authtoken.Field) {
	if f.Value != "" {
		p.field(f, 1)
		return
	}
	p.fields(f.Fields, 1)
}

func (p *page) fields(list []authtoken.Field, depth int) {
	if depth > treeDepth && len(list) > 0 {
		p.indent(treeDepth)
		p.put(p.marks.ellipsis)
		p.end()
		return
	}
	for i := range list {
		p.field(&list[i], depth)
	}
}

// field prints a field and its parts. A field that only wraps another one
// shares its row.
func (p *page) field(f *authtoken.Field, depth int) {
	p.indent(depth)
	hang := p.col + treeIndent
	names := Printable(f.Name)
	for f.Value == "" && len(f.Fields) == 1 && columns(names) < p.width/2 {
		f = &f.Fields[0]
		names += " > " + Printable(f.Name)
	}
	switch {
	case f.Value != "":
		names += ": " + p.clip(f.Value, p.wireRoom(hang))
	case len(f.Fields) == 0:
		names += ": (empty)"
	}
	p.wrap(hang, names)
	p.fields(f.Fields, depth+1)
}

// indent never takes more than half of the row.
func (p *page) indent(depth int) {
	p.to(min(treeColumn+depth*treeIndent, p.width/2))
}
