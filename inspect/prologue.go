package inspect

import (
	"bytes"

	"smtpscope/capture"
)

// A prologue is what a client says to a proxy before the tunnel to the mail
// server stands: SOCKS4, SOCKS4a, SOCKS5 (RFC 1928, RFC 1929) or HTTP CONNECT
// (RFC 9110, section 9.3.6). It is taken off, and what follows is judged.
type prologue struct {
	awaits prologueState
}

// prologueState is named for what is awaited.
type prologueState uint8

const (
	expectAnything      prologueState = iota
	expectSOCKS5Method                // the server's choice of a method
	expectSOCKS5Auth                  // the client's user name and password
	expectSOCKS5Status                // the server's word on them
	expectSOCKS5Request               // the client's request
	expectSOCKS5Reply                 // the server's reply to it
	expectSOCKS4Reply                 // the same in version 4
	expectCONNECTReply                // the HTTP proxy's answer
	expectNothing                     // the tunnel stands, or there is none
)

// prologueResult is the outcome of a step.
type prologueResult uint8

const (
	prologueMore prologueResult = iota // it is not over yet
	prologueOver                       // it has been taken off, or there is none
)

// skip takes the prologue, as far as it is there, off the bytes held of each
// direction.
func (p *prologue) skip(dir capture.Dir, held *[2][]byte) prologueResult {
	if p.awaits == expectAnything && dir == capture.FromServer {
		return prologueOver
	}
	for {
		if p.awaits == expectNothing {
			return prologueOver
		}
		from := capture.FromServer
		if p.awaits == expectAnything || p.awaits == expectSOCKS5Auth || p.awaits == expectSOCKS5Request {
			from = capture.FromClient
		}
		n, next := p.step(held[from])
		switch {
		case n < 0:
			p.awaits = expectNothing
			return prologueOver
		case n == 0:
			return prologueMore
		}
		held[from] = held[from][n:]
		p.awaits = next
	}
}

// step returns how many bytes the awaited message takes and what comes next: 0
// when more bytes are needed, -1 when it is something else.
func (p *prologue) step(b []byte) (int, prologueState) {
	switch p.awaits {
	case expectAnything:
		return firstMessage(b)
	case expectSOCKS5Method:
		return socks5Method(b)
	case expectSOCKS5Auth:
		// version, length, user, length, password
		if len(b) < 2 || len(b) < 3+int(b[1]) {
			return 0, p.awaits
		}
		return whole(b, 3+int(b[1])+int(b[2+int(b[1])])), expectSOCKS5Status
	case expectSOCKS5Status:
		return whole(b, 2), expectSOCKS5Request
	case expectSOCKS5Request:
		return socks5Address(b), expectSOCKS5Reply
	case expectSOCKS5Reply:
		return socks5Address(b), expectNothing
	case expectSOCKS4Reply:
		return whole(b, 8), expectNothing
	default:
		return httpHeader(b), expectNothing
	}
}

// whole returns n when b holds that many bytes, else 0.
func whole(b []byte, n int) int {
	if len(b) < n {
		return 0
	}
	return n
}

func firstMessage(b []byte) (int, prologueState) {
	connect := []byte("CONNECT ")
	switch {
	case len(b) == 0:
		return 0, expectAnything
	case b[0] == 5:
		if len(b) < 2 {
			return 0, expectAnything
		}
		return whole(b, 2+int(b[1])), expectSOCKS5Method
	case b[0] == 4:
		return socks4Request(b), expectSOCKS4Reply
	case bytes.HasPrefix(b, connect):
		return httpHeader(b), expectCONNECTReply
	case bytes.HasPrefix(connect, b):
		return 0, expectAnything
	}
	return -1, expectNothing
}

func socks5Method(b []byte) (int, prologueState) {
	switch {
	case len(b) < 2:
		return 0, expectSOCKS5Method
	case b[0] != 5:
		return -1, expectNothing
	case b[1] == 2:
		return 2, expectSOCKS5Auth
	}
	return 2, expectSOCKS5Request
}

// socks5Address measures a request or reply: version, code, reserved, address
// type, address, port.
func socks5Address(b []byte) int {
	if len(b) < 5 {
		return 0
	}
	switch b[3] {
	case 1:
		return whole(b, 4+4+2)
	case 3:
		return whole(b, 4+1+int(b[4])+2)
	case 4:
		return whole(b, 4+16+2)
	}
	return -1
}

// socks4Request measures version, command, port, address, user id up to a NUL,
// and in version 4a (address 0.0.0.x) a host name up to a NUL.
func socks4Request(b []byte) int {
	if len(b) < 9 {
		return 0
	}
	user := bytes.IndexByte(b[8:], 0)
	if user < 0 {
		return 0
	}
	n := 8 + user + 1
	if b[4] == 0 && b[5] == 0 && b[6] == 0 && b[7] != 0 {
		host := bytes.IndexByte(b[n:], 0)
		if host < 0 {
			return 0
		}
		n += host + 1
	}
	return n
}

func httpHeader(b []byte) int {
	if i := bytes.Index(b, []byte("\r\n\r\n")); i >= 0 {
		return i + 4
	}
	return 0
}
