package authtoken

import (
	"strconv"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// printable makes text from the wire fit for one line of a terminal or a report:
// whatever does not print by itself (control, bidi and other format characters,
// separators, octets that are no UTF-8) becomes \xNN, \uNNNN or \UNNNNNNNN. The
// backslash stays as it is, because DOMAIN\user is what people search for. What
// is longer than maxValue is cut. It serves for unknown code pages as well: the
// ASCII half means the same in nearly all of them.
func printable(text string) string {
	// One octet too many is enough to see that the text goes on.
	text = text[:min(len(text), maxValue+utf8.UTFMax)]
	if len(text) <= maxValue && isPlain(text) {
		return text
	}
	return string(cut(appendPrintable(nil, []byte(text))))
}

// appendPrintable writes the text as printable shows it, but for the cut.
func appendPrintable(out, text []byte) []byte {
	for len(text) > 0 {
		if isPlainASCII(text[0]) {
			out, text = append(out, text[0]), text[1:]
			continue
		}
		r, size := utf8.DecodeRune(text)
		if r == utf8.RuneError && size == 1 {
			out = appendEscaped(out, `\x`, uint32(text[0]), 2)
		} else {
			out = appendRune(out, r)
		}
		text = text[size:]
	}
	return out
}

// bounded cuts text that is longer than maxValue between two characters.
func bounded(text string) string {
	if len(text) <= maxValue {
		return text
	}
	return string(cut([]byte(text[:maxValue+1])))
}

// cut does the same in place.
func cut(text []byte) []byte {
	if len(text) <= maxValue {
		return text
	}
	end := maxValue
	for end > 0 && !utf8.RuneStart(text[end]) {
		end--
	}
	return append(text[:end], "…"...)
}

// appendPrintableUTF16 does the same as appendPrintable for UTF-16LE; a surrogate without its partner
// becomes \uNNNN, an odd last octet \xNN.
func appendPrintableUTF16(out, text []byte) []byte {
	text = text[:min(len(text), 2*(maxValue+2))]
	for len(text) >= 2 {
		if text[1] == 0 && isPlainASCII(text[0]) {
			out, text = append(out, text[0]), text[2:]
			continue
		}
		r, size := rune(uint16(text[0])|uint16(text[1])<<8), 2
		if utf16.IsSurrogate(r) && len(text) >= 4 {
			pair := utf16.DecodeRune(r, rune(uint16(text[2])|uint16(text[3])<<8))
			if pair != unicode.ReplacementChar {
				r, size = pair, 4
			}
		}
		out = appendRune(out, r)
		text = text[size:]
	}
	if len(text) == 1 {
		out = appendEscaped(out, `\x`, uint32(text[0]), 2)
	}
	return out
}

func isPlainASCII(c byte) bool { return c >= ' ' && c < 0x7F }

// isPlain tells that the text prints as it is.
func isPlain[T string | []byte](text T) bool {
	for i := range len(text) {
		if !isPlainASCII(text[i]) {
			return false
		}
	}
	return true
}

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

func appendRune(out []byte, r rune) []byte {
	switch {
	case r < utf8.RuneSelf && isPlainASCII(byte(r)), r >= utf8.RuneSelf && unicode.IsPrint(r):
		return utf8.AppendRune(out, r)
	case r < utf8.RuneSelf:
		return appendEscaped(out, `\x`, uint32(r), 2)
	case r <= 0xFFFF:
		return appendEscaped(out, `\u`, uint32(r), 4)
	}
	return appendEscaped(out, `\U`, uint32(r), 8)
}

func appendEscaped(out []byte, prefix string, v uint32, digits int) []byte {
	return appendHex(append(out, prefix...), uint64(v), digits)
}

func appendHex(out []byte, v uint64, digits int) []byte {
	for digit := digits - 1; digit >= 0; digit-- {
		out = append(out, hexDigits[v>>(4*digit)&0xF])
	}
	return out
}

const hexDigits = "0123456789abcdef"

// hexNumber is v as 0x and the digits of so many octets.
func hexNumber(v uint64, octets int) string { return string(appendHexNumber(nil, v, octets)) }

func appendHexNumber(out []byte, v uint64, octets int) []byte {
	return appendHex(append(out, "0x"...), v, 2*octets)
}

// octets says how long something is that is not shown itself.
func octets(n int) string { return string(appendOctets(nil, n)) }

func appendOctets(out []byte, n int) []byte {
	out = strconv.AppendInt(out, int64(n), 10)
	if n == 1 {
		return append(out, " octet"...)
	}
	return append(out, " octets"...)
}
