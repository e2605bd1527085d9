package filter

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// A token is a bracket or a run of what stands between white space and brackets.
type token struct {
	text   string // quotes taken off
	offset int    // in octets
	length int    // quotes included
	// key is how many octets of text stand before the first quote: only there
	// can a key and its operator be. len(text) without quotes.
	key int
	// open tells of a quote without its end.
	open bool
}

// bare tells that no part of the token was quoted, so that it may be a bracket
// or "not".
func (t *token) bare() bool { return t.length == len(t.text) }

// lex cuts an expression into tokens. It cannot fail: a quote without its end
// is noted in its token.
func lex(s string) []token {
	var tokens []token
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case unicode.IsSpace(r):
			i += size
		case r == '(' || r == ')':
			tokens = append(tokens, token{text: s[i : i+1], offset: i, length: 1, key: 1})
			i++
		default:
			t := lexWord(s, i)
			tokens = append(tokens, t)
			i += t.length
		}
	}
	return tokens
}

func lexWord(s string, from int) token {
	var text strings.Builder
	quoted, key := false, -1
	i := from
	for i < len(s) {
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == '"' {
			if key < 0 {
				key = text.Len()
			}
			quoted = !quoted
		} else if !quoted && (unicode.IsSpace(r) || r == '(' || r == ')') {
			break
		} else {
			text.WriteString(s[i : i+size])
		}
		i += size
	}
	if key < 0 {
		key = text.Len()
	}
	return token{text: text.String(), offset: from, length: i - from, key: key, open: quoted}
}
