package smtpparse

import (
	"fmt"
	"math"
	"slices"
)

// settleDoubt looks for the false end that explains the replies collected, and
// reads once more what follows it. Reading may raise a doubt anew, about fewer
// replies.
func (p *Parser) settleDoubt() {
	for p.doubt.stage == doubtReplies {
		d := p.doubt
		p.doubt.drop()
		if e := p.takenEnd(&d); e != nil && p.rereads < maxRereads {
			p.rereads++
			p.endEarly(&d, e)
			p.reread(&d, p.cutDialogue(e, d.over == 0))
		} else {
			p.disbelieve(&d)
		}
	}
}

// takenEnd is the first false end that explains all replies, or else the first
// that explains them as far as they go; nil: none does.
func (p *Parser) takenEnd(d *doubt) (taken *falseEnd) {
	owed := 0
	if d.tx == p.body.tx {
		owed = d.tx.owed(p.lhlo)
	}
	best := noFit
	for i := range d.ends {
		e := &d.ends[i]
		r := rehearsal{rest: d.behind.octets[e.offset:], answers: d.answers, end: e.text, lmtp: p.lhlo, cut: d.over > 0}
		if f := r.fit(owed); f > best {
			taken, best = e, f
		}
	}
	return taken
}

// disbelieve gives the replies collected to whom they may concern.
func (p *Parser) disbelieve(d *doubt) {
	for i, a := range d.answers[d.given:] {
		behind := p.body.tx == nil
		p.giveCollected(&a)
		if i == 0 && (behind || a.code < 400) {
			p.anomaly(DotEndSmuggling, a.at, "the server answers what followed it")
		}
	}
	p.drain()
}

// endEarly ends the message at e and makes the parser await commands there.
func (p *Parser) endEarly(d *doubt, e *falseEnd) {
	in := &p.in[Client]
	d.keep(in.begun, in.line) // half a command
	d.over += in.over
	in.restart()
	d.behind.skip(e.offset)
	p.readAgain = max(p.readAgain, d.behind.last().Frame)
	text := "the server took " + e.text + " as the end"
	if d.over > 0 {
		text += fmt.Sprintf("; %d octets behind it are not kept", d.over)
	}
	p.anomaly(DotEndSmuggling, d.answers[d.given].at, text)
	p.queue.clear()
	t := d.tx
	if p.body.tx == t {
		p.finishBody(e.at, e.size, !p.body.gaps)
		end := newPending(pendingDataEnd, e.at)
		end.tx = t
		p.queue.push(end)
		p.move(gotOutcome)
	}
	t.Bytes, t.Missing = e.size.octets, e.size.missing
	t.show(&e.content)
	p.tx = nil
}

// cutDialogue takes out of the dialogue what was said behind e. whole: all that
// the client said there is kept.
func (p *Parser) cutDialogue(e *falseEnd, whole bool) tail {
	if e.line == noLine {
		return tail{from: len(p.s.Dialogue), whole: whole}
	}
	l := &p.s.Dialogue[e.line]
	l.Octets, l.Last = e.sent, e.at.Frame
	from := e.line + 1
	lines := slices.Clone(p.s.Dialogue[from:])
	p.unsaid(lines)
	clear(p.s.Dialogue[from:])
	p.s.Dialogue = p.s.Dialogue[:from]
	for dir := range p.in {
		p.in[dir].folding = ""
	}
	return tail{lines: lines, from: from, whole: whole}
}

// reread reads the octets behind the end as commands, in turn with the replies.
func (p *Parser) reread(d *doubt, said tail) {
	for _, a := range d.answers {
		if a.place == noLine {
			p.readKept(d, a.at.Frame)
		} else {
			a.place = p.sayAgain(d, &said, a.place-said.from+1)
		}
		p.giveCollected(&a)
		p.drain()
	}
	p.sayAgain(d, &said, len(said.lines))
	p.readKept(d, math.MaxInt64)
}

// A tail is the end of the dialogue, to be said again.
type tail struct {
	lines []Line
	from  int  // place of the first in the dialogue
	next  int  // the first not said again yet
	whole bool // what the client said there is read once more
}

// sayAgain says the lines before the n-th, and reads what the client sent before
// each. What of the client is read once more speaks for itself. It returns the
// place of the last line.
func (p *Parser) sayAgain(d *doubt, said *tail, n int) (place int) {
	place = noLine
	for ; said.next < n; said.next++ {
		l := said.lines[said.next]
		p.readKept(d, l.Frame)
		dir := Server
		if l.From == Client.String() {
			dir = Client
		}
		if dir == Client && (l.Kind == LineData || l.Kind == LineCommand && said.whole) {
			continue
		}
		place = p.say(dir, Mark{Time: l.Time, Frame: l.Frame}, &l)
	}
	return place
}

// readKept reads what is kept up to a frame. Behind its end is a hole when more
// followed than was kept.
func (p *Parser) readKept(d *doubt, frame int64) {
	for !d.behind.empty() {
		at, data, _ := d.behind.next()
		if at.Frame > frame {
			break
		}
		p.held.add(at, data)
		d.behind.take(len(data))
	}
	if d.over > 0 && d.behind.empty() {
		p.held.addGap(d.behind.last(), 0)
		d.over = 0
	}
	p.drain()
}
