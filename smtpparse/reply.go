package smtpparse

import "smtpscope/authtoken"

// A reply is a server's reply as its lines come in (RFC 5321, section 4.2).
type reply struct {
	answer
	joined []byte    // its lines without codes, at most maxReplyText octets
	hello  helloLine // where its lines are noted when they are capabilities
}

// An answer is a whole reply, ready to be given to a command.
type answer struct {
	code     int // of the last line
	lines    int // 0: none begun
	at       Mark
	text     string // all lines without codes
	enhanced string
	first    string // the first line without its code
	place    int    // of the last line in the dialogue
	cut      bool   // lines are missing

	challenge []byte // a 334's text, when its turn comes later
}

func (r *reply) clear() { *r = reply{joined: r.joined[:0], hello: helloLine{place: noLine}} }

// whole makes an answer of the lines so far. The text of a single line shares
// the string of the dialogue.
func (r *reply) whole(strings *arena) answer {
	a := r.answer
	if len(r.joined) > 0 {
		a.text = strings.text(r.joined)
	}
	return a
}

// replyLine takes one line of the server.
func (p *Parser) replyLine(at Mark, line []byte, over int64) {
	tail := p.in[Server].cut == cutTail
	p.in[Server].cut = cutNone
	code, more, text, ok := parseReplyLine(line)
	if ok && p.reply.lines == 0 {
		p.answersVeil(at, code)
	}
	if p.state == expectTLS && p.queue.empty() && p.plainAfter220(Server, at, line) {
		return
	}
	r := &p.reply
	if !ok {
		p.noReplyLine(at, line, over, tail)
		return
	}
	if r.lines > 0 && p.beginsAnother(code, text) {
		p.anomaly(UnclosedReply, at, "")
		r.cut = true
		p.endReply()
	}
	if r.lines == 0 {
		p.beginReply(code, more)
	} else if code != r.code {
		p.anomaly(ReplyCodeChange, at, "")
	}
	r.code, r.at = code, at
	enhanced, rest := cutEnhanced(code, text)
	if enhanced != nil && r.enhanced == "" {
		r.enhanced = p.strings.text(enhanced)
	}
	shown := p.replyText(code, text)
	r.place = p.say(Server, at, &Line{Kind: LineReply, Code: code, Text: shown, More: more})
	switch {
	case p.hides(shown) || code == 334:
		rest = text
	case shown != string(text): // in part
		_, rest = cutEnhanced(code, []byte(shown))
	}
	if r.lines == 0 {
		r.first = shown
		r.text = shown[len(shown)-min(len(rest), len(shown)):]
	}
	if r.lines > 0 || more {
		r.join(rest, p.hides(shown))
	}
	if p.hides(shown) {
		text = []byte(authtoken.Redacted)
	}
	p.helloText(text)
	r.lines++
	if !more {
		p.endReply()
	}
}

// parseReplyLine splits a reply line. RFC 5321 section 4.2: three digits, then
// a space or a hyphen and text, or nothing.
func parseReplyLine(line []byte) (code int, more bool, text []byte, ok bool) {
	if len(line) < 3 || line[0] < '2' || line[0] > '5' {
		return 0, false, nil, false
	}
	for _, c := range line[:3] {
		if c < '0' || c > '9' {
			return 0, false, nil, false
		}
		code = code*10 + int(c-'0')
	}
	if len(line) == 3 {
		return code, false, nil, true
	}
	if line[3] != ' ' && line[3] != '-' {
		return 0, false, nil, false
	}
	return code, line[3] == '-', line[4:], true
}

// noReplyLine takes a server's line without a code.
func (p *Parser) noReplyLine(at Mark, line []byte, over int64, tail bool) {
	if p.reply.lines > 0 && !tail { // some servers leave the code out of continuation lines
		p.say(Server, at, &Line{Kind: LineReply, Text: p.replyText(0, line), More: true})
		p.anomaly(BadReplyCode, at, "")
		return
	}
	if !tail {
		p.anomaly(BadReplyCode, at, "")
	}
	p.unread(Server, at, line, over)
}

// beginsAnother tells that a line cannot go on with the reply begun: that one's
// end was never sent, or is missing.
func (p *Parser) beginsAnother(code int, text []byte) bool {
	r := &p.reply
	enhanced, _ := cutEnhanced(code, text)
	if r.hello.place != noLine && enhanced != nil && code/100 == 2 && r.lines > 0 {
		return true // an enhanced code is no capability
	}
	if code == r.code || !onlyFor(code) {
		return false
	}
	n, ok := p.queue.find(code)
	return ok && n > 0
}

// join appends a line's text.
func (r *reply) join(text []byte, hidden bool) {
	if hidden {
		text = []byte(authtoken.Redacted)
	}
	if r.hello.place != noLine {
		return // an EHLO's lines are capabilities
	}
	if len(r.joined) > 0 && len(r.joined) < maxReplyText {
		r.joined = append(r.joined, ' ')
	}
	room := max(0, maxReplyText-len(r.joined))
	r.joined = append(r.joined, text[:min(len(text), room)]...)
}

// beginReply looks for the EHLO that the reply answers, so that its lines can
// be noted as capabilities.
func (p *Parser) beginReply(code int, more bool) {
	p.reply.clear()
	if p.state == expectServerWord {
		p.judge(code)
	}
	p.reply.hello = p.helloFor(code, more)
}

// endReply gives the reply to the command that it answers.
func (p *Parser) endReply() {
	a := p.reply.whole(&p.strings)
	p.endHello(&p.reply.hello, &a)
	p.reply.clear()
	p.give(&a)
	p.drain()
}

// cutEnhanced splits the enhanced status code off (RFC 2034: class, subject,
// detail; the class is the code's first digit).
func cutEnhanced(code int, text []byte) (enhanced, rest []byte) {
	i, dots, digits := 0, 0, 0
	for ; i < len(text) && !isSpace(text[i]); i++ {
		switch c := text[i]; {
		case c == '.' && digits > 0 && dots < 2:
			dots, digits = dots+1, 0
		case '0' <= c && c <= '9' && digits < 3:
			digits++
		default:
			return nil, text
		}
	}
	if dots != 2 || digits == 0 || int(text[0]-'0') != code/100 || text[1] != '.' {
		return nil, text
	}
	return text[:i], trimSpace(text[i:])
}
