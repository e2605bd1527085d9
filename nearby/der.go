package nearby

import (
	"strings"
	"time"
)

// Why a reader of its own: datagrams are cut by snap lengths, and of a cut message
// what stands before the cut should be read; the readers of DER in libraries
// refuse all of it. Authtoken's makes trees for people, which nobody looks at here.

// The tags that occur.
const (
	tagInteger     = 0x02
	tagOctetString = 0x04
	tagTime        = 0x18
	tagSequence    = 0x30
	context        = 0xA0
	application    = 0x60
)

// A der is a run of DER elements, cut at its end perhaps.
type der []byte

// head reads the first element's tag and length, and how many octets these take. ok is
// false at the end and where there is no element.
func (d der) head() (tag byte, size, length int, ok bool) {
	if len(d) < 2 || d[0]&0x1F == 0x1F {
		return 0, 0, 0, false
	}
	size, length = 2, int(d[1])
	if length >= 0x80 {
		count := length & 0x7F
		if count == 0 || count > 4 || len(d) < 2+count {
			return 0, 0, 0, false
		}
		length = 0
		for _, octet := range d[2 : 2+count] {
			length = length<<8 | int(octet)
		}
		size += count
	}
	return d[0], size, length, true
}

// next takes the first element off: its tag and contents, as far as they are there.
func (d *der) next() (tag byte, body der, ok bool) {
	b := *d
	tag, size, length, ok := b.head()
	if !ok {
		return 0, nil, false
	}
	end := len(b)
	if length < end-size {
		end = size + length
	}
	*d = b[end:]
	return tag, b[size:end], true
}

// cut tells that the first element is not there, or not all of it: half a name is that of
// another.
func (d der) cut() bool {
	_, size, length, ok := d.head()
	return !ok || length > len(d)-size
}

// inside returns the contents of the first element if it has this tag, else nothing.
func (d der) inside(tag byte) der {
	if have, body, ok := d.next(); ok && have == tag {
		return body
	}
	return nil
}

// number reads an INTEGER of at most 4 octets; 0 when it is none, or cut.
func (d der) number() int32 {
	body := d.inside(tagInteger)
	if len(body) == 0 || len(body) > 4 || d.cut() {
		return 0
	}
	n := int32(int8(body[0]))
	for _, octet := range body[1:] {
		n = n<<8 | int32(octet)
	}
	return n
}

// numbers reads a SEQUENCE OF INTEGER.
func (d der) numbers() []int32 {
	var list []int32
	rest := d.inside(tagSequence)
	for len(list) < maxNumbers {
		before := rest
		if _, _, ok := rest.next(); !ok || before.cut() {
			break
		}
		list = append(list, before.number())
	}
	return list
}

// maxNumbers and maxText bound what is kept of a list and of a text, in entries
// and octets: honest ones are far shorter.
const (
	maxNumbers = 32
	maxText    = 256
)

// text reads a string of any type; empty when it is cut.
func (d der) text() string {
	if d.cut() {
		return ""
	}
	_, body, _ := d.next()
	return strings.ToValidUTF8(string(body[:min(len(body), maxText)]), "\ufffd")
}

// principal reads a PrincipalName (RFC 4120, section 5.2.2), its components joined by
// slashes; empty when it is cut.
func (d der) principal() string {
	if d.cut() {
		return ""
	}
	var name []byte
	for fields := d.inside(tagSequence); ; {
		tag, body, ok := fields.next()
		if !ok {
			return strings.ToValidUTF8(string(name), "\ufffd")
		}
		if tag != context|1 {
			continue
		}
		for parts := body.inside(tagSequence); len(name) < maxText; {
			_, part, ok := parts.next()
			if !ok {
				break
			}
			if len(name) > 0 {
				name = append(name, '/')
			}
			name = append(name, part[:min(len(part), maxText)]...)
		}
	}
}

// time reads a KerberosTime (RFC 4120, section 5.2.3); zero when it is none.
func (d der) time() time.Time {
	t, err := time.Parse("20060102150405Z", string(d.inside(tagTime)))
	if err != nil {
		return time.Time{}
	}
	return t
}
