package tui

import (
	"smtpscope/filter"
	"smtpscope/verdict"
)

func helpText(a *app, groups []keyGroup, width int) [][]span {
	var text [][]span
	for _, g := range groups {
		text = append(text, []span{{strong, g.title}})
		for _, b := range g.bindings {
			text = append(text, []span{{accent, pad("  "+b.Help().Key, 14)}, {plain, b.Help().Desc}})
		}
		text = append(text, nil)
	}
	text = append(text, []span{{strong, "Verdicts"}})
	for _, s := range states {
		text = append(text, []span{{statePaint(s, false), pad("  "+a.theme.marks.state(s)+" "+string(s), 22)}, {plain, stateMeaning[s]}})
	}
	text = append(text, wrap([]span{{plain, "  A second " + a.theme.marks.open + " behind the sign of a verdict: the session goes on, and that is its verdict so far."}}, width, 2, 0, "")...)
	text = append(text, nil, []span{{strong, "Filters"}})
	text = append(text, wrap([]span{{plain, "  Words match anywhere in a session; \"two words\" in quotes. Terms side by side must all hold; or, not and brackets do what they say."}}, width, 2, 0, "")...)
	for _, k := range filter.Keys {
		text = append(text, []span{{accent, pad("  "+k.Example, 28)}, {plain, k.Means}})
	}
	return text
}

// pad brings s to a width, with a blank at its end at least.
func pad(s string, width int) string { return s + spaces(max(width-columns(s), 1)) }

var stateMeaning = map[verdict.State]string{
	inProgress:           "the session goes on, and nothing is decided yet",
	verdict.Kerberos:     "a Kerberos ticket (AP-REQ), raw or in SPNEGO, and 235",
	verdict.IAKERB:       "the same through IAKERB",
	verdict.NTLM:         "AUTH NTLM or X-EXPS NTLM, and 235",
	verdict.NTLMInGSSAPI: "the verb said GSSAPI, the token was NTLM, and 235",
	verdict.Password:     "PLAIN or LOGIN, and 235; (clear) without TLS",
	verdict.Challenge:    "CRAM-MD5, DIGEST-MD5, SCRAM, and 235",
	verdict.OAuth:        "XOAUTH2, OAUTHBEARER, and 235",
	verdict.Certificate:  "EXTERNAL, and 235",
	verdict.Other:        "another mechanism, and 235",
	verdict.Failed:       "attempts were made, none accepted",
	verdict.Anonymous:    "mail was given with no login",
	verdict.None:         "no login, no mail",
	verdict.Encrypted:    "TLS hides what followed",
	verdict.Incomplete:   "the capture lacks what would decide it",
}
