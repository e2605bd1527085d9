package authtoken

import (
	"strconv"
	"time"
)

// Why a reader of its own: cryptobyte and encoding/asn1 refuse an element whose
// length goes past the end, and with it everything around it, so of a cut
// AP-REQ not even the realm would be left; they also refuse lengths that are
// longer than need be, which old SSPs send. This reader clamps the first (and
// notes the damage) and takes the second. Indefinite lengths, which neither
// RFC 2743 nor DER know, are damage.

// The universal tags that occur (X.690, section 8).
const (
	tagInteger     = 0x02
	tagBitString   = 0x03
	tagOctetString = 0x04
	tagOID         = 0x06
	tagEnumerated  = 0x0A
	tagUTF8String  = 0x0C
	tagTime        = 0x18
	tagGeneral     = 0x1B
	tagSequence    = 0x30
)

// context and application are the constructed tags [n] and [APPLICATION n].
const (
	context     = 0xA0
	application = 0x60
)

// An element is one BER element: tag, length, and the contents as far as they
// are there. What it says of itself is read again when it is asked for: a struct
// of tag and contents would not fit into registers.
type element span

func (e element) tag() byte   { return e.b[0] }
func (e element) whole() span { return span(e) }
func (e element) at() int     { return span(e).at() }

// header is how many octets the tag and the length take.
func (e element) header() int {
	if e.b[1] < 0x80 {
		return 2
	}
	return 2 + int(e.b[1]&0x7F)
}

// body is the contents.
func (e element) body() span { return span(e).from(e.header()) }

// cut tells that the contents are shorter than the length says.
func (e element) cut() bool {
	header, length := e.header(), uint64(e.b[1])
	if header > 2 {
		length = 0
		for _, octet := range e.b[2:header] {
			length = length<<8 | uint64(octet)
		}
	}
	return length > uint64(len(e.b)-header)
}

// next reads the element that rest begins with and moves rest behind it. False
// at the end, and where there is no element (which is noted as damage of field).
func (s *scan) next(rest *span, field string) (element, bool) {
	if len(rest.b) == 0 {
		return element{}, false
	}
	tag := rest.b[0]
	if tag&0x1F == 0x1F {
		s.damage(field, rest.at(), "tag "+hexNumber(uint64(tag), 1)+" of more than one octet")
		return element{}, false
	}
	if !s.takes(field, *rest, 1, 1) {
		return element{}, false
	}
	header, length := 2, uint64(rest.b[1])
	if length == 0x80 {
		s.damage(field, rest.at()+1, "indefinite length")
		return element{}, false
	}
	if length > 0x80 {
		count := int(length & 0x7F)
		if !s.takes(field, *rest, 2, count) {
			return element{}, false
		}
		length = 0
		for _, octet := range rest.b[2 : 2+count] {
			if length >= 1<<32 {
				s.damage(field, rest.at()+1, "length of "+octets(count))
				return element{}, false
			}
			length = length<<8 | uint64(octet)
		}
		header += count
	}
	end := len(rest.b)
	if have := uint64(end - header); length > have {
		s.damage(field, rest.at()+1, "length "+strconv.FormatUint(length, 10)+" goes past the end ("+octets(int(have))+")")
	} else {
		end = header + int(length)
	}
	e := element(rest.to(end))
	*rest = rest.from(end)
	return e, true
}

// expect reads the one element that in consists of, and wants its tag to be tag.
func (s *scan) expect(in span, tag byte, field string) (element, bool) {
	rest := in
	e, ok := s.next(&rest, field)
	if !ok {
		if len(in.b) == 0 {
			s.damage(field, in.at(), "empty")
		}
		return element{}, false
	}
	if e.tag() != tag {
		s.damage(field, in.at(), "tag "+hexNumber(uint64(e.tag()), 1)+" where "+hexNumber(uint64(tag), 1)+" belongs")
		return element{}, false
	}
	if len(rest.b) > 0 {
		s.damage(field, rest.at(), octets(len(rest.b))+" after the end")
	}
	return e, true
}

