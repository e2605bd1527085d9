package inventory

import (
	"cmp"
	"iter"
	"maps"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"smtpscope/verdict"
)

// A Table is an inventory as rows, for any printer.
type Table struct {
	// Report names it, Kind one row of it ("server"); Title is for people.
	Report      Report
	Kind, Title string
	// About says in a sentence what the rows are.
	About   string
	Columns []Column
	// Rows are in an order that depends on them alone. A row is valid until the next.
	Rows iter.Seq[[]Value]
}

// A Column is one field of all rows.
type Column struct {
	// Name is that in records; Title is for people.
	Name, Title string
}

// A Value is a text, a number, a time, a truth or a list of texts, by its Kind.
type Value struct {
	Kind   ValueKind
	Text   string
	Number int64
	List   []string
}

// ValueKind says which part of a Value counts.
type ValueKind uint8

// The kinds of values.
const (
	TextValue   ValueKind = iota // Text
	NumberValue                  // Number
	TimeValue                    // Number: Unix nanoseconds, 0 for none
	TruthValue                   // Number: 1 for true
	ListValue                    // List
	OfferValue                   // List: nil if no offer was seen, empty if it was of nothing
)

// Text is a text.
func Text(s string) Value { return Value{Kind: TextValue, Text: s} }

// Number is a number.
func Number(n int64) Value { return Value{Kind: NumberValue, Number: n} }

// Moment is a time in Unix nanoseconds, 0 for none.
func Moment(ns int64) Value { return Value{Kind: TimeValue, Number: ns} }

// List is a list of texts.
func List(l []string) Value { return Value{Kind: ListValue, List: l} }

// Truth is true or false.
func Truth(is bool) (v Value) {
	if v.Kind = TruthValue; is {
		v.Number = 1
	}
	return v
}

// Time is a TimeValue as a time; zero for none.
func (v Value) Time() time.Time {
	if v.Number == 0 {
		return time.Time{}
	}
	return time.Unix(0, v.Number).UTC()
}

// Table gives the rows of a report in an order that only depends on them; nil for
// Sessions. Those of findings are joined by what several sessions show.
func (v *Inventory) Table(r Report, across []verdict.SummaryFinding) *Table {
	switch r {
	case Servers:
		return v.serverTable()
	case Clients:
		return v.clientTable()
	case NTLM:
		return v.ntlmTable()
	case Findings:
		return v.findingTable(across)
	}
	return nil
}

func columns(pairs ...string) []Column {
	var list []Column
	for i := 0; i < len(pairs); i += 2 {
		list = append(list, Column{pairs[i], pairs[i+1]})
	}
	return list
}

// verdicts are the counts of states as texts, "12 ntlm".
func (s States) verdicts() []string {
	var out []string
	for i, n := range s {
		if n > 0 {
			out = append(out, decimal(n)+" "+string(verdict.States[i]))
		}
	}
	return out
}

func offer(seen bool, names []string) Value {
	if !seen {
		names = nil
	} else if names == nil {
		names = []string{}
	}
	return Value{Kind: OfferValue, List: names}
}

func (v *Inventory) serverTable() *Table {
	t := &Table{
		Report: Servers, Kind: "server", Title: "Servers",
		About: "Each port of each server: what it offers, and how clients logged in there.",
		Columns: columns("server_ip", "server", "server_port", "port", "names", "name", "offers_before_tls", "before TLS", "offers_inside_tls", "inside TLS", "tls_versions", "TLS",
			"verdicts", "verdicts", "sessions", "sessions", "clients", "clients", "first_seen", "first seen", "last_seen", "last seen"),
	}
	keys := slices.SortedFunc(maps.Keys(v.servers), netip.AddrPort.Compare)
	t.Rows = rows(keys, func(row []Value, a netip.AddrPort) []Value {
		s := v.servers[a]
		clients, _ := s.Clients()
		return append(row,
			Text(a.Addr().String()), Number(int64(a.Port())), List(s.Names), offer(s.ClearSeen, s.Clear), offer(s.TLSSeen, s.TLS), List(s.TLSVersions),
			List(s.verdicts()), Number(s.Sessions), Number(int64(clients)), Moment(s.First), Moment(s.Last))
	})
	return t
}

func (v *Inventory) clientTable() *Table {
	t := &Table{
		Report: Clients, Kind: "client", Title: "Clients",
		About: "Each client: who logs in from there, and how.",
		Columns: columns("client_ip", "client", "names", "calls itself", "users", "users", "mechanisms", "mechanisms", "verdicts", "verdicts", "servers", "servers",
			"sessions", "sessions", "tls_sessions", "with TLS", "refused_logins", "refused logins", "messages", "messages taken", "first_seen", "first seen", "last_seen", "last seen"),
	}
	keys := slices.SortedFunc(maps.Keys(v.clients), netip.Addr.Compare)
	t.Rows = rows(keys, func(row []Value, a netip.Addr) []Value {
		c := v.clients[a]
		return append(row,
			Text(a.String()), List(c.Names), List(c.Users), List(c.Mechanisms), List(c.verdicts()), List(c.Servers),
			Number(c.Sessions), Number(c.InTLS), Number(c.Refused), Number(c.Messages), Moment(c.First), Moment(c.Last))
	})
	return t
}

