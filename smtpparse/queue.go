package smtpparse

// A pending is a run of like commands that wait for their replies.
type pending struct {
	verb   verb
	count  int   // replies outstanding
	frame  int64 // of the first command
	tx     *transaction
	rcpt   int // RCPT: place of the first recipient; noLine when it was not kept
	hello  int // EHLO: place in Session.Hello; noLine when it was not kept
	auth   *attempt
	secret bool // the command's line was masked
	last   bool // BDAT or BURL with LAST
}

// A queue holds the commands that wait for replies, in order (RFC 2920). Runs
// keep it small however many commands a client sends ahead.
type queue struct {
	runs []pending
	head int
}

func (q *queue) clear() { clear(q.runs); q.runs, q.head = q.runs[:0], 0 }

func (q *queue) empty() bool { return q.head == len(q.runs) }

func (q *queue) front() *pending {
	if q.empty() {
		return nil
	}
	return &q.runs[q.head]
}

// push appends a command, to the last run if it is like it.
func (q *queue) push(e pending) {
	e.count = max(e.count, 1)
	if q.empty() {
		q.clear()
		q.runs = append(q.runs, e)
		return
	}
	last := &q.runs[len(q.runs)-1]
	switch {
	case last.takes(e):
		last.count += e.count
	case len(q.runs)-q.head >= maxQueue && last.verb == noVerb && !last.secret:
		last.count += e.count
	case len(q.runs)-q.head >= maxQueue:
		q.runs = append(q.runs, pending{verb: noVerb, count: 1, frame: e.frame, rcpt: noLine, hello: noLine})
	default:
		if q.head > maxQueue {
			q.compact()
		}
		q.runs = append(q.runs, e)
	}
}

// takes tells that e continues the run r.
func (r *pending) takes(e pending) bool {
	if r.verb != e.verb || r.tx != e.tx || r.secret != e.secret {
		return false
	}
	switch e.verb {
	case verbRCPT:
		if r.rcpt == noLine {
			return e.rcpt == noLine
		}
		return e.rcpt == r.rcpt+r.count
	case verbNOOP, verbRSET, verbOther, noVerb, pendingUnknown:
		return true
	}
	return false
}

func (q *queue) compact() {
	n := copy(q.runs, q.runs[q.head:])
	clear(q.runs[n:])
	q.runs, q.head = q.runs[:n], 0
}

// pop drops one command from the front.
func (q *queue) pop() {
	e := &q.runs[q.head]
	if e.count--; e.count > 0 {
		if e.rcpt != noLine {
			e.rcpt++
		}
		return
	}
	*e = pending{}
	q.head++
}

// drop drops the first run.
func (q *queue) drop() {
	q.runs[q.head].count = 1
	q.pop()
}

// find returns how many runs stand before the first that only code can answer;
// ok is false when there is none.
func (q *queue) find(code int) (n int, ok bool) {
	for i := q.head; i < len(q.runs); i++ {
		if v := q.runs[i].verb; v != pendingUnknown && v.mayAnswer(code) {
			return i - q.head, true
		}
	}
	return 0, false
}

// findHello is find for the EHLO that a reply of several lines answers.
func (q *queue) findHello() (n int, ok bool) {
	for i := q.head; i < len(q.runs); i++ {
		if v := q.runs[i].verb; v == verbEHLO || v == verbLHLO {
			return i - q.head, true
		}
	}
	return 0, false
}

// has tells whether v waits for its reply.
func (q *queue) has(v verb) bool {
	for i := q.head; i < len(q.runs); i++ {
		if q.runs[i].verb == v {
			return true
		}
	}
	return false
}

// hasAuth tells whether an AUTH or a response in one waits for its reply.
func (q *queue) hasAuth() bool { return q.has(verbAUTH) || q.has(verbXEXPS) }

// insertUnknown puts a hole at the front, or behind the first command when that
// one's reply is under way.
func (q *queue) insertUnknown(at Mark, behind bool) {
	hole := newPending(pendingUnknown, at)
	front := q.front()
	switch {
	case front == nil || !behind && front.verb != pendingUnknown:
		q.pushFront(hole)
	case behind && front.verb != pendingUnknown:
		first := *front
		*front = hole
		q.pushFront(first)
	}
}

// pushFront puts e before all others.
func (q *queue) pushFront(e pending) {
	e.count = max(e.count, 1)
	if q.head > 0 {
		q.head--
		q.runs[q.head] = e
		return
	}
	q.runs = append(q.runs, pending{})
	copy(q.runs[1:], q.runs)
	q.runs[0] = e
}
