package tlsparse

import (
	"smtpscope/tlscrypt"
	"smtpscope/tlskeys"
)

// Which keys a direction writes with, and which it may be writing with.

// An epoch is the keys that a direction writes with.
type epoch struct {
	opener *tlscrypt.Opener
	stage  stage
	// secret is the traffic secret of TLS 1.3 that the next one is derived from.
	secret   []byte
	seq      uint64
	overhead int // octets that a record is longer than what was in it
}

// A stage says which of a direction's keys an epoch's are, in their order.
type stage uint8

const (
	noStage          stage = iota
	stageEarly             // 0-RTT
	stageHandshake         // TLS 1.3, up to Finished
	stageApplication       // TLS 1.3 behind it
	stageOlder             // to TLS 1.2, whatever is sent
)

func (e *epoch) close() {
	if e.opener != nil {
		e.opener.Close()
	}
	tlscrypt.Zero(e.secret)
	*e = epoch{overhead: e.overhead}
}

// candidate returns the i-th epoch that a record may belong to, besides the
// direction's own; more is false when there is none left. One without an opener
// is to be passed over.
func (p *Parser) candidate(h *half, i int) (c epoch, more bool) {
	if p.hopeless() != "" {
		return epoch{}, false
	}
	if !p.isTLS13() {
		return p.olderCandidate(h, i)
	}
	if h.dir == Client && p.early == earlyAccepted && h.epoch.opener == nil {
		early := p.countLogged(h, stageEarly)
		if i < early {
			return p.loggedEpoch(h, stageEarly, i)
		}
		i -= early
	}
	switch h.awaits {
	case expectFinished:
		c, more := p.loggedEpoch(h, stageHandshake, i)
		if more {
			return c, true
		}
		// Finished may have been lost, or the log lacks the secret that opens it.
		handshakes := p.countLogged(h, stageHandshake)
		if handshakes > 0 && !h.torn && h.misfits == 0 {
			return epoch{}, false
		}
		return p.loggedEpoch(h, stageApplication, i-handshakes)
	case expectApplication:
		if h.epoch.opener != nil {
			return p.nextEpoch(h, i)
		}
		return p.loggedEpoch(h, stageApplication, i)
	}
	return epoch{}, false
}

// olderCandidate is candidate for TLS 1.2 and before, where a master secret gives the
// keys of both directions.
func (p *Parser) olderCandidate(h *half, i int) (epoch, bool) {
	if h.epoch.opener != nil {
		return epoch{}, false
	}
	p.findMasters()
	if i >= len(p.masters) {
		return epoch{}, false
	}
	params := tlscrypt.Params{Version: p.version, Suite: p.suite, EncryptThenMAC: p.chosen.encryptThen}
	client, server, err := params.Openers(&p.masters[i], &p.hello.random, &p.chosen.random)
	if err != nil {
		return epoch{}, true
	}
	mine, others := client, server
	if h.dir == Server {
		mine, others = server, client
	}
	others.Close()
	return epoch{opener: mine, stage: stageOlder}, true
}

// label is the name of a direction's secrets in a key log.
func label(dir Dir, s stage) tlskeys.Label {
	switch {
	case s == stageEarly:
		return tlskeys.ClientEarlyTraffic
	case s == stageHandshake && dir == Client:
		return tlskeys.ClientHandshakeTraffic
	case s == stageHandshake:
		return tlskeys.ServerHandshakeTraffic
	case dir == Client:
		return tlskeys.ClientTraffic
	}
	return tlskeys.ServerTraffic
}

func (p *Parser) countLogged(h *half, s stage) int {
	if p.options.Keys == nil {
		return 0
	}
	secrets := p.options.Keys.Secrets(&p.hello.random, label(h.dir, s), 0)
	tlscrypt.Zero(secrets...)
	return len(secrets)
}

// loggedEpoch makes an epoch of the i-th secret of its kind in the key log.
func (p *Parser) loggedEpoch(h *half, s stage, i int) (c epoch, more bool) {
	if p.options.Keys == nil {
		return epoch{}, false
	}
	secrets := p.options.Keys.Secrets(&p.hello.random, label(h.dir, s), 0)
	for k, secret := range secrets {
		if k == i {
			c, more = p.epoch13(s, secret), true
		}
	}
	tlscrypt.Zero(secrets...)
	return c, more
}

func (p *Parser) epoch13(s stage, secret []byte) epoch {
	opener, err := tlscrypt.NewOpener13(p.suite, secret)
	if err != nil {
		return epoch{}
	}
	return epoch{opener: opener, stage: s, secret: append([]byte(nil), secret...)}
}

// nextEpoch makes the epoch that a KeyUpdate in a hole would have brought in.
func (p *Parser) nextEpoch(h *half, i int) (epoch, bool) {
	if i > 0 || h.epoch.stage != stageApplication || !h.torn && h.misfits == 0 {
		return epoch{}, false
	}
	next, err := tlscrypt.NextTrafficSecret(p.suite, h.epoch.secret)
	if err != nil {
		return epoch{}, false
	}
	defer tlscrypt.Zero(next)
	return p.epoch13(stageApplication, next), true
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

// forgetKeys overwrites the keys of the connection.
func (p *Parser) forgetKeys() {
	for dir := range p.halves {
		p.halves[dir].epoch.close()
	}
	p.forgetMasters()
}
