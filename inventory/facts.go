package inventory

import (
	"encoding/binary"
	"net/netip"
	"slices"
	"strings"

	"smtpscope/inspect"
	"smtpscope/smtpparse"
	"smtpscope/verdict"
)

// Facts are what is counted of one session.
type Facts struct {
	ID                     int64
	Client                 netip.Addr
	Server                 netip.AddrPort
	Start                  int64 // Unix nanoseconds
	ClientName, ServerName string
	State                  verdict.State
	// Via says how TLS began, empty if it did not; TLSVersion is the version agreed
	// on, empty if that was not seen.
	Via, TLSVersion string
	// Clear and TLS are what the server offers before and inside TLS, if that was seen.
	Clear, TLS         []string
	ClearSeen, TLSSeen bool
	Logins             []Login
	Findings           []FoundFact
	// Causes are the identifiers of why it was not Kerberos, the likeliest first.
	Causes   []string
	Messages int64 // that the server took

	serverText string
}

// A Login is one attempt.
type Login struct {
	Mechanism, Actual  string
	Accepted, Rejected bool
	// Account is who it was, as one name: DOMAIN\user where there is a domain.
	Account                                  string
	User, Domain, Workstation, Version       string // of NTLM
	ClientVersion, SPN, Binding, TicketEtype string
	MIC, TLS                                 bool
}

// A FoundFact is a finding of a session.
type FoundFact struct{ ID, Severity, Text string }

const (
	maxLogins   = 32 // of one session
	maxFindings = 32
	maxCauses   = 8
	maxText     = 1024 // octets of one string
)

// AppendFacts appends the facts of a session, for [Decoder.Facts]. It may be
// called from any goroutine.
func AppendFacts(b []byte, s *inspect.Session) []byte {
	client, server := s.Client.IP.As16(), s.Server.IP.As16()
	b = append(append(b, client[:]...), server[:]...)
	b = binary.LittleEndian.AppendUint16(b, s.Server.Port)
	b = binary.LittleEndian.AppendUint64(b, uint64(s.Start.UnixNano()))
	b = append(b, byte(slices.Index(verdict.States, s.Verdict.State)))
	b = appendText(b, clientName(s))
	b = appendText(b, ServerName(s.Session))
	via, version := "", ""
	if s.TLS != nil {
		via, version = s.TLS.Via, s.TLS.Version
	}
	b = appendText(appendText(b, via), version)
	b = appendOffers(b, s, false)
	b = appendOffers(b, s, true)
	logins := s.Auth[:min(len(s.Auth), maxLogins)]
	b = binary.AppendUvarint(b, uint64(len(logins)))
	for _, a := range logins {
		b = appendLogin(b, a)
	}
	findings := s.Findings[:min(len(s.Findings), maxFindings)]
	b = binary.AppendUvarint(b, uint64(len(findings)))
	for i := range findings {
		f := &findings[i]
		b = appendText(appendText(appendText(b, f.ID), f.Severity), f.Text)
	}
	causes := s.Verdict.Causes[:min(len(s.Verdict.Causes), maxCauses)]
	b = binary.AppendUvarint(b, uint64(len(causes)))
	for i := range causes {
		b = appendText(b, string(causes[i].ID))
	}
	taken := uint64(0)
	for _, m := range s.Messages {
		if m.Status == "sent" {
			taken++
		}
	}
	return binary.AppendUvarint(b, taken)
}

func clientName(s *inspect.Session) string {
	if n := len(s.Hello); n > 0 {
		return s.Hello[n-1].Name
	}
	return ""
}

// ServerName is the first word of the greeting if that is a name (RFC 5321,
// section 4.2); empty otherwise.
func ServerName(s *smtpparse.Session) string {
	if s.Greeting == nil || s.Greeting.Code != 220 {
		return ""
	}
	name, _, _ := strings.Cut(s.Greeting.Text, " ")
	return name
}

// appendOffers appends the mechanisms, and STARTTLS, of the hellos on one side of TLS.
func appendOffers(b []byte, s *inspect.Session, tls bool) []byte {
	seen := byte(0)
	n := uint64(0)
	at := len(b)
	b = append(b, seen, 0)
	for i := range s.Hello {
		h := &s.Hello[i]
		if h.TLS != tls || h.ReplyCode != 250 {
			continue
		}
		seen = 1
		for j := range h.Capabilities {
			if h.Capabilities[j].Keyword == "STARTTLS" && n < 255 {
				b = appendText(b, "STARTTLS")
				n++
			}
		}
		for _, m := range h.AuthMechanisms {
			if n < 255 {
				b = appendText(b, strings.ToUpper(m))
				n++
			}
		}
	}
	b[at], b[at+1] = seen, byte(n)
	return b
}

