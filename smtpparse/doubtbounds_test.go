package smtpparse

import (
	"strings"
	"testing"
)

// TestSmugglingBounded holds what is said of messages that no copy can hold.
func TestSmugglingBounded(t *testing.T) {
	long := strings.Repeat(`0123456789\r\n`, maxBehind/10)
	replies := "S~ 250 first\\r\\n250 ok\\r\\n250 ok\\r\\n354 go\\r\\n250 second\\r\\n\nC: QUIT\nS: 221 bye\n"
	testConversations(t, []conversation{{
		name: "the message behind the end is longer than what is kept",
		script: script(underway + `C~ one\n.\nMAIL FROM:<evil@x>\r\nRCPT TO:<c@x>\r\nDATA\r\n` + long + `.\r\n` + "\n" +
			replies),
		check: func(t *testing.T, s *Session) {
			if len(s.Messages) != 2 || s.Messages[0].Bytes != 4 || !s.Messages[0].Complete {
				t.Fatalf("%q", messages(s))
			}
			if m := s.Messages[1]; m.Complete || m.Status != "sent" || m.ReplyText != "second" || m.Bytes >= maxBehind {
				t.Errorf("%+v", m)
			}
			if text := strings.Join(anomalies(s), "\n"); !strings.Contains(text, "the server took LF . LF as the end; 13") ||
				!strings.Contains(text, " octets behind it are not kept") || strings.Contains(text, "unexpected") {
				t.Error(text)
			}
			if text := dialogue(s); !strings.HasSuffix(text, "C12 command QUIT\nS13 reply 221 bye\n") {
				t.Error(text[len(text)-200:])
			}
		},
	}, {
		name: "an end far behind the first",
		script: script(underway + `C~ one\n.\n` + long + `two\n.\r\nMAIL FROM:<evil@x>\r\nRCPT TO:<c@x>\r\nDATA\r\nthree\r\n.\r\n` + "\n" +
			replies),
		check: func(t *testing.T, s *Session) {
			if len(s.Messages) != 2 || s.Messages[0].Bytes != 4+2+int64(maxBehind/10*12)+4 || s.Messages[1].Bytes != 7 {
				t.Errorf("%q", messages(s))
			}
		},
	}})
}

// TestSmugglingInManyPackets holds that small packets do not make the copy large.
func TestSmugglingInManyPackets(t *testing.T) {
	turns, err := script(underway + `C~ one\n.\n` + strings.Repeat("\nC~ NOOP\\r\\n", maxMarks+5) + "\nC~ .\\r\\n\nS~ 250 first\\r\\n250 ok\\r\\n\n").turns()
	if err != nil {
		t.Fatal(err)
	}
	s := feedTurns(Options{}, turns)
	text := strings.Join(anomalies(s), "\n")
	if want := "the server took LF . LF as the end; 33 octets behind it are not kept"; !strings.Contains(text, want) || s.Messages[0].Bytes != 4 {
		t.Errorf("%q\n%s", messages(s), text)
	}
}

// TestDoubtIsFreed holds that the copy lasts no longer than the doubt.
func TestDoubtIsFreed(t *testing.T) {
	for _, test := range []struct {
		name   string
		script script
		kept   bool
	}{
		{name: "no doubt", script: underway + `C~ one\r\n.\r\n`},
		{name: "in the body", script: underway + `C~ one\n.\ntwo`, kept: true},
		{name: "unanswered", script: smuggled, kept: true},
		{name: "answered once", script: smuggled + "S: 250 ok", kept: true},
		{name: "QUIT answered", script: smuggled + "S: 250 ok\nC: QUIT\nS: 221 bye"},
		{name: "the next message", script: smuggled + "S: 250 ok\nC: MAIL FROM:<a@x>"},
		{name: "followed", script: smuggled + "S~ 250 a\\r\\n250 b\\r\\n250 c\\r\\n354 d\\r\\n250 e\\r\\n\nC: NOOP"},
		{name: "a hole", script: smuggled + "S! 10"},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := NewParser(Options{})
			turns, err := test.script.turns()
			if err != nil {
				t.Fatal(err)
			}
			for i, u := range turns {
				if u.isGap {
					p.Gap(u.dir, markOf(i+1), u.gap)
				} else {
					p.Feed(u.dir, markOf(i+1), u.data)
				}
			}
			if kept := cap(p.doubt.behind.octets) > 0; kept != test.kept {
				t.Errorf("a copy is kept: %t, want %t", kept, test.kept)
			}
		})
	}
}

// TestHolesInBodyKeepLittle holds that a mail with many holes is not copied.
func TestHolesInBodyKeepLittle(t *testing.T) {
	turns, err := script(underway + "C: Subject: x\nC:\n").turns()
	if err != nil {
		t.Fatal(err)
	}
	p := NewParser(Options{})
	for i, u := range turns {
		p.Feed(u.dir, markOf(i+1), u.data)
	}
	text := []byte(strings.Repeat("0123456789abcdef\r\n", maxBehind/16))
	for range 20 {
		p.Gap(Client, markOf(20), 1448)
		p.Feed(Client, markOf(21), text)
	}
	if n := cap(p.doubt.behind.octets); n > 2*maxBehindHole {
		t.Errorf("room for %d octets", n)
	}
}
