package smtpparse

import (
	"bytes"
	"encoding/binary"
	"net/netip"
	"strconv"
)

// The PROXY protocol of HAProxy: a header that the client side sends before
// anything else, the server's greeting included.

// proxied is what is known of a client behind a proxy.
type proxied struct {
	stage          proxyStage
	asked, taken   netip.AddrPort // XCLIENT's ADDR and PORT, of one command or of several: not answered, accepted
	beforeGreeting Mark           // a command that came before any reply
}

type proxyStage uint8

const (
	proxyPossible proxyStage = iota // nothing was read of the client
	proxyDone
)

const (
	proxySignature = "\r\n\r\n\x00\r\nQUIT\n" // of version 2
	proxyHead      = 16                       // signature, version and command, family, length
	longestPROXY   = 107                      // octets of a version 1 line
)

// proxyLine takes a version 1 header: "PROXY TCP4 source target sport dport".
func (p *Parser) proxyLine(at Mark, line []byte) bool {
	if p.proxied.stage != proxyPossible {
		return false
	}
	p.proxied.stage = proxyDone
	if !bytes.HasPrefix(line, []byte("PROXY ")) || p.inTLS || p.options.Midstream {
		return false
	}
	p.say(Client, at, &Line{Kind: LineProxy, Text: p.strings.text(line)})
	f := bytes.Fields(line)
	if len(f) >= 2 && string(f[1]) == "UNKNOWN" {
		return true
	}
	if len(f) != 6 || len(line) > longestPROXY || string(f[1]) != "TCP4" && string(f[1]) != "TCP6" {
		p.anomaly(BadPROXY, at, "")
		return true
	}
	addr, err := netip.ParseAddr(string(f[2]))
	port, errPort := strconv.ParseUint(string(f[4]), 10, 16)
	if err != nil || errPort != nil || addr.Is4() != (string(f[1]) == "TCP4") {
		p.anomaly(BadPROXY, at, "")
		return true
	}
	p.proxiedFor(netip.AddrPortFrom(addr, uint16(port)).String(), at.Frame)
	return true
}

// proxiedFor notes the client behind a proxy, and the frame that first named it.
func (p *Parser) proxiedFor(client string, frame int64) {
	if client != p.s.ProxiedClient {
		p.s.ProxiedClient, p.s.ProxiedFrame = client, frame
	}
}

// findPROXY collects a version 2 header: signature, one octet of version and
// command, one of family and transport, two of length, the addresses.
func findPROXY(b []byte) finding {
	n := min(len(b), len(proxySignature))
	if string(b[:n]) != proxySignature[:n] {
		return foundText
	}
	if len(b) < proxyHead || len(b) < proxyHead+int(binary.BigEndian.Uint16(b[14:])) {
		return foundMore
	}
	return foundPROXY
}

// proxyHeader reads a whole version 2 header.
func (p *Parser) proxyHeader(at Mark, b []byte) {
	text := "PROXY v2 "
	command, family, rest := b[12], b[13], b[proxyHead:]
	var addr netip.Addr
	var port uint16
	switch {
	case command == 0x20:
		text += "LOCAL"
	case command != 0x21:
		p.anomaly(BadPROXY, at, "")
		text += "malformed"
	case family>>4 == 1 && len(rest) >= 12:
		addr, port = netip.AddrFrom4([4]byte(rest)), binary.BigEndian.Uint16(rest[8:])
	case family>>4 == 2 && len(rest) >= 36:
		addr, port = netip.AddrFrom16([16]byte(rest)), binary.BigEndian.Uint16(rest[32:])
	case family>>4 == 0, family>>4 == 3: // unspecified, Unix sockets
		text += "UNKNOWN"
	default:
		p.anomaly(BadPROXY, at, "")
		text += "malformed"
	}
	if addr.IsValid() {
		p.proxiedFor(netip.AddrPortFrom(addr, port).String(), at.Frame)
		text += p.s.ProxiedClient
	}
	p.proxied.stage = proxyDone
	p.say(Client, at, &Line{Kind: LineProxy, Text: text, Octets: int64(len(b))})
}
