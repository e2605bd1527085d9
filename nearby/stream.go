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
	// rest is how many octets are to come of a message that was cut by a hole.
	rest int64
	over bool
}

// NewStream cuts the stream of a connection with a service's port: 88, 464 or 53.
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
	if s.rest > 0 {
		n := min(s.rest, int64(len(b)))
		s.rest -= n
		b = b[n:]
	}
	if len(s.held) > 0 {
		s.held = append(s.held, b...)
		b = s.held
	}
	for len(b) >= s.prefix {
		length := s.length(b)
		if length == 0 || length > maxMessage {
			s.end()
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

// Gap passes over octets that are missing; missing is 0 when nobody knows how
// many. Of the message that they tear, take gets what came before them. As long as
// they end within it, the next message is found again.
func (s *Stream) Gap(missing int64, take func(message []byte)) {
	if s.over {
		return
	}
	if s.rest == 0 && len(s.held) > s.prefix {
		take(s.held[s.prefix:])
	}
	if s.rest == 0 && len(s.held) >= s.prefix {
		s.rest = int64(s.prefix + s.length(s.held) - len(s.held))
	}
	s.held = s.held[:0]
	if missing <= 0 || missing > s.rest {
		s.end()
		return
	}
	s.rest -= missing
}

// length reads the length in front. The highest bit of Kerberos' is for
// extensions (RFC 5021), which carry no message.
func (s *Stream) length(b []byte) int {
	if s.prefix == 2 {
		return int(binary.BigEndian.Uint16(b))
	}
	return int(min(binary.BigEndian.Uint32(b), maxMessage+1))
}

// end gives up what follows: nobody knows where a message begins.
func (s *Stream) end() { s.over, s.held = true, nil }
