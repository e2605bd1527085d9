package tlskeys

import "encoding/binary"

// The secrets of a session are kept in one slice: label, N, length, octets.
// Hundreds of thousands of sessions are no rarity in a key log, and a slice for
// each secret would take as much memory as the secrets.

// packedHeader is what a secret takes beside its octets.
const packedHeader = 4

// packed is one secret in such a slice.
type packed struct {
	label  Label
	n      int
	secret []byte
}

func pack(p []byte, l line) []byte {
	p = append(p, byte(l.label), byte(l.n))
	p = binary.BigEndian.AppendUint16(p, uint16(len(l.secret)))
	return append(p, l.secret...)
}

// unpack returns the first secret of p, which has one, and the rest.
func unpack(p []byte) (packed, []byte) {
	end := packedHeader + int(binary.BigEndian.Uint16(p[2:]))
	return packed{label: Label(p[0]), n: int(p[1]), secret: p[packedHeader:end]}, p[end:]
}
