package authtoken

import (
	"bytes"
	"strings"
)

// A gs2Header is the header of RFC 5801, section 4, which SCRAM (RFC 5802,
// section 7) and OAUTHBEARER (RFC 7628, section 3.1) use too.
type gs2Header struct {
	flag    []byte // "n", "y", or "p=" and the type
	authzid []byte // encoded; nil when there is none
	flagAt  int
	authzAt int
	end     int // octets of the header with its last comma
}

// parseGS2 reads [ "F," ] cb-flag "," [ "a=" authzid ] ",".
func parseGS2(b []byte) (gs2Header, bool) {
	var h gs2Header
	if hasPrefix(b, "F,") {
		h.flagAt = 2 // F: the token keeps its GSS framing
	}
	comma := bytes.IndexByte(b[h.flagAt:], ',')
	if comma < 0 {
		return h, false
	}
	h.flag = b[h.flagAt : h.flagAt+comma]
	if string(h.flag) != "n" && string(h.flag) != "y" && !isBindingType(h.flag) {
		return h, false
	}
	h.authzAt = h.flagAt + comma + 1
	rest := b[h.authzAt:]
	comma = bytes.IndexByte(rest, ',')
	if comma < 0 || comma > 0 && !hasPrefix(rest, "a=") {
		return h, false
	}
	if comma > 0 {
		h.authzid = rest[2:comma]
		h.authzAt += 2
	}
	h.end = h.authzAt + len(h.authzid) + 1
	return h, true
}

// isBindingType wants "p=" and a cb-name: letters, digits, '.' and '-'.
func isBindingType(flag []byte) bool {
	if len(flag) < 3 || !hasPrefix(flag, "p=") {
		return false
	}
	for _, c := range flag[2:] {
		letter := c|0x20 >= 'a' && c|0x20 <= 'z'
		if !letter && (c < '0' || c > '9') && c != '.' && c != '-' {
			return false
		}
	}
	return true
}

// gs2Header adds the header's fields and sums them up.
func (s *scan) gs2Header(h gs2Header, in span) {
	x := s.x.sasl()
	switch string(h.flag) {
	case "n":
		x.ChannelBinding = "none"
	case "y":
		x.ChannelBinding = "not-offered-by-server"
	default:
		x.ChannelBinding = s.str.text(h.flag[2:])
	}
	s.add("gs2-cb-flag", s.str.text(h.flag), in.sub(h.flagAt, h.flagAt+len(h.flag)))
	if h.authzid != nil {
		x.AuthzID = s.str.saslName(h.authzid)
		s.add("authzid", x.AuthzID, in.sub(h.authzAt, h.authzAt+len(h.authzid)))
	}
}

// saslName undoes =2C and =3D (RFC 5801, section 4) and makes the name printable.
func (w *words) saslName(name []byte) string {
	if bytes.IndexByte(name, '=') < 0 {
		return w.text(name)
	}
	return printable(saslNames.Replace(string(name)))
}

var saslNames = strings.NewReplacer("=2C", ",", "=3D", "=", "=2c", ",", "=3d", "=")
