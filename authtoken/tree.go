package authtoken

import (
	"strconv"
	"strings"
	"sync"
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
	b  []byte
	at int
	// scattered: the octets were brought into order and do not stand one after
	// the other in the token; at is then where the whole of them begins.
	scattered bool
}

// from, to and sub take parts; the caller has checked the bounds.
func (p span) from(n int) span { return p.sub(n, len(p.b)) }
func (p span) to(n int) span   { return p.sub(0, n) }
func (p span) sub(i, j int) span {
	if p.scattered {
		return span{p.b[i:j], p.at, true}
	}
	return span{p.b[i:j], p.at + i, false}
}

// length is what Field.Length says of the span.
func (p span) length() int {
	if p.scattered {
		return 0
	}
	return len(p.b)
}

// A node is a Field in the making. Nodes stand in the order in which the fields
// were read, so a parent comes before its children.
type node struct {
	Field
	parent   int
	children int
	first    int // where the children begin, counted in the array of build
}

// A decoder reads one outermost token and those that it carries.
type decoder struct {
	x      *Exchange
	from   Side
	fields int // of the outermost token, all depths
	depth  int // of the token in hand; 0 is the outermost
	nodes  []node
	// carrier is what carries the token in hand.
	carrier carrier
}

var decoders = sync.Pool{New: func() any { return &decoder{nodes: make([]node, 0, 64)} }}

func newDecoder(x *Exchange, from Side) *decoder {
	d := decoders.Get().(*decoder)
	d.x, d.from, d.fields, d.depth, d.carrier = x, from, 0, 0, carriedByNone
	return d
}

// release gives the decoder back, but not one that a hostile token made big.
func (d *decoder) release() {
	if cap(d.nodes) > 256 {
		return
	}
	clear(d.nodes[:cap(d.nodes)])
	d.nodes = d.nodes[:0]
	d.x = nil
	decoders.Put(d)
}

// A scan is the reading of one token, outermost or carried.
type scan struct {
	*decoder
	token *Token
	in    span
	root  int // index of the token's root in nodes
	open  int // index of the group that takes the next field
}

// begin starts the reading of a token. Its kind may be made more precise before finish.
func (d *decoder) begin(kind Kind, in span) scan {
	root := len(d.nodes)
	d.nodes = append(d.nodes, node{Field: Field{Offset: in.at, Length: in.length()}})
	return scan{d, &Token{Kind: kind, Bytes: len(in.b)}, in, root, root}
}

// finish makes the tree of what was read.
func (s *scan) finish() *Token {
	nodes := s.nodes[s.root:]
	nodes[0].Name = string(s.token.Kind)
	s.token.Tree = build(nodes, s.root)
	s.nodes = s.nodes[:s.root]
	return s.token
}

// build lays the nodes out in one array, the children of each next to each
// other. Parents are numbered from base.
func build(nodes []node, base int) Field {
	fields := make([]Field, len(nodes))
	free := 1
	for i := range nodes {
		n, place := &nodes[i], 0
		if i > 0 {
			parent := &nodes[n.parent-base]
			place = parent.first
			parent.first++
		}
		if n.children > 0 {
			n.first = free
			free += n.children
			n.Fields = fields[n.first:free:free]
		}
		fields[place] = n.Field
	}
	return fields[0]
}

// add puts a field into the open group.
func (s *scan) add(name, value string, at span) {
	s.put(Field{Name: name, Value: value, Offset: at.at, Length: at.length()})
}

func (s *scan) put(f Field) {
	if s.fields >= maxFields {
		s.damage("", f.Offset, "more than "+strconv.Itoa(maxFields)+" fields")
		return
	}
	f.Name, f.Value = bounded(f.Name), bounded(f.Value)
	s.fields++
	s.nodes[s.open].children++
	s.nodes = append(s.nodes, node{Field: f, parent: s.open})
}

// enter opens a group; leave, given what enter returned, closes it.
func (s *scan) enter(name string, at span) (outer int) {
	outer = s.open
	before := len(s.nodes)
	s.add(name, "", at)
	if len(s.nodes) > before {
		s.open = before
	}
	return outer
}

func (s *scan) leave(outer int) { s.open = outer }

// secret adds a field whose value must not be seen by everyone. show is called
// only if secrets may be shown.
func (s *scan) secret(name string, at span, show func([]byte) string) {
	value := ""
	if len(at.b) > 0 {
		value = s.x.masked(at.b, show)
	}
	s.add(name, value, at)
}

// masked is Redacted, or the secret if the options allow.
func (x *Exchange) masked(secret []byte, show func([]byte) string) string {
	if !x.options.ShowSecrets {
		return Redacted
	}
	return bounded(show(secret))
}

// graft adds a field that is itself a token, with that token's tree below it.
// Damage inside is damage of this token too.
func (s *scan) graft(name string, at span, inner *Token) {
	s.put(Field{Name: name, Offset: at.at, Length: at.length(), Fields: []Field{inner.Tree}})
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
	var names []string
	if field != "" {
		names = append(names, field)
	}
	for at := s.open; at != s.root; at = s.nodes[at].parent {
		names = append(names, s.nodes[at].Name)
	}
	root := string(s.token.Kind)
	if _, message, ok := strings.Cut(root, "."); ok {
		root = message
	}
	var path strings.Builder
	path.WriteString(root)
	for i := len(names) - 1; i >= 0; i-- {
		path.WriteByte('.')
		path.WriteString(names[i])
	}
	return path.String()
}

// takes reports whether n octets from i on are there, and notes the damage if not.
func (s *scan) takes(field string, in span, i, n int) bool {
	if i <= len(in.b) && n <= len(in.b)-i {
		return true
	}
	at := in.at + min(i, len(in.b))
	if in.scattered {
		at = in.at
	}
	s.damage(field, at, "needs "+octets(n)+", has "+octets(max(0, len(in.b)-i)))
	return false
}

// excess notes octets that belong to no field.
func (s *scan) excess(rest span) {
	if len(rest.b) == 0 {
		return
	}
	s.add("trailing", octets(len(rest.b)), rest)
	s.damage("trailing", rest.at, octets(len(rest.b))+" after the end")
}
