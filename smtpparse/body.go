package smtpparse

import "bytes"

// A body follows the octets of a message: it finds the end of DATA, undoes the
// dot stuffing (RFC 5321, section 4.5.2), and hands lines to the header and MIME
// readers while they want them. Between line ends it runs at the speed of
// bytes.IndexByte.
type body struct {
	tx     *transaction // nil: the octets belong to no message that is shown
	size                // of the message so far
	lost   int64        // octets of a hole behind that: only what follows shows whose they are
	at     bodyAt
	begins lineBegin // how the line with the dot began
	rule   dotRule
	gaps   bool // octets are missing
	dotAt  int64

	suspects []suspect // ends that are none, seen by the last scan
	line     []byte    // the present line, while it is kept
	keep     bool
	reader   contentReader
}

// A size is that of a message.
type size struct {
	octets  int64 // all of them
	missing int64 // those of them that the capture lacks
}

func (s size) seen() int64 { return s.octets - s.missing }

type dotRule uint8

const (
	noDots   dotRule = iota // BDAT: octets as they are
	dotsRule                // DATA
)

// bodyAt says where in the line structure the next octet stands.
type bodyAt uint8

const (
	atLine    bodyAt = iota // a line begins, begins says after what
	inLine                  // inside a line
	afterCR                 // behind a CR
	afterDot                // behind a dot that begins a line
	afterDotR               // behind such a dot and a CR
)

// lineBegin says what ended the line before.
type lineBegin uint8

const (
	afterCRLF lineBegin = iota
	afterBareLF
	afterBareCR
	afterGap // unknown
)

var beginText = [...]string{afterCRLF: "CRLF", afterBareLF: "LF", afterBareCR: "CR", afterGap: "…"}

func (b *body) begin(tx *transaction, rule dotRule, limit int) {
	*b = body{tx: tx, rule: rule, line: b.line[:0], suspects: b.suspects[:0], reader: b.reader}
	b.reader.begin(limit)
	b.keep = b.reader.wants(0)
}

// scan reads data up to the end of the message, if that is in it.
func (b *body) scan(data []byte) (n int, ended bool) {
	b.suspects = b.suspects[:0]
	if b.lost > 0 && len(data) > 0 {
		b.fill()
	}
	if b.rule == noDots && b.reader.idle() {
		b.octets += int64(len(data))
		return len(data), false
	}
	i, cr, lf := b.skim(data), -1, -1
	for i < len(data) {
		if b.at != inLine {
			i++
			if b.octet(data[i-1], i) {
				return i, true
			}
			continue
		}
		if lf < i {
			lf = indexFrom(data, i, '\n')
		}
		if cr < i {
			cr = indexFrom(data, i, '\r')
		}
		stop := min(cr, lf)
		if b.keep {
			b.more(data[i:stop])
		}
		b.octets += int64(stop - i)
		switch i = stop; {
		case stop == len(data):
		case cr+1 == lf && lf < len(data):
			b.octets += 2
			b.endLine(afterCRLF)
			i += 2
			if i < len(data) && data[i] > '.' && b.reader.stage >= contentBody {
				b.at = inLine // the usual line of a body: nothing to look at
			}
		case stop == lf:
			b.octets++
			b.endLine(afterBareLF)
			i++
		default:
			b.octets++
			b.at = afterCR
			i++
		}
	}
	return i, false
}

// leastSkim is how much must be skimmed at once to be worth a look for its end.
const leastSkim = 128

// skim passes over octets of which only the number, and that of their lines, is
// wanted: those before the first that may begin an end of data or a boundary.
// Most of a large mail is base64, which has neither dot nor hyphen. It returns
// how many they are.
func (b *body) skim(data []byte) int {
	if len(data) < leastSkim || b.keep || b.reader.stage < contentBody || b.at != inLine && b.at != atLine {
		return 0
	}
	part := data
	if b.rule == dotsRule {
		part = part[:indexFrom(part, 0, '.')]
	}
	if b.reader.stage == contentBody && len(part) >= leastSkim {
		part = part[:indexFrom(part, 0, '-')]
	}
	if len(part) < leastSkim {
		return 0
	}
	b.octets += int64(len(part))
	b.reader.lines += int64(bytes.Count(part, []byte{'\n'}))
	switch last := part[len(part)-1]; {
	case last == '\r':
		b.at = afterCR
	case last != '\n':
		b.at = inLine
	case part[len(part)-2] == '\r':
		b.at, b.begins = atLine, afterCRLF
	default:
		b.at, b.begins = atLine, afterBareLF
	}
	return len(part)
}

func indexFrom(data []byte, from int, c byte) int {
	if k := bytes.IndexByte(data[from:], c); k >= 0 {
		return from + k
	}
	return len(data)
}

// more keeps part of the line.
func (b *body) more(part []byte) {
	room := max(0, b.reader.limit-len(b.line))
	b.line = append(b.line, part[:min(room, len(part))]...)
}

// endLine ends the line; octets counts its end already.
func (b *body) endLine(how lineBegin) {
	b.at, b.begins = atLine, how
	if b.keep {
		b.reader.take(b.line, b.seen())
		b.line = b.line[:0]
		b.keep = false
	} else {
		b.reader.lines++
	}
}

// gap takes a hole of n octets, 0 for an unknown number: where in a line the
// next octet stands is not known.
func (b *body) gap(n int64) {
	b.gaps = true
	b.lost += n
	b.at, b.begins = atLine, afterGap
	b.line = b.line[:0]
	b.reader.gap()
}

// fill counts the octets of the hole as the message's. Stuffed dots among them
// cannot be told.
func (b *body) fill() {
	b.octets += b.lost
	b.missing += b.lost
	b.lost = 0
}

// end ends the message at the size given.
func (b *body) end(s size) {
	b.size = s
	if len(b.line) > 0 {
		b.reader.take(b.line, s.seen())
		b.line = b.line[:0]
	}
	b.reader.end(s.seen())
}
