package nearby

import (
	"cmp"
	"net/netip"
	"slices"
	"time"
)

// How far back a session's view goes: a client that was refused a ticket does not
// ask again for some minutes, and a name lives as long as its time to live.
const (
	kerberosWindow = int64(15 * time.Minute)
	nameWindow     = maxAge
	// maxLooked is how many entries of a client are looked at of each kind, the latest.
	maxLooked = 512
)

// The most of each that is told of.
const (
	maxRequests    = 32
	maxUnreachable = 8
	maxNames       = 8
	maxReverse     = 4
	maxFailures    = 8
)

// A Where says which connection is asked for.
type Where struct {
	Client, Server netip.Addr
	// Start is the connection's first packet's time, Unix nanoseconds. Before is
	// the clock before which messages are looked at: the end of the connection.
	Start, Before int64
}

// Look gathers what a connection's client said beside it. Nil when nothing was.
func (v View) Look(w Where) *Around {
	if v.log == nil || v.low == v.high {
		return nil
	}
	var kerberos []*entry
	v.walk(chain{host: w.Client}, w.Before, func(e *entry) bool {
		if w.Start-e.Time > kerberosWindow {
			return false
		}
		kerberos = append(kerberos, e)
		return true
	})
	names := lookups{Where: w}
	since := max(v.since, w.Start-nameWindow, v.walk(chain{w.Client, true}, w.Before, names.take))
	sawDNS := names.saw
	since = max(since, v.walk(chain{names: true}, w.Before, names.take)) // what is everybody's
	names.settle()
	if len(kerberos) == 0 && !sawDNS && len(names.names) == 0 && len(names.failures) == 0 {
		return nil
	}
	a := &Around{
		Names: names.names, Reverse: names.reverse, Failures: names.failures,
		SawKerberos: len(kerberos) > 0, SawDNS: sawDNS,
		Since: time.Unix(0, since).UTC(),
	}
	slices.Reverse(kerberos) // the oldest first
	a.pair(kerberos, w.Before)
	return a
}

// walk goes through a chain's entries, the latest first, until take has enough. If
// there were too many, it returns the time of the last one looked at; else 0.
func (v View) walk(c chain, before int64, take func(*entry) bool) (until int64) {
	v.log.mu.RLock()
	pages, place := v.log.all, v.log.newest[c]
	v.log.mu.RUnlock()
	for looked := 0; place > v.low; {
		if looked == maxLooked {
			return until
		}
		i, exact := slices.BinarySearchFunc(pages, place-1, func(p *page, at int64) int { return cmp.Compare(p.first, at) })
		if !exact {
			i--
		}
		if i < 0 || place-1-pages[i].first >= int64(len(pages[i].entries)) {
			return 0
		}
		e := &pages[i].entries[place-1-pages[i].first]
		pages = pages[:i+1]
		if place <= v.high && e.Clock < before {
			looked++
			if !take(e) {
				return 0
			}
			until = e.Time
		}
		place = e.older
	}
	return 0
}
