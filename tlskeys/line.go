package tlskeys

import (
	"bytes"
	"encoding/hex"
)

// A finder is what a secret is found by: the client random, or the first 8
// octets of an encrypted premaster secret.
type finder struct {
	random Random
	// encrypted: the first 8 octets of random are those of an encrypted
	// premaster secret, the others are 0.
	encrypted bool
}

// encryptedFinder is that of lines RSA.
func encryptedFinder(premaster []byte) finder {
	f := finder{encrypted: true}
	copy(f.random[:], premaster[:rsaFinderLen])
	return f
}

const rsaFinderLen = 8

// A line is a line of a key log, taken apart.
type line struct {
	finder finder
	label  Label
	n      int
	secret []byte
}

// A lineKind says what a line turned out to be.
type lineKind uint8

const (
	lineEmpty   lineKind = iota // blank or a comment
	lineSecret                  // it holds a secret
	lineIgnored                 // of the format, with a label that nobody needs
	lineDamaged                 // not of the format
)

// byteOrderMarks are those of UTF-8 and of UTF-16, little and big endian.
var byteOrderMarks = [...][]byte{[]byte("\ufeff"), []byte("\xff\xfe"), []byte("\xfe\xff")}

// parseLine takes text apart, decoding the secret into room, of maxPremaster
// octets.
func parseLine(text, room []byte) (line, lineKind) {
	for _, mark := range byteOrderMarks {
		text = bytes.TrimPrefix(text, mark)
	}
	text = bytes.TrimSpace(text)
	if len(text) == 0 || text[0] == '#' {
		return line{}, lineEmpty
	}
	word, rest, _ := bytes.Cut(text, []byte(" "))
	by, secret, three := bytes.Cut(bytes.TrimLeft(rest, " "), []byte(" "))
	secret = bytes.TrimLeft(secret, " ")
	var l line
	label, n, known := parseLabel(word)
	switch {
	case !three || !isLabel(word):
		return line{}, lineDamaged
	case string(word) == rsaLabel:
		var premaster [rsaFinderLen]byte
		if len(by) != 2*rsaFinderLen {
			return line{}, lineDamaged
		}
		if _, err := hex.Decode(premaster[:], by); err != nil {
			return line{}, lineDamaged
		}
		l.finder, l.label = encryptedFinder(premaster[:]), Premaster
	case !known:
		return line{}, lineIgnored
	default:
		if len(by) != 2*len(l.finder.random) {
			return line{}, lineDamaged
		}
		if _, err := hex.Decode(l.finder.random[:], by); err != nil {
			return line{}, lineDamaged
		}
		l.label, l.n = label, n
	}
	if len(secret)%2 != 0 || !l.label.allows(len(secret)/2) {
		return line{}, lineDamaged
	}
	octets, err := hex.Decode(room, secret)
	if err != nil {
		return line{}, lineDamaged
	}
	l.secret = room[:octets]
	return l, lineSecret
}

// isLabel tells that word looks like a label, known or not.
func isLabel(word []byte) bool {
	for _, c := range word {
		if (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '_' {
			return false
		}
	}
	return len(word) > 0
}
