package bpfexpr

import (
	"strconv"
	"strings"
)

// protocols are the words that are a test of their own, or come before others.
var protocols = map[string]condition{
	"ip": linkProtocol{etherType: etherTypeIPv4}, "ip6": linkProtocol{etherType: etherTypeIPv6},
	"arp": linkProtocol{etherType: etherTypeARP}, "rarp": linkProtocol{etherType: etherTypeRARP},
	"tcp": ipProtocol{number: protocolTCP}, "udp": ipProtocol{number: protocolUDP}, "sctp": ipProtocol{number: protocolSCTP},
	"icmp": ipProtocol{number: protocolICMP, versions: version4}, "icmp6": ipProtocol{number: protocolICMPv6, versions: version6},
	"igmp": ipProtocol{number: protocolIGMP, versions: version4}, "vrrp": ipProtocol{number: protocolVRRP, versions: version4},
	"pim": ipProtocol{number: protocolPIM}, "ah": ipProtocol{number: protocolAH}, "esp": ipProtocol{number: protocolESP},
}

// behind is a protocol's test behind so many tags.
func behind(c condition, tags int) condition {
	switch c := c.(type) {
	case linkProtocol:
		c.tags = tags
		return c
	case ipProtocol:
		c.tags = tags
		return c
	}
	return c
}

// test reads qualifiers with what they are said of, a protocol alone, or vlan.
func (p *parser) test() condition {
	if word, ok := p.accept("vlan"); ok {
		return p.vlan(word)
	}
	q := qualifiers{at: p.peek(0)}
	if protocol, is := protocols[q.at.text]; is {
		p.take()
		q.proto = q.at.text
		if !p.goesOn() {
			p.carried = qualifiers{}
			return behind(protocol, p.tags)
		}
	}
	directed := p.direction(&q)
	if k, is := kinds[p.peek(0).text]; is {
		p.take()
		q.kind = k
	} else if directed {
		q.kind = kindHost
	} else {
		return p.stray()
	}
	p.carried = q
	if p.wrong != nil {
		return nil
	}
	return p.value()
}

// goesOn tells whether qualifiers follow.
func (p *parser) goesOn() bool {
	t := p.peek(0).text
	_, isKind := kinds[t]
	return isKind || t == "src" || t == "dst"
}

// direction reads "src", "dst", or both of them with a word between.
func (p *parser) direction(q *qualifiers) bool {
	first, ok := p.accept("src", "dst")
	if !ok {
		return false
	}
	q.dir = source
	other := "dst"
	if first.text == "dst" {
		q.dir, other = destination, "src"
	}
	if sign := p.peek(0); (isAnd(sign) || isOr(sign)) && p.peek(1).text == other {
		q.dir = sourceOrDestination
		if isAnd(sign) {
			q.dir = sourceAndDestination
		}
		p.next += 2
	}
	return true
}

func (p *parser) vlan(word token) condition {
	t := tag{id: -1, tags: p.tags}
	p.tags++
	p.carried = qualifiers{}
	if next := p.peek(0); next.text != "" && isDigit(next.text[0]) {
		p.take()
		id, err := number(next.text, 4095)
		if err != nil {
			return p.fail(next, "a VLAN identifier is a number up to 4095")
		}
		t.id = int(id)
	}
	return t
}

func isDigit(b byte) bool { return b >= '0' && b <= '9' }

// number reads a decimal number, or a hexadecimal one behind 0x. What begins with
// another 0 tcpdump takes for octal, and nobody else does: it is refused.
func number(text string, most uint64) (uint32, error) {
	digits, base := text, 10
	if hex, ok := strings.CutPrefix(text, "0x"); ok {
		digits, base = hex, 16
	} else if len(text) > 1 && text[0] == '0' {
		return 0, strconv.ErrSyntax
	}
	n, err := strconv.ParseUint(digits, base, 32)
	if err == nil && n > most {
		err = strconv.ErrRange
	}
	return uint32(n), err
}

// qualified makes the test of a value under its qualifiers.
func (p *parser) qualified(q qualifiers, v token) condition {
	switch q.kind {
	case kindPort, kindPortRange:
		return p.ports(q, v)
	case kindProto:
		return p.proto(q, v)
	}
	return p.address(q, v)
}

func (p *parser) ports(q qualifiers, v token) condition {
	t := ports{dir: q.dir, tags: p.tags}
	switch q.proto {
	case "":
		t.protocols = []uint32{protocolTCP, protocolUDP, protocolSCTP}
	case "tcp", "udp", "sctp":
		t.protocols = []uint32{protocols[q.proto].(ipProtocol).number}
	default:
		return p.fail(q.at, "%s has no ports: tcp, udp and sctp have", q.proto)
	}
	first, last, isRange := strings.Cut(v.text, "-")
	if _, known := Services[v.text]; known || !isRange {
		first, last, isRange = v.text, v.text, false
	}
	if isRange && q.kind == kindPort {
		return p.fail(v, "that is a range: portrange %s", v.text)
	}
	low, ok := port(first)
	high, alsoOK := port(last)
	if !ok || !alsoOK {
		return p.fail(v, "%q is no port", v.text)
	}
	t.ranges = []span{{min(low, high), max(low, high)}}
	return t
}

// port reads a number or a name.
func port(text string) (uint32, bool) {
	if n, known := Services[text]; known {
		return uint32(n), true
	}
	n, err := number(text, 0xffff)
	return n, err == nil
}

func (p *parser) proto(q qualifiers, v token) condition {
	t := ipProtocol{tags: p.tags}
	switch {
	case q.dir != sourceOrDestination:
		return p.fail(q.at, "a protocol has no direction")
	case q.proto == "ip":
		t.versions = version4
	case q.proto == "ip6":
		t.versions = version6
	case q.proto != "":
		return p.fail(q.at, "%s proto cannot be asked for: ip proto or ip6 proto", q.proto)
	}
	n, known := ipProtocols[strings.TrimPrefix(v.text, `\`)]
	if !known {
		var err error
		if n, err = number(v.text, 255); err != nil {
			return p.fail(v, "%q is no protocol of IP", v.text)
		}
	}
	t.number = n
	return t
}
