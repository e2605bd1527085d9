// Package inventory counts sessions by who took part: servers with what they
// offer, clients with how they log in, who still uses NTLM, and what was found
// where. It takes the facts of one session after the other and keeps what is
// distinct, within a bound; it parses nothing and prints nothing.
package inventory

import (
	"cmp"
	"net/netip"
	"slices"

	"smtpscope/verdict"
)

// A Report names an inventory.
type Report string

// The reports. Sessions is the list of them all, which nobody has to count.
const (
	Sessions Report = "sessions"
	Servers  Report = "servers"
	Clients  Report = "clients"
	NTLM     Report = "ntlm"
	Findings Report = "findings"
)

// Reports are all, in the order in which they are explained.
var Reports = []Report{Sessions, Servers, Clients, NTLM, Findings}

// DefaultKeys bounds what is distinct in each inventory.
const DefaultKeys = 65536

// TextKept bounds the octets of all names and texts of an inventory: strangers chose
// them. What comes then finds no room.
const TextKept = 64 << 20

// namesKept bounds the lists of one row; setOverflow then ends them.
const (
	namesKept   = 32
	setOverflow = "…"
)

// An Inventory counts. It serves one goroutine. Its order does not depend on that
// of the sessions, as long as no bound is reached.
type Inventory struct {
	keys int
	// Dropped counts how often a bound kept something new out.
	Dropped int64

	text     int64 // octets of the names and texts kept
	servers  map[netip.AddrPort]*Server
	clients  map[netip.Addr]*Client
	ntlm     map[ntlmKey]*NTLMUse
	findings map[findingKey]*Found
}

// New gives an empty inventory with room for so many distinct servers, clients, and
// so on; 0 means DefaultKeys.
func New(keys int) *Inventory {
	return &Inventory{
		keys:    cmp.Or(keys, DefaultKeys),
		servers: map[netip.AddrPort]*Server{}, clients: map[netip.Addr]*Client{},
		ntlm: map[ntlmKey]*NTLMUse{}, findings: map[findingKey]*Found{},
	}
}

// A Seen says how often and when: First and Last in Unix nanoseconds.
type Seen struct {
	Sessions     int64
	FirstSession int64
	First, Last  int64

	counted int64 // number of the session that was counted last
}

func (s *Seen) saw(f *Facts) {
	if s.Sessions > 0 && s.counted == f.ID {
		return
	}
	s.counted = f.ID
	if s.Sessions == 0 {
		s.FirstSession, s.First, s.Last = f.ID, f.Start, f.Start
	}
	s.Sessions++
	s.First, s.Last = min(s.First, f.Start), max(s.Last, f.Start)
}

// States counts sessions by verdict, in the order of verdict.States.
type States []int64

func (s *States) count(state verdict.State) {
	if *s == nil {
		*s = make(States, len(verdict.States))
	}
	if i := slices.Index(verdict.States, state); i >= 0 {
		(*s)[i]++
	}
}

// A Server is one port of a server.
type Server struct {
	Addr netip.AddrPort
	Seen
	States
	// Names are those by which it greets.
	Names []string
	// Clear and TLS are what it offers before and inside TLS: mechanisms, and
	// STARTTLS. They are complete only where such an offer was seen.
	Clear, TLS         []string
	ClearSeen, TLSSeen bool
	// TLSVersions are those that were agreed on.
	TLSVersions []string

	clients []netip.Addr // at most clientsKept
}

// A Client is one address.
type Client struct {
	Addr netip.Addr
	Seen
	States
	// Names are those that it calls itself, Users those that logged in or tried,
	// Mechanisms what its logins really were; Servers where it went.
	Names, Users, Mechanisms, Servers []string
	// Refused counts logins that were, InTLS sessions with TLS, Messages mails taken.
	Refused, InTLS, Messages int64
}

type ntlmKey struct {
	client                             netip.Addr
	server                             netip.AddrPort
	user, domain, workstation, version string
	via                                string
}

// An NTLMUse is one user who logs in, or tries to, by NTLM from one place to another.
type NTLMUse struct {
	Client                             netip.Addr
	Server                             netip.AddrPort
	User, Domain, Workstation, Version string
	// Via is the mechanism as it was named: "NTLM", or "GSSAPI" and the like.
	Via string
	Seen
	// Logins counts attempts, Accepted those that were.
	Logins, Accepted int64
	// ClientVersion, TargetSPN and Binding are those of the last one.
	ClientVersion, TargetSPN, Binding string
	MIC, TLS                          bool
}

type findingKey struct {
	id     string
	client netip.Addr
	server netip.AddrPort
}

