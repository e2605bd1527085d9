package authtoken

import (
	"encoding/binary"
	"strconv"
)

const ntlmSignature = "NTLMSSP\x00"

func le16(b []byte) uint16 { return binary.LittleEndian.Uint16(b) }
func le32(b []byte) uint32 { return binary.LittleEndian.Uint32(b) }

func (d *decoder) decodeNTLM(in span) *Token {
	s := d.begin(KindUnknown, in)
	s.ntlm(in)
	return s.finish()
}

// ntlm reads an NTLMSSP message ([MS-NLMP] 2.2.1).
func (s *scan) ntlm(in span) {
	if !s.takes("MessageType", in, 0, 12) {
		return
	}
	kind := le32(in.b[8:])
	s.add("Signature", `NTLMSSP\x00`, in.to(8))
	s.add("MessageType", s.str.number(int64(kind)), in.sub(8, 12))
	m := ntlmMessage{scan: s, in: in}
	switch kind {
	case 1:
		s.token.Kind = KindNegotiate
		s.decisive(actualNTLM)
		m.negotiate(s.ntlmOf(Client))
	case 2:
		s.token.Kind = KindChallenge
		m.challenge(s.ntlmOf(Server))
	case 3:
		s.token.Kind = KindAuthenticate
		s.sentResponse()
		m.authenticate(s.ntlmOf(Client))
	default:
		s.token.Kind = KindUnknown
		s.damage("MessageType", in.sub(8, 12).at(), "no such message")
	}
}

// ntlmOf is the summary, if it is author who sends such messages: what comes from
// the wrong side is shown, not summed up.
func (s *scan) ntlmOf(author Side) *NTLM {
	if s.from != author && s.from != unknownSide {
		return &NTLM{}
	}
	return s.x.ntlm()
}

// An ntlmMessage is a message whose header points into its payload.
type ntlmMessage struct {
	*scan
	in span
	// header is where the payload begins. Fields of the header that would lie
	// behind it were not sent: messages of Windows 9x and NT 4 are shorter.
	header int
}

// payloadBegin finds the end of the header from the positions that the sender
// gives: the lowest one of those that do not point into the first least octets,
// which every sender writes.
func (m *ntlmMessage) payloadBegin(least int, positions ...int) {
	m.header = len(m.in.b)
	for _, position := range positions {
		if position+8 > len(m.in.b) {
			continue
		}
		size, offset := le16(m.in.b[position:]), le32(m.in.b[position+4:])
		if size > 0 && uint64(offset) >= uint64(least) && uint64(offset) < uint64(m.header) {
			m.header = int(offset)
		}
	}
}

// has tells whether the header holds n octets at position.
func (m *ntlmMessage) has(position, n int) bool { return position+n <= m.header }

// payload follows the length and offset at position: Len, MaxLen (which is to be
// ignored) and BufferOffset. False if there is no such field in the header; an
// empty span if it is empty or what it points at is not in the message.
func (m *ntlmMessage) payload(name string, position int) (span, bool) {
	if !m.has(position, 8) {
		return span{place: m.in.at()}, false
	}
	size, offset := uint64(le16(m.in.b[position:])), uint64(le32(m.in.b[position+4:]))
	if size == 0 {
		return span{place: m.in.at() + position}, true
	}
	if offset >= uint64(len(m.in.b)) {
		m.damage(name, m.in.at()+position, "offset "+strconv.FormatUint(offset, 10)+" goes past the end ("+octets(len(m.in.b))+")")
		return span{place: m.in.at() + position}, true
	}
	if offset+size > uint64(len(m.in.b)) {
		m.damage(name, m.in.at()+position, "length "+strconv.FormatUint(size, 10)+" at offset "+
			strconv.FormatUint(offset, 10)+" goes past the end ("+octets(len(m.in.b))+")")
		size = uint64(len(m.in.b)) - offset
	}
	return m.in.sub(int(offset), int(offset+size)), true
}

