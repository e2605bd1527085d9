package verdict

import (
	"fmt"
	"net/netip"
	"slices"
	"testing"
	"time"

	"smtpscope/pcaps"
	"smtpscope/smtpparse"
)

// played is a session of a client with a server's port, as a script has it.
func played(client, server string, port uint16, sc *script) *script {
	sc.s.End = noon.Add(time.Duration(sc.frame) * time.Second)
	sc.s.Client.IP, sc.s.Server.IP, sc.s.Server.Port = netip.MustParseAddr(client), netip.MustParseAddr(server), port
	return sc
}

func TestDocket(t *testing.T) {
	ntlmOnly := func() *script { return start().ehlo([]string{"AUTH", "NTLM"}).auth(ntlm("NTLM", 235)) }
	ticket := func() *script { return start().ehlo([]string{"AUTH", "GSSAPI", "NTLM"}).auth(kerberos(235)) }
	fallback := func() *script { return start().ehlo([]string{"AUTH", "GSSAPI", "NTLM"}).auth(ntlm("NTLM", 235)) }
	refused := func() *script {
		return start().ehlo([]string{"AUTH", "GSSAPI"}).auth(kerberos(535))
	}
	for _, test := range []struct {
		name     string
		sessions []*script
		want     []string
	}{
		{"another port", []*script{played("10.0.0.1", "10.0.0.9", 25, ntlmOnly()), played("10.0.0.2", "10.0.0.9", 587, ticket())},
			[]string{"offered-on-another-port 10.0.0.9:25 []"}},
		{"one odd client", []*script{played("10.0.0.1", "10.0.0.9", 587, ticket()), played("10.0.0.2", "10.0.0.9", 587, ticket()), played("10.0.0.3", "10.0.0.9", 587, fallback())},
			[]string{"others-use-kerberos 10.0.0.9:0 [10.0.0.3]"}},
		{"another server", []*script{played("10.0.0.1", "10.0.0.8", 587, ticket()), played("10.0.0.1", "10.0.0.9", 587, fallback())},
			[]string{"kerberos-with-others 10.0.0.9:0 [10.0.0.1]"}},
		{"two machines of one name", []*script{played("10.0.0.1", "10.0.0.8", 587, ticket()), played("10.0.0.1", "10.0.0.9", 587, refused())},
			[]string{"refused-by-one-address 10.0.0.9:0 []"}},
		{"nothing to tell", []*script{played("10.0.0.1", "10.0.0.9", 587, ticket())}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			whole, first, second := NewDocket(), NewDocket(), NewDocket()
			for i, sc := range test.sessions {
				v, _ := Judge(sc.s)
				whole.Add(sc.s, &v)
				[]*Docket{first, second}[i%2].Add(sc.s, &v)
			}
			var got []string
			for _, a := range whole.Across() {
				got = append(got, fmt.Sprintf("%s %s:%d %v", a.ID, a.Server, a.Port, a.Clients))
				if len(a.Frames) == 0 || a.Next == "" {
					t.Errorf("%+v", a)
				}
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("%q, want %q", got, test.want)
			}
			second.Merge(first)
			if merged := second.Across(); fmt.Sprint(merged) != fmt.Sprint(whole.Across()) {
				t.Errorf("merged: %+v", merged)
			}
		})
	}
}

// What there is no room for costs nothing.
func TestDocketBeyondItsBounds(t *testing.T) {
	d := NewDocket()
	sc := played("10.0.0.1", "10.0.0.9", 587, start().ehlo([]string{"AUTH", "GSSAPI", "NTLM"}).auth(ntlm("NTLM", 235)))
	v, _ := Judge(sc.s)
	next := uint32(0)
	add := func() {
		next++
		sc.s.Client.IP = netip.AddrFrom4([4]byte{10, byte(next >> 16), byte(next >> 8), byte(next)})
		d.Add(sc.s, &v)
	}
	for range maxPeers {
		add()
	}
	if n := testing.AllocsPerRun(100, add); n > 0 {
		t.Errorf("%v allocations for a client beyond the bound", n)
	}
	server := d.servers[sc.s.Server.IP]
	if n := len(server.clients); n != maxPeers {
		t.Errorf("%d clients, want %d", n, maxPeers)
	}
	if n := server.ports[587].sessions; n != int64(next) {
		t.Errorf("%d sessions, want %d", n, next)
	}
}

// BenchmarkDocket takes in recorded sessions, each of another client.
func BenchmarkDocket(b *testing.B) {
	sessions, d := pcaps.Sessions[smtpparse.Session](b), NewDocket()
	var verdicts []Verdict
	for _, s := range sessions {
		v, _ := Judge(s)
		verdicts = append(verdicts, v)
	}
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		i := n % len(sessions)
		n++
		sessions[i].Client.IP = netip.AddrFrom4([4]byte{10, byte(n >> 16), byte(n >> 8), byte(n)})
		d.Add(sessions[i], &verdicts[i])
	}
}
