package verdict

import (
	"cmp"
	"maps"
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// maxAcross is how many statements are made at the most.
const maxAcross = 64

// A Statement is about several sessions.
type Statement struct {
	// ID is stable: "offered-on-another-port", "offered-inside-tls",
	// "others-use-kerberos", "kerberos-with-others", "refused-by-one-address".
	ID string `json:"id"`
	// Server is the address that it is about, Port its port (0: all), Clients the
	// clients that stand out there (none: it is about all that go there).
	Server  netip.Addr   `json:"server"`
	Port    uint16       `json:"port,omitempty"`
	Clients []netip.Addr `json:"clients,omitempty"`
	Text    string       `json:"text"`
	Next    string       `json:"next"`
	Frames  []int64      `json:"frames"`
}

// Across says what the sessions tell together, in an order that does not depend
// on theirs. Nil when they tell nothing.
func (d *Docket) Across() []Statement {
	var all []Statement
	elsewhere := d.kerberosElsewhere()
	for _, ip := range slices.SortedFunc(maps.Keys(d.servers), netip.Addr.Compare) {
		s := d.servers[ip]
		all = append(all, s.offers(ip)...)
		all = append(all, s.others(ip)...)
		all = append(all, s.withOthers(ip, elsewhere)...)
	}
	for _, spn := range slices.Sorted(maps.Keys(d.spns)) {
		all = append(all, refusedByOne(spn, d.spns[spn])...)
	}
	return all[:min(len(all), maxAcross)]
}

// offers compares a server's ports, and each port before and inside TLS.
func (s *docketServer) offers(ip netip.Addr) []Statement {
	var all []Statement
	var best *docketPort
	var bestPort uint16
	ports := slices.Sorted(maps.Keys(s.ports))
	for _, n := range ports {
		if p := s.ports[n]; best == nil && p.with != [2]int64{} {
			best, bestPort = p, n
		}
	}
	for _, n := range ports {
		p := s.ports[n]
		switch {
		case p.with[0] == 0 && p.with[1] != 0 && p.without[0] != 0:
			all = append(all, Statement{ID: "offered-inside-tls", Server: ip, Port: n, Frames: []int64{p.without[0], p.with[1]},
				Text: ip.String() + " offers " + p.mechanism + " on port " + strconv.Itoa(int(n)) + " inside TLS only (" + frameWords(p.with[1]) + ", not in " + frameWords(p.without[0]) + ")",
				Next: "Let clients use STARTTLS before they log in."})
		case best != nil && p.with == [2]int64{} && p.without != [2]int64{}:
			here, there := cmp.Or(p.without[0], p.without[1]), cmp.Or(best.with[0], best.with[1])
			all = append(all, Statement{ID: "offered-on-another-port", Server: ip, Port: n, Frames: []int64{here, there},
				Text: ip.String() + " offers no Kerberos on port " + strconv.Itoa(int(n)) + " (" + frameWords(here) + "; " + sessionWords(p.sessions) + ") and offers " + best.mechanism + " on port " + strconv.Itoa(int(bestPort)) + " (" + frameWords(there) + ")",
				Next: "Let clients that log in use port " + strconv.Itoa(int(bestPort)) + insideTLS(best) + ", or turn GSSAPI on for port " + strconv.Itoa(int(n)) + " too."})
		}
	}
	return all
}

func insideTLS(p *docketPort) string {
	if p.with[0] == 0 {
		return " with STARTTLS"
	}
	return ""
}

// others tells of the clients that stand alone with not using Kerberos.
func (s *docketServer) others(ip netip.Addr) []Statement {
	var with int
	var odd []netip.Addr
	for client, c := range s.clients {
		if c.kerberos > 0 {
			with++
		} else if c.other > 0 {
			odd = append(odd, client)
		}
	}
	if with < 2 || len(odd) == 0 || len(odd) >= with {
		return nil
	}
	slices.SortFunc(odd, netip.Addr.Compare)
	a := Statement{ID: "others-use-kerberos", Server: ip,
		Next: "The server and its SPN are right, since others use them: look at these clients (klist there; their name for the server, their clock, their domain)."}
	var names []string
	a.Clients = odd[:min(len(odd), maxListed)]
	for _, client := range a.Clients {
		names, a.Frames = append(names, client.String()), append(a.Frames, s.clients[client].frame)
	}
	a.Text = "With " + ip.String() + ", " + strconv.Itoa(with) + " clients use Kerberos, and these do not: " + strings.Join(names, ", ")
	return []Statement{a}
}

// kerberosElsewhere lists for each client a server with which it used Kerberos.
func (d *Docket) kerberosElsewhere() map[netip.Addr]netip.Addr {
	found := map[netip.Addr]netip.Addr{}
	for ip, s := range d.servers {
		for client, c := range s.clients {
			if have, ok := found[client]; c.kerberos > 0 && (!ok || ip.Less(have)) {
				found[client] = ip
			}
		}
	}
	return found
}

// withOthers tells of clients that use Kerberos with other servers.
func (s *docketServer) withOthers(ip netip.Addr, elsewhere map[netip.Addr]netip.Addr) []Statement {
	var all []Statement
	for _, client := range slices.SortedFunc(maps.Keys(s.clients), netip.Addr.Compare) {
		c := s.clients[client]
		other, ok := elsewhere[client]
		if !ok || c.kerberos > 0 || c.other == 0 || len(all) == maxListed {
			continue
		}
		all = append(all, Statement{ID: "kerberos-with-others", Server: ip, Clients: []netip.Addr{client}, Frames: []int64{c.frame},
			Text: client.String() + " uses Kerberos with " + other.String() + " and not with " + ip.String() + " (" + frameWords(c.frame) + ")",
			Next: "The client has tickets, so look at this server: what it offers, and whether its SPN exists (setspn -Q)."})
	}
	return all
}

// refusedByOne tells of a service whose tickets one address takes and another refuses.
func refusedByOne(spn string, holders map[netip.Addr]*holding) []Statement {
	var took, refused netip.Addr
	for _, ip := range slices.SortedFunc(maps.Keys(holders), netip.Addr.Compare) {
		switch h := holders[ip]; {
		case h.took != 0 && h.refused == 0 && !took.IsValid():
			took = ip
		case h.refused != 0 && h.took == 0 && !refused.IsValid():
			refused = ip
		}
	}
	if !took.IsValid() || !refused.IsValid() {
		return nil
	}
	ct := new(Court)
	return []Statement{{ID: "refused-by-one-address", Server: refused, Frames: []int64{holders[refused].refused, holders[took].took},
		Text: "Tickets for " + ct.wire(spn) + " are taken by " + took.String() + " (" + frameWords(holders[took].took) + ") and refused by " + refused.String() + " (" + frameWords(holders[refused].refused) + "): behind one name, one machine has not the key",
		Next: "Give all machines behind the name the same key: run them as one account that holds the SPN (Exchange: the alternate service account, Set-ClientAccessService -AlternateServiceAccountCredential), or copy the keytab."}}
}

func frameWords(n int64) string { return "frame " + strconv.FormatInt(n, 10) }

func sessionWords(n int64) string {
	if n == 1 {
		return "1 session"
	}
	return strconv.FormatInt(n, 10) + " sessions"
}
