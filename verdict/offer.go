package verdict

import (
	"cmp"
	"strings"

	"smtpscope/smtpparse"
)

// An offer is what the server listed for login where an attempt was made.
type offer struct {
	hello *smtpparse.Hello
	// auth are the mechanisms of AUTH and AUTH= lines, exps those of X-EXPS, in
	// upper case.
	auth, exps []string
}

// offerBefore returns the offer that held when the attempt began: the last hello
// before it on the same side of TLS (RFC 3207, section 4.2: what was said before
// TLS is forgotten). Nil when it was not seen whole, since what is missing might
// be the very mechanism.
func offerBefore(s *smtpparse.Session, a *smtpparse.Auth) *offer {
	return offerAt(s, a.FirstFrame, a.TLS)
}

// offerAt returns the offer that held at a frame, on one side of TLS.
func offerAt(s *smtpparse.Session, frame int64, tls bool) *offer {
	var last *smtpparse.Hello
	for i := range s.Hello {
		h := &s.Hello[i]
		if h.TLS == tls && h.Frame < frame && h.ReplyFrame < frame {
			last = h
		}
	}
	if last == nil || !last.Complete || last.ReplyCode != 250 || last.Verb == "HELO" || s.Omitted["capabilities"] > 0 {
		return nil
	}
	o := &offer{hello: last}
	for _, c := range last.Capabilities {
		switch c.Keyword {
		case "AUTH", "AUTH=":
			o.auth = appendUpper(o.auth, c.Params)
		case "X-EXPS":
			o.exps = appendUpper(o.exps, c.Params)
		}
	}
	return o
}

// kerberos returns the mechanism in which Kerberos may be that the offer holds
// for a verb, empty if there is none. Who says X-EXPS may also say AUTH.
func (o *offer) kerberos(verb string) string {
	if verb == "X-EXPS" {
		return cmp.Or(firstGSS(o.exps), firstGSS(o.auth))
	}
	return firstGSS(o.auth)
}

// list names what was offered for a verb, for a sentence.
func (o *offer) list(verb string) string {
	verb = cmp.Or(verb, "AUTH")
	mechanisms := o.auth
	if verb == "X-EXPS" {
		mechanisms = o.exps
	}
	if len(mechanisms) == 0 {
		return "lists no " + wire(verb)
	}
	names := make([]string, min(len(mechanisms), maxListed))
	for i := range names {
		names[i] = wire(mechanisms[i])
	}
	if len(names) < len(mechanisms) {
		names = append(names, "…")
	}
	return "lists " + wire(verb) + " " + strings.Join(names, " ")
}

// maxListed is the number of mechanisms that a sentence repeats.
const maxListed = 12

// offersTLS tells that the hello listed STARTTLS.
func (o *offer) offersTLS() bool {
	for _, c := range o.hello.Capabilities {
		if c.Keyword == "STARTTLS" {
			return true
		}
	}
	return false
}

func firstGSS(mechanisms []string) string {
	for _, m := range mechanisms {
		if carriesGSS(m) {
			return m
		}
	}
	return ""
}

// appendUpper appends the names that are not there yet.
func appendUpper(to, names []string) []string {
	for _, name := range names {
		name = strings.ToUpper(name)
		known := false
		for _, have := range to {
			known = known || have == name
		}
		if !known {
			to = append(to, name)
		}
	}
	return to
}
