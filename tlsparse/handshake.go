package tlsparse

import (
	"encoding/hex"
	"fmt"

	"golang.org/x/crypto/cryptobyte"

	"smtpscope/tlscrypt"
)

// Handshake messages (RFC 8446, section 4; RFC 5246, section 7.4).
const (
	msgHelloRequest        = 0
	msgClientHello         = 1
	msgServerHello         = 2
	msgNewSessionTicket    = 4
	msgEndOfEarlyData      = 5
	msgEncryptedExtensions = 8
	msgCertificate         = 11
	msgServerKeyExchange   = 12
	msgCertificateRequest  = 13
	msgServerHelloDone     = 14
	msgCertificateVerify   = 15
	msgClientKeyExchange   = 16
	msgFinished            = 20
	msgCertificateStatus   = 22
	msgKeyUpdate           = 24
	msgCompressed          = 25 // a compressed certificate (RFC 8879)
)

const messageHeader = 4 // type, and three octets of length

// knownMessage tells that a handshake message may begin with an octet.
func knownMessage(kind byte) bool {
	return kind <= msgServerHello || kind >= msgNewSessionTicket && kind <= msgEndOfEarlyData || kind == msgEncryptedExtensions ||
		kind >= msgCertificate && kind <= msgClientKeyExchange || kind == msgFinished || kind >= msgCertificateStatus && kind <= msgCompressed
}

// record reads a whole record.
func (p *Parser) record(h *half, at Mark, record []byte) {
	kind := tlscrypt.ContentType(record[0])
	switch {
	case h.awaits == expectNothing:
	case isSSLv2Hello(h, record):
		if h.awaits != expectHello {
			p.malformed("SSL 2.0 ClientHello behind the ServerHello")
		} else {
			p.sslv2(h, record)
		}
		p.countRecord(h, at, len(record))
	case !h.sealed() || isClearRecord(p, record):
		p.countRecord(h, at, len(record))
		p.clear(h, at, kind, record)
	case h.epoch.opener == nil && p.mayWait() && p.hopeless() == "" && !p.keyed(h):
		p.delay(h.dir, at, record)
	default:
		p.countRecord(h, at, len(record))
		p.sealedRecord(h, at, record)
	}
}

// clear reads a record that is under no keys.
func (p *Parser) clear(h *half, at Mark, kind tlscrypt.ContentType, record []byte) {
	switch {
	case kind == tlscrypt.ChangeCipherSpec:
		p.changeCipher(h)
	case kind == tlscrypt.Alert && h.sealed() && h.epoch.opener != nil:
		// Whoever has keys does not speak in the clear: it is from somebody else.
	case kind != tlscrypt.ApplicationData:
		p.content(h, at, kind, record[headerLen:])
	case h.dir == Client && p.early == earlyOffered:
		p.holdEarly(at, record)
	default: // the handshake was before the capture, or in a hole
		h.move(sentChangeCipher)
		if h.awaits == expectHandshake || !h.sealed() {
			return
		}
		p.hidden(h, at, kind, 0)
		p.hide(HiddenNoHandshake)
		h.framing = blind
	}
}

// changeCipher takes ChangeCipherSpec, which in TLS 1.3 means nothing.
func (p *Parser) changeCipher(h *half) {
	if p.isTLS13() || p.version == 0 && h.records <= 2 && p.facts.ClientRandom != "" {
		return
	}
	if h.dir == Server && p.agreement == agreed && p.facts.Resumption == "" {
		p.facts.Resumption = "ticket" // neither certificate nor key exchange: nothing else is left
	}
	h.epoch.close()
	h.message, h.messageSkip = h.message[:0], 0
	h.sealedNo, h.misfits = 0, 0
	h.move(sentChangeCipher)
}

// sealedRecord reads a record under keys.
func (p *Parser) sealedRecord(h *half, at Mark, record []byte) {
	if h.dir == Client && p.early == earlyOffered {
		p.holdEarly(at, record)
		return
	}
	plain, kind, ok := p.open(h, record)
	switch {
	case ok:
		p.content(h, at, kind, plain)
	case !p.passesEarly(h):
		p.misfit(h, at, record)
	}
}

// content reads what a record holds.
func (p *Parser) content(h *half, at Mark, kind tlscrypt.ContentType, data []byte) {
	switch kind {
	case tlscrypt.Handshake:
		p.messages(h, at, data)
	case tlscrypt.Alert:
		p.alert(h, at, data)
	case tlscrypt.ChangeCipherSpec:
		p.changeCipher(h)
	case tlscrypt.ApplicationData:
		h.proof = spoken
		if h.epoch.stage == stageOlder {
			h.move(sentFinished) // it was in a hole
		}
		p.emit(h, at, data)
	}
}

func (p *Parser) prove(h *half) { h.proof = max(h.proof, endSeen) }

