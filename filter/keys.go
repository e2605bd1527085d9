package filter

import (
	"strings"

	"smtpscope/verdict"
)

// A Key is what can stand before the colon of a term.
type Key struct {
	Name string
	// Example is a term with it, Means what the key looks at.
	Example, Means string

	// ordered tells that < and > make sense.
	ordered bool
	// understand makes a test of a value; the problem, if any, is for the operator.
	understand func(operator, string) (test func(*Facts) bool, problem string)
}

// Keys are all keys, in the order in which they are explained.
var Keys []Key

// init and not a literal, because the lookup of a key's name refers to Keys.
func init() {
	Keys = []Key{
		{Name: "state", Example: "state:ntlm", Means: "the verdict; several with commas", understand: oneOfStates},
		{Name: "open", Example: "open:yes", Means: "the session goes on", understand: yesNo(
			func(f *Facts) bool { return f.Open })},
		{Name: "mech", Example: "mech:gssapi", Means: "the mechanism, as named or as it really was", understand: text(
			func(f *Facts) string { return f.Tried }, func(f *Facts) string { return f.Actuals })},
		{Name: "user", Example: `user:alice`, Means: "who logged in, or tried", understand: text(
			func(f *Facts) string { return f.Users })},
		{Name: "workstation", Example: "workstation:sp01", Means: "the one that NTLM names", understand: listed((*Facts).ntlmLogins,
			func(l *NTLMLogin) string { return l.Workstation })},
		{Name: "ntlm", Example: "ntlm:v1", Means: "the version of NTLM, or the mechanism that it was named", understand: listed((*Facts).ntlmLogins,
			func(l *NTLMLogin) string { return l.Version }, func(l *NTLMLogin) string { return l.Mechanism })},
		{Name: "spn", Example: "spn:smtp/mail", Means: "the service that a ticket or NTLM was meant for", understand: text(
			func(f *Facts) string { return f.SPN })},
		{Name: "client", Example: "client:10.1.2.3", Means: "address, network (10.0.0.0/8) or name", understand: side(clientSide)},
		{Name: "server", Example: "server:10.0.0.0/8", Means: "address, network or name", understand: side(serverSide)},
		{Name: "port", Example: "port:587", Means: "the server's port", ordered: true, understand: number(plainNumber,
			func(f *Facts) int64 { return int64(f.Server.Port()) })},
		{Name: "offers", Example: "offers:gssapi", Means: "what the server offers, before or inside TLS", understand: text(
			func(f *Facts) string { return f.Offered }, func(f *Facts) string { return f.OfferedTLS })},
		{Name: "tls", Example: "tls:no", Means: "yes, no, decrypted, or how it began (starttls, implicit)", understand: tls},
		{Name: "tls.version", Example: "tls.version:1.0", Means: "the version agreed on", understand: text(
			func(f *Facts) string { return f.TLSVersion })},
		{Name: "tls.cipher", Example: "tls.cipher:cbc", Means: "the cipher suite agreed on", understand: text(
			func(f *Facts) string { return f.Suite })},
		{Name: "sni", Example: "sni:mail", Means: "the name that the client asked TLS for", understand: text(
			func(f *Facts) string { return f.SNI })},
		{Name: "decrypted", Example: "decrypted:no", Means: "TLS was opened", understand: yesNo(
			func(f *Facts) bool { return f.Decrypted })},
		{Name: "clear", Example: "clear:yes", Means: "a password crossed the wire without TLS", understand: yesNo(
			func(f *Facts) bool { return f.Clear })},
		{Name: "code", Example: "code:535", Means: "a reply code; code:5xx for a class", understand: codes},
		{Name: "cause", Example: "cause:not-offered", Means: "why it was not Kerberos", understand: text(
			func(f *Facts) string { return f.Causes })},
		{Name: "finding", Example: "finding:ntlmv1", Means: "what else was found", understand: listed((*Facts).findings,
			func(f *Finding) string { return f.ID })},
		{Name: "severity", Example: "severity:high", Means: "of a finding: high, medium, low, info", understand: listed((*Facts).findings,
			func(f *Finding) string { return f.Severity })},
		{Name: "gap", Example: "gap:yes", Means: "the capture lacks a part of the session", understand: yesNo((*Facts).Lacking)},
		{Name: "msgs", Example: "msgs>0", Means: "the number of messages", ordered: true, understand: number(plainNumber,
			func(f *Facts) int64 { return int64(f.Messages) })},
		{Name: "size", Example: "size>1M", Means: "octets of both directions, with K, M or G", ordered: true, understand: number(sizeNumber,
			func(f *Facts) int64 { return f.Octets })},
		{Name: "dur", Example: "dur>2s", Means: "how long it took", ordered: true, understand: number(durationNumber,
			func(f *Facts) int64 { return int64(f.Duration) })},
		{Name: "after", Example: "after:09:00", Means: "began at that time of day, or date, or later (UTC)", understand: moment(false)},
		{Name: "before", Example: "before:2026-11-23T17:00", Means: "began earlier than that (UTC)", understand: moment(true)},
	}
}

