package smtpparse

import (
	"bytes"
	"slices"
)

const (
	maxNesting    = 8    // multiparts inside multiparts
	maxBoundary   = 70   // octets (RFC 2046, section 5.1.1); longer ones are seen too
	boundaryRoom  = 200  // octets of a line that may be a boundary
	maxPartHeader = 8192 // octets
)

// A contentReader reads a message's header and skims its MIME structure. It
// asks only for the lines that it needs: header lines, and in a multipart the
// lines that begin with a hyphen.
type contentReader struct {
	stage  contentStage
	limit  int // octets of a line that are kept
	bound  int // octets of a header that are kept
	header []byte
	lines  int64 // lines of the body seen

	parts []part // multiparts open, outermost first
	leaf  part   // the part under way
	content
}

// content is what was read of a message.
type content struct {
	message headerFields
	files   []file
	more    int64 // files beyond maxAttachment
}

type contentStage uint8

const (
	contentHeader contentStage = iota // the message's header
	contentPart                       // a part's header
	contentBody                       // lines between boundaries
	contentSkim                       // nothing more is wanted
)

// A part is a MIME part: a multipart that is open, or the leaf under way.
type part struct {
	boundary string // of a multipart
	begins   int64  // octets of the message before its content
	lines    int64  // lines of the message before its content
	file     int    // its place in files, noLine if it is no file
	base64   bool
}

// A file is an attachment whose size is not counted yet.
type file struct {
	name, media string
	bytes       int64
}

func (c *contentReader) begin(limit int) {
	clear(c.files)
	*c = contentReader{bound: limit, limit: limit, header: c.header[:0], parts: c.parts[:0], content: content{files: c.files[:0]}}
	c.leaf.file = noLine
}

// wants tells whether a line that begins with c is wanted.
func (c *contentReader) wants(first byte) bool {
	return c.stage < contentBody || c.stage == contentBody && first == '-'
}

// idle tells that no line will be wanted, nor counted.
func (c *contentReader) idle() bool { return c.stage == contentSkim && c.leaf.file == noLine }

// take reads a line that was wanted. octets is the message's size behind it.
func (c *contentReader) take(line []byte, octets int64) {
	switch c.stage {
	case contentHeader, contentPart:
		if len(line) == 0 {
			c.headerEnds(octets)
			return
		}
		bound := c.bound
		if c.stage == contentPart {
			bound = min(bound, maxPartHeader)
		}
		if room := bound - len(c.header); room > len(line) {
			c.header = append(append(c.header, line...), '\n')
		}
	case contentBody:
		c.lines++
		c.boundary(line, octets)
	}
}

// headerEnds reads the header collected and says what follows.
func (c *contentReader) headerEnds(octets int64) {
	top := c.stage == contentHeader
	f := readHeader(c.header, top)
	c.header = c.header[:0]
	if top {
		c.message = f
	}
	c.leaf = part{begins: octets, lines: c.lines, file: noLine, base64: f.base64}
	if f.isFile() {
		if len(c.files) < maxAttachment {
			c.leaf.file = len(c.files)
			c.files = append(c.files, file{name: f.fileName, media: f.media})
		} else {
			c.more++
		}
	}
	switch {
	case f.boundary != "" && len(c.parts) < maxNesting:
		multi := c.leaf
		multi.boundary = f.boundary
		c.parts = append(c.parts, multi)
		c.leaf = part{file: noLine}
		c.limit = boundaryRoom
		c.stage = contentBody
	case f.media == "message/rfc822" && len(c.parts) > 0 && len(c.parts) < maxNesting:
		// Its own header comes next; as a file it lasts until the boundary around it.
		c.parts = append(c.parts, c.leaf)
		c.leaf = part{file: noLine}
		c.limit = c.bound
		c.stage = contentPart
	case len(c.parts) > 0:
		c.limit = boundaryRoom
		c.stage = contentBody
	default:
		c.stage = contentSkim
	}
}

// boundary looks whether a line parts the innermost multipart or one around it.
func (c *contentReader) boundary(line []byte, octets int64) {
	if len(line) < 2 || line[1] != '-' {
		return
	}
	text := line[2:]
	for i := len(c.parts) - 1; i >= 0; i-- {
		b := c.parts[i].boundary
		if b == "" || len(text) < len(b) || string(text[:len(b)]) != b {
			continue
		}
		rest := trimSpace(text[len(b):])
		last := bytes.HasPrefix(rest, []byte("--"))
		if len(rest) > 0 && !last {
			continue
		}
		before := octets - int64(len(line)) - 4 // the boundary's line, and the line end before it
		c.endLeaf(before)
		c.closeParts(i+1, before)
		if last {
			c.closeParts(i, before)
			c.leaf = part{file: noLine}
			return
		}
		c.stage, c.limit = contentPart, c.bound
		return
	}
}

// closeParts ends the multiparts from the n-th on.
func (c *contentReader) closeParts(n int, octets int64) {
	for i := len(c.parts) - 1; i >= n; i-- {
		c.size(c.parts[i], octets)
	}
	c.parts = c.parts[:n]
}

func (c *contentReader) endLeaf(octets int64) {
	c.size(c.leaf, octets)
	c.leaf = part{file: noLine}
}

// size counts a file that ends at octets. Base64 is undone to within the line
// ends and the padding.
func (c *contentReader) size(pt part, octets int64) {
	if pt.file == noLine {
		return
	}
	n := max(0, octets-pt.begins)
	if pt.base64 {
		ends := 2 * max(0, c.lines-pt.lines-2) // not those of the last line and of the boundary
		n = max(0, n-ends) / 4 * 3
	}
	c.files[pt.file].bytes = n
}

// gap takes a hole: a header that it cuts ends there.
func (c *contentReader) gap() {
	if c.stage == contentHeader {
		c.message = readHeader(c.header, true)
		c.header = c.header[:0]
		c.stage = contentSkim
		if c.message.boundary != "" {
			c.parts = append(c.parts, part{boundary: c.message.boundary, file: noLine})
			c.stage, c.limit = contentBody, boundaryRoom
		}
	} else if c.stage == contentPart {
		c.header = c.header[:0]
		c.stage, c.limit = contentBody, boundaryRoom
	}
}

// end ends the message.
func (c *contentReader) end(octets int64) {
	if c.stage == contentHeader {
		c.message = readHeader(c.header, true)
	}
	c.lines += 2 // size leaves two out, which no boundary adds here
	c.endLeaf(octets)
	c.closeParts(0, octets)
	c.stage = contentSkim
}

// asOf is the content of the message if it ended at octets.
func (c *contentReader) asOf(octets int64) content {
	upTo := *c
	upTo.files = slices.Clone(c.files)
	upTo.end(octets)
	return upTo.content
}
