package main

import (
	"net"
	"net/smtp"
	"net/textproto"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"smtpscope/testnet"
)

// serveSMTP answers clients as a mail server that takes all does.
func serveSMTP(l net.Listener) {
	for {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		go func() {
			defer conn.Close()
			c := textproto.NewConn(conn)
			c.PrintfLine("220 mx.test ESMTP")
			for {
				line, err := c.ReadLine()
				if err != nil {
					return
				}
				switch verb, _, _ := strings.Cut(line, " "); strings.ToUpper(verb) {
				case "EHLO":
					c.PrintfLine("250-mx.test\r\n250 AUTH PLAIN")
				case "AUTH":
					c.PrintfLine("235 2.7.0 welcome")
				case "QUIT":
					c.PrintfLine("221 bye")
					return
				default:
					c.PrintfLine("250 ok")
				}
			}
		}()
	}
}

// TestTerminalInterface listens on an interface: a session is on the screen
// within a second of its first packet, and what becomes of it in its row.
func TestTerminalInterface(t *testing.T) {
	n := testnet.New(t)
	var listener net.Listener
	var err error
	if n.Do(func() { listener, err = net.Listen("tcp4", "127.0.0.1:25") }); err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	go serveSMTP(listener)

	var p *pane
	var client *smtp.Client
	once(t, func() (quick bool) {
		p = newPane(t, 80, 24, `cd "$FOLDER"; nsenter --net=`+n.Path()+` ./smtpscope -i lo --user root`) // who may write there
		p.wants(`live · 0 sessions · none dropped`)
		var conn net.Conn
		began := time.Now()
		if n.Do(func() { conn, err = net.Dial("tcp4", "127.0.0.1:25") }); err != nil {
			t.Fatal(err)
		}
		if client, err = smtp.NewClient(conn, "127.0.0.1"); err != nil {
			t.Fatal(err)
		}
		p.wants(`(?m)^▌ +1 .*127\.0\.0\.1:25 +▷ in progress`)
		took := time.Since(began)
		t.Logf("on the screen %v after its first packet", took.Round(time.Millisecond))
		if took <= time.Second {
			return true
		}
		_ = conn.(*net.TCPConn).SetLinger(0) // it ends with this, before the next program listens
		conn.Close()
		return false
	})
	if err := client.Auth(smtp.PlainAuth("", "alice", "secret", "127.0.0.1")); err != nil {
		t.Fatal(err)
	}
	p.wants(`◇▷password clear`)
	p.press("Enter")
	p.wants(`▷ open \d+s, following`)
	if err := client.Quit(); err != nil {
		t.Fatal(err)
	}
	p.wants(`◀────│ 221 bye`)
	p.press("Escape")
	p.wants(`\[All 1\] ◇ password 1`)
	p.wants(`1 session · none dropped`)
	p.press("w")
	p.wants(`save packets to: smtpscope\.pcapng`)
	p.press("Enter")
	p.wants(`Written: \d+ packets`)
	if found := sessionsFound(t, output(t, "-r", filepath.Join(p.folder, "smtpscope.pcapng"), "--format", "json")); len(found) != 1 || !strings.HasPrefix(found[0].Verdict, "password:") {
		t.Errorf("what was saved: %+v", found)
	}
	p.press("q")
	p.isRestored("0")
}
