package main

import (
	"testing"

	"smtpscope/inspect"
	"smtpscope/smtpparse"
	"smtpscope/verdict"
)

// inTLS is a session with an accepted login and a mail, inside TLS or not.
func inTLS(state verdict.State, tls bool) standing {
	s := &inspect.Session{Session: &smtpparse.Session{}, Verdict: verdict.Verdict{State: state}}
	s.Auth = []*smtpparse.Auth{{Outcome: smtpparse.Accepted, TLS: tls}}
	s.Messages = []*smtpparse.Message{{Status: "sent", TLS: tls}}
	return readStanding(0, appendStanding(nil, s))
}

func TestRequireTLS(t *testing.T) {
	kerberos := []verdict.State{verdict.Kerberos}
	for _, test := range []struct {
		name    string
		allowed []verdict.State
		session standing
		want    int
	}{
		{name: "kerberos inside TLS", allowed: kerberos, session: inTLS(verdict.Kerberos, true), want: exitFine},
		{name: "kerberos without TLS", allowed: kerberos, session: inTLS(verdict.Kerberos, false), want: exitBreached},
		{name: "password inside TLS", allowed: kerberos, session: inTLS(verdict.Password, true), want: exitBreached},
		{name: "TLS alone", session: inTLS(verdict.Password, true), want: exitFine},
		{name: "TLS alone, and none", session: inTLS(verdict.NTLM, false), want: exitBreached},
		{name: "TLS alone, encrypted", session: judged(verdict.Encrypted), want: exitFine},
		{name: "excepted", session: standing{state: verdict.NTLM, plain: true, excepted: true}, want: exitInconclusive},
	} {
		r := requirement{allowed: test.allowed, tls: true}
		r.judge(test.session)
		code, word := r.outcome()
		if code != test.want || (code == exitBreached) != (len(r.list()) == 1) {
			t.Errorf("%s: exit %d (%s), %q; want %d", test.name, code, word, r.list(), test.want)
		}
	}
}

func judged(state verdict.State, statuses ...string) standing {
	s := &inspect.Session{Session: &smtpparse.Session{}, Verdict: verdict.Verdict{State: state}}
	for _, status := range statuses {
		s.Messages = append(s.Messages, &smtpparse.Message{Status: status})
	}
	return readStanding(0, appendStanding(nil, s))
}

func TestRequirement(t *testing.T) {
	kerberos := []verdict.State{verdict.Kerberos}
	tests := []struct {
		name     string
		allowed  []verdict.State
		sessions []standing
		want     int
	}{
		{name: "nothing is required", sessions: []standing{judged(verdict.NTLM)}, want: exitFine},
		{name: "all as required", allowed: kerberos, sessions: []standing{judged(verdict.Kerberos), judged(verdict.Kerberos)}, want: exitFine},
		{name: "one otherwise", allowed: kerberos, sessions: []standing{judged(verdict.Kerberos), judged(verdict.NTLMInGSSAPI)}, want: exitBreached},
		{name: "one of several allowed", allowed: []verdict.State{verdict.Kerberos, verdict.IAKERB}, sessions: []standing{judged(verdict.IAKERB)}, want: exitFine},
		{name: "anonymous mail", allowed: kerberos, sessions: []standing{judged(verdict.Anonymous, "sent")}, want: exitBreached},
		{name: "nobody got in", allowed: kerberos, sessions: []standing{judged(verdict.Failed), judged(verdict.None)}, want: exitFine},
		{name: "failed, yet mail was taken", allowed: kerberos, sessions: []standing{judged(verdict.Failed, "sent")}, want: exitBreached},
		{name: "failed, and mail refused", allowed: kerberos, sessions: []standing{judged(verdict.Failed, "refused")}, want: exitFine},
		{name: "encrypted", allowed: kerberos, sessions: []standing{judged(verdict.Kerberos), judged(verdict.Encrypted)}, want: exitInconclusive},
		{name: "incomplete", allowed: kerberos, sessions: []standing{judged(verdict.Incomplete)}, want: exitInconclusive},
		{name: "a breach weighs more than the unknown", allowed: kerberos, sessions: []standing{judged(verdict.Encrypted), judged(verdict.Password)}, want: exitBreached},
		{name: "no session at all", allowed: kerberos, want: exitInconclusive},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := requirement{allowed: test.allowed}
			for _, s := range test.sessions {
				r.judge(s)
			}
			code, word := r.outcome()
			if code != test.want {
				t.Errorf("exit %d (%s), want %d", code, word, test.want)
			}
			if (word == "") != (code == exitFine) {
				t.Errorf("exit %d says %q", code, word)
			}
		})
	}
}

func TestRequirementWords(t *testing.T) {
	for _, test := range []struct {
		name     string
		sessions []standing
		want     string
	}{
		{name: "a login of another kind", sessions: []standing{judged(verdict.Kerberos), judged(verdict.NTLM)}, want: "kerberos is required: 1 of 2 sessions got in otherwise, the first is #0 (ntlm)"},
		{name: "no login", sessions: []standing{judged(verdict.Anonymous, "sent")}, want: "kerberos is required: 1 of 1 sessions gave mail without a login, the first is #0 (anonymous)"},
		{name: "a failed login", sessions: []standing{judged(verdict.Failed, "sent")}, want: "kerberos is required: in 1 of 1 sessions mail was taken after a failed login, the first is #0 (failed)"},
		{name: "all of them", sessions: []standing{judged(verdict.Failed, "sent"), judged(verdict.NTLM), judged(verdict.Password), judged(verdict.Anonymous, "sent")},
			want: "kerberos is required: 2 of 4 sessions got in otherwise, 1 of 4 sessions gave mail without a login, in 1 of 4 sessions mail was taken after a failed login, the first is #0 (failed)"},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := requirement{allowed: []verdict.State{verdict.Kerberos}}
			for _, s := range test.sessions {
				r.judge(s)
			}
			if _, word := r.outcome(); word != test.want {
				t.Errorf("word = %q, want %q", word, test.want)
			}
		})
	}
}

// TestOffenders: few are named, and the others counted.
func TestOffenders(t *testing.T) {
	r := requirement{allowed: []verdict.State{verdict.Kerberos}}
	for range maxOffenders + 5 {
		r.judge(judged(verdict.NTLM))
	}
	if list := r.list(); len(list) != maxOffenders+1 || list[maxOffenders] != "and 5 more" || list[0] == list[maxOffenders] {
		t.Errorf("%d lines: %q", len(list), list)
	}
}
