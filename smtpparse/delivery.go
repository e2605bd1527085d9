package smtpparse

import (
	"slices"
	"strings"
)

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
