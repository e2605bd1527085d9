package tui

import (
	"cmp"
	"net/netip"
	"slices"

	"smtpscope/filter"
)

// An ntlmKey tells uses of NTLM apart, as the inventory does.
type ntlmKey struct {
	client                                        netip.Addr
	server                                        netip.AddrPort
	user, domain, workstation, version, mechanism string
}

// An ntlmUse is one user who logs in, or tries to, by NTLM from one place to another.
type ntlmUse struct {
	ntlmKey
	// logins counts attempts, accepted those of them that were.
	logins, accepted, sessions int32
	first, last                int64 // starts of sessions, Unix nanoseconds
	// latest is the login that was counted last, row its session.
	latest filter.NTLMLogin
	row    int32
}

func keyOf(f *filter.Facts, l *filter.NTLMLogin) ntlmKey {
	return ntlmKey{f.Client.Addr(), f.Server, l.User, l.Domain, l.Workstation, l.Version, l.Mechanism}
}

// addNTLM counts the attempts by NTLM of a session.
func (c *census) addNTLM(row int32, f *filter.Facts) {
	for i := range f.NTLM {
		l := &f.NTLM[i]
		key := keyOf(f, l)
		u := c.uses[key]
		if u == nil {
			u = &ntlmUse{ntlmKey: key, first: f.Start, last: f.Start}
			c.uses[key] = u
			c.useList = append(c.useList, u)
		}
		u.count(f, i, 1)
		u.first, u.last = min(u.first, f.Start), max(u.last, f.Start)
		u.latest, u.row = *l, row
	}
}

// removeNTLM takes the attempts of a session out.
func (c *census) removeNTLM(f *filter.Facts) {
	for i := range f.NTLM {
		c.uses[keyOf(f, &f.NTLM[i])].count(f, i, -1)
	}
}

// dropUnused forgets what a session named while it was open and nothing names now.
func (c *census) dropUnused(was *filter.Facts) {
	dropped := false
	for i := range was.NTLM {
		key := keyOf(was, &was.NTLM[i])
		if u := c.uses[key]; u != nil && u.logins == 0 {
			delete(c.uses, key)
			dropped = true
		}
	}
	if dropped {
		c.useList = slices.DeleteFunc(c.useList, func(u *ntlmUse) bool { return u.logins == 0 })
	}
}

// count counts the i-th attempt of a session, or takes it away. A session counts with
// the first of its attempts that are of the use.
func (u *ntlmUse) count(f *filter.Facts, i int, times int32) {
	u.logins += times
	if f.NTLM[i].Accepted {
		u.accepted += times
	}
	if !slices.ContainsFunc(f.NTLM[:i], func(l filter.NTLMLogin) bool { return keyOf(f, &l) == u.ntlmKey }) {
		u.sessions += times
	}
}

// account is who it is, as one name; empty if neither user nor domain was named.
func (u *ntlmUse) account() string {
	if u.domain != "" {
		return u.domain + `\` + cmp.Or(u.user, "?")
	}
	return u.user
}
