package verdict

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxQuoted is the number of characters of a name from the wire that a sentence
// repeats.
const maxQuoted = 80

// wire makes a string from the wire fit to stand in a sentence: what does not
// print (control, bidi and other format characters, octets that are no UTF-8) is
// escaped, and a string that could be taken for part of the sentence is quoted.
// The backslash stays, since DOMAIN\user is what people search for.
func (b *phrasebook) wire(text string) string {
	if isPlain(text) {
		return text
	}
	out, quote := escaped(append(b.scratch[:0], '"'), text, maxQuoted)
	b.scratch = out
	if quote || text == "" {
		b.scratch = append(out, '"')
		return b.phrase(b.scratch)
	}
	return b.phrase(out[1:])
}

// maxStated is the number of characters of another room's words that a sentence
// repeats.
const maxStated = 600

// stated makes words of another room fit to stand in a sentence as part of it: they
// may repeat what came from the wire.
func (b *phrasebook) stated(text string) string {
	b.scratch, _ = escaped(b.scratch[:0], text, maxStated)
	return b.phrase(b.scratch)
}

// escaped appends at most so many characters of a text, what does not print of them
// escaped. It tells that the text could be taken for part of a sentence.
func escaped(out []byte, text string, limit int) (_ []byte, quote bool) {
	n := 0
	for rest := text; rest != ""; n++ {
		r, size := utf8.DecodeRuneInString(rest)
		if n == limit {
			return append(out, "…"...), quote
		}
		switch {
		case r == utf8.RuneError && size == 1:
			const hex = "0123456789abcdef"
			out = append(out, '\\', 'x', hex[rest[0]>>4], hex[rest[0]&15])
			quote = true
		case r == '"' || !strconv.IsPrint(r):
			ascii := strconv.QuoteToASCII(string(r))
			out = append(out, ascii[1:len(ascii)-1]...)
			quote = true
		default:
			out = append(out, rest[:size]...)
			quote = quote || strings.ContainsRune(" '(),;:", r)
		}
		rest = rest[size:]
	}
	return out, quote
}

// special tells which octets cannot stand in a sentence as they are.
var special = func() (table [256]bool) {
	for c := range table {
		table[c] = c <= ' ' || c >= 0x7f || strings.IndexByte(`"'(),;:`, byte(c)) >= 0
	}
	return table
}()

// isPlain tells, of most strings, that they can stand as they are.
func isPlain(text string) bool {
	for i := range len(text) {
		if special[text[i]] {
			return false
		}
	}
	return text != "" && len(text) <= maxQuoted
}

// typed returns a string from the wire that may stand in a command for somebody
// to type, or the placeholder: nothing that a shell would read as more than a word.
func typed(text, placeholder string) string {
	if text == "" || len(text) > 255 || !alphanumeric(text[0]) {
		return placeholder
	}
	for i := range len(text) {
		if c := text[i]; !alphanumeric(c) && !strings.ContainsRune("._-/:@", rune(c)) {
			return placeholder
		}
	}
	return text
}

func alphanumeric(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}
