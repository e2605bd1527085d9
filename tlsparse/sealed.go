package tlsparse

import (
	"errors"

	"smtpscope/tlscrypt"
)

// Records under keys: whether they are worth keeping, which number opens one, and
// what to do when none does.

// Bounds on trying. A hole's size bounds the numbers in it further.
const (
	maxNumbers = 4096 // record numbers tried for one record behind a hole
	maxMisfits = 16   // records in a row that do not open, before a direction is given up
	// minRecord is less than the shortest record under keys takes, in octets.
	minRecord = headerLen + 16
)

// hasKeys tells that there are any keys, or will be.
func (p *Parser) hasKeys() bool {
	o := &p.options
	return o.Keys != nil && o.Keys.Version() > 0 || len(o.RSA) > 0 || o.Sessions != nil && len(o.Sessions.masters) > 0 || p.mayWait()
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
		switch c.stage {
		case stageApplication:
			h.move(sentFinished)
			p.prove(h)
		case stageOlder:
			p.masters[0], p.masters[i] = p.masters[i], p.masters[0]
			p.proven = true
			p.rememberSession()
			p.learn()
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