func (p *Parser) alert(h *half, at Mark, data []byte) {
	if len(data) != 2 {
		return
	}
	a := Alert{From: h.dir.String(), Time: at.Time.UTC(), Frame: at.Frame, Level: "warning", Name: alertName(data[1])}
	const closeNotify, userCanceled = 0, 90
	// In TLS 1.3 all alerts but two end the connection, whatever their level.
	if data[0] == 2 || p.isTLS13() && data[1] != closeNotify && data[1] != userCanceled {
		a.Level = "fatal"
	}
	p.addAlert(h, a)
	if data[1] == closeNotify || a.Level == "fatal" {
		h.move(sentClose)
	}
}

func (p *Parser) addAlert(h *half, a Alert) {
	if h.proof < spoken && a.Name != "close_notify" && a.Level != "warning" {
		p.agreement = broken
	}
	if len(p.facts.Alerts) < p.lim.Alerts {
		p.facts.Alerts = append(p.facts.Alerts, a)
	}
}

func (p *Parser) malformed(what string) {
	if p.facts.Malformed == "" {
		p.facts.Malformed = what
	}
}

// messages puts handshake messages together: a record may hold several, or a part.
func (p *Parser) messages(h *half, at Mark, data []byte) {
	for len(data) > 0 {
		if h.messageSkip > 0 {
			n := min(h.messageSkip, len(data))
			h.messageSkip -= n
			data = data[n:]
			continue
		}
		if len(h.message) == 0 && len(data) >= messageHeader {
			if n := messageLen(data); n <= len(data) && n <= p.lim.Message {
				p.message(h, data[:n])
				data = data[n:]
				continue
			}
		}
		need := messageHeader
		if len(h.message) >= messageHeader {
			need = messageLen(h.message)
		}
		n := min(need-len(h.message), len(data))
		h.message = append(h.message, data[:n]...)
		data = data[n:]
		if len(h.message) < messageHeader {
			continue
		}
		switch need := messageLen(h.message); {
		case need > p.lim.Message:
			p.malformed(fmt.Sprintf("handshake message of %d octets", need))
			h.messageSkip = need - len(h.message)
			h.message = h.message[:0]
		case len(h.message) == need:
			message := h.message
			h.message = nil
			p.message(h, message)
			h.message = message[:0]
		}
	}
}

func messageLen(b []byte) int { return messageHeader + int(b[1])<<16 + int(b[2])<<8 + int(b[3]) }

// message reads one handshake message.
func (p *Parser) message(h *half, message []byte) {
	body := message[messageHeader:]
	if message[0] != msgHelloRequest && !p.isTLS13() && message[0] != msgClientHello {
		p.remember(message)
	}
	switch message[0] {
	case msgClientHello:
		if h.dir == Client {
			p.clientHello(h, body)
			p.remember(message)
		}
	case msgServerHello:
		if h.dir == Server {
			p.serverHello(h, body)
		}
	case msgEncryptedExtensions:
		p.encryptedExtensions(body)
	case msgNewSessionTicket:
		p.newTicket(body)
	case msgEndOfEarlyData:
		p.endEarly(h)
	case msgCertificate:
		p.certificate(h, body)
	case msgServerKeyExchange:
		p.serverKeyExchange(body)
	case msgCertificateRequest:
		if h.dir == Server && p.facts.ClientCertificate == "" {
			p.facts.ClientCertificate = "requested"
		}
	case msgClientKeyExchange:
		p.clientKeyExchange(body)
	case msgFinished:
		p.finished(h)
	case msgKeyUpdate:
		p.keyUpdate(h)
	}
}

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
	p.begin(h)
	switch {
	case renegotiated:
		p.facts.Renegotiations++
	case !again:
		p.hello.tell(&p.facts)
		p.facts.JA3, p.scratch = p.hello.ja3(p.scratch)
		p.facts.JA4, p.scratch = p.hello.ja4(p.scratch)
	}
	if p.early == earlyOffered && again {
		p.answerEarly(false) // whoever is asked again may not send any (RFC 8446, section 4.1.2)
	} else if p.hello.earlyData && !renegotiated {
		p.early = earlyOffered
	}
	h.move(sentHello)
}

// begin forgets the handshake before.
func (p *Parser) begin(h *half) {
	p.agreement, p.exchange, p.ticket = noAgreement, nil, sessionKey{}
	p.transcript = p.transcript[:0]
	p.forgetMasters()
}

func (p *Parser) sslv2(h *half, record []byte) {
	if bad := p.hello.sslv2Hello(record[2:]); bad != "" {
		p.malformed(bad)
	}
	p.hello.tell(&p.facts)
	p.facts.OfferedVersions = append(p.facts.OfferedVersions[:0], versionName(p.hello.version)+" (SSL 2.0 ClientHello)")
	p.begin(h)
	p.remember(record[2:])
	h.move(sentHello)
}

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

// keyUpdate takes the direction's next keys (RFC 8446, section 4.6.3).
func (p *Parser) keyUpdate(h *half) {
	if h.epoch.stage != stageApplication {
		return
	}
	p.facts.KeyUpdates++
	next, err := tlscrypt.NextTrafficSecret(p.suite, h.epoch.secret)
	if err != nil {
		return
	}
	h.epoch.close()
	h.epoch = p.epoch13(stageApplication, next)
	tlscrypt.Zero(next)
}
