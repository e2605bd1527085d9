package smtpparse

// TLS record types (RFC 8446, section 5.1).
const (
	recordCCS         = 0x14
	recordAlert       = 0x15
	recordHandshake   = 0x16
	recordApplication = 0x17
)

// A finding says what the first octets of a line are.
type finding uint8

const (
	foundMore finding = iota // too few to tell
	foundText
	foundTLS
	foundToken // a length and a wrapped token: the SASL layer
	foundPROXY // the binary header of the PROXY protocol
)

// maySniff tells that a line whose first octet is c may be none.
func (p *Parser) maySniff(dir Dir, c byte) bool {
	if p.inTLS || p.unwrapping {
		return c == 0 && p.layer != layerNotExpected && !p.unwrapping
	}
	switch {
	case p.state == expectTLS && c < ' ':
		return c != '\r' && c != '\n' && c != '\t'
	case recordCCS <= c && c <= recordApplication:
		return dir == Client || p.mayBeTLS()
	case c >= 0x80:
		return dir == Client && (p.state == expectTLS || p.state == expectTLSReply || p.opening())
	case c == 0:
		return p.layer != layerNotExpected
	case c == '\r':
		return dir == Client && p.opening()
	}
	return false
}

// mayBeTLS tells that a server may speak TLS: the client does, or what it did
// was not seen.
func (p *Parser) mayBeTLS() bool {
	in := &p.in[Client]
	return in.wire == wireTLS || !in.spoke || p.state == expectTLS || p.state == expectTLSReply || p.options.Midstream || p.missing()
}

// opening tells that nothing was read of the client yet.
func (p *Parser) opening() bool { return !p.options.Midstream && p.proxied.stage == proxyPossible }

// sniff collects the first octets of a line until they tell what it is.
func (p *Parser) sniff(dir Dir, at Mark, data []byte) int {
	in := &p.in[dir]
	for i := range data {
		in.line = append(in.line, data[i])
		found := p.find(in.line)
		if found == foundMore {
			continue
		}
		in.start = startText
		first := append(p.scratch[:0], in.line...)
		p.scratch = first
		switch found {
		case foundTLS:
			p.opaque(dir, in.begun, first)
		case foundToken:
			in.line = in.line[:0]
			in.secured.state = layerLength
			p.unwrap(dir, in.begun, first)
		case foundPROXY:
			in.line = in.line[:0]
			p.proxyHeader(at, first)
		default:
			in.line = in.line[:0]
			p.notSniffed(dir, at, first)
		}
		return i + 1
	}
	return len(data)
}

// notSniffed reads octets that turned out to be text after all.
func (p *Parser) notSniffed(dir Dir, at Mark, first []byte) {
	if dir == Client && p.state == expectServerWord {
		p.holdBackStep(at, first)
		return
	}
	for len(first) > 0 {
		first = first[p.readLine(dir, at, first):]
	}
}

// find tells what b, the beginning of a line, is.
func (p *Parser) find(b []byte) finding {
	switch c := b[0]; {
	case p.state == expectTLS && c < ' ' && c != '\r' && c != '\n' && c != '\t' && (c < recordCCS || c > recordApplication):
		return foundTLS // the middle of a record, behind a hole
	case c == 0 && p.layer != layerNotExpected:
		return p.findToken(b)
	case c == '\r':
		return findPROXY(b)
	case c >= 0x80:
		return findSSLv2(b)
	}
	return findRecord(b)
}

// findRecord looks for a TLS record's type and version.
func findRecord(b []byte) finding {
	if b[0] < recordCCS || b[0] > recordApplication {
		return foundText
	}
	for i, c := range b[1:] {
		switch {
		case i == 0 && c != 3, i == 1 && c > 4:
			return foundText
		case i == 1:
			return foundTLS
		}
	}
	return foundMore
}

// findSSLv2 looks for a ClientHello in SSL 2.0 framing, which offers SSL 3.0 or
// TLS (RFC 5246, appendix E.2): two octets of length, type 1, version.
func findSSLv2(b []byte) finding {
	for i, c := range b {
		switch {
		case i == 0 && c&0x80 == 0, i == 2 && c != 1, i == 3 && c != 3 && c != 0:
			return foundText
		case i == 3:
			return foundTLS
		}
	}
	return foundMore
}
