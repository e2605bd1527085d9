package main

import (
	"fmt"
	"slices"
	"strings"

	"smtpscope/inspect"
	"smtpscope/smtpparse"
	"smtpscope/verdict"
)

// requirable are the states that --require takes: those in which somebody got
// in, or mail was given without anybody being asked.
var requirable = []verdict.State{
	verdict.Kerberos, verdict.IAKERB, verdict.NTLM, verdict.NTLMInGSSAPI, verdict.Password,
	verdict.Challenge, verdict.OAuth, verdict.Certificate, verdict.Other, verdict.Anonymous,
}

// A requirement judges sessions against the states that are allowed.
//
// A session in another state than those breaches it when somebody got in or
// mail was given anonymously; a session in which nobody got in (none, failed
// without mail) breaches nothing; what is encrypted or incomplete cannot be
// judged.
type requirement struct {
	allowed []verdict.State
	// seen counts the sessions judged; breaches and unknown those that were not fine.
	seen, breaches, unknown int
	// afterFailure and unasked are those breaches in which nobody got in, but mail did.
	afterFailure, unasked int
	first                 standing // that breached, else that could not be judged
}

// A standing is what decides on a session.
type standing struct {
	id       int64
	state    verdict.State
	gaveMail bool
}

func (r *requirement) judge(s standing) {
	r.seen++
	state := s.state
	switch {
	case slices.Contains(r.allowed, state):
	case slices.Contains(requirable, state), state == verdict.Failed && s.gaveMail:
		r.breaches++
		switch state {
		case verdict.Failed:
			r.afterFailure++
		case verdict.Anonymous:
			r.unasked++
		}
		if r.breaches == 1 {
			r.first = s
		}
	case state == verdict.Encrypted || state == verdict.Incomplete:
		r.unknown++
		if r.first.state == "" {
			r.first = s
		}
	}
}

// standingOctets is the length of a standing as octets, without the number.
const standingOctets = 2

// appendStanding writes down what decides on a session, for readStanding.
func appendStanding(b []byte, s *inspect.Session) []byte {
	gaveMail := slices.ContainsFunc(s.Messages, func(m *smtpparse.Message) bool { return m.Status == "sent" })
	b = append(b, byte(slices.Index(verdict.States, s.Verdict.State)), 0)
	if gaveMail {
		b[len(b)-1] = 1
	}
	return b
}

func readStanding(id int64, b []byte) standing {
	return standing{id: id, state: verdict.States[b[0]], gaveMail: b[1] != 0}
}

// outcome is the exit code and, unless all is fine, a sentence for the operator.
func (r *requirement) outcome() (int, string) {
	if len(r.allowed) == 0 {
		return exitFine, ""
	}
	want := strings.Join(words(r.allowed), " or ")
	switch {
	case r.breaches > 0:
		return exitBreached, fmt.Sprintf("%s is required: %s, the first is #%d (%s)",
			want, r.breachWords(), r.first.id, r.first.state)
	case r.unknown > 0:
		return exitInconclusive, fmt.Sprintf("%s is required: %d of %d sessions cannot be judged, the first is #%d (%s)",
			want, r.unknown, r.seen, r.first.id, r.first.state)
	case r.seen == 0:
		return exitInconclusive, want + " is required: there is no SMTP session to judge"
	}
	return exitFine, ""
}

func words(states []verdict.State) []string {
	all := make([]string, len(states))
	for i, s := range states {
		all[i] = string(s)
	}
	return all
}

// breachWords says in how many sessions what happened, such as "2 of 9 sessions
// got in otherwise, 1 of 9 sessions gave mail without a login".
func (r *requirement) breachWords() string {
	var parts []string
	for _, kind := range []struct {
		n     int
		words string
	}{
		{r.breaches - r.afterFailure - r.unasked, "%d of %d sessions got in otherwise"},
		{r.unasked, "%d of %d sessions gave mail without a login"},
		{r.afterFailure, "in %d of %d sessions mail was taken after a failed login"},
	} {
		if kind.n > 0 {
			parts = append(parts, fmt.Sprintf(kind.words, kind.n, r.seen))
		}
	}
	return strings.Join(parts, ", ")
}
