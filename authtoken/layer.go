package authtoken

import (
	"strconv"
	"strings"
)

// The security layers of RFC 4752, section 3.1, by their bits.
var layerNames = [...]string{"none", "integrity", "confidentiality"}

const (
	layerAll       = 0x07
	layerMinOctets = 4 // bit mask and maximum size
)

// plausibleLayer tells whether b can be the server's offer (4 octets, a set of
// layers) or the client's choice (one layer, then an authorization identity).
func plausibleLayer(b []byte, from Side) bool {
	if len(b) < layerMinOctets || b[0] == 0 || b[0]&^layerAll != 0 {
		return false
	}
	single := b[0]&(b[0]-1) == 0
	if from == Server || !single {
		return from != Client && len(b) == layerMinOctets
	}
	return len(b) == layerMinOctets || isText(b[layerMinOctets:])
}

// decodeLayer reads the unprotected form of a message of RFC 4752, section 3.1.
// The caller has found it plausible.
func (d *decoder) decodeLayer(in span) *Token {
	s := d.begin(KindSecurityLayer, in)
	size := int(in.b[1])<<16 | int(in.b[2])<<8 | int(in.b[3])
	names := make([]string, 0, len(layerNames))
	for bit, name := range layerNames {
		if in.b[0]&(1<<bit) != 0 {
			names = append(names, name)
		}
	}
	s.add("security layers", strings.Join(names, " "), in.to(1))
	s.add("maximum size", strconv.Itoa(size), in.sub(1, 4))
	authzid := printable(string(in.b[4:]))
	if len(in.b) > layerMinOctets {
		s.add("authzid", authzid, in.from(4))
	}
	switch d.from {
	case Server:
		d.x.layer().Offered = names
	case Client:
		layer := d.x.layer()
		layer.Chosen, layer.MaxSize, layer.AuthzID = names[0], size, authzid
	}
	return s.finish()
}
