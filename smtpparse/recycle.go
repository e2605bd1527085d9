package smtpparse

import (
	"smtpscope/authtoken"
	"smtpscope/reuse"
)

// A session is made of many small pieces, and a busy server has thousands of
// sessions a second: what one is made of serves the next one. Strings alone are
// never written to again.

// A room is what a parser keeps for the next session, beside the slices of its
// present one.
type room struct {
	attempts     stock[attempt]
	transactions stock[transaction]
	greeting     Greeting
	tls          TLS
	token        []byte              // a token, base64 undone
	layer        *authtoken.Exchange // that unwraps what comes behind a login
}

// A stock hands out values that are all taken back at once.
type stock[T any] struct {
	all  []*T
	used int
}

// mostStocked is how many values a stock keeps. Beyond the limits of a session its
// attempts and transactions are in no list, and are to be forgotten.
const mostStocked = 64

// next returns a clean value.
func (s *stock[T]) next() *T {
	if s.used == mostStocked {
		return new(T)
	}
	if s.used == len(s.all) {
		s.all = append(s.all, new(T))
	}
	s.used++
	return s.all[s.used-1]
}

// takeBack takes back all values, which it has cleaned.
func (s *stock[T]) takeBack(clean func(*T)) {
	for _, v := range s.all[:s.used] {
		clean(v)
	}
	s.used = 0
}

// keptOctets is the size, by estimate, from which on a session's memory is left
// to the garbage collector: one hostile session should not hold what it took.
const keptOctets = 64 << 10

// keptBuffer is the longest buffer, in octets, that serves the next session: of
// the long lines of a hostile one, hundreds of parsers would hold all.
const keptBuffer = 16 << 10

// recycle makes an empty session of what there is.
func (p *Parser) recycle() {
	for _, b := range [...]*[]byte{
		&p.in[Client].line, &p.in[Server].line, &p.in[Client].secured.token, &p.in[Server].secured.token,
		&p.held.octets, &p.doubt.behind.octets, &p.body.line, &p.body.reader.header, &p.challengeText, &p.room.token,
	} {
		if cap(*b) > keptBuffer {
			*b = nil
		}
	}
	if p.kept > keptOctets {
		p.s, p.room, p.strings = &Session{}, room{}, arena{phrases: p.options.Phrases}
	}
	s := p.s
	*s = Session{
		Hello:     reuse.Emptied(s.Hello),
		Auth:      reuse.Emptied(s.Auth),
		Messages:  reuse.Emptied(s.Messages),
		Dialogue:  reuse.Emptied(s.Dialogue),
		Anomalies: reuse.Emptied(s.Anomalies),
	}
	p.room.attempts.takeBack((*attempt).clean)
	p.room.transactions.takeBack((*transaction).clean)
	p.strings.reset()
}

func (t *attempt) clean() {
	*t = attempt{Auth: Auth{Steps: reuse.Emptied(t.Steps)}, exchange: t.exchange}
}

func (t *transaction) clean() {
	*t = transaction{Message: Message{RcptTo: reuse.Emptied(t.RcptTo)}}
}
