package smtpparse

import (
	"math"

	"smtpscope/authtoken"
)

// What a session keeps is estimated as it grows, strings included. Numbers of
// entries bound each list; the budget bounds all of them together.

// What an entry takes without its strings, in octets.
const (
	lineSize       = 152
	fieldSize      = 88
	stepSize       = 160
	recipientSize  = 96
	messageSize    = 480
	attemptSize    = 960
	anomalySize    = 48
	capabilitySize = 64
	stringSize     = 16
)

// Kept estimates how much memory the session takes, in octets.
func (p *Parser) Kept() int { return p.kept }

// Frugal makes the parser keep no more lines of the dialogue, trees of tokens,
// parameters and anomalies: memory is short. They are counted in
// [Session.Omitted], under "memory". Verdicts need none of them.
func (p *Parser) Frugal() { p.thrift = frugal }

// A thrift says what may be kept.
type thrift uint8

const (
	generous thrift = iota
	frugal          // facts only
)

// fact counts what is kept in any case, its number being bounded.
func (p *Parser) fact(n int) { p.kept += n }

// spend tells that n octets of detail may be kept. Once there is no room, later
// details are left out, too, so that what is kept has no holes.
func (p *Parser) spend(n int) bool {
	if p.thrift == generous && p.kept+n > p.lim.Memory {
		p.thrift = frugal
	}
	if p.thrift == frugal {
		p.omit("memory")
		return false
	}
	p.kept += n
	return true
}

// spendList is spend for something that even a frugal parser keeps while the
// session's own budget lasts.
func (p *Parser) spendList(n int) bool {
	if p.kept+n > p.lim.Memory {
		p.omit("memory")
		return false
	}
	p.kept += n
	return true
}

func (l *Line) cost() int { return lineSize + len(l.Text) + len(l.Token) }

// unsaid gives back what lines took that are taken out of the dialogue.
func (p *Parser) unsaid(lines []Line) {
	for i := range lines {
		p.kept -= lines[i].cost()
	}
}

// treeCost is what a tree takes.
func treeCost(f *authtoken.Field) int {
	n := fieldSize + len(f.Value)
	for i := range f.Fields {
		n += treeCost(&f.Fields[i])
	}
	return n
}

func stringsCost(list []string) (n int) {
	for _, s := range list {
		n += stringSize + len(s)
	}
	return n
}

// appendLine appends to a dialogue, which grows by a quarter: many sessions are
// kept at a time.
func appendLine(dialogue []Line, l *Line) []Line {
	if n := len(dialogue); n == cap(dialogue) && n <= math.MaxInt32 {
		grown := make([]Line, n, n+n/4+16)
		copy(grown, dialogue)
		dialogue = grown
	}
	return append(dialogue, *l)
}
