package tlsparse

import (
	"errors"

	"smtpscope/tlscrypt"
	"smtpscope/tlskeys"
)

// Records under keys: which keys, which number, and what to do when none fits.

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

// Bounds on trying. A hole's size bounds the numbers in it further.
const (
	maxNumbers = 4096 // record numbers tried for one record behind a hole
	maxMisfits = 16   // records in a row that do not open, before a direction is given up
	// minRecord is less than the shortest record under keys takes, in octets.
	minRecord = headerLen + 16
)

func (p *Parser) isTLS13() bool { return p.version >= versionTLS13 }

// hasKeys tells that there are any keys, or will be.
func (p *Parser) hasKeys() bool {
	return p.options.Keys != nil && p.options.Keys.Version() > 0 || len(p.options.RSA) > 0 || p.mayWait()
}

// mayOpen tells that records of the direction are worth keeping whole: there are
// keys, or they may come.
func (p *Parser) mayOpen(h *half) bool {
	if h.epoch.opener != nil {
		return true
	}
	if why := p.hopeless(); why != "" {
		p.hide(why)
		return false
	}
	if h.misfits > maxMisfits {
		return false
	}
	if p.mayWait() || p.keyed(h) {
		return true
	}
	p.hide(HiddenNoKey)
	return false
}

// hopeless says why no key can help.
func (p *Parser) hopeless() Hidden {
	switch {
	case p.agreement == noAgreement || p.facts.ClientRandom == "":
		return HiddenNoHandshake
	case !p.hasKeys():
		return HiddenNoKeys
	case p.suite.Supported(min(p.version, versionTLS13)) != nil:
		return HiddenUnsupported
	}
	return ""
}

// keyed tells that some key of what the direction writes next is there. Whether it
// fits, a record tells.
func (p *Parser) keyed(h *half) bool {
	if !p.isTLS13() {
		p.findMasters()
		return len(p.masters) > 0
	}
	return p.countLogged(h, stageApplication) > 0 || h.awaits == expectFinished && p.countLogged(h, stageHandshake) > 0
}

// hide notes why something stays closed. What was said first stands, but for
// hopes that were given up.
func (p *Parser) hide(why Hidden) {
	if p.facts.Hidden == "" {
		p.facts.Hidden = why
	}
}

// open opens a record with the direction's keys.
func (p *Parser) open(h *half, record []byte) ([]byte, tlscrypt.ContentType, bool) {
	e := &h.epoch
	if e.opener == nil {
		return p.tryOpen(h, record)
	}
	plain, kind, err := e.opener.Open(p.plain[:0], record, e.seq)
	if err == nil {
		p.fits(h, e, record, plain)
		return plain, kind, true
	}
	if errors.Is(err, tlscrypt.ErrBroken) {
		return nil, 0, false
	}
	return p.tryOpen(h, record)
}

// fits notes that a record opened.
func (p *Parser) fits(h *half, e *epoch, record, plain []byte) {
	p.plain = plain
	e.seq++
	e.overhead = len(record) - headerLen - len(plain)
	h.sealedNo++
	h.misfits, h.torn = 0, false
	if p.facts.Hidden == HiddenWrongKey { // it was not the key
		p.facts.Hidden = HiddenDamage
	}
}

// tryOpen opens a record whose number or key is not known.
func (p *Parser) tryOpen(h *half, record []byte) ([]byte, tlscrypt.ContentType, bool) {
	first := h.epoch.seq
	if h.epoch.opener != nil && (h.torn || h.misfits > 0) {
		if plain, kind, ok := p.tryNumbers(h, &h.epoch, record, first, p.numbers(h)); ok {
			return plain, kind, true
		}
	}
	for i := 0; ; i++ {
		c, more := p.candidate(h, i)
		if !more {
			return nil, 0, false
		}
		if c.opener == nil {
			continue
		}
		c.overhead = h.epoch.overhead
		numbers := uint64(h.misfits) + 1
		if h.torn {
			numbers = p.numbers(h)
		}
		plain, kind, ok := p.tryNumbers(h, &c, record, 0, numbers)
		if !ok {
			c.close()
			continue
		}
		h.epoch.close()
		h.epoch = c
		if c.stage == stageApplication {
			h.move(sentFinished)
			p.prove(h)
		}
		return plain, kind, true
	}
}

// numbers is how many record numbers may lie in a hole.
func (p *Parser) numbers(h *half) uint64 {
	n := uint64(maxNumbers)
	if h.lost.state == lostCounted {
		n = min(n, uint64(h.lost.wire/minRecord)+uint64(h.misfits)+2)
	}
	return n
}

// tryNumbers opens a record with an epoch's keys and one of some numbers.
func (p *Parser) tryNumbers(h *half, e *epoch, record []byte, first, count uint64) ([]byte, tlscrypt.ContentType, bool) {
	for seq := first; seq-first < count && p.trial > 0; seq++ {
		plain, kind, err := e.opener.Open(p.plain[:0], record, seq)
		if err == nil {
			if h.torn {
				h.lost.records += int64(seq - first)
			}
			e.seq = seq
			p.fits(h, e, record, plain)
			return plain, kind, true
		}
		p.trial -= int64(len(record))
		if !errors.Is(err, tlscrypt.ErrMAC) {
			break
		}
	}
	return nil, 0, false
}

// misfit takes a record that did not open: it is damaged, or the key is wrong.
func (p *Parser) misfit(h *half, at Mark, record []byte) {
	h.misfits++
	opener := h.epoch.opener
	if opener != nil {
		opener.Pass(record[headerLen:])
		h.epoch.seq++
	}
	h.sealedNo++
	p.witness(h, at, tlscrypt.ContentType(record[0]), len(record)-headerLen)
	h.lost.records++
	h.lost.octets(int64(len(record)))
	if opener == nil {
		p.hide(HiddenWrongKey)
	} else {
		p.hide(HiddenDamage)
	}
	if h.misfits > maxMisfits {
		h.epoch.close()
		p.goBlind(h, HiddenDamage)
	}
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
			return p.loggedEpoch(h, stageEarly, 0, i)
		}
		i -= early
	}
	switch h.awaits {
	case expectFinished:
		c, more := p.loggedEpoch(h, stageHandshake, 0, i)
		if more {
			return c, true
		}
		// Finished may have been lost, or the log lacks the secret that opens it.
		handshakes := p.countLogged(h, stageHandshake)
		if handshakes > 0 && !h.torn && h.misfits == 0 {
			return epoch{}, false
		}
		return p.loggedEpoch(h, stageApplication, 0, i-handshakes)
	case expectApplication:
		if h.epoch.opener != nil {
			return p.nextEpoch(h, i)
		}
		return p.loggedEpoch(h, stageApplication, 0, i)
	}
	return epoch{}, false
}

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
func (p *Parser) loggedEpoch(h *half, s stage, generation, i int) (c epoch, more bool) {
	if p.options.Keys == nil {
		return epoch{}, false
	}
	secrets := p.options.Keys.Secrets(&p.hello.random, label(h.dir, s), generation)
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

// forgetKeys overwrites the keys of the connection.
func (p *Parser) forgetKeys() {
	for dir := range p.halves {
		p.halves[dir].epoch.close()
	}
	p.forgetMasters()
}

func (p *Parser) forgetMasters() {
	for i := range p.masters {
		clear(p.masters[i][:])
	}
	p.masters = p.masters[:0]
}
