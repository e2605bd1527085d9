package authtoken

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// printable makes text from the wire fit for one line of a terminal or a report:
// whatever does not print by itself (control, bidi and other format characters,
// separators, octets that are no UTF-8) becomes \xNN, \uNNNN or \UNNNNNNNN. The
// backslash stays as it is, because DOMAIN\user is what people search for. What
// is longer than maxValue is cut.
func printable(text string) string {
	// One octet too many is enough to see that the text goes on.
	text = text[:min(len(text), maxValue+utf8.UTFMax)]
	clean := 0
	for clean < len(text) && isPlainASCII(text[clean]) {
		clean++
	}
	if clean == len(text) {
		return bounded(text)
	}
	var out strings.Builder
	out.Grow(len(text) + 8)
	out.WriteString(text[:clean])
	for rest := text[clean:]; rest != ""; {
		r, size := utf8.DecodeRuneInString(rest)
		if r == utf8.RuneError && size == 1 {
			writeEscaped(&out, `\x`, uint32(rest[0]), 2)
		} else {
			writeRune(&out, r)
		}
		rest = rest[size:]
	}
	return bounded(out.String())
}

// bounded cuts text that is longer than maxValue between two characters.
func bounded(text string) string {
	if len(text) <= maxValue {
		return text
	}
	end := maxValue
	for end > 0 && !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end] + "…"
}

// printableUTF16 does the same for UTF-16LE; a surrogate without its partner
// becomes \uNNNN, an odd last octet \xNN.
func printableUTF16(text []byte) string {
	text = text[:min(len(text), 2*(maxValue+2))]
	var out strings.Builder
	out.Grow(len(text) / 2)
	for len(text) >= 2 {
		r, size := rune(uint16(text[0])|uint16(text[1])<<8), 2
		if utf16.IsSurrogate(r) && len(text) >= 4 {
			pair := utf16.DecodeRune(r, rune(uint16(text[2])|uint16(text[3])<<8))
			if pair != unicode.ReplacementChar {
				r, size = pair, 4
			}
		}
		writeRune(&out, r)
		text = text[size:]
	}
	if len(text) == 1 {
		writeEscaped(&out, `\x`, uint32(text[0]), 2)
	}
	return bounded(out.String())
}

// printableOEM takes octets of an unknown code page: the ASCII half means the
// same in nearly all of them, the other half is shown as octets unless it is UTF-8.
func printableOEM(text []byte) string { return printable(string(text)) }

func isPlainASCII(c byte) bool { return c >= ' ' && c < 0x7F }

// isText tells whether all of b is text that a person would write on one line.
func isText(b []byte) bool {
	for rest := b; len(rest) > 0; {
		r, size := utf8.DecodeRune(rest)
		if r == utf8.RuneError && size == 1 || r != '\t' && !unicode.IsPrint(r) {
			return false
		}
		rest = rest[size:]
	}
	return len(b) > 0
}

func writeRune(out *strings.Builder, r rune) {
	switch {
	case r < utf8.RuneSelf && isPlainASCII(byte(r)), r >= utf8.RuneSelf && unicode.IsPrint(r):
		out.WriteRune(r)
	case r < utf8.RuneSelf:
		writeEscaped(out, `\x`, uint32(r), 2)
	case r <= 0xFFFF:
		writeEscaped(out, `\u`, uint32(r), 4)
	default:
		writeEscaped(out, `\U`, uint32(r), 8)
	}
}

func writeEscaped(out *strings.Builder, prefix string, v uint32, digits int) {
	out.WriteString(prefix)
	for digit := digits - 1; digit >= 0; digit-- {
		out.WriteByte(hexDigits[v>>(4*digit)&0xF])
	}
}

const hexDigits = "0123456789abcdef"

// hexNumber is v as 0x and the digits of so many octets.
func hexNumber(v uint64, octets int) string {
	out := make([]byte, 0, 18)
	out = append(out, '0', 'x')
	for digit := 2*octets - 1; digit >= 0; digit-- {
		out = append(out, hexDigits[v>>(4*digit)&0xF])
	}
	return string(out)
}

// octets says how long something is that is not shown itself.
func octets(n int) string {
	if n == 1 {
		return "1 octet"
	}
	return strconv.Itoa(n) + " octets"
}
