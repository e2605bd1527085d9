package smtpparse

import "smtpscope/authtoken"

// A wire says what a direction's octets are before any parsing.
type wire uint8

const (
	wirePlain wire = iota
	wireTLS        // handed on and counted
)

// A starttls is the STARTTLS or X-ANONYMOUSTLS asked for last (RFC 3207).
type starttls struct {
	via        string
	frame      int64
	replyFrame int64
}

func (t *starttls) ask(via string, at Mark) { *t = starttls{via: via, frame: at.Frame} }

// tlsAnswered takes the reply to STARTTLS.
func (p *Parser) tlsAnswered(a *answer) {
	if at, c, ok := p.heldFirst(); ok && c != recordHandshake && c < 0x80 {
		p.anomaly(CommandAfterSTARTTLS, at, "")
	}
	if a.code != 220 {
		p.move(gotOutcome)
		p.move(sawPlain) // TLS had begun too early
		return
	}
	p.starttls.replyFrame = a.at.Frame
	if p.s.TLS != nil && p.s.TLS.ReplyFrame == 0 {
		p.s.TLS.ReplyFrame = a.at.Frame
	}
	p.move(gotTLSReady)
}

// plainAfter220 takes a line of text where TLS should have begun. It returns
// false when the line is to be read as any other.
func (p *Parser) plainAfter220(dir Dir, at Mark, line []byte) bool {
	switch {
	case notText(line): // a record whose beginning is missing
		p.opaque(dir, at, line)
		if p.options.Opaque != nil {
			p.options.Opaque.OpaqueGap(dir, at, 0) // the line's end
		}
	case dir == Server:
		p.anomaly(ReplyAfterSTARTTLS, at, "")
		code, more, text, ok := parseReplyLine(line)
		if !ok {
			text = line
		}
		p.say(Server, at, &Line{Kind: LineReply, Code: code, Text: p.replyText(code, text), More: more})
	case p.draining == drainHeld: // sent before the 220: noted by tlsAnswered
		word, args := cutWord(line)
		v, name := lookupVerb(word)
		p.say(Client, at, &Line{Kind: LineCommand, Verb: name, Text: p.injectedText(v, name, line, args)})
	default:
		p.anomaly(PlainAfterSTARTTLS, at, "")
		p.move(sawPlain)
		return false
	}
	return true
}

// injectedText is a command behind STARTTLS as it may be shown: it was not obeyed, so no
// attempt masks it.
func (p *Parser) injectedText(v verb, name string, line, args []byte) string {
	if v == verbAUTH || v == verbXEXPS {
		mechanism, rest := cutWord(args)
		p.secrets.remember(trimSpace(rest))
		if !saslName(mechanism) && !p.options.ShowSecrets {
			p.secrets.remember(mechanism)
			return name + " " + authtoken.Redacted
		}
		return name + " " + p.strings.text(mechanism) + " " + tokenText
	}
	if v == noVerb && !p.options.ShowSecrets {
		return p.masked(line, 0)
	}
	text, _ := p.commandText(v, line, 0)
	return text
}

// opaque takes octets of the TLS part, its first ones included.
func (p *Parser) opaque(dir Dir, at Mark, data []byte) {
	in := &p.in[dir]
	if in.wire == wirePlain {
		in.wire = wireTLS
		in.restart()
		p.beginTLS(dir, at)
	}
	if dir == Client {
		p.looksSecret(at, data)
		p.s.TLS.OctetsClient += int64(len(data))
	} else {
		p.s.TLS.OctetsServer += int64(len(data))
	}
	if !p.inTLS { // else what they hold is told
		p.fold(dir, LineTLS, at, int64(len(data)))
	}
	if p.options.Opaque != nil {
		p.options.Opaque.Opaque(dir, at, data)
	}
}

// beginTLS notes the beginning of TLS the first time that one is seen. It is
// believed when the server speaks it.
func (p *Parser) beginTLS(dir Dir, at Mark) {
	if dir == Server {
		p.believeTLS(at)
	}
	if p.s.TLS != nil {
		return
	}
	t := &p.room.tls
	*t = TLS{Via: p.starttls.via, Frame: p.starttls.frame, ReplyFrame: p.starttls.replyFrame}
	switch {
	case t.Via != "":
	case p.s.Greeting != nil || len(p.s.Hello) > 0: // the STARTTLS itself is missing
		t.Via = "starttls"
	default:
		t.Via, t.Frame = "implicit", at.Frame
	}
	p.s.TLS = t
	p.draw(veilTLS)
	if dir == Server {
		p.believeTLS(at)
	}
}

// FeedDecrypted takes the next plaintext of the TLS part. The first of it sets
// [TLS.Decrypted] and begins the conversation anew (RFC 3207, section 4.2: what
// was said before is forgotten); the octets of the records still go to Feed.
func (p *Parser) FeedDecrypted(dir Dir, at Mark, data []byte) {
	if len(data) == 0 {
		return
	}
	p.enterTLS(at)
	p.feed(dir, at, data)
}

// GapDecrypted tells that n octets of plaintext of the TLS part are missing (0:
// unknown how many), for instance because a record could not be decrypted.
func (p *Parser) GapDecrypted(dir Dir, at Mark, n int64) {
	p.enterTLS(at)
	p.gap(dir, at, n)
}

func (p *Parser) enterTLS(at Mark) {
	if p.inTLS {
		return
	}
	p.beginTLS(Server, at)
	p.s.TLS.Decrypted = true
	p.inTLS = true
	p.forget()
	if p.s.TLS.Via == "implicit" {
		p.queue.push(newPending(pendingGreeting, at))
	}
}

// forget sets the conversation back to its beginning, the greeting being done.
func (p *Parser) forget() {
	for dir := range p.in {
		p.in[dir].restart()
		p.in[dir].secured.clear()
	}
	p.state = expectCommand
	p.queue.clear()
	p.held.clear()
	p.doubt.drop()
	p.waiting = p.waiting[:0]
	p.reply.clear()
	p.tx, p.attempt, p.authDone, p.lhlo, p.layer = nil, nil, false, false, layerNotExpected
	p.secrets.wary, p.unsure = false, false
}