// oneOfStates wants whole names: "ntlm" is not "ntlm-in-gssapi".
func oneOfStates(_ operator, value string) (func(*Facts) bool, string) {
	var wanted []verdict.State
	for name := range strings.SplitSeq(strings.ToLower(value), ",") {
		known := false
		for _, s := range verdict.States {
			if string(s) == name {
				wanted, known = append(wanted, s), true
			}
		}
		if !known {
			return nil, "no such state: there are " + stateNames()
		}
	}
	return func(f *Facts) bool {
		for _, s := range wanted {
			if f.State == s {
				return true
			}
		}
		return false
	}, ""
}

func stateNames() string {
	names := make([]string, len(verdict.States))
	for i, s := range verdict.States {
		names[i] = string(s)
	}
	return strings.Join(names, " ")
}

// text looks for the value in any of the facts, whatever the case.
func text(of ...func(*Facts) string) func(operator, string) (func(*Facts) bool, string) {
	return func(op operator, value string) (func(*Facts) bool, string) {
		value = lower(value)
		return func(f *Facts) bool {
			for _, get := range of {
				if op == equal && lower(get(f)) == value || op == is && containsFold(get(f), value) {
					return true
				}
			}
			return false
		}, ""
	}
}

func (f *Facts) findings() []Finding     { return f.Findings }
func (f *Facts) ntlmLogins() []NTLMLogin { return f.NTLM }

// listed looks for the value in any element of a list, whatever the case.
func listed[T any](list func(*Facts) []T, of ...func(*T) string) func(operator, string) (func(*Facts) bool, string) {
	return func(op operator, value string) (func(*Facts) bool, string) {
		value = lower(value)
		matches := func(text string) bool {
			return op == equal && lower(text) == value || op == is && containsFold(text, value)
		}
		return func(f *Facts) bool {
			all := list(f)
			for i := range all {
				for _, get := range of {
					if matches(get(&all[i])) {
						return true
					}
				}
			}
			return false
		}, ""
	}
}

func yesNo(of func(*Facts) bool) func(operator, string) (func(*Facts) bool, string) {
	return func(_ operator, value string) (func(*Facts) bool, string) {
		switch lower(value) {
		case "yes", "true":
			return of, ""
		case "no", "false":
			return func(f *Facts) bool { return !of(f) }, ""
		}
		return nil, "yes or no"
	}
}

func tls(_ operator, value string) (func(*Facts) bool, string) {
	switch value = lower(value); value {
	case "yes":
		return func(f *Facts) bool { return f.TLS != "" }, ""
	case "no":
		return func(f *Facts) bool { return f.TLS == "" }, ""
	case "decrypted":
		return func(f *Facts) bool { return f.Decrypted }, ""
	case "starttls", "x-anonymoustls", "implicit":
		return func(f *Facts) bool { return f.TLS == value }, ""
	}
	return nil, "there are yes no decrypted starttls x-anonymoustls implicit"
}

func codes(_ operator, value string) (func(*Facts) bool, string) {
	var wanted []string
	for code := range strings.SplitSeq(lower(value), ",") {
		class := len(code) == 3 && code[1:] == "xx"
		if len(code) != 3 || code[0] < '1' || code[0] > '9' || !class && !isDigits(code) {
			return nil, "a reply code is three digits, or such as 5xx"
		}
		if class {
			code = code[:1]
		}
		wanted = append(wanted, " "+code)
	}
	return func(f *Facts) bool {
		for _, w := range wanted {
			if strings.Contains(f.Codes, w) {
				return true
			}
		}
		return false
	}, ""
}

func isDigits(s string) bool { return strings.Trim(s, "0123456789") == "" }