// integer reads an INTEGER or ENUMERATED of at most 8 octets inside [n].
func (s *scan) integer(in span, tag byte, field string) (int64, span, bool) {
	e, ok := s.expect(in, tag, field)
	if !ok {
		return 0, span{}, false
	}
	if n := len(e.body().b); n == 0 || n > 8 {
		s.damage(field, e.body().at(), "number of "+octets(n))
		return 0, e.body(), false
	}
	v := int64(int8(e.body().b[0]))
	for _, octet := range e.body().b[1:] {
		v = v<<8 | int64(octet)
	}
	return v, e.body(), true
}

// number reads an INTEGER inside [n] and adds it.
func (s *scan) number(in span, field string) (int64, bool) {
	v, at, ok := s.integer(in, tagInteger, field)
	if ok {
		s.add(field, s.str.number(v), at)
	}
	return v, ok
}

// text reads a string type inside [n] and adds it: GeneralString, UTF8String
// and whatever else a sender took for one.
func (s *scan) text(in span, field string) string {
	rest := in
	e, ok := s.next(&rest, field)
	if !ok {
		return ""
	}
	value := s.str.text(e.body().b)
	s.add(field, value, e.body())
	return value
}

// bits reads a BIT STRING inside [n] as the numbers of its first 32 bits, bit 0
// the leftmost.
func (s *scan) bits(in span, field string) (uint32, span, bool) {
	e, ok := s.expect(in, tagBitString, field)
	if !ok || !s.takes(field, e.body(), 0, 1) {
		return 0, span{}, false
	}
	var v uint32
	for i, octet := range e.body().b[1:min(len(e.body().b), 5)] {
		v |= uint32(octet) << (24 - 8*i)
	}
	return v, e.body(), true
}

// bitNames joins the names of the set bits, bit 0 the leftmost; others by number.
func (w *words) bitNames(v uint32, names []string) string {
	if v == 0 {
		return "none"
	}
	w.draft = w.draft[:0]
	for bit := range 32 {
		if v&(1<<(31-bit)) == 0 {
			continue
		}
		if len(w.draft) > 0 {
			w.draft = append(w.draft, ' ')
		}
		if bit < len(names) && names[bit] != "" {
			w.draft = append(w.draft, names[bit]...)
		} else {
			w.draft = strconv.AppendInt(w.draft, int64(bit), 10)
		}
	}
	return w.word(w.draft)
}

// timestamp reads a KerberosTime inside [n] (RFC 4120, section 5.2.3: no fraction,
// always Z) and adds it.
func (s *scan) timestamp(in span, field string) time.Time {
	e, ok := s.expect(in, tagTime, field)
	if !ok {
		return time.Time{}
	}
	t, err := time.Parse("20060102150405Z", string(e.body().b))
	if err != nil {
		s.damage(field, e.body().at(), "not a KerberosTime")
		s.add(field, s.str.text(e.body().b), e.body())
		return time.Time{}
	}
	s.add(field, s.str.once(t.AppendFormat(s.str.draft[:0], time.RFC3339)), e.body())
	return t
}

// dotted is an object identifier's contents in dotted form, with arcs of any
// size up to 64 bits; false if it is none.
func dotted(oid []byte) (string, bool) {
	out := make([]byte, 0, 32)
	var arc uint64
	started := false
	for _, octet := range oid {
		if arc >= 1<<57 || !started && octet == 0x80 {
			return "", false
		}
		started = true
		arc = arc<<7 | uint64(octet&0x7F)
		if octet&0x80 != 0 {
			continue
		}
		if len(out) == 0 {
			root := min(arc/40, 2)
			out = strconv.AppendUint(out, root, 10)
			arc -= root * 40
		}
		out = append(out, '.')
		out = strconv.AppendUint(out, arc, 10)
		arc, started = 0, false
	}
	return string(out), len(out) > 0 && !started
}
