package smtpparse

import (
	"bytes"
	"runtime"
	"strings"
	"testing"
)

// feedTurns plays without copies, for inputs too large to be split octet by octet.
func feedTurns(o Options, turns []turn) *Session {
	p := NewParser(o)
	for i, u := range turns {
		for rest := u.data; len(rest) > 0; {
			n := min(len(rest), 1460)
			p.Feed(u.dir, markOf(i+1), rest[:n])
			rest = rest[n:]
		}
	}
	p.Close(markOf(len(turns) + 1))
	return p.Session()
}

// manyTurns repeats turns n times.
func manyTurns(n int, turns ...turn) (all []turn) {
	for range n {
		all = append(all, turns...)
	}
	return all
}

// TestHostileVolume feeds what an enemy might and looks at what is kept.
func TestHostileVolume(t *testing.T) {
	head, err := script(greeted).turns()
	if err != nil {
		t.Fatal(err)
	}
	client := func(text string) turn { return turn{data: []byte(text)} }
	server := func(text string) turn { return turn{dir: Server, data: []byte(text)} }
	many := strings.Repeat
	for _, test := range []struct {
		name    string
		turns   []turn
		omitted string
		check   func(t *testing.T, s *Session)
	}{
		{name: "a million NOOPs pipelined", omitted: "dialogue",
			turns: []turn{client(many("NOOP\r\n", 1e6)), server(many("250 ok\r\n", 1e6)), client("QUIT\r\n"), server("221 bye\r\n")},
			check: func(t *testing.T, s *Session) {
				if len(s.Anomalies) != 0 {
					t.Errorf("anomalies %q", anomalies(s)[:1])
				}
			}},
		{name: "alternating commands pipelined, never answered", omitted: "dialogue",
			turns: []turn{client(many("NOOP\r\nXX\r\nHELO x\r\n", 1e5))}},
		{name: "a hundred thousand recipients", omitted: "recipients",
			turns: []turn{client("MAIL FROM:<a@x>\r\n" + many("RCPT TO:<b@x>\r\n", 1e5) + "DATA\r\n"),
				server(many("250 ok\r\n", 1e5+1) + "354 go\r\n"), client("x\r\n.\r\n"), server("250 ok\r\n")},
			check: func(t *testing.T, s *Session) {
				m := s.Messages[0]
				if len(m.RcptTo) != defaultRecipients || m.Status != "sent" || m.RcptTo[999].ReplyCode != 250 {
					t.Errorf("%d recipients, %s", len(m.RcptTo), m.Status)
				}
			}},
		{name: "a hundred thousand recipients over LMTP", omitted: "recipients",
			turns: []turn{client("LHLO x\r\n"), server("250-x\r\n250 PIPELINING\r\n"), client("MAIL FROM:<a@x>\r\n" + many("RCPT TO:<b@x>\r\n", 1e5) + "DATA\r\n"),
				server(many("250 ok\r\n", 1e5+1) + "354 go\r\n"), client("x\r\n.\r\nNOOP\r\n"), server(many("250 ok\r\n", 1e5) + "250 noop\r\n")},
			check: func(t *testing.T, s *Session) {
				if len(s.Anomalies) != 0 {
					t.Errorf("anomalies %q", anomalies(s)[:1])
				}
			}},
		{name: "an EHLO reply without end", omitted: "capabilities",
			turns: []turn{client("EHLO x\r\n"), server(many("250-X Y Z\r\n", 1e6))}},
		{name: "a line of ten megabytes", turns: []turn{client(many("x", 1e7) + "\r\n"), server("500 " + many("y", 1e7) + "\r\n")}},
		{name: "a line of ten megabytes without end", turns: []turn{client(many("x", 1e7)), server("250-" + many("y", 1e7))}},
		{name: "challenges and responses without end", omitted: "steps",
			turns: []turn{client("AUTH LOGIN\r\n" + many("QQ==\r\n", 1e4)), server(many("334 QQ==\r\n", 2e4))}},
		{name: "attempts without end", omitted: "auth",
			turns: []turn{client(many("AUTH PLAIN =\r\n", 4e3)), server(many("535 no\r\n", 4e3))}},
		{name: "messages without end", omitted: "messages",
			turns: []turn{client(many("MAIL FROM:<a@x>\r\nRCPT TO:<b@x>\r\nBDAT 1 LAST\r\nx", 1e4)), server(many("250 ok\r\n", 3e4))}},
		{name: "a body of ends that are none", omitted: "anomalies",
			turns: []turn{client("DATA\r\n"), server("354 go\r\n"), client(many("\n.\n", 1e6)), client("\r\n.\r\n")}},
		{name: "ends that the server takes, without end", omitted: "messages",
			turns: manyTurns(1100, client("DATA\r\n"), server("354 go\r\n"), client("\n.\nNOOP\r\n\r\n.\r\n"), server(many("250 ok\r\n", 6)))},
		{name: "ends inside ends, each taken", turns: append([]turn{client("DATA\r\n"), server("354 go\r\n"), client(many("\n.\nDATA\r\n", 6e3))},
			manyTurns(200, server(many("250 ok\r\n354 go\r\n", 30)), client("x"))...),
			check: func(t *testing.T, s *Session) {
				if len(s.Messages) != maxRereads+1 {
					t.Errorf("%d messages, want %d", len(s.Messages), maxRereads+1)
				}
			}},
		{name: "a body of CRs", turns: []turn{client("DATA\r\n"), server("354 go\r\n"), client(many("a\r", 2e6))}},
		{name: "a body of LFs", turns: []turn{client("DATA\r\n"), server("354 go\r\n"), client(many("a\n", 2e6))}},
		{name: "a header without end", turns: []turn{client("DATA\r\n"), server("354 go\r\n"), client(many("Subject: x\r\n y\r\n", 5e5))}},
		{name: "a body nobody asked for", turns: []turn{client("DATA\r\n" + many("0123456789abcdef\r\n", 1e5))}},
		{name: "quoted secrets",
			turns: []turn{client("c2VjcmV0c2VjcmV0\r\n" + many("aaaaaaaa"+many("b", 500)+"\r\n", 4)), server(many("500 "+many("zzzz ", 200)+"\r\n", 2e4))}},
	} {
		t.Run(test.name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			s := feedTurns(Options{}, append(append([]turn(nil), head...), test.turns...))
			runtime.GC()
			runtime.ReadMemStats(&after)
			if kept := int64(after.HeapAlloc) - int64(before.HeapAlloc); kept > 16<<20 {
				t.Errorf("%d octets are kept", kept)
			}
			if test.omitted != "" && s.Omitted[test.omitted] == 0 {
				t.Errorf("omitted %v, want some %s", s.Omitted, test.omitted)
			}
			if len(s.Dialogue) > defaultDialogue || len(s.Anomalies) > defaultAnomalies {
				t.Errorf("%d lines, %d anomalies", len(s.Dialogue), len(s.Anomalies))
			}
			if test.check != nil {
				test.check(t, s)
			}
			runtime.KeepAlive(s)
		})
	}
}

// TestBodyOctetsAreNotCopied holds that skimming allocates nothing.
func TestBodyOctetsAreNotCopied(t *testing.T) {
	p := NewParser(Options{})
	turns, err := script(underway + "C: Subject: x\nC:\n").turns()
	if err != nil {
		t.Fatal(err)
	}
	for i, u := range turns {
		p.Feed(u.dir, markOf(i+1), u.data)
	}
	chunk := bytes.Repeat([]byte(strings.Repeat("A", 76)+"\r\n"), 800)
	if n := testing.AllocsPerRun(100, func() { p.Feed(Client, markOf(99), chunk) }); n != 0 {
		t.Errorf("%v allocations for %d octets of body", n, len(chunk))
	}
}
