package main

import (
	"fmt"
	"slices"
	"strings"

	"smtpscope/capture"
	"smtpscope/filter"
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

// requireTLS is the word of --require that wants TLS around logins and mails.
const requireTLS = "tls"

// A requirement judges sessions against the states that are allowed, and against
// TLS, if that is required.
//
// A session in another state than those breaches it when somebody got in or
// mail was given anonymously; a session in which nobody got in (none, failed
// without mail) breaches nothing; what is encrypted or incomplete cannot be
// judged.
type requirement struct {
	allowed []verdict.State // empty: all
	tls     bool
	// except chooses sessions that are not judged.
	except *filter.Filter
	// seen counts the sessions judged; breaches and unknown those that were not fine.
	seen, breaches, unknown int
	// afterFailure and unasked are those breaches in which nobody got in, but mail did.
	afterFailure, unasked int
	// plain are breaches by a login or mail without TLS alone.
	plain    int
	excepted int
	first    standing // that breached, else that could not be judged
	// offenders are the first of those that breached.
	offenders []standing
}

// A standing is what decides on a session.
type standing struct {
	id       int64
	state    verdict.State
	gaveMail bool
	// plain: a login was accepted, or mail was taken, without TLS.
	plain bool
	// excepted: not to be judged.
	excepted bool
	// connection is filled in by the sink.
	connection capture.Connection
}

// maxOffenders is how many are listed.
const maxOffenders = 20

// wanted tells that anything is required.
func (r *requirement) wanted() bool { return len(r.allowed) > 0 || r.tls }

// excepts tells that a session is not to be judged.
func (r *requirement) excepts(s *inspect.Session) bool {
	if r.except.Empty() {
		return false
	}
	facts := filter.FactsOf(s)
	return r.except.Match(&facts, func() []byte { return filter.Text(nil, s) })
}

func (r *requirement) judge(s standing) {
	if s.excepted {
		r.excepted++
		return
	}
	r.seen++
	state := s.state
	allowed := len(r.allowed) == 0 || slices.Contains(r.allowed, state)
	switch {
	case !allowed && (slices.Contains(requirable, state) || state == verdict.Failed && s.gaveMail):
		switch state {
		case verdict.Failed:
			r.afterFailure++
		case verdict.Anonymous:
			r.unasked++
		}
		r.breached(s)
	case r.tls && s.plain:
		r.plain++
		r.breached(s)
	case state == verdict.Incomplete, state == verdict.Encrypted && !allowed:
		r.unknown++
		if r.first.state == "" {
			r.first = s
		}
	}
}

func (r *requirement) breached(s standing) {
	if r.breaches++; r.breaches == 1 {
		r.first = s
	}
	if len(r.offenders) < maxOffenders {
		r.offenders = append(r.offenders, s)
	}
}

// list names the offenders, one a line.
func (r *requirement) list() []string {
	if !r.wanted() || r.breaches == 0 {
		return nil
	}
	var lines []string
	for _, s := range r.offenders {
		line := fmt.Sprintf("#%d  %s → %s  %s", s.id, s.connection.Client, s.connection.Server, s.state)
		if r.tls && s.plain {
			line += ", without TLS"
		}
		lines = append(lines, line)
	}
	if more := r.breaches - len(lines); more > 0 {
		lines = append(lines, fmt.Sprintf("and %d more", more))
	}
	return lines
}

// standingOctets is the length of a standing as octets, without the number.
const standingOctets = 2

// appendStanding writes down what decides on a session, for readStanding.
func appendStanding(b []byte, s *inspect.Session) []byte {
	gaveMail := slices.ContainsFunc(s.Messages, func(m *smtpparse.Message) bool { return m.Status == "sent" })
	b = append(b, byte(slices.Index(verdict.States, s.Verdict.State)), 0)
	if gaveMail {
		b[len(b)-1] |= standingGaveMail
	}
	if slices.ContainsFunc(s.Auth, func(a *smtpparse.Auth) bool { return a.Outcome == smtpparse.Accepted && !a.TLS }) ||
		slices.ContainsFunc(s.Messages, func(m *smtpparse.Message) bool { return m.Status == "sent" && !m.TLS }) {
		b[len(b)-1] |= standingPlain
	}
	return b
}

// The bits of a standing's second octet.
const (
	standingGaveMail = 1 << iota
	standingPlain
	standingExcepted
)

func readStanding(id int64, b []byte) standing {
	return standing{id: id, state: verdict.States[b[0]], gaveMail: b[1]&standingGaveMail != 0, plain: b[1]&standingPlain != 0, excepted: b[1]&standingExcepted != 0}
}

// outcome is the exit code and, unless all is fine, a sentence for the operator.
func (r *requirement) outcome() (int, string) {
	if !r.wanted() {
		return exitFine, ""
	}
	want := r.words()
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

// words is what is required: "kerberos or iakerb, inside TLS".
func (r *requirement) words() string {
	want := strings.Join(stateNames(r.allowed), " or ")
	switch {
	case !r.tls:
		return want
	case want == "":
		return "TLS"
	}
	return want + ", inside TLS,"
}

func stateNames(states []verdict.State) []string {
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
		{r.breaches - r.afterFailure - r.unasked - r.plain, "%d of %d sessions got in otherwise"},
		{r.plain, "%d of %d sessions logged in or gave mail without TLS"},
		{r.unasked, "%d of %d sessions gave mail without a login"},
		{r.afterFailure, "in %d of %d sessions mail was taken after a failed login"},
	} {
		if kind.n > 0 {
			parts = append(parts, fmt.Sprintf(kind.words, kind.n, r.seen))
		}
	}
	return strings.Join(parts, ", ")
}
