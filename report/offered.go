package report

import (
	"cmp"
	"slices"
	"strings"

	"smtpscope/smtpparse"
)

// offered is what the server offered in the clear and inside TLS: of what was
// said inside only how it differs, for that is what RFC 3207 lets change. The
// same offer a second time is left out.
func (p *page) offered(s *smtpparse.Session) {
	var shown []*smtpparse.Hello
	places := make(map[bool]int) // by TLS
	for i := range s.Hello {
		h := &s.Hello[i]
		if n := len(shown); n > 0 && shown[n-1].TLS == h.TLS && sameOffer(shown[n-1], h) {
			continue
		}
		shown = append(shown, h)
		places[h.TLS]++
	}
	var before *smtpparse.Hello
	for i, h := range shown {
		p.row(first(i, "Offered"))
		if places[true] > 0 {
			p.put(place(h.TLS))
			p.to(bodyColumn + len("in the clear") + 2)
		}
		which := ""
		if places[h.TLS] > 1 {
			which = whichHello(s.Dialogue, before, h) + ": "
		}
		p.wrap(p.col, which+p.clip(offerText(before, h), 12*max(p.width, defaultWidth)))
		before = h
	}
}

// whichHello names a greeting where there are several.
func whichHello(dialogue []smtpparse.Line, before, h *smtpparse.Hello) string {
	name := frames(cmp.Or(h.Frame, h.ReplyFrame), 0)
	if before == nil || before.TLS != h.TLS {
		return name
	}
	for _, l := range dialogue {
		if l.Verb == "XCLIENT" && l.Frame >= before.Frame && l.Frame <= h.Frame {
			return name + ", after XCLIENT"
		}
	}
	return name + say(h.Verb == before.Verb, ", again")
}

func place(tls bool) string {
	if tls {
		return "inside TLS"
	}
	return "in the clear"
}

func sameOffer(a, b *smtpparse.Hello) bool {
	return a.ReplyCode == b.ReplyCode && a.Complete == b.Complete &&
		slices.EqualFunc(a.Capabilities, b.Capabilities, sameCapability)
}

func sameCapability(a, b smtpparse.Capability) bool {
	return a.Keyword == b.Keyword && slices.Equal(a.Params, b.Params)
}

func offerText(before, h *smtpparse.Hello) string {
	switch {
	case h.ReplyCode == 0 && len(h.Capabilities) == 0:
		return h.Verb + ": the answer is not in the capture"
	case h.Verb == "HELO" && len(h.Capabilities) == 0 && h.ReplyCode < 400:
		return "no AUTH: HELO brings no extensions"
	case h.ReplyCode >= 400:
		return h.Verb + ": refused with " + grouped(int64(h.ReplyCode))
	}
	text := ""
	if h.TLS && before != nil && !before.TLS && before.ReplyCode < 400 {
		text = difference(before, h)
	} else {
		text = join(", ", say(!offersAuth(h), "no AUTH"), list(ordered(h.Capabilities)))
	}
	if !h.Complete {
		text += " (the reply is not whole: there may be more)"
	}
	return text
}

// difference is what b offers more and less than a.
func difference(a, b *smtpparse.Hello) string {
	more, less := without(b.Capabilities, a.Capabilities), without(a.Capabilities, b.Capabilities)
	switch {
	case len(more) == 0 && len(less) == 0 && len(a.Capabilities) == len(b.Capabilities):
		return join(", ", say(!offersAuth(b), "no AUTH"), "the same")
	}
	return join("; ", say(!offersAuth(b), "no AUTH"),
		with("more: ", list(ordered(more))), with("gone: ", list(ordered(less))))
}

func without(list, other []smtpparse.Capability) []smtpparse.Capability {
	seen := make(map[string]bool, len(other))
	for _, c := range other {
		seen[capabilityText(c)] = true
	}
	var rest []smtpparse.Capability
	for _, c := range list {
		if !seen[capabilityText(c)] {
			rest = append(rest, c)
		}
	}
	return rest
}

func offersAuth(h *smtpparse.Hello) bool {
	return len(h.AuthMechanisms) > 0 || slices.ContainsFunc(h.Capabilities, isLogin)
}

func isLogin(c smtpparse.Capability) bool {
	return c.Keyword == "AUTH" || c.Keyword == "AUTH=" || c.Keyword == "X-EXPS"
}

// ordered puts first what decides how a client can log in.
func ordered(list []smtpparse.Capability) []smtpparse.Capability {
	rank := func(c smtpparse.Capability) int {
		switch {
		case isLogin(c):
			return 0
		case c.Keyword == "STARTTLS" || c.Keyword == "X-ANONYMOUSTLS":
			return 1
		}
		return 2
	}
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b smtpparse.Capability) int { return rank(a) - rank(b) })
	return list
}

func list(capabilities []smtpparse.Capability) string {
	texts := make([]string, len(capabilities))
	for i, c := range capabilities {
		texts[i] = capabilityText(c)
	}
	return strings.Join(texts, ", ")
}

func capabilityText(c smtpparse.Capability) string {
	params := strings.Join(c.Params, " ")
	if strings.HasSuffix(c.Keyword, "=") {
		return c.Keyword + params
	}
	return join(" ", c.Keyword, params)
}