// A Found is a finding between one client and one server. Text is that of the
// first session.
type Found struct {
	ID, Severity, Text string
	Client             netip.Addr
	Server             netip.AddrPort
	Seen
}

// Add counts a session. The facts are not kept.
func (v *Inventory) Add(f *Facts) {
	v.addServer(f)
	v.addClient(f)
	for i := range f.Logins {
		if l := &f.Logins[i]; l.Actual == "ntlm" {
			v.addNTLM(f, l)
		}
	}
	for i := range f.Findings {
		x := &f.Findings[i]
		key := findingKey{x.ID, f.Client, f.Server}
		if row := rowOf(v, v.findings, key); row != nil {
			if row.Sessions == 0 {
				row.ID, row.Severity, row.Text, row.Client, row.Server = x.ID, x.Severity, x.Text, f.Client, f.Server
				v.text += int64(len(x.Text))
			}
			if verdict.SeverityRank(x.Severity) < verdict.SeverityRank(row.Severity) {
				row.Severity, row.Text = x.Severity, x.Text
			}
			row.saw(f)
		}
	}
}

func (v *Inventory) addServer(f *Facts) {
	row := rowOf(v, v.servers, f.Server)
	if row == nil {
		return
	}
	row.Addr = f.Server
	row.saw(f)
	row.count(f.State)
	row.Names = v.addNames(row.Names, f.ServerName)
	row.TLSVersions = v.addNames(row.TLSVersions, f.TLSVersion)
	row.ClearSeen, row.TLSSeen = row.ClearSeen || f.ClearSeen, row.TLSSeen || f.TLSSeen
	row.Clear, row.TLS = v.addNames(row.Clear, f.Clear...), v.addNames(row.TLS, f.TLS...)
	if len(row.clients) < clientsKept && !slices.Contains(row.clients, f.Client) {
		row.clients = append(row.clients, f.Client)
	}
}

// clientsKept bounds the clients that are told apart at one server.
const clientsKept = 256

// Clients is how many addresses went to the server; more is true if it may be more.
func (s *Server) Clients() (n int, more bool) {
	return len(s.clients), len(s.clients) >= clientsKept
}

func (v *Inventory) addClient(f *Facts) {
	row := rowOf(v, v.clients, f.Client)
	if row == nil {
		return
	}
	row.Addr = f.Client
	row.saw(f)
	row.count(f.State)
	row.Names = v.addNames(row.Names, f.ClientName)
	row.Servers = v.addNames(row.Servers, f.serverText)
	for i := range f.Logins {
		l := &f.Logins[i]
		row.Users = v.addNames(row.Users, l.Account)
		row.Mechanisms = v.addNames(row.Mechanisms, l.Actual)
		if l.Rejected {
			row.Refused++
		}
	}
	if f.Via != "" {
		row.InTLS++
	}
	row.Messages += f.Messages
}

func (v *Inventory) addNTLM(f *Facts, l *Login) {
	key := ntlmKey{f.Client, f.Server, l.User, l.Domain, l.Workstation, l.Version, l.Mechanism}
	row := rowOf(v, v.ntlm, key)
	if row == nil {
		return
	}
	if row.Sessions == 0 {
		v.text += int64(len(key.user) + len(key.domain) + len(key.workstation) + len(key.version) + len(key.via))
		row.Client, row.Server, row.User, row.Domain, row.Workstation, row.Version, row.Via = key.client, key.server, key.user, key.domain, key.workstation, key.version, key.via
	}
	row.saw(f)
	row.Logins++
	if l.Accepted {
		row.Accepted++
	}
	row.ClientVersion, row.TargetSPN, row.Binding, row.MIC, row.TLS = l.ClientVersion, l.SPN, l.Binding, l.MIC, l.TLS
}

// rowOf finds or makes a row; nil if there is no room for one more.
func rowOf[K comparable, R any](v *Inventory, rows map[K]*R, key K) *R {
	if row := rows[key]; row != nil {
		return row
	}
	if len(rows) >= v.keys || v.text >= TextKept {
		v.Dropped++
		return nil
	}
	row := new(R)
	rows[key] = row
	return row
}

// addNames adds names that are not there yet, in order.
func (v *Inventory) addNames(set []string, names ...string) []string {
	for _, name := range names {
		if name == "" {
			continue
		}
		at, known := slices.BinarySearch(set, name)
		full := len(set) >= namesKept || v.text >= TextKept
		switch {
		case known:
		case !full:
			set = slices.Insert(set, at, name)
			v.text += int64(len(name))
		case len(set) == 0 || set[len(set)-1] != setOverflow:
			set = append(set, setOverflow) // sorts behind all letters of ASCII
		}
	}
	return set
}
