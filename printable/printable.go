// Package printable makes what came from the wire fit for a terminal or a
// report. Every screen and every report passes its text through here.
package printable

import (
	"unicode"
	"unicode/utf8"
)

// maxMarks is how many combining marks one letter may carry. Written languages
// need at most four; more only serve to paint over other lines.
const maxMarks = 4

// Text gives s fit to be shown on one line of a terminal or of a report.
// What a terminal obeys, hides or reorders is made visible: control characters
// as \r, \n, \t, \x1b or \u009b, bidirectional and zero-width controls, line
// separators and unassigned code points as \u202e, octets that are not UTF-8
// as \x93. Combining marks stay where they have a letter to combine with.
// Everything else, the backslash too (CONTOSO\user), stays as it is, so that
// what is already printable is returned unchanged.
//
// The result is at most four times as long as s.
func Text(s string) string {
	if plain(s) {
		return s
	}
	return string(appendPrintable(make([]byte, 0, len(s)+16), s))
}

// plain tells that s is printable ASCII, as nearly everything is.
func plain(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

func appendPrintable(b []byte, s string) []byte {
	marks := maxMarks // there is no letter yet
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			b = appendHex(append(b, `\x`...), uint32(s[i]), 2)
		case Hidden(r):
			b = appendVisible(b, r)
		case unicode.In(r, unicode.Mn, unicode.Me):
			if marks >= maxMarks {
				b = appendVisible(b, r)
			} else {
				b = append(b, s[i:i+size]...)
			}
			marks++
		default:
			b = append(b, s[i:i+size]...)
			marks = 0
		}
		i += size
	}
	return b
}

// Hidden tells that r has no look of its own: a terminal would obey it, or show
// nothing.
func Hidden(r rune) bool {
	if r < utf8.RuneSelf {
		return r < ' ' || r == 0x7f
	}
	return !unicode.IsGraphic(r) || unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r)
}

func appendVisible(b []byte, r rune) []byte {
	switch {
	case r == '\r':
		return append(b, `\r`...)
	case r == '\n':
		return append(b, `\n`...)
	case r == '\t':
		return append(b, `\t`...)
	case r < utf8.RuneSelf:
		return appendHex(append(b, `\x`...), uint32(r), 2)
	case r <= 0xffff:
		return appendHex(append(b, `\u`...), uint32(r), 4)
	}
	return appendHex(append(b, `\U`...), uint32(r), 8)
}

func appendHex(b []byte, v uint32, digits int) []byte {
	for shift := 4 * (digits - 1); shift >= 0; shift -= 4 {
		b = append(b, hexDigits[v>>shift&15])
	}
	return b
}

const hexDigits = "0123456789abcdef"
