package bpfexpr

import "strings"

// A token is a word, a bracket, or a sign that stands for itself.
type token struct {
	text   string
	offset int
}

// lex never fails: what means nothing becomes a token that is refused.
func lex(text string) []token {
	var tokens []token
	for at := 0; at < len(text); {
		size := tokenLen(text[at:])
		if !isSpace(text[at]) {
			tokens = append(tokens, token{text[at : at+size], at})
		}
		at += size
	}
	return tokens
}

func isSpace(b byte) bool { return b == ' ' || b >= '\t' && b <= '\r' }

// tokenLen is the length of the token that text begins with.
func tokenLen(text string) int {
	for _, sign := range []string{"&&", "||", "!=", "<=", ">=", "<<", ">>"} {
		if strings.HasPrefix(text, sign) {
			return len(sign)
		}
	}
	if isSpace(text[0]) || strings.IndexByte(signs, text[0]) >= 0 {
		return 1
	}
	for i := range len(text) {
		if isSpace(text[i]) || strings.IndexByte(signs, text[i]) >= 0 {
			return i
		}
	}
	return len(text)
}

const signs = "()[]!&|<>=+*^%"
