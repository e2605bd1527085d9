package smtpparse

import "strings"

// maxPieces is how many pieces of one parameter are joined.
const maxPieces = 100

// A piece is one of those that a parameter was split into (RFC 2231, section 3).
type piece struct {
	value   string
	escaped bool // octets stand as %XX, and the first piece names their character set
	there   bool
}

// extendedParam finds a parameter whose value is in pieces or in a character
// set of its own, such as filename*0*=koi8-r”%F0. It is not ok when there is
// none, or it cannot be decoded: then value is the first piece as sent.
func extendedParam(field, name string) (value string, ok bool) {
	if !strings.Contains(field, "*") {
		return "", false
	}
	var pieces []piece
	_, rest, _ := strings.Cut(field, ";")
	for rest != "" {
		var key, value string
		key, value, rest = cutParam(rest)
		if len(key) <= len(name) || key[len(name)] != '*' || !strings.EqualFold(key[:len(name)], name) {
			continue
		}
		number, escaped := strings.CutSuffix(key[len(name)+1:], "*")
		if number == "" {
			number, escaped = "0", true // filename*=
		}
		n, ok := parseCount([]byte(number))
		if !ok || n >= maxPieces {
			continue
		}
		for len(pieces) <= int(n) {
			pieces = append(pieces, piece{})
		}
		if !pieces[n].there {
			pieces[n] = piece{value: value, escaped: escaped, there: true}
		}
	}
	if len(pieces) == 0 || !pieces[0].there {
		return "", false
	}
	if value, ok = joinPieces(pieces); !ok {
		value = pieces[0].value
	}
	return value, ok
}

// joinPieces joins pieces up to the first that is missing.
func joinPieces(pieces []piece) (value string, ok bool) {
	set := "us-ascii"
	var octets []byte
	for i, p := range pieces {
		if !p.there {
			break
		}
		if i == 0 && p.escaped {
			parts := strings.SplitN(p.value, "'", 3) // character set, language, value
			if len(parts) < 3 {
				return "", false
			}
			set, p.value = parts[0], parts[2]
		}
		if p.escaped {
			octets = appendUnescaped(octets, p.value)
		} else {
			octets = append(octets, p.value...)
		}
	}
	return fromCharset(set, octets)
}

// cutParam splits off the first parameter of a list, its quotes undone.
func cutParam(list string) (key, value, rest string) {
	end := strings.IndexAny(list, "=;")
	if end < 0 {
		return "", "", ""
	}
	key = strings.TrimSpace(list[:end])
	if list[end] == ';' {
		return key, "", list[end+1:]
	}
	list = strings.TrimLeft(list[end+1:], " \t")
	if !strings.HasPrefix(list, `"`) {
		value, rest, _ = strings.Cut(list, ";")
		return key, strings.TrimSpace(value), rest
	}
	var b strings.Builder
	i := 1
	for ; i < len(list) && list[i] != '"'; i++ {
		if list[i] == '\\' && i+1 < len(list) {
			i++
		}
		b.WriteByte(list[i])
	}
	_, rest, _ = strings.Cut(list[min(i, len(list)):], ";")
	return key, b.String(), rest
}

// appendUnescaped appends s with its %XX undone. Others stay.
func appendUnescaped(b []byte, s string) []byte {
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			high, low := unhex(s[i+1]), unhex(s[i+2])
			if high < 16 && low < 16 {
				b = append(b, high<<4|low)
				i += 2
				continue
			}
		}
		b = append(b, s[i])
	}
	return b
}

// unhex is the value of a hexadecimal digit, 255 for another octet.
func unhex(c byte) byte {
	switch {
	case '0' <= c && c <= '9':
		return c - '0'
	case 'a' <= c && c <= 'f':
		return c - 'a' + 10
	case 'A' <= c && c <= 'F':
		return c - 'A' + 10
	}
	return 255
}
