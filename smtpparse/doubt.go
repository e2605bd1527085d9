package smtpparse

import (
	"bytes"
	"slices"
)

// Where a message ends is the server's to decide. Some take more for the end of
// data than CRLF.CRLF; a client that knows this smuggles commands in a body.
// The message is read as the client means it, and what follows the first false
// end is kept beside. When the server answers more than the client asked, its
// replies are collected until the client speaks again, and the false end is
// looked for that explains them (rehearsal.go). There the message ended, and
// what follows is read once more, as commands.

// A doubt is what is known of the false ends of one message.
type doubt struct {
	stage   doubtStage
	tx      *transaction
	ends    []falseEnd // the first of each kind: a server that takes a kind took that one
	behind  hold       // the octets behind the first of them, at most maxBehind
	over    int64      // octets behind those, which are not kept
	answers []answer   // since the doubt, without those to the message when its true end came
	given   int        // how many of them answered a command

	challenges int // octets of 334s kept with the answers
}

// A doubtStage says what is awaited.
type doubtStage uint8

const (
	noDoubt      doubtStage = iota // a false end
	doubtInBody                    // the true end, or a reply before it
	doubtInHole                    // the same behind a hole, which may hold the true end
	doubtBehind                    // a reply too many, or the next message
	doubtReplies                   // the client, whose next octets end the server's replies
)

// A falseEnd is a place in a body where a server may see the end though the
// client did not mean it.
type falseEnd struct {
	text    string  // such as "LF . CRLF"
	size    size    // the message's there
	content content // and what was read of it
	at      Mark
	offset  int   // of what is behind it, in doubt.behind
	line    int   // of the message's data in the dialogue, noLine if it was not kept
	sent    int64 // octets of that line up to here
}

// drop ends the doubt and frees what was kept for it.
func (d *doubt) drop() { *d = doubt{} }

// keep keeps octets behind a false end, if there was one.
func (d *doubt) keep(at Mark, data []byte) {
	if d.stage == noDoubt || len(data) == 0 {
		return
	}
	n, limit := 0, maxBehind
	if d.stage == doubtInHole {
		limit = maxBehindHole
	}
	if d.over == 0 && d.behind.room(at, maxMarks) {
		n = min(len(data), limit-d.behind.len())
	}
	if n > 0 {
		d.behind.add(at, data[:n])
	}
	d.over += int64(len(data) - n)
}

// falseEnds takes the false ends that the last scan of data found.
func (p *Parser) falseEnds(at Mark, data []byte) {
	from := 0
	for _, s := range p.body.suspects {
		if !s.gap && at.Frame > p.readAgain { // else it was noted when it was read first
			p.anomaly(DotEndSmuggling, at, s.text)
		}
		p.doubt.keep(at, data[from:s.behind])
		from = s.behind
		p.falseEnd(at, s, int64(len(data)-from))
	}
	p.doubt.keep(at, data[from:])
}

// falseEnd begins a doubt or adds to it; after is the number of octets that the
// dialogue counts behind the end already.
func (p *Parser) falseEnd(at Mark, s suspect, after int64) {
	d := &p.doubt
	there := size{octets: s.octets, missing: p.body.missing}
	kind := func(e falseEnd) bool { return e.text == s.text }
	switch {
	case d.stage == doubtInHole || s.gap:
		p.holeEnd(there)
		return
	case slices.ContainsFunc(d.ends, kind):
		return
	case d.over > 0: // too far behind the first to be kept with it
		d.drop()
	}
	d.stage, d.tx = doubtInBody, p.body.tx
	e := falseEnd{text: s.text, size: there, content: p.body.reader.asOf(there.seen()), at: at, offset: d.behind.len()}
	if e.line = p.in[Client].fold; e.line != noLine {
		e.sent = p.s.Dialogue[e.line].Octets - after
	}
	d.ends = append(d.ends, e)
}

// holeEnd notes that the message may have ended in a hole. Bodies with many
// holes are common: the room is used again.
func (p *Parser) holeEnd(there size) {
	d := &p.doubt
	d.behind.clear()
	*d = doubt{stage: doubtInHole, behind: d.behind, ends: append(d.ends[:0], falseEnd{size: there})}
}

// doubtEnds tells the doubt that the true end came. More replies than commands
// show what the server took only where none of them can be for others.
func (p *Parser) doubtEnds(t *transaction) {
	if d := &p.doubt; d.stage == doubtInBody && p.queue.empty() && t.ReplyCode == 0 {
		d.stage = doubtBehind
	} else {
		d.drop()
	}
}

// doubtCommand takes a command behind the true end. Those that leave no traces
// are kept, to be read once more; any other settles that the end was the true one.
func (p *Parser) doubtCommand(at Mark, v verb, line []byte, over int64) {
	d := &p.doubt
	if d.stage != doubtBehind {
		return
	}
	harmless := v == verbNOOP || v == verbRSET || v == verbQUIT
	switch {
	case !harmless || over > 0 || len(d.answers) == maxDeferred:
		d.drop()
	case d.over > 0: // it follows what is not kept
	default:
		d.keep(at, line)
		d.keep(at, []byte("\r\n"))
		if d.over > 0 {
			d.drop()
		}
	}
}

// doubtAnswered notes that a command behind the true end was answered.
func (p *Parser) doubtAnswered(v verb, a *answer) {
	d := &p.doubt
	switch {
	case d.stage != doubtBehind || v == pendingDataEnd:
	case v == verbQUIT && a.code == 221: // what was smuggled is never answered so
		d.drop()
	default:
		d.answers = append(d.answers, *a)
		d.given++
	}
}

// surplus takes a reply that no command asked for as a reason to doubt; false:
// there is nothing to doubt. A 421 may come at any time (RFC 5321, section 3.8).
func (p *Parser) surplus(a *answer) bool {
	d := &p.doubt
	if a.code == 421 || d.stage != doubtInBody && d.stage != doubtBehind {
		return false
	}
	d.stage = doubtReplies
	p.collect(a)
	return true
}

// collect keeps a reply, whose turn comes when the server has said all.
func (p *Parser) collect(a *answer) {
	d := &p.doubt
	kept := *a
	if n := len(p.challengeText); a.code == 334 && d.challenges+n <= maxBehind {
		d.challenges += n
		kept.challenge = bytes.Clone(p.challengeText)
	}
	d.answers = append(d.answers, kept)
	if len(d.answers) >= maxDeferred {
		p.settleDoubt()
	}
}

// giveCollected gives a reply that was kept to the command that it answers.
func (p *Parser) giveCollected(a *answer) {
	if a.code == 334 {
		p.challengeText = append(p.challengeText[:0], a.challenge...)
	}
	p.give(a)
}
