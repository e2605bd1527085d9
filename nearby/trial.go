package nearby

import (
	"slices"
	"strings"
	"time"
)

// A trial is a KDC that a client tries to reach by one transport.
type trial struct {
	Unreachable
	awaits  awaited
	service string // what was asked for first
}

// maxTrials is how many KDCs without an answer are told apart: the latest.
const maxTrials = 2 * maxUnreachable

// awaited is what has to come next.
type awaited uint8

const (
	awaitsConnection awaited = iota // the KDC's SYN and ACK
	awaitsRequest                   // the client's: nothing is missing of the KDC
	awaitsAnswer
)

// failed tells that the KDC is to blame. Who has only just asked may still be answered.
func (t *trial) failed(now int64) bool {
	if t.awaits == awaitsRequest {
		return false
	}
	return t.Refused || t.ICMP != nil || now-t.Time.UnixNano() > answerTime
}

// trialOf finds the trial that an entry belongs to, nil if there is none.
func (x *exchanges) trialOf(e *entry) *trial {
	for i := range x.vain {
		if t := &x.vain[i]; t.KDC == e.server && t.Transport == transport(e) {
			return t
		}
	}
	return nil
}

// tried notes a try to reach a KDC.
func (x *exchanges) tried(e *entry, awaits awaited) *trial {
	t := x.trialOf(e)
	switch {
	case t != nil && t.awaits == awaitsRequest: // of a connection in which none came
	case t != nil:
		t.Tries++
		return t
	case e.server.Port() != portKerberos:
		return nil
	default:
		x.vain = append(x.vain[max(0, len(x.vain)+1-maxTrials):], trial{})
		t = &x.vain[len(x.vain)-1]
	}
	*t = trial{awaits: awaits, Unreachable: Unreachable{KDC: e.server, Transport: transport(e), Frame: e.Frame, Time: time.Unix(0, e.Time).UTC(), Tries: 1}}
	return t
}

// taken notes that a KDC took the connection. What it was asked in another one before
// is still without an answer.
func (x *exchanges) taken(e *entry) {
	if t := x.trialOf(e); t != nil && t.awaits == awaitsConnection {
		t.awaits, t.Refused, t.ICMP = awaitsRequest, false, nil
	}
}

// asked notes a request by TCP. Where the KDC was not seen to take the connection, its
// packets are not in the capture, and neither would be its answer.
func (x *exchanges) asked(e *entry) {
	switch t := x.trialOf(e); {
	case t == nil:
	case t.awaits == awaitsConnection:
		x.reached(e)
	case t.awaits == awaitsRequest:
		t.awaits, t.Taken = awaitsAnswer, true
		t.Frame, t.Time, t.Tries = e.Frame, time.Unix(0, e.Time).UTC(), 1
		t.named(e)
	}
}

// reset notes an RST of the KDC's. It matters before an answer only: an answer ends the
// trial, and without a request there is none to be had.
func (x *exchanges) reset(e *entry) {
	if t := x.trialOf(e); t != nil && t.awaits != awaitsRequest {
		t.Refused = true
	}
}

// denied notes ICMP about what was sent to the KDC, which may have been sent where the
// capture does not see it.
func (x *exchanges) denied(e *entry) {
	t := x.trialOf(e)
	if t == nil {
		t = x.tried(e, awaitsConnection)
	}
	if t.ICMP == nil {
		t.ICMP = e.icmp
	}
}

// named notes what was asked for, and in which realm.
func (t *trial) named(e *entry) {
	if t != nil && t.Realm == "" {
		t.Realm, t.service = e.message.realm, e.message.service
	}
}

// answered notes that a KDC of a realm answered. One is enough, but for a ticket of a
// mail server's that another realm would have given.
func (x *exchanges) answered(realm string) {
	x.vain = slices.DeleteFunc(x.vain, func(t trial) bool {
		return realm == "" || t.Realm == "" || strings.EqualFold(t.Realm, realm) || !IsMail(t.service)
	})
}

// reached notes that the KDC said something.
func (x *exchanges) reached(e *entry) {
	x.vain = slices.DeleteFunc(x.vain, func(t trial) bool { return t.KDC == e.server && t.Transport == transport(e) })
}
