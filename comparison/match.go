package comparison

import (
	"net/netip"
	"strings"
)

// A match is a pair of client and server in both captures.
type match struct {
	before, after pairKey
	then, now     *pair
}

// alike are what may stay the same while a client gets another address, a service
// moves, or a client is told to use another port; the surest first. Each gives
// nothing for a pair that it says nothing of.
var alike = []func(k pairKey, p *pair) string{
	func(k pairKey, _ *pair) string { return k.client.String() + " " + k.server.Addr().String() },
	func(k pairKey, p *pair) string { return both(p.client, k.server.String()) },
	func(k pairKey, p *pair) string { return both(p.client, k.server.Addr().String()) },
	func(k pairKey, p *pair) string { return both(k.client.String(), p.server) },
	func(_ pairKey, p *pair) string { return both(p.client, p.server) },
}

// matches finds the pairs of both captures: those with the same addresses, and of
// the others those that are alike, if there is one of a kind on each side. What is
// left of either side is in one capture only.
func matches(before, after *Side) (found []match, onlyBefore, onlyAfter map[pairKey]*pair) {
	onlyBefore, onlyAfter = map[pairKey]*pair{}, map[pairKey]*pair{}
	for key, then := range before.pairs {
		if now := after.pairs[key]; now != nil {
			found = append(found, match{key, key, then, now})
		} else {
			onlyBefore[key] = then
		}
	}
	for key, now := range after.pairs {
		if before.pairs[key] == nil {
			onlyAfter[key] = now
		}
	}
	for _, kind := range alike {
		then, now := single(onlyBefore, kind), single(onlyAfter, kind)
		for name, a := range then {
			b, is := now[name]
			if !is || a == ambiguous || b == ambiguous {
				continue
			}
			found = append(found, match{a, b, onlyBefore[a], onlyAfter[b]})
			delete(onlyBefore, a)
			delete(onlyAfter, b)
		}
	}
	return found, onlyBefore, onlyAfter
}

// ambiguous stands for several pairs.
var ambiguous pairKey

// single finds the pairs by a name; ambiguous where it has several.
func single(pairs map[pairKey]*pair, kind func(pairKey, *pair) string) map[string]pairKey {
	found := map[string]pairKey{}
	for key, p := range pairs {
		name := kind(key, p)
		if name == "" {
			continue
		}
		if _, known := found[name]; known {
			key = ambiguous
		}
		found[name] = key
	}
	return found
}

// both joins two names; empty if one of them is.
func both(a, b string) string {
	if a == "" || b == "" {
		return ""
	}
	return a + " " + b
}

// nameOf is what a client or server calls itself, if that tells it from others: many
// programs say localhost, or an address, which changes.
func nameOf(said string) string {
	name := strings.ToLower(strings.TrimSuffix(said, "."))
	if name == "localhost" || strings.HasPrefix(name, "localhost.") || strings.HasPrefix(name, "[") || strings.Contains(name, " ") {
		return ""
	}
	if _, err := netip.ParseAddr(name); err == nil {
		return ""
	}
	return name
}
