package verdict

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"smtpscope/pcaps"
	"smtpscope/smtpparse"
)

// A crowd is many sessions for an Across.
func crowd(n int, one func(i int) *script) *Across {
	x := new(Across)
	for i := range n {
		s := one(i).s
		s.Start, s.End = noon.Add(time.Duration(i)*time.Minute), noon.Add(time.Duration(i+1)*time.Minute)
		if !s.Client.IP.IsValid() {
			s.Client.IP = netip.AddrFrom4([4]byte{10, 0, 0, 1})
		}
		s.Server.IP = netip.AddrFrom4([4]byte{10, 0, 9, 9})
		v, _ := Judge(s)
		x.Add(int64(i+1), AppendTraits(nil, s, v.State))
	}
	return x
}

func TestAcross(t *testing.T) {
	from := func(i int) func(*smtpparse.Session) {
		return func(s *smtpparse.Session) { s.Client.IP = netip.AddrFrom4([4]byte{10, 1, 0, byte(i)}) }
	}
	relayed := func(i int) func(*smtpparse.Session) {
		return func(s *smtpparse.Session) {
			s.ProxiedClient, s.ProxiedFrame = fmt.Sprintf("192.0.2.%d:4%04d", i, i), 1
		}
	}
	namedLast := func(s *smtpparse.Session) { s.ProxiedFrame = s.Auth[len(s.Auth)-1].LastFrame + 1 }
	refused := func(code int) func(int) *script {
		return func(i int) *script {
			a := ntlm("NTLM", code)
			a.NTLM.User = fmt.Sprint("user", i)
			return start().auth(a)
		}
	}
	letters := func(from string) func(int) *script {
		return func(i int) *script {
			return start().with(port25).mail(250, 250).with(letter(fmt.Sprintf("a@s%d.%s", i%3, from), fmt.Sprintf("b@d%d.example", i)))
		}
	}
	for _, tc := range []struct {
		name string
		x    *Across
		want string // identifiers, texts of them
	}{
		{name: "password-guessing", x: crowd(12, refused(535)), want: "password-guessing 12: 10.0.0.1 had 12 logins refused with 535, for 12 users"},
		{name: "nine refusals", x: crowd(9, refused(535))},
		{name: "refused for other reasons", x: crowd(12, refused(454))},
		{name: "tickets that an old keytab refuses", x: crowd(12, func(int) *script { return start().auth(kerberos(535)) })},
		{name: "users that nobody knows", x: crowd(12, func(i int) *script {
			return start().auth(sasl("PLAIN", "plain", 535, func(a *smtpparse.Auth) { a.SASL.User = "" }))
		}), want: "password-guessing 12: 10.0.0.1 had 12 logins refused with 535"},
		{name: "many clients behind a proxy", x: crowd(12, func(i int) *script { return refused(535)(i).with(relayed(i)) })},
		{name: "one client behind a proxy", x: crowd(12, func(i int) *script { return refused(535)(i).with(relayed(7)) }), want: "password-guessing 12: 192.0.2.7 had 12 logins refused with 535, for 12 users"},
		{name: "guessed", x: crowd(12, func(i int) *script {
			if i == 11 {
				return start().auth(ntlm("NTLM", 235))
			}
			return refused(535)(i)
		}), want: "password-guessing 12: 10.0.0.1 had 11 logins refused with 535, for 11 users, and 1 login accepted"},
		{name: "one user from many clients", x: crowd(6, func(i int) *script { return start().with(from(i)).auth(ntlm("NTLM", 235)) }), want: `user-from-many-clients 6: contoso\alice logged in from 6 addresses, among them 10.1.0.0, 10.1.0.1, 10.1.0.2, 10.1.0.3, 10.1.0.4`},
		{name: "a server that logs in before it names its client", x: crowd(8, func(i int) *script {
			return start().auth(ntlm("X-EXPS NTLM", 235)).with(relayed(i)).with(namedLast)
		})},
		{name: "a server that is refused before it names its client", x: crowd(12, func(i int) *script {
			return refused(535)(i).with(relayed(7)).with(namedLast)
		})},
		{name: "one computer from many clients, behind a proxy that named them first", x: crowd(6, func(i int) *script {
			a := ntlm("NTLM", 235)
			a.NTLM.User = "EX01$"
			return start().with(relayed(i)).auth(a)
		}), want: `user-from-many-clients 6: contoso\ex01$ logged in from 6 addresses, among them 192.0.2.0, 192.0.2.1, 192.0.2.2, 192.0.2.3, 192.0.2.4`},
		{name: "one user from few clients", x: crowd(40, func(i int) *script { return start().with(from(i % 4)).auth(ntlm("NTLM", 235)) })},
		{name: "open relay", x: crowd(12, letters("example.net")), want: "open-relay 12: The server 10.0.9.9:25 took mail without a login for 12 domains from 3 domains, and none of them is its own by its name; among them d0.example, d1.example, d2.example, d3.example, d4.example"},
		{name: "relay for its own senders", x: crowd(12, letters("contoso.test"))},
		{name: "nothing", x: crowd(3, func(int) *script { return start().quit() })},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got := ""
			found, _ := tc.x.Findings()
			for _, f := range found {
				got += fmt.Sprintf("%s %d: %s", f.ID, f.Sessions, f.Text)
				if f.FirstSession != 1 || !f.Start.Equal(noon) || f.Next == "" || f.Severity != KindOf(f.ID).Severity {
					t.Errorf("finding = %+v", f)
				}
			}
			if got != tc.want {
				t.Errorf("got  %s\nwant %s", got, tc.want)
			}
		})
	}
}

