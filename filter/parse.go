package filter

import (
	"fmt"
	"strings"
)

// deepest is how many brackets and nots may stand within each other.
const deepest = 100

// A parser reads tokens by the grammar
//
//	or   = and { "or" and }
//	and  = unary { [ "and" ] unary }
//	unary = "not" unary | "(" or ")" | term
type parser struct {
	tokens []token
	end    int // where the expression ends, in octets
	depth  int
}

func (p *parser) parse() (node, error) {
	if len(p.tokens) == 0 {
		return nil, nil
	}
	n, err := p.or()
	if err == nil && len(p.tokens) > 0 {
		err = complain(p.tokens[0], "this bracket closes nothing")
	}
	if err != nil {
		return nil, err
	}
	return n, nil
}

func (p *parser) or() (node, error) {
	var either anyOf
	for {
		n, err := p.and()
		if err != nil {
			return nil, err
		}
		either = append(either, n)
		if !p.accept("or") {
			break
		}
	}
	if len(either) == 1 {
		return either[0], nil
	}
	cheapFirst(either)
	return either, nil
}

func (p *parser) and() (node, error) {
	var all allOf
	for {
		n, err := p.unary()
		if err != nil {
			return nil, err
		}
		all = append(all, n)
		if p.accept("and") {
			continue
		}
		if len(p.tokens) == 0 || p.sees("or") || p.sees(")") {
			break
		}
	}
	if len(all) == 1 {
		return all[0], nil
	}
	cheapFirst(all)
	return all, nil
}

func (p *parser) unary() (node, error) {
	if len(p.tokens) == 0 {
		return nil, &Error{Offset: p.end, Text: "something is missing at the end"}
	}
	if p.depth++; p.depth > deepest {
		return nil, complain(p.tokens[0], "too deep: at most %d brackets and nots within each other", deepest)
	}
	defer func() { p.depth-- }()
	first := p.tokens[0]
	switch {
	case p.accept("not"):
		n, err := p.unary()
		if err != nil {
			return nil, err
		}
		return not{n}, nil
	case p.accept("("):
		n, err := p.or()
		if err != nil {
			return nil, err
		}
		if !p.accept(")") {
			return nil, complain(first, "this bracket is not closed")
		}
		return n, nil
	case p.sees("or"), p.sees("and"), p.sees(")"):
		return nil, complain(first, "something is missing before %q", first.text)
	}
	p.tokens = p.tokens[1:]
	return term(first)
}

// sees tells that the next token is this word or bracket.
func (p *parser) sees(what string) bool {
	return len(p.tokens) > 0 && p.tokens[0].bare() && strings.EqualFold(p.tokens[0].text, what)
}

// accept takes the next token if it is this word or bracket.
func (p *parser) accept(what string) bool {
	if !p.sees(what) {
		return false
	}
	p.tokens = p.tokens[1:]
	return true
}

func complain(t token, format string, args ...any) *Error {
	return &Error{Offset: t.offset, Length: t.length, Text: fmt.Sprintf(format, args...)}
}
