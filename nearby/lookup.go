package nearby

import (
	"encoding/binary"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/dns/dnsmessage"
)

// lookups are what is found of a client's questions to DNS on the way back, the
// latest first.
type lookups struct {
	Where
	names    []Name
	reverse  []ReverseName
	failures []Failure
	// answered are the questions, of those that could be failures, that were
	// answered later than where the way back is; fine those of them that were
	// answered well, by any name server.
	answered map[queryID]struct{}
	fine     map[asking]struct{}
	// saw tells that there was any answer of a name server.
	saw bool
	// read is how many answers were read record by record.
	read int
}

// maxRead is how many answers that hold the octets of the server's address are read
// record by record, of names that are not known yet: the latest.
const maxRead = 2 * maxNames

// An asking is a question as it is compared: whatever the case of its letters.
type asking struct {
	host string
	kind dnsmessage.Type
}

// A queryID tells the questions of a client apart: its port and the message's
// identifier. Whoever is asked next gets the same.
type queryID uint32

func idOf(e *entry) queryID {
	return queryID(e.client.Port())<<16 | queryID(binary.BigEndian.Uint16(e.dns))
}

// justBefore is how long before a connection a question that failed is taken to be
// about it; nobody answers a question any more after answerTime. Nanoseconds.
const (
	justBefore = int64(5 * time.Second)
	answerTime = int64(time.Second)
)

// take takes in an entry; false when all that is older is too old.
func (l *lookups) take(e *entry) bool {
	if l.Start-e.Time > nameWindow {
		return false
	}
	if e.kind == entryQuestion {
		l.unanswered(e)
		return true
	}
	ofServer := e.server.Port() == portDNS // else of a neighbour
	l.saw = l.saw || ofServer
	q, asked := questionOf(e.dns)
	if asked && ofServer && l.matters(e, q) {
		l.answer(e, q)
	}
	switch {
	case mentions(e.dns, l.Server):
		l.resolved(e, q)
	case asked && q.kind == dnsmessage.TypePTR:
		l.reversed(e, q)
	}
	return true
}

// resolved takes in an answer that may give the server's address to the name in its
// question, which mostly is known already.
func (l *lookups) resolved(e *entry, q question) {
	known := func(name string) bool {
		return slices.ContainsFunc(l.names, func(have Name) bool { return have.Asked == name })
	}
	if len(l.names) >= maxNames || l.read >= maxRead || len(l.names) > 0 && known(q.host()) {
		return
	}
	l.read++
	n, ok := resolved(e.dns, l.Server)
	if !ok || known(n.Asked) {
		return
	}
	n.Frame, n.Time = e.Frame, time.Unix(0, e.Time).UTC()
	switch e.server.Port() {
	case portMDNS:
		n.Protocol = "mdns"
	case portLLMNR:
		n.Protocol = "llmnr"
	}
	l.names = append(l.names, n)
}

func (l *lookups) reversed(e *entry, q question) {
	if !q.isOf(l.Server) || len(l.reverse) >= maxReverse {
		return
	}
	name := reversed(e.dns)
	if name == "" || slices.ContainsFunc(l.reverse, func(have ReverseName) bool { return have.Name == name }) {
		return
	}
	l.reverse = append(l.reverse, ReverseName{Frame: e.Frame, Time: time.Unix(0, e.Time).UTC(), Name: name})
}

// matters tells whether a question that fails could have to do with the connection:
// it looks for a KDC, or for an address just before.
func (l *lookups) matters(e *entry, q question) bool {
	switch q.kind {
	case dnsmessage.TypeA, dnsmessage.TypeAAAA:
		return l.Start-e.Time <= justBefore && e.Time <= l.Start
	}
	return l.Start-e.Time <= kerberosWindow && q.findsKDC()
}

// answer notes that a question was answered, and how if it failed.
func (l *lookups) answer(e *entry, q question) {
	if l.answered == nil {
		l.answered, l.fine = make(map[queryID]struct{}), make(map[asking]struct{})
	}
	l.answered[idOf(e)] = struct{}{}
	code := answerCode(e.dns)
	if code == 0 {
		l.fine[asking{q.host(), q.kind}] = struct{}{}
		return
	}
	l.fail(e, q, Failure{Error: codeName(code)})
}

// unanswered notes a question that nobody answered.
func (l *lookups) unanswered(e *entry) {
	q, ok := questionOf(e.dns)
	if _, answered := l.answered[idOf(e)]; answered || !ok || !l.matters(e, q) || l.Before-e.Clock < answerTime {
		return
	}
	l.fail(e, q, Failure{Tries: 1})
}

// fail adds a failure, unless the same question went well later, or failed later:
// that is told once.
func (l *lookups) fail(e *entry, q question, f Failure) {
	f.Frame, f.Time, f.Server = e.Frame, time.Unix(0, e.Time).UTC(), e.server
	f.Asked, f.Type = q.host(), typeName(q.kind)
	if _, well := l.fine[asking{f.Asked, q.kind}]; well {
		return
	}
	for i := range l.failures {
		have := &l.failures[i]
		if have.Asked != f.Asked || have.Type != f.Type {
			continue
		}
		if f.Error == "" && have.Error == "" {
			have.Frame, have.Time, have.Server = f.Frame, f.Time, f.Server // the first
			have.Tries++
		}
		return
	}
	if len(l.failures) < maxFailures {
		l.failures = append(l.failures, f)
	}
}

// settle leaves those failures that have to do with the connection: of questions
// for a KDC, unless one of them was answered, and for a name like one that led to the
// server, or any, when none did.
func (l *lookups) settle() {
	found := false
	for q := range l.fine {
		found = found || q.kind == dnsmessage.TypeSRV // others that matter are of hosts
	}
	l.failures = slices.DeleteFunc(l.failures, func(f Failure) bool {
		if f.Type == "SRV" {
			return found
		}
		if len(l.names) == 0 {
			return false
		}
		return !slices.ContainsFunc(l.names, func(n Name) bool { return n.Asked != f.Asked && firstLabel(n.Asked) == firstLabel(f.Asked) })
	})
}

func firstLabel(name string) string {
	label, _, _ := strings.Cut(name, ".")
	return label
}

func typeName(t dnsmessage.Type) string {
	switch t {
	case dnsmessage.TypeA:
		return "A"
	case dnsmessage.TypeAAAA:
		return "AAAA"
	}
	return "SRV"
}
