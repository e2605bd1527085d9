package tui

import (
	"net/netip"
	"testing"
	"time"

	"smtpscope/inspect"
	"smtpscope/smtpparse"
	"smtpscope/verdict"
)

// madeSession is a session made by hand.
func madeSession(state verdict.State) *inspect.Session {
	start := time.Date(2026, 11, 2, 9, 0, 1, 0, time.UTC)
	return &inspect.Session{
		Session: &smtpparse.Session{
			Start: start, End: start.Add(time.Second),
			Client:   smtpparse.Endpoint{IP: netip.MustParseAddr("10.1.2.3"), Port: 51544},
			Server:   smtpparse.Endpoint{IP: netip.MustParseAddr("10.1.2.9"), Port: 587},
			Greeting: &smtpparse.Greeting{Code: 220, Text: "ex01 ready", Frame: 1},
			Hello: []smtpparse.Hello{{Verb: "EHLO", Name: "sp01", ReplyCode: 250, Complete: true, Frame: 2,
				Capabilities: []smtpparse.Capability{{Keyword: "AUTH", Params: []string{"NTLM"}}}, AuthMechanisms: []string{"NTLM"}}},
			Dialogue: []smtpparse.Line{
				{From: "server", Time: start, Frame: 1, Kind: smtpparse.LineReply, Code: 220, Text: "ex01 ready"},
				{From: "client", Time: start, Frame: 2, Kind: smtpparse.LineCommand, Verb: "EHLO", Text: "EHLO sp01"},
			},
		},
		Verdict: verdict.Verdict{State: state, Text: "AUTH NTLM", Evidence: []verdict.Evidence{{Frame: 2, Text: "AUTH NTLM"}}},
	}
}

func addSession(t testing.TB, st *Store, s *inspect.Session, id int64) {
	t.Helper()
	if err := st.Session(id, st.Render(nil, s)); err != nil {
		t.Fatal(err)
	}
}
