package tlsparse

import (
	"strings"
	"testing"

	"smtpscope/tlskeys"
)

// begun13 is a handshake of TLS 1.3 up to the keys of the server, and its key log.
func begun13() (*forger, Options) {
	f, log := forged(false)
	f.pieces = nil
	f.clear(Client, handshakeRecord(msgClientHello, helloBody("\x00\x02\x13\x01\x01\x00", extensionOf(extSupportedVersions, 2, 3, 4))))
	f.clear(Server, handshakeRecord(msgServerHello, helloBody("\x13\x01\x00", extensionOf(extSupportedVersions, 3, 4))))
	f.keys(Client, secretOf("h"))
	f.keys(Server, secretOf("H"))
	store := tlskeys.NewStore()
	store.Add(log)
	return f, Options{Keys: store}
}

// TestAlerts: which alert ends a connection, and whether the handshake failed by it.
func TestAlerts(t *testing.T) {
	spoken12 := func(alert string) ([]piece, Options) {
		f := &forger12{}
		f.hello('a')
		f.change('a')
		f.say(Client, 23, "EHLO c\r\n")
		f.say(Server, 23, "250 s\r\n")
		f.say(Server, 21, alert)
		return f.pieces, f.options()
	}
	answered12 := func(alert string) ([]piece, Options) {
		f := &forger12{}
		f.hello('a')
		f.say(Client, 21, alert)
		return f.pieces, f.options()
	}
	answered13 := func(alert string) ([]piece, Options) {
		f, o := begun13()
		f.sealed(Server, 21, alert, 0)
		return f.pieces, o
	}
	for _, test := range []struct {
		name         string
		play         func(alert string) ([]piece, Options)
		level, alert string
		want         Alert // Level and Name
		outcome      Outcome
	}{
		{name: "fatal in the handshake of TLS 1.2", play: answered12, level: "\x02", alert: "\x28", want: Alert{Level: "fatal", Name: "handshake_failure"}, outcome: Failed},
		{name: "a warning in the handshake of TLS 1.2", play: answered12, level: "\x01", alert: "\x28", want: Alert{Level: "warning", Name: "handshake_failure"}, outcome: Unfinished},
		{name: "in TLS 1.3 the level says nothing", play: answered13, level: "\x01", alert: "\x28", want: Alert{Level: "fatal", Name: "handshake_failure"}, outcome: Failed},
		{name: "user_canceled in TLS 1.3", play: answered13, level: "\x01", alert: "\x5a", want: Alert{Level: "warning", Name: "user_canceled"}, outcome: Unfinished},
		{name: "close_notify in TLS 1.3", play: answered13, level: "\x01", alert: "\x00", want: Alert{Level: "warning", Name: "close_notify"}, outcome: Unfinished},
		{name: "fatal in the conversation", play: spoken12, level: "\x02", alert: "\x50", want: Alert{Level: "fatal", Name: "internal_error"}, outcome: Done},
	} {
		t.Run(test.name, func(t *testing.T) {
			pieces, o := test.play(test.level + test.alert)
			p := NewParser(o)
			for i, piece := range pieces {
				p.Feed(piece.dir, Mark{Frame: int64(i + 1)}, piece.data)
			}
			p.Close(Mark{}, false)
			f := p.Facts()
			if len(f.Alerts) != 1 || f.Alerts[0].Level != test.want.Level || f.Alerts[0].Name != test.want.Name || f.Alerts[0].Frame != int64(len(pieces)) {
				t.Errorf("alerts %+v", f.Alerts)
			}
			if f.Outcome != test.outcome {
				t.Errorf("%s, want %s", f.Outcome, test.outcome)
			}
		})
	}
}

// TestAlertUnderKeys: without keys, a record as short as an alert tells that the
// handshake of TLS 1.3 failed, if its side has not come to its end.
func TestAlertUnderKeys(t *testing.T) {
	for _, test := range []struct {
		name    string
		alertOf Dir
		client  bool // the client's Finished comes before it
		want    Outcome
		alerts  int
	}{
		{name: "the client's, at once", alertOf: Client, want: Failed, alerts: 1},
		{name: "the server's, behind its flight", alertOf: Server, want: Failed, alerts: 1},
		{name: "the server's, behind the client's Finished", alertOf: Server, client: true, want: Failed, alerts: 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			f, _ := begun13()
			f.sealed(Server, 22, strings.Repeat("c", 900), 0)
			f.sealed(Server, 22, "\x14\x00\x00\x20"+strings.Repeat("f", 32), 0)
			if test.client {
				f.sealed(Client, 22, "\x14\x00\x00\x20"+strings.Repeat("f", 32), 0)
			}
			f.sealed(test.alertOf, 21, "\x02\x28", 0)
			p := NewParser(Options{})
			for i, piece := range f.pieces {
				p.Feed(piece.dir, Mark{Frame: int64(i + 1)}, piece.data)
			}
			p.Close(Mark{}, false)
			if facts := p.Facts(); facts.Outcome != test.want || len(facts.Alerts) != test.alerts {
				t.Errorf("%s, alerts %+v", facts.Outcome, facts.Alerts)
			}
		})
	}
}
