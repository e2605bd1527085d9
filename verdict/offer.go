package verdict

import (
	"cmp"
	"slices"

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
func (ct *Court) offerBefore(s *smtpparse.Session, a *smtpparse.Auth) *offer {
	return ct.offerAt(s, a.FirstFrame, a.TLS)
}

// offerAt returns the offer that held at a frame, on one side of TLS. It is valid
// until another one is asked for.
func (ct *Court) offerAt(s *smtpparse.Session, frame int64, tls bool) *offer {
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
	o := &ct.offer
	if o.hello == last {
		return o
	}
	o.hello, o.auth, o.exps = last, o.auth[:0], o.exps[:0]
	for i := range last.Capabilities {
		switch c := &last.Capabilities[i]; c.Keyword {
		case "AUTH", "AUTH=":
			for _, name := range c.Params {
				o.auth = appendOnce(o.auth, ct.upper(name))
			}
		case "X-EXPS":
			for _, name := range c.Params {
				o.exps = appendOnce(o.exps, ct.upper(name))
			}
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

// list names what an offer holds for a verb, for a sentence.
func (ct *Court) list(o *offer, verb string) string {
	verb = cmp.Or(verb, "AUTH")
	mechanisms := o.auth
	if verb == "X-EXPS" {
		mechanisms = o.exps
	}
	if len(mechanisms) == 0 {
		return ct.say("lists no ", ct.wire(verb))
	}
	parts := make([]string, 0, 2*maxListed+4)
	parts = append(parts, "lists ", ct.wire(verb))
	for _, m := range mechanisms[:min(len(mechanisms), maxListed)] {
		parts = append(parts, " ", ct.wire(m))
	}
	if len(mechanisms) > maxListed {
		parts = append(parts, " ", "…")
	}
	return ct.say(parts...)
}

// maxListed is the number of mechanisms that a sentence repeats.
const maxListed = 12

// offersTLS tells that the hello listed STARTTLS.
func (o *offer) offersTLS() bool { return offersTLS(o.hello) }

func offersTLS(h *smtpparse.Hello) bool {
	for i := range h.Capabilities {
		if h.Capabilities[i].Keyword == "STARTTLS" {
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

// appendOnce appends a name that is not there yet.
func appendOnce(to []string, name string) []string {
	if slices.Contains(to, name) {
		return to
	}
	return append(to, name)
}
