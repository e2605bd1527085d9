package smtpparse

import (
	"strings"

	"smtpscope/reuse"
)

const (
	firstBlock = 1024 // octets
	laterBlock = 4096
	wordsBlock = 64 // strings

	// keptPhrases is for the replies and commands of some dozens of servers.
	keptPhrases   = 1024
	longestPhrase = 64 // octets
)

// NewPhrases returns an empty collection for [Options.Phrases].
func NewPhrases() *reuse.Strings { return reuse.NewStrings(keptPhrases, longestPhrase) }

// An arena turns octets of the wire into strings of one session. Many short
// strings share one block, so that a session costs a few allocations, not one
// for each line. The blocks live as long as any string of them.
type arena struct {
	phrases *reuse.Strings // nil: none are shared
	block   strings.Builder
	next    int      // size of the next block
	words   []string // room for slices of strings
	used    int      // of words
	total   int      // octets handed out
}

// reset forgets the blocks; the strings handed out stay valid.
func (a *arena) reset() {
	a.block = strings.Builder{}
	a.next, a.total = firstBlock, 0
	a.used = 0
}

// room begins a new block when the present one cannot take n more octets. A
// Builder that must grow would copy the strings it holds already.
func (a *arena) room(n int) {
	if a.block.Cap()-a.block.Len() >= n {
		return
	}
	a.block = strings.Builder{}
	a.block.Grow(max(a.next, n))
	a.next = laterBlock
}

// text copies b.
func (a *arena) text(b []byte) string {
	if len(b) == 0 {
		return ""
	}
	if a.total > maxText {
		b = b[:min(len(b), shortText)]
	}
	a.total += len(b)
	if s, ok := a.phrases.Find(b); ok {
		return s
	}
	if len(b) > firstBlock {
		return string(b)
	}
	a.room(len(b))
	from := a.block.Len()
	a.block.Write(b)
	return a.block.String()[from:]
}

// upper copies b in upper case (ASCII only, as SMTP keywords are).
func (a *arena) upper(b []byte) string {
	s := a.text(b)
	for i := range len(s) {
		if c := s[i]; 'a' <= c && c <= 'z' {
			return strings.ToUpper(s)
		}
	}
	return s
}

// list is an empty slice with room for n strings. They live until reset.
func (a *arena) list(n int) []string {
	if n == 0 {
		return []string{}
	}
	if len(a.words)-a.used < n {
		a.words, a.used = make([]string, max(n, wordsBlock)), 0
	}
	a.used += n
	return a.words[a.used-n : a.used-n : a.used]
}

// fields copies the words of b, at most max of them; rest tells how many more there are.
func (a *arena) fields(b []byte, max int) (words []string, rest int) {
	words = a.list(min(countWords(b), max))
	for len(b) > 0 {
		var w []byte
		w, b = cutWord(b)
		switch {
		case len(w) == 0:
		case len(words) < max:
			words = append(words, a.text(w))
		default:
			rest++
		}
	}
	return words, rest
}

func countWords(b []byte) (n int) {
	for len(b) > 0 {
		var w []byte
		if w, b = cutWord(b); len(w) > 0 {
			n++
		}
	}
	return n
}

// cutWord splits b behind its first word. Spaces and tabs part words.
func cutWord(b []byte) (word, rest []byte) {
	for len(b) > 0 && isSpace(b[0]) {
		b = b[1:]
	}
	for i, c := range b {
		if isSpace(c) {
			return b[:i], b[i+1:]
		}
	}
	return b, nil
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' }

func trimSpace(b []byte) []byte {
	for len(b) > 0 && isSpace(b[0]) {
		b = b[1:]
	}
	for len(b) > 0 && isSpace(b[len(b)-1]) {
		b = b[:len(b)-1]
	}
	return b
}
