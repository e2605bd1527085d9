package tlsparse

import (
	"crypto/sha256"

	"golang.org/x/crypto/cryptobyte"

	"smtpscope/tlscrypt"
)

// Sessions are master secrets of TLS 1.2 and before, by what a client resumes a
// session with: its identifier or a ticket. A connection that resumes one has no key
// exchange that an RSA key could open, and not every key log names it. It is not safe
// for use by several goroutines.
type Sessions struct {
	masters map[sessionKey][tlscrypt.MasterSecretLen]byte
}

// A sessionKey is the hash of a session's identifier or ticket.
type sessionKey [sha256.Size]byte

// maxSessions bounds what is remembered; then all is forgotten.
const maxSessions = 4096

func (s *Sessions) put(key sessionKey, master *[tlscrypt.MasterSecretLen]byte) {
	if s.masters == nil || len(s.masters) >= maxSessions {
		s.Close()
		s.masters = make(map[sessionKey][tlscrypt.MasterSecretLen]byte)
	}
	s.masters[key] = *master
}

// Close forgets the secrets.
func (s *Sessions) Close() {
	for key := range s.masters {
		s.masters[key] = [tlscrypt.MasterSecretLen]byte{}
	}
	s.masters = nil
}

// newTicket takes NewSessionTicket (RFC 5077, section 3.3).
func (p *Parser) newTicket(body []byte) {
	s := cryptobyte.String(body)
	var ticket cryptobyte.String
	if p.isTLS13() || p.options.Sessions == nil || !s.Skip(4) || !s.ReadUint16LengthPrefixed(&ticket) || len(ticket) == 0 {
		return
	}
	p.ticket = sha256.Sum256(ticket)
	p.rememberSession()
}

// rememberSession keeps the secret that opened records, for connections that take the
// session up again.
func (p *Parser) rememberSession() {
	if p.options.Sessions == nil || !p.proven {
		return
	}
	if id := p.chosen.sessionID; len(id) > 0 {
		p.options.Sessions.put(sha256.Sum256(id), &p.masters[0])
	}
	if p.ticket != (sessionKey{}) {
		p.options.Sessions.put(p.ticket, &p.masters[0])
	}
}

// resumed adds the master secrets of the session that is taken up again.
func (p *Parser) resumed() {
	s := p.options.Sessions
	if s == nil || p.agreement == agreedWithProof {
		return
	}
	keys := []sessionKey{p.hello.ticket}
	if len(p.hello.sessionID) > 0 {
		keys = append(keys, sha256.Sum256(p.hello.sessionID))
	}
	for _, key := range keys {
		if master, known := s.masters[key]; known {
			p.masters = append(p.masters, master)
			clear(master[:])
		}
	}
}
