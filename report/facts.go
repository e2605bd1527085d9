package report

import (
	"strconv"
	"time"

	"smtpscope/smtpparse"
	"smtpscope/words"
)

// factColumn is where the values of the facts in a section begin.
const factColumn = bodyColumn + 14

// factLimit bounds, in columns, what a hostile token can make of a fact. No
// honest one comes near it, whatever the width.
const factLimit = 1000

// fact is one named value; nothing is printed when it is empty.
func (p *page) fact(name, value string) { p.named(name, value, factLimit) }

// quote is a fact in the words of the wire.
func (p *page) quote(name, value string) { p.named(name, value, p.wireRoom(factColumn)) }

func (p *page) named(name, value string, limit int) {
	if value == "" {
		return
	}
	p.to(bodyColumn)
	p.styled(dim, name)
	p.to(factColumn)
	p.wrap(factColumn, p.clip(value, limit))
}

// connection is a row about the conversation as a whole.
func (p *page) connection(s *smtpparse.Session) {
	name := ""
	if n := len(s.Hello); n > 0 {
		name = s.Hello[n-1].Name
	}
	p.para("Session", join(", ",
		s.Protocol,
		with("client calls itself ", p.clip(name, max(p.width, defaultWidth))),
		with("relayed for ", s.ProxiedClient),
		say(s.VLAN != 0, "VLAN "+strconv.Itoa(int(s.VLAN))),
		join(" ", elapsed(s.Start, s.End), with("from ", clock(s.Start, "15:04:05.000Z"))),
		count(s.Packets, "packet"),
		words.Closing(s),
		with("Community ID ", s.CommunityID)))
}

// elapsed is the time between two times; "" when one is unknown.
func elapsed(from, to time.Time) string {
	if from.IsZero() || to.IsZero() {
		return ""
	}
	switch d := to.Sub(from); {
	case d < 0:
		return ""
	case d < time.Minute:
		return strconv.FormatFloat(d.Seconds(), 'f', 3, 64) + " s"
	default:
		return d.Round(time.Second).String()
	}
}
