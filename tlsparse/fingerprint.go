package tlsparse

import (
	"crypto/md5"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
)

// ja3 is the MD5 of the hello's numbers in decimal, GREASE left out: version,
// cipher suites, extensions, groups, point formats.
func (h *clientHello) ja3(scratch []byte) (string, []byte) {
	b := strconv.AppendUint(scratch[:0], uint64(h.version), 10)
	for _, list := range [...][]uint16{h.suites, h.extensions, h.groups} {
		b = append(b, ',')
		first := true
		for _, v := range list {
			if isGREASE(v) {
				continue
			}
			if !first {
				b = append(b, '-')
			}
			b, first = strconv.AppendUint(b, uint64(v), 10), false
		}
	}
	b = append(b, ',')
	for i, v := range h.points {
		if i > 0 {
			b = append(b, '-')
		}
		b = strconv.AppendUint(b, uint64(v), 10)
	}
	sum := md5.Sum(b)
	return hex.EncodeToString(sum[:]), b
}

// ja4 is the fingerprint by the public specification of JA4, over TCP.
func (h *clientHello) ja4(scratch []byte) (string, []byte) {
	suites, exts := withoutGREASE(h.suites), withoutGREASE(h.extensions)
	out := fmt.Sprintf("t%s%c%02d%02d%s_", h.ja4Version(), h.ja4Named(), min(len(suites), 99), min(len(exts), 99), h.ja4Protocol())

	slices.Sort(suites)
	b := appendHex(scratch[:0], suites)
	out += shortHash(b) + "_"

	exts = slices.DeleteFunc(exts, func(v uint16) bool { return v == extServerName || v == extALPN })
	slices.Sort(exts)
	b = appendHex(b[:0], exts)
	if signatures := withoutGREASE(h.signatures); len(signatures) > 0 && len(b) > 0 {
		b = append(b, '_')
		b = appendHex(b, signatures)
	}
	return out + shortHash(b), b
}

// ja4Version is that of the best version offered.
func (h *clientHello) ja4Version() string {
	version := h.version
	if supported := withoutGREASE(h.versions); len(supported) > 0 {
		version = slices.Max(supported)
	}
	switch version {
	case versionTLS13:
		return "13"
	case versionTLS12:
		return "12"
	case versionTLS11:
		return "11"
	case versionTLS10:
		return "10"
	case versionSSL30:
		return "s3"
	case versionSSL20:
		return "s2"
	}
	return "00"
}

// ja4Named is whether the client names the server: d for a domain, i for an IP address.
func (h *clientHello) ja4Named() byte {
	if h.named {
		return 'd'
	}
	return 'i'
}

// ja4Protocol is the first and the last character of the first protocol offered;
// where those are not letters or digits, of its hexadecimal form.
func (h *clientHello) ja4Protocol() string {
	if len(h.protocols) == 0 || h.protocols[0] == "" {
		return "00"
	}
	p := h.protocols[0]
	first, last := p[0], p[len(p)-1]
	if !alphanumeric(first) || !alphanumeric(last) {
		return fmt.Sprintf("%x%x", first>>4, last&15)
	}
	return string([]byte{first, last})
}

func alphanumeric(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

func withoutGREASE(list []uint16) []uint16 {
	return slices.DeleteFunc(slices.Clone(list), isGREASE)
}

func appendHex(b []byte, list []uint16) []byte {
	for i, v := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = hex.AppendEncode(b, []byte{byte(v >> 8), byte(v)})
	}
	return b
}

// shortHash is the first twelve digits of the SHA-256, zeros for nothing.
func shortHash(b []byte) string {
	if len(b) == 0 {
		return "000000000000"
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:6])
}