// text adds a string of the payload and returns it. Flags that are missing or say
// otherwise do not hide UTF-16: a zero as the second octet betrays it, since no OEM
// character set has one.
func (m *ntlmMessage) text(name string, position int, unicode bool) string {
	at, ok := m.payload(name, position)
	if !ok {
		return ""
	}
	value := ""
	if unicode || len(at.b) > 1 && at.b[1] == 0 {
		value = m.str.textUTF16(at.b)
	} else {
		value = m.str.text(at.b)
	}
	m.add(name, value, at)
	return value
}

// flags reads NegotiateFlags and takes them into the summary.
func (m *ntlmMessage) flags(n *NTLM, position int) uint32 {
	v := le32(m.in.b[position:])
	names, label := m.str.ntlmFlags(v)
	n.Flags = names
	m.add("NegotiateFlags", label, m.in.sub(position, position+4))
	m.x.ntlmFlags = v
	return v
}

// version reads VERSION ([MS-NLMP] 2.2.2.10): major, minor, build, three reserved
// octets, revision. Senders without a version leave it zero.
func (m *ntlmMessage) version(flags uint32, position int) string {
	if !m.has(position, 8) {
		return ""
	}
	at := m.in.sub(position, position+8)
	if flags&ntlmVersion == 0 || at.b[0] == 0 && le16(at.b[2:]) == 0 {
		return ""
	}
	label := m.str.draft[:0]
	label = strconv.AppendInt(label, int64(at.b[0]), 10)
	label = append(label, '.')
	label = strconv.AppendInt(label, int64(at.b[1]), 10)
	label = append(label, '.')
	label = strconv.AppendInt(label, int64(le16(at.b[2:])), 10)
	size := len(label)
	label = append(label, " (NTLM revision "...)
	label = strconv.AppendInt(label, int64(at.b[7]), 10)
	label = append(label, ')')
	value := m.str.word(label)
	m.str.draft = label
	m.add("Version", value, at)
	return value[:size]
}

// negotiate reads NEGOTIATE_MESSAGE ([MS-NLMP] 2.2.1.1). Its names are OEM text
// whatever the flags say. The shortest ones end after the flags.
func (m *ntlmMessage) negotiate(n *NTLM) {
	if !m.takes("NegotiateFlags", m.in, 12, 4) {
		return
	}
	m.payloadBegin(32, 16, 24)
	flags := m.flags(n, 12)
	n.Domain = m.text("DomainName", 16, false)
	n.Workstation = m.text("Workstation", 24, false)
	if version := m.version(flags, 32); version != "" {
		n.ClientVersion = version
	}
	if len(m.in.b) > 16 && len(m.in.b) < 32 {
		m.takes("WorkstationFields", m.in, 24, 8)
	}
}

// challenge reads CHALLENGE_MESSAGE ([MS-NLMP] 2.2.1.2). The server's challenge
// is masked: with the response it is what password crackers eat.
func (m *ntlmMessage) challenge(n *NTLM) {
	if !m.takes("NegotiateFlags", m.in, 12, 12) {
		return
	}
	m.payloadBegin(32, 12, 40)
	flags := m.flags(n, 20)
	n.TargetName = m.text("TargetName", 12, flags&ntlmUnicode != 0)
	if !m.takes("ServerChallenge", m.in, 24, 8) {
		return
	}
	m.secret("ServerChallenge", m.in.sub(24, 32), asHex)
	if version := m.version(flags, 48); version != "" {
		n.ServerVersion = version
	}
	info, ok := m.payload("TargetInfo", 40)
	if !ok || len(info.b) == 0 {
		return
	}
	defer m.leave(m.enter("TargetInfo", info))
	av := m.avPairs(info)
	n.ServerName, n.ServerDomain = av.names[avNbComputerName], av.names[avNbDomainName]
	n.ServerDNS, n.ServerDNSDomain = av.names[avDNSComputerName], av.names[avDNSDomainName]
	n.ServerForest, n.ServerTime = av.names[avDNSTreeName], av.timestamp
}
