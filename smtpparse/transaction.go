package smtpparse

import (
	"bytes"
	"slices"
	"strings"
)

// A transaction is a mail transaction and what the session does not show of it.
type transaction struct {
	Message
	data        dataStage
	prev        *transaction // the one under way when a second MAIL came
	mail        int          // code of the reply to MAIL, 0 while there is none
	accepted    int          // recipients that the server took
	refused     int          // and refused
	unkept      int          // recipients beyond the limit
	lastRefusal int          // code
	listed      listing
	probe       bool // DATA came with an argument, which RFC 5321 4.1.1.4 does not know
	each        bool // a 353 has announced a reply for each recipient (PRDR)
}

type listing uint8

const (
	notListed listing = iota
	listed
	leftOut // the limit is reached
)

// dataStage says how far the message's octets are.
type dataStage uint8

const (
	dataNone  dataStage = iota // none sent
	dataBegun                  // the body or a chunk has begun
	dataEnded                  // the dot, or the LAST chunk
	dataOver                   // the outcome is known
)

func (t *transaction) begun() bool { return t.mail/100 == 2 || t.listed != notListed }

// begin makes a transaction.
func (p *Parser) begin(at Mark) *transaction {
	t := p.room.transactions.next()
	if t.RcptTo == nil {
		t.RcptTo = []Recipient{}
	}
	t.Transfer, t.Status = "DATA", "unknown"
	t.FirstFrame, t.LastFrame, t.Time, t.TLS = at.Frame, at.Frame, at.Time.UTC(), p.inTLS
	p.tx = t
	return t
}

// list shows a transaction in the session.
func (p *Parser) list(t *transaction) {
	if t.listed != notListed {
		return
	}
	if len(p.s.Messages) >= p.lim.Messages {
		t.listed = leftOut
		p.omit("messages")
		return
	}
	t.listed = listed
	p.fact(messageSize + len(t.MailFrom))
	p.s.Messages = append(p.s.Messages, &t.Message)
}

// unlist takes the last listed transaction out again.
func (p *Parser) unlist(t *transaction) {
	if n := len(p.s.Messages); t.listed == listed && p.s.Messages[n-1] == &t.Message {
		p.s.Messages = p.s.Messages[:n-1]
	}
}

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

func (p *Parser) data(at Mark, args []byte, e *pending) {
	e.tx = p.tx
	if p.tx != nil {
		p.tx.touch(at)
		p.tx.probe = len(trimSpace(args)) > 0
	}
}

func (p *Parser) dataAnswered(e *pending, a *answer) {
	if a.code == 354 {
		if p.state == expectDataEnd {
			return // the body was taken for one before its go-ahead came
		}
		if at, _, ok := p.heldFirst(); ok && at.Frame > p.readAgain {
			p.anomaly(DataWithoutGoAhead, at, "")
		}
		p.tx = e.tx
		p.move(gotGoAhead)
		p.startBody(a.at)
		return
	}
	if a.code/100 == 2 && p.heldBody() { // the 354 is missing, this answers the message
		p.loseReply()
		p.drain()
		if f := p.queue.front(); f != nil && f.verb == pendingDataEnd {
			p.giveFront(a)
		}
		return
	}
	if p.state == expectDataEnd && p.body.tx == e.tx { // the body came without a go-ahead
		p.endBody(a.at, false)
	}
	p.move(gotOutcome)
	if t := e.tx; t != nil {
		p.outcome(t, a)
	}
}

// goAheadUnasked takes a 354 whose DATA was not seen.
func (p *Parser) goAheadUnasked(a *answer) {
	p.state = expectCommand
	p.move(gotGoAhead)
	held := !p.held.empty()
	p.startBody(a.at)
	if held {
		// What the client sent before it was told to go on may be commands whose
		// replies are in the hole.
		p.body.gaps = true
	}
}

func (p *Parser) burl(at Mark, args []byte, e *pending) {
	e.tx = p.tx
	if t := p.tx; t != nil {
		t.touch(at)
		t.data = dataBegun
		if lastWordIs(args, "LAST") {
			e.last = true
			t.data = dataEnded
			p.tx = nil
		}
	}
}

// outcome notes a reply that decides a message.
func (p *Parser) outcome(t *transaction, a *answer) {
	t.touch(a.at)
	t.ReplyCode, t.EnhancedCode, t.ReplyText = a.code, a.enhanced, a.text
	switch a.code / 100 {
	case 2:
		t.Status = "sent"
		p.list(t)
	case 4, 5:
		t.Status = "refused"
	}
}

