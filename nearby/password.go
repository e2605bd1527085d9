package nearby

import "encoding/binary"

// readPassword reads a message to or from a server that changes passwords (RFC
// 3244, section 2): lengths, an AP-REQ or AP-REP, and what is sealed. Where the
// length of the AP-REP is 0, a KRB-ERROR follows.
func readPassword(b []byte) (*kdcMessage, bool) {
	const header = 6 // length of all, version, length of the AP message
	if len(b) < header {
		return nil, false
	}
	rest := der(b[header:])
	if binary.BigEndian.Uint16(b[4:]) == 0 {
		m, ok := readKDC(rest)
		return m, ok && m.kind == krbError
	}
	tag, body, ok := rest.next()
	if !ok {
		return nil, false
	}
	switch m := (&kdcMessage{kind: kdcKind(tag &^ application)}); tag {
	case application | byte(apREP):
		return m, true
	case application | byte(apREQ):
		for fields := body.inside(tagSequence); ; {
			tag, body, ok := fields.next()
			if !ok {
				return m, true
			}
			if tag == context|3 {
				m.ticket(body.inside(application | 1).inside(tagSequence))
			}
		}
	}
	return nil, false
}
