package verdict

import (
	"encoding/binary"
	"net/netip"

	"smtpscope/smtpparse"
)

// AppendTraits appends what [Across] compares of a session: nothing, if there is
// nothing or the session is open. It may be called from any goroutine.
func AppendTraits(b []byte, s *smtpparse.Session, state State) []byte {
	relays := len(s.Messages) > 0 && unknownClient(s, state)
	if s.Open || len(s.Auth) == 0 && !relays {
		return b
	}
	at := len(b)
	client, server := behindProxy(s).As16(), s.Server.IP.As16()
	b = append(append(b, client[:]...), server[:]...)
	b = binary.LittleEndian.AppendUint16(b, s.Server.Port)
	b = binary.AppendVarint(b, s.Start.UnixNano())
	b = binary.AppendVarint(b, s.End.UnixNano())
	facts := len(b)
	for i, a := range s.Auth {
		if i == acrossPerSession {
			break
		}
		switch {
		case a.LastFrame < s.ProxiedFrame: // the proxy's own: Exchange's, before it names its client
		case accepted(a) && !a.Doubtful:
			b = appendTrait(b, traitAccepted, AccountOf(a))
		case a.Outcome == smtpparse.Rejected && a.ReplyCode == 535 && provesPassword(a):
			b = appendTrait(b, traitRefused, AccountOf(a))
		}
	}
	if host := greetingDomain(s); relays && host != "" {
		b = appendRelay(b, s, host)
	}
	if len(b) == facts {
		return b[:at]
	}
	return b
}

// provesPassword tells that the attempt was of somebody who has a password, or
// guesses it: tickets, certificates and tokens are refused for other reasons, again
// and again where a keytab is old.
func provesPassword(a *smtpparse.Auth) bool {
	switch stateOf(a) {
	case Password, Challenge, NTLM, NTLMInGSSAPI:
		return clientSentToken(a)
	}
	return false
}

// behindProxy is the client's address: the one that a proxy names, if there is one.
func behindProxy(s *smtpparse.Session) netip.Addr {
	if s.ProxiedClient != "" {
		if a, err := netip.ParseAddrPort(s.ProxiedClient); err == nil {
			return a.Addr()
		}
		if a, err := netip.ParseAddr(s.ProxiedClient); err == nil {
			return a
		}
	}
	return s.Client.IP
}

func appendRelay(b []byte, s *smtpparse.Session, host string) []byte {
	for i, m := range s.Messages {
		if i == acrossPerSession {
			break
		}
		from := domainOf(m.MailFrom)
		to := takenForeign(m, host)
		if from != "" && to != "" && !ownDomain(host, from) {
			b = appendTrait(appendTrait(b, traitSender, from), traitTarget, domainOf(to))
		}
	}
	return b
}

// A traitAddress is an address, and a traitServer one with its port, as they stand
// in traits.
type (
	traitAddress [16]byte
	traitServer  [16 + 2]byte
)

func (a traitAddress) addr() netip.Addr { return netip.AddrFrom16(a).Unmap() }

func (s traitServer) addrPort() netip.AddrPort {
	return netip.AddrPortFrom(traitAddress(s[:16]).addr(), binary.LittleEndian.Uint16(s[16:]))
}

const (
	traitAccepted byte = iota
	traitRefused
	traitSender
	traitTarget
)

// maxTrait is the longest name kept, in octets.
const maxTrait = 255

func appendTrait(b []byte, kind byte, name string) []byte {
	name = name[:min(len(name), maxTrait)]
	b = append(b, kind, byte(len(name)))
	for i := range len(name) {
		c := name[i]
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		b = append(b, c)
	}
	return b
}

// AccountOf is who logged in or tried to, as one name: DOMAIN\user, the name in
// SASL, or whom a ticket's owner asked to act as. Empty when that is not known.
func AccountOf(a *smtpparse.Auth) string {
	if n := a.NTLM; n != nil && n.User != "" {
		if n.Domain == "" {
			return n.User
		}
		return n.Domain + `\` + n.User
	}
	if a.SASL != nil && a.SASL.User != "" {
		return a.SASL.User
	}
	if a.Kerberos != nil && a.Kerberos.Client != "" {
		return a.Kerberos.Client
	}
	if a.SASLLayer != nil {
		return a.SASLLayer.AuthzID
	}
	return ""
}
