package main

import (
	"testing"

	"smtpscope/authtoken"
	"smtpscope/filter"
	"smtpscope/inspect"
	"smtpscope/smtpparse"
	"smtpscope/verdict"
)

// An echoViewer notes what it is given of a session, open or ended.
type echoViewer struct{ open, written string }

func (v *echoViewer) Render(b []byte, s *inspect.Session) []byte { return append(b, s.CommunityID...) }
func (v *echoViewer) Write(_ int64, rendered []byte) error {
	v.written = string(rendered)
	return nil
}
func (v *echoViewer) Open(_ int64, rendered []byte) error {
	v.open = string(rendered)
	return nil
}
func (v *echoViewer) Flush() error { return nil }

// A viewer gets what it rendered and nothing of what the sink notes before it,
// whether the session is open or has ended.
func TestSinkGivesBackWhatWasRendered(t *testing.T) {
	for name, auth := range map[string][]*smtpparse.Auth{
		"no login": nil,
		"a login":  {{Mechanism: "NTLM", Actual: "ntlm", Outcome: smtpparse.Rejected, ReplyCode: 535, NTLM: &authtoken.NTLM{User: "alice", Domain: "CONTOSO"}}},
	} {
		t.Run(name, func(t *testing.T) {
			v := &echoViewer{}
			s := &sink{viewer: v, filter: new(filter.Filter)}
			record := &inspect.Session{Session: &smtpparse.Session{CommunityID: "1:x", Auth: auth}, Verdict: verdict.Verdict{State: verdict.Failed}}
			rendered := s.Render(nil, record)
			if err := s.Open(1, rendered); err != nil || v.open != "1:x" {
				t.Errorf("open: %q, %v", v.open, err)
			}
			if err := s.Session(1, rendered); err != nil || v.written != "1:x" {
				t.Errorf("ended: %q, %v", v.written, err)
			}
		})
	}
}
