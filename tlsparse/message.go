package tlsparse

import "fmt"

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

// messages puts handshake messages together: a record may hold several, or a part.
func (p *Parser) messages(h *half, data []byte) {
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
	case msgServerHelloDone:
		// A pre-shared key alone (RFC 4279) needs neither certificate nor key exchange.
		if h.dir == Server && p.agreement != noAgreement {
			p.agreement = agreedWithProof
		}
	case msgClientKeyExchange:
		p.clientKeyExchange(body)
	case msgFinished:
		p.finished(h)
	case msgKeyUpdate:
		p.keyUpdate(h)
	}
}
