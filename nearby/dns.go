package nearby

import (
	"bytes"
	"net/netip"
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

// maxRecords is how many records of an answer are read.
const maxRecords = 64

// isAnswer tells whether a message of DNS is an answer, by its header (RFC 1035, section 4.1.1).
func isAnswer(b []byte) bool { return len(b) > 12 && b[2]&0x80 != 0 }

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

func hostOf(n dnsmessage.Name) string {
	return strings.ToLower(strings.ToValidUTF8(strings.TrimSuffix(n.String(), "."), "\ufffd"))
}
