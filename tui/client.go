package tui

import (
	"cmp"
	"net/netip"
	"slices"

	"smtpscope/filter"
)

// A client is one address.
type client struct {
	addr        netip.Addr
	names       []string
	users       []string
	mechanisms  []string // what its logins really were
	sessions    int32
	first, last int64 // starts, Unix nanoseconds
	states      stateCount
	servers     []*server
	// inTLS counts sessions with TLS, refused logins that were, taken mails that a
	// server took.
	inTLS, refused, taken int32
}

func (k *client) add(f *filter.Facts) {
	k.count(f, 1)
	k.states.add(stateOf(f))
	k.first, k.last = min(k.first, f.Start), max(k.last, f.Start)
	k.names = addFew(k.names, f.Hello)
	k.users = addFew(k.users, cmp.Or(f.User, f.Users))
	k.mechanisms = addWords(k.mechanisms, f.Actuals)
}

func (k *client) remove(f *filter.Facts) {
	k.count(f, -1)
	k.states.remove(stateOf(f))
}

// count adds to what is counted of sessions, or takes away from it.
func (k *client) count(f *filter.Facts, times int32) {
	k.sessions += times
	k.refused += times * f.Refused
	k.taken += times * f.Taken
	if f.TLS != "" {
		k.inTLS += times
	}
}

// fewNames bounds how many names of one client or server are kept.
const fewNames = 4

func addFew(list []string, s string) []string {
	if s != "" && len(list) < fewNames && !slices.Contains(list, s) {
		return append(list, s)
	}
	return list
}

// fewWords are the names in a row, with a word about those that were not kept.
func fewWords(list []string, separator string) string {
	words := join(separator, list...)
	return words + say(len(list) == fewNames, " and maybe others")
}
