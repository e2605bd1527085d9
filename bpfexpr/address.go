package bpfexpr

import (
	"net/netip"
	"strconv"
	"strings"
)

// address reads an address or a network, with its mask.
func (p *parser) address(q qualifiers, v token) condition {
	switch q.proto {
	case "", "ip", "ip6", "arp", "rarp":
	default:
		return p.fail(q.at, "%s has no addresses: ip, ip6, arp and rarp have", q.proto)
	}
	text := v.text
	if _, ok := p.accept("mask"); ok {
		mask := p.take()
		bits, ok := maskBits(mask.text)
		if !ok || strings.Contains(text, "/") {
			return p.fail(mask, "%q is no mask of a network", mask.text)
		}
		text += "/" + strconv.Itoa(bits)
	}
	prefix, why := network(text, q.kind)
	switch {
	case why != "":
		return p.fail(v, "%s", why)
	case prefix.Addr().Is6() && q.proto != "" && q.proto != "ip6",
		prefix.Addr().Is4() && q.proto == "ip6":
		return p.fail(v, "%s has no such addresses", q.proto)
	case prefix.Addr().Is6():
		return net6{prefix, q.dir, p.tags}
	}
	low := be32(prefix.Addr().AsSlice())
	t := hosts4{dir: q.dir, tags: p.tags, ranges: []span{{low, low | ^uint32(0)>>prefix.Bits()}}}
	switch q.proto {
	case "":
		t.etherTypes = []uint32{etherTypeIPv4, etherTypeARP, etherTypeRARP}
	default:
		t.etherTypes = []uint32{protocols[q.proto].(linkProtocol).etherType}
	}
	return t
}

// network reads an address, alone or with a prefix length. An IPv4 address
// may be cut short: the octets that are there are the network.
func network(text string, k kind) (prefix netip.Prefix, why string) {
	address, length, hasLength := strings.Cut(text, "/")
	if hasLength && k == kindHost {
		return prefix, "that is a network: net " + text
	}
	octets := strings.Count(address, ".") + 1
	full := address
	if !strings.Contains(address, ":") && octets < 4 && address != "" {
		full += strings.Repeat(".0", 4-octets)
	}
	a, err := netip.ParseAddr(full)
	switch {
	case err != nil && looksLikeName(address):
		return prefix, strconv.Quote(text) + " is no address: names are not looked up, so write the address"
	case err != nil || a.Zone() != "":
		return prefix, strconv.Quote(text) + " is no address"
	case k == kindHost && octets < 4 && a.Is4():
		return prefix, strconv.Quote(text) + " is no whole address: net " + text + " is the network"
	}
	bits := a.BitLen()
	if a.Is4() {
		bits = 8 * octets
	}
	if hasLength {
		n, err := number(length, uint64(a.BitLen()))
		if err != nil {
			return prefix, strconv.Quote(text) + " is no network"
		}
		bits = int(n)
	}
	prefix = netip.PrefixFrom(a, bits)
	if prefix.Masked().Addr() != a {
		return prefix, "there are bits set beyond the mask: net " + prefix.Masked().String()
	}
	return prefix, ""
}

func looksLikeName(text string) bool {
	return !strings.Contains(text, ":") && strings.ContainsFunc(text, func(r rune) bool { return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' })
}

// maskBits reads a mask such as 255.255.0.0.
func maskBits(text string) (int, bool) {
	a, err := netip.ParseAddr(text)
	if err != nil || !a.Is4() {
		return 0, false
	}
	mask := be32(a.AsSlice())
	for bits := range 33 {
		if mask == uint32(uint64(0xffffffff)<<(32-bits)) {
			return bits, true
		}
	}
	return 0, false
}
