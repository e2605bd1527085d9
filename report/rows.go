package report

import (
	"strings"
	"unicode/utf8"
)

// glue is a space at which no row ends. Printable text has no such octet.
const glue = "\x1f"

// wrap appends s and ends the row; rows after the first begin in column hang.
func (p *page) wrap(hang int, s string) { p.wrapStyled(plainText, hang, s) }

// wrapStyled is wrap in a style, which ends with each row: pagers forget it there.
func (p *page) wrapStyled(st style, hang int, s string) {
	p.rows(st, min(hang, p.width/2), Printable(s))
}

// wrapAdvice is wrap for sentences with commands, which stay in one row to be
// copied from there.
func (p *page) wrapAdvice(hang int, s string) {
	hang = min(hang, p.width/2)
	p.rows(plainText, hang, glueCommands(Printable(s), p.width-hang))
}

// rows lays out s, which is printable but for the glue in it.
func (p *page) rows(st style, hang int, s string) {
	for {
		n := p.breakpoint(s, hang)
		p.on(st)
		p.b = append(p.b, strings.ReplaceAll(strings.TrimRight(s[:n], " "), glue, " ")...)
		p.off(st)
		p.end()
		if s = strings.TrimPrefix(s[n:], " "); s == "" {
			return
		}
		p.to(hang)
	}
}

// breakpoint is how much of s goes into the row that the page is in: up to a
// space, or as much as there is room for when the next word would not fit into
// a row of its own either, or is of a script that breaks anywhere.
func (p *page) breakpoint(s string, hang int) int {
	n := fit(s, p.width-p.col)
	if p.col > hang && p.col+columns(s[:n]) > p.width {
		return 0 // not even one letter
	}
	if n == len(s) || s[n] == ' ' || breaksAnywhere(s, n) {
		return n
	}
	space := strings.LastIndexByte(s[:n], ' ')
	word, _, _ := strings.Cut(s[space+1:], " ")
	if columns(word) > p.width-hang {
		return beforeColon(s, n)
	}
	if space < 0 && p.col <= hang {
		return n // even an empty row is too short
	}
	return max(space, 0)
}

// breaksAnywhere tells that a row may end before s[n:]: next to a wide letter.
func breaksAnywhere(s string, n int) bool {
	before, _ := utf8.DecodeLastRuneInString(s[:n])
	after, _ := utf8.DecodeRuneInString(s[n:])
	return runeColumns(before) == 2 || runeColumns(after) == 2
}

// beforeColon keeps a colon with the letter before it: a row that begins with
// one reads as if a name were missing.
func beforeColon(s string, n int) int {
	if s[n] != ':' {
		return n
	}
	if _, size := utf8.DecodeLastRuneInString(s[:n]); size < n {
		return n - size
	}
	return n
}

// commands are the programs that advice tells to run.
var commands = map[string]bool{
	"setspn": true, "klist": true, "kvno": true, "w32tm": true,
	"Get-ReceiveConnector": true, "Set-ReceiveConnector": true, "Get-ADObject": true,
}

// glueCommands glues the words of each command that fits into a row of its own.
func glueCommands(s string, room int) string {
	words := strings.Split(s, " ")
	parts := make([]string, 0, len(words))
	for len(words) > 0 {
		n := commandLength(words)
		separator := glue
		if columns(strings.Join(words[:n], " ")) > room {
			separator = " "
		}
		parts = append(parts, strings.Join(words[:n], separator))
		words = words[n:]
	}
	return strings.Join(parts, " ")
}

// commandLength is how many words make up the command that begins with the
// first; 1 if there is none. It ends at punctuation and where prose goes on.
func commandLength(words []string) int {
	n := 1
	if !commands[strings.TrimLeft(words[0], "(")] {
		return n
	}
	for n < len(words) && isArgument(words[n]) {
		n++
		if strings.ContainsAny(words[n-1][len(words[n-1])-1:], clauseEnds) {
			break
		}
	}
	return n
}

// clauseEnds is what ends a command in the middle of a text.
const clauseEnds = ";.,:)"

// isArgument tells options, names and klist's own verbs from prose, which is
// in lower case here.
func isArgument(word string) bool {
	word = strings.TrimRight(word, clauseEnds)
	switch word {
	case "":
		return false
	case "get", "purge":
		return true
	}
	return strings.ContainsFunc(word, func(r rune) bool { return r < 'a' || r > 'z' })
}
