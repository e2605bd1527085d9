package smtpparse

import "bytes"

// An input is the reading side of one direction.
type input struct {
	line  []byte // the line begun, at most Limits.Line octets
	over  int64  // octets of it beyond that
	begun Mark   // where it began
	start start
	cut   cut

	wire    wire
	secured securedLayer
	spoke   bool // an octet was seen

	folding LineKind // kind of the folded line that goes on, empty when none does
	fold    int      // its place in the dialogue
	noted   []AnomalyKind
}

// start says what may stand where a line begins.
type start uint8

const (
	startText  start = iota // nothing but text was seen of the line begun
	startSniff              // its first octets may be TLS, a PROXY header or a wrapped token
	startKnown              // they look so, and are text
)

// cut says whether the next line may be the rest of one that a hole cut.
type cut uint8

const (
	cutNone cut = iota
	cutTail     // it may
)

func (in *input) reset() {
	*in = input{line: in.line[:0], noted: in.noted[:0], secured: securedLayer{token: in.secured.token[:0]}}
}

// restart forgets what was read of the present line.
func (in *input) restart() {
	in.line, in.over, in.start, in.cut = in.line[:0], 0, startText, cutNone
}

func (in *input) atLineStart() bool { return len(in.line) == 0 && in.over == 0 }

// text reads octets that are not TLS yet, or came out of it.
func (p *Parser) text(dir Dir, at Mark, data []byte) {
	for len(data) > 0 {
		data = data[p.textStep(dir, at, data):]
	}
}

// textStep reads the first piece of data and returns its length; 0 when the
// state has to change first.
func (p *Parser) textStep(dir Dir, at Mark, data []byte) int {
	switch in := &p.in[dir]; {
	case in.wire == wireTLS && !p.inTLS:
		p.opaque(dir, at, data)
		return len(data)
	case in.secured.state != layerNone && !p.unwrapping:
		p.unwrap(dir, at, data)
		return len(data)
	}
	return p.step(dir, at, data)
}

// step reads the first piece of data and returns its length. The state may
// have changed behind it.
func (p *Parser) step(dir Dir, at Mark, data []byte) int {
	if dir == Server {
		return p.lineStep(dir, at, data)
	}
	switch clientMode[p.state] {
	case modeData:
		return p.dataStep(at, data)
	case modeCounted:
		return p.countedStep(at, data)
	case modeUndecided:
		if p.heldBack.full() {
			p.judgeUnheard()
			return 0
		}
		if start := p.in[Client].start; start == startSniff || start != startKnown && !p.heldBack.any && p.maySniff(dir, data[0]) {
			return p.lineStep(dir, at, data)
		}
		return p.holdBackStep(at, data)
	case modeHeld:
		if p.in[Client].cut == cutTail {
			return p.lineStep(dir, at, data)
		}
		return p.holdStep(at, data)
	}
	return p.lineStep(dir, at, data)
}

// lineStep reads up to the end of one line.
func (p *Parser) lineStep(dir Dir, at Mark, data []byte) int {
	in := &p.in[dir]
	if in.atLineStart() {
		in.begun = at
		if in.start != startKnown && p.maySniff(dir, data[0]) {
			in.start = startSniff
		}
	}
	if in.start == startSniff {
		return p.sniff(dir, at, data)
	}
	return p.readLine(dir, at, data)
}

// readLine takes octets up to the next LF and hands the line on.
func (p *Parser) readLine(dir Dir, at Mark, data []byte) int {
	in := &p.in[dir]
	k := bytes.IndexByte(data, '\n')
	if k < 0 {
		in.keep(data, p.lim.Line)
		return len(data)
	}
	line, over := data[:k], int64(0)
	if !in.atLineStart() || k > p.lim.Line {
		in.keep(line, p.lim.Line)
		line, over = in.line, in.over
	}
	if in.start == startKnown {
		in.start = startText
	}
	p.line(dir, at, line, over)
	in.line, in.over = in.line[:0], 0
	return k + 1
}

func (in *input) keep(b []byte, limit int) {
	room := min(limit-len(in.line), len(b))
	in.line = append(in.line, b[:room]...)
	in.over += int64(len(b) - room)
}

// line checks the octets of a line and hands it to its side's reader.
func (p *Parser) line(dir Dir, at Mark, line []byte, over int64) {
	switch n := len(line); {
	case over > 0:
		p.anomaly(LongLine, at, dir.String())
	case n > 0 && line[n-1] == '\r':
		line = line[:n-1]
	default:
		p.lexical(dir, BareLF, at, dir.String())
	}
	if bytes.IndexByte(line, '\r') >= 0 {
		p.lexical(dir, BareCR, at, dir.String())
	}
	if bytes.IndexByte(line, 0) >= 0 {
		p.lexical(dir, NULByte, at, dir.String())
	}
	if dir == Server {
		p.replyLine(at, line, over)
	} else {
		p.clientLine(at, line, over)
	}
}

// unread notes a line that makes no sense where it stands.
func (p *Parser) unread(dir Dir, at Mark, line []byte, over int64) {
	n := int64(len(line)) + over
	p.say(dir, at, &Line{Kind: LineUnread, Text: p.masked(line, over), Octets: n})
}

// notText tells that b holds octets that no text has.
func notText(b []byte) bool {
	for _, c := range b {
		if c < ' ' && c != '\t' && c != '\r' && c != '\n' || c == 0x7f {
			return true
		}
	}
	return false
}
