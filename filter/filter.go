// Package filter is the language in which sessions are chosen, on the command
// line and on the screen alike:
//
//	state:ntlm,ntlm-in-gssapi server:10.0.0.0/8 not user:svc (port:25 or size>1M) "mail from"
//
// Terms side by side must all hold; "or", "not" and brackets do what they say.
// A word without a key matches anywhere in a session: see [Text]. [Keys] lists
// the keys.
//
// It is pure: a filter is held against [Facts], which are made of a session
// record once, and against its text, which is asked for only when a word has
// to be looked for.
package filter

import "slices"

// A Filter chooses sessions. The zero value chooses all.
type Filter struct {
	root node
}

// Parse understands an expression; an empty one chooses all. Its error is an
// *Error, which knows the place.
func Parse(expression string) (*Filter, error) {
	p := parser{tokens: lex(expression), end: len(expression)}
	root, err := p.parse()
	if err != nil {
		return nil, err
	}
	return &Filter{root: root}, nil
}

// Match tells whether a session is chosen. text gives the session's [Text]; it
// is called at most once for each word that has to be looked for.
func (f *Filter) Match(facts *Facts, text func() []byte) bool {
	return f == nil || f.root == nil || f.root.match(facts, text)
}

// NeedsText tells whether there are words to be looked for, which takes longer
// than to look at facts.
func (f *Filter) NeedsText() bool { return f != nil && f.root != nil && f.root.deep() }

// Empty tells whether all sessions are chosen.
func (f *Filter) Empty() bool { return f == nil || f.root == nil }

// An Error says what is wrong with an expression, and where.
type Error struct {
	// Offset and Length are the place in octets; Length may be 0, at the end.
	Offset, Length int
	// Text says what is wrong, in a clause.
	Text string
}

func (e *Error) Error() string { return e.Text }

// A node is a part of an expression.
type node interface {
	match(*Facts, func() []byte) bool
	// deep tells that the text is needed.
	deep() bool
}

type (
	allOf []node
	anyOf []node
	not   struct{ node }
	// fact is a term about facts.
	fact func(*Facts) bool
	// word is one to be looked for, in lower case.
	word string
)

func (all allOf) match(f *Facts, text func() []byte) bool {
	for _, n := range all {
		if !n.match(f, text) {
			return false
		}
	}
	return true
}

func (either anyOf) match(f *Facts, text func() []byte) bool {
	for _, n := range either {
		if n.match(f, text) {
			return true
		}
	}
	return false
}

func (n not) match(f *Facts, text func() []byte) bool { return !n.node.match(f, text) }
func (is fact) match(f *Facts, _ func() []byte) bool  { return is(f) }
func (w word) match(_ *Facts, text func() []byte) bool {
	return contains(text(), string(w))
}

func (all allOf) deep() bool    { return slices.ContainsFunc(all, node.deep) }
func (either anyOf) deep() bool { return slices.ContainsFunc(either, node.deep) }
func (fact) deep() bool         { return false }
func (word) deep() bool         { return true }

// cheapFirst puts what looks at facts before what looks for words.
func cheapFirst(list []node) {
	slices.SortStableFunc(list, func(a, b node) int {
		switch {
		case a.deep() == b.deep():
			return 0
		case b.deep():
			return -1
		}
		return 1
	})
}
