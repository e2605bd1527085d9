package smtpparse

import "time"

// A Line is one entry of the dialogue.
type Line struct {
	// From is "client" or "server".
	From  string    `json:"from"`
	Time  time.Time `json:"time"`
	Frame int64     `json:"frame"`
	Kind  LineKind  `json:"kind"`
	// TLS tells that it was said inside TLS (and read).
	TLS bool `json:"tls,omitempty"`
	// Verb is a command's, in upper case.
	Verb string `json:"verb,omitempty"`
	// Code is a reply line's, 0 otherwise.
	Code int `json:"code,omitempty"`
	// Text is the line without its end; a command with its verb, a reply line
	// without its code (More tells whether a hyphen followed it). Credentials are
	// replaced by what they are, such as "AUTH PLAIN <redacted>".
	Text string `json:"text,omitempty"`
	// More tells that the reply goes on.
	More bool `json:"more,omitempty"`
	// Token is the kind of the token that an AUTH line carries, as in Step.Kind.
	Token string `json:"token,omitempty"`
	// Octets is the length of a folded run (message data, TLS, unread) or of a gap.
	Octets int64 `json:"octets,omitempty"`
	// Last is the last frame of a folded run.
	Last int64 `json:"last_frame,omitempty"`
}

// LineKind says what a Line is.
type LineKind string

// The kinds of lines.
const (
	LineCommand LineKind = "command"
	LineReply   LineKind = "reply"
	LineAuth    LineKind = "auth"    // a client's line that answers a 334
	LineData    LineKind = "data"    // message octets, folded
	LineTLS     LineKind = "tls"     // encrypted octets, folded
	LineGap     LineKind = "gap"     // octets that the capture lacks
	LineUnread  LineKind = "unread"  // octets that make no sense here
	LineProxy   LineKind = "proxy"   // a PROXY protocol header
	LineEnd     LineKind = "end"     // the side stopped sending (FIN), or reset
	LineSecure  LineKind = "secured" // octets inside an encrypted SASL layer
)

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
