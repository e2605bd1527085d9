package authtoken

// The security layers of RFC 4752, section 3.1, by their bits.
var layerNames = []string{"none", "integrity", "confidentiality"}

// layerSets are all sets of layers by their bits.
var layerSets = [layerAll + 1]struct {
	names []string
	label string
}{
	1: {layerNames[0:1], "none"},
	2: {layerNames[1:2], "integrity"},
	3: {layerNames[0:2], "none integrity"},
	4: {layerNames[2:3], "confidentiality"},
	5: {[]string{"none", "confidentiality"}, "none confidentiality"},
	6: {layerNames[1:3], "integrity confidentiality"},
	7: {layerNames[0:3], "none integrity confidentiality"},
}

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
	layers := &layerSets[in.b[0]&layerAll]
	s.add("security layers", layers.label, in.to(1))
	s.add("maximum size", s.str.number(int64(size)), in.sub(1, 4))
	authzid := s.str.text(in.b[4:])
	if len(in.b) > layerMinOctets {
		s.add("authzid", authzid, in.from(4))
	}
	switch d.from {
	case Server:
		d.x.layer().Offered = d.x.room.list(layers.names)
	case Client:
		layer := d.x.layer()
		layer.Chosen, layer.MaxSize, layer.AuthzID = layers.names[0], size, authzid
	}
	return s.finish()
}
