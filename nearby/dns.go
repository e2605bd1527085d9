package nearby

import (
	"bytes"
	"encoding/binary"
	"net/netip"
	"strconv"
	"strings"

	"golang.org/x/net/dns/dnsmessage"
)

// mentions tells whether an answer of DNS may hold an address: a look at its
// octets, because most answers are of other servers.
func mentions(answer []byte, address netip.Addr) bool {
	if address.Is4() {
		ip := address.As4()
		return bytes.Contains(answer, ip[:])
	}
	ip := address.As16()
	return bytes.Contains(answer, ip[:])
}

const (
	// maxRecords is how many records of an answer are read.
	maxRecords = 64
	// dnsHeaderLen is the length of the header (RFC 1035, section 4.1.1).
	dnsHeaderLen = 12
)

// isMessage tells whether octets may be a message of DNS.
func isMessage(b []byte) bool { return len(b) > dnsHeaderLen }

// isAnswer tells whether a message of DNS is an answer.
func isAnswer(b []byte) bool { return b[2]&0x80 != 0 }

// answerCode is the code of an answer: 0 when nothing went wrong.
func answerCode(b []byte) uint8 { return b[3] & 0x0f }

// A question is what a message asks, or answers. Its name is as on the wire: a
// length before each label.
type question struct {
	name []byte
	kind dnsmessage.Type
}

// questionOf finds the first question of a message. False when there is none, as in
// answers of multicast DNS.
func questionOf(b []byte) (q question, ok bool) {
	if binary.BigEndian.Uint16(b[4:]) == 0 {
		return q, false
	}
	at := dnsHeaderLen
	for at < len(b) && b[at] != 0 {
		if b[at] >= 0xc0 { // nothing is before it that it could point to
			return q, false
		}
		at += int(b[at]) + 1
	}
	if at+3 > len(b) {
		return q, false
	}
	return question{b[dnsHeaderLen:at], dnsmessage.Type(binary.BigEndian.Uint16(b[at+1:]))}, true
}

// host is the name as text, in lower case.
func (q question) host() string {
	var name []byte
	for rest := q.name; len(rest) > 0; rest = rest[1+rest[0]:] {
		if len(name) > 0 {
			name = append(name, '.')
		}
		name = append(name, rest[1:1+rest[0]]...)
	}
	return strings.ToLower(strings.ToValidUTF8(string(name), "\ufffd"))
}

// findsKDC tells whether the question is for the KDCs of a realm (RFC 4120, section
// 7.2.3; Windows asks for LDAP servers that are domain controllers).
func (q question) findsKDC() bool {
	if q.kind != dnsmessage.TypeSRV {
		return false
	}
	host := q.host()
	return strings.HasPrefix(host, "_kerberos.") || strings.HasPrefix(host, "_ldap.") && strings.Contains(host, "._msdcs.")
}

// isOf tells whether the question is for the name of an address.
func (q question) isOf(address netip.Addr) bool {
	return q.kind == dnsmessage.TypePTR && q.host() == reverseName(address)
}

// reverseName is the name under which an address is looked up (RFC 1035, section
// 3.5; RFC 3596, section 2.5).
func reverseName(address netip.Addr) string {
	var b []byte
	if address.Is4() {
		ip := address.As4()
		for i := range ip {
			b = append(strconv.AppendInt(b, int64(ip[len(ip)-1-i]), 10), '.')
		}
		return string(b) + "in-addr.arpa"
	}
	const digits = "0123456789abcdef"
	ip := address.As16()
	for i := range ip {
		octet := ip[len(ip)-1-i]
		b = append(b, digits[octet&15], '.', digits[octet>>4], '.')
	}
	return string(b) + "ip6.arpa"
}