// messageAnswered takes the reply to a whole message. LMTP servers send one for
// each recipient that they took (RFC 2033, section 4.2); with PRDR a server may
// do so between a 353 and the reply to the message (draft-hall-prdr).
func (p *Parser) messageAnswered(e *pending, a *answer) {
	t := e.tx
	switch {
	case announcesEach(e, a.code):
		t.each = true
		t.touch(a.at)
		p.queue.pushFront(*e)
	case t.each && t.delivered(a.code):
		t.touch(a.at)
		p.queue.pushFront(*e)
	case p.lhlo:
		p.deliveryAnswered(e, a)
	default:
		p.outcome(t, a)
		t.data = dataOver
	}
}

// announcesEach tells that a reply to a message is the 353 of PRDR.
func announcesEach(e *pending, code int) bool {
	asked := func(param string) bool { return strings.EqualFold(param, "PRDR") }
	return code == 353 && e.tx != nil && (e.verb == pendingDataEnd || e.last) && slices.ContainsFunc(e.tx.Params, asked)
}

// deliveryAnswered takes LMTP's reply for one recipient; the first is that of the
// message as well.
func (p *Parser) deliveryAnswered(e *pending, a *answer) {
	t := e.tx
	if t.data != dataOver {
		t.data = dataOver
		p.outcome(t, a)
	}
	t.touch(a.at)
	if t.delivered(a.code) && a.code/100 == 2 {
		t.Status = "sent"
	}
	if t.undelivered() > 0 {
		p.queue.pushFront(*e)
	}
}

// delivered gives a recipient's own reply to the first that has none, those first
// that are kept; false: all have theirs.
func (t *transaction) delivered(code int) bool {
	for i := range t.RcptTo {
		if r := &t.RcptTo[i]; r.DeliveryCode == 0 && r.ReplyCode < 400 {
			r.DeliveryCode = code
			return true
		}
	}
	if t.unkept == 0 {
		return false
	}
	t.unkept--
	return true
}

// undelivered is how many recipients have no reply of their own yet.
func (t *transaction) undelivered() int {
	n := t.unkept
	for i := range t.RcptTo {
		if r := &t.RcptTo[i]; r.DeliveryCode == 0 && r.ReplyCode < 400 {
			n++
		}
	}
	return n
}

// owed is how many replies the message waits for.
func (t *transaction) owed(lmtp bool) int {
	switch {
	case t.each:
		return t.undelivered() + 1
	case lmtp:
		return max(1, t.undelivered())
	}
	return 1
}

// abort ends the transaction under way (RSET, a new greeting, QUIT).
func (p *Parser) abort(at Mark) {
	p.unsure = false
	if p.tx != nil {
		p.abortOne(p.tx, at)
		p.tx = nil
	}
}

func (p *Parser) abortOne(t *transaction, at Mark) {
	if t.probe && t.data == dataNone && t.ReplyCode >= 400 {
		p.unlist(t)
		return
	}
	if p.body.tx == t {
		p.endBody(at, false)
	}
	t.close("aborted")
	t.touch(at)
}

// close gives a transaction without outcome its status: refused when the server
// took neither sender nor any recipient, else how it ended.
func (t *transaction) close(how string) {
	if t.Status != "unknown" {
		return
	}
	t.Status = how
	switch {
	case t.mail >= 400:
		t.Status, t.ReplyCode = "refused", t.mail
	case t.refused > 0 && t.refused == len(t.RcptTo)+t.unkept:
		t.Status, t.ReplyCode = "refused", t.lastRefusal
	}
}

func (t *transaction) touch(at Mark) { t.LastFrame = at.Frame }

// path splits "<a@b> SIZE=1" into the address and the parameters. The angle
// brackets are often left out.
func (p *Parser) path(b []byte) (address string, params []string) {
	b = trimSpace(b)
	if len(b) > 0 && b[0] == '<' {
		if end := closingBracket(b); end > 0 {
			address, b = p.strings.text(b[1:end]), b[end+1:]
			params, _ = p.params(b)
			return address, params
		}
		b = b[1:]
	}
	word, rest := cutWord(b)
	params, _ = p.params(rest)
	return p.strings.text(word), params
}

func (p *Parser) params(b []byte) ([]string, int) {
	if len(trimSpace(b)) == 0 {
		return nil, 0
	}
	words, more := p.strings.fields(b, maxParams)
	if !p.spend(stringsCost(words)) {
		return nil, more
	}
	return words, more
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

func lastWordIs(b []byte, want string) bool {
	b = trimSpace(b)
	if len(b) < len(want) {
		return false
	}
	rest, ok := cutPrefixFold(b[len(b)-len(want):], want)
	return ok && len(rest) == 0
}
