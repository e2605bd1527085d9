package verdict

import (
	"cmp"
	"encoding/binary"
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
	// When there are more, a quarter is forgotten.
	acrossKeys = 32768
	// acrossListed bounds the findings of one kind: a summary is read.
	acrossListed = 100
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
	clients map[traitAddress]*acrossCase
	users   map[string]*acrossCase
	servers map[traitServer]*acrossCase
	// Dropped counts the clients, users and servers that were forgotten, because
	// there were more than can be told apart: who runs for weeks wants those of today.
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

// guesses, spread and relays tell that a case is a finding: of a client, a user, a
// server.
func (c *acrossCase) guesses() bool { return c.refused >= guessRefusals }
func (c *acrossCase) spread() bool  { return len(c.names) >= manyClients }
func (c *acrossCase) relays() bool {
	return len(c.names) >= relaySenders && len(c.targets) >= relayTargets
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
	client, server := traitAddress(b), traitServer(b[len(traitAddress{}):])
	b = b[len(client)+len(server):]
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
			c := caseOf(x, &x.clients, client, (*acrossCase).guesses)
			if !counted[0] {
				c.saw(id, start, end)
				counted[0] = true
			}
			if kind == traitRefused {
				c.refused++
				c.names = appendSet(c.names, name)
				continue
			}
			c.accepted++
			if len(name) > 0 {
				u := x.user(name)
				u.saw(id, start, end)
				if len(u.names) < acrossSet {
					var text [48]byte
					u.names = appendSet(u.names, client.addr().AppendTo(text[:0]))
				}
			}
		case traitSender, traitTarget:
			r := caseOf(x, &x.servers, server, (*acrossCase).relays)
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
	return caseOf(x, &x.users, string(name), (*acrossCase).spread)
}

// caseOf finds or makes a case. If there are too many it makes room first: proven
// tells of a case that it is a finding already.
func caseOf[K comparable](x *Across, cases *map[K]*acrossCase, key K, proven func(*acrossCase) bool) *acrossCase {
	if c := (*cases)[key]; c != nil {
		return c
	}
	if *cases == nil {
		*cases = make(map[K]*acrossCase)
	}
	if len(*cases) >= acrossKeys {
		x.Dropped += forget(*cases, proven)
	}
	c := new(acrossCase)
	(*cases)[key] = c
	return c
}

// forget drops a quarter of the cases and counts them: first those that are no
// findings, of these the ones that lie back the longest.
func forget[K comparable](cases map[K]*acrossCase, proven func(*acrossCase) bool) int64 {
	type entry struct { // so that none is looked up when it is compared
		key K
		*acrossCase
		proven bool
	}
	all := make([]entry, 0, len(cases))
	for key, c := range cases {
		all = append(all, entry{key, c, proven(c)})
	}
	slices.SortFunc(all, func(a, b entry) int {
		if a.proven != b.proven {
			if b.proven {
				return -1
			}
			return 1
		}
		return cmp.Or(cmp.Compare(a.end, b.end), cmp.Compare(a.first, b.first))
	})
	all = all[:len(all)/4]
	for _, e := range all {
		delete(cases, e.key)
	}
	return int64(len(all))
}

// Findings gives what was found, the worst first, those of one kind by their first
// session, and counts those that are not listed, because others of their kind rest
// on more sessions. The list is never nil.
func (x *Across) Findings() (list []SummaryFinding, unlisted int64) {
	list = []SummaryFinding{}
	ct := new(Court)
	for client, c := range x.clients {
		if !c.guesses() {
			continue
		}
		text := ct.say(client.addr().String(), " had ", ct.count(c.refused, "login", "logins"), " refused with 535")
		if len(c.names) > 0 { // not seen where the token holds none, or is encrypted
			text = ct.say(text, ", for ", ct.atLeast(c.names, "user", "users"))
		}
		if c.accepted > 0 {
			text = ct.say(text, ", and ", ct.count(c.accepted, "login", "logins"), " accepted")
		}
		list = append(list, c.finding("password-guessing", text))
	}
	for user, c := range x.users {
		if c.spread() {
			list = append(list, c.finding("user-from-many-clients", ct.say(ct.wire(user), " logged in from ", ct.atLeast(c.names, "address", "addresses"), ", among them ", ct.few(c.names))))
		}
	}
	for server, c := range x.servers {
		if c.relays() {
			list = append(list, c.finding("open-relay", ct.say("The server ", server.addrPort().String(), " took mail without a login for ", ct.atLeast(c.targets, "domain", "domains"), " from ", ct.atLeast(c.names, "domain", "domains"), ", and none of them is its own by its name; among them ", ct.few(c.targets))))
		}
	}
	slices.SortFunc(list, func(a, b SummaryFinding) int {
		return cmp.Or(strings.Compare(a.ID, b.ID), cmp.Compare(b.Sessions, a.Sessions),
			cmp.Compare(a.FirstSession, b.FirstSession), strings.Compare(a.Text, b.Text))
	})
	all, id, n := int64(len(list)), "", 0
	list = slices.DeleteFunc(list, func(f SummaryFinding) bool {
		if f.ID != id {
			id, n = f.ID, 0
		}
		n++
		return n > acrossListed
	})
	slices.SortFunc(list, func(a, b SummaryFinding) int {
		return cmp.Or(slices.Index(severities, a.Severity)-slices.Index(severities, b.Severity), strings.Compare(a.ID, b.ID),
			cmp.Compare(a.FirstSession, b.FirstSession), strings.Compare(a.Text, b.Text))
	})
	return list, all - int64(len(list))
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
