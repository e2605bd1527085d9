package tui

import (
	"strconv"
	"strings"

	"smtpscope/smtpparse"
)

// capabilityItems compares what the server offered before and inside TLS.
func (s *sessionScreen) capabilityItems() []item {
	var before, inside *smtpparse.Hello
	var items []item
	for i := range s.session.Hello {
		h := &s.session.Hello[i]
		items = append(items, s.helloItem(h))
		if h.ReplyCode == 0 || h.ReplyCode >= 400 {
			continue
		}
		if h.TLS {
			inside = h
		} else {
			before = h
		}
	}
	switch {
	case before == nil && inside == nil:
		return items
	case inside == nil && s.session.TLS != nil:
		items = append(items, item{text: []span{{note, "What the server offers inside TLS cannot be seen."}}})
	}
	titles := [2]string{"before TLS", "inside TLS"}
	if before == nil {
		titles[0] = ""
	}
	if inside == nil {
		titles[1] = ""
	}
	items = append(items, item{}, capabilityRow(quiet, "capability", titles[0], titles[1], ""))
	return append(items, s.compared(before, inside)...)
}

func (s *sessionScreen) helloItem(h *smtpparse.Hello) item {
	words := join(" ", h.Verb, h.Name)
	reply := "no answer in the capture"
	if h.ReplyCode != 0 {
		reply = "answered " + strconv.Itoa(h.ReplyCode) + say(!h.Complete, ", the reply is not whole")
	}
	return item{
		text:  []span{{strong, words}, {quiet, "  " + say(h.TLS, "inside TLS, ") + reply + ", " + frames(h.Frame, h.ReplyFrame)}},
		frame: h.Frame, enter: s.goToFrame(h.Frame),
	}
}

// compared lists all capabilities, those that decide about a login first.
func (s *sessionScreen) compared(before, inside *smtpparse.Hello) []item {
	var names []string
	values := [2]map[string]string{{}, {}}
	for side, h := range []*smtpparse.Hello{before, inside} {
		if h == nil {
			continue
		}
		for _, c := range h.Capabilities {
			if _, known := values[0][c.Keyword]; !known {
				if _, known := values[1][c.Keyword]; !known {
					names = append(names, c.Keyword)
				}
			}
			value := strings.Join(c.Params, " ")
			if value == "" {
				value = "offered"
			}
			values[side][c.Keyword] = join(" ", values[side][c.Keyword], value)
		}
	}
	var logins, others []item
	for _, name := range names {
		old, hadOld := values[0][name]
		young, hadYoung := values[1][name]
		p, difference := plain, ""
		switch {
		case before == nil || inside == nil:
		case !hadYoung:
			p, difference = warn, "- gone inside TLS"
		case !hadOld:
			p, difference = good, "+ inside TLS only"
		case old != young:
			p, difference = accent, "* differs"
		}
		it := capabilityRow(p, name, old, young, difference)
		it.hex = s.textHex(name, join(" ", name, old, young))
		if strings.HasPrefix(name, "AUTH") || name == "X-EXPS" || name == "STARTTLS" || name == "X-ANONYMOUSTLS" {
			logins = append(logins, it)
		} else {
			others = append(others, it)
		}
	}
	return append(logins, others...)
}

// capabilityRow is one row of the comparison. Long lists push what follows them
// to the right, and wrap.
func capabilityRow(p paint, name, before, inside, difference string) item {
	text := []span{{p, pad(show(name), 20)}}
	for _, side := range []string{before, inside} {
		if side != "" || difference != "" {
			text = append(text, span{plain, pad(show(side), 26)})
		}
	}
	return item{text: append(text, span{p, difference})}
}
