package tui

import (
	"fmt"

	"smtpscope/verdict"
)

// telling are the verdicts that say how a client logs in. The others say that
// it could not be seen, or that it did not come to it.
var telling = []verdict.State{
	verdict.Kerberos, verdict.IAKERB, verdict.NTLM, verdict.NTLMInGSSAPI, verdict.Password, verdict.Challenge,
	verdict.OAuth, verdict.Certificate, verdict.Other, verdict.Failed, verdict.Anonymous,
}

// usual is the verdict that comes most often among the telling ones, how often,
// and how many of them there are. Kerberos through IAKERB is Kerberos here.
func (c *stateCount) usual() (state verdict.State, n, of int32) {
	counts := *c
	counts[statePlace[verdict.Kerberos]] += counts[statePlace[verdict.IAKERB]]
	counts[statePlace[verdict.IAKERB]] = 0
	for _, s := range telling {
		k := counts.of(s)
		of += k
		if k > n {
			state, n = s, k
		}
	}
	return state, n, of
}

// odd says why a client stands out; empty if it does not. Either it logs in now
// in this way and now in that, or it does not do as the others of a server do.
func (k *client) odd() string {
	state, n, of := k.states.usual()
	if k.mixed() {
		return fmt.Sprintf("mixed: %s in %d of %d", state, n, of)
	}
	if state == "" {
		return ""
	}
	for _, s := range k.servers {
		mine := s.clients[k.addr]
		if mine == nil {
			continue
		}
		own, _, _ := mine.states.usual()
		if theirs, like, all := s.usuals.usual(); own != "" && theirs != own && like >= 2 && like*3 >= all*2 {
			return fmt.Sprintf("odd: %d of %d clients of %s are %s", like, all, s.addr, theirs)
		}
	}
	return ""
}

// mixed: sometimes Kerberos, and sometimes something weaker, or nothing.
func (k *client) mixed() bool {
	kinds := 0
	for _, group := range [][]verdict.State{
		{verdict.Kerberos, verdict.IAKERB},
		{verdict.NTLM, verdict.NTLMInGSSAPI},
		{verdict.Password, verdict.Challenge, verdict.OAuth, verdict.Certificate, verdict.Other},
		{verdict.Anonymous},
	} {
		for _, s := range group {
			if k.states.of(s) > 0 {
				kinds++
				break
			}
		}
	}
	return kinds > 1
}
