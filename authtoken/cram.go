package authtoken

import "bytes"

// decodeCRAM reads CRAM-MD5 (RFC 2195): the server's challenge is a message-id,
// the client's response the user, a space, and the digest in hex.
func (d *decoder) decodeCRAM(in span) *Token {
	if d.from == Server {
		s := d.begin("sasl.cram-md5.challenge", in)
		s.add("challenge", s.str.textOnce(in.b), in)
		return s.finish()
	}
	s := d.begin("sasl.cram-md5.response", in)
	space := bytes.LastIndexByte(in.b, ' ')
	if space < 0 {
		s.secret("response", in, asText)
		s.damage("response", in.at(), "no space before the digest")
		return s.finish()
	}
	user := s.str.text(in.b[:space])
	s.x.sasl().User = user
	s.add("user", user, in.to(space))
	s.secret("digest", in.from(space+1), asText)
	return s.finish()
}
