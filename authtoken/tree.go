package authtoken

import (
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
)

// maxFields bounds the tree of one outermost token: a line of 65,536 octets
// could otherwise ask for tens of thousands of them, and an exchange has many
// tokens. The longest honest ones have about a hundred.
const maxFields = 256

// maxListed is how many entries of a list are shown; the others are counted.
const maxListed = 16

// maxValue is the longest value of a field or summary, in octets; a longer one
// is cut and ends with "…".
const maxValue = 1024

// A span is a run of octets and its place in the outermost token.
type span struct {
	b []byte
	// place is where the span begins. If its octets were brought into order and do
	// not stand one after the other in the token, it is the complement of where
	// the whole of them begins. One number for both keeps the span in registers.
	place int
}

func (p span) scattered() bool { return p.place < 0 }

// at is where the span begins, in octets of the outermost token.
func (p span) at() int {
	if p.place < 0 {
		return ^p.place
	}
	return p.place
}

// from, to and sub take parts; the caller has checked the bounds.
func (p span) from(n int) span { return p.sub(n, len(p.b)) }
func (p span) to(n int) span   { return p.sub(0, n) }
func (p span) sub(i, j int) span {
	if p.scattered() {
		return span{p.b[i:j], p.place}
	}
	return span{p.b[i:j], p.place + i}
}

// length is what Field.Length says of the span.
func (p span) length() int {
	if p.scattered() {
		return 0
	}
	return len(p.b)
}

// A decoder reads one outermost token and those that it carries.
//
// Fields in the making stand on a stack: those of the open groups, each with the
// parts that it has so far behind it. When a group is closed, its parts move to
// where they stay, next to each other.
type decoder struct {
	x       *Exchange
	str     *words
	from    Side
	fields  int // of the outermost token, all depths
	depth   int // of the token in hand; 0 is the outermost
	stack   []Field
	groups  []int   // the open ones, by their place on the stack
	carrier carrier // what carries the token in hand
}

// start makes the decoder ready for an outermost token.
func (d *decoder) start(x *Exchange, w *words, from Side) {
	*d = decoder{x: x, str: w, from: from, stack: d.stack[:0], groups: d.groups[:0]}
}

// A scan is the reading of one token, outermost or carried.
type scan struct {
	*decoder
	token *Token
	in    span
	base  int // how many groups are open, the token's root with them
}

// begin starts the reading of a token. Its kind may be made more precise before finish.
func (d *decoder) begin(kind Kind, in span) scan {
	d.groups = append(d.groups, len(d.stack))
	d.push("", "", in.at(), in.length())
	token := &d.x.room.tokens.take(1, leastTokens)[0]
	*token = Token{Kind: kind, Bytes: len(in.b)}
	return scan{d, token, in, len(d.groups)}
}

// finish makes the tree of what was read.
func (s *scan) finish() *Token {
	t := s.token
	s.leave(s.base - 1)
	root := len(s.stack) - 1
	t.Tree, s.stack = s.stack[root], s.stack[:root]
	t.Tree.Name = string(t.Kind)
	t.Path = t.Tree.Name
	for _, inner := range t.Inner {
		t.Path = s.str.joined(t.Path, " > ", inner.Path)
	}
	return t
}

// add puts a field into the open group.
func (s *scan) add(name, value string, at span) {
	if s.full(at.at()) {
		return
	}
	if len(name) > maxValue || len(value) > maxValue {
		name, value = bounded(name), bounded(value)
	}
	s.push(name, value, at.at(), at.length())
}

// push puts a field without parts onto the stack. It is written in its place: to
// copy octets that were written a moment ago makes the processor wait.
func (d *decoder) push(name, value string, offset, length int) *Field {
	n := len(d.stack)
	if n == cap(d.stack) {
		d.stack = slices.Grow(d.stack, 1)
	}
	d.stack = d.stack[:n+1]
	f := &d.stack[n]
	f.Name, f.Value, f.Offset, f.Length, f.Fields = name, value, offset, length, nil
	return f
}

// full counts a field and reports whether there are too many, which is damage.
func (s *scan) full(at int) bool {
	if s.fields >= maxFields {
		s.damage("", at, "more than "+strconv.Itoa(maxFields)+" fields")
		return true
	}
	s.fields++
	return false
}

// enter opens a group; leave, given what enter returned, closes it.
func (s *scan) enter(name string, at span) (outer int) {
	outer, before := len(s.groups), len(s.stack)
	s.add(name, "", at)
	if len(s.stack) > before {
		s.groups = append(s.groups, before)
	}
	return outer
}

func (s *scan) leave(outer int) {
	for len(s.groups) > outer {
		group := s.groups[len(s.groups)-1]
		s.groups = s.groups[:len(s.groups)-1]
		if parts := s.stack[group+1:]; len(parts) > 0 {
			kept := s.x.room.fields.take(len(parts), leastFields)
			copy(kept, parts)
			s.stack[group].Fields = kept
			s.stack = s.stack[:group+1]
		}
	}
}

// A notation is how a secret is written if it may be shown.
type notation uint8

const (
	asText notation = iota // printable
	asHex
)

// secret adds a field whose value must not be seen by everyone.
func (s *scan) secret(name string, at span, as notation) {
	value := ""
	if len(at.b) > 0 {
		value = s.x.masked(at.b, as)
	}
	s.add(name, value, at)
}

// masked is Redacted, or the secret if the options allow.
func (x *Exchange) masked(secret []byte, as notation) string {
	if !x.options.ShowSecrets {
		return Redacted
	}
	if as == asHex {
		return bounded(hex.EncodeToString(secret))
	}
	return printable(string(secret))
}

// graft adds a field that is itself a token, with that token's tree below it.
// Damage inside is damage of this token too.
func (s *scan) graft(name string, at span, inner *Token) {
	if !s.full(at.at()) {
		tree := s.x.room.fields.take(1, leastFields)
		tree[0] = inner.Tree
		s.push(name, "", at.at(), at.length()).Fields = tree
	}
	if s.token.Inner == nil {
		s.token.Inner = s.x.room.inner.take(1, leastTokens)[:0]
	}
	s.token.Inner = append(s.token.Inner, inner)
	if s.token.Damage == nil {
		s.token.Damage = inner.Damage
	}
}

// damage notes where and why reading stopped; the first note is kept.
func (s *scan) damage(field string, at int, reason string) {
	if s.token.Damage != nil {
		return
	}
	s.token.Damage = &ParseError{Field: s.path(field), Offset: at, Reason: reason}
}

// path is the field's name after those of the open groups: "NegTokenInit.mechTypes".
func (s *scan) path(field string) string {
	path := string(s.token.Kind)
	if _, message, ok := strings.Cut(path, "."); ok {
		path = message
	}
	for _, group := range s.groups[s.base:] {
		path += "." + s.stack[group].Name
	}
	if field != "" {
		path += "." + field
	}
	return path
}

// takes reports whether n octets from i on are there, and notes the damage if not.
func (s *scan) takes(field string, in span, i, n int) bool {
	if i <= len(in.b) && n <= len(in.b)-i {
		return true
	}
	at := in.at() + min(i, len(in.b))
	if in.scattered() {
		at = in.at()
	}
	s.damage(field, at, "needs "+octets(n)+", has "+octets(max(0, len(in.b)-i)))
	return false
}

// excess notes octets that belong to no field.
func (s *scan) excess(rest span) {
	if len(rest.b) == 0 {
		return
	}
	s.add("trailing", s.str.octets(len(rest.b)), rest)
	s.damage("trailing", rest.at(), octets(len(rest.b))+" after the end")
}
