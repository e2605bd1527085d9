package verdict

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"smtpscope/reuse"
)

const (
	keptPhrases   = 4096
	longestPhrase = 1024 // octets
)

// A phrasebook makes texts of parts. Texts repeat from session to session (the
// same users, servers and errors), so it remembers some and gives the same string
// again: in a run of many sessions a text costs a look and no memory.
type phrasebook struct {
	known   *reuse.Strings // nil: nothing is remembered
	scratch []byte
}

func newPhrasebook() phrasebook {
	return phrasebook{known: reuse.NewStrings(keptPhrases, longestPhrase)}
}

// say joins the parts. Where all but one are empty, that one is the text.
func (b *phrasebook) say(parts ...string) string {
	text := b.scratch[:0]
	last := ""
	for _, p := range parts {
		if p != "" {
			text, last = append(text, p...), p
		}
	}
	b.scratch = text
	if len(text) == len(last) {
		return last
	}
	return b.phrase(text)
}

// both joins two parts that may be empty.
func (b *phrasebook) both(first, separator, second string) string {
	switch {
	case first == "":
		return second
	case second == "":
		return first
	}
	return b.say(first, separator, second)
}

// phrase gives the text as a string.
func (b *phrasebook) phrase(text []byte) string {
	if known, ok := b.known.Find(text); ok {
		return known
	}
	return string(text)
}

// number writes n, which is seldom negative, with at least the given digits.
func (b *phrasebook) number(n int64, digits int) string {
	if n < 0 || n > 999_999 {
		return fmt.Sprintf("%0*d", digits, n)
	}
	var text [6]byte
	at := len(text)
	for n > 0 || len(text)-at < digits {
		at--
		text[at] = '0' + byte(n%10)
		n /= 10
	}
	return b.phrase(text[at:])
}

// upper is strings.ToUpper.
func (b *phrasebook) upper(text string) string {
	lower := false
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf {
			return strings.ToUpper(text)
		}
		lower = lower || 'a' <= text[i] && text[i] <= 'z'
	}
	if !lower {
		return text
	}
	b.scratch = append(b.scratch[:0], text...)
	for i, c := range b.scratch {
		if 'a' <= c && c <= 'z' {
			b.scratch[i] = c - ('a' - 'A')
		}
	}
	return b.phrase(b.scratch)
}
