package tlsparse

import (
	"encoding/binary"

	"smtpscope/tlscrypt"
)

// A HelloCache keeps what the lists of a ClientHello say: a client sends the same
// ones in every handshake, and their names and fingerprints are most of the work
// that a handshake makes. It is not safe for use by several goroutines.
type HelloCache struct {
	known   map[string]*helloFacts
	key     []byte
	scratch []byte
}

// maxHellos bounds the cache; then it is emptied. One of a hostile client takes
// about 10 kB.
const maxHellos = 128

// helloFacts are what the lists of a ClientHello say. They serve many connections
// and do not change.
type helloFacts struct {
	versions, suites, groups, protocols, extensions []string
	ja3, ja4                                        string
}

// facts returns what the lists of a hello say.
func (c *HelloCache) facts(h *clientHello) *helloFacts {
	c.key = h.appendLists(c.key[:0])
	if known := c.known[string(c.key)]; known != nil {
		return known
	}
	if c.known == nil || len(c.known) >= maxHellos {
		c.known = make(map[string]*helloFacts)
	}
	f := h.facts()
	f.ja3, c.scratch = h.ja3(c.scratch)
	f.ja4, c.scratch = h.ja4(c.scratch)
	c.known[string(c.key)] = f
	return f
}

// appendLists writes down all that facts, ja3 and ja4 look at.
func (h *clientHello) appendLists(b []byte) []byte {
	b = binary.BigEndian.AppendUint16(b, h.version)
	for _, list := range [...][]uint16{h.suites, h.extensions, h.versions, h.groups, h.signatures} {
		b = binary.BigEndian.AppendUint16(b, uint16(len(list)))
		for _, v := range list {
			b = binary.BigEndian.AppendUint16(b, v)
		}
	}
	b = append(binary.BigEndian.AppendUint16(b, uint16(len(h.points))), h.points...)
	b = append(b, h.ja4Named())
	for _, name := range h.protocols {
		b = append(append(b, byte(len(name))), name...)
	}
	return b
}

func (h *clientHello) facts() *helloFacts {
	f := new(helloFacts)
	for _, v := range h.versions {
		if !isGREASE(v) {
			f.versions = append(f.versions, versionName(v))
		}
	}
	if len(f.versions) == 0 {
		f.versions = []string{versionName(h.version)}
	}
	for _, s := range h.suites {
		suite, _ := tlscrypt.SuiteByID(s)
		f.suites = append(f.suites, suite.Name)
	}
	f.groups = appendNames(nil, groups, h.groups)
	f.extensions = appendNames(nil, extensions, h.extensions)
	f.protocols = append(f.protocols, h.protocols...)
	return f
}
