package smtpparse

import (
	"reflect"
	"testing"
)

// Attempts and transactions that no list has room for are not kept: a
// connection may make them by the million.
func TestStockIsBounded(t *testing.T) {
	for _, tc := range []struct{ name, client, server string }{
		{name: "logins refused", client: "AUTH PLAIN AA==\r\n", server: "535 5.7.8 no\r\n"},
		{name: "senders refused", client: "MAIL FROM:<a@x>\r\n", server: "550 no\r\n"},
		{name: "senders taken back", client: "MAIL FROM:<a@x>\r\nRSET\r\n", server: "250 ok\r\n250 ok\r\n"},
		{name: "recipients", client: "MAIL FROM:<a@x>\r\nRCPT TO:<b@y>\r\nRSET\r\n", server: "250 ok\r\n250 ok\r\n250 ok\r\n"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			converse := func(p *Parser) *Session {
				p.Feed(Server, Mark{Frame: 1}, []byte("220 mx ESMTP\r\n"))
				for i := range int64(2000) {
					p.Feed(Client, Mark{Frame: 2*i + 2}, []byte(tc.client))
					p.Feed(Server, Mark{Frame: 2*i + 3}, []byte(tc.server))
				}
				p.Close(Mark{Frame: 5000})
				return p.Session()
			}
			p := NewParser(Options{})
			converse(p)
			if a, m := len(p.room.attempts.all), len(p.room.transactions.all); a > mostStocked || m > mostStocked {
				t.Errorf("%d attempts and %d transactions are kept", a, m)
			}
			p.kept = 0 // or all would be dropped
			p.Reset(false)
			if again, fresh := converse(p), converse(NewParser(Options{})); !reflect.DeepEqual(again, fresh) {
				t.Errorf("a second session differs: %+v\nwant %+v", again, fresh)
			}
		})
	}
}