func appendLogin(b []byte, a *smtpparse.Auth) []byte {
	flags := byte(0)
	for i, is := range [...]bool{a.Outcome == smtpparse.Accepted, a.Outcome == smtpparse.Rejected, a.TLS, a.NTLM != nil && a.NTLM.MIC} {
		if is {
			flags |= 1 << i
		}
	}
	b = append(b, flags)
	b = appendText(appendText(b, a.Mechanism), a.Actual)
	b = appendText(b, verdict.AccountOf(a))
	if n := a.NTLM; n != nil {
		for _, text := range [...]string{n.User, n.Domain, n.Workstation, n.Version, n.ClientVersion, n.TargetSPN, n.ChannelBinding} {
			b = appendText(b, text)
		}
	} else {
		spn := ""
		if a.Kerberos != nil {
			spn = a.Kerberos.SPN
		}
		b = append(b, 0, 0, 0, 0, 0)
		b = append(appendText(b, spn), 0)
	}
	etype := ""
	if a.Kerberos != nil {
		etype = a.Kerberos.TicketEtype
	}
	return appendText(b, etype)
}

func appendText(b []byte, s string) []byte {
	s = s[:min(len(s), maxText)]
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

// A Decoder reads facts, into the same memory again and again.
type Decoder struct {
	facts  Facts
	b      []byte
	words  map[string]string
	server map[netip.AddrPort]string
}

// wordsKept bounds the strings that are kept to be used again.
const wordsKept = 65536

// Facts reads those of a session, and returns what stands behind them. They are
// valid until the next call.
func (d *Decoder) Facts(id int64, b []byte) (f *Facts, rest []byte) {
	f, d.b = &d.facts, b
	f.ID = id
	f.Client = netip.AddrFrom16([16]byte(d.octets(16))).Unmap()
	server := netip.AddrFrom16([16]byte(d.octets(16))).Unmap()
	f.Server = netip.AddrPortFrom(server, binary.LittleEndian.Uint16(d.octets(2)))
	f.serverText = d.endpoint(f.Server)
	f.Start = int64(binary.LittleEndian.Uint64(d.octets(8)))
	f.State = verdict.States[d.octets(1)[0]]
	f.ClientName, f.ServerName, f.Via, f.TLSVersion = d.text(), d.text(), d.text(), d.text()
	f.Clear, f.ClearSeen = d.offers(f.Clear[:0])
	f.TLS, f.TLSSeen = d.offers(f.TLS[:0])
	f.Logins, f.Findings, f.Causes = f.Logins[:0], f.Findings[:0], f.Causes[:0]
	for range d.number() {
		f.Logins = append(f.Logins, d.login())
	}
	for range d.number() {
		f.Findings = append(f.Findings, FoundFact{d.text(), d.text(), d.text()})
	}
	for range d.number() {
		f.Causes = append(f.Causes, d.text())
	}
	f.Messages = int64(d.number())
	return f, d.b
}

func (d *Decoder) octets(n int) []byte {
	b := d.b[:n]
	d.b = d.b[n:]
	return b
}

func (d *Decoder) number() uint64 {
	v, n := binary.Uvarint(d.b)
	d.b = d.b[n:]
	return v
}

// text reads a string. Most are the same in session after session.
func (d *Decoder) text() string {
	b := d.octets(int(d.number()))
	if s, known := d.words[string(b)]; known {
		return s
	}
	s := string(b)
	if d.words == nil || len(d.words) >= wordsKept {
		d.words = make(map[string]string)
	}
	d.words[s] = s
	return s
}

func (d *Decoder) endpoint(a netip.AddrPort) string {
	if s, known := d.server[a]; known {
		return s
	}
	s := a.String()
	if d.server == nil || len(d.server) >= wordsKept {
		d.server = make(map[netip.AddrPort]string)
	}
	d.server[a] = s
	return s
}

func (d *Decoder) offers(list []string) ([]string, bool) {
	head := d.octets(2)
	seen, n := head[0] != 0, int(head[1])
	for range n {
		list = append(list, d.text())
	}
	return list, seen
}

func (d *Decoder) login() Login {
	flags := d.octets(1)[0]
	l := Login{Accepted: flags&1 != 0, Rejected: flags&2 != 0, TLS: flags&4 != 0, MIC: flags&8 != 0}
	for _, to := range [...]*string{&l.Mechanism, &l.Actual, &l.Account, &l.User, &l.Domain, &l.Workstation, &l.Version, &l.ClientVersion, &l.SPN, &l.Binding, &l.TicketEtype} {
		*to = d.text()
	}
	return l
}
