package smtpparse

import "bytes"

// mail takes MAIL (RFC 5321, section 4.1.1.2). One inside a transaction is refused by
// servers that obey, and begins another one with those that do not: the reply tells.
func (p *Parser) mail(at Mark, args []byte, e *pending) {
	prev := p.tx
	p.unsure = false
	t := p.begin(at)
	t.prev = prev
	if rest, ok := cutPrefixFold(args, "FROM:"); ok {
		t.MailFrom, t.Params = p.path(rest)
	}
	e.tx = t
}

// mailAnswered takes the reply to MAIL, and settles which transaction goes on.
func (p *Parser) mailAnswered(e *pending, a *answer) {
	t := e.tx
	t.mail = a.code
	t.touch(a.at)
	if t.prev == nil {
		return
	}
	if a.code >= 400 && p.tx == t && t.listed == notListed {
		p.tx = t.prev // a nested MAIL, refused: the first goes on
	} else if a.code < 400 {
		p.abortOne(t.prev, a.at)
	}
	t.prev = nil
}

// rcpt takes RCPT (RFC 5321, section 4.1.1.3): from here on the session shows the
// transaction. Recipients beyond the limits are counted, since LMTP answers them, too.
func (p *Parser) rcpt(at Mark, args []byte, e *pending) {
	if p.tx == nil {
		if !p.missing() {
			return // a recipient without a sender, which every server refuses
		}
		p.begin(at)
	}
	t := p.tx
	e.tx = t
	t.touch(at)
	p.list(t)
	if len(t.RcptTo) >= p.lim.Recipients {
		p.omit("recipients")
		t.unkept++
		return
	}
	r := Recipient{Frame: at.Frame}
	if rest, ok := cutPrefixFold(args, "TO:"); ok {
		r.Address, r.Params = p.path(rest)
	}
	if !p.spendList(recipientSize + len(r.Address)) {
		p.omit("recipients")
		t.unkept++
		return
	}
	e.rcpt = len(t.RcptTo)
	t.RcptTo = append(t.RcptTo, r)
}

// rcptAnswered takes the reply to one recipient.
func (p *Parser) rcptAnswered(e *pending, a *answer) {
	t := e.tx
	if t == nil {
		return
	}
	t.touch(a.at)
	if a.code < 400 {
		t.accepted++
	} else {
		t.refused++
		t.lastRefusal = a.code
	}
	if e.rcpt != noLine {
		r := &t.RcptTo[e.rcpt]
		r.ReplyCode, r.EnhancedCode = a.code, a.enhanced
	}
}

// path splits "<a@b> SIZE=1" into the address and the parameters. The angle
// brackets are often left out.
func (p *Parser) path(b []byte) (address string, params []string) {
	b = trimSpace(b)
	if len(b) > 0 && b[0] == '<' {
		if end := closingBracket(b); end > 0 {
			address, b = p.strings.text(b[1:end]), b[end+1:]
			return address, p.params(b)
		}
		b = b[1:]
	}
	word, rest := cutWord(b)
	return p.strings.text(word), p.params(rest)
}

// params are the parameters of MAIL and RCPT, the first maxParams of them; nil if
// there are none.
func (p *Parser) params(b []byte) []string {
	if len(trimSpace(b)) == 0 {
		return nil
	}
	words, _ := p.strings.fields(b, maxParams)
	if !p.spend(stringsCost(words)) {
		return nil
	}
	return words
}

// closingBracket finds the ">" that ends a path; a quoted local part may hold
// one. -1 if there is none.
func closingBracket(b []byte) int {
	quoted := false
	for i := 1; i < len(b); i++ {
		switch b[i] {
		case '\\':
			i++
		case '"':
			quoted = !quoted
		case '>':
			if !quoted {
				return i
			}
		}
	}
	return bytes.IndexByte(b, '>')
}