// The memory of an Across is bounded, and it says when a bound was reached. What is
// a finding already is kept, and the clients of today are seen after those of weeks.
func TestAcrossIsBounded(t *testing.T) {
	x := new(Across)
	s := start().auth(ntlm("NTLM", 535)).s
	s.Server.IP = netip.AddrFrom4([4]byte{10, 0, 9, 9})
	sessions := 0
	logins := func(client [4]byte, n int) {
		s.Client.IP = netip.AddrFrom4(client)
		s.End = s.End.Add(time.Second)
		for range n {
			sessions++
			x.Add(int64(sessions), AppendTraits(nil, s, Failed))
		}
	}
	logins([4]byte{10, 255, 0, 1}, guessRefusals)
	for i := range 3 * acrossKeys {
		logins([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)}, 1)
		if len(x.clients) > acrossKeys {
			t.Fatalf("%d clients after %d", len(x.clients), i)
		}
	}
	logins([4]byte{10, 255, 0, 2}, guessRefusals)
	if x.Dropped < 2*acrossKeys {
		t.Errorf("%d clients forgotten", x.Dropped)
	}
	found, unlisted := x.Findings()
	if len(found) != 2 || unlisted != 0 || !strings.HasPrefix(found[0].Text, "10.255.0.1 ") || !strings.HasPrefix(found[1].Text, "10.255.0.2 ") {
		t.Errorf("found %+v, %d not listed", found, unlisted)
	}
	for i := range 150 {
		logins([4]byte{10, 254, 0, byte(i)}, guessRefusals+i)
	}
	found, unlisted = x.Findings()
	if len(found) != acrossListed || unlisted != 52 || found[0].Sessions != guessRefusals+50 {
		t.Errorf("%d found, the first in %d sessions, %d not listed", len(found), found[0].Sessions, unlisted)
	}
}

// BenchmarkAcross compares recorded sessions, each of another client.
func BenchmarkAcross(b *testing.B) {
	var all [][]byte
	octets := 0
	for _, s := range pcaps.Sessions[smtpparse.Session](b) {
		v, _ := Judge(s)
		if traits := AppendTraits(nil, s, v.State); len(traits) > 0 {
			all = append(all, traits)
			octets += len(traits)
		}
	}
	b.ReportAllocs()
	b.SetBytes(int64(octets / len(all)))
	var x Across
	n := 0
	for b.Loop() {
		traits := all[n%len(all)]
		n++
		binary.BigEndian.PutUint16(traits[14:], uint16(n%30000)) // the client's address
		x.Add(int64(n), traits)
	}
}
