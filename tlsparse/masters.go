package tlsparse

import (
	"smtpscope/tlscrypt"
	"smtpscope/tlskeys"
)

// maxTranscript bounds the handshake messages kept for the session hash, in octets.
const maxTranscript = 1 << 18

// findMasters collects the master secrets that may be the session's, to TLS 1.2:
// those of the key log, and those made of a premaster secret, which the log or the
// server's RSA key gives away.
func (p *Parser) findMasters() {
	if len(p.masters) > 0 {
		return
	}
	p.resumed()
	if keys := p.options.Keys; keys != nil {
		logged := keys.Secrets(&p.hello.random, tlskeys.ClientRandom, 0)
		for _, secret := range logged {
			if len(secret) == tlscrypt.MasterSecretLen {
				p.masters = append(p.masters, [tlscrypt.MasterSecretLen]byte(secret))
			}
		}
		tlscrypt.Zero(logged...)
		premasters := keys.Secrets(&p.hello.random, tlskeys.Premaster, 0)
		if p.exchange != nil {
			premasters = append(premasters, keys.Premasters(p.exchange)...)
		}
		for _, premaster := range premasters {
			p.addMaster(premaster)
		}
		tlscrypt.Zero(premasters...)
	}
	if p.exchange == nil || p.agreement == noAgreement {
		return
	}
	for _, key := range p.options.RSA {
		if premaster, _, err := key.Premaster(p.exchange); err == nil {
			p.addMaster(premaster[:])
			clear(premaster[:])
		}
	}
}

// addMaster adds the master secret that a premaster secret gives.
func (p *Parser) addMaster(premaster []byte) {
	var master *[tlscrypt.MasterSecretLen]byte
	var err error
	if p.chosen.extendedMS {
		hash := tlscrypt.HandshakeHash(p.version, p.suite, p.transcript)
		master, err = tlscrypt.ExtendedMasterSecret(p.version, p.suite, premaster, hash)
	} else {
		master, err = tlscrypt.MasterSecret(p.version, p.suite, premaster, &p.hello.random, &p.chosen.random)
	}
	if err == nil {
		p.masters = append(p.masters, *master)
		clear(master[:])
	}
}

// learn gives the secret that opened records to the store, unless it is there: who
// saves the packets has no RSA key to put beside them, and no secret of an earlier
// connection.
func (p *Parser) learn() {
	keys := p.options.Keys
	if keys == nil {
		return
	}
	logged := keys.Secrets(&p.hello.random, tlskeys.ClientRandom, 0)
	if len(logged) == 0 {
		keys.Learn(&p.hello.random, &p.masters[0])
	}
	tlscrypt.Zero(logged...)
}

// remember keeps a message for the session hash (RFC 7627, section 3), which ends
// with ClientKeyExchange.
func (p *Parser) remember(message []byte) {
	if p.hasKeys() && p.exchange == nil && len(p.transcript)+len(message) <= maxTranscript {
		p.transcript = append(p.transcript, message...)
	}
}

func (p *Parser) forgetMasters() {
	for i := range p.masters {
		clear(p.masters[i][:])
	}
	p.masters, p.proven = p.masters[:0], false
}
