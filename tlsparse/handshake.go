package tlsparse

import (
	"encoding/hex"
	"fmt"

	"golang.org/x/crypto/cryptobyte"

	"smtpscope/tlscrypt"
)

// What each handshake message says.

// clientHello takes a ClientHello: the first one, the one after HelloRetryRequest, or
// that of a renegotiation, which TLS 1.3 does not know.
func (p *Parser) clientHello(h *half, body []byte) {
	again := p.facts.HelloRetryRequest && h.awaits == expectHello
	renegotiated := h.sealed()
	if !again && !renegotiated && h.awaits != expectHello || renegotiated && p.isTLS13() {
		p.malformed("a second ClientHello")
		return
	}
	if bad := p.hello.parse(body); bad != "" {
		p.malformed(bad)
	}
	p.begin()
	switch {
	case renegotiated:
		p.facts.Renegotiations++
	case !again:
		said := p.options.Hellos.facts(&p.hello)
		p.hello.tell(&p.facts, said)
		p.facts.JA3, p.facts.JA4 = said.ja3, said.ja4
	}
	if p.early == earlyOffered && again {
		p.answerEarly(false) // whoever is asked again may not send any (RFC 8446, section 4.1.2)
	} else if p.hello.earlyData && !renegotiated {
		p.early = earlyOffered
	}
	h.move(sentHello)
}

// begin forgets the handshake before.
func (p *Parser) begin() {
	p.agreement, p.exchange, p.ticket = noAgreement, nil, sessionKey{}
	p.transcript = p.transcript[:0]
	p.forgetMasters()
}

func (p *Parser) sslv2(h *half, record []byte) {
	if bad := p.hello.sslv2Hello(record[2:]); bad != "" {
		p.malformed(bad)
	}
	p.hello.tell(&p.facts, p.options.Hellos.facts(&p.hello))
	p.facts.OfferedVersions = []string{versionName(p.hello.version) + " (SSL 2.0 ClientHello)"}
	p.begin()
	p.remember(record[2:])
	h.move(sentHello)
}

// serverHello takes a ServerHello or HelloRetryRequest, and moves both directions on.
func (p *Parser) serverHello(h *half, body []byte) {
	if h.awaits != expectHello && !h.sealed() || h.sealed() && p.isTLS13() {
		p.malformed("a second ServerHello")
		return
	}
	bad := p.chosen.parse(body)
	if bad != "" {
		p.malformed(bad)
		if len(p.chosen.extensions) == 0 && p.chosen.suite == 0 {
			return
		}
	}
	client := &p.halves[Client]
	f := &p.facts
	p.version = p.chosen.version
	p.suite, _ = tlscrypt.SuiteByID(p.chosen.suite)
	f.Version, f.CipherSuite, f.Weakness = versionName(p.version), p.suite.Name, p.suite.Weakness()
	if p.chosen.isRetry() {
		f.HelloRetryRequest = true
		client.move(gotRetry)
		return
	}
	p.agreement = agreed
	f.ServerRandom = hex.EncodeToString(p.chosen.random[:])
	f.ServerExtensions = appendNames(f.ServerExtensions[:0], extensions, p.chosen.extensions)
	if p.chosen.protocol != "" {
		f.ALPN = p.chosen.protocol
	}
	if p.chosen.group != 0 {
		f.Group = nameOf(groups, p.chosen.group)
	}
	p.resumes()
	e := chosenOlder
	if p.isTLS13() {
		e = chosenTLS13
		p.transcript = p.transcript[:0]
	}
	h.move(e)
	client.move(e)
}

// resumes says whether an earlier session is taken up again, as far as the
// ServerHello tells.
func (p *Parser) resumes() {
	f := &p.facts
	if f.Renegotiations > 0 {
		return
	}
	same := len(p.chosen.sessionID) > 0 && string(p.chosen.sessionID) == string(p.hello.sessionID)
	switch {
	case p.isTLS13():
		if p.chosen.psk {
			f.Resumption = "psk"
		}
	case same && p.hello.ticket != (sessionKey{}):
		f.Resumption = "ticket"
	case same:
		f.Resumption = "session-id"
	}
}

func (p *Parser) encryptedExtensions(body []byte) {
	if !p.isTLS13() {
		return
	}
	accepted := false
	bad := eachExtension(cryptobyte.String(body), "EncryptedExtensions", func(kind uint16, data cryptobyte.String) bool {
		if len(p.facts.ServerExtensions) < maxExtensions {
			p.facts.ServerExtensions = append(p.facts.ServerExtensions, nameOf(extensions, kind))
		}
		switch kind {
		case extALPN:
			name, ok := chosenProtocol(data)
			p.facts.ALPN = name
			return ok
		case extEarlyData:
			accepted = true
		}
		return true
	})
	if bad != "" {
		p.malformed(bad)
	}
	p.answerEarly(accepted)
}

// certificate takes a chain, the subject's own first; that of a client may be empty.
func (p *Parser) certificate(h *half, body []byte) {
	s := cryptobyte.String(body)
	if p.isTLS13() {
		var context cryptobyte.String
		if !s.ReadUint8LengthPrefixed(&context) {
			p.malformed("Certificate")
			return
		}
	}
	chain := &p.facts.ServerCertificates
	if h.dir == Client {
		chain = &p.facts.ClientCertificates
	}
	var ok bool
	if *chain, ok = p.options.Certificates.chain((*chain)[:0], s, p.isTLS13()); !ok {
		p.malformed("Certificate")
	}
	switch {
	case h.dir == Server:
		p.agreement = max(p.agreement, agreedWithProof)
	case len(*chain) > 0:
		p.facts.ClientCertificate = "sent"
	case p.facts.ClientCertificate != "sent":
		p.facts.ClientCertificate = "declined"
	}
}

// serverKeyExchange reads the group of an ephemeral key exchange (RFC 8422, section
// 5.4; RFC 5246, section 7.4.3).
func (p *Parser) serverKeyExchange(body []byte) {
	p.agreement = max(p.agreement, agreedWithProof)
	s := cryptobyte.String(body)
	switch p.suite.KeyExchange {
	case "ECDHE":
		var kind uint8
		var group uint16
		const namedCurve = 3
		if s.ReadUint8(&kind) && kind == namedCurve && s.ReadUint16(&group) {
			p.facts.Group = nameOf(groups, group)
		}
	case "DHE":
		var prime cryptobyte.String
		if s.ReadUint16LengthPrefixed(&prime) {
			p.facts.Group = fmt.Sprintf("DHE %d bits", 8*len(prime))
		}
	}
}

// clientKeyExchange takes the premaster secret, as the server's RSA key opens it. In
// SSL 3.0 it stands without its length.
func (p *Parser) clientKeyExchange(body []byte) {
	s := cryptobyte.String(body)
	var encrypted cryptobyte.String
	if p.suite.KeyExchange == "RSA" && p.hasKeys() && p.version > versionSSL30 && s.ReadUint16LengthPrefixed(&encrypted) {
		p.exchange = append([]byte(nil), encrypted...)
	}
}

func (p *Parser) finished(h *half) {
	p.prove(h)
	if h.awaits != expectFinished {
		return // authentication behind the handshake (RFC 8446, section 4.6.2)
	}
	h.move(sentFinished)
	if p.isTLS13() {
		h.epoch.close()
		h.misfits = 0
	}
}
