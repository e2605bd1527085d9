package report

import (
	"slices"
	"strconv"
	"time"
	"unicode/utf8"
)

// The functions below append one member of a JSON object to b: its name, as
// `,"name":` (names are ours and need no escapes), and its value. Those named
// optional… leave it out when encoding/json's omitempty (of a time: omitzero)
// would. An object begins with its first member's comma, which endObject turns
// into a brace.

func endObject(b []byte, start int) []byte {
	if len(b) == start {
		return append(b, '{', '}')
	}
	b[start] = '{'
	return append(b, '}')
}

func stringMember(b []byte, name, value string) []byte {
	return appendString(append(b, name...), value)
}

func optionalString(b []byte, name, value string) []byte {
	if value == "" {
		return b
	}
	return stringMember(b, name, value)
}

func intMember[T int | int64 | uint16](b []byte, name string, value T) []byte {
	return appendInt(append(b, name...), int64(value))
}

func optionalInt[T int | int64 | uint16](b []byte, name string, value T) []byte {
	if value == 0 {
		return b
	}
	return intMember(b, name, value)
}

func boolMember(b []byte, name string, value bool) []byte {
	return strconv.AppendBool(append(b, name...), value)
}

func optionalBool(b []byte, name string, value bool) []byte {
	if !value {
		return b
	}
	return boolMember(b, name, value)
}

func optionalTime(b []byte, name string, value time.Time) []byte {
	if value.IsZero() {
		return b
	}
	return appendTime(append(b, name...), value)
}

func stringsMember(b []byte, name string, values []string) []byte {
	b = append(append(b, name...), '[')
	for i, v := range values {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendString(b, v)
	}
	return append(b, ']')
}

func optionalStrings(b []byte, name string, values []string) []byte {
	if len(values) == 0 {
		return b
	}
	return stringsMember(b, name, values)
}

// listMember appends an array; a nil slice is an empty one.
func listMember[T any](b []byte, name string, list []T, item func([]byte, *T) []byte) []byte {
	b = append(append(b, name...), '[')
	for i := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = item(b, &list[i])
	}
	return append(b, ']')
}

func optionalList[T any](b []byte, name string, list []T, item func([]byte, *T) []byte) []byte {
	if len(list) == 0 {
		return b
	}
	return listMember(b, name, list, item)
}

// pointersMember is listMember for a slice of pointers; a nil one gives null.
func pointersMember[T any](b []byte, name string, list []*T, item func([]byte, *T) []byte) []byte {
	b = append(append(b, name...), '[')
	for i, v := range list {
		if i > 0 {
			b = append(b, ',')
		}
		if v == nil {
			b = append(b, "null"...)
			continue
		}
		b = item(b, v)
	}
	return append(b, ']')
}

func optionalPointers[T any](b []byte, name string, list []*T, item func([]byte, *T) []byte) []byte {
	if len(list) == 0 {
		return b
	}
	return pointersMember(b, name, list, item)
}

func optionalObject[T any](b []byte, name string, value *T, object func([]byte, *T) []byte) []byte {
	if value == nil {
		return b
	}
	return object(append(b, name...), value)
}

// mapMember appends an object with sorted names; a nil map is an empty one.
func mapMember[K ~string, V any](b []byte, name string, m map[K]V, value func([]byte, V) []byte) []byte {
	b = append(append(b, name...), '{')
	keys := make([]K, 0, 32) // on the stack: the maps of the model are small
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for i, k := range keys {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(appendString(b, string(k)), ':')
		b = value(b, m[k])
	}
	return append(b, '}')
}

func optionalMap[K ~string, V any](b []byte, name string, m map[K]V, value func([]byte, V) []byte) []byte {
	if len(m) == 0 {
		return b
	}
	return mapMember(b, name, m, value)
}

// writable gives t in UTC, or the zero time if its year has not four digits
// (RFC 3339, section 1).
func writable(t time.Time) time.Time {
	t = t.UTC()
	if y := t.Year(); y < 0 || y > 9999 {
		return time.Time{}
	}
	return t
}

