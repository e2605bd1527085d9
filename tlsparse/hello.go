package tlsparse

import (
	"crypto/sha256"
	"encoding/hex"

	"golang.org/x/crypto/cryptobyte"

	"smtpscope/tlskeys"
)

// Bounds on what is kept of a hello: more than any client sends.
const (
	maxSuites     = 256
	maxExtensions = 64
	maxGroups     = 64
	maxProtocols  = 16
	maxVersions   = 16
	maxSignatures = 64
	maxName       = 255 // octets of a host name or protocol
)

// A random is the nonce of a hello; key logs name sessions by the client's.
type random = tlskeys.Random

// helloRetry is the random by which a ServerHello says that it is a
// HelloRetryRequest (RFC 8446, section 4.1.3).
var helloRetry = random{
	0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91,
	0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c,
}

// A clientHello is one, taken apart (RFC 8446, section 4.1.2).
type clientHello struct {
	version    uint16
	random     random
	sessionID  []byte
	suites     []uint16
	extensions []uint16
	versions   []uint16
	groups     []uint16
	points     []byte
	signatures []uint16
	protocols  []string
	serverName string
	named      bool       // there is a server_name extension, though perhaps an empty one
	ticket     sessionKey // of the one presented; zero: there is none
	psk        bool
	earlyData  bool
}

func (h *clientHello) reset() {
	*h = clientHello{
		sessionID: h.sessionID[:0], suites: h.suites[:0], extensions: h.extensions[:0], versions: h.versions[:0],
		groups: h.groups[:0], points: h.points[:0], signatures: h.signatures[:0], protocols: h.protocols[:0],
	}
}

// parse reads the body of a ClientHello. It keeps what it read until it failed,
// and says what could not be read; empty when all was.
func (h *clientHello) parse(body []byte) string {
	h.reset()
	s := cryptobyte.String(body)
	var sessionID, suites, compression cryptobyte.String
	switch {
	case !s.ReadUint16(&h.version), !s.CopyBytes(h.random[:]):
		return "ClientHello"
	case !s.ReadUint8LengthPrefixed(&sessionID), len(sessionID) > 32:
		return "ClientHello session ID"
	case !s.ReadUint16LengthPrefixed(&suites), len(suites)%2 != 0:
		return "ClientHello cipher suites"
	}
	h.sessionID = append(h.sessionID, sessionID...)
	h.suites = numbers(h.suites, suites, maxSuites)
	if !s.ReadUint8LengthPrefixed(&compression) {
		return "ClientHello compression methods"
	}
	if s.Empty() {
		return "" // before extensions were invented
	}
	return eachExtension(s, "ClientHello", h.extension)
}

func (h *clientHello) extension(kind uint16, data cryptobyte.String) bool {
	if len(h.extensions) < maxExtensions {
		h.extensions = append(h.extensions, kind)
	}
	var list cryptobyte.String
	switch kind {
	case extServerName:
		h.named = true
		return data.Empty() || h.serverNames(data)
	case extSupportedGroups:
		if !data.ReadUint16LengthPrefixed(&list) {
			return false
		}
		h.groups = numbers(h.groups, list, maxGroups)
	case extPointFormats:
		if !data.ReadUint8LengthPrefixed(&list) {
			return false
		}
		h.points = append(h.points, list...)
	case extSignatures:
		if !data.ReadUint16LengthPrefixed(&list) {
			return false
		}
		h.signatures = numbers(h.signatures, list, maxSignatures)
	case extALPN:
		if !data.ReadUint16LengthPrefixed(&list) {
			return false
		}
		return h.protocolNames(list)
	case extSupportedVersions:
		if !data.ReadUint8LengthPrefixed(&list) {
			return false
		}
		h.versions = numbers(h.versions, list, maxVersions)
	case extSessionTicket:
		if len(data) > 0 {
			h.ticket = sha256.Sum256(data)
		}
	case extPreSharedKey:
		h.psk = true
	case extEarlyData:
		h.earlyData = true
	}
	return true
}

// serverNames reads the list of RFC 6066, section 3, of which there is one kind.
func (h *clientHello) serverNames(data cryptobyte.String) bool {
	var list, name cryptobyte.String
	var kind uint8
	if !data.ReadUint16LengthPrefixed(&list) {
		return false
	}
	for !list.Empty() {
		if !list.ReadUint8(&kind) || !list.ReadUint16LengthPrefixed(&name) {
			return false
		}
		if kind == 0 && h.serverName == "" {
			h.serverName = string(name[:min(len(name), maxName)])
		}
	}
	return true
}

func (h *clientHello) protocolNames(list cryptobyte.String) bool {
	var name cryptobyte.String
	for !list.Empty() {
		if !list.ReadUint8LengthPrefixed(&name) {
			return false
		}
		if len(h.protocols) < maxProtocols {
			h.protocols = append(h.protocols, string(name))
		}
	}
	return true
}

