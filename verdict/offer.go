package verdict

import (
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
	var last *smtpparse.Hello
	for i := range s.Hello {
		h := &s.Hello[i]
		if h.TLS == a.TLS && (h.Frame < a.FirstFrame && h.ReplyFrame < a.FirstFrame) {
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

// kerberos returns the mechanism of AUTH in which Kerberos may be, empty if none
// was offered; viaEXPS that of X-EXPS.
func (o *offer) kerberos() string { return firstGSS(o.auth) }
func (o *offer) viaEXPS() string  { return firstGSS(o.exps) }

// list names what AUTH offered, for a sentence.
func (o *offer) list() string {
	if len(o.auth) == 0 {
		return "lists no AUTH"
	}
	shown := o.auth[:min(len(o.auth), 12)]
	names := make([]string, len(shown))
	for i, m := range shown {
		names[i] = wire(m)
	}
	more := ""
	if len(shown) < len(o.auth) {
		more = " …"
	}
	return "lists AUTH " + strings.Join(names, " ") + more
}

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
