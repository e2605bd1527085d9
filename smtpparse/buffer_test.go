package smtpparse

import (
	"bytes"
	"testing"
)

// The buffers of long lines are let go with their session.
func TestResetDropsLongBuffers(t *testing.T) {
	p := NewParser(Options{})
	long := bytes.Repeat([]byte("AAAA"), 16000)
	at := Mark{Frame: 1}
	p.Feed(Server, at, append([]byte("220 "), long...))
	p.Feed(Server, at, []byte("\r\n"))
	p.Feed(Client, at, append([]byte("AUTH PLAIN "), long...))
	p.Feed(Client, at, []byte("\r\n"))
	p.Feed(Server, at, []byte("535 no\r\n250 ok\r\n250 ok\r\n354 go\r\n"))
	p.Feed(Client, at, []byte("MAIL FROM:<a>\r\nRCPT TO:<b>\r\nDATA\r\n"))
	p.Feed(Server, at, []byte("250 ok\r\n250 ok\r\n354 go\r\n"))
	p.Feed(Client, at, bytes.Repeat([]byte("X-Y: z\r\n"), 8000))
	if cap(p.in[Client].line) <= keptBuffer || cap(p.room.token) <= keptBuffer || cap(p.body.reader.header) <= keptBuffer {
		t.Fatal("the session has no long lines")
	}
	p.Reset(false)
	if n := cap(p.in[Client].line) + cap(p.in[Server].line) + cap(p.room.token) + cap(p.body.reader.header); n > 4*keptBuffer {
		t.Errorf("%d octets are kept", n)
	}
}