const hexDigits = "0123456789abcdef"

// appendString appends s as a JSON string that is safe to show on a terminal:
// what [Printable] would escape is escaped here in JSON's own way, so that a
// reader of the JSON gets s back. Octets that are not UTF-8 become U+FFFD, as
// with encoding/json.
func appendString(b []byte, s string) []byte {
	begin, end := len(b), len(b)+len(s)+2
	if end > cap(b) {
		b = slices.Grow(b, end-begin)
	}
	b = b[:end]
	b[begin] = '"'
	if !staysAsIs(s) {
		return append(appendEscaped(b[:begin+1], s), '"')
	}
	copy(b[begin+1:], s)
	b[end-1] = '"'
	return b
}

// staysAsIs tells that all octets of a text may stay as they are, which those of nearly
// all texts may; so they are looked at by the word. They are looked at where they
// come from, since a word that was just written in parts is slow to read.
func staysAsIs(s string) bool {
	n := len(s)
	switch {
	case n >= 8:
		for i := 0; i < n-8; i += 8 {
			if specialOctets(word(s[i:])) != 0 {
				return false
			}
		}
		return specialOctets(word(s[n-8:])) == 0
	case n >= 4:
		return specialOctets(uint64(halfWord(s))|uint64(halfWord(s[n-4:]))<<32) == 0
	case n > 0:
		return specialOctets(uint64(s[0])|uint64(s[n/2])<<8|uint64(s[n-1])<<16|lowBits*' '&^0xffffff) == 0
	}
	return true
}

func word(s string) uint64 {
	_ = s[7]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

func halfWord(s string) uint32 {
	_ = s[3]
	return uint32(s[0]) | uint32(s[1])<<8 | uint32(s[2])<<16 | uint32(s[3])<<24
}

// Each octet of a word.
const (
	lowBits  = 0x0101010101010101
	highBits = 0x8080808080808080
)

// specialOctets is 0 if all octets of a word may stay as they are. The sums are made
// for all octets at once: below the first special octet, in little endian, nothing
// carries or borrows, and at that octet at least one of them has its high bit set:
// less than a space, DEL and above, a quote, a backslash.
func specialOctets(w uint64) uint64 {
	quote, backslash := w^'"'*lowBits, w^'\\'*lowBits
	return ((w - ' '*lowBits) | (w + lowBits) | (quote - lowBits) | (backslash - lowBits)) & highBits
}

func appendEscaped(b []byte, s string) []byte {
	begin := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= ' ' && c < 0x7f && c != '"' && c != '\\' {
			i++
			continue
		}
		if c < utf8.RuneSelf {
			b = appendASCIIEscape(append(b, s[begin:i]...), c)
			i++
			begin = i
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && size == 1 {
			b = append(append(b, s[begin:i]...), "\uFFFD"...)
			i++
			begin = i
			continue
		}
		if hidden(r) {
			b = appendRuneEscape(append(b, s[begin:i]...), r)
			begin = i + size
		}
		i += size
	}
	return append(b, s[begin:]...)
}

func appendASCIIEscape(b []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(b, '\\', c)
	case '\n':
		return append(b, `\n`...)
	case '\r':
		return append(b, `\r`...)
	case '\t':
		return append(b, `\t`...)
	}
	return appendUnit(b, uint16(c))
}

// appendRuneEscape escapes r as one UTF-16 unit or two (RFC 8259, section 7).
func appendRuneEscape(b []byte, r rune) []byte {
	if r <= 0xffff {
		return appendUnit(b, uint16(r))
	}
	r -= 0x10000
	b = appendUnit(b, uint16(0xd800+r>>10))
	return appendUnit(b, uint16(0xdc00+r&0x3ff))
}

func appendUnit(b []byte, u uint16) []byte {
	return append(b, '\\', 'u', hexDigits[u>>12], hexDigits[u>>8&15], hexDigits[u>>4&15], hexDigits[u&15])
}
