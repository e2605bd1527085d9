package inspect

import (
	"bytes"
	"crypto/sha1"
	"encoding/base64"
	"encoding/binary"
	"net/netip"
)

// protocolTCP is TCP's IP protocol number.
const protocolTCP = 6

// communityID gives the Community ID v1 of a TCP connection with seed 0:
// "1:" and the base64 of the SHA-1 over seed, the smaller address and port
// first, protocol, a zero octet, ports (community-id-spec, version 1).
func communityID(a, b netip.AddrPort) string {
	aIP, bIP := a.Addr().Unmap().AsSlice(), b.Addr().Unmap().AsSlice()
	aPort, bPort := a.Port(), b.Port()
	if c := bytes.Compare(aIP, bIP); c > 0 || c == 0 && aPort > bPort {
		aIP, bIP, aPort, bPort = bIP, aIP, bPort, aPort
	}
	in := make([]byte, 2, 2+2*16+2+4)
	in = append(in, aIP...)
	in = append(in, bIP...)
	in = append(in, protocolTCP, 0)
	in = binary.BigEndian.AppendUint16(in, aPort)
	in = binary.BigEndian.AppendUint16(in, bPort)
	sum := sha1.Sum(in)
	return "1:" + base64.StdEncoding.EncodeToString(sum[:])
}
