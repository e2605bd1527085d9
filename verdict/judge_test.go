package verdict

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode"

	"smtpscope/smtpparse"
)

// Judge is Court.Judge for a single session of which nothing else is known: what
// it gives is the caller's.
func Judge(s *smtpparse.Session) (Verdict, []Finding) { return new(Court).Judge(s, nil) }

// checkJudgement holds a judgement to what must be true of every session.
func checkJudgement(t *testing.T, s *smtpparse.Session, v Verdict, found []Finding) {
	t.Helper()
	if !slices.Contains(States, v.State) {
		t.Errorf("state %q is none of States", v.State)
	}
	checkState(t, s, v.State)
	frames := framesOf(s)
	for i, e := range v.Evidence {
		if !frames[e.Frame] || e.Frame <= 0 || i > 0 && v.Evidence[i-1].Frame >= e.Frame {
			t.Errorf("evidence %+v: frame not of the session, or out of order", v.Evidence)
		}
	}
	if len(v.Evidence) == 0 && v.State != None && v.State != Incomplete {
		t.Errorf("%s without evidence: %s", v.State, v.Text)
	}
	seen := make(map[CauseID]bool)
	for _, c := range v.Causes {
		if seen[c.ID] || c.Frame != 0 && !frames[c.Frame] || c.Text == "" || c.Next == "" {
			t.Errorf("cause %+v: told twice, empty, or with a frame that is not of the session", c)
		}
		seen[c.ID] = true
	}
	if !slices.IsSortedFunc(v.Causes, func(a, b Cause) int { return a.Certainty.rank() - b.Certainty.rank() }) || len(v.Causes) > 0 && v.Causes[0].Certainty.rank() < 0 {
		t.Errorf("causes out of order: %+v", v.Causes)
	}
	for _, f := range found {
		if f.Frame != 0 && !frames[f.Frame] || f.Text == "" {
			t.Errorf("finding %+v: empty, or with a frame that is not of the session", f)
		}
	}
	checkPrintable(t, v, found)
}

// checkState holds the state to the attempts: Kerberos only with a ticket and
// 235, a login only with 235, and never the contrary of a 235 that was seen.
func checkState(t *testing.T, s *smtpparse.Session, state State) {
	t.Helper()
	ticket, login := false, false
	for _, a := range s.Auth {
		if a.ReplyCode == 235 && a.Outcome == smtpparse.Accepted {
			login = true
			ticket = ticket || a.Kerberos != nil && a.Kerberos.APReq
		}
	}
	switch state {
	case Kerberos, IAKERB:
		if !ticket {
			t.Errorf("%s without AP-REQ and 235", state)
		}
	case NTLM, NTLMInGSSAPI, Password, Challenge, OAuth, Certificate, Other:
		if !login {
			t.Errorf("%s without 235", state)
		}
	case Failed, None, Encrypted:
		if login {
			t.Errorf("%s in spite of 235", state)
		}
	}
}

func checkPrintable(t *testing.T, v Verdict, found []Finding) {
	t.Helper()
	texts := []string{v.Text, v.FailedMechanism}
	for _, e := range v.Evidence {
		texts = append(texts, e.Text)
	}
	for _, c := range v.Causes {
		texts = append(texts, c.Text, c.Next)
	}
	for _, f := range found {
		texts = append(texts, f.Text, f.Next)
	}
	for _, text := range texts {
		if strings.Contains(text, secret) {
			t.Errorf("a secret is in %q", text)
		}
		if len(text) > 4096 || strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) }) {
			t.Errorf("%q is too long or does not print", text)
		}
	}
	if v.Text == "" {
		t.Error("no text")
	}
}

func judgeSeed(t *testing.T, seed uint64) {
	s, same := newDice(seed).session(), newDice(seed).session()
	v, found := Judge(s)
	checkJudgement(t, s, v, found)
	again, foundAgain := Judge(s)
	if !reflect.DeepEqual(v, again) || !reflect.DeepEqual(found, foundAgain) {
		t.Error("two judgements of one session differ")
	}
	if !reflect.DeepEqual(s, same) {
		t.Error("the session was changed")
	}
	if lastAccepted(s) != nil {
		s.Auth = append(s.Auth, &smtpparse.Auth{Verb: "AUTH", Mechanism: "NTLM", Actual: "ntlm", Outcome: smtpparse.Rejected, ReplyCode: 503})
		if after, _ := Judge(s); after.State != v.State {
			t.Errorf("a refused AUTH after success turned %s into %s", v.State, after.State)
		}
	}
	if t.Failed() {
		t.Fatalf("seed %d: %s: %s", seed, v.State, v.Text)
	}
}

func TestJudgeAnySession(t *testing.T) {
	states := make(map[State]int)
	for seed := range uint64(20000) {
		judgeSeed(t, seed)
		v, _ := Judge(newDice(seed).session())
		states[v.State]++
	}
	for _, state := range States {
		if states[state] == 0 {
			t.Errorf("no random session was %s: the property was not tried on it", state)
		}
	}
}

func FuzzJudge(f *testing.F) {
	for seed := range uint64(8) {
		f.Add(seed)
	}
	f.Fuzz(judgeSeed)
}

func TestJudgeScripts(t *testing.T) {
	for name, sc := range map[string]*script{
		"kerberos":  start().ehlo(gssapi).auth(kerberos(235)).mail(250, 250).quit(),
		"fallback":  start().ehlo(gssapi).auth(kerberos(535)).auth(ntlm("NTLM", 235)).mail(250, 250).quit(),
		"encrypted": start().ehlo().starttls(false, 900, 3000),
		"anonymous": start().ehlo().mail(250, 250).quit(),
	} {
		v, found := Judge(sc.s)
		t.Run(name, func(t *testing.T) { checkJudgement(t, sc.s, v, found) })
	}
}

// Lists are never null in JSON: readers of the record iterate over them.
func TestJudgeGivesLists(t *testing.T) {
	v, found := Judge(&smtpparse.Session{})
	if out, err := json.Marshal(v); err != nil || strings.Contains(string(out), "null") {
		t.Errorf("verdict = %s, %v", out, err)
	}
	if found == nil {
		t.Error("findings are nil")
	}
}

func BenchmarkJudge(b *testing.B) {
	s := start().ehlo(gssapi).auth(kerberos(535)).auth(ntlm("NTLM", 235)).mail(250, 250).quit().s
	b.ReportAllocs()
	for b.Loop() {
		Judge(s)
	}
}
