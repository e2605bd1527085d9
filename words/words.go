// Package words has the sentences in which reports and screens tell of sessions
// alike: the facts of a login, of TLS, of what was said beside a session. It makes
// words only. What came from the wire is in them as it was sent: whoever prints
// them makes that printable, and gives them their place and colour.
package words

import (
	"strconv"
	"strings"
	"time"
)

// Join puts a separator between those parts that are not empty.
func Join(separator string, parts ...string) string {
	var kept []string
	for _, part := range parts {
		if part != "" {
			kept = append(kept, part)
		}
	}
	return strings.Join(kept, separator)
}

// If is the words if they are true, else empty.
func If(holds bool, words string) string {
	if holds {
		return words
	}
	return ""
}

// With puts words before a value; empty without one.
func With(words, value string) string {
	if value == "" {
		return ""
	}
	return words + value
}

// Count is a number and its noun, "1 octet", "1,204 octets".
func Count(n int64, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return Grouped(n) + " " + noun
}

// Grouped writes n with a comma between thousands.
func Grouped(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// Size is a number of octets with three digits and a decimal unit, "999 B", "1.21 kB".
func Size(octets float64) string {
	units := []string{"B", "kB", "MB", "GB", "TB", "PB", "EB"}
	unit := 0
	for octets >= 999.5 && unit < len(units)-1 {
		octets /= 1000
		unit++
	}
	decimals := 0
	if unit > 0 {
		switch {
		case octets < 9.995:
			decimals = 2
		case octets < 99.95:
			decimals = 1
		}
	}
	return strconv.FormatFloat(octets, 'f', decimals, 64) + " " + units[unit]
}

// Frames names a run of frames: "frame 7", "frames 7-9".
func Frames(first, last int64) string {
	if last <= first {
		return "frame " + strconv.FormatInt(first, 10)
	}
	return "frames " + strconv.FormatInt(first, 10) + "-" + strconv.FormatInt(last, 10)
}

// Stamp is a time in UTC to the millisecond, empty for none, and for one that no
// record has: of a year without four digits.
func Stamp(t time.Time) string { return stamp(t, "2006-01-02 15:04:05.000Z") }

// Second is Stamp for what is not known better.
func Second(t time.Time) string { return stamp(t, "2006-01-02 15:04:05Z") }

func stamp(t time.Time, layout string) string {
	if t = t.UTC(); t.IsZero() || t.Year() < 0 || t.Year() > 9999 {
		return ""
	}
	return t.Format(layout)
}
