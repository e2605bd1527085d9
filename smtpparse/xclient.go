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
			p.proxied.xaddr, _ = netip.ParseAddr(text)
		case "PORT":
			port, _ := strconv.ParseUint(xtext(value), 10, 16)
			p.proxied.xport = uint16(port)
		}
	}
}

// xclientAnswered takes the reply: after a 220 the server has greeted anew and
// knows nothing of what was said before.
func (p *Parser) xclientAnswered(a *answer) {
	if a.code/100 != 2 {
		return
	}
	switch x := &p.proxied; {
	case x.xaddr.IsValid() && x.xport != 0:
		p.s.ProxiedClient = netip.AddrPortFrom(x.xaddr, x.xport).String()
	case x.xaddr.IsValid():
		p.s.ProxiedClient = x.xaddr.String()
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
