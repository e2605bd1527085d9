package comparison

import (
	"net/netip"

	"smtpscope/verdict"
)

// Trend says which way something went.
type Trend string

// The trends. Better and Worse are about Kerberos first: more of the logins are
// Kerberos, or fewer. Where that is as before, logins that succeed count, then
// findings of high or medium severity.
const (
	Better  Trend = "better"
	Worse   Trend = "worse"
	Changed Trend = "changed" // otherwise than before, and neither better nor worse
	Same    Trend = "same"
)

// A Result is what changed.
type Result struct {
	Before Total `json:"before"`
	After  Total `json:"after"`
	// Trend is that of all pairs together: Worse if any is.
	Trend Trend `json:"trend"`
	// Pairs are those that are in both captures and changed, the worse ones first.
	Pairs []Pair `json:"pairs"`
	// Unsolved are the pairs that did not change, though not all of their logins are
	// by Kerberos.
	Unsolved []Pair `json:"unsolved"`
	// Same counts the pairs that did not change, OnlyBefore and OnlyAfter those
	// that are in one capture only, which Vanished and Appeared name.
	Same       int64    `json:"same"`
	OnlyBefore int64    `json:"only_before"`
	OnlyAfter  int64    `json:"only_after"`
	Vanished   []Single `json:"vanished"`
	Appeared   []Single `json:"appeared"`
	// Servers are those whose offers changed.
	Servers []Server `json:"servers"`
	// Dropped counts sessions for whose pair there was no room.
	Dropped int64 `json:"dropped,omitempty"`
}

// Comparable tells that any client and server are in both captures.
func (c *Result) Comparable() bool { return len(c.Pairs) > 0 || c.Same > 0 }

// A Total is one capture as a whole.
type Total struct {
	Name     string                  `json:"name"`
	Sessions int64                   `json:"sessions"`
	States   map[verdict.State]int64 `json:"states"`
	// Kerberos counts the logins by Kerberos, Logins all sessions with a login,
	// accepted or not, whose way is known.
	Kerberos int64 `json:"kerberos"`
	Logins   int64 `json:"logins"`
}

// A Pair is one client at one port of one server, before and after.
type Pair struct {
	Client netip.Addr     `json:"client"`
	Server netip.AddrPort `json:"server"`
	// ClientBefore and ServerBefore are set where they were others before: who it is
	// is told by the address of the other end and by names.
	ClientBefore netip.Addr     `json:"client_before,omitzero"`
	ServerBefore netip.AddrPort `json:"server_before,omitzero"`
	Trend        Trend          `json:"trend"`
	// Before and After count sessions by verdict.
	Before map[verdict.State]int64 `json:"before"`
	After  map[verdict.State]int64 `json:"after"`
	// New and Gone are the findings that are on one side only, the worst first.
	New  []Finding `json:"new_findings"`
	Gone []Finding `json:"gone_findings"`
	// CausesBefore and CausesAfter are why it was not Kerberos, by identifier, sorted.
	CausesBefore []string `json:"causes_before"`
	CausesAfter  []string `json:"causes_after"`
}

// A Single is a client at one port of a server that is in one capture only.
type Single struct {
	Client netip.Addr              `json:"client"`
	Server netip.AddrPort          `json:"server"`
	States map[verdict.State]int64 `json:"states"`
}

// A Finding is a kind of finding.
type Finding struct {
	ID       string `json:"id"`
	Severity string `json:"severity"`
}

// A Server is one port whose offers changed, where they were seen both times.
type Server struct {
	Server netip.AddrPort `json:"server"`
	// InTLS tells that these are the offers inside TLS.
	InTLS bool     `json:"inside_tls"`
	New   []string `json:"new"`
	Gone  []string `json:"gone"`
}
