package smtpparse

// A suspect is a dot that ends the message for some servers and not for others.
type suspect struct {
	text   string // such as "LF . CRLF"
	behind int    // offset in the scanned data behind it
	octets int64  // the message's size if it ended there
	gap    bool   // it follows a hole
}

// octet takes one octet at or near a line's end. behind is the offset behind
// it. It returns true at the end of the message.
func (b *body) octet(c byte, behind int) (end bool) {
	before := b.octets
	b.octets++
	switch b.at {
	case atLine:
		if b.keep = b.reader.wants(c); c == '.' && b.rule == dotsRule {
			b.at, b.dotAt = afterDot, before
			return false
		}
	case afterCR:
		if c == '\n' {
			b.endLine(afterCRLF)
			return false
		}
		b.bareCR()
		if c == '.' && b.rule == dotsRule {
			b.begins, b.at, b.dotAt = afterBareCR, afterDot, before
			return false
		}
	case afterDot:
		switch c {
		case '\r':
			b.at = afterDotR
			return false
		case '\n':
			b.suspect("LF", behind)
			b.unstuff()
			b.endLine(afterBareLF)
			return false
		}
		b.unstuff()
	case afterDotR:
		if c == '\n' {
			if b.begins == afterCRLF {
				return true
			}
			b.suspect("CRLF", behind)
			b.unstuff()
			b.endLine(afterCRLF)
			return false
		}
		b.suspect("CR", behind-1)
		b.unstuff()
		b.bareCR()
	}
	b.plain(c)
	return false
}

// plain takes an octet that is neither dot nor the second half of a line's end.
func (b *body) plain(c byte) {
	switch c {
	case '\r':
		b.at = afterCR
	case '\n':
		b.endLine(afterBareLF)
	default:
		b.at = inLine
		if b.keep {
			b.more([]byte{c})
		}
	}
}

// unstuff settles a dot at a line's beginning that is not the end: behind CRLF
// it was put there by the client and is none of the message.
func (b *body) unstuff() {
	if b.begins == afterCRLF {
		b.octets--
	} else if b.keep {
		b.more([]byte{'.'})
	}
}

func (b *body) bareCR() {
	if b.keep {
		b.more([]byte{'\r'})
	}
}

// suspect notes a dot that some servers take for the end.
func (b *body) suspect(end string, behind int) {
	b.suspects = append(b.suspects, suspect{
		text:   beginText[b.begins] + " . " + end,
		behind: behind,
		octets: b.dotAt,
		gap:    b.begins == afterGap,
	})
}
