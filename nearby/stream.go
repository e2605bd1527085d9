package nearby

import "encoding/binary"

// maxMessage is the longest message that is read out of a stream, in octets. A
// ticket with many groups has some tens of thousands.
const maxMessage = 64 << 10

// A Stream cuts one direction of a TCP connection into messages, each behind its
// length: four octets with Kerberos (RFC 4120, section 7.2.2), two with DNS (RFC
// 1035, section 4.2.2). What cannot be a length ends it: what follows is not read.
type Stream struct {
	prefix int // octets of the length
	held   []byte
	over   bool
}

// NewStream cuts the stream of a connection with a service's port, 88 or 53.
func NewStream(port uint16) *Stream {
	if port == portDNS {
		return &Stream{prefix: 2}
	}
	return &Stream{prefix: 4}
}

// Feed takes the next octets and calls take with each message that is whole.
func (s *Stream) Feed(b []byte, take func(message []byte)) {
	if s.over {
		return
	}
	if len(s.held) > 0 {
		s.held = append(s.held, b...)
		b = s.held
	}
	for len(b) >= s.prefix {
		length := s.length(b)
		if length == 0 || length > maxMessage {
			s.End()
			return
		}
		if len(b) < s.prefix+length {
			break
		}
		take(b[s.prefix : s.prefix+length])
		b = b[s.prefix+length:]
	}
	s.held = append(s.held[:0], b...)
}

// length reads the length in front. The highest bit of Kerberos' is for
// extensions (RFC 5021), which carry no message.
func (s *Stream) length(b []byte) int {
	if s.prefix == 2 {
		return int(binary.BigEndian.Uint16(b))
	}
	return int(min(binary.BigEndian.Uint32(b), maxMessage+1))
}

// End gives up what follows: octets are missing, or make no sense.
func (s *Stream) End() { s.over, s.held = true, nil }
