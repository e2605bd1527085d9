package verdict

import (
	"encoding/binary"
	"net/netip"
	"slices"
	"strings"
	"time"
)

// What it takes to speak of several sessions together.
const (
	guessRefusals = 10 // logins refused with 535, of one client
	manyClients   = 5  // addresses from which one user got in
	relaySenders  = 3  // foreign domains of senders, at one server
	relayTargets  = 10 // foreign domains of recipients, at one server
)

const (
	// acrossKeys bounds the clients, users and servers that are told apart, each.
	acrossKeys = 32768
	// acrossSet bounds what is told apart for each of them.
	acrossSet = 64
	// acrossPerSession bounds the users and domains taken of one session.
	acrossPerSession = 16
)

// A SummaryFinding is a finding that it takes several sessions to see.
type SummaryFinding struct {
	ID       string `json:"id"`
	Severity string `json:"severity"`
	Text     string `json:"text"`
	Next     string `json:"next,omitempty"`
	// Sessions counts those that it rests on, FirstSession is the number of the
	// first of them to end; Start and End are when they began and ended.
	Sessions     int64     `json:"sessions"`
	FirstSession int64     `json:"first_session"`
	Start        time.Time `json:"start"`
	End          time.Time `json:"end"`
}

// An Across compares sessions that are given to it one after the other. It serves
// one goroutine, and its memory is bounded. What it finds depends on the order of
// the sessions only where a bound was reached. The zero value is ready.
type Across struct {
	clients map[netip.Addr]*acrossCase
	users   map[string]*acrossCase
	servers map[netip.AddrPort]*acrossCase
	// Dropped counts how often one more client, user or server was not told apart.
	Dropped int64
}

// An acrossCase is what is known of one client, user or server.
type acrossCase struct {
	sessions, first int64
	start, end      int64 // Unix nanoseconds
	refused         int64
	accepted        int64
	// names are users of a client, clients of a user, or sender domains at a
	// server; targets recipient domains at a server. At most acrossSet of each.
	names, targets []string
}

func (c *acrossCase) saw(id, start, end int64) {
	if c.sessions == 0 {
		c.first, c.start = id, start
	}
	c.sessions++
	c.start, c.end = min(c.start, start), max(c.end, end)
}

func appendSet(set []string, value []byte) []string {
	if len(set) >= acrossSet || len(value) == 0 {
		return set
	}
	for _, s := range set {
		if s == string(value) {
			return set
		}
	}
	return append(set, string(value))
}

// Add takes the traits of a session, as AppendTraits wrote them, under its number.
func (x *Across) Add(id int64, b []byte) {
	if len(b) == 0 {
		return
	}
	client := netip.AddrFrom16([16]byte(b[:16])).Unmap()
	server := netip.AddrPortFrom(netip.AddrFrom16([16]byte(b[16:32])).Unmap(), binary.LittleEndian.Uint16(b[32:34]))
	b = b[34:]
	start, n := binary.Varint(b)
	b = b[n:]
	end, n := binary.Varint(b)
	b = b[n:]
	counted := [2]bool{} // the session, for the client and the server
	for len(b) > 0 {
		kind, name := b[0], b[2:2+int(b[1])]
		b = b[2+len(name):]
		switch kind {
		case traitAccepted, traitRefused:
			c := caseOf(x, &x.clients, client)
			if c != nil {
				if !counted[0] {
					c.saw(id, start, end)
					counted[0] = true
				}
				if kind == traitAccepted {
					c.accepted++
				} else {
					c.refused++
					c.names = appendSet(c.names, name)
				}
			}
			if kind == traitAccepted && len(name) > 0 {
				if u := x.user(name); u != nil {
					u.saw(id, start, end)
					u.names = appendSet(u.names, []byte(client.String()))
				}
			}
		case traitSender, traitTarget:
			r := caseOf(x, &x.servers, server)
			if r == nil {
				continue
			}
			if !counted[1] {
				r.saw(id, start, end)
				counted[1] = true
			}
			if kind == traitSender {
				r.names = appendSet(r.names, name)
			} else {
				r.targets = appendSet(r.targets, name)
			}
		}
	}
}

// user is caseOf without making a string of a name that is known already.
func (x *Across) user(name []byte) *acrossCase {
	if u := x.users[string(name)]; u != nil {
		return u
	}
	return caseOf(x, &x.users, string(name))
}

// caseOf finds or makes a case; nil if there are too many.
func caseOf[K comparable](x *Across, cases *map[K]*acrossCase, key K) *acrossCase {
	if c := (*cases)[key]; c != nil {
		return c
	}
	if len(*cases) >= acrossKeys {
		x.Dropped++
		return nil
	}
	if *cases == nil {
		*cases = make(map[K]*acrossCase)
	}
	c := new(acrossCase)
	(*cases)[key] = c
	return c
}

// Findings gives what was found, the worst first, those of one kind by their first
// session. Never nil.
func (x *Across) Findings() []SummaryFinding {
	list := []SummaryFinding{}
	ct := new(Court)
	for client, c := range x.clients {
		if c.refused < guessRefusals {
			continue
		}
		text := ct.say(client.String(), " had ", ct.count(c.refused, "login", "logins"), " refused with 535")
		if len(c.names) > 0 {
			text = ct.say(text, ", for ", ct.atLeast(c.names, "user", "users"))
		}
		if c.accepted > 0 {
			text = ct.say(text, ", and ", ct.count(c.accepted, "login", "logins"), " accepted")
		}
		list = append(list, c.finding("password-guessing", text))
	}
	for user, c := range x.users {
		if len(c.names) >= manyClients {
			list = append(list, c.finding("user-from-many-clients", ct.say(ct.wire(user), " logged in from ", ct.atLeast(c.names, "address", "addresses"), ", among them ", ct.few(c.names))))
		}
	}
	for server, c := range x.servers {
		if len(c.names) >= relaySenders && len(c.targets) >= relayTargets {
			list = append(list, c.finding("open-relay", ct.say("The server ", server.String(), " took mail without a login for ", ct.atLeast(c.targets, "domain", "domains"), " from ", ct.atLeast(c.names, "domain", "domains"), ", and none of them is its own by its name; among them ", ct.few(c.targets))))
		}
	}
	slices.SortFunc(list, func(a, b SummaryFinding) int {
		if d := slices.Index(severities, a.Severity) - slices.Index(severities, b.Severity); d != 0 {
			return d
		}
		if a.ID != b.ID {
			return strings.Compare(a.ID, b.ID)
		}
		if a.FirstSession != b.FirstSession {
			return int(a.FirstSession - b.FirstSession)
		}
		return strings.Compare(a.Text, b.Text)
	})
	return list
}

func (c *acrossCase) finding(id, text string) SummaryFinding {
	kind := kinds[id]
	return SummaryFinding{
		ID: id, Severity: kind.Severity, Text: text, Next: kind.Fix,
		Sessions: c.sessions, FirstSession: c.first,
		Start: time.Unix(0, c.start).UTC(), End: time.Unix(0, c.end).UTC(),
	}
}

// atLeast counts what is told apart, as far as that goes.
func (ct *Court) atLeast(set []string, one, many string) string {
	words := ct.count(int64(len(set)), one, many)
	if len(set) >= acrossSet {
		return ct.say(words, " or more")
	}
	return words
}

// few names the first of a set.
func (ct *Court) few(set []string) string {
	const most = 5
	text := ""
	for i, name := range set[:min(len(set), most)] {
		if i > 0 {
			text += ", "
		}
		text += ct.wire(name)
	}
	return text
}