// A serverHello is one, or a HelloRetryRequest.
type serverHello struct {
	version       uint16 // the one agreed on
	random        random
	sessionID     []byte
	suite         uint16
	extensions    []uint16
	group         uint16 // 0: none named
	protocol      string
	psk           bool
	extendedMS    bool
	encryptThen   bool // encrypt-then-MAC (RFC 7366)
	sessionTicket bool
}

func (h *serverHello) isRetry() bool { return h.random == helloRetry }

func (h *serverHello) parse(body []byte) string {
	*h = serverHello{sessionID: h.sessionID[:0], extensions: h.extensions[:0]}
	s := cryptobyte.String(body)
	var sessionID cryptobyte.String
	switch {
	case !s.ReadUint16(&h.version), !s.CopyBytes(h.random[:]):
		return "ServerHello"
	case !s.ReadUint8LengthPrefixed(&sessionID), len(sessionID) > 32:
		return "ServerHello session ID"
	case !s.ReadUint16(&h.suite), !s.Skip(1):
		return "ServerHello cipher suite"
	}
	h.sessionID = append(h.sessionID, sessionID...)
	if s.Empty() {
		return ""
	}
	return eachExtension(s, "ServerHello", h.extension)
}

func (h *serverHello) extension(kind uint16, data cryptobyte.String) bool {
	if len(h.extensions) < maxExtensions {
		h.extensions = append(h.extensions, kind)
	}
	switch kind {
	case extSupportedVersions:
		return data.ReadUint16(&h.version)
	case extKeyShare:
		return data.ReadUint16(&h.group)
	case extPreSharedKey:
		h.psk = true
	case extExtendedMaster:
		h.extendedMS = true
	case extEncryptThenMAC:
		h.encryptThen = true
	case extSessionTicket:
		h.sessionTicket = true
	case extALPN:
		name, ok := chosenProtocol(data)
		h.protocol = name
		return ok
	}
	return true
}

func chosenProtocol(data cryptobyte.String) (string, bool) {
	var list, name cryptobyte.String
	if !data.ReadUint16LengthPrefixed(&list) || !list.ReadUint8LengthPrefixed(&name) {
		return "", false
	}
	return string(name), true
}

// eachExtension hands on the extensions of a message, and says what could not be
// read of them.
func eachExtension(s cryptobyte.String, message string, take func(kind uint16, data cryptobyte.String) bool) string {
	var list, data cryptobyte.String
	var kind uint16
	if !s.ReadUint16LengthPrefixed(&list) {
		return message + " extensions"
	}
	bad := ""
	for !list.Empty() {
		if !list.ReadUint16(&kind) || !list.ReadUint16LengthPrefixed(&data) {
			return message + " extensions"
		}
		if !take(kind, data) && bad == "" {
			bad = message + " extension " + nameOf(extensions, kind)
		}
	}
	return bad
}

// numbers appends at most most numbers of two octets.
func numbers(to []uint16, s cryptobyte.String, most int) []uint16 {
	var v uint16
	for len(to) < most && s.ReadUint16(&v) {
		to = append(to, v)
	}
	return to
}

// sslv2Hello reads a ClientHello in SSL 2.0 framing, its two octets of length
// taken off (RFC 5246, appendix E.2).
func (h *clientHello) sslv2Hello(body []byte) string {
	h.reset()
	s := cryptobyte.String(body)
	var suites, sessionID, challenge uint16
	if !s.Skip(1) || !s.ReadUint16(&h.version) || !s.ReadUint16(&suites) || !s.ReadUint16(&sessionID) || !s.ReadUint16(&challenge) {
		return "SSL 2.0 ClientHello"
	}
	var specs, id, nonce []byte
	if !s.ReadBytes(&specs, int(suites)) || !s.ReadBytes(&id, int(sessionID)) || !s.ReadBytes(&nonce, int(challenge)) {
		return "SSL 2.0 ClientHello"
	}
	for ; len(specs) >= 3 && len(h.suites) < maxSuites; specs = specs[3:] {
		if specs[0] == 0 { // a suite of SSL 3.0 or TLS; others are SSL 2.0's own
			h.suites = append(h.suites, uint16(specs[1])<<8|uint16(specs[2]))
		}
	}
	// The challenge stands right-justified in the random.
	nonce = nonce[max(0, len(nonce)-len(h.random)):]
	copy(h.random[len(h.random)-len(nonce):], nonce)
	return ""
}

// tell writes what a first ClientHello says, of which the lists say said.
func (h *clientHello) tell(f *Facts, said *helloFacts) {
	f.OfferedVersions, f.OfferedCipherSuites, f.OfferedGroups = said.versions, said.suites, said.groups
	f.ClientExtensions, f.OfferedALPN = said.extensions, said.protocols
	f.SNI = h.serverName
	f.ClientRandom = hex.EncodeToString(h.random[:])
	if h.earlyData {
		f.EarlyData = "offered"
	}
}

func appendNames(to []string, names map[uint16]string, of []uint16) []string {
	for _, v := range of {
		to = append(to, nameOf(names, v))
	}
	return to
}