// resolved reads an answer of DNS: the name asked for, or, in multicast DNS,
// that of the address itself, and where its CNAMEs lead. False when the answer
// does not give the address.
func resolved(answer []byte, address netip.Addr) (n Name, ok bool) {
	var p dnsmessage.Parser
	if _, err := p.Start(answer); err != nil {
		return n, false
	}
	questions, err := p.AllQuestions()
	if err != nil {
		return n, false
	}
	aliases := map[string]string{}
	for range maxRecords {
		h, err := p.AnswerHeader()
		if err != nil {
			break
		}
		owner := hostOf(h.Name)
		switch h.Type {
		case dnsmessage.TypeCNAME:
			if r, err := p.CNAMEResource(); err == nil {
				aliases[owner] = hostOf(r.CNAME)
				continue
			}
		case dnsmessage.TypeA:
			if r, err := p.AResource(); err == nil {
				n.Addresses++
				ok = n.take(owner, netip.AddrFrom4(r.A) == address) || ok
				continue
			}
		case dnsmessage.TypeAAAA:
			if r, err := p.AAAAResource(); err == nil {
				n.Addresses++
				ok = n.take(owner, netip.AddrFrom16(r.AAAA) == address) || ok
				continue
			}
		default:
			if p.SkipAnswer() == nil {
				continue
			}
		}
		break // cut, or damaged
	}
	n.Asked = n.Canonical
	if len(questions) > 0 {
		n.Asked = hostOf(questions[0].Name)
	}
	return n, ok && n.reached(aliases)
}

// addressesIn are the addresses that an answer of DNS holds.
func addressesIn(answer []byte) []netip.Addr {
	var p dnsmessage.Parser
	if _, err := p.Start(answer); err != nil || p.SkipAllQuestions() != nil {
		return nil
	}
	var all []netip.Addr
	for range maxRecords {
		h, err := p.AnswerHeader()
		if err != nil {
			return all
		}
		switch h.Type {
		case dnsmessage.TypeA:
			if r, err := p.AResource(); err == nil {
				all = append(all, netip.AddrFrom4(r.A))
				continue
			}
		case dnsmessage.TypeAAAA:
			if r, err := p.AAAAResource(); err == nil {
				all = append(all, netip.AddrFrom16(r.AAAA))
				continue
			}
		default:
			if p.SkipAnswer() == nil {
				continue
			}
		}
		return all // cut, or damaged
	}
	return all
}

// take notes the owner of the address.
func (n *Name) take(owner string, is bool) bool {
	if is {
		n.Canonical = owner
	}
	return is
}

// reached tells whether the name asked for leads to the owner of the address.
func (n *Name) reached(aliases map[string]string) bool {
	name := n.Asked
	for range len(aliases) + 1 {
		if name == n.Canonical {
			return true
		}
		name = aliases[name]
	}
	return false
}

// reversed reads the answer to the question for the name of an address: the first
// name in it, empty if there is none. Aliases in between are passed over (RFC 2317).
func reversed(answer []byte) string {
	var p dnsmessage.Parser
	if _, err := p.Start(answer); err != nil || p.SkipAllQuestions() != nil {
		return ""
	}
	for range maxRecords {
		h, err := p.AnswerHeader()
		if err != nil {
			return ""
		}
		if h.Type == dnsmessage.TypePTR {
			if r, err := p.PTRResource(); err == nil {
				return hostOf(r.PTR)
			}
			return ""
		}
		if p.SkipAnswer() != nil {
			return ""
		}
	}
	return ""
}

func hostOf(n dnsmessage.Name) string {
	return strings.ToLower(strings.ToValidUTF8(strings.TrimSuffix(n.String(), "."), "\ufffd"))
}

// codeName is the name of an answer's code (RFC 6895, section 2.3).
func codeName(code uint8) string {
	names := [...]string{1: "FORMERR", 2: "SERVFAIL", 3: "NXDOMAIN", 4: "NOTIMP", 5: "REFUSED"}
	if int(code) < len(names) && names[code] != "" {
		return names[code]
	}
	return "RCODE" + strconv.Itoa(int(code))
}
