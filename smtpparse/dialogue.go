package smtpparse

// noLine is the place of a line that was not kept.
const noLine = -1

// say appends a copy of a line to the dialogue and returns its place, noLine when the
// dialogue is full.
func (p *Parser) say(dir Dir, at Mark, l *Line) int {
	p.in[dir].folding = ""
	if len(p.s.Dialogue) >= p.lim.Dialogue {
		p.omit("dialogue")
		return noLine
	}
	if !p.spend(l.cost()) {
		p.omit("dialogue")
		return noLine
	}
	l.From, l.Time, l.Frame, l.TLS = dir.String(), at.Time.UTC(), at.Frame, p.inTLS
	p.s.Dialogue = appendLine(p.s.Dialogue, l)
	return len(p.s.Dialogue) - 1
}

// fold counts n octets into the direction's folded line of that kind.
func (p *Parser) fold(dir Dir, kind LineKind, at Mark, n int64) {
	in := &p.in[dir]
	if in.folding != kind {
		in.fold = p.say(dir, at, &Line{Kind: kind})
		in.folding = kind
	}
	if in.fold != noLine {
		l := &p.s.Dialogue[in.fold]
		l.Octets += n
		l.Last = at.Frame
	}
}

// anomaly notes an oddity.
func (p *Parser) anomaly(kind AnomalyKind, at Mark, text string) {
	if len(p.s.Anomalies) >= p.lim.Anomalies {
		p.omit("anomalies")
		return
	}
	if !p.spend(anomalySize + len(text)) {
		p.omit("anomalies")
		return
	}
	p.s.Anomalies = append(p.s.Anomalies, Anomaly{Kind: kind, Frame: at.Frame, Text: text})
}

// lexical notes an oddity of line ends and octets the first time that a
// direction shows it: a sender that does it once does it in every line.
func (p *Parser) lexical(dir Dir, kind AnomalyKind, at Mark, text string) {
	for _, k := range p.in[dir].noted {
		if k == kind {
			return
		}
	}
	p.in[dir].noted = append(p.in[dir].noted, kind)
	p.anomaly(kind, at, text)
}
