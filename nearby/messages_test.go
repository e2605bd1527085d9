package nearby

import (
	"net/netip"
	"slices"
	"testing"

	"golang.org/x/net/dns/dnsmessage"
)

var (
	client = netip.MustParseAddr("10.1.2.3")
	server = netip.MustParseAddr("10.1.2.9")
	kdc    = netip.MustParseAddrPort("10.1.2.1:88")
	dns    = netip.MustParseAddrPort("10.1.2.1:53")
	kpw    = netip.MustParseAddrPort("10.1.2.1:464")
)

// tlv is one DER element.
func tlv(tag byte, parts ...[]byte) []byte {
	body := slices.Concat(parts...)
	if len(body) < 0x80 {
		return append([]byte{tag, byte(len(body))}, body...)
	}
	return append([]byte{tag, 0x82, byte(len(body) >> 8), byte(len(body))}, body...)
}

func number(n byte) []byte          { return tlv(tagInteger, []byte{n}) }
func general(s string) []byte       { return tlv(0x1b, []byte(s)) }
func field(n byte, b []byte) []byte { return tlv(context|n, b) }

func principal(parts ...string) []byte {
	var names [][]byte
	for _, p := range parts {
		names = append(names, general(p))
	}
	return tlv(tagSequence, field(0, number(2)), field(1, tlv(tagSequence, names...)))
}

func tgsRequest(class, host string) []byte { return tgsRequestIn("CONTOSO.TEST", class, host) }

func tgsRequestIn(realm, class, host string) []byte {
	padata := field(3, tlv(tagSequence, make([]byte, 200))) // the ticket comes before the names
	body := tlv(tagSequence, field(2, general(realm)), field(3, principal(class, host)), field(8, tlv(tagSequence, number(18), number(23))))
	return tlv(application|12, tlv(tagSequence, field(1, number(5)), field(2, number(12)), padata, field(4, body)))
}

func tgsReply(class, host string, etype byte) []byte {
	sealed := tlv(tagSequence, field(0, number(etype)), field(1, number(3)), field(2, tlv(tagOctetString, make([]byte, 50))))
	ticket := tlv(application|1, tlv(tagSequence, field(0, number(5)), field(1, general("CONTOSO.TEST")), field(2, principal(class, host)), field(3, sealed)))
	return tlv(application|13, tlv(tagSequence, field(0, number(5)), field(3, general("CONTOSO.TEST")), field(4, principal("alice")), field(5, ticket)))
}

// asReply gives a client a ticket-granting ticket.
func asReply(client string) []byte { return asReplyFor(client, "krbtgt", "CONTOSO.TEST") }

func asReplyFor(client, class, host string) []byte {
	ticket := tlv(application|1, tlv(tagSequence, field(0, number(5)), field(1, general("CONTOSO.TEST")), field(2, principal(class, host))))
	return tlv(application|11, tlv(tagSequence, field(0, number(5)), field(3, general("CONTOSO.TEST")), field(4, principal(client)), field(5, ticket)))
}

func refusal(code byte, class, host string) []byte {
	data := tlv(tagOctetString, tlv(tagSequence, tlv(tagSequence, field(1, number(19)), field(2, tlv(tagOctetString)))))
	return tlv(application|30, tlv(tagSequence, field(4, tlv(tagTime, []byte("20261102120000Z"))), field(5, number(7)), field(6, number(code)),
		field(9, general("CONTOSO.TEST")), field(10, principal(class, host)), field(11, general("LOOKING_UP_SERVER")), field(12, data)))
}

// failure is an error that names neither client nor service, with e-data.
func failure(code byte, data []byte) []byte {
	return tlv(application|30, tlv(tagSequence, field(6, number(code)), field(12, tlv(tagOctetString, data))))
}

// asRequest asks for a ticket-granting ticket.
func asRequest(client string) []byte { return asRequestFor(client, "krbtgt", "CONTOSO.TEST") }

func asRequestFor(client, class, host string) []byte {
	body := tlv(tagSequence, field(1, principal(client)), field(2, general("CONTOSO.TEST")), field(3, principal(class, host)))
	return tlv(application|10, tlv(tagSequence, field(1, number(5)), field(2, number(10)), field(4, body)))
}

// passwordRequest asks for a change of the password; passwordReply holds an AP message
// or, without one, a KRB-ERROR.
func passwordRequest() []byte {
	ticket := tlv(application|1, tlv(tagSequence, field(0, number(5)), field(1, general("CONTOSO.TEST")), field(2, principal("kadmin", "changepw"))))
	ap := tlv(application|14, tlv(tagSequence, field(0, number(5)), field(1, number(14)), field(3, ticket)))
	return slices.Concat([]byte{0, 0, 0, 1, byte(len(ap) >> 8), byte(len(ap))}, ap, make([]byte, 20))
}

func passwordReply(ap, rest []byte) []byte {
	return slices.Concat([]byte{0, 0, 0, 1, 0, byte(len(ap))}, ap, rest)
}

func at(second int64) Stamp {
	return Stamp{Clock: second * 1e9, Time: second * 1e9, Frame: second}
}

func port(n uint16) netip.AddrPort { return netip.AddrPortFrom(client, n) }

func look(l *Log, start, before int64) *Around {
	return l.View(before * 1e9).Look(Where{Client: client, Server: server, Start: start * 1e9, Before: before * 1e9})
}

// A dnsReply is an answer of DNS, or a question: pairs of owner and data in
// records are A, AAAA, CNAME or, in an answer to a PTR question, PTR.
type dnsReply struct {
	id       uint16
	question string
	kind     dnsmessage.Type // A, if it is 0
	code     dnsmessage.RCode
	records  []string
	asks     bool
}

func (r dnsReply) octets(t testing.TB) []byte {
	t.Helper()
	b := dnsmessage.NewBuilder(nil, dnsmessage.Header{ID: r.id, Response: !r.asks, RCode: r.code})
	b.EnableCompression()
	name := func(s string) dnsmessage.Name { return dnsmessage.MustNewName(s + ".") }
	kind := r.kind
	if kind == 0 {
		kind = dnsmessage.TypeA
	}
	b.StartQuestions()
	b.Question(dnsmessage.Question{Name: name(r.question), Type: kind, Class: dnsmessage.ClassINET})
	b.StartAnswers()
	for i := 0; i < len(r.records); i += 2 {
		h, data := dnsmessage.ResourceHeader{Name: name(r.records[i]), Class: dnsmessage.ClassINET}, r.records[i+1]
		switch ip, err := netip.ParseAddr(data); {
		case err == nil && ip.Is4():
			b.AResource(h, dnsmessage.AResource{A: ip.As4()})
		case err == nil:
			b.AAAAResource(h, dnsmessage.AAAAResource{AAAA: ip.As16()})
		case kind == dnsmessage.TypePTR && i == len(r.records)-2:
			b.PTRResource(h, dnsmessage.PTRResource{PTR: name(data)})
		default:
			b.CNAMEResource(h, dnsmessage.CNAMEResource{CNAME: name(data)})
		}
	}
	octets, err := b.Finish()
	if err != nil {
		t.Fatal(err)
	}
	return octets
}

// answer is one of DNS for an address.
func answer(t testing.TB, question string, records ...string) []byte {
	t.Helper()
	return dnsReply{question: question, records: records}.octets(t)
}
