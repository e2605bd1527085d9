package tlsparse

import "smtpscope/tlscrypt"

// What a whole record of a direction says, under keys or not.

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
	h.misfits = 0
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
		p.messages(h, data)
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

// countRecord counts a record of n octets, header included, into its flight.
func (p *Parser) countRecord(h *half, at Mark, n int) {
	h.records++
	if p.settled() {
		return // of what follows, others tell
	}
	f := &p.facts
	last := len(f.Flights) - 1
	if last < 0 || f.Flights[last].From != h.dir.String() {
		if len(f.Flights) >= p.lim.Flights {
			return
		}
		f.Flights = append(f.Flights, Flight{From: h.dir.String(), Frame: at.Frame, Time: at.Time.UTC()})
		last++
	}
	l := &f.Flights[last]
	l.Records++
	l.Octets += int64(n)
	l.LastFrame, l.LastTime = at.Frame, at.Time.UTC()
}
