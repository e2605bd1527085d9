package nearby

import (
	"encoding/binary"
	"time"
)

// A kdcMessage is what is read of a message to or from a KDC.
type kdcMessage struct {
	kind    kdcKind
	client  string // cname@crealm
	service string
	realm   string // the service's
	etypes  []int32
	// of a ticket, and of an error
	ticketEtype, kvno int32
	errorCode         int32
	errorText         string
	serverTime        time.Time
	padata            []int32
	ntStatus          uint32
}

// kdcKind is the kind of a message by its tag (RFC 4120, section 5.10).
type kdcKind uint8

const (
	asREQ    kdcKind = 10
	asREP    kdcKind = 11
	tgsREQ   kdcKind = 12
	tgsREP   kdcKind = 13
	apREQ    kdcKind = 14 // with a change of a password
	apREP    kdcKind = 15
	krbError kdcKind = 30
)

// isRequest tells that it went to the KDC.
func (k kdcKind) isRequest() bool { return k == asREQ || k == tgsREQ || k == apREQ }

// grants tells that it brings a ticket.
func (k kdcKind) grants() bool { return k == asREP || k == tgsREP }

// isAnswer tells that an answer says what it is: one that is cut before it names the
// service of its ticket, or the code of its error, is none.
func (m *kdcMessage) isAnswer() bool {
	switch {
	case m.kind.grants():
		return m.service != ""
	case m.kind == krbError:
		return m.errorCode != 0
	}
	return true
}

// readKDC reads a message; false when it is none of these, or nothing of use is
// left of it. However it is cut, it is of use: the answer to a request may name the
// service, and shows that the KDC is there.
func readKDC(b []byte) (*kdcMessage, bool) {
	rest := der(b)
	tag, body, ok := rest.next()
	if !ok || tag&0xE0 != application {
		return nil, false
	}
	m := &kdcMessage{kind: kdcKind(tag &^ application)}
	fields := body.inside(tagSequence)
	switch m.kind {
	case asREQ, tgsREQ:
		m.request(fields)
		return m, len(fields) > 0
	case asREP, tgsREP:
		m.reply(fields)
		return m, len(fields) > 0
	case krbError:
		m.failure(fields)
		return m, true
	}
	return nil, false
}

// request reads KDC-REQ (RFC 4120, section 5.4.1).
func (m *kdcMessage) request(fields der) {
	for {
		tag, body, ok := fields.next()
		if !ok {
			return
		}
		if tag == context|4 {
			m.requestBody(body.inside(tagSequence))
		}
	}
}

func (m *kdcMessage) requestBody(fields der) {
	for {
		tag, body, ok := fields.next()
		if !ok {
			break
		}
		switch tag {
		case context | 1:
			m.client = body.principal()
		case context | 2:
			m.realm = body.text()
		case context | 3:
			m.service = body.principal()
		case context | 8:
			m.etypes = body.numbers()
		}
	}
	if m.client != "" {
		m.client += "@" + m.realm
	}
}

// reply reads KDC-REP (RFC 4120, section 5.4.2) and the ticket's clear part.
func (m *kdcMessage) reply(fields der) {
	realm := ""
	for {
		tag, body, ok := fields.next()
		if !ok {
			return
		}
		switch tag {
		case context | 3:
			realm = body.text()
		case context | 4:
			m.client = body.principal() + "@" + realm
		case context | 5:
			m.ticket(body.inside(application | 1).inside(tagSequence))
		}
	}
}

func (m *kdcMessage) ticket(fields der) {
	for {
		tag, body, ok := fields.next()
		if !ok {
			return
		}
		switch tag {
		case context | 1:
			m.realm = body.text()
		case context | 2:
			m.service = body.principal()
		case context | 3:
			for sealed := body.inside(tagSequence); ; {
				tag, body, ok := sealed.next()
				if !ok {
					break
				}
				switch tag {
				case context:
					m.ticketEtype = body.number()
				case context | 1:
					m.kvno = body.number()
				}
			}
		}
	}
}

// failure reads KRB-ERROR (RFC 4120, section 5.9.1).
func (m *kdcMessage) failure(fields der) {
	client, realm := "", ""
	susec := int32(0)
	for {
		tag, body, ok := fields.next()
		if !ok {
			break
		}
		switch tag {
		case context | 4:
			m.serverTime = body.time()
		case context | 5:
			susec = body.number()
		case context | 6:
			m.errorCode = body.number()
		case context | 7:
			realm = body.text()
		case context | 8:
			client = body.principal()
		case context | 9:
			m.realm = body.text()
		case context | 10:
			m.service = body.principal()
		case context | 11:
			m.errorText = body.text()
		case context | 12:
			m.errorData(body.inside(tagOctetString))
		}
	}
	if client != "" {
		m.client = client + "@" + realm
	}
	if !m.serverTime.IsZero() && susec > 0 && susec < 1_000_000 {
		m.serverTime = m.serverTime.Add(time.Duration(susec) * time.Microsecond)
	}
}

// errorData reads what comes with an error: METHOD-DATA, a list of {[1] type, [2]
// value}, or what Active Directory sends in its place, one such pair alone.
func (m *kdcMessage) errorData(b der) {
	entries := b.inside(tagSequence)
	if len(entries) > 0 && entries[0] == context|1 {
		m.errorReason(entries)
		return
	}
	for len(m.padata) < maxNumbers {
		tag, entry, ok := entries.next()
		if !ok || tag != tagSequence {
			return
		}
		if kind, ok := m.errorReason(entry); ok {
			m.padata = append(m.padata, kind)
		}
	}
}

// errorReason reads a pair of type and value. Where the type is 3, an error has no salt
// for a password in it but KERB_EXT_ERROR ([MS-KILE] 2.2.1): an NTSTATUS, and 8 octets.
func (m *kdcMessage) errorReason(pair der) (kind int32, ok bool) {
	tag, body, ok := pair.next()
	if !ok || tag != context|1 {
		return 0, false
	}
	kind = body.number()
	const extended, length = 3, 12
	if tag, body, ok := pair.next(); ok && tag == context|2 && kind == extended {
		if value := body.inside(tagOctetString); len(value) == length {
			m.ntStatus = binary.LittleEndian.Uint32(value)
		}
	}
	return kind, true
}
