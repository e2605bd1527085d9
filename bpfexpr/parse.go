package bpfexpr

import "fmt"

// maxDepth bounds brackets and nots within each other.
const maxDepth = 100

// A kind is what a value is one of.
type kind uint8

const (
	noKind kind = iota
	kindHost
	kindNet
	kindPort
	kindPortRange
	kindProto
)

// kinds are the words for them.
var kinds = map[string]kind{"host": kindHost, "net": kindNet, "port": kindPort, "portrange": kindPortRange, "proto": kindProto}

// Qualifiers are what is said before a value, and holds for the values after it
// as well that come without.
type qualifiers struct {
	proto string // "" for none
	dir   direction
	kind  kind // noKind: nothing was said that could be carried over
	// at is the place of their first word.
	at token
}

// A parser reads the tokens of an expression.
type parser struct {
	tokens []token
	next   int
	// end is the length of the text, the place of what is missing.
	end   int
	depth int
	// tags counts the vlans read so far: what comes later in the text is
	// looked for behind so many tags.
	tags int
	// carried are the qualifiers of the last value.
	carried qualifiers
	wrong   *Error
}

func (p *parser) parse() (condition, error) {
	root := p.expression()
	if p.wrong == nil && p.next < len(p.tokens) {
		p.stray()
	}
	if p.wrong != nil {
		return nil, p.wrong
	}
	return root, nil
}

// fail notes the first mistake. What is read after it does not matter.
func (p *parser) fail(at token, format string, args ...any) condition {
	if p.wrong == nil {
		p.wrong = &Error{Offset: at.offset, Length: len(at.text), Text: fmt.Sprintf(format, args...)}
	}
	p.next = len(p.tokens)
	return nil
}

// peek returns the token ahead, an empty one at the end.
func (p *parser) peek(ahead int) token {
	if p.next+ahead < len(p.tokens) {
		return p.tokens[p.next+ahead]
	}
	return token{offset: p.end}
}

func (p *parser) take() token {
	t := p.peek(0)
	p.next++
	return t
}

// accept takes the token if it is one of the words.
func (p *parser) accept(words ...string) (token, bool) {
	t := p.peek(0)
	for _, w := range words {
		if t.text == w {
			p.next++
			return t, true
		}
	}
	return t, false
}

func isAnd(t token) bool { return t.text == "and" || t.text == "&&" }
func isOr(t token) bool  { return t.text == "or" || t.text == "||" }
func isNot(t token) bool { return t.text == "not" || t.text == "!" }

// expression reads terms, and values that go on with the qualifiers of the term
// before them.
func (p *parser) expression() condition {
	return p.row(p.term(), func() condition {
		if p.beginsValue() {
			return p.value()
		}
		return p.term()
	})
}

// values reads values only: what may come in brackets after qualifiers.
func (p *parser) values() condition { return p.row(p.value(), p.value) }

// row reads what "and" and "or" join. They bind alike, from the left.
func (p *parser) row(first condition, more func() condition) condition {
	for p.wrong == nil {
		switch sign := p.peek(0); {
		case isAnd(sign):
			p.take()
			first = both{first, more()}
		case isOr(sign):
			p.take()
			first = orElse(first, more())
		default:
			return first
		}
	}
	return first
}

// beginsValue tells whether a value comes next, perhaps behind "not" and
// brackets, and not a term with words of its own.
func (p *parser) beginsValue() bool {
	for ahead := 0; ; ahead++ {
		t := p.peek(ahead)
		if !isNot(t) && t.text != "(" {
			return isValue(t.text)
		}
	}
}

// nested reads what is in brackets, or behind "not".
func (p *parser) nested(at token, read func() condition) condition {
	if p.depth == maxDepth {
		return p.fail(at, "this is too deep")
	}
	p.depth++
	defer func() { p.depth-- }()
	return read()
}

func (p *parser) closed(open token, inside condition) condition {
	if _, ok := p.accept(")"); !ok && p.wrong == nil {
		if p.next < len(p.tokens) {
			return p.stray()
		}
		return p.fail(open, "this bracket is not closed")
	}
	return inside
}

// term reads a bracket, a "not", or a test.
func (p *parser) term() condition {
	if open, ok := p.accept("("); ok {
		inside := p.closed(open, p.nested(open, p.expression))
		p.carried = qualifiers{} // what is said in brackets stays in them
		return inside
	}
	if sign, ok := p.accept("not", "!"); ok {
		return negation{p.nested(sign, p.term)}
	}
	return p.test()
}

// value reads a value, perhaps in brackets or behind "not", under the carried
// qualifiers.
func (p *parser) value() condition {
	if open, ok := p.accept("("); ok {
		return p.closed(open, p.nested(open, p.values))
	}
	if sign, ok := p.accept("not", "!"); ok {
		return negation{p.nested(sign, p.value)}
	}
	t := p.peek(0)
	if !isValue(t.text) {
		return p.stray()
	}
	if p.carried.kind == noKind {
		return p.fail(t, "what is it? say host, net or port before it")
	}
	p.take()
	return p.qualified(p.carried, t)
}

// stray says what is wrong with a token that cannot be here.
func (p *parser) stray() condition {
	t := p.peek(0)
	switch why := refusal(t.text); {
	case p.next >= len(p.tokens) && p.next > 0:
		return p.fail(t, "something is missing at the end")
	case p.next >= len(p.tokens):
		return p.fail(t, "there is nothing in it")
	case why != "":
		return p.fail(t, "%s: %s", t.text, why)
	case t.text == ")":
		return p.fail(t, "this bracket closes nothing")
	case isAnd(t), isOr(t):
		return p.fail(t, "something is missing before %q", t.text)
	case isSign(t.text):
		return p.fail(t, "octets and numbers cannot be compared here, as in tcp[13] & 2 != 0")
	case isWord(t.text):
		return p.fail(t, `%q cannot be here: is an "and" missing?`, t.text)
	case p.next > 0 && isValue(t.text):
		return p.fail(t, `%q cannot be here: is an "and" or "or" missing?`, t.text)
	}
	return p.fail(t, "what is it? say host, net or port before it")
}

func isSign(text string) bool {
	return text != "" && text != "(" && text != ")" && tokenLen(text) <= 2 && !isValueByte(text[0])
}

func isValueByte(b byte) bool {
	return b >= '0' && b <= '9' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b == ':' || b == '\\' || b >= 0x80 || b == '_' || b == '.'
}

// isWord tells the words of the language.
func isWord(text string) bool {
	switch text {
	case "src", "dst", "vlan", "mask", "and", "or", "not":
		return true
	}
	_, isKind := kinds[text]
	_, isProtocol := protocols[text]
	return isKind || isProtocol
}

// isValue tells what may be a value: whatever is no word of pcap-filter(7) and
// no sign.
func isValue(text string) bool {
	return text != "" && isValueByte(text[0]) && !isWord(text) && refusal(text) == ""
}