func (v *Inventory) ntlmTable() *Table {
	t := &Table{
		Report: NTLM, Kind: "ntlm", Title: "Who still uses NTLM",
		About: "Each user who logs in, or tries to, by NTLM: under that name, or inside GSSAPI, where the name says Kerberos.",
		Columns: columns("client_ip", "client", "user", "user", "domain", "domain", "workstation", "workstation", "server_ip", "server", "server_port", "port",
			"version", "version", "mechanism", "mechanism", "client_version", "client version", "target_spn", "target SPN", "mic", "MIC", "channel_binding", "channel binding", "tls", "TLS",
			"logins", "logins", "accepted", "accepted", "sessions", "sessions", "first_seen", "first seen", "last_seen", "last seen"),
	}
	uses := slices.SortedFunc(maps.Values(v.ntlm), func(a, b *NTLMUse) int {
		return cmp.Or(a.Client.Compare(b.Client), strings.Compare(a.Domain, b.Domain), strings.Compare(a.User, b.User), a.Server.Compare(b.Server),
			strings.Compare(a.Workstation, b.Workstation), strings.Compare(a.Version, b.Version), strings.Compare(a.Via, b.Via))
	})
	t.Rows = rows(uses, func(row []Value, u *NTLMUse) []Value {
		return append(row,
			Text(u.Client.String()), Text(u.User), Text(u.Domain), Text(u.Workstation), Text(u.Server.Addr().String()), Number(int64(u.Server.Port())),
			Text(u.Version), Text(u.Via), Text(u.ClientVersion), Text(u.TargetSPN), Truth(u.MIC), Text(u.Binding), Truth(u.TLS),
			Number(u.Logins), Number(u.Accepted), Number(u.Sessions), Moment(u.First), Moment(u.Last))
	})
	return t
}

func (v *Inventory) findingTable(across []verdict.SummaryFinding) *Table {
	t := &Table{
		Report: Findings, Kind: "finding", Title: "Findings",
		About: "What was found between which client and which server, the worst first, in the words of the first session.",
		Columns: columns("severity", "severity", "finding", "finding", "client_ip", "client", "server_ip", "server", "server_port", "port", "text", "what",
			"fix", "what to do", "reference", "reference", "sessions", "sessions", "first_session", "first session", "first_seen", "first seen", "last_seen", "last seen"),
	}
	found := slices.SortedFunc(maps.Values(v.findings), func(a, b *Found) int {
		return cmp.Or(cmp.Compare(verdict.SeverityRank(a.Severity), verdict.SeverityRank(b.Severity)), strings.Compare(a.ID, b.ID), a.Client.Compare(b.Client), a.Server.Compare(b.Server))
	})
	several := rows(across, func(row []Value, f verdict.SummaryFinding) []Value {
		return append(row,
			Text(f.Severity), Text(f.ID), Text(""), Text(""), Text(""), Text(f.Text), Text(f.Next), Text(reference(f.ID)),
			Number(f.Sessions), Number(f.FirstSession), Moment(f.Start.UnixNano()), Moment(f.End.UnixNano()))
	})
	single := rows(found, func(row []Value, f *Found) []Value {
		fix := ""
		if k := verdict.KindOf(f.ID); k != nil {
			fix = k.Fix
		}
		return append(row,
			Text(f.Severity), Text(f.ID), Text(f.Client.String()), Text(f.Server.Addr().String()), Number(int64(f.Server.Port())), Text(f.Text), Text(fix), Text(reference(f.ID)),
			Number(f.Sessions), Number(f.FirstSession), Moment(f.First), Moment(f.Last))
	})
	t.Rows = func(yield func([]Value) bool) {
		for _, part := range [...]iter.Seq[[]Value]{several, single} {
			for row := range part {
				if !yield(row) {
					return
				}
			}
		}
	}
	return t
}

// rows makes a row of each of a list when it is asked for, in one memory.
func rows[T any](from []T, row func([]Value, T) []Value) iter.Seq[[]Value] {
	return func(yield func([]Value) bool) {
		var room []Value
		for _, one := range from {
			if room = row(room[:0], one); !yield(room) {
				return
			}
		}
	}
}

func reference(id string) string {
	if k := verdict.KindOf(id); k != nil {
		return k.Reference
	}
	return ""
}

func decimal(n int64) string { return strconv.FormatInt(n, 10) }
