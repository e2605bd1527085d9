package smtpparse

import (
	"bytes"
	"strings"

	"smtpscope/reuse"
)

// A helloLine is where the lines of a reply are noted as capabilities.
type helloLine struct {
	place   int  // in Session.Hello, noLine when they are not
	unasked bool // the EHLO was not seen: the lines must show that it was one
}

// hello takes an EHLO, HELO or LHLO.
func (p *Parser) hello(at Mark, v verb, name string, args []byte) {
	if p.tx != nil && p.tx.begun() {
		p.anomaly(UnexpectedSecondHello, at, "")
	}
	p.abort(at)
	p.lhlo = v == verbLHLO
	switch v {
	case verbHELO:
		p.s.Protocol = "SMTP"
	case verbEHLO:
		p.s.Protocol = "ESMTP"
	case verbLHLO:
		p.s.Protocol = "LMTP"
	}
	place := p.addHello(Hello{Verb: name, Name: p.strings.text(trimSpace(args)), Frame: at.Frame})
	e := newPending(v, at)
	e.hello = place
	p.queue.push(e)
}

// addHello shows a greeting in the session and returns its place, noLine when there are
// too many.
func (p *Parser) addHello(h Hello) int {
	if len(p.s.Hello) >= maxHello {
		p.omit("hello")
		return noLine
	}
	n := len(p.s.Hello)
	var before Hello // its memory is used again
	if n < cap(p.s.Hello) {
		before = p.s.Hello[:n+1][n]
	}
	h.TLS, h.Capabilities, h.AuthMechanisms = p.inTLS, reuse.Emptied(before.Capabilities), reuse.Emptied(before.AuthMechanisms)
	p.s.Hello = append(p.s.Hello, h)
	return n
}

// helloFor finds the EHLO that a reply answers, by its first line.
func (p *Parser) helloFor(code int, more bool) helloLine {
	front := p.queue.front()
	if front != nil && front.verb == pendingUnknown && more && code == 250 {
		if n, ok := p.queue.findHello(); ok {
			p.settle(n)
			front = p.queue.front()
		}
	}
	switch {
	case front == nil || front.verb == pendingUnknown:
		return helloLine{place: noLine, unasked: more && code == 250}
	case front.verb == verbEHLO, front.verb == verbLHLO, front.verb == verbHELO:
		return helloLine{place: front.hello}
	}
	return helloLine{place: noLine}
}

// helloText notes a reply line as a capability (RFC 5321, section 4.1.1.1: the
// first line is none).
func (p *Parser) helloText(text []byte) {
	r := &p.reply
	at := &r.hello
	if at.place == noLine {
		if !at.unasked || r.lines == 0 || !knownKeyword(text) {
			return
		}
		at.place = p.addHello(Hello{})
		if at.place == noLine {
			return
		}
	}
	h := &p.s.Hello[at.place]
	h.ReplyCode, h.ReplyFrame = r.code, r.at.Frame
	if r.lines > 0 && r.code == 250 {
		p.capability(h, text)
	}
}

// endHello settles an EHLO whose command was not seen; the others are settled
// as their command is answered.
func (p *Parser) endHello(h *helloLine, a *answer) {
	if h.unasked && h.place != noLine {
		p.helloAnswered(h.place, a)
		h.place = noLine
	}
}

func (p *Parser) helloAnswered(place int, a *answer) {
	if place == noLine {
		return
	}
	h := &p.s.Hello[place]
	h.ReplyCode, h.ReplyFrame, h.Complete = a.code, a.at.Frame, !a.cut
}

// capability notes one line of an EHLO reply.
func (p *Parser) capability(h *Hello, text []byte) {
	if len(h.Capabilities) >= p.lim.Capabilities {
		p.omit("capabilities")
		return
	}
	word, rest := cutWord(text)
	if len(word) == 0 {
		return
	}
	var c Capability
	if k := bytes.IndexByte(word, '='); k > 0 { // "AUTH=LOGIN PLAIN"
		c.Keyword = p.strings.upper(word[:k+1])
		rest = text[bytes.IndexByte(text, '=')+1:]
	} else {
		c.Keyword = p.strings.upper(word)
	}
	var more int
	if c.Params, more = p.strings.fields(rest, maxParams); more > 0 {
		p.omit("capabilities")
	}
	if !p.spendList(capabilitySize + len(c.Keyword) + stringsCost(c.Params)) {
		p.omit("capabilities")
		return
	}
	h.Capabilities = append(h.Capabilities, c)
	switch c.Keyword {
	case "AUTH", "AUTH=", "X-EXPS", "X-EXPS=":
		h.addMechanisms(c)
	case "XXXXXXXA": // what Cisco's fixup leaves of STARTTLS
		p.anomaly(STARTTLSStripped, p.reply.at, "")
	}
}

// addMechanisms takes the mechanisms that are not there yet. "X-EXPS=LOGIN" and
// "X-EXPS EXCHANGEAUTH GSSAPI" are both seen.
func (h *Hello) addMechanisms(c Capability) {
next:
	for _, m := range c.Params {
		for _, have := range h.AuthMechanisms {
			if strings.EqualFold(have, m) {
				continue next
			}
		}
		if len(h.AuthMechanisms) < maxParams {
			h.AuthMechanisms = append(h.AuthMechanisms, m)
		}
	}
}

// offers tells whether the server's last EHLO reply of this side of TLS named a
// keyword.
func (p *Parser) offers(keyword string) bool {
	for i := len(p.s.Hello) - 1; i >= 0; i-- {
		h := &p.s.Hello[i]
		if h.TLS != p.inTLS {
			return false
		}
		if h.ReplyCode == 0 {
			continue
		}
		for _, c := range h.Capabilities {
			if c.Keyword == keyword {
				return true
			}
		}
		return false
	}
	return false
}

// knownKeyword tells whether a reply line is a capability beyond doubt.
func knownKeyword(text []byte) bool {
	word, _ := cutWord(text)
	if k := bytes.IndexByte(word, '='); k > 0 {
		word = word[:k]
	}
	switch strings.ToUpper(string(word[:min(len(word), 24)])) {
	case "8BITMIME", "AUTH", "BINARYMIME", "BURL", "CHUNKING", "DELIVERBY", "DSN", "ENHANCEDSTATUSCODES", "ETRN",
		"FUTURERELEASE", "LIMITS", "MT-PRIORITY", "PIPELINING", "REQUIRETLS", "RRVS", "SIZE", "SMTPUTF8", "STARTTLS",
		"X-ANONYMOUSTLS", "X-EXPS", "XCLIENT", "XEXCH50", "XFORWARD", "XRDST", "XSHADOW", "XXXXXXXA":
		return true
	}
	return false
}
