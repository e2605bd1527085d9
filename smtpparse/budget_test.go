package smtpparse

import (
	"bytes"
	"encoding/base64"
	"runtime"
	"strings"
	"testing"
)

// TestAttemptsBeyondTheirNumber: what is not shown of a session does not count as kept,
// or one session would take the room of all.
func TestAttemptsBeyondTheirNumber(t *testing.T) {
	p := NewParser(Options{})
	p.Feed(Server, markOf(1), []byte("220 mx ESMTP\r\n"))
	p.Feed(Client, markOf(2), []byte("EHLO c\r\n"))
	p.Feed(Server, markOf(3), []byte("250-mx\r\n250 AUTH PLAIN\r\n"))
	attempt := func(n int, code string) {
		for range n {
			p.Feed(Client, markOf(4), []byte("AUTH PLAIN AGEAYg==\r\n"))
			p.Feed(Server, markOf(5), []byte(code+"\r\n"))
		}
	}
	attempt(20000, "535 no") // past the lines of a dialogue
	before := p.Kept()
	attempt(1000, "535 no")
	if grown := p.Kept() - before; grown != 0 {
		t.Errorf("%d octets more are kept for attempts that are not shown", grown)
	}
	if s := p.Session(); len(s.Auth) != 100 || s.Omitted["auth"] != 20900 {
		t.Errorf("%d attempts, omitted %v", len(s.Auth), s.Omitted)
	}
}

// TestBudget holds that one session keeps no more than its budget, whatever is
// sent, and that what a verdict needs is there all the same.
func TestBudget(t *testing.T) {
	head, err := script(greeted).turns()
	if err != nil {
		t.Fatal(err)
	}
	client := func(text string) turn { return turn{data: []byte(text)} }
	server := func(text string) turn { return turn{dir: Server, data: []byte(text)} }
	login := []turn{client("RSET\r\n"), server("250 ok\r\n"), client("AUTH PLAIN AGEAYg==\r\n"), server("235 ok\r\n")}
	recipients := client("RSET\r\nMAIL FROM:<a>\r\n" + strings.Repeat("RCPT TO:<b>"+strings.Repeat(" x", 64)+"\r\n", 1000))
	for _, test := range []struct {
		name  string
		turns []turn
	}{
		{name: "parameters", turns: manyTurns(30, recipients, server(strings.Repeat("250 ok\r\n", 1002)))},
		{name: "long lines", turns: manyTurns(300, client("NOOP "+strings.Repeat("x", 60000)+"\r\n"), server("250 ok\r\n"))},
		{name: "trees", turns: manyTurns(40, append(append([]turn{client("AUTH GSSAPI\r\n"), server("334 \r\n")},
			manyTurns(30, client(bigToken+"\r\n"), server("334 \r\n"))...), client("*\r\n"), server("501 no\r\n"))...)},
	} {
		t.Run(test.name, func(t *testing.T) {
			const (
				limit = 1 << 20
				// stock is what the parser holds beside the session while that goes
				// on: its attempts have room for their tokens, kept or not.
				stock = 1 << 20
			)
			p := NewParser(Options{Limits: Limits{Memory: limit}})
			var before, after runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			for i, u := range append(append(append([]turn(nil), head...), test.turns...), login...) {
				p.Feed(u.dir, markOf(i+1), u.data)
			}
			s := p.Session()
			p.Close(markOf(9999))
			kept := p.Kept()
			runtime.GC()
			runtime.ReadMemStats(&after)
			if kept > limit+limit/2 || s.Omitted["memory"] == 0 {
				t.Errorf("kept %d, omitted %v", kept, s.Omitted)
			}
			if grown := int64(after.HeapAlloc) - int64(before.HeapAlloc); grown > 3*limit+stock {
				t.Errorf("%d octets are kept, estimated %d", grown, kept)
			}
			if last := s.Auth[len(s.Auth)-1]; last.Outcome != Accepted {
				t.Errorf("the login: %+v", last)
			}
			p.Reset(false)
			runtime.GC()
			runtime.ReadMemStats(&after)
			if held := int64(after.HeapAlloc) - int64(before.HeapAlloc); held > limit/2 {
				t.Errorf("%d octets serve the next session", held)
			}
			runtime.KeepAlive(p)
		})
	}
}

// bigToken is an SPNEGO token with a thousand mechanisms.
var bigToken = spnegoOf(1000)

func TestFrugal(t *testing.T) {
	turns, err := script(greeted + loginBehind).turns()
	if err != nil {
		t.Fatal(err)
	}
	p := NewParser(Options{})
	p.Frugal()
	playOn(p, turns, whole)
	s := p.Session()
	if len(s.Dialogue) != 0 || s.Omitted["memory"] == 0 {
		t.Errorf("%d lines, omitted %v", len(s.Dialogue), s.Omitted)
	}
	if len(s.Auth) != 1 || s.Auth[0].Outcome != Accepted || s.Auth[0].Steps[0].Tree != nil || len(s.Hello[0].AuthMechanisms) != 4 {
		t.Errorf("%+v %+v", s.Auth, s.Hello)
	}
	p.Reset(false)
	playOn(p, turns, whole)
	if len(p.Session().Dialogue) == 0 || p.Kept() == 0 {
		t.Errorf("kept %d", p.Kept())
	}
}

// spnegoOf makes a NegTokenInit that lists n mechanisms, in base64.
func spnegoOf(n int) string {
	der := func(tag byte, body []byte) []byte {
		return append([]byte{tag, 0x82, byte(len(body) >> 8), byte(len(body))}, body...)
	}
	list := der(0x30, bytes.Repeat([]byte{6, 1, 0x2a}, n))
	init := der(0xa0, der(0x30, der(0xa0, list)))
	return base64.StdEncoding.EncodeToString(der(0x60, append([]byte{6, 6, 0x2b, 6, 1, 5, 5, 2}, init...)))
}
