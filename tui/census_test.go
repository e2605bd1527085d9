package tui

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"smtpscope/filter"
	"smtpscope/verdict"
)

// seen is so many sessions of a client on a server, with a verdict.
type seen struct {
	client, server string
	state          verdict.State
	times          int
	offered        string
}

func counted(list []seen) *census {
	c := newCensus()
	for _, s := range list {
		for range max(s.times, 1) {
			c.add(0, &filter.Facts{
				Client: netip.AddrPortFrom(netip.MustParseAddr(s.client), 1024), Server: netip.MustParseAddrPort(s.server),
				State: s.state, Offered: s.offered, Flags: filter.Flags{Heard: s.offered != ""},
			})
		}
	}
	return c
}

func TestOdd(t *testing.T) {
	const a, b, c, d, ex, other = "10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4", "10.0.9.9:25", "10.0.9.8:587"
	tests := []struct {
		name   string
		seen   []seen
		client string
		want   string // beginning
	}{
		{"one that lost its credentials", []seen{{a, ex, verdict.NTLM, 9, ""}, {b, ex, verdict.NTLM, 3, ""}, {c, ex, verdict.NTLM, 1, ""}, {d, ex, verdict.Anonymous, 7, ""}},
			d, "odd: 3 of 4 clients of 10.0.9.9:25 are ntlm"},
		{"one of those that do as all", []seen{{a, ex, verdict.NTLM, 9, ""}, {b, ex, verdict.NTLM, 3, ""}, {c, ex, verdict.NTLM, 1, ""}, {d, ex, verdict.Anonymous, 7, ""}},
			a, ""},
		{"sometimes Kerberos, sometimes NTLM", []seen{{a, ex, verdict.Kerberos, 3, ""}, {a, other, verdict.NTLM, 1, ""}}, a, "mixed: kerberos in 3 of 4"},
		{"Kerberos in two ways", []seen{{a, ex, verdict.Kerberos, 1, ""}, {a, ex, verdict.IAKERB, 1, ""}}, a, ""},
		{"what cannot be seen tells nothing", []seen{{a, ex, verdict.Kerberos, 1, ""}, {a, ex, verdict.Encrypted, 5, ""}, {a, ex, verdict.None, 5, ""}}, a, ""},
		{"two against one are a custom", []seen{{a, ex, verdict.Kerberos, 1, ""}, {b, ex, verdict.Kerberos, 1, ""}, {c, ex, verdict.Failed, 1, ""}}, c, "odd: 2 of 3"},
		{"one against one is none", []seen{{a, ex, verdict.Kerberos, 1, ""}, {b, ex, verdict.Failed, 1, ""}}, b, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := counted(tt.seen).clients[netip.MustParseAddr(tt.client)].odd()
			if !strings.HasPrefix(got, tt.want) || tt.want == "" && got != "" {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// TestUsualsAreKept: how the clients of a server log in is kept while sessions
// come, and is what a count of all of them gives.
func TestUsualsAreKept(t *testing.T) {
	var list []seen
	for i := range 500 {
		list = append(list, seen{client: fmt.Sprintf("10.0.%d.%d", i*i%3, i*7%11), server: "10.0.9.9:25", state: verdict.States[i*i*5%len(verdict.States)]})
	}
	s := counted(list).serverList[0]
	var want stateCount
	for _, t := range s.clients {
		if usual, _, _ := t.states.usual(); usual != "" {
			want.add(usual)
		}
	}
	if s.usuals != want || int(s.clientCount) != len(s.clients) {
		t.Errorf("%v, counted anew %v; %d clients of %d", s.usuals, want, s.clientCount, len(s.clients))
	}
}

func TestAdvice(t *testing.T) {
	c := counted([]seen{
		{"10.0.0.1", "10.0.9.9:25", verdict.NTLM, 1, "NTLM"},
		{"10.0.0.1", "10.0.9.9:587", verdict.Kerberos, 1, "GSSAPI NTLM"},
		{"10.0.0.1", "10.0.9.9:465", verdict.Encrypted, 1, ""},
		{"10.0.0.1", "10.0.9.8:25", verdict.NTLM, 1, "NTLM"},
	})
	for at, want := range map[string]string{
		"10.0.9.9:25":  "Use port 587 of this server: it offers GSSAPI, port 25 does not.",
		"10.0.9.9:587": "", // it is the right one
		"10.0.9.9:465": "", // what it offers was not seen
		"10.0.9.8:25":  "", // no port of it is better
		"10.0.9.7:25":  "",
	} {
		if got := c.advice(netip.MustParseAddrPort(at)); got != want {
			t.Errorf("%s: %q, want %q", at, got, want)
		}
	}
}
