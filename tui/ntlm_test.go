package tui

import (
	"slices"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/google/go-cmp/cmp"

	"smtpscope/authtoken"
	"smtpscope/filter"
	"smtpscope/inspect"
	"smtpscope/inventory"
	"smtpscope/pcaps"
	"smtpscope/smtpparse"
	"smtpscope/verdict"
)

// TestInventoriesAgree: what the screens count is what the files have that e writes.
func TestInventoriesAgree(t *testing.T) {
	c, v := newCensus(), inventory.New(0)
	var d inventory.Decoder
	for i, s := range pcaps.Sessions[inspect.Session](t) {
		s.ID = int64(i + 1)
		facts := filter.FactsOf(s)
		c.add(int32(i), &facts)
		f, _ := d.Facts(s.ID, inventory.AppendFacts(nil, s))
		v.Add(f)
	}
	rows := func(r inventory.Report) (all [][]any) {
		for row := range v.Table(r, nil).Rows {
			var values []any
			for _, x := range row {
				switch x.Kind {
				case inventory.TextValue:
					values = append(values, x.Text)
				case inventory.ListValue, inventory.OfferValue:
					values = append(values, len(x.List))
				default:
					values = append(values, x.Number)
				}
			}
			all = append(all, values)
		}
		return all
	}
	number := func(is bool) int64 {
		if is {
			return 1
		}
		return 0
	}
	t.Run("NTLM", func(t *testing.T) {
		want := rows(inventory.NTLM)
		if len(want) == 0 || len(want) != len(c.useList) {
			t.Fatalf("%d rows, the inventory has %d", len(c.useList), len(want))
		}
		for _, u := range c.useList {
			l := &u.latest
			row := []any{u.client.String(), u.user, u.domain, u.workstation, u.server.Addr().String(), int64(u.server.Port()), u.version, u.mechanism,
				l.ClientVersion, l.TargetSPN, number(l.MIC), l.ChannelBinding, number(l.TLS), int64(u.logins), int64(u.accepted), int64(u.sessions), u.first, u.last}
			if !slices.ContainsFunc(want, func(w []any) bool { return slices.Equal(w, row) }) {
				t.Errorf("the inventory has no row %v", row)
			}
		}
	})
	t.Run("clients", func(t *testing.T) {
		for _, w := range rows(inventory.Clients) {
			i := slices.IndexFunc(c.clientList, func(k *client) bool { return k.addr.String() == w[0] })
			if i < 0 {
				t.Fatalf("no client %v", w[0])
			}
			k := c.clientList[i]
			got := []any{k.addr.String(), len(k.mechanisms), len(k.servers), int64(k.sessions), int64(k.inTLS), int64(k.refused), int64(k.taken), k.first, k.last}
			if diff := cmp.Diff([]any{w[0], w[3], w[5], w[6], w[7], w[8], w[9], w[10], w[11]}, got); diff != "" {
				t.Errorf("-inventory +screen:\n%s", diff)
			}
		}
	})
	t.Run("servers", func(t *testing.T) {
		for _, w := range rows(inventory.Servers) {
			i := slices.IndexFunc(c.serverList, func(s *server) bool { return s.addr.Addr().String() == w[0] && int64(s.addr.Port()) == w[1] })
			if i < 0 {
				t.Fatalf("no server %v:%v", w[0], w[1])
			}
			s := c.serverList[i]
			got := []any{min(len(s.names), fewNames), len(s.versions), int64(s.sessions), int64(s.clientCount), s.first, s.last}
			if diff := cmp.Diff([]any{min(w[2].(int), fewNames), w[5], w[7], w[8], w[9], w[10]}, got); diff != "" {
				t.Errorf("%v:%v: -inventory +screen:\n%s", w[0], w[1], diff)
			}
		}
	})
}

// ntlmSession is one in which a user logs in by NTLM.
func ntlmSession(user, workstation, version string) *inspect.Session {
	s := madeSession(verdict.NTLM)
	s.Auth = []*smtpparse.Auth{{Verb: "AUTH", Mechanism: "NTLM", Actual: "ntlm", Outcome: smtpparse.Accepted,
		NTLM: &authtoken.NTLM{User: user, Domain: "CONTOSO", Workstation: workstation, Version: version}}}
	return s
}

// TestNTLM: Enter on a use of NTLM lists its sessions and no others, whatever the
// names in it are.
func TestNTLM(t *testing.T) {
	inside := ntlmSession("alice", "SP01", "NTLMv2")
	inside.Auth[0].Mechanism = "GSSAPI"
	m := newMadeTester(t, 120, 30, new(inspect.Summary), inside,
		ntlmSession("alice", "SP01", "NTLMv2"), ntlmSession("alice", "SP01", "NTLMv2"), ntlmSession("alice", "SP02", "NTLMv2"),
		ntlmSession("alice", "SP01", "NTLMv1"), ntlmSession("two words (x)", `"`, "NTLMv2"), ntlmSession("\x1b[31mred", "", "NTLMv2"))
	for row, want := range []struct{ shown, sessions string }{
		{`CONTOSO\alice`, "2 of 7"},
		{`CONTOSO\\x1b[31mred`, "1 of 7"},
		{"NTLMv2  GSSAPI", "1 of 7"},
		{"NTLMv1", "1 of 7"},
		{"SP02", "1 of 7"},
		{`CONTOSO\two words (x)`, "1 of 7"},
	} {
		m := m.again(t, 120, 30)
		m.press("5")
		for range row {
			m.press("down")
		}
		m.wants(want.shown)
		m.press("enter")
		m.wants("[1 Sessions]", want.sessions)
	}
}

// TestNTLMGrows: what an open session had not said yet is not listed beside what it
// says now.
func TestNTLMGrows(t *testing.T) {
	st := newTestStore()
	m := &tester{TB: t, app: newApp(Options{Store: st, Theme: "dark"})}
	m.send(tea.WindowSizeMsg{Width: 120, Height: 30})
	m.press("5")
	m.wants("Nobody was seen to use NTLM.")
	m.lacks("its sessions", "sort") // there is nothing to press them on
	s := ntlmSession("", "", "")
	s.Open, s.Auth[0].Outcome = true, smtpparse.Incomplete
	m.opened(s, 1)
	m.wants(`CONTOSO\? (10.1.2.3)`, "1 login, 0 accepted, in 1 session")
	s = ntlmSession("alice", "SP01", "NTLMv2")
	s.Open = true
	m.opened(s, 1)
	m.wants(`CONTOSO\alice from SP01`, "1 login, 1 accepted, in 1 session")
	m.lacks(`CONTOSO\?`)
	if n := len(m.census.useList); n != 1 {
		t.Errorf("%d uses", n)
	}
}
