package smtpparse

// A rehearsal reads octets as a server does that took a false end for the true
// one, to see whether its replies can be answers to them. It knows of the
// conversation only what replies depend on.
type rehearsal struct {
	rest     []byte
	answers  []answer
	end      string // what the server takes for the end of data besides CRLF.CRLF
	lmtp     bool
	cut      bool // more octets followed
	accepted int  // recipients of the message under way
	granted  bool // a reply was no refusal: those may come unasked
}

// A fit says how replies and octets go together.
type fit uint8

const (
	noFit    fit = iota
	partFit      // the replies answer the first of the octets
	wholeFit     // and no command is left unanswered
)

// rehearsalStep bounds how far a body is read ahead of its end, in octets.
const rehearsalStep = 512

// fit rehearses. owed is how many replies the message before is waiting for.
func (r *rehearsal) fit(owed int) fit {
	if !r.dataEnd(owed) {
		return r.partly(partFit)
	}
	for len(r.answers) > 0 {
		line, ok := r.line()
		switch {
		case !ok && r.cut:
			return r.partly(partFit)
		case !ok || !r.command(line):
			return noFit
		}
	}
	if _, more := r.line(); more {
		return r.partly(partFit)
	}
	return wholeFit
}

// partly is f, unless all the replies are refusals.
func (r *rehearsal) partly(f fit) fit {
	if r.granted {
		return f
	}
	return noFit
}

// command answers one command; false when the reply cannot be for it.
func (r *rehearsal) command(line []byte) bool {
	word, args := cutWord(line)
	v, _ := lookupVerb(word)
	code := r.reply()
	if v == verbBDAT {
		r.chunk(args)
	}
	if code >= 400 {
		return true
	}
	if !commandLike(v, args) || !v.mayAnswer(code) {
		return false
	}
	switch v {
	case verbMAIL:
		r.accepted = 0
	case verbRCPT:
		r.accepted++
	case verbDATA:
		return r.body()
	case verbAUTH, verbXEXPS:
		return r.responses(code)
	case verbSTARTTLS, verbXANONYMOUSTLS:
		r.rest = nil // TLS, and so are the replies
		r.answers = nil
	}
	return true
}

// body passes over a message and answers it.
func (r *rehearsal) body() bool {
	b := body{rule: dotsRule}
	b.reader.stage = contentSkim
	b.reader.leaf.file = noLine
	for len(r.rest) > 0 {
		n, ended := b.scan(r.rest[:min(len(r.rest), rehearsalStep)])
		for _, s := range b.suspects {
			if s.text == r.end {
				n, ended = s.behind, true
				break
			}
		}
		r.rest = r.rest[n:]
		if ended {
			return r.dataEnd(r.replies()) || len(r.answers) == 0
		}
	}
	return len(r.answers) == 0 || r.cut
}

// replies is how many replies the end of the message under way gets.
func (r *rehearsal) replies() int {
	if r.lmtp {
		return r.accepted
	}
	return 1
}

// dataEnd takes n replies to a message; false when there are fewer.
func (r *rehearsal) dataEnd(n int) bool {
	for ; n > 0 && len(r.answers) > 0; n-- {
		r.reply()
	}
	return n == 0
}

// chunk passes over the octets of BDAT.
func (r *rehearsal) chunk(args []byte) {
	word, _ := cutWord(trimSpace(args))
	n, _ := parseCount(word)
	r.rest = r.rest[min(n, int64(len(r.rest))):]
}

// responses passes over an AUTH that code answers.
func (r *rehearsal) responses(code int) bool {
	for code == 334 && len(r.answers) > 0 {
		if _, ok := r.line(); !ok {
			return r.cut
		}
		code = r.reply()
	}
	return true
}

func (r *rehearsal) reply() (code int) {
	code = r.answers[0].code
	r.answers = r.answers[1:]
	r.granted = r.granted || code < 400
	return code
}

// line takes a whole line.
func (r *rehearsal) line() (line []byte, ok bool) {
	i := indexFrom(r.rest, 0, '\n')
	if i == len(r.rest) {
		return nil, false
	}
	line, r.rest = trimCR(r.rest[:i]), r.rest[i+1:]
	return line, true
}
