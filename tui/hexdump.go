package tui

import (
	"fmt"
	"strings"

	"smtpscope/authtoken"
	"smtpscope/smtpparse"
)

// A dump is octets to be shown in hex and as text.
type dump struct {
	data []byte
	// masked tells the octets that are not shown; nil for none.
	masked []bool
	// lit are those of the chosen field.
	from, to int
	// decrypted tells that TLS records held them.
	decrypted bool
}

// hexWidth is the width of a dump's row with n octets in it.
func hexWidth(n int) int { return 6 + 3*n + n/8 + 2 + n }

// perRow is how many octets go into a row of a width.
func perRow(width int) int {
	for _, n := range []int{32, 16, 8} {
		if hexWidth(n) <= width {
			return n
		}
	}
	return 4
}

// rows are those of the octets from a place on.
func (d *dump) row(at, n int) []span {
	row := []span{{quiet, fmt.Sprintf("%04x  ", at)}}
	var text []span
	for i := at; i < at+n; i++ {
		if i > at && (i-at)%8 == 0 {
			row = append(row, span{plain, " "})
		}
		if i >= len(d.data) {
			row = append(row, span{plain, "   "})
			continue
		}
		p, hex, letter := plain, fmt.Sprintf("%02x", d.data[i]), "."
		if c := d.data[i]; c >= ' ' && c <= '~' {
			letter = string(rune(c))
		} else {
			p = quiet
		}
		if d.masked != nil && d.masked[i] {
			p, hex, letter = quiet, "**", "*"
		}
		gap := plain
		if i >= d.from && i < d.to {
			p = lit
			if i+1 < d.to && (i+1-at)%n != 0 {
				gap = lit
			}
		}
		row = append(row, span{p, hex}, span{gap, " "})
		text = append(text, span{p, letter})
	}
	return append(append(row, span{plain, " "}), text...)
}

// place says in words which octets are lit.
func (d *dump) place() string {
	all := count(int64(len(d.data)), "octet") + say(d.decrypted, ", decrypted")
	if d.to <= d.from {
		return all
	}
	return fmt.Sprintf("octets %04x to %04x of %s", d.from, d.to-1, all)
}

// all lays out all of it.
func (d *dump) all(width int) [][]span {
	n := perRow(width)
	var rows [][]span
	for at := 0; at < len(d.data); at += n {
		rows = append(rows, d.row(at, n))
	}
	return rows
}

// window lays out as many rows as there is room for, so that the chosen field
// is among them.
func (d *dump) window(width, height int) [][]span {
	n := perRow(width)
	total := (len(d.data) + n - 1) / n
	top := 0
	if last := (max(d.to, d.from+1) - 1) / n; last >= height {
		top = min(d.from/n-1, total-height)
	}
	var rows [][]span
	for r := max(top, 0); r < total && len(rows) < height; r++ {
		rows = append(rows, d.row(r*n, n))
	}
	return rows
}

// masked tells which octets of a token are not to be shown: those of fields that
// the record does not print either, and where the token was not understood, all
// that no field explains.
func masked(step *smtpparse.Step, n int) []bool {
	hide := make([]bool, n)
	if step.Tree == nil || step.Damage != nil || !explained(step.Kind) {
		for i := range hide {
			hide[i] = true
		}
		if step.Tree != nil {
			maskFields(step.Tree, hide, false, 0)
		}
	}
	if step.Tree != nil {
		maskFields(step.Tree, hide, true, 0)
	}
	return hide
}

// explained tells the kinds of tokens in which what stands between the fields
// are tags, lengths and offsets.
func explained(kind string) bool {
	for _, word := range strings.Split(kind, " > ") {
		switch {
		case strings.HasPrefix(word, "ntlm."), strings.HasPrefix(word, "spnego."), strings.HasPrefix(word, "krb5."),
			word == string(authtoken.KindSecurityLayer):
		default:
			return false
		}
	}
	return true
}

// maskFields sets the octets of secret fields, or clears those of all others.
func maskFields(f *authtoken.Field, hide []bool, secret bool, depth int) {
	const deepest = 40
	leaf := len(f.Fields) == 0
	if leaf && f.Value != "" && isSecret(f.Value) == secret {
		for i := max(f.Offset, 0); i < min(f.Offset+f.Length, len(hide)); i++ {
			hide[i] = secret
		}
	}
	if depth < deepest {
		for i := range f.Fields {
			maskFields(&f.Fields[i], hide, secret, depth+1)
		}
	}
}

// isSecret tells values that say what they are and not what is in them.
func isSecret(value string) bool {
	return strings.Contains(value, authtoken.Redacted) || strings.HasSuffix(value, " octets") || strings.HasSuffix(value, " octet")
}
