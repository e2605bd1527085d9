package smtpparse

import (
	"bytes"
	"net/netip"
	"strconv"
	"strings"
)

// xclient takes XCLIENT's attributes: ADDR=192.0.2.1, ADDR=IPV6:2001:db8::1,
// PORT=25, [UNAVAILABLE] and [TEMPUNAVAIL] for what is not known. Values are in
// xtext (RFC 3461, section 4). Exchange's XPROXY and XPROXYFROM name the client
// by IP=192.0.2.1 PORT=25.
func (p *Parser) xclient(args []byte) {
	for len(args) > 0 {
		var word []byte
		word, args = cutWord(args)
		name, value, _ := bytes.Cut(word, []byte("="))
		switch strings.ToUpper(string(name[:min(len(name), 8)])) {
		case "ADDR", "IP":
			text := xtext(value)
			if len(text) > 5 && strings.EqualFold(text[:5], "IPV6:") {
				text = text[5:]
			}
			addr, _ := netip.ParseAddr(text)
			p.proxied.asked = netip.AddrPortFrom(addr, p.proxied.asked.Port())
		case "PORT":
			port, _ := strconv.ParseUint(xtext(value), 10, 16)
			p.proxied.asked = netip.AddrPortFrom(p.proxied.asked.Addr(), uint16(port))
		}
	}
}

// xclientAnswered takes the reply: after a 220 the server has greeted anew and
// knows nothing of what was said before.
func (p *Parser) xclientAnswered(e *pending, a *answer) {
	x := &p.proxied
	if a.code/100 != 2 {
		x.asked = x.taken
		return
	}
	x.taken = x.asked
	switch {
	case !x.taken.Addr().IsValid():
	case x.taken.Port() != 0:
		p.proxiedFor(x.taken.String(), e.frame)
	default:
		p.proxiedFor(x.taken.Addr().String(), e.frame)
	}
	if a.code == 220 {
		p.abort(a.at)
		p.authDone = false
		p.secrets.wary = false
	}
}

// xtext undoes "+XX".
func xtext(b []byte) string {
	if bytes.IndexByte(b, '+') < 0 {
		return string(b[:min(len(b), 255)])
	}
	out := make([]byte, 0, min(len(b), 255))
	for i := 0; i < len(b) && len(out) < 255; i++ {
		if b[i] == '+' && i+2 < len(b) {
			if v, err := strconv.ParseUint(string(b[i+1:i+3]), 16, 8); err == nil {
				out = append(out, byte(v))
				i += 2
				continue
			}
		}
		out = append(out, b[i])
	}
	return string(out)
}
